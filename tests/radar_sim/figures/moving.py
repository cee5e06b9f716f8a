"""Figures of a test: how fast each may go, and one that rides along its heading."""

import math
from collections.abc import Callable
from typing import Any

from radar_sim import Thing, adult, child, cyclist, delivery_scooter, e_bike, wheelchair

Figure = Callable[..., Thing]

# Figure, what it is told, its fastest speed in m/s.
ALL: list[tuple[Figure, dict[str, Any], float]] = [
    (adult, {}, 2.5),
    (child, {}, 1.65),
    (cyclist, {}, 12.0),
    (cyclist, {"coasting": True, "scale": 0.65, "aspect": "wengerter"}, 5.0),
    (e_bike, {}, 12.0),
    (e_bike, {"pedalling": True}, 12.0),
    (delivery_scooter, {}, 13.0),
    (wheelchair, {}, 2.0),
    (wheelchair, {"powered": True}, 4.0),
]
NAMES = [f"{figure.__name__}{''.join('-' + key for key in told)}" for figure, told, _ in ALL]


def along(figure: Figure, speed_mps: float, heading_rad: float, t_s: float, **told: Any) -> Thing:
    """The figure at a time, after a steady ride from (2, -3) at time 0."""
    way_m = speed_mps * t_s
    x_m, y_m = 2.0 + way_m * math.cos(heading_rad), -3.0 + way_m * math.sin(heading_rad)
    return figure(x_m, y_m, heading_rad, speed_mps, t_s, **told)
