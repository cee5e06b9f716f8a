"""What one radar usually sees: its own flank, and what stands by sector of azimuth and ring of range."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from edge_controller.own_motion import flank as flanks
from edge_controller.own_motion.plain import Plain, listed, number, numbers

Floats = NDArray[np.float64]
Cells = NDArray[np.intp]

# So fine that a place has the same due all along its way: wide cells hold 8 dB of antenna.
AZIMUTH_EDGES_RAD = np.radians(np.arange(-50.0, 51.0, 10.0))
RING_EDGES_M = np.array([6.0, 8.0, 10.0, 13.0, 17.0, 22.0, 29.0])
RINGS = len(RING_EDGES_M) + 1
CELLS = (len(AZIMUTH_EDGES_RAD) + 1) * RINGS
SECTOR_EDGES = np.array([4, 8])  # at -20 and 20 degrees, of the steps of azimuth
SECTORS = len(SECTOR_EDGES) + 1
FEWEST_OF_CELL = 30  # statics
FEWEST = 6  # statics of a sector and second
LEARNING_S = 60  # seconds of driving until there is a yardstick
STEADY_S = 300.0  # seconds in which something stood in a cell, until what is usual there is settled
ADAPTS = 0.002  # per second: ten minutes; streets change from quarter to quarter
MOST_ADAPTED_DB = 3.0
RISE_DB = 6.0  # more than one street returns more than another


@dataclass(frozen=True, slots=True)
class Second:
    """A second of driving: the own flank look by look, cell and level of each thing that stands."""

    flank: list[Floats]
    cell: Cells
    level_db: Floats


@dataclass(slots=True)
class Yardstick:
    """What is usual; NaN where nothing stood."""

    flank: Floats | None = None  # of its reflections, range in m and level in dB
    level_db: Floats = field(default_factory=lambda: np.full(CELLS, np.nan))
    first_db: Floats = field(default_factory=lambda: np.full(CELLS, np.nan))
    count: float = 0.0
    spread_db: Floats = field(default_factory=lambda: np.zeros(SECTORS))  # of a second's median
    seen_s: Floats = field(default_factory=lambda: np.zeros(CELLS))  # how long first_db was learned

    def adapt(self, cell: Cells, level_db: Floats) -> None:
        """One more second of a clear radar.

        A minute is one street: what is usual of a cell settles over five of its minutes. Then it follows what
        is seen slowly, and never far: films grow slowly, too.
        """
        for n in np.unique(cell):
            seen_db = middle(level_db[cell == n])
            if self.seen_s[n] < STEADY_S:
                self.seen_s[n] += 1
                self.first_db[n] = _towards(self.first_db[n], seen_db, 1 / self.seen_s[n])
            level = _towards(self.level_db[n], seen_db, ADAPTS)
            low, high = self.first_db[n] - MOST_ADAPTED_DB, self.first_db[n] + MOST_ADAPTED_DB
            self.level_db[n] = min(high, max(low, level))

    def rise(self, lesson: "Yardstick") -> bool:
        """Whether much more is seen somewhere than is usual: that was learned under a film."""
        rose = lesson.first_db > self.first_db + RISE_DB
        more = rose | (np.isnan(self.first_db) & ~np.isnan(lesson.first_db))
        self.first_db[more] = self.level_db[more] = lesson.first_db[more]
        self.seen_s[more] = lesson.seen_s[more]
        self.count = max(self.count, lesson.count)
        if self.flank is None:
            self.flank = lesson.flank
        return bool(rose.any())

    def kept(self) -> Plain:
        """For the next start."""
        return {
            "flank": None if self.flank is None else listed(self.flank),
            "level_db": listed(self.level_db),
            "first_db": listed(self.first_db),
            "spread_db": listed(self.spread_db),
            "seen_s": listed(self.seen_s),
            "count": self.count,
        }

    @classmethod
    def of(cls, plain: Plain) -> "Yardstick":
        """As it was kept; ValueError where it was not."""
        return cls(
            None if plain["flank"] is None else numbers(plain, "flank", len(plain["flank"]), 2),
            numbers(plain, "level_db", CELLS, gaps=True),
            numbers(plain, "first_db", CELLS, gaps=True),
            number(plain, "count", 0.0),
            numbers(plain, "spread_db", SECTORS),
            numbers(plain, "seen_s", CELLS),
        )


def cell_of(azimuth_rad: Floats, range_m: Floats) -> Cells:
    """Where something stands, as the levels are counted."""
    return np.searchsorted(AZIMUTH_EDGES_RAD, azimuth_rad) * RINGS + np.searchsorted(RING_EDGES_M, range_m)


def learned(lessons: list[Second]) -> Yardstick:
    """From the first seconds of driving."""
    flank = flanks.learned([look for one in lessons for look in one.flank])
    cell = np.concatenate([one.cell for one in lessons])
    level_db = np.concatenate([one.level_db for one in lessons])
    cells = [level_db[cell == n] for n in range(CELLS)]
    levels = np.array([np.median(one) if len(one) >= FEWEST_OF_CELL else np.nan for one in cells])
    seconds = [by_sector(one.cell, levels[one.cell] - one.level_db) for one in lessons]
    spreads = np.array([_spread([second[n] for second in seconds]) for n in range(SECTORS)])
    seen_s = np.array([sum((one.cell == n).any() for one in lessons) for n in range(CELLS)], np.float64)
    seen_s[np.isnan(levels)] = 0.0
    return Yardstick(flank, levels, levels.copy(), len(cell) / len(lessons), spreads, seen_s)


def by_sector(cell: Cells, lack_db: Floats) -> list[float | None]:
    """Median lack of each sector, None where too few stand."""
    known = ~np.isnan(lack_db)
    sector = np.searchsorted(SECTOR_EDGES, cell // RINGS, side="right")
    parts = [lack_db[known & (sector == n)] for n in range(SECTORS)]
    return [middle(part) if len(part) >= FEWEST else None for part in parts]


def _towards(usual_db: float, seen_db: float, share: float) -> float:
    """A step from what is usual, where anything is."""
    if math.isnan(usual_db):
        return seen_db
    return usual_db + share * min(MOST_ADAPTED_DB, max(-MOST_ADAPTED_DB, seen_db - usual_db))


def middle(values: Floats) -> float:
    """Median, 0 of nothing."""
    return float(np.median(values)) if len(values) else 0.0


def _spread(values: list[float | None]) -> float:
    found = [value for value in values if value is not None]
    return float(np.std(found)) if found else 0.0
