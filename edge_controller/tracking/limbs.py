"""When only wheels and legs are seen: their Doppler runs from nothing to twice as fast as the rider gets on.

A body at our own speed has no Doppler against us and can lie under the echo of our own flank, while its
wheels stand out. Taken for a body their tops make a rider of twice the speed, their spokes and lower halves
one who falls back; where he is from frame to frame tells.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edge_controller.tracking.odometry import Floats

PLACE_SIGMA_M = 0.3  # wheels lie half a metre ahead of the middle and behind it
SHORTEST_S = 0.25
FEWEST = 6
SIGMAS = 3.0
SLOWER = 0.75  # of two speeds the lower is less than this of the other: else it is the wander of a centre


@dataclass(frozen=True, slots=True)
class Glimpse:
    """Centre of what one frame showed of a track, over ground."""

    t_s: float
    at_m: Floats  # (2,)
    sight: Floats  # (2,) unit vector
    ground_mps: float  # along it


@dataclass(frozen=True, slots=True)
class Pace:
    """Place and velocity by place alone, over ground, and their sigmas per axis."""

    at_m: Floats  # (2,) at the last glimpse
    place_sigma_m: float
    velocity_mps: Floats  # (2,)
    sigma_mps: float


def true_pace(glimpses: Sequence[Glimpse]) -> Pace | None:
    """How he gets on, where his Doppler is another beyond doubt; None where they agree or it is early."""
    if len(glimpses) < FEWEST or glimpses[-1].t_s - glimpses[0].t_s < SHORTEST_S:
        return None
    t_s = np.array([one.t_s for one in glimpses])
    away_s = t_s - t_s.mean()
    velocity = away_s @ np.stack([one.at_m for one in glimpses]) / (away_s @ away_s)
    sigma_mps = PLACE_SIGMA_M / math.sqrt(away_s @ away_s)
    along_mps = np.array([one.sight @ velocity for one in glimpses])
    doppler_mps = float(np.mean([one.ground_mps for one in glimpses]))
    gets_on_mps = float(np.mean(along_mps)) * np.sign(doppler_mps)
    faster_mps, slower_mps = max(abs(doppler_mps), gets_on_mps), min(abs(doppler_mps), gets_on_mps)
    if faster_mps - slower_mps < SIGMAS * sigma_mps or slower_mps > SLOWER * faster_mps:
        return None
    middle_m = np.mean([one.at_m for one in glimpses], axis=0)
    place_sigma_m = math.hypot(PLACE_SIGMA_M / math.sqrt(len(glimpses)), sigma_mps * away_s[-1])
    return Pace(middle_m + velocity * away_s[-1], place_sigma_m, velocity, sigma_mps)
