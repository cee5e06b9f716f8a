"""Who rides before a wall is seen in it as well: out direct and back by way of it, or the other way round.

The mean of his range and of his image's lies in the wall, half way between the two, as strong as he is. It
feeds neither: taken for his it draws him to the wall and, once it is told apart, back to us; taken for his
image's it draws that to us. It is claimed all the same, so it begins nobody. Decision 0151.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from edge_controller.tracking.association import Assigned
from edge_controller.tracking.mirrors import Standing
from edge_controller.tracking.odometry import Bools, Floats, Mount
from edge_controller.tracking.points import Points
from edge_controller.tracking.target import Target

ALONG = 0.9  # cosine of his course and ours: a wall along our way is along his
WIDEST_M, SIGMAS = 0.7, 2.0  # of him, from his nearest echo to his farthest, across his course
LONGEST_M = 1.5  # and along it, from his middle
BEFORE_IMAGE_M = 0.4  # what feeds his image, as a rider nearer than that to the wall has no room
LEAST_SHARE = 0.25  # of the weight, so much is nearer than the wall: a stray echo is not he


def without_half_way(  # noqa: PLR0917 - one look, and what it is of
    points: Points,
    assigned: Assigned,
    targets: Sequence[Target],
    standing: Standing,
    mount: Mount,
    ahead: Floats,
) -> Assigned:
    """What is in a wall beyond somebody who rides along with us feeds nobody."""
    before = [n for n in {*assigned.track.tolist()} - {-1} if _rides_along(targets[n], ahead)]
    if not before:
        return assigned
    axes = np.stack([ahead, [-ahead[1], ahead[0]]], axis=1)
    at_m = (points.position_m - mount.position_m) @ axes
    tracks_m = (np.stack([t.mean[:2] for t in targets]) - mount.position_m) @ axes
    half_way = np.zeros(len(points), dtype=np.bool_)
    for n in before:
        side = np.array([1.0, 1.0 if tracks_m[n, 1] > 0 else -1.0])
        half_way |= _half_way(points, assigned, n, at_m * side, tracks_m * side)
    rows = np.flatnonzero(half_way)
    rows = rows[standing.in_row(points.position_m[rows], axes)] if rows.size else rows
    if not rows.size:
        return assigned
    track, body = assigned.track.copy(), assigned.body.copy()
    track[rows], body[rows] = -1, False
    return replace(assigned, track=track, body=body)


def _rides_along(target: Target, ahead: Floats) -> bool:
    """One bicycle: the far side of a vehicle may be in line with a kerb."""
    return target.rides and not target.wide_m and bool(abs(target.heading() @ ahead) > ALONG)


def _half_way(points: Points, assigned: Assigned, n: int, at_m: Floats, tracks_m: Floats) -> Bools:
    """Rows too far out to be of track `n`, nearer than whom else they fed; places along and out, (n, 2)."""
    out_m, widest_m = at_m[:, 1], WIDEST_M + SIGMAS * points.cross_sigma_m
    mine = assigned.track == n
    own = mine & ~points.glints & ~points.wheels & ~points.image
    nearest_m = out_m[own].min(initial=np.inf)
    his = mine & (out_m > nearest_m + widest_m)
    if points.weight[own & ~his].sum() < LEAST_SHARE * points.weight[mine].sum():
        his[:] = False
    beside = np.abs(at_m[:, 0] - tracks_m[n, 0]) < LONGEST_M
    fed_out_m = np.where(assigned.track >= 0, tracks_m[assigned.track, 1], -np.inf)
    image_s = beside & (out_m > tracks_m[n, 1] + widest_m) & (fed_out_m > out_m + BEFORE_IMAGE_M)
    # Abeam of a radar what stands has his Doppler as well: the wall's own glint.
    half_way: Bools = his | (image_s & points.moves)
    return half_way
