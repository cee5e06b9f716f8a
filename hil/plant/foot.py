"""The driver's foot: what his script makes of the pedals, moment by moment."""

import math
from collections.abc import Callable
from typing import NamedTuple

from hil.moment import Moment
from hil.plant.driver import MAX_DRIVE_MPS2, Driver, accelerator_pct
from hil.plant.habits import Slows, Stop

PRESSED_MPS2 = 3.0  # foot on the brake
PANIC_MPS2 = 10.0  # more than any truck has: brake and ground limit it
HARDEST_PLANNED_MPS2 = 3.0  # he does not plan to brake harder, unless his habit says so
FULL_THROTTLE_PCT = 100.0
STANDS_MPS = 0.005


class Pedals(NamedTuple):
    """At one instant."""

    drive_mps2: float  # asked of the engine, negative is its drag; he allows for the slope
    brake_mps2: float  # planned braking; he knows his brake and has allowed for its delay, and for the slope
    accelerator_pct: float
    kickdown: bool
    sudden_mps2: float = 0.0  # asked of the brake at once: it answers as late as it does

    @property
    def brake_pedal(self) -> bool:
        """The foot is on the brake."""
        return self.brake_mps2 > 0 or self.sudden_mps2 > 0

    @property
    def asked_mps2(self) -> float:
        """Of the brake, by the foot."""
        return max(self.brake_mps2, self.sudden_mps2)


class Felt(NamedTuple):
    """What the driver goes by."""

    t_s: float
    way_m: float  # of the bogie centre
    speed_mps: float
    braking_since_s: float | None
    warned_since_s: float | None


class Foot:
    """Remembers how far he is with what he planned, and since when he kicks down."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._planned: list[Callable[[Felt], float]] = [
            _Stopping(stop).brake_mps2 for stop in (driver.stop, driver.habits.yields) if stop is not None
        ]
        if driver.habits.slows is not None:
            self._planned.append(_Slowing(driver.habits.slows).brake_mps2)
        if driver.habits.hesitates is not None:
            self._planned.append(self._hesitating_mps2)
        if driver.pulls_away_s is not None:
            self._planned.append(self._waiting_mps2)
        reacts = (driver.brakes, driver.panics, driver.habits.presses_brake)
        self._reacts = any(reaction is not None for reaction in reacts)
        self._hesitating_since_s: float | None = None
        self.kicked_s: float | None = None

    def update(self, felt: Felt) -> Pedals:
        """The pedals from now on."""
        if self._driver.kicks_down is not None and self._kicks(felt, self._driver.kicks_down):
            return Pedals(MAX_DRIVE_MPS2, 0.0, FULL_THROTTLE_PCT, True)
        sudden_mps2 = self._sudden_mps2(felt) if self._reacts else 0.0
        planned_mps2 = 0.0
        for plan in self._planned:  # each of them remembers, so each is asked
            planned_mps2 = max(planned_mps2, plan(felt))
        if planned_mps2 > 0 or sudden_mps2 > 0:
            return Pedals(0.0, planned_mps2, 0.0, False, sudden_mps2)
        drive_mps2 = self._driver.drive_mps2(felt.speed_mps, self._wanted_mps(felt))
        pressed_pct = max(self._driver.habits.rests_foot_pct, accelerator_pct(drive_mps2))
        return Pedals(drive_mps2, 0.0, pressed_pct, False)

    def _kicks(self, felt: Felt, when: Moment) -> bool:
        if not when.reached(felt.t_s, felt.braking_since_s, felt.warned_since_s):
            return False
        if self.kicked_s is None:
            self.kicked_s = felt.t_s
        return felt.t_s - self.kicked_s < self._driver.habits.kick_s

    def _wanted_mps(self, felt: Felt) -> float:
        """The speed he holds; after a place where he slowed, the lower one."""
        slows = self._driver.habits.slows
        return slows.to_mps if slows is not None and felt.way_m >= slows.at_x_m else self._driver.speed_mps

    def _waiting_mps2(self, felt: Felt) -> float:
        pulls_away_s = self._driver.pulls_away_s
        return PRESSED_MPS2 if pulls_away_s is not None and felt.t_s < pulls_away_s else 0.0

    def _sudden_mps2(self, felt: Felt) -> float:
        """What he had not planned: all three go to the brake and stay there."""
        driver, presses = self._driver, self._driver.habits.presses_brake
        since = (felt.t_s, felt.braking_since_s, felt.warned_since_s)
        if driver.panics is not None and driver.panics.reached(*since):
            return PANIC_MPS2
        asked_mps2 = 0.0
        if driver.brakes is not None and driver.brakes.reached(*since):
            asked_mps2 = PRESSED_MPS2
        if presses is not None and felt.warned_since_s is not None:
            answered = felt.t_s >= felt.warned_since_s + presses.after_warning_s
            asked_mps2 = max(asked_mps2, presses.decel_mps2 if answered else 0.0)
        return asked_mps2

    def _hesitating_mps2(self, felt: Felt) -> float:
        hesitates = self._driver.habits.hesitates
        if hesitates is None or felt.way_m < hesitates.at_x_m:
            return 0.0
        if self._hesitating_since_s is None:
            self._hesitating_since_s = felt.t_s
        lasts = felt.t_s - self._hesitating_since_s < hesitates.for_s
        return hesitates.decel_mps2 if lasts else 0.0


class _Slowing:
    """Has the lower speed at the place."""

    def __init__(self, slows: Slows) -> None:
        self._slows = slows
        self._begun = False

    def brake_mps2(self, felt: Felt) -> float:
        slows, left_m = self._slows, self._slows.at_x_m - felt.way_m
        if left_m <= 0:
            return 0.0
        needed_mps2 = (felt.speed_mps**2 - slows.to_mps**2) / (2 * left_m)
        self._begun = self._begun or needed_mps2 >= slows.decel_mps2
        return min(max(needed_mps2, 0.0), 2 * slows.decel_mps2) if self._begun else 0.0


class _Stopping:
    """Stands at the place; once it has stood long enough, no more."""

    def __init__(self, stop: Stop) -> None:
        self._stop = stop
        self._stood_since_s: float | None = None
        self._gone_on = False

    def brake_mps2(self, felt: Felt) -> float:
        stop = self._stop
        if self._gone_on:
            return 0.0
        if self._stood_since_s is not None:
            self._gone_on = felt.t_s - self._stood_since_s >= stop.stands_s
            return 0.0 if self._gone_on else PRESSED_MPS2
        left_m = stop.at_x_m - felt.way_m
        needed_mps2 = felt.speed_mps**2 / (2 * left_m) if left_m > 0 else math.inf
        if needed_mps2 < stop.decel_mps2:
            return 0.0
        if felt.speed_mps <= STANDS_MPS:
            self._stood_since_s = felt.t_s
        return min(max(needed_mps2, stop.decel_mps2), max(HARDEST_PLANNED_MPS2, stop.decel_mps2))
