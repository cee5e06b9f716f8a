"""From where on it is counted that a track moves: its birth, or where who breathes last stood."""

from dataclasses import dataclass

NOTHING_SAID = 0.75  # what may be our image counts less against him by so much


@dataclass(frozen=True, slots=True)
class Count:
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


@dataclass(frozen=True, slots=True)
class SetOff:
    """When and where it set off, and what was counted until then."""

    t_s: float
    at_m: tuple[float, float]
    before: Count = Count()
