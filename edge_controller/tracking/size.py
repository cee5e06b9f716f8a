"""How large who is tracked is at least: a leaf is a hundredth of whatever of a person is in sight."""

from collections.abc import Sequence

import numpy as np

from edge_controller.tracking.association import BODY_MPS, Assigned
from edge_controller.tracking.odometry import Bools, Floats
from edge_controller.tracking.points import Points
from edge_controller.tracking.target import Target, stacked

ABOUT_M = 1.0  # so near, an echo may be his


def largest_dbsm(
    points: Points, assigned: Assigned, targets: Sequence[Target], rows: Sequence[int]
) -> Floats:
    """Largest cross-section of all echoes that feed each of these tracks, or may be his; -inf without any.

    Left out is what stands there while he goes on, and is known to stand: a tree that leaves blow past makes
    nobody of them, however slow they are.
    """
    mean, covariance = stacked([targets[n] for n in rows])
    x_m, y_m = points.position_m[:, :1] - mean[:, 0], points.position_m[:, 1:] - mean[:, 1]
    about = x_m**2 + y_m**2 < ABOUT_M**2
    sight = points.line_of_sight
    doubt_mps = np.sqrt(np.einsum("pi,tij,pj->pt", sight, covariance[:, 2:, 2:], sight))
    off_mps = np.abs(points.ground_mps[:, None] - sight @ mean[:, 2:].T)
    alike = off_mps < BODY_MPS + 2 * doubt_mps
    his = about & (alike | points.moves[:, None] | points.rests[:, None])
    his &= ~_of_what_stands(assigned, targets)[:, None]
    his |= assigned.track[:, None] == np.array(rows)
    found: Floats = np.where(his, points.section_dbsm[:, None], -np.inf).max(axis=0, initial=-np.inf)
    return found


def _of_what_stands(assigned: Assigned, targets: Sequence[Target]) -> Bools:
    """(point,) feeds a track that was never seen to do anything but stand."""
    stands, fed = np.zeros(len(targets) + 1, dtype=np.bool_), assigned.tracks()
    stands[fed] = [targets[n].stands and not targets[n].breathes for n in fed]
    of: Bools = stands[assigned.track]
    return of
