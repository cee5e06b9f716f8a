"""How thick the clutter was where a track was seen: by that more is asked of it."""

from dataclasses import dataclass, field
from typing import NamedTuple

RAIN_SCORE = 25.0  # more where it rains: there as many tracks are tried in a minute as else in a month
RAINS_S = 1.0  # two radars look at one place by turns, and do not find it to rain alike


class Rain(NamedTuple):
    """How thick the clutter of one radar was when it last saw a track, and whether some was around it."""

    t_s: float
    thickness: float
    around: bool


@dataclass(slots=True)
class Rained:
    """On one track."""

    by: dict[str, Rain] = field(default_factory=dict)  # the name of the radar that found it so

    def note(self, radar: str, rain: Rain, *, moves: bool) -> None:
        """How thick clutter was as this radar saw it; a look in which nothing of it `moves` asks no less."""
        before = self.by.get(radar)
        if not moves and before is not None and before.thickness > rain.thickness:
            rain = before._replace(t_s=rain.t_s)
        self.by[radar] = rain

    @property
    def score(self) -> float:
        """Asked for on top, by the thickest rain of those radars that saw it in the last second."""
        if not self.by:
            return 0.0
        last_s = max(one.t_s for one in self.by.values())
        thickest = max(
            one.thickness
            for one in self.by.values()
            if one.t_s == last_s or (one.around and last_s - one.t_s < RAINS_S)
        )
        return RAIN_SCORE * thickest
