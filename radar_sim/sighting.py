"""What of a scene's points one radar sees, and how strongly: for drawing."""

import numpy as np
from numpy.typing import NDArray

from radar_sim.propagation import LEAST_M, View
from radar_sim.rcs import aspect_factor
from radar_sim.scatterers import Floats
from radar_sim.scene import Scene, to_world
from radar_sim.truth import visible_points


def sighting(scene: Scene, view: View) -> tuple[NDArray[np.bool_], Floats]:
    """Of `scene.all_scatterers()`: which are seen straight, and the cross section of the side seen, m2."""
    points = scene.all_scatterers()
    radar = to_world(scene.truck, view.mount.position_m[0], view.mount.position_m[1])
    dx, dy = radar[0] - points.position_m[:, 0], radar[1] - points.position_m[:, 1]
    ahead = np.cos(points.heading_rad) * dx + np.sin(points.heading_rad) * dy
    facing = aspect_factor(points.aspect, ahead / np.maximum(np.hypot(dx, dy), LEAST_M))
    return visible_points(points, scene, view), points.rcs_m2 * facing
