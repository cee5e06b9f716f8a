"""Who is not known well enough yet: every way he may go, as far as the tracker can tell.

A young track's speed across the line of sight is a guess for half a second and more. Where we turn, who is
hit whichever of these ways he goes is hit, and who is clear on one of them may be clear. Straight on it would
be his guessed course alone that brings him before us: nothing is said of him until he is known (record 0048).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from edge_controller.hazard.paths import BEND_RAD, Bools, Floats
from edge_controller.hazard.turn import Motion
from edge_controller.messages import Track

SETTLED_MPS = 0.3  # known to this sigma a velocity is taken at face value
SIGMAS = 2.0
# Who is not settled by this age is contradicted by his own places, as glints and images are.
YOUNG_S, DOUBTED_MPS = 1.5, 0.45
TURNS = 0.5  # of the turn estimate: steer-in has more likely begun than not


@dataclass(frozen=True, slots=True)
class Known:
    """How well velocities are known. All (track,)."""

    settled: Bools  # taken at face value
    doubted: Bools

    @classmethod
    def of(cls, tracks: Sequence[Track]) -> "Known":
        """By their covariances and ages."""
        largest = [_largest(track.covariance) for track in tracks]
        return cls(
            np.array([variance <= SETTLED_MPS**2 for variance in largest], np.bool_),
            np.array([_is_doubted(*both) for both in zip(tracks, largest, strict=True)], np.bool_),
        )


def ways(tracks: Sequence[Track]) -> tuple[Track, ...]:
    """The tracks as they are, then four other ways of each.

    Two sigma to either side along both axes of what is not known of a velocity.
    """
    return (*tracks, *(way for track in tracks for way in _other_ways(track)))


def surely(odds: Floats, count: int) -> Floats:
    """(kind, track) what holds whichever way each of so many tracks goes, of (kind, way)."""
    others = odds[:, count:].reshape(len(odds), count, -1)
    least: Floats = np.minimum(odds[:, :count], others.min(axis=2))
    return least


def goes_straight_on(motion: Motion) -> bool:
    """Where nothing is said of who is not settled."""
    return motion.steer_rad < BEND_RAD and motion.p_turn < TURNS


def _is_doubted(track: Track, largest: float) -> bool:
    return track.t_s - track.born_t_s > YOUNG_S and largest > DOUBTED_MPS**2


def _other_ways(track: Track) -> list[Track]:
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
