"""Who is pressed against a radar: what of him lies in its housing reflects nothing, the rest does."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from hil.plant.body import Pose
from radar_sim import Scatterers, Thing

HOUSING_M = 0.2  # the simulator's 0.05 m, errors of the mount, and the way of a frame
Place = tuple[float, float, float]


def housings(radars: Sequence[Place], pose: Pose) -> list[Place]:
    """Radars of the truck's axes where they are now, in world axes."""
    cos, sin = math.cos(pose.heading_rad), math.sin(pose.heading_rad)
    return [(pose.x_m + x * cos - y * sin, pose.y_m + x * sin + y * cos, z) for x, y, z in radars]


def outside(thing: Thing, radars: Sequence[Place]) -> Thing:
    """The thing without its points in any housing."""
    points = thing.scatterers
    away_m = points.position_m[:, None, :] - np.asarray(radars)
    kept = np.all(np.sum(away_m**2, axis=2) > HOUSING_M**2, axis=1)
    if kept.all():
        return thing
    left = Scatterers(
        points.position_m[kept],
        points.velocity_mps[kept],
        points.rcs_m2[kept],
        points.heading_rad[kept],
        points.aspect[kept],
        points.acceleration_mps2[kept],
        points.jerk_mps3[kept],
    )
    return replace(thing, scatterers=left)
