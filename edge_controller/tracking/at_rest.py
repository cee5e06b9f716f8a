"""Who keeps our speed exactly and never shows a wheel or a leg: our own flank, in something smooth beside us.

The side that throws it back need not be known: abeam of a radar it seldom shows, and then passes for a glint
of our own flank, so it is not remembered, and what lies beyond it is not known for an image. Decision 0160.
"""

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from edge_controller.tracking.odometry import Bools, Floats
from edge_controller.tracking.points import Points

LASTS_S, FEWEST = 0.8, 6
REST_MPS = 0.1  # a rider's speed against us swings by more, and his wheels and legs show as much as they go
EXACT_MPS = 0.06  # what our own image shows, noise and all, while we drive straight on
LIMB_M = 1.2  # a wheel or a leg of who is there, whatever it feeds


@dataclass(slots=True)
class AtRest:
    """Looks at one track, while we drive."""

    always: bool = True  # never was anything of it seen to move and to go otherwise than we do
    _looks: deque[tuple[float, bool]] = field(default_factory=deque)

    def note(self, t_s: float, fastest_mps: float, mover_mps: float) -> None:
        """One look: what is fastest against us of all that feeds it, and of what moves there, limbs too."""
        self.always = self.always and mover_mps < EXACT_MPS
        self._looks.append((t_s, fastest_mps < REST_MPS))
        while t_s - self._looks[0][0] > LASTS_S:
            self._looks.popleft()

    def forget(self) -> None:
        """We stand: what stands rests against us too."""
        self._looks.clear()

    @property
    def lately(self) -> bool:
        """Nothing else was seen of it in the last looks."""
        return len(self._looks) >= FEWEST and all(rests for _, rests in self._looks)


def fastest_mps(points: Points, own: Bools, at_m: Floats) -> list[list[float]]:
    """Of each track, against us: what feeds it or moves there, limbs too; and of that, what moves there.

    `own`: (track, point), what feeds it; `at_m`: (track, 2), over ground.
    """
    away_m = points.position_m - at_m[:, None]
    moves_there = points.moves & (np.hypot(away_m[..., 0], away_m[..., 1]) < LIMB_M)
    rate_mps = np.abs(points.rate_mps)
    both = np.stack([own | moves_there, moves_there])
    found: list[list[float]] = np.where(both, rate_mps, 0.0).max(axis=2).T.tolist()
    return found
