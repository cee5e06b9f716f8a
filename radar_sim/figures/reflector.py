"""A trihedral on a stand, to hold a radar or a detector against: one point of a known cross section."""

import math

import numpy as np

from radar_sim.errors import SceneError
from radar_sim.fit import Side
from radar_sim.scene.scatterers import Scatterers
from radar_sim.scene.scene import Thing


def reflector(
    x_m: float,
    y_m: float,
    heading_rad: float,
    speed_mps: float,
    t_s: float,
    *,
    seed: int = 0,  # noqa: ARG001 - nothing of it is drawn
    near_side: Side = "right",  # noqa: ARG001 - it has no sides
    name: str = "reflector",
    z_m: float = 1.0,
    rcs_dbsm: float = 10.0,
) -> Thing:
    """A trihedral to measure against: one point. 14.4 dBsm are edges of 10 cm at 77 GHz."""
    for what, value in (("x_m", x_m), ("y_m", y_m), ("heading_rad", heading_rad), ("t_s", t_s), ("z_m", z_m)):
        if not math.isfinite(value):
            raise SceneError(f"reflector: {what} is {value!r}, not a finite number")
    if not (-60 <= rcs_dbsm <= 60 and 0 <= speed_mps <= 60):
        raise SceneError("reflector: rcs_dbsm must lie within -60 to 60, speed_mps within 0 to 60")
    velocity_mps = (speed_mps * math.cos(heading_rad), speed_mps * math.sin(heading_rad), 0.0)
    point = Scatterers(
        np.array([[x_m, y_m, z_m]]), np.array([velocity_mps]), np.array([10 ** (rcs_dbsm / 10)])
    )
    return Thing(name, point, place_m=(x_m, y_m, z_m), heading_rad=heading_rad, velocity_mps=velocity_mps)
