"""Who keeps our speed exactly and never shows a wheel or a leg: our own flank, in something smooth beside us.

The side that throws it back need not be known: abeam of a radar it seldom shows, and then passes for a glint
of our own flank, so it is not remembered, and what lies beyond it is not known for an image (decision 0160).
In a wall that bends our image does not rest; there nothing moves that is not known for one (decision 0166).
"""

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from edge_controller.tracking.odometry import Bools, Floats
from edge_controller.tracking.points import Points

LASTS_S, FEWEST = 0.8, 6
REST_MPS = 0.1  # a rider's speed against us swings by more, and his wheels and legs show as much as they go
EXACT_MPS = 0.06  # what our own image shows, noise and all, while we drive straight on
LIMB_M = 1.2  # a wheel or a leg of who is there, whatever it feeds
# Of looks in a row in which nothing moves that is no image: of our own 0.73 and more are flagged as one, of
# somebody who is there at most 0.43 (decision 0166).
IMAGE_S, IMAGE_SHARE, GAP_S = 0.5, 0.7, 0.2
ROUNDING_S = 1e-6


class Rest(NamedTuple):
    """What one look shows of a track, against us."""

    fastest_mps: float  # of what feeds it and of what moves there, limbs too
    mover_mps: float  # of what moves there
    moves: bool  # something there does, and is not our image
    image: bool  # what feeds it lies where our image does, and nobody else


@dataclass(slots=True)
class AtRest:
    """Looks at one track, while we drive."""

    always: bool = True  # never was anything of it seen to move and to go otherwise than we do
    _looks: deque[tuple[float, bool]] = field(default_factory=deque)
    _unmoved_since_s: float = 0.0
    _unmoved: deque[tuple[float, bool]] = field(default_factory=deque)  # the latest of them in a row

    def note(self, t_s: float, look: Rest) -> None:
        """One look at it."""
        self.always = self.always and look.mover_mps < EXACT_MPS
        self._looks.append((t_s, look.fastest_mps < REST_MPS))
        while t_s - self._looks[0][0] > LASTS_S:
            self._looks.popleft()
        if look.moves or (self._unmoved and t_s - self._unmoved[-1][0] > GAP_S):
            self._unmoved.clear()
        if look.moves:
            return
        if not self._unmoved:
            self._unmoved_since_s = t_s
        self._unmoved.append((t_s, look.image))
        while t_s - self._unmoved[0][0] > IMAGE_S + ROUNDING_S:
            self._unmoved.popleft()

    def forget(self) -> None:
        """We stand: what stands rests against us too."""
        self._looks.clear()
        self._unmoved.clear()

    @property
    def lately(self) -> bool:
        """Nothing else was seen of it in the last looks."""
        return len(self._looks) >= FEWEST and all(rests for _, rests in self._looks)

    @property
    def is_image(self) -> bool:
        """In half a second of looks nothing moved there but what may be our image, and that was there."""
        if len(self._unmoved) < FEWEST or self._unmoved[-1][0] - self._unmoved_since_s < IMAGE_S - ROUNDING_S:
            return False
        return sum(image for _, image in self._unmoved) >= IMAGE_SHARE * len(self._unmoved)


def looks_at(points: Points, own: Bools, at_m: Floats) -> list[Rest]:
    """One look at each track. `own`: (track, point), what feeds it; `at_m`: (track, 2), over ground."""
    away_m = points.position_m - at_m[:, None]
    moves_there = points.moves & (np.hypot(away_m[..., 0], away_m[..., 1]) < LIMB_M)
    rate_mps = np.abs(points.rate_mps)
    told = (
        np.where(own | moves_there, rate_mps, 0.0).max(axis=1),
        np.where(moves_there, rate_mps, 0.0).max(axis=1),
        (moves_there | (own & points.moves)).any(axis=1),
        (own & points.image & ~points.says_nothing).any(axis=1),
    )
    return [Rest(*one) for one in zip(*(kind.tolist() for kind in told), strict=True)]
