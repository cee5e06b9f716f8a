"""What of a scene's points one radar sees, and how strongly: for drawing."""

import numpy as np
from numpy.typing import NDArray

from radar_sim.propagation import View, own_thing
from radar_sim.propagation.sight import look, straight
from radar_sim.scene.scatterers import Floats, no_scatterers
from radar_sim.scene.scene import Scene


def sighting(scene: Scene, view: View) -> tuple[NDArray[np.bool_], Floats]:
    """Of `scene.all_scatterers()`: which are seen straight, and the cross section of the side seen, m2."""
    points = scene.all_scatterers()
    sight = look(scene, scene.own or own_thing(no_scatterers()), view)
    seen = np.zeros(len(sight.points), dtype=np.bool_)
    seen[straight(sight).leg.point] = True
    return seen[: len(points)], points.rcs_m2 * sight.facing(np.arange(len(points)), sight.radar)
