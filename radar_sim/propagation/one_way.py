"""The way from somebody who sends to one radar."""

import numpy as np

from radar_sim.fit import Fit, Radar
from radar_sim.geometry import Mount
from radar_sim.propagation.obstacles import obstacles, passed
from radar_sim.propagation.view import MIDDLE, NOW, Places, View, instants
from radar_sim.scatterers import Floats
from radar_sim.scene import Scene


def arriving(
    place_m: tuple[float, float, float], scene: Scene, fit: Fit, radar: Radar, mount: Mount
) -> tuple[Floats, float]:
    """At the scene's instant: a world place in sensor axes (axis, 1); what boxes leave of the amplitude."""
    now = instants(scene.truck, View(fit, radar, mount, np.zeros(1)))
    x_m, y_m, up_m = place_m
    at = Places(np.array([complex(x_m, y_m)]), np.array([up_m]))
    boxes = obstacles(scene.things, (), fit.body, now)
    return now.in_sensor_axes(MIDDLE, at), float(passed(now.radar[NOW], at, boxes)[0])
