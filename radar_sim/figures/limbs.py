"""Limbs of two equal bones between two joints that are known; a joint is that of both sides, (4, 2, 3)."""

import numpy as np

from radar_sim.compiled import exactly
from radar_sim.figures.derivatives import aside
from radar_sim.figures.motion import Motion, of
from radar_sim.scene.scatterers import Floats


def resting(x_m: float, y_m: float, z_m: float) -> Motion:
    """A joint that does not move; y is that of the left side."""
    return of(np.array([[x_m, y_m, z_m], [x_m, -y_m, z_m]]))


def knee(hip: Motion, ankle: Motion, bone_m: float, forwards: float = 1.0) -> Motion:
    """The joint halfway; seen from the side both bones have `bone_m`. An elbow bends by -1 forwards."""
    apart = ankle.orders - hip.orders
    ahead, up = aside(apart[..., 0].copy(), apart[..., 2].copy(), bone_m, forwards)
    joint = midway(hip, ankle, 0.5)
    joint.orders[..., 0] += ahead
    joint.orders[..., 2] += up
    return joint


def midway(start: Motion, end: Motion, part: float) -> Motion:
    """A place on the way from start to end."""
    return Motion(_between(start.orders, end.orders, part))


@exactly
def _between(start: Floats, end: Floats, part: float) -> Floats:
    place = np.empty(start.shape)
    for order in range(len(start)):
        for n in range(start.shape[1]):
            for axis in range(3):
                place[order, n, axis] = start[order, n, axis] * (1 - part) + end[order, n, axis] * part
    return place
