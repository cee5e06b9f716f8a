"""The driver's foot: what his script makes of the pedals, moment by moment."""

import math
from dataclasses import dataclass

from hil.plant.driver import MAX_DRIVE_MPS2, Driver, accelerator_pct

STOP_MPS2 = 1.2  # a driver's quiet stop
PRESSED_MPS2 = 3.0  # foot on the brake
FULL_THROTTLE_PCT = 100.0
STANDS_MPS = 0.005


@dataclass(frozen=True, slots=True)
class Pedals:
    """At one instant."""

    drive_mps2: float  # asked of the engine, negative is its drag
    brake_mps2: float  # the driver's own braking; he knows his brake and has allowed for its delay
    accelerator_pct: float
    kickdown: bool

    @property
    def brake_pedal(self) -> bool:
        """The foot is on the brake."""
        return self.brake_mps2 > 0


class Foot:
    """Remembers since when the truck stands at the driver's stop, and since when it is made to brake."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._stood_since_s: float | None = None
        self._gone_on = False
        self.kicked_s: float | None = None
        self.pedals = Pedals(0.0, 0.0, 0.0, False)

    def update(self, t_s: float, bogie_x_m: float, speed_mps: float, braking_since_s: float | None) -> Pedals:
        """The pedals from now on."""
        driver = self._driver
        if driver.kicks_down is not None and driver.kicks_down.reached(t_s, braking_since_s):
            self.kicked_s = t_s if self.kicked_s is None else self.kicked_s
            self.pedals = Pedals(MAX_DRIVE_MPS2, 0.0, FULL_THROTTLE_PCT, True)
            return self.pedals
        brake_mps2 = self._brake_mps2(t_s, bogie_x_m, speed_mps, braking_since_s)
        if brake_mps2 > 0:
            self.pedals = Pedals(0.0, brake_mps2, 0.0, False)
        else:
            drive_mps2 = driver.drive_mps2(speed_mps)
            self.pedals = Pedals(drive_mps2, 0.0, accelerator_pct(drive_mps2), False)
        return self.pedals

    def _brake_mps2(
        self, t_s: float, bogie_x_m: float, speed_mps: float, braking_since_s: float | None
    ) -> float:
        driver = self._driver
        if driver.pulls_away_s is not None and t_s < driver.pulls_away_s:
            return PRESSED_MPS2
        if driver.brakes is not None and driver.brakes.reached(t_s, braking_since_s):
            return PRESSED_MPS2
        return self._stopping_mps2(t_s, bogie_x_m, speed_mps)

    def _stopping_mps2(self, t_s: float, bogie_x_m: float, speed_mps: float) -> float:
        """Brake so that the truck stands at the place; once it has stood long enough, no more."""
        stop = self._driver.stop
        if stop is None or self._gone_on:
            return 0.0
        if self._stood_since_s is not None:
            self._gone_on = t_s - self._stood_since_s >= stop.stands_s
            return 0.0 if self._gone_on else PRESSED_MPS2
        left_m = stop.at_x_m - bogie_x_m
        needed_mps2 = speed_mps**2 / (2 * left_m) if left_m > 0 else math.inf
        if needed_mps2 < STOP_MPS2:
            return 0.0
        if speed_mps <= STANDS_MPS:
            self._stood_since_s = t_s
        return min(max(needed_mps2, STOP_MPS2), PRESSED_MPS2)
