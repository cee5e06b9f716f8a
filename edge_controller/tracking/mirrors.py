"""What rides along with us behind things that stand: our own image in a wall, a rail or the side of a car.

A smooth side shows our flank once more, behind it or as far out as half of that, at rest against us: over
ground a rider at just our speed. The line of sight to it crosses what mirrors.
"""

from collections import deque

import numpy as np

from edge_controller.tracking.odometry import Floats, Mount
from edge_controller.tracking.points import Points

REMEMBERED_S = 1.5  # a smooth side shows itself where we passed it, and at its joints
BESIDE_SIGHT_M = 1.0
BEFORE_M = 0.3  # of the echo, and of the radar


class Standing:
    """Places over ground where something stood lately, for all radars."""

    def __init__(self) -> None:
        self._looks: deque[tuple[float, Floats]] = deque()

    def note(self, points: Points, t_s: float) -> None:
        """Remember what stands, and forget what is old."""
        stands = ~points.moves & ~points.glints & ~points.wheels
        self._looks.append((t_s, points.position_m[stands]))
        while t_s - self._looks[0][0] > REMEMBERED_S:
            self._looks.popleft()

    def hides(self, points: Points, mount: Mount) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Rows at rest against us for which something stands in the line of sight."""
        hidden = np.zeros(len(points), dtype=np.bool_)
        rows = np.flatnonzero(points.moves & points.rests)
        if not len(rows):
            return hidden
        away_m = np.concatenate([at_m for _, at_m in self._looks]) - mount.position_m
        sight = points.line_of_sight[rows]
        along_m = sight @ away_m.T
        aside_m = np.abs(sight[:, :1] * away_m[:, 1] - sight[:, 1:] * away_m[:, 0])
        between = (along_m > BEFORE_M) & (along_m < points.range_m[rows, None] - BEFORE_M)
        hidden[rows] = np.any(between & (aside_m < BESIDE_SIGHT_M), axis=1)
        return hidden
