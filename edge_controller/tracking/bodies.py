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
LONG_M, FEWEST = 3.0, 6
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
        off2: float = off_mps @ np.linalg.solve(self.covariance + other.covariance, off_mps)
        return off2 < AGREES**2


@dataclass(frozen=True, slots=True)
class Body:
    """One look at a vehicle."""

    of_it: Bools  # (point,)
    spread_m2: Floats  # (2, 2) covariance of its echoes, over ground
    velocity: Velocity


def bodies(points: Points) -> list[Body]:
    """All vehicles in sight that do not keep level with us: what does may be our own flank and its image."""
    told = points.cross_sigma_m * CLOSING_MPS < ALIKE_MPS * points.range_m
    rows = np.flatnonzero(points.moves & told & ~points.rests & ~points.image & ~points.past_own)
    if len(rows) < FEWEST:
        return []
    at_m, ground_mps = points.position_m[rows], points.ground_mps[rows]
    apart_m = np.hypot(*(at_m[:, None] - at_m).transpose(2, 0, 1))
    near = apart_m < APART_M
    alike = _joined(near & (np.abs(ground_mps[:, None] - ground_mps) < ALIKE_MPS))
    long = (np.where(alike, apart_m, 0.0).max(axis=1) > LONG_M) & (np.count_nonzero(alike, axis=1) >= FEWEST)
    found, left = [], np.ones(len(rows), dtype=np.bool_)
    for n in np.flatnonzero(long).tolist():
        if left[n]:
            all_of_it = _grown(points, rows, near, alike[n])
            left &= ~(alike[n] | all_of_it)
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


def _grown(points: Points, rows: Rows, near: Bools, alike: Bools) -> Bools:
    """With those next to it that move as it does at their bearing: close by that differs much."""
    sight, grown = points.line_of_sight[rows], alike
    while True:
        velocity = velocity_of(points, rows[grown])
        doubt_mps = np.sqrt(np.einsum("pi,ij,pj->p", sight, velocity.covariance, sight))
        fits = np.abs(points.ground_mps[rows] - sight @ velocity.mps) + doubt_mps < ALIKE_MPS
        more = grown | (fits & near[grown].any(axis=0))
        if np.array_equal(more, grown):
            return grown
        grown = more


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
    return Body(of_it, np.cov(points.position_m[rows].T, bias=True), velocity_of(points, rows))


def body_of(group: Rows, weight: Floats, seen: Sequence[Body]) -> Body | None:
    """The vehicle that shows most of what feeds a track."""
    own = weight[group]
    for body in seen:
        if own @ body.of_it[group] > own.sum() / 2:
            return body
    return None
