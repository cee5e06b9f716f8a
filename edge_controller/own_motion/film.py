"""Is there mud, ice or water before the antennas? By what a clear radar must see, even in an empty street.

Four yardsticks, each what is usual for this very radar on this very truck, learned while it drives straight:
* own flank: always in view, always alike, to 0.4 dB. Only a radar that sees it has it.
* the same places seen by a radar that knows by its flank what it lacks itself (places.py): the difference
  has nothing of the street any more, and each place says something new.
* what stands: signal-to-noise ratio less range and antenna, by sector of azimuth. Streets differ from quarter
  to quarter by more than a thin film takes, so only deep films are told.
* how much stands: a radar that sees next to nothing where another, clear by its flank, sees as much as ever.
The sums over the seconds are cumulative (Page, "Continuous inspection schemes", Biometrika 41, 1954).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar, Truck
from edge_controller.messages import Detection, OwnMotion, VehicleState
from edge_controller.own_motion.places import Places

Floats = NDArray[np.float64]

LOOK_S = 0.19  # from one look to the next
LOOKS = 5  # a second
SLOWEST_MPS, STRAIGHT_RADPS = 1.5, 0.1  # standing, nothing is new; in turns a trailer's flank looks otherwise
FLANK_M, FLANK_STILL_MPS = 1.0, 0.3
FLANK_COUNT = 6  # strongest reflections of the own body
NEAREST_M = 4.0
WIDEST_RAD = math.radians(60.0)  # beyond it antennas differ from the fit
SECTOR_EDGES_RAD = np.radians([-20.0, 20.0])
RING_EDGES_M = np.array([8.0, 12.0, 18.0])
RINGS = len(RING_EDGES_M) + 1
SECTORS = len(SECTOR_EDGES_RAD) + 1
SECTOR_WORDS = ("on its right", "in the middle", "on its left")
FEWEST = 6  # statics of a sector and second
STATIC_MPS, STATIC_SHARE = 0.4, 0.05
LEARNING_S = 60  # seconds of driving until there is a yardstick
ADAPTS = 0.002  # per second: ten minutes; streets change from quarter to quarter
MOST_ADAPTED_DB = 3.0
# Allowances in dB; limits are so many of them. Flank: 3 dB are found in 5 s. Statics: deep films only, and
# twice the spread from second to second where parked cars come and go; where the flank is clear, deeper ones.
FLANK_SLACK_DB, STATICS_SLACK_DB, CLEAR_SLACK_DB, SPREADS = 1.5, 6.0, 8.0, 2.0
SECONDS = 4.0
# Places: nearly independent of each other, of 2 dB spread, with some far off. A sum of independent ones with
# this allowance would reach its limit once in 7e5 places by luck (Siegmund), which are 4000 km.
PLACES_SLACK_DB, PLACES_LIMIT = 2.0, 5.9
PLACES_MOST_DB = 6.0  # said by one place
PLACES_LEARNED, PLACES_STEADY = 20, 200
STREET_DB = 6.0  # most that a street is excused
FEW, MANY = 0.2, 0.5  # of the usual count
MISSING_S = 6.0
ENDS_DB = 6.0  # half the range is left at 12 dB, 0.7 of it at 6 dB


@dataclass(slots=True)
class _Sum:
    """One-sided cumulative sum of how much too little comes; raised until it has run empty again."""

    slack: float
    limits: float = SECONDS  # slacks to the limit
    value: float = 0.0
    raised: bool = False
    loss_db: float = 0.0

    def add(self, lack_db: float) -> None:
        """One second's lack."""
        limit = self.limits * self.slack
        self.value = min(2 * limit, max(0.0, self.value + lack_db - self.slack))
        self.loss_db += 0.2 * (lack_db - self.loss_db)
        self.raised = self.value > limit or (self.raised and self.value > 0)


@dataclass(slots=True)
class _Difference:
    """Between what two radars lack at the same places; what is usual of it is learned from the first ones."""

    sum: _Sum = field(default_factory=lambda: _Sum(PLACES_SLACK_DB, PLACES_LIMIT))
    usual_db: float = 0.0
    lessons: list[float] = field(default_factory=list)
    count: int = 0

    def add(self, more_db: float) -> None:
        """One place at which one radar lacked so much more than the other."""
        self.count += 1
        if self.count <= PLACES_LEARNED:
            self.lessons.append(more_db)
            self.usual_db = float(np.median(self.lessons))
            off_db = np.abs(np.array(self.lessons) - self.usual_db)
            self.sum.slack = max(PLACES_SLACK_DB, float(np.median(off_db)) / 0.6745)  # of a normal law
            return
        lack_db = min(PLACES_MOST_DB, max(-PLACES_MOST_DB, more_db - self.usual_db))
        self.sum.add(lack_db)
        if not self.sum.raised and self.count < PLACES_STEADY:
            self.usual_db += min(3.0, max(-3.0, lack_db)) / self.count


@dataclass(frozen=True, slots=True)
class _Look:
    """One frame: level of the own flank, and of each thing that stands its cell, level and place."""

    flank_db: float | None
    cell: NDArray[np.intp]
    level_db: Floats
    along_m: Floats
    left_m: Floats


@dataclass(slots=True)
class _Yardstick:
    """What one radar usually sees."""

    flank_db: float | None = None
    level_db: Floats = field(default_factory=lambda: np.full(SECTORS * RINGS, np.nan))
    first_db: Floats = field(default_factory=lambda: np.full(SECTORS * RINGS, np.nan))
    count: float = 0.0
    spread_db: Floats = field(default_factory=lambda: np.zeros(SECTORS))  # of a second's median


class _Memory:
    def __init__(self) -> None:
        self.usual = _Yardstick()
        self.flank = _Sum(FLANK_SLACK_DB)
        self.sectors = [_Sum(STATICS_SLACK_DB) for _ in range(SECTORS)]
        self.missing_s = 0.0
        self.learned_s = 0
        self.differences: dict[str, _Difference] = {}  # by witness
        self.lessons: list[tuple[float | None, NDArray[np.intp], Floats]] = []
        self.looked_s = -math.inf
        self.looks: list[_Look] = []
        self.street_db = 0.0  # how much less than usual stands around, by this radar
        self.share = 1.0  # of the usual count


class Film:
    """Memory for all radars of a fit; `update` once a radar frame."""

    def __init__(self, radars: Sequence[Radar], truck: Truck) -> None:
        self._truck = truck
        self._radars = {radar.name: radar for radar in radars}
        self._memory = {name: _Memory() for name in self._radars}
        self._places = Places(self._radars)

    def update(
        self, detections: Sequence[Detection], radar: str, own: OwnMotion | None, truck: VehicleState
    ) -> None:
        """Take in one frame. Where all radars are blind nothing tells the motion but the truck's own word."""
        t_s = truck.t_s
        memory = self._memory[radar]
        if t_s - memory.looked_s < LOOK_S:
            return
        memory.looked_s = t_s
        speed_mps, yaw_rate_radps = (
            (truck.speed_mps or 0.0, truck.yaw_rate_radps or 0.0)
            if own is None
            else (own.speed_mps, own.yaw_rate_radps)
        )
        self._places.drive(t_s, speed_mps)
        if speed_mps < SLOWEST_MPS or abs(yaw_rate_radps) > STRAIGHT_RADPS:
            return
        memory.looks.append(self._look(detections, self._radars[radar], (speed_mps, yaw_rate_radps)))
        if len(memory.looks) == LOOKS:
            self._judge(radar, memory)
            memory.looks = []

    def strain(self, radar: str) -> tuple[float, ...]:
        """How far each sum of one radar is on its way to a fault, 1 at it: own flank, sectors, places."""
        memory = self._memory[radar]
        sums = (memory.flank, *memory.sectors, *(one.sum for one in memory.differences.values()))
        return tuple(one.value / (one.limits * one.slack) for one in sums)

    def faults(self, radar: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What ends braking, and what only warns."""
        memory = self._memory[radar]
        ends: list[str] = []
        warns: list[str] = []
        if memory.flank.raised:
            words = f"film of {memory.flank.loss_db:.0f} dB by its own flank"
            (ends if memory.flank.loss_db >= ENDS_DB else warns).append(words)
        warns += [
            f"film of {one.sum.loss_db:.0f} dB by the places that {name} sees too"
            for name, one in memory.differences.items()
            if one.sum.raised
        ]
        warns += [
            f"film of {one.loss_db:.0f} dB {SECTOR_WORDS[n]}, by what stands"
            for n, one in enumerate(memory.sectors)
            if one.raised
        ]
        if memory.missing_s >= MISSING_S:
            ends.append("sees nothing where another radar does")
        return tuple(ends), tuple(warns)

    def _look(self, detections: Sequence[Detection], radar: Radar, motion: tuple[float, float]) -> _Look:
        if not detections:
            nothing = np.zeros(0)
            return _Look(None, nothing.astype(np.intp), nothing, nothing, nothing)
        table = np.array([(d.range_m, d.range_rate_mps, d.azimuth_rad, d.snr_db) for d in detections])
        range_m, rate_mps, azimuth_rad, snr_db = table.T
        bearing = azimuth_rad + radar.yaw_rad
        x_m = radar.position_m[0] + range_m * np.cos(bearing)
        y_m = radar.position_m[1] + range_m * np.sin(bearing)
        truck = self._truck
        ours = (np.abs(y_m) < truck.width_m / 2 + FLANK_M) & (x_m < 0.2) & (x_m > -truck.length_m - FLANK_M)
        flank = np.sort(snr_db[ours & (np.abs(rate_mps) < FLANK_STILL_MPS)])
        arm_x, arm_y = radar.position_m[0] - truck.no_side_slip_x_m, radar.position_m[1]
        ahead, aside = motion[0] - motion[1] * arm_y, motion[1] * arm_x
        ground = rate_mps + ahead * np.cos(bearing) + aside * np.sin(bearing)
        stands = ~ours & (np.abs(ground) < STATIC_MPS + STATIC_SHARE * motion[0]) & (range_m > NEAREST_M)
        stands &= np.abs(azimuth_rad) < WIDEST_RAD
        range_m, azimuth_rad = range_m[stands], azimuth_rad[stands]
        cell = np.searchsorted(SECTOR_EDGES_RAD, azimuth_rad) * RINGS + np.searchsorted(RING_EDGES_M, range_m)
        level_db = snr_db[stands] + 40 * np.log10(range_m)
        strongest = float(flank[-FLANK_COUNT:].mean()) if len(flank) >= FLANK_COUNT else None
        return _Look(strongest, cell, level_db, self._places.way_m + x_m[stands], y_m[stands])

    def _judge(self, radar: str, memory: _Memory) -> None:
        """One second of driving straight on."""
        flanks = [one.flank_db for one in memory.looks if one.flank_db is not None]
        flank_db = float(np.mean(flanks)) if 2 * len(flanks) > len(memory.looks) else None
        cell = np.concatenate([one.cell for one in memory.looks])
        level_db = np.concatenate([one.level_db for one in memory.looks])
        if memory.learned_s < LEARNING_S:
            memory.lessons.append((flank_db, cell, level_db))
            memory.learned_s += 1
            if memory.learned_s == LEARNING_S:
                memory.usual = _learned(memory.lessons)
                for one, spread_db in zip(memory.sectors, memory.usual.spread_db, strict=True):
                    least_db = STATICS_SLACK_DB if memory.usual.flank_db is None else CLEAR_SLACK_DB
                    one.slack = max(least_db, SPREADS * float(spread_db))
                memory.lessons = []
            return
        usual = memory.usual
        if usual.flank_db is not None:
            memory.flank.add(20.0 if flank_db is None else usual.flank_db - flank_db)
        self._compare(radar, memory, flank_db, usual.first_db[cell] - level_db)
        lack_db = usual.level_db[cell] - level_db
        known = ~np.isnan(lack_db)
        others = self._clear_others(radar)
        excuse_db = min(STREET_DB, max((one.street_db for one in others), default=0.0))
        memory.street_db += 0.1 * (_middle(lack_db[known]) - memory.street_db)
        for n, lack in enumerate(_by_sector(cell, lack_db)):
            if lack is not None:
                # Five seconds at least: what hides a street for a moment is no film.
                one = memory.sectors[n]
                one.add(min(2 * one.slack, lack - max(0.0, excuse_db)))
        memory.share = len(cell) / usual.count if usual.count else 1.0
        if memory.share >= FEW:
            memory.missing_s = 0.0
        elif any(one.share > MANY for one in others) or self._nobody_excuses(radar):
            memory.missing_s += 1.0
        if not any(one.raised for one in memory.sectors):
            _adapt(usual, cell[known], lack_db[known])

    def _compare(self, radar: str, memory: _Memory, flank_db: float | None, lack_db: Floats) -> None:
        """With what those who know their own lack, by their flank, saw of the same places."""
        along_m = np.concatenate([one.along_m for one in memory.looks])
        left_m = np.concatenate([one.left_m for one in memory.looks])
        usual_db = memory.usual.flank_db
        known = ~np.isnan(lack_db)
        if usual_db is None or flank_db is not None:
            own_db = 0.0 if usual_db is None or flank_db is None else usual_db - flank_db
            self._places.add(radar, along_m[known], left_m[known], lack_db[known] - own_db)
        if usual_db is not None:
            return
        for name, other in self._memory.items():
            if other.usual.flank_db is not None:
                difference = memory.differences.setdefault(name, _Difference())
                for more_db in self._places.compared(radar, name):
                    difference.add(more_db)

    def _nobody_excuses(self, radar: str) -> bool:
        """Whether all who could say that the street is empty have a film themselves."""
        others = [one for name, one in self._memory.items() if name != radar]
        able = [one for one in others if one.usual.flank_db is not None]
        return bool(able) and all(one.flank.raised for one in able)

    def _clear_others(self, radar: str) -> list[_Memory]:
        """Radars that are clear by their flank."""
        return [
            one
            for name, one in self._memory.items()
            if name != radar and one.usual.flank_db is not None and not one.flank.raised
        ]


def _middle(values: Floats) -> float:
    return float(np.median(values)) if len(values) else 0.0


def _learned(lessons: list[tuple[float | None, NDArray[np.intp], Floats]]) -> _Yardstick:
    flanks = [one[0] for one in lessons if one[0] is not None]
    cell = np.concatenate([one[1] for one in lessons])
    level_db = np.concatenate([one[2] for one in lessons])
    cells = [level_db[cell == n] for n in range(SECTORS * RINGS)]
    levels = np.array([np.median(one) if len(one) >= LEARNING_S else np.nan for one in cells])
    flank_db = float(np.median(flanks)) if 2 * len(flanks) > len(lessons) else None
    seconds = [_by_sector(one[1], levels[one[1]] - one[2]) for one in lessons]
    spreads = np.array([_spread([second[n] for second in seconds]) for n in range(SECTORS)])
    return _Yardstick(flank_db, levels, levels.copy(), len(cell) / len(lessons), spreads)


def _by_sector(cell: NDArray[np.intp], lack_db: Floats) -> list[float | None]:
    """Median lack of each sector, None where too few stand."""
    known = ~np.isnan(lack_db)
    parts = [lack_db[known & (cell // RINGS == n)] for n in range(SECTORS)]
    return [_middle(part) if len(part) >= FEWEST else None for part in parts]


def _spread(values: list[float | None]) -> float:
    found = [value for value in values if value is not None]
    return float(np.std(found)) if found else 0.0


def _adapt(usual: _Yardstick, cell: NDArray[np.intp], lack_db: Floats) -> None:
    """Towards what is seen, slowly, and never far from what was learned first: films grow slowly, too."""
    for n in np.unique(cell):
        step = ADAPTS * float(np.clip(_middle(lack_db[cell == n]), -MOST_ADAPTED_DB, MOST_ADAPTED_DB))
        low, high = usual.first_db[n] - MOST_ADAPTED_DB, usual.first_db[n] + MOST_ADAPTED_DB
        usual.level_db[n] = min(high, max(low, usual.level_db[n] - step))
