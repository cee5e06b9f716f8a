"""What one look shows of each track: the points that feed it, their mean, and whose body comes into view."""

import math
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from edge_controller.tracking import kalman
from edge_controller.tracking.association import Assigned
from edge_controller.tracking.limbs import Glimpse
from edge_controller.tracking.odometry import Bools, Floats, Mount
from edge_controller.tracking.points import Points
from edge_controller.tracking.target import Target

Rows = list[int]  # of points, rising

LIMBS_WEAKER = 2.0  # fourth root of power: 12 dB; wheels show a hundredth of what their rider shows


def groups_of(
    points: Points, assigned: Assigned, targets: Sequence[Target]
) -> tuple[dict[int, Rows], set[int]]:
    """What feeds each track: the points of its body; without any, those of its wheels and legs.

    And who is only reminded of: our own wheels, drawn into a rider, would take him to our flank.
    """
    fed: dict[int, Rows] = {}
    for row, n in enumerate(assigned.track.tolist()):
        fed.setdefault(n, []).append(row)
    fed.pop(-1, None)
    body, wheels = assigned.body.tolist(), points.wheels.tolist()
    moves, weight = points.moves.tolist(), points.weight.tolist()
    groups, reminded = {}, set()
    for n, rows in sorted(fed.items()):
        mine = [row for row in rows if not wheels[row]] if targets[n].rides else rows
        if mine:
            groups[n] = _without_limbs([row for row in mine if body[row]], moves, weight) or mine
        else:
            reminded.add(n)
    return groups, reminded


class Said(NamedTuple):
    """What the points of one group say together."""

    limbs: bool  # no body among them
    ours: bool  # may be our own flank, its image, or our wheels
    rides_along: bool  # the same, or a glint that goes with us
    moves: bool
    nothing: bool


def said_by(points: Points, body: Bools, groups: Sequence[Rows]) -> list[Said]:
    """One operation for all of them; no group is empty."""
    rows = np.array(list(chain.from_iterable(groups)))
    starts = np.cumsum([0, *(len(group) for group in groups[:-1])])
    some, every = np.logical_or.reduceat, np.logical_and.reduceat
    ours = some((points.glints | points.image)[rows], starts) | every(points.wheels[rows], starts)
    told = (
        ~some(body[rows], starts),
        ours,
        ours | every(points.rests[rows], starts),
        some(points.moves[rows], starts),
        some(points.says_nothing[rows], starts),
    )
    return [Said(*one) for one in zip(*(kind.tolist() for kind in told), strict=True)]


def with_moving_limbs(points: Points, assigned: Assigned) -> set[int]:
    """Tracks among whose limbs something moves that is no wheel of ours."""
    return {*assigned.track[~assigned.body & points.moves & ~points.wheels].tolist()}


def body_unmasked(points: Points, assigned: Assigned, n: int, target: Target) -> int | None:
    """Row of an echo that moves in the range of his limbs, far stronger than all that passed for his body.

    `n` is one of `with_moving_limbs`.
    """
    mine = assigned.track == n
    others = mine & ~assigned.body & points.moves & ~points.wheels
    body = mine & assigned.body
    known = points.weight[body].max() if body.any() else target.strongest
    row = int(np.argmax(np.where(others, points.weight, 0.0)))
    return row if points.weight[row] > LIMBS_WEAKER * known else None


def _without_limbs(body: Rows, moves: list[bool], weight: list[float]) -> Rows:
    """Without what is far weaker than its strongest mover: while no speed is known wheels pass for body."""
    strongest = max((weight[row] for row in body if moves[row]), default=0.0)
    return [row for row in body if weight[row] * LIMBS_WEAKER > strongest]


class Shown(NamedTuple):
    """Weighted mean of what one frame showed of a track, over ground."""

    at_m: Floats  # (2,)
    sight: Floats  # (2,)
    ground_mps: float
    range_m: float
    cross_sigma_m: float
    strength: float  # of its strongest echo

    def known_m2(self) -> Floats:
        """(2, 2) covariance of the place, over ground."""
        across = np.array([-self.sight[1], self.sight[0]])
        known: Floats = np.eye(2) * kalman.RANGE_SIGMA_M**2 + np.outer(across, across) * self.cross_sigma_m**2
        return known

    def own_mps(self, mount: Mount) -> float:
        """What the radar of `mount` drives along the line of sight."""
        (x, y), (x_mps, y_mps) = self.sight.tolist(), mount.velocity_mps.tolist()
        return float(x * x_mps + y * y_mps)

    def glimpse(self, t_s: float, believed_mps: Floats, *, rides_along: bool = False) -> Glimpse:
        """To be remembered with the velocity the track then had."""
        return Glimpse(
            t_s,
            self.at_m,
            self.sight,
            self.ground_mps,
            self.range_m,
            believed_mps,
            self.strength,
            rides_along,
        )


def shown_by(points: Points, groups: Sequence[Rows]) -> list[Shown]:
    """The points of each group together."""
    rows = np.array(list(chain.from_iterable(groups)))
    weight, at_m, sight = points.weight[rows], points.position_m[rows], points.line_of_sight[rows]
    ground_mps, range_m, cross_m = points.ground_mps[rows], points.range_m[rows], points.cross_sigma_m[rows]
    weights = weight.tolist()
    found, start = [], 0
    for group in groups:
        his = slice(start, start := start + len(group))
        own = weight[his]
        mean = (own / np.add.reduce(own)).dot  # of so few, sooner than @
        found.append(
            Shown(
                mean(at_m[his]),
                mean(sight[his]),
                float(mean(ground_mps[his])),
                float(mean(range_m[his])),
                float(mean(cross_m[his])),
                max(weights[his]),
            )
        )
    return found


def centres(
    shown: Sequence[Shown], own_mps: Sequence[float], limbs: Bools, mount: Mount, wide_m: Floats
) -> kalman.Measured:
    """Weighted centre and Doppler of each group, as the radar of `mount` measured them."""
    away_m = (np.concatenate([one.at_m for one in shown]).reshape(-1, 2) - mount.position_m).tolist()
    return kalman.Measured(
        range_m=np.array([math.hypot(x_m, y_m) for x_m, y_m in away_m]),
        bearing_rad=np.array([math.atan2(y_m, x_m) for x_m, y_m in away_m]),
        # Seen from the mean direction the sum of own and ground speed is exact, whatever the spread.
        range_rate_mps=np.array([one.ground_mps - own for one, own in zip(shown, own_mps, strict=True)]),
        cross_sigma_m=np.hypot([one.cross_sigma_m for one in shown], wide_m),
        limbs=limbs,
    )
