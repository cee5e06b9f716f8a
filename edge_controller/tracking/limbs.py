"""When only wheels and legs are seen: their Doppler runs from nothing to twice as fast as the rider gets on.

A body at our own speed has no Doppler against us and can lie under the echo of our own flank, while its
wheels stand out. Taken for a body their tops make a rider of twice the speed, their spokes and lower halves
one who falls back; where he is from frame to frame tells.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from edge_controller.tracking.odometry import Floats

PLACE_SIGMA_M = 0.3  # wheels lie half a metre ahead of the middle and behind it
SHORTEST_S = 0.25
FEWEST = 6
SIGMAS = 3.0
QUIET = 0.999  # rounding left aside
# Across his course wheels lie in one plane: what wanders there is the bearing.
ASIDE_SIGMA_M, ASIDE_SIGMA_RAD, ASIDE_SIGMAS = 0.15, 0.03, 2.5
SLOWER = 0.75  # of two speeds the lower is less than this of the other: else it is the wander of a centre


class Glimpse(NamedTuple):
    """Centre of what one frame showed of a track, over ground."""

    t_s: float
    at_m: Floats  # (2,)
    sight: Floats  # (2,) unit vector
    ground_mps: float  # along it
    range_m: float
    believed_mps: Floats  # (2,) the track's velocity with this frame in it, over ground
    strength: float = 1.0  # of its strongest echo; fourth root of power, as weights are
    # At rest against us: it may be our own body, its image, a glint that goes with us.
    rides_along: bool = False


@dataclass(frozen=True, slots=True)
class Pace:
    """Place and velocity by place alone, over ground, and their sigmas per axis."""

    at_m: Floats  # (2,) at the last glimpse
    place_sigma_m: float
    velocity_mps: Floats  # (2,)
    sigma_mps: float


def true_pace(glimpses: Sequence[Glimpse]) -> Pace | None:
    """How he gets on, where his Doppler is another beyond doubt; None where they agree or it is early."""
    if _is_early(glimpses):
        return None
    away_s, velocity = way_made(glimpses)
    sigma_mps = PLACE_SIGMA_M / math.sqrt(away_s @ away_s)
    doppler_mps = _mean([one.ground_mps for one in glimpses])
    if abs(doppler_mps) + math.hypot(velocity[0], velocity[1]) < QUIET * SIGMAS * sigma_mps:
        return None  # as nearly all: they cannot differ by more than both together
    scatter_m = max(PLACE_SIGMA_M, off_way_m(glimpses, away_s, velocity))
    sigma_mps = scatter_m / math.sqrt(away_s @ away_s)
    along_mps = [float(one.sight @ velocity) for one in glimpses]
    gets_on_mps = _mean(along_mps) * np.sign(doppler_mps)
    faster_mps, slower_mps = max(abs(doppler_mps), gets_on_mps), min(abs(doppler_mps), gets_on_mps)
    if faster_mps - slower_mps < SIGMAS * sigma_mps or slower_mps > SLOWER * faster_mps:
        return None
    middle_m = np.mean([one.at_m for one in glimpses], axis=0)
    place_sigma_m = math.hypot(scatter_m / math.sqrt(len(glimpses)), sigma_mps * away_s[-1])
    return Pace(middle_m + velocity * away_s[-1], place_sigma_m, velocity, sigma_mps)


def unproven_aside(glimpses: Sequence[Glimpse], believed_mps: Floats) -> Floats:
    """The part of a velocity across its own course that the places contradict beyond doubt; else zeros, (2,).

    Abeam a rim's Doppler is a speed towards us that its places do not have. Who swerves has been believed to
    go straight on until he did, as his places say; who was believed wrongly at first is believed rightly now.
    Only what is wrong now and was wrong all along counts.
    """
    if _is_early(glimpses):
        return np.zeros(2)
    away_s, velocity = way_made(glimpses)
    course = believed_mps / max(math.hypot(believed_mps[0], believed_mps[1]), 1e-6)
    aside = np.array([-course[1], course[0]])
    now_mps = float(aside @ (believed_mps - velocity))
    all_along_mps = float(aside @ (np.mean([one.believed_mps for one in glimpses], axis=0) - velocity))
    sigma_mps = _aside_sigma_m(glimpses) / math.sqrt(away_s @ away_s)
    least_mps = min(abs(now_mps), abs(all_along_mps))
    if now_mps * all_along_mps < 0 or least_mps < ASIDE_SIGMAS * sigma_mps:
        return np.zeros(2)
    return aside * now_mps


def not_yet_shown(glimpses: Sequence[Glimpse], believed_mps: Floats, own_mps: Floats) -> Floats:
    """The part of a speed across our own way that the places are too few, or too scattered, to show, (2,)."""
    aside = np.array([-own_mps[1], own_mps[0]]) / math.hypot(own_mps[0], own_mps[1])
    aside_mps = float(aside @ believed_mps)
    if _is_early(glimpses):
        return aside * aside_mps
    away_s, velocity = way_made(glimpses)
    sigma_m = max(_aside_sigma_m(glimpses), off_way_m(glimpses, away_s, velocity))
    return aside * math.copysign(min(abs(aside_mps), sigma_m / math.sqrt(away_s @ away_s)), aside_mps)


def surely_along_mps(glimpses: Sequence[Glimpse], along: Floats) -> float:
    """How fast he goes along a unit vector or against it, at least, by place alone; 0 where it is early."""
    if _is_early(glimpses):
        return 0.0
    away_s, velocity = way_made(glimpses)
    sigma_m = max(_aside_sigma_m(glimpses), off_way_m(glimpses, away_s, velocity))
    return max(0.0, abs(float(along @ velocity)) - SIGMAS * sigma_m / math.sqrt(away_s @ away_s))


def _is_early(glimpses: Sequence[Glimpse]) -> bool:
    return len(glimpses) < FEWEST or glimpses[-1].t_s - glimpses[0].t_s < SHORTEST_S


def way_made(glimpses: Sequence[Glimpse]) -> tuple[Floats, Floats]:
    """Times about their mean, and the velocity by place alone."""
    t_s = np.array([one.t_s for one in glimpses])
    away_s = t_s - np.add.reduce(t_s) / len(t_s)
    return away_s, away_s @ _places_m(glimpses) / (away_s @ away_s)


def _places_m(glimpses: Sequence[Glimpse]) -> Floats:
    """(n, 2)."""
    return np.concatenate([one.at_m for one in glimpses]).reshape(-1, 2)


def _mean(values: Sequence[float]) -> float:
    """What np.mean gives, in a third of its time."""
    return float(np.add.reduce(np.array(values)) / len(values))


def _aside_sigma_m(glimpses: Sequence[Glimpse]) -> float:
    """What wanders across his course, by his range."""
    return math.hypot(ASIDE_SIGMA_M, ASIDE_SIGMA_RAD * _mean([one.range_m for one in glimpses]))


def off_way_m(glimpses: Sequence[Glimpse], away_s: Floats, velocity: Floats) -> float:
    """How far the places lie off the way, per axis: images wander farther than a rider's wheels lie apart."""
    at_m = _places_m(glimpses)
    off_m = at_m - at_m.mean(axis=0) - np.outer(away_s, velocity)
    return math.sqrt(float(np.sum(off_m**2)) / (2 * (len(glimpses) - 2)))
