"""Which detection belongs to which track, and what is new."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_controller.tracking.odometry import Bools, Floats
from edge_controller.tracking.points import Points
from edge_controller.tracking.target import (
    BICYCLE_M,
    MOVING_SPEED_MPS,
    SLOWEST_MPS,
    THING_M,
    Target,
    means,
    stacked,
)

GATE = 3.0  # sigmas outside the box
POINT_SIGMA_M = 0.2
BODY_SIGMA_MPS = 0.4
BODY_MPS = 0.9  # rider and frame keep this close to the track's own speed
STRICT_MPS, STRICT_SHARE = 0.2, 0.25  # ... so close where wheels, 0 to 2 v along the line of sight, misled
LIMBS_MPS = 0.7  # beyond the 0..2v of wheels and legs
GETS_ON_MPS = 1.0  # along the line of sight; who has stopped beside us is at rest against us as well
AROUND_M = (1.2, 0.9)  # sidelobes and limbs of a rider stay this close; they start no track of their own
CLUSTER_M = 1.0
SAME_BICYCLE_M = (1.3, 0.8)
SAME_THING_M = 0.3
NEAR_M = math.hypot(*SAME_BICYCLE_M)  # farther apart are two, whichever way they head
ROUNDING_M = 1e-6
LN_TAU, ROOT_TAU = math.log(2 * math.pi), math.sqrt(2 * math.pi)


@dataclass(frozen=True, slots=True)
class Assigned:
    """For each point: the track it feeds, or -1; the body speed agrees; the point is spoken for."""

    track: NDArray[np.int64]
    body: Bools
    claimed: Bools
    likelihood: Floats  # per m2 and m/s, that its track shows an echo just so; 0 without a track

    def tracks(self) -> list[int]:
        """Those that are fed."""
        return sorted({*self.track.tolist()} - {-1})

    def only(self, keep: Bools) -> "Assigned":
        """The points for which `keep` is true."""
        return Assigned(self.track[keep], self.body[keep], self.claimed[keep], self.likelihood[keep])


def assign(points: Points, targets: Sequence[Target]) -> Assigned:
    """Each point to the track it is likeliest of, by place and Doppler."""
    if not targets or not len(points):
        nobody = np.zeros(len(points), dtype=np.bool_)
        return Assigned(np.full(len(points), -1), nobody, nobody, np.zeros(len(points)))
    known = _known(targets)
    pairs = _near_pairs(points, known, np.array([t.wheels_only for t in targets]))
    possible = np.flatnonzero((pairs.outside < GATE) & (pairs.body | pairs.limbs))
    cost = np.full((len(points), len(targets)), np.inf)
    cost[pairs.point[possible], pairs.track[possible]] = pairs.unlikely()[possible]
    best = np.argmin(cost, axis=1)
    own = np.arange(len(points)), best
    found = np.isfinite(cost[own])
    feeds = np.flatnonzero(found & _fits_range(points, known, best))
    # Pairs are in order of points, and then of tracks.
    chosen = np.searchsorted(pairs.point * len(targets) + pairs.track, feeds * len(targets) + best[feeds])
    track, body = np.full(len(points), -1), np.zeros(len(points), dtype=np.bool_)
    likelihood = np.zeros(len(points))
    track[feeds], body[feeds] = best[feeds], pairs.body[chosen]
    likelihood[feeds] = pairs.likelihood(chosen, known.size_m)
    claimed = found
    claimed[pairs.point[pairs.around & (pairs.body | points.moves[pairs.point])]] = True
    return Assigned(track, body, claimed, likelihood)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Points and tracks near each other: few of all."""

    point: NDArray[np.intp]
    track: NDArray[np.intp]
    around: Bools  # beside who rides
    outside: Floats  # sigmas
    sigma_m: Floats
    off_mps: Floats
    speed_sigma_mps: Floats
    limb_span_mps: Floats
    body: Bools
    limbs: Bools

    def unlikely(self) -> Floats:
        """Twice the negative logarithm of the likelihood, its density too.

        Else a track that knows neither place nor speed takes the wheels of a rider who is well known. Limbs
        show any speed of their range alike.
        """
        sigma_mps = self.speed_sigma_mps
        as_body = (self.off_mps / sigma_mps) ** 2 + 2 * np.log(sigma_mps) + LN_TAU
        as_limb = 2 * np.log(self.limb_span_mps)
        found: Floats = self.outside**2 + 4 * np.log(self.sigma_m) + np.where(self.body, as_body, as_limb)
        return found

    def likelihood(self, rows: NDArray[np.intp], sizes_m: Floats) -> Floats:
        """Of some of them."""
        body, sigma_mps = self.body[rows], self.speed_sigma_mps[rows]
        size_m = sizes_m[self.track[rows]] + ROOT_TAU * self.sigma_m[rows, None]
        speeds_mps = np.where(body, ROOT_TAU * sigma_mps, self.limb_span_mps[rows])
        off_sigmas = np.where(body, self.off_mps[rows] / sigma_mps, 0.0)
        sigmas2 = self.outside[rows] ** 2 + off_sigmas**2
        found: Floats = np.exp(-sigmas2 / 2) / (size_m[:, 0] * size_m[:, 1] * speeds_mps)
        return found


def _near_pairs(points: Points, known: "_Known", wheels_only: Bools) -> _Pairs:
    along_m, across_m = _outside_box(points, known)
    covariance, sights = known.covariance, points.line_of_sight
    sigma_m = POINT_SIGMA_M + points.cross_sigma_m[:, None] + np.sqrt(_mean_variance(covariance))
    outside = np.hypot(along_m, across_m) / sigma_m
    around = (along_m < AROUND_M[0]) & (across_m < AROUND_M[1]) & known.rides
    near = (outside < GATE) | around
    point, track = near.nonzero()
    # Of all: sums of products come out otherwise, in the last bit, where they are taken of a few.
    expected_mps = (sights @ known.velocity_mps.T)[near]
    doubt_mps = np.sqrt(np.einsum("pi,tij,pj->pt", sights, covariance[:, 2:, 2:], sights)[near])
    ground_mps, moving, wheels = points.ground_mps[point], known.rides[track], wheels_only[track]
    off_mps, expects_mps = np.abs(ground_mps - expected_mps), np.abs(expected_mps)
    # Who was taken for twice as fast once is not again: his wheels, and our flank, are told from his body.
    strict_mps = np.minimum(BODY_MPS, STRICT_MPS + STRICT_SHARE * expects_mps)
    body = off_mps < np.where(wheels, strict_mps, BODY_MPS + 2 * doubt_mps)
    # What is at rest against us close to our flank is our flank for whoever gets on with us.
    body &= ~(points.glints[point] & (wheels | (moving & (expects_mps > GETS_ON_MPS))))
    # The top of a wheel is off by twice what his own speed, known by his places only, may be off.
    top_mps = 2 * (expects_mps + np.where(wheels, 2 * doubt_mps, 0.0))
    rolls_mps = ground_mps * np.where(expected_mps < 0, -1.0, 1.0)
    rolls = (rolls_mps > -LIMBS_MPS) & (rolls_mps < top_mps + LIMBS_MPS)
    return _Pairs(
        point,
        track,
        around[near],
        outside[near],
        sigma_m[near],
        off_mps,
        BODY_SIGMA_MPS + doubt_mps,
        top_mps + 2 * LIMBS_MPS,
        body,
        moving & points.moves[point] & rolls,
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What is believed of all tracks, row by row."""

    at_m: Floats  # (n, 2)
    velocity_mps: Floats  # (n, 2)
    covariance: Floats  # (n, 4, 4)
    heading: Floats  # (n, 2) unit vectors
    rides: Bools
    size_m: Floats  # (n, 2)


def _known(targets: Sequence[Target]) -> _Known:
    mean, covariance = stacked(targets)
    # As array rows: a contiguous copy, for a product of matrices sums otherwise in another order.
    at_m, velocity_mps = mean[:, :2].copy(), mean[:, 2:].copy()
    speed_mps = np.maximum([math.hypot(x, y) for x, y in velocity_mps.tolist()], SLOWEST_MPS)
    heading = velocity_mps / speed_mps[:, None]
    heading[(velocity_mps == 0).all(axis=1)] = 1.0, 0.0
    rides = np.array([t.rides for t in targets])
    size_m = np.where(rides[:, None], BICYCLE_M, THING_M)
    return _Known(at_m, velocity_mps, covariance, heading, rides, size_m)


def _outside_box(points: Points, known: _Known) -> tuple[Floats, Floats]:
    """How far each point (rows) lies outside each track's box (columns), along and across."""
    x_m = points.position_m[:, :1] - known.at_m[:, 0]
    y_m = points.position_m[:, 1:] - known.at_m[:, 1]
    cos, sin = known.heading[:, 0], known.heading[:, 1]
    along, across = np.abs(x_m * cos + y_m * sin), np.abs(y_m * cos - x_m * sin)
    half_m = known.size_m / 2
    return np.maximum(along - half_m[:, 0], 0.0), np.maximum(across - half_m[:, 1], 0.0)


def _fits_range(points: Points, known: _Known, track: NDArray[np.intp]) -> Bools:
    """Whether each point is as far off as its `track`: that is known however little its bearing is."""
    radar_m = points.position_m - points.range_m[:, None] * points.line_of_sight
    away_m = known.at_m[track] - radar_m
    track_m = np.hypot(away_m[:, 0], away_m[:, 1])
    sight = away_m / np.maximum(track_m, 0.1)[:, None]
    variance = np.einsum("ni,nij,nj->n", sight, known.covariance[track, :2, :2], sight)
    sigma_m = np.sqrt(np.maximum(variance, 0.0))
    off_m = np.abs(track_m - points.range_m) - known.size_m[track, 0] / 2
    return np.asarray(off_m < GATE * (POINT_SIGMA_M + sigma_m))


def _mean_variance(covariance: Floats) -> Floats:
    variance: Floats = (covariance[:, 0, 0] + covariance[:, 1, 1]) / 2
    return variance


def clusters(points: Points) -> list[NDArray[np.int64]]:
    """Row numbers that belong together, grown around the strongest point left; at most a bicycle wide."""
    left = np.ones(len(points), dtype=np.bool_)
    found = []
    for seed in np.argsort(-points.weight, kind="stable"):
        if not left[seed]:
            continue
        away_m = np.hypot(*(points.position_m - points.position_m[seed]).T)
        # A bicycle shows 0 to twice its speed at once; only things that stand are told apart from it.
        members = left & (away_m < CLUSTER_M) & (points.moves == points.moves[seed])
        left &= ~members
        found.append(np.flatnonzero(members))
    return found


def duplicates(targets: Sequence[Target]) -> set[int]:
    """Ids of tracks that are another, better proven track seen twice."""
    near = _near_another(targets)
    if not near:
        return set()
    ranked = sorted(near, key=lambda t: (-t.confirmed, -t.moving, -t.hits, t.id))
    same = np.triu(_same(ranked), 1)  # row is better than column
    gone: set[int] = set()
    for better, worse in np.argwhere(same):
        if ranked[better].id not in gone:
            gone.add(ranked[worse].id)
    return gone


def _near_another(targets: Sequence[Target]) -> list[Target]:
    """Those with another so near that one may be the other: few of many."""
    if len(targets) < 2:
        return []
    at_m = means(targets)[:, :2]
    reach_m = np.where([t.rides for t in targets], NEAR_M, SAME_THING_M + ROUNDING_M)
    x_m, y_m = at_m[:, 0] - at_m[:, :1], at_m[:, 1] - at_m[:, 1:]
    near = x_m**2 + y_m**2 < reach_m[:, None] ** 2
    if np.count_nonzero(near) == len(targets):
        return []
    np.fill_diagonal(near, val=False)
    return [targets[n] for n in np.flatnonzero(near.any(axis=0) | near.any(axis=1)).tolist()]


def _same(targets: Sequence[Target]) -> Bools:
    """Rows see columns as themselves: in their own box, with their own speed.

    Two that ride cannot share one place, whatever their speeds.
    """
    known = _known(targets)
    rides, heading, velocity_mps = known.rides, known.heading, known.velocity_mps
    known_mps = np.hypot(velocity_mps[:, 0], velocity_mps[:, 1])
    apart = known.at_m[None] - known.at_m[:, None]
    differ = velocity_mps[None] - velocity_mps[:, None]
    differ_mps = np.hypot(differ[..., 0], differ[..., 1])
    along_m = np.abs(apart[..., 0] * heading[:, None, 0] + apart[..., 1] * heading[:, None, 1])
    across_m = np.abs(apart[..., 1] * heading[:, None, 0] - apart[..., 0] * heading[:, None, 1])
    bicycle = (along_m < SAME_BICYCLE_M[0]) & (across_m < SAME_BICYCLE_M[1])
    bicycle &= rides[None] | (differ_mps < 2 * BODY_MPS)
    # A post beside his way, or somebody who stands there, is no second echo of who passes.
    stands = np.array([t.stands for t in targets])
    bicycle &= ~(stands[None] & (known_mps[:, None] > MOVING_SPEED_MPS))
    thing = (np.hypot(apart[..., 0], apart[..., 1]) < SAME_THING_M) & (differ_mps < BODY_MPS)
    return np.where(rides[:, None], bicycle, thing)
