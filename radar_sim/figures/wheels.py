"""Wheels that roll. Written about their hub, which rests in the vehicle's axes: rims run at +-v about it.

Carried along with the vehicle, the same points move at 0 to 2v over ground.
"""

import math

import numpy as np

from radar_sim.figures.parts import Part, circling, fixed, together

RIM_SHARES = (1.0, 0.6)  # tread and bolts or rim edge, in radii, one after the other


def wheel(
    hub_m: tuple[float, float, float],
    radius_m: float,
    speed_mps: float,
    rolled_rad: float,
    *,
    steer_rad: float = 0.0,
    points: int = 8,
) -> Part:
    """Points evenly about a wheel and one at its hub, 1 m2 each; steered to the left by `steer_rad`.

    A turn of the wheel starts at the top and goes ahead; the rolling rate is speed / radius.
    """
    angle_rad = rolled_rad + np.arange(points, dtype=np.float64) * (2 * math.pi / points)
    radii_m = radius_m * np.resize(RIM_SHARES, points)
    up, ahead = (0.0, 0.0, 1.0), (math.cos(steer_rad), math.sin(steer_rad), 0.0)
    rim = circling(np.array(hub_m), radii_m, angle_rad, speed_mps / radius_m, (up, ahead))
    return together([rim, fixed([hub_m], 1.0)])
