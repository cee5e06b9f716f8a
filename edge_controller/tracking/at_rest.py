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
class _Latest:
    """What the looks of the last time said, oldest first."""

    t_s: deque[float] = field(default_factory=deque)
    said: deque[bool] = field(default_factory=deque)

    def note(self, t_s: float, said: bool, lasts_s: float) -> None:
        self.t_s.append(t_s)
        self.said.append(said)
        while t_s - self.t_s[0] > lasts_s:
            self.t_s.popleft()
            self.said.popleft()

    def clear(self) -> None:
        self.t_s.clear()
        self.said.clear()


@dataclass(slots=True)
class AtRest:
    """Looks at one track, while we drive."""

    always: bool = True  # never was anything of it seen to move and to go otherwise than we do
    _rests: _Latest = field(default_factory=_Latest)
    _unmoved_since_s: float = 0.0
    _images: _Latest = field(default_factory=_Latest)  # of the looks in a row in which nothing moved

    def note(self, t_s: float, look: Rest) -> None:
        """One look at it."""
        self.always = self.always and look.mover_mps < EXACT_MPS
        self._rests.note(t_s, look.fastest_mps < REST_MPS, LASTS_S)
        unmoved_s = self._images.t_s
        if look.moves or (unmoved_s and t_s - unmoved_s[-1] > GAP_S):
            self._images.clear()
        if look.moves:
            return
        if not unmoved_s:
            self._unmoved_since_s = t_s
        self._images.note(t_s, look.image, IMAGE_S + ROUNDING_S)

    def forget(self) -> None:
        """We stand: what stands rests against us too."""
        self._rests.clear()
        self._images.clear()

    @property
    def lately(self) -> bool:
        """Nothing else was seen of it in the last looks."""
        return len(self._rests.said) >= FEWEST and all(self._rests.said)

    @property
    def is_image(self) -> bool:
        """In half a second of looks nothing moved there but what may be our image, and that was there."""
        t_s, said = self._images.t_s, self._images.said
        if len(said) < FEWEST or t_s[-1] - self._unmoved_since_s < IMAGE_S - ROUNDING_S:
            return False
        return sum(said) >= IMAGE_SHARE * len(said)


def looks_at(points: Points, own: Bools, at_m: Floats) -> list[Rest]:
    """One look at each track. `own`: (track, point), what feeds it; `at_m`: (track, 2), over ground."""
    x_m, y_m = points.position_m[:, 0] - at_m[:, :1], points.position_m[:, 1] - at_m[:, 1:]
    moves_there = points.moves & (np.hypot(x_m, y_m) < LIMB_M)
    rate_mps = np.abs(points.rate_mps)
    told = (
        np.where(own | moves_there, rate_mps, 0.0).max(axis=1),
        np.where(moves_there, rate_mps, 0.0).max(axis=1),
        (moves_there | (own & points.moves)).any(axis=1),
        (own & points.image & ~points.says_nothing).any(axis=1),
    )
    return [Rest(*one) for one in zip(*(kind.tolist() for kind in told), strict=True)]
