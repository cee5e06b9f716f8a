"""How far above or below a radar do the things stand that it sees? A line of antennas cannot tell.

What stands below has less Doppler than its bearing says, the more the nearer it is: that part of the residual
gives the mean square of the height difference over a minute of street.
Taken for 0 or for a guess it turns the estimated mount by 0.3 degrees.
"""

import math

import numpy as np

from edge_controller.own_motion.consensus import Consensus, residual, stray_mps, weights
from edge_controller.own_motion.sights import Sights

GUESS_M2 = 0.3  # until the street has told: kerbs, sills and posts below a radar a metre high
MOST_M2 = 2.0
GUESS_WEIGHT = 2.0  # of the guess, as if so much had been seen
KEPT = 0.9995  # of a frame's evidence in the next: a minute
SLOWEST_MPS = 2.0


class Height:
    """Mean square height difference of one radar's statics."""

    def __init__(self) -> None:
        self._seen, self._weight = 0.0, 0.0

    @property
    def square_m2(self) -> float:
        """As believed by now."""
        found = (self._seen + GUESS_M2 * GUESS_WEIGHT) / (self._weight + GUESS_WEIGHT)
        return min(MOST_M2, max(0.0, found))

    def update(self, sights: Sights, found: Consensus, yaw_rad: float) -> None:
        """Take in one frame that was fitted with `square_m2`; `yaw_rad` is the radar's."""
        if found.speed_mps < SLOWEST_MPS or not sights.knows_no_height:
            return
        arm_x, arm_y = sights.arm_m
        along = (found.speed_mps - found.yaw_rate_radps * arm_y) * math.cos(yaw_rad)
        along += found.yaw_rate_radps * arm_x * math.sin(yaw_rad)
        rest = residual(sights, np.array([[found.speed_mps, found.yaw_rate_radps]]))[0]
        weight = weights(sights, rest, stray_mps(found.speed_mps))
        # Only what neither speed nor yaw rate explains: least squares with the other columns taken out.
        root = np.sqrt(weight)[:, None]
        rows, column = sights.rows * root, along * sights.lift * root[:, 0]
        free = column - rows @ np.linalg.solve(rows.T @ rows, rows.T @ column)
        sigma2 = stray_mps(found.speed_mps) ** 2
        power = float(free @ free) / sigma2
        self._seen = KEPT * self._seen + float(free @ (root[:, 0] * rest)) / sigma2 + power * self.square_m2
        self._weight = KEPT * self._weight + power
