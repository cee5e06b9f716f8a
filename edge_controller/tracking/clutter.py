"""How thick the echoes are that nobody is known to show: rain, spray, gravel and what blows about.

A track is proven to move by echoes where it should show them. How much one such echo proves depends on how
likely chance puts one there: the score of Bar-Shalom, Li and Kirubarajan (Multitarget-Multisensor Tracking,
6.3), with the density of clutter as it was around that place in the last second.
"""

import math
from collections import deque
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from edge_controller.tracking.odometry import Bools, Floats

REMEMBERED_S = 1.0
LEAST_LOOKS = 20
AROUND_M, AROUND_MPS = 2.0, 2.0  # so near, and as fast along the line of sight: of the same kind
CLOSE_M = 1.0  # the same for what is close to the radar, where it rains (decision 0158)
AS_STRONG_DB = 3.0  # drops beside the radar are many, and weak beside a person there
# Who has few such echoes of a radar about him is not in its rain. His own first ones are nobody's yet.
AMONG_M, OFTEN = 5.0, 0.25
FEW = 1.0  # new echoes in most looks; where there are twice as many it rains
OWN_ECHOES = 2  # of one road user in one look, alike in speed and strength; more are too many for one
LEAST_PER_M_MPS = (
    0.002  # a clear day still has a leaf and a sidelobe; over the range, as cells are wider there
)
# So many of a radar's looks show a road user; far off, at 13 to 17 dB, few (docs/explanation/detection.md).
SEEN, FAR_SEEN, FAR_M = 0.7, 0.3, 20.0


@dataclass(frozen=True, slots=True)
class Unsure:
    """Echoes of one look that move and belong to nobody proven, row by row."""

    t_s: float
    at_m: Floats  # (n, 2) truck axes: spray stays with us, and rain is everywhere
    ground_mps: Floats
    snr_db: Floats
    range_m: Floats
    track: NDArray[np.int64]  # id of the track each may be of; 0 of none
    known: Bools  # that track has been seen before


class Clutter:
    """Memory of one radar's unsure echoes."""

    def __init__(self) -> None:
        self._looks: deque[Unsure] = deque()

    def note(self, look: Unsure) -> None:
        """Remember them, and forget what is old."""
        self._looks.append(look)
        while look.t_s - self._looks[0].t_s > REMEMBERED_S:
            self._looks.popleft()

    def density(self, of: Unsure, thickness: float) -> Floats:
        """Per m2 and m/s about each row of `of`: others as strong that its own track has not taken.

        Drops as strong are seen only in a small cloud close to the radar: there, where it rains, the thicker
        of two counts is taken.
        """
        kept = [look for look in self._looks if len(look.snr_db)]
        if not kept or not len(of.snr_db):
            return LEAST_PER_M_MPS / of.range_m
        at_m = np.concatenate([look.at_m for look in kept])
        away_m = of.at_m[:, None] - at_m[None]
        away_m2 = away_m[..., 0] ** 2 + away_m[..., 1] ** 2
        ground_mps = np.concatenate([look.ground_mps for look in kept])
        alike = np.abs(of.ground_mps[:, None] - ground_mps) < AROUND_MPS
        strong = np.concatenate([look.snr_db for look in kept]) > of.snr_db[:, None] - AS_STRONG_DB
        own = np.concatenate([look.track for look in kept]) == of.track[:, None]
        fresh = ~np.concatenate([look.known for look in kept])
        looks = len(self._looks)
        # On a clear day what has not been looked at yet counts as clear.
        counts = np.where(fresh, 1 / max(looks, LEAST_LOOKS), thickness / looks)

        def others(within_m: float) -> Floats:
            near = alike & strong & (away_m2 < within_m**2)
            too_many = np.count_nonzero(near & own, axis=1) / looks - (OWN_ECHOES - thickness)
            counted: Floats = counts @ (near & ~own).T + np.maximum(too_many, 0.0)
            return counted

        density = others(AROUND_M) / _volume_m2_mps(AROUND_M)
        if thickness > 0:
            close = thickness * (of.range_m < AROUND_M)
            density = np.maximum(density, close * others(CLOSE_M) / _volume_m2_mps(CLOSE_M))
        total: Floats = LEAST_PER_M_MPS / of.range_m + density
        return total

    def around(self, at_m: Floats, own: NDArray[np.int64]) -> Bools:
        """Whether echoes of others than these tracks were often seen about their places, (n, 2)."""
        kept = [look for look in self._looks if len(look.track)]
        if not kept:
            return np.zeros(len(own), dtype=np.bool_)
        away_m = at_m[:, None] - np.concatenate([look.at_m for look in kept])
        others = away_m[..., 0] ** 2 + away_m[..., 1] ** 2 < AMONG_M**2
        others &= np.concatenate([look.track for look in kept]) != own[:, None]
        starts = np.cumsum([0, *(len(look.track) for look in kept[:-1])])
        looks = np.count_nonzero(np.logical_or.reduceat(others, starts, axis=1), axis=1)
        around: Bools = looks > OFTEN * len(self._looks)
        return around

    def thickness(self) -> float:
        """From 0 on a clear day to 1 where each look shows many echoes that nobody has shown before."""
        fresh = median(int(np.count_nonzero(~look.known)) for look in self._looks)
        return min(max(fresh / FEW - 1, 0.0), 1.0)


def _volume_m2_mps(within_m: float) -> float:
    return math.pi * within_m**2 * 2 * AROUND_MPS


def gain(likelihood: float, density: float, range_m: float) -> float:
    """What one look with this echo of a track adds to its score, in logarithms of odds."""
    seen = _seen(range_m)
    return math.log(1 - seen + seen * likelihood / density)


def loss(range_m: float) -> float:
    """What one look without any adds."""
    return math.log(1 - _seen(range_m))


def _seen(range_m: float) -> float:
    return FAR_SEEN if range_m > FAR_M else SEEN
