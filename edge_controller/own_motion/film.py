"""Is there mud, ice or water before the antennas? By what a clear radar must see, even in an empty street.

Four yardsticks, each what is usual for this very radar on this very truck, learned while it drives straight:
* own flank: always in view, always alike, to 0.4 dB. Only a radar that sees it has it.
* the same places seen by a radar that knows by its flank what it lacks itself (places.py): the difference
  has nothing of the street any more, and each place says something new.
* what stands: signal-to-noise ratio less range and antenna, by sector of azimuth. Streets differ from quarter
  to quarter by more than a thin film takes, so only deep films are told.
* how much stands: a radar that sees next to nothing where another, clear by its flank, sees as much as ever.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edge_controller.config import Radar, Truck
from edge_controller.messages import Detection, OwnMotion, VehicleState
from edge_controller.own_motion import flank as flanks
from edge_controller.own_motion.places import Places
from edge_controller.own_motion.plain import Plain
from edge_controller.own_motion.sums import Difference, Sum
from edge_controller.own_motion.yardstick import (
    LEARNING_S,
    SECTORS,
    Cells,
    Floats,
    Second,
    Yardstick,
    by_sector,
    cell_of,
    learned,
    middle,
)

LOOK_S = 0.19  # from one look to the next
LOOKS = 5  # a second
SLOWEST_MPS, STRAIGHT_RADPS = 1.5, 0.1  # standing, nothing is new; in turns a trailer's flank looks otherwise
FLANK_M, FLANK_STILL_MPS = 1.0, 0.3
NEAREST_M = 4.0
WIDEST_RAD = math.radians(60.0)  # beyond it antennas differ from the fit
SECTOR_WORDS = ("on its right", "in the middle", "on its left")
STATIC_MPS, STATIC_SHARE = 0.4, 0.05
# Allowances in dB; limits are so many of them. Flank: 3 dB are found in 5 s. Statics: deep films only, and
# twice the spread from second to second where parked cars come and go; where the flank is clear, deeper ones.
FLANK_SLACK_DB, STATICS_SLACK_DB, CLEAR_SLACK_DB, SPREADS = 1.5, 6.0, 8.0, 2.0
FLANK_MOST_DB = 4.5  # said by one second: three must agree
# A flank that shone less when it was learned, under a film, say, would hide the next film. More is believed
# only of ten minutes, less their weakest tenth: somebody may ride beside us for a while.
FLANK_MINUTES_S, FLANK_WEAKEST = 600, 10.0
STREET_DB = 6.0  # most that a street is excused
FEW, MANY = 0.2, 0.5  # of the usual count
MISSING_S = 6.0
SUSPECTED = 0.5  # so far on the way to a fault
ENDS_DB = 6.0  # half the range is left at 12 dB, 0.7 of it at 6 dB


@dataclass(frozen=True, slots=True)
class _Look:
    """One frame: ranges and levels of the own flank; of each thing that stands cell, level and place."""

    flank: Floats
    cell: Cells
    level_db: Floats
    along_m: Floats
    left_m: Floats


class _Memory:
    def __init__(self) -> None:
        self.usual: Yardstick | None = None  # until it is learned
        self.flank = Sum(FLANK_SLACK_DB, most=FLANK_MOST_DB)
        self.flank_more_db: list[float] = []  # than usual, second by second of the last minutes
        self.sectors = [Sum(STATICS_SLACK_DB) for _ in range(SECTORS)]
        self.missing_s = 0.0
        self.differences: dict[str, Difference] = {}  # by witness
        self.lessons: list[Second] | None = []  # None after them
        self.looked_s = -math.inf
        self.looks: list[_Look] = []
        self.street_db = 0.0  # how much less than usual stands around, by this radar
        self.share = 1.0  # of the usual count

    @property
    def sees_flank(self) -> bool:
        """Whether the own flank is in view and its usual levels are known."""
        return self.usual is not None and self.usual.flank is not None

    @property
    def accused(self) -> bool:
        """Whether any sum says that there is a film."""
        sums = (self.flank, *self.sectors, *(one.sum for one in self.differences.values()))
        return any(one.raised for one in sums)

    def learn(self, second: Second) -> bool:
        """Whether the yardstick is another now: a start's first minute, if it has none or too low."""
        if self.lessons is None:
            return False
        self.lessons.append(second)
        if len(self.lessons) < LEARNING_S:
            return False
        lesson, self.lessons = learned(self.lessons), None
        if self.usual is not None:
            return self.usual.rise(lesson)
        self.measure_by(lesson)
        return True

    def measure_by(self, usual: Yardstick) -> None:
        """From now on."""
        self.usual = usual
        least_db = STATICS_SLACK_DB if usual.flank is None else CLEAR_SLACK_DB
        for one, spread_db in zip(self.sectors, usual.spread_db, strict=True):
            one.slack = max(least_db, SPREADS * float(spread_db))

    def flank_lack_db(self, usual: Floats) -> float:
        """What the own flank lacked in the last second."""
        lack_db = flanks.lack_db(usual, [one.flank for one in self.looks])
        self.flank.add(lack_db)
        self.flank_more_db.append(-lack_db)
        if len(self.flank_more_db) == FLANK_MINUTES_S:
            usual[:, 1] += max(0.0, float(np.percentile(self.flank_more_db, FLANK_WEAKEST, method="lower")))
            self.flank_more_db = []
        return lack_db


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

    def suspected(self, radar: str) -> bool:
        """Half way to a fault, or there."""
        return any(map(any, self.faults(radar))) or max(self.strain(radar)) > SUSPECTED

    def said(self, radar: str) -> tuple[tuple[int, float], ...]:
        """How many places it shares with each witness so far, and what the last of them said in dB."""
        return tuple((one.count, one.said_db) for one in self._memory[radar].differences.values())

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

    def kept(self) -> Plain:
        """What is usual, of each radar that has learned it."""
        return {
            name: {
                "usual": memory.usual.kept(),
                "differences": {to: one.kept() for to, one in memory.differences.items() if one.learned},
            }
            for name, memory in self._memory.items()
            if memory.usual is not None
        }

    def recall(self, plain: Plain) -> None:
        """Begin with what was kept; ValueError or KeyError where this is none of it."""
        for name, one in plain.items():
            memory = self._memory[name]
            memory.measure_by(Yardstick.of(one["usual"]))
            memory.differences = {to: Difference.of(kept) for to, kept in one["differences"].items()}

    def _look(self, detections: Sequence[Detection], radar: Radar, motion: tuple[float, float]) -> _Look:
        if not detections:
            nothing = np.zeros(0)
            return _Look(np.zeros((0, 2)), nothing.astype(np.intp), nothing, nothing, nothing)
        table = np.array([(d.range_m, d.range_rate_mps, d.azimuth_rad, d.snr_db) for d in detections])
        range_m, rate_mps, azimuth_rad, snr_db = table.T
        bearing = azimuth_rad + radar.yaw_rad
        x_m = radar.position_m[0] + range_m * np.cos(bearing)
        y_m = radar.position_m[1] + range_m * np.sin(bearing)
        truck = self._truck
        ours = (np.abs(y_m) < truck.width_m / 2 + FLANK_M) & (x_m < 0.2) & (x_m > -truck.length_m - FLANK_M)
        flank = table[ours & (np.abs(rate_mps) < FLANK_STILL_MPS)][:, (0, 3)]
        arm_x, arm_y = radar.position_m[0] - truck.no_side_slip_x_m, radar.position_m[1]
        ahead, aside = motion[0] - motion[1] * arm_y, motion[1] * arm_x
        ground = rate_mps + ahead * np.cos(bearing) + aside * np.sin(bearing)
        stands = ~ours & (np.abs(ground) < STATIC_MPS + STATIC_SHARE * motion[0]) & (range_m > NEAREST_M)
        stands &= np.abs(azimuth_rad) < WIDEST_RAD
        range_m, azimuth_rad = range_m[stands], azimuth_rad[stands]
        cell = cell_of(azimuth_rad, range_m)
        level_db = snr_db[stands] + 40 * np.log10(range_m)
        return _Look(flank, cell, level_db, self._places.way_m + x_m[stands], y_m[stands])

    def _judge(self, radar: str, memory: _Memory) -> None:
        """One second of driving straight on."""
        cell = np.concatenate([one.cell for one in memory.looks])
        level_db = np.concatenate([one.level_db for one in memory.looks])
        if memory.learn(Second([one.flank for one in memory.looks], cell, level_db)):
            self._forget_differences(radar)
            return
        usual = memory.usual
        if usual is None:
            return
        own_db = 0.0 if usual.flank is None else memory.flank_lack_db(usual.flank)
        self._compare(radar, memory, own_db, usual.first_db[cell] - level_db)
        lack_db = usual.level_db[cell] - level_db
        known = ~np.isnan(lack_db)
        others = self._clear_others(radar)
        excuse_db = min(STREET_DB, max((one.street_db for one in others), default=0.0))
        memory.street_db += 0.1 * (middle(lack_db[known]) - memory.street_db)
        for n, lack in enumerate(by_sector(cell, lack_db)):
            if lack is not None:
                # Five seconds at least: what hides a street for a moment is no film.
                one = memory.sectors[n]
                one.add(min(2 * one.slack, lack - max(0.0, excuse_db)))
        memory.share = len(cell) / usual.count if usual.count else 1.0
        if memory.share >= FEW:
            memory.missing_s = 0.0
        elif any(one.share > MANY for one in others) or self._nobody_excuses(radar):
            memory.missing_s += 1.0
        if not memory.accused:
            usual.adapt(cell, level_db)

    def _compare(self, radar: str, memory: _Memory, own_db: float, lack_db: Floats) -> None:
        """With what those who know their own lack, by their flank, saw of the same places."""
        along_m = np.concatenate([one.along_m for one in memory.looks])
        left_m = np.concatenate([one.left_m for one in memory.looks])
        known = ~np.isnan(lack_db)
        self._places.add(radar, along_m[known], left_m[known], lack_db[known] - own_db)
        if memory.sees_flank:
            return
        for name, other in self._memory.items():
            if other.sees_flank:
                difference = memory.differences.setdefault(name, Difference())
                for more_db in self._places.compared(radar, name):
                    difference.add(more_db, sure=not other.flank.raised)

    def _forget_differences(self, radar: str) -> None:
        """What one radar lacked, by another yardstick, is no difference to anybody any more."""
        self._memory[radar].differences.clear()
        for memory in self._memory.values():
            memory.differences.pop(radar, None)

    def _nobody_excuses(self, radar: str) -> bool:
        """Whether all who could say that the street is empty have a film themselves."""
        others = [one for name, one in self._memory.items() if name != radar]
        able = [one for one in others if one.sees_flank]
        return bool(able) and all(one.flank.raised for one in able)

    def _clear_others(self, radar: str) -> list[_Memory]:
        """Radars that are clear by their flank."""
        return [
            one
            for name, one in self._memory.items()
            if name != radar and one.sees_flank and not one.flank.raised
        ]
