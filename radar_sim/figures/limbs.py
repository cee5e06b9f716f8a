"""Limbs of two equal bones between two joints that are known; a joint is that of both sides, (4, 2, 3)."""

import numpy as np

from radar_sim.figures.derivatives import aside
from radar_sim.figures.motion import Motion, of

BOTH = np.array([1.0, -1.0])  # left, right


def resting(x_m: float, y_m: float, z_m: float) -> Motion:
    """A joint that does not move; y is that of the left side."""
    return of(np.array([[x_m, y_m, z_m], [x_m, -y_m, z_m]]))


def knee(hip: Motion, ankle: Motion, bone_m: float, forwards: float = 1.0) -> Motion:
    """The joint halfway; seen from the side both bones have `bone_m`. An elbow bends by -1 forwards."""
    return midway(hip, ankle, 0.5) + Motion(aside(ankle.orders - hip.orders, bone_m, forwards))


def midway(start: Motion, end: Motion, part: float) -> Motion:
    """A place on the way from start to end."""
    return Motion(start.orders * (1 - part) + end.orders * part)
