"""The face that every level of sensing shows to the loop."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from edge_controller.messages import RadarFrame, Track
from hil.world import World

Level = Literal["radar", "statistical", "perfect"]


@dataclass(frozen=True, slots=True)
class Tracks:
    """What a level without raw samples gives: finished tracks, in truck axes at `mid_t_s`."""

    radar: str  # who says so
    index: int  # of that sensor's looks, from 0
    mid_t_s: float
    tracks: tuple[Track, ...]


Seen = RadarFrame | Tracks


class Sensing(Protocol):
    """Looks at the true world when it is due; time in microseconds."""

    @property
    def sensors(self) -> tuple[str, ...]:
        """Names, in the order they are asked."""
        ...

    @property
    def perturbation(self) -> dict[str, Any]:
        """How each sensor truly differs from the fit."""
        ...

    def start_us(self, sensor: str, index: int) -> int:
        """When a sensor begins its look of that number."""
        ...

    def delay_us(self, sensor: str) -> int:
        """From there until the edge has what was seen."""
        ...

    def look(self, sensor: str, index: int, world: World, t_us: int) -> list[Seen]:
        """One look at the world as it is now; the world has been advanced to `t_us`."""
        ...
