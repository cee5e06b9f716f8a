"""Who rides before a wall is seen in it as well: out direct and back by way of it, or the other way round.

The mean of his range and of his image's lies in the wall, half way between the two, as strong as he is. It
feeds neither: taken for his it draws him to the wall and, once it is told apart, back to us; taken for his
image's it draws that to us. It is claimed all the same, so it begins nobody. Decision 0151.

Far back the three ranges are one, and only a bearing between theirs is left of him. Where he is across our
way, and how fast he goes there, is not known until range tells; what was nearest to us of all that was seen
of him in the last second is he. As we turn out of our lane he rides on along it. Decision 0157.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from edge_controller.tracking.association import Assigned
from edge_controller.tracking.mirrors import IN_ROW_M, Standing
from edge_controller.tracking.odometry import Bools, Floats, Mount
from edge_controller.tracking.points import Points
from edge_controller.tracking.target import Target, means

ALONG = 0.9  # cosine of his course and ours: a wall along our way is along his
WIDEST_M, SIGMAS = 0.7, 2.0  # of him, from his nearest echo to his farthest, across his course
LONGEST_M = 1.5  # and along it, from his middle
BEFORE_IMAGE_M = 0.4  # what feeds his image, as a rider nearer than that to the wall has no room
LEAST_SHARE = 0.25  # of the weight, so much is nearer than the wall: a stray echo is not he
WALL_M = 2.0  # and nearer to him: he is mirrored there
WALK_MPS = 2.0  # who walks may step across a kerb at any time
ROW_AHEAD_M = 6.0  # far back a wall shows but a joint now and then
RESOLVED_BINS = 2.0  # what is nearer in range is one echo, under the window
MIRRORED_S = 1.0  # his image fades as he does
AS_FAST_MPS = 0.7  # two velocities wrong by 0.2 to 0.3 each, and what a mirror's bearing adds
STRAY_SHARE = 0.1  # of the weight of his echoes, so much may lie nearer than he


@dataclass(frozen=True, slots=True)
class Look:
    """What one radar sees at `t_s`, and beside what."""

    t_s: float
    points: Points
    standing: Standing
    mount: Mount
    ahead: Floats  # unit vector of our way
    range_bin_m: float
    axes: Floats = field(init=False)  # (2, 2), columns along our way and out

    def __post_init__(self) -> None:
        """Asked for ten times in a look."""
        x, y = self.ahead.tolist()
        object.__setattr__(self, "axes", np.array([[x, -y], [y, x]]))

    def from_radar(self, at_m: Floats) -> Floats:
        """Places (n, 2) over ground, along our way and out, as seen from the radar."""
        away_m: Floats = (at_m - self.mount.position_m) @ self.axes
        return away_m


def without_half_way(look: Look, assigned: Assigned, targets: Sequence[Target]) -> Assigned:
    """What is in a wall beyond somebody who rides along with us feeds nobody."""
    before = [n for n in assigned.tracks() if _rides_along(targets[n], look.ahead)]
    if not before:
        return assigned
    points = look.points
    at_m = look.from_radar(points.position_m)
    tracks_m = look.from_radar(means(targets)[:, :2])
    half_way = np.zeros(len(points), dtype=np.bool_)
    for n in before:
        side = np.array([1.0, 1.0 if tracks_m[n, 1] > 0 else -1.0])
        half_way |= _half_way(points, assigned, n, at_m * side, tracks_m * side)
    rows = np.flatnonzero(half_way)
    rows = rows[look.standing.in_row(points.position_m[rows], look.axes)] if rows.size else rows
    if not rows.size:
        return assigned
    track, body = assigned.track.copy(), assigned.body.copy()
    track[rows], body[rows] = -1, False
    return replace(assigned, track=track, body=body)


def keep_in_lane(look: Look, assigned: Assigned, targets: Sequence[Target], *, turning: bool) -> None:
    """Who is mirrored beside us goes straight on, where he was seen nearest to us; his image goes on, too.

    `turning` out of the lane nobody is newly lost: along a wall that bends there are images of our own flank.
    """
    riders = [n for n, target in enumerate(targets) if target.moving and _keeps_on(target, look.ahead)]
    along = [n for n in riders if not turning or look.t_s - targets[n].lost_t_s < MIRRORED_S]
    for n in along:
        _note_echoes(look, assigned, targets[n], n)
        if targets[n].lost:
            _place_nearest(look, targets[n])
    mirrored = _mirrored(look, [targets[n] for n in along])
    for target in targets:
        target.lost = False
    for n, (lost, image) in zip(along, mirrored, strict=True):
        if lost or image:
            targets[n].forget_aside(look.ahead)
        if lost:
            targets[n].lost, targets[n].lost_t_s = True, look.t_s
            _place_nearest(look, targets[n])


def _mirrored(look: Look, along: Sequence[Target]) -> list[tuple[bool, bool]]:
    """Of each: whether range may not tell him from what is half way to his image; whether he may be one."""
    if not along:
        return []
    away_m = look.from_radar(means(along)[:, :2])
    side = np.where(away_m[:, 1] > 0, 1.0, -1.0)
    # Abeam an echo does not show that it moves; a track knows.
    rows = look.points.moves | look.points.image
    moving_m = np.concatenate([look.from_radar(look.points.position_m[rows]), away_m])
    from_him_m = moving_m[None] - away_m[:, None]
    beside, out_m = np.abs(from_him_m[..., 0]) < LONGEST_M, from_him_m[..., 1] * side[:, None]
    beside &= _as_fast(look, rows, along)
    beyond = np.any(beside & (out_m > BEFORE_IMAGE_M), axis=1)
    before = np.any(beside & (out_m < -BEFORE_IMAGE_M), axis=1)
    mirrored = []
    for n, target in enumerate(along):
        target.beyond_t_s = look.t_s if beyond[n] else target.beyond_t_s
        target.before_t_s = look.t_s if before[n] else target.before_t_s
        mirrored.append(_by_a_row(look, target, away_m[n], side[n]))
    return mirrored


def _by_a_row(look: Look, target: Target, away_m: Floats, side: float) -> tuple[bool, bool]:
    """Half way to his image, in a wall D out of the radar and b out of him, is b D / R farther off."""
    is_beyond = look.t_s - target.beyond_t_s < MIRRORED_S
    is_before = look.t_s - target.before_t_s < MIRRORED_S
    if not is_beyond and not is_before:
        return False, False
    row_out_m = np.arange(-WALL_M, WALL_M + IN_ROW_M / 2, IN_ROW_M)  # of him
    rows_m = away_m + np.stack([np.zeros_like(row_out_m), row_out_m * side], axis=1)
    farther_m = row_out_m * np.abs(rows_m[:, 1]) / max(math.hypot(away_m[0], away_m[1]), 0.1)
    at_m = look.mount.position_m + rows_m @ look.axes.T
    in_row = look.standing.in_row(at_m, look.axes, ROW_AHEAD_M)
    near_enough = (row_out_m >= -IN_ROW_M) & (farther_m < RESOLVED_BINS * look.range_bin_m)
    lost = is_beyond and bool(np.any(in_row & near_enough))
    return lost, is_before and bool(np.any(in_row & (row_out_m <= -IN_ROW_M)))


def _as_fast(look: Look, rows: Bools, along: Sequence[Target]) -> Bools:
    """Which echoes, and then tracks, go as fast along our way as each of these (a row each): images do."""
    velocity_mps = np.stack([t.mean[2:] for t in along])
    echo_mps = velocity_mps @ look.points.line_of_sight[rows].T - look.points.ground_mps[rows]
    track_mps = (velocity_mps[:, None] - velocity_mps) @ look.ahead
    as_fast: Bools = np.abs(np.concatenate([echo_mps, track_mps], axis=1)) < AS_FAST_MPS
    return as_fast


def _note_echoes(look: Look, assigned: Assigned, target: Target, n: int) -> None:
    """What nobody else shows, as fast as he: his body, half way to his image, or that; in the last second."""
    points = look.points
    away_m = np.abs((points.position_m - target.mean[:2]) @ look.axes)
    his = points.moves & ~points.past_own & ((assigned.track == n) | (assigned.track < 0))
    his &= (away_m[:, 0] < LONGEST_M) & (away_m[:, 1] < WALL_M)
    his &= np.abs(points.ground_mps - points.line_of_sight @ target.mean[2:]) < AS_FAST_MPS
    target.echoes.append((look.t_s, points.position_m[his], points.weight[his]))
    while look.t_s - target.echoes[0][0] > MIRRORED_S:
        target.echoes.popleft()


def _place_nearest(look: Look, target: Target) -> None:
    """As far out as what of his echoes is nearest to us: others lie between him and his image."""
    aside = look.axes[:, 1]
    out = aside if (target.mean[:2] - look.mount.position_m) @ aside > 0 else -aside
    out_m = np.concatenate([at_m for _, at_m, _ in target.echoes]) @ out - target.mean[:2] @ out
    weight = np.concatenate([weight for _, _, weight in target.echoes])
    if not out_m.size:
        return
    order = np.argsort(out_m)
    nearer = np.cumsum(weight[order]) > STRAY_SHARE * weight.sum()
    target.mean[:2] += out * min(float(out_m[order][np.argmax(nearer)]), 0.0)


def _keeps_on(target: Target, ahead: Floats) -> bool:
    return _rides_along(target, ahead) and target.speed_mps > WALK_MPS


def _rides_along(target: Target, ahead: Floats) -> bool:
    """One bicycle: the far side of a vehicle may be in line with a kerb."""
    is_vehicle = target.wide_m or target.part.of_any
    return target.rides and not is_vehicle and bool(abs(target.heading() @ ahead) > ALONG)


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
