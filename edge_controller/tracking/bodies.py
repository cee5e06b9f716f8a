"""Vehicles: neighbouring echoes that move alike over more than any rider is long.

Which spots of a side answer changes from look to look, so that the middle of what feeds a track wanders along
it: its places tell neither speed nor course. But a rigid body seen at several bearings tells its velocity by
Doppler alone (Kellner, Barjenbruch, Klappstein, Dickmann, Dietmayer, Instantaneous lateral velocity
estimation of a vehicle using Doppler radar, FUSION 2013).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_controller.tracking.kalman import DOPPLER_SIGMA_MPS
from edge_controller.tracking.odometry import Bools, Floats
from edge_controller.tracking.points import Points

Rows = NDArray[np.intp]

APART_M, ALIKE_MPS = 1.7, 0.3  # neighbours: between the front of a car and its wheel arch nothing answers
LONG_M, FEWEST, FEW = 3.0, 6, 3  # echoes of one that is new, and of one that is known (decision 0159)
RIGID_MPS, TURN_RAD = 0.12, 0.03  # two whose bearings differ less tell nothing across
WHEELS_M, WHEELS_MPS = 0.6, 0.7  # about its other echoes, beyond 0 to twice its speed
ANY_MPS = 20.0  # sigma of a velocity of which nothing is seen
KNOWN_MPS = 0.1  # no better: wheels that happen to move alike, and our own speed
AGREES = 3.0  # sigmas
CLOSING_MPS = 15.0  # two who meet; by a wrong bearing some of it is taken for speed over ground


@dataclass(frozen=True, slots=True)
class Velocity:
    """By Doppler at the bearings where it was seen, over ground."""

    mps: Floats  # (2,)
    covariance: Floats  # (2, 2)

    def agrees(self, other: "Velocity") -> bool:
        """Whether both may be of one body."""
        off_mps = self.mps - other.mps
        off2 = off_mps @ np.linalg.solve(self.covariance + other.covariance, off_mps)
        return bool(off2 < AGREES**2)


@dataclass(frozen=True, slots=True)
class Body:
    """One look at a vehicle."""

    of_it: Bools  # (point,)
    spread_m2: Floats  # (2, 2) covariance of its echoes, over ground
    velocity: Velocity


def bodies(points: Points, known: Sequence[tuple[Floats, Velocity]] = ()) -> list[Body]:
    """All vehicles in sight that do not keep level with us: what does may be our own flank and its image.

    `known`: where vehicles are, (2,) over ground, and how fast: of those a few echoes are enough.
    """
    told = points.cross_sigma_m * CLOSING_MPS < ALIKE_MPS * points.range_m
    rows = np.flatnonzero(points.moves & told & ~points.rests & ~points.image & ~points.past_own)
    if len(rows) < (FEW if known else FEWEST):
        return []
    at_m, ground_mps = points.position_m[rows], points.ground_mps[rows]
    apart_m = np.hypot(*(at_m[:, None] - at_m).transpose(2, 0, 1))
    near = apart_m < APART_M
    found, left = [], np.ones(len(rows), dtype=np.bool_)
    for place_m, velocity in known:
        about = left & (np.hypot(*(at_m - place_m).T) < APART_M)
        again = _grown(points, rows, near, about & _fits(points, rows, velocity), velocity)
        if np.count_nonzero(again) >= FEW:
            left &= ~again
            found.append(_body(points, rows[again]))
    alike = _joined(near & (np.abs(ground_mps[:, None] - ground_mps) < ALIKE_MPS) & left & left[:, None])
    long = (np.where(alike, apart_m, 0.0).max(axis=1) > LONG_M) & (np.count_nonzero(alike, axis=1) >= FEWEST)
    for n in np.flatnonzero(long).tolist():
        if not left[n]:
            continue
        left &= ~alike[n]
        rigid = np.isin(rows, _rigid(points, rows[alike[n]]))
        if np.count_nonzero(rigid) >= FEWEST and apart_m[rigid][:, rigid].max() > LONG_M:
            all_of_it = _grown(points, rows, near, rigid, velocity_of(points, rows[rigid]))
            left &= ~all_of_it
            found.append(_body(points, rows[all_of_it]))
    return found


def _joined(neighbours: Bools) -> Bools:
    """(n, n) who is reached from whom, neighbour by neighbour."""
    reached = neighbours.astype(np.float32)
    while True:
        farther = (reached @ reached > 0).astype(np.float32)
        if np.array_equal(farther, reached):
            return farther > 0
        reached = farther


def _rigid(points: Points, rows: Rows) -> Rows:
    """Most of them that one body can show: without wheels that happen to be about as fast.

    Every two tell a velocity, and each alone one along its line of sight: that which most of them fit.
    """
    sight, ground_mps = points.line_of_sight[rows], points.ground_mps[rows]
    one, other = np.triu_indices(len(rows), 1)
    turn = sight[one, 0] * sight[other, 1] - sight[one, 1] * sight[other, 0]
    one, other, turn = (of[np.abs(turn) > TURN_RAD] for of in (one, other, turn))
    both = sight[other, ::-1] * ground_mps[one, None] - sight[one, ::-1] * ground_mps[other, None]
    pairs_mps = both * np.array([1.0, -1.0]) / turn[:, None]
    told_mps = np.concatenate([sight * ground_mps[:, None], pairs_mps])
    fits = np.abs(told_mps @ sight.T - ground_mps) < RIGID_MPS
    rigid: Rows = rows[fits[np.argmax(np.count_nonzero(fits, axis=1))]]
    return rigid


def _grown(points: Points, rows: Rows, near: Bools, first: Bools, velocity: Velocity) -> Bools:
    """With those next to it that move as it does at their bearing: close by that differs much."""
    fits, grown = _fits(points, rows, velocity), first
    while True:
        more = grown | (fits & near[grown].any(axis=0))
        if np.array_equal(more, grown):
            return grown
        grown = more


def _fits(points: Points, rows: Rows, velocity: Velocity) -> Bools:
    sight = points.line_of_sight[rows]
    doubt_mps = np.sqrt(np.einsum("pi,ij,pj->p", sight, velocity.covariance, sight))
    fits: Bools = np.abs(points.ground_mps[rows] - sight @ velocity.mps) + doubt_mps < ALIKE_MPS
    return fits


def velocity_of(points: Points, rows: Rows) -> Velocity:
    """Of one rigid body that shows these points and goes straight on."""
    sight = points.line_of_sight[rows]
    turned_mps = CLOSING_MPS * points.cross_sigma_m[rows] / np.maximum(points.range_m[rows], 0.1)
    weight = 1 / (DOPPLER_SIGMA_MPS**2 + turned_mps**2)
    covariance = np.linalg.inv(sight.T * weight @ sight + np.eye(2) / ANY_MPS**2)
    mps = covariance @ (sight.T @ (weight * points.ground_mps[rows]))
    return Velocity(mps, covariance + np.eye(2) * KNOWN_MPS**2)


def _body(points: Points, rows: Rows) -> Body:
    of_it = np.zeros(len(points), dtype=np.bool_)
    of_it[rows] = True
    velocity = velocity_of(points, _rigid(points, rows))
    return Body(of_it, np.cov(points.position_m[rows].T, bias=True), velocity)


def wheels_of(points: Points, body: Body) -> Bools:
    """(point,) its wheels show from nothing to twice its speed, among its other echoes."""
    its_m = points.position_m[body.of_it]
    away_m = np.hypot(*(points.position_m[:, None] - its_m).transpose(2, 0, 1)).min(axis=1)
    expected_mps = points.line_of_sight @ body.velocity.mps
    rolls_mps = points.ground_mps * np.where(expected_mps < 0, -1.0, 1.0)
    rolls = (rolls_mps > -WHEELS_MPS) & (rolls_mps < 2 * np.abs(expected_mps) + WHEELS_MPS)
    wheels: Bools = (away_m < WHEELS_M) & rolls & ~body.of_it
    return wheels


def body_of(group: Rows, weight: Floats, seen: Sequence[Body]) -> int | None:
    """Which vehicle shows most of what feeds a track."""
    own = weight[group]
    for n, body in enumerate(seen):
        if own @ body.of_it[group] > own.sum() / 2:
            return n
    return None
