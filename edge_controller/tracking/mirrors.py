"""What rides along with us behind things that stand: our own image in a wall, a rail or the side of a car.

A smooth side shows our flank once more, behind it or as far out as half of that, at rest against us: over
ground a rider at just our speed. The line of sight to it crosses what mirrors. What goes out by way of the
side and comes back from the flank itself, or the other way round, lies half as far and anywhere between the
two bearings: before the side, where people ride. It says nothing, neither for somebody nor against him.
"""

from collections import deque

import numpy as np

from edge_controller.tracking.odometry import Bools, Floats, Mount
from edge_controller.tracking.points import Points

REMEMBERED_S = 1.5  # a smooth side shows itself where we passed it, and at its joints
BESIDE_SIGHT_M = 1.0
BEFORE_M = 0.3  # of the echo, and of the radar
# Where we turn beside a wall, or it bends, our image goes by twice our speed times the angle between.
BENDS_RAD = 0.06
HALF_WAY_MPS = 0.1  # against us: who rides there keeps our speed less exactly than we do
MIRRORS_WITHIN_M = 1.0  # of the spot where the side throws our flank at the radar
NEAREST_FLANK_M = 1.0
# A wall along our way shows a glint that goes along with us, or joints some metres apart.
IN_ROW_M, ROW_AHEAD_M, ROW_LEAST_M, FEWEST = 0.25, 3.0, 2.0, 8


class Standing:
    """Places over ground where something stood lately, for all radars."""

    def __init__(self) -> None:
        self._looks: deque[tuple[float, int]] = deque()  # how many in each
        self._at_m: Floats = np.empty((0, 2))

    def note(self, points: Points, t_s: float) -> None:
        """Remember what stands, and forget what is old."""
        stands = ~(points.moves | points.glints | points.wheels | points.past_own)
        at_m, gone = points.position_m[stands], 0
        self._looks.append((t_s, len(at_m)))
        while t_s - self._looks[0][0] > REMEMBERED_S:
            gone += self._looks.popleft()[1]
        self._at_m = np.concatenate([self._at_m[gone:], at_m])

    def hides(self, points: Points, mount: Mount, sways_mps: float = 0.0) -> Bools:
        """Rows at rest against us, or slower than that, for which something stands in the line of sight."""
        rests = points.rests | (np.abs(points.rate_mps) < sways_mps)
        return self._behind(points, mount, points.moves & rests)

    def shadows(self, points: Points, mount: Mount) -> Bools:
        """Rows that move, however fast, beyond something that stands: whom it mirrors is seen there again."""
        return self._behind(points, mount, points.moves)

    def _behind(self, points: Points, mount: Mount, asked: Bools) -> Bools:
        hidden = np.zeros(len(points), dtype=np.bool_)
        rows = np.flatnonzero(asked)
        if not len(rows) or not len(self._at_m):
            return hidden
        away_m = self._at_m - mount.position_m
        sight = points.line_of_sight[rows]
        along_m = sight @ away_m.T
        aside_m = np.abs(sight[:, :1] * away_m[:, 1] - sight[:, 1:] * away_m[:, 0])
        between = (along_m > BEFORE_M) & (along_m < points.range_m[rows, None] - BEFORE_M)
        hidden[rows] = np.any(between & (aside_m < BESIDE_SIGHT_M), axis=1)
        return hidden

    def in_row(self, at_m: Floats, axes: Floats, ahead_m: float = ROW_AHEAD_M) -> Bools:
        """Whether places (n, 2) over ground are in line with what stands along our way; axes: along, out.

        `ahead_m`: so far ahead of them and behind.
        """
        away_m = (self._at_m @ axes)[None] - (at_m @ axes)[:, None]
        row = (np.abs(away_m[..., 1]) < IN_ROW_M) & (np.abs(away_m[..., 0]) < ahead_m)
        first_m = np.where(row, away_m[..., 0], ahead_m).min(axis=1, initial=ahead_m)
        last_m = np.where(row, away_m[..., 0], -ahead_m).max(axis=1, initial=-ahead_m)
        in_row: Bools = (np.count_nonzero(row, axis=1) >= FEWEST) & (last_m - first_m > ROW_LEAST_M)
        return in_row

    def half_way(self, points: Points, mount: Mount, ahead: Floats) -> Bools:
        """Rows behind the radar that our flank may show, one way by a side that stands, the other direct.

        By a side D out a spot of our flank d back comes back from (d + sqrt(d^2 + 4 D^2)) / 2 = R, so that
        d = R - D^2 / R, and the side throws it half as far back.
        """
        image = np.zeros(len(points), dtype=np.bool_)
        rows = np.flatnonzero(points.moves & (np.abs(points.rate_mps) < HALF_WAY_MPS))
        if not len(rows) or not len(self._at_m):
            return image
        away_m = self._at_m - mount.position_m
        aside = np.array([-ahead[1], ahead[0]])
        back_m, out_m = -(away_m @ ahead)[None], (away_m @ aside)[None]
        range_m, sight = points.range_m[rows, None], points.line_of_sight[rows]
        echo_out = (sight @ aside)[:, None]
        flank_m = range_m - out_m**2 / range_m
        mirrors = (np.abs(back_m - flank_m / 2) < MIRRORS_WITHIN_M) & (flank_m > NEAREST_FLANK_M)
        between = (echo_out * out_m > 0) & (np.abs(echo_out) * np.hypot(back_m, out_m) < np.abs(out_m))
        behind = (sight @ ahead)[:, None] < 0
        image[rows] = np.any(mirrors & between & behind, axis=1)
        return image
