"""What is wrong with a radar's bearings beside its mount: the height of things, and phases of its channels.

A line of antennas cannot tell height. What stands below has less Doppler than its bearing says, the more the
nearer it is. Channel phases that differ from the fit's add the same to each sine that is measured: nothing is
turned by less than that, and what is seen aside by twice as much. Both leave a pattern in the residuals that
neither speed, yaw rate nor mount explains, and over a minute of street that pattern tells them. Taken for
nothing they turn the estimated mount by 0.3 and by 0.5 degrees.
"""

import math

import numpy as np

from edge_controller.own_motion.consensus import Consensus, left_over, stray_mps, weights
from edge_controller.own_motion.plain import Plain, listed, numbers
from edge_controller.own_motion.sights import Sights

# Guesses before the street has told, and their sigmas: kerbs, sills and posts below a radar a metre high;
# 10 degrees of phase in each of eight channels.
GUESS = np.array([0.3, 0.0])
GUESS_SIGMA = np.array([0.3, 0.01])
LOWEST, HIGHEST = np.array([0.0, -0.05]), np.array([2.0, 0.05])
KEPT = 0.998  # of a frame's evidence in the next: a minute or two
LEARNS_S = 0.19  # frames nearer in time tell little more: they see the same street
ALIKE = 0.15  # strays are set twice as wide as they are; neighbouring frames see the same street
SLOWEST_MPS = 2.0


class Bearings:
    """Of one radar: mean square height difference to what it sees, and the sine that its phases add."""

    def __init__(self) -> None:
        self._prior = np.diag(1 / GUESS_SIGMA**2)
        self._weight = np.zeros((2, 2))
        self._seen = np.zeros(2)
        self._now = GUESS
        self._learned_s = -math.inf

    @property
    def square_height_m2(self) -> float:
        """As believed by now."""
        return float(self._now[0])

    @property
    def tilt(self) -> float:
        """As believed by now: to be taken off each measured sine."""
        return float(self._now[1])

    def kept(self) -> Plain:
        """For the next start."""
        return {"weight": listed(self._weight), "seen": listed(self._seen), "now": listed(self._now)}

    def recall(self, plain: Plain) -> None:
        """Begin with what was kept; ValueError or KeyError where this is none of it."""
        weight, seen, now = (
            numbers(plain, "weight", 2, 2),
            numbers(plain, "seen", 2),
            numbers(plain, "now", 2),
        )
        np.linalg.cholesky(weight + self._prior)  # says so where it is no weight
        self._weight, self._seen, self._now = weight, seen, np.clip(now, LOWEST, HIGHEST)

    def update(self, sights: Sights, found: Consensus, yaw_rad: float, t_s: float) -> None:
        """Take in one frame that was fitted with these figures; `yaw_rad` is the radar's."""
        if found.speed_mps < SLOWEST_MPS or t_s - self._learned_s < LEARNS_S:
            return
        self._learned_s = t_s
        columns = _columns(sights, found, yaw_rad)
        stray = stray_mps(found.speed_mps)
        rest = left_over(sights, np.array([found.speed_mps, found.yaw_rate_radps]))
        root = np.sqrt(weights(sights, rest, stray)) / (stray * math.sqrt(ALIKE))
        # Only what neither speed nor yaw rate explains: least squares with their columns taken out.
        rows, columns = sights.rows * root[:, None], columns * root[:, None]
        free = columns - rows @ np.linalg.solve(rows.T @ rows, rows.T @ columns)
        weight = free.T @ free
        self._seen = KEPT * self._seen + free.T @ (root * rest) + weight @ self._now
        self._weight = KEPT * self._weight + weight
        best = np.linalg.solve(self._weight + self._prior, self._seen + self._prior @ GUESS)
        self._now = np.clip(best, LOWEST, HIGHEST)


def _columns(sights: Sights, found: Consensus, yaw_rad: float) -> np.ndarray:
    """(sight, 2): what the residual grows by per m2 of squared height and per unit of sine."""
    arm_x, arm_y = sights.arm_m
    ahead, aside = found.speed_mps - found.yaw_rate_radps * arm_y, found.yaw_rate_radps * arm_x
    along = ahead * math.cos(yaw_rad) + aside * math.sin(yaw_rad)  # the sensor's own axes
    across = aside * math.cos(yaw_rad) - ahead * math.sin(yaw_rad)
    cosine = np.maximum(np.cos(sights.azimuth_rad), 0.2)
    height = 0.5 * along / (cosine * sights.range_m**2) if sights.knows_no_height else 0.0 * cosine
    return np.stack([height, across - along * np.sin(sights.azimuth_rad) / cosine], axis=1)
