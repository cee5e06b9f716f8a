"""Speed and yaw rate that most of what one radar sees agrees with: what stands outvotes what moves."""

import math
from dataclasses import dataclass

import numpy as np

from edge_controller.own_motion.sights import Floats, Sights

PAIRS = 40  # trials: with half of all votes moving, all would miss once in 1e5 frames
TRIALS = np.random.default_rng(5).uniform(size=(PAIRS, 2))  # the same in every frame: replay is exact
# Doppler of one reflection strays by a tenth of a cell; its direction by a degree, times our speed.
STRAY_MPS, STRAY_PER_MPS = 0.12, 0.025
EXPECTED = 2.0  # a trial that continues the last motion, or the truck's own word, counts twice
ROUNDS = 2
FEWEST = 6  # statics without which nothing is said
LEAST_SHARE = 0.3  # of the votes
FASTEST_MPS, FASTEST_RADPS = 35.0, 0.8  # no truck does more
# Errors of one street are alike from reflection to reflection (heights, channel phases).
LEAST_SPEED_SIGMA_MPS = 0.01
ALIKE = 2.0


@dataclass(frozen=True, slots=True)
class Consensus:
    """One radar's word in one frame."""

    speed_mps: float
    yaw_rate_radps: float
    speed_variance: float
    yaw_rate_variance: float
    covariance: float
    statics: int


def agreed(sights: Sights, expected: list[tuple[float, float]]) -> Consensus | None:
    """Speed and yaw rate by consensus, refined by reweighted least squares; None where too little stands.

    `expected` are motions held likely beforehand. Range rates are taken modulo a whole fold.
    """
    if len(sights) < FEWEST:
        return None
    best = _most_votes(sights, expected)
    stray, squares = stray_mps(float(best[0])), sights.squares
    for _ in range(ROUNDS):
        rest = left_over(sights, best)
        weight = weights(sights, rest, stray)
        a, b, d = (weight @ squares).tolist()
        determinant = a * d - b * b
        if determinant < 1e-6 * a * d or determinant <= 0:
            return None
        one, two = ((weight * rest) @ sights.rows).tolist()
        best = best - np.array([(d * one - b * two) / determinant, (a * two - b * one) / determinant])
    counted = weight > 0
    statics = int(np.count_nonzero(counted))
    if statics < FEWEST or float(counted @ sights.vote) < LEAST_SHARE * float(sights.vote.sum()):
        return None
    variance = max(float(weight @ (rest * rest)) / max(float(weight.sum()), 1e-9), 0.02**2) * ALIKE
    return Consensus(
        float(best[0]),
        float(best[1]),
        variance * d / determinant + LEAST_SPEED_SIGMA_MPS**2,
        variance * a / determinant,
        -variance * b / determinant,
        statics,
    )


def _most_votes(sights: Sights, expected: list[tuple[float, float]]) -> Floats:
    """(speed, yaw rate) with most votes among pairs of reflections and what was expected.

    What was expected last and has more than half of all votes cannot be outvoted: then no pair is tried.
    """
    if expected:
        likely = np.array(expected[-1])
        off = left_over(sights, likely) * (1 / stray_mps(expected[-1][0]))
        if np.maximum(1 - off * off, 0) @ sights.vote > 0.5 * sights.vote.sum():
            return likely
    pair = (TRIALS * len(sights)).astype(np.intp)
    one, two = sights.rows[pair[:, 0]], sights.rows[pair[:, 1]]
    rate = sights.rate_mps[pair]
    determinant = one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
    determinant = np.where(np.abs(determinant) < 1e-3, np.inf, determinant)
    trial = np.empty((PAIRS + len(expected), 2))
    trial[:PAIRS, 0] = (one[:, 1] * rate[:, 1] - two[:, 1] * rate[:, 0]) / determinant
    trial[:PAIRS, 1] = (two[:, 0] * rate[:, 0] - one[:, 0] * rate[:, 1]) / determinant
    trial[PAIRS:] = np.reshape(expected, (-1, 2))
    score = _votes_for(sights, trial)
    score[(np.abs(trial) > (FASTEST_MPS, FASTEST_RADPS)).any(axis=1)] = 0
    for speed_mps, yaw_rate_radps in expected:
        near = np.abs(trial[:, 0] - speed_mps) < 0.3 + 0.05 * abs(speed_mps)
        score = np.where(near & (np.abs(trial[:, 1] - yaw_rate_radps) < 0.06), EXPECTED * score, score)
    return np.asarray(trial[int(score.argmax())])


def _votes_for(sights: Sights, motion: Floats) -> Floats:
    """(motion,) votes of what obeys it, the less the more it strays."""
    stray = STRAY_MPS + STRAY_PER_MPS * np.minimum(np.abs(motion[:, :1]), FASTEST_MPS)
    off = left_over(sights, motion) / stray
    return np.asarray(np.maximum(1 - off * off, 0) @ sights.vote)


def stray_mps(speed_mps: float) -> float:
    """How far the range rate of a thing that stands may be from what its bearing says."""
    return STRAY_MPS + STRAY_PER_MPS * min(abs(speed_mps), FASTEST_MPS)


def weights(sights: Sights, rest: Floats, stray: float) -> Floats:
    """Tukey's biweight: what is off by two strays has no say."""
    off = rest * (0.5 / stray)
    part = np.maximum(1 - off * off, 0)
    return np.asarray(sights.vote * part * part)


def left_over(sights: Sights, motion: Floats) -> Floats:
    """(sight,) or (motion, sight) range rate that is left, less whole folds."""
    rest = sights.rate_mps + motion @ sights.rows.T
    rest -= sights.span_mps * np.rint(rest / sights.span_mps)
    return np.asarray(rest)


def angle_of(speed_mps: float, yaw_rate_radps: float, arm_m: tuple[float, float]) -> float:
    """Direction in which a point of the truck moves, truck axes."""
    return math.atan2(yaw_rate_radps * arm_m[0], speed_mps - yaw_rate_radps * arm_m[1])
