"""Who is not known well enough yet: every way he may go, as far as the tracker can tell.

A young track's speed across the line of sight is a guess for half a second and more. Where we turn, who is
hit whichever of these ways he goes is hit, and who is clear on one of them may be clear. Straight on it would
be his guessed course alone that brings him before us: nothing is said of him until he is known (record 0048).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edge_controller.hazard.paths import BEND_RAD, Floats
from edge_controller.hazard.turn import Motion
from edge_controller.messages import Track

SETTLED_MPS = 0.3  # known to this sigma a velocity is taken at face value
SIGMAS = 2.0
# Who is not settled by this age is contradicted by his own places, as glints and images are.
YOUNG_S, DOUBTED_MPS = 1.5, 0.45
TURNS = 0.5  # of the turn estimate: steer-in has more likely begun than not


@dataclass(frozen=True, slots=True)
class Ways:
    """The tracks as they are, then the other ways of those that are not settled."""

    tracks: tuple[Track, ...]
    owner: NDArray[np.int64]  # (way,) row of the track it belongs to

    count: int  # of tracks without their other ways
    doubted: NDArray[np.bool_]  # (track,)

    def surely(self, p: Floats, motion: Motion) -> Floats:
        """(track,): what holds whichever way he goes."""
        least = p[: self.count].copy()
        others = self.owner[self.count :]
        if others.size:
            np.minimum.at(least, others, p[self.count :])
        if motion.steer_rad < BEND_RAD and motion.p_turn < TURNS:
            least[others] = 0.0
        least[self.doubted] = 0.0
        return least


def ways(tracks: Sequence[Track]) -> Ways:
    """Two sigma to either side along both axes of what is not known of a velocity."""
    largest = [_largest(track.covariance) for track in tracks]
    others = [(n, way) for n, track in enumerate(tracks) for way in _other_ways(track, largest[n])]
    owner = np.array([*range(len(tracks)), *(n for n, _ in others)])
    doubted = np.array([_is_doubted(track, largest[n]) for n, track in enumerate(tracks)])
    return Ways((*tracks, *(way for _, way in others)), owner, len(tracks), doubted)


def _is_doubted(track: Track, largest: float) -> bool:
    return track.t_s - track.born_t_s > YOUNG_S and largest > DOUBTED_MPS**2


def _other_ways(track: Track, largest: float) -> list[Track]:
    if largest <= SETTLED_MPS**2:
        return []
    variances, axes = np.linalg.eigh(track.covariance[2:, 2:])
    steps = (SIGMAS * np.sqrt(np.maximum(variances, 0.0)) * axes).T
    return [_going(track, sign * step) for step in steps for sign in (1.0, -1.0)]


def _largest(covariance: Floats) -> float:
    """The larger of the two variances of a velocity."""
    a, b, c = covariance.item(2, 2), covariance.item(2, 3), covariance.item(3, 3)
    return float((a + c) / 2 + math.hypot((a - c) / 2, b))


def _going(track: Track, other_mps: Floats) -> Track:
    """So much faster; what he seems to do to his speed is part of the guess."""
    x_mps, y_mps = (float(mps) for mps in other_mps)
    return replace(track, vx_mps=track.vx_mps + x_mps, vy_mps=track.vy_mps + y_mps, ax_mps2=0.0, ay_mps2=0.0)
