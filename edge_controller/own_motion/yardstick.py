"""What one radar usually sees: its own flank, and what stands by sector of azimuth and ring of range."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from edge_controller.own_motion.plain import Plain, listed, number, numbers

Floats = NDArray[np.float64]
Cells = NDArray[np.intp]

SECTOR_EDGES_RAD = np.radians([-20.0, 20.0])
RING_EDGES_M = np.array([8.0, 12.0, 18.0])
RINGS = len(RING_EDGES_M) + 1
SECTORS = len(SECTOR_EDGES_RAD) + 1
CELLS = SECTORS * RINGS
FEWEST = 6  # statics of a sector and second
LEARNING_S = 60  # seconds of driving until there is a yardstick
ADAPTS = 0.002  # per second: ten minutes; streets change from quarter to quarter
MOST_ADAPTED_DB = 3.0
RISE_DB = 6.0  # more than one street returns more than another


@dataclass(frozen=True, slots=True)
class Second:
    """A second of driving: level of the own flank, cell and level of each thing that stands."""

    flank_db: float | None
    cell: Cells
    level_db: Floats


@dataclass(slots=True)
class Yardstick:
    """What is usual; NaN where nothing stood."""

    flank_db: float | None = None
    level_db: Floats = field(default_factory=lambda: np.full(CELLS, np.nan))
    first_db: Floats = field(default_factory=lambda: np.full(CELLS, np.nan))
    count: float = 0.0
    spread_db: Floats = field(default_factory=lambda: np.zeros(SECTORS))  # of a second's median

    def adapt(self, cell: Cells, lack_db: Floats) -> None:
        """Towards what is seen, slowly, and never far from what was learned first: films grow slowly, too."""
        for n in np.unique(cell):
            step = ADAPTS * float(np.clip(middle(lack_db[cell == n]), -MOST_ADAPTED_DB, MOST_ADAPTED_DB))
            low, high = self.first_db[n] - MOST_ADAPTED_DB, self.first_db[n] + MOST_ADAPTED_DB
            self.level_db[n] = min(high, max(low, self.level_db[n] - step))

    def rise(self, lesson: "Yardstick") -> bool:
        """Whether much more is seen than is usual: that was learned under a film, or nothing stood."""
        more = np.isnan(self.first_db) | (lesson.first_db > self.first_db + RISE_DB)
        self.first_db[more] = self.level_db[more] = lesson.first_db[more]
        self.count = max(self.count, lesson.count)
        return bool(more.any())

    def kept(self) -> Plain:
        """For the next start."""
        return {
            "flank_db": self.flank_db,
            "level_db": listed(self.level_db),
            "first_db": listed(self.first_db),
            "spread_db": listed(self.spread_db),
            "count": self.count,
        }

    @classmethod
    def of(cls, plain: Plain) -> "Yardstick":
        """As it was kept; ValueError where it was not."""
        return cls(
            None if plain["flank_db"] is None else number(plain, "flank_db"),
            numbers(plain, "level_db", CELLS, gaps=True),
            numbers(plain, "first_db", CELLS, gaps=True),
            number(plain, "count", 0.0),
            numbers(plain, "spread_db", SECTORS),
        )


def cell_of(azimuth_rad: Floats, range_m: Floats) -> Cells:
    """Where something stands, as the levels are counted."""
    return np.searchsorted(SECTOR_EDGES_RAD, azimuth_rad) * RINGS + np.searchsorted(RING_EDGES_M, range_m)


def learned(lessons: list[Second]) -> Yardstick:
    """From the first seconds of driving."""
    flanks = [one.flank_db for one in lessons if one.flank_db is not None]
    cell = np.concatenate([one.cell for one in lessons])
    level_db = np.concatenate([one.level_db for one in lessons])
    cells = [level_db[cell == n] for n in range(CELLS)]
    levels = np.array([np.median(one) if len(one) >= LEARNING_S else np.nan for one in cells])
    flank_db = float(np.median(flanks)) if 2 * len(flanks) > len(lessons) else None
    seconds = [by_sector(one.cell, levels[one.cell] - one.level_db) for one in lessons]
    spreads = np.array([_spread([second[n] for second in seconds]) for n in range(SECTORS)])
    return Yardstick(flank_db, levels, levels.copy(), len(cell) / len(lessons), spreads)


def by_sector(cell: Cells, lack_db: Floats) -> list[float | None]:
    """Median lack of each sector, None where too few stand."""
    known = ~np.isnan(lack_db)
    parts = [lack_db[known & (cell // RINGS == n)] for n in range(SECTORS)]
    return [middle(part) if len(part) >= FEWEST else None for part in parts]


def middle(values: Floats) -> float:
    """Median, 0 of nothing."""
    return float(np.median(values)) if len(values) else 0.0


def _spread(values: list[float | None]) -> float:
    found = [value for value in values if value is not None]
    return float(np.std(found)) if found else 0.0
