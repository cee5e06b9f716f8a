"""From where on it is counted that a track moves: its birth, or where it last stood.

The latter of who breathes, and of who gets faster from there as a body does (decision 0167).
"""

from typing import NamedTuple

FASTEST_MPS2 = 2.5  # a rider who sprints; who passes a post abeam, 5 m off at 4.5 m/s, shows 4 m/s2
DOPPLER_OFF_MPS = 0.3  # two sigma of one look
NOTHING_SAID = 0.75  # what may be our image counts less against him by so much


class Count(NamedTuple):
    """Frames of a track."""

    hits: int = 0
    said_nothing: int = 0  # of them, those that prove neither that it moves nor that it stands
    doppler: int = 0

    def since(self, before: "Count") -> "Count":
        """Those after `before`."""
        return Count(
            self.hits - before.hits, self.said_nothing - before.said_nothing, self.doppler - before.doppler
        )

    @property
    def telling(self) -> float:
        """How many of them count against it where they show no Doppler."""
        return self.hits - NOTHING_SAID * self.said_nothing


class SetOff(NamedTuple):
    """When and where it set off, and what was counted until then."""

    t_s: float
    at_m: tuple[float, float]
    before: Count = Count()


class Stood(NamedTuple):
    """Where it last stood, and what it showed along the line of sight there."""

    last: SetOff
    ground_mps: float

    def gets_on(self, ground_mps: float | None, t_s: float) -> bool:
        """Whether that is a body's speed by now."""
        if ground_mps is None:
            return False
        most_mps = FASTEST_MPS2 * (t_s - self.last.t_s) + DOPPLER_OFF_MPS
        return abs(ground_mps - self.ground_mps) < most_mps
