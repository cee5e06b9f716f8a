"""The driver of a scenario file: docs/reference/scenario-file.md says every key."""

import math
from dataclasses import replace

from hil.encounter import KMH_TO_MPS
from hil.plant.body import Body
from hil.plant.driver import Driver
from hil.plant.habits import Habits, Hesitates, LaneNoise, PressesBrake, Slows, Stop, SwingOut
from hil.scenario.reading_moment import moment, moment_in
from hil.scenario.yaml_table import YamlTable

FAR_M = 200.0
LONGEST_S = 120.0
FASTEST_KMH = 60.0
HARDEST_MPS2 = 8.0
SLOWS_MPS2 = 1.0  # for a turn, where the file does not say how hard


class DriverReader:
    """One driver; places in the file are of the front, in the script of the bogie centre."""

    def __init__(self, table: YamlTable, body: Body, near_sign: int) -> None:
        self._table = table
        self._body = body
        self._near_sign = near_sign

    def read(self) -> tuple[Driver, float]:
        """The script, and the radius of its turn."""
        table = self._table
        turn = table.table("turn") if table.has("turn") else None
        radius_m = math.inf if turn is None else turn.number("radius_m", 5.0, FAR_M)
        driver = Driver(
            speed_mps=table.number("speed_kmh", 0.0, FASTEST_KMH) * KMH_TO_MPS,
            near_sign=self._near_sign,
            turn_at_x_m=None if turn is None else self._place_m(turn, "at_x_m"),
            signal_at_x_m=(self._place_m(table, "signals_at_x_m") if table.has("signals_at_x_m") else None),
            final_steer_rad=math.atan(self._body.wheelbase_m / radius_m),
            wheelbase_m=self._body.wheelbase_m,
            pulls_away_s=table.number("pulls_away_s", 0.0, LONGEST_S) if table.has("pulls_away_s") else None,
            stop=self._stop("stop"),
            brakes=moment(table, "brakes"),
            steers_away=moment(table, "steers_away"),
            panics=moment(table, "panics"),
            switches_off=moment(table, "switches_off"),
            habits=self._habits(),
        )
        driver = self._kick(driver)
        if turn is not None:
            driver = self._turned(driver, turn, radius_m)
            turn.finish()
        table.finish()
        return driver, radius_m

    def _place_m(self, table: YamlTable, key: str) -> float:
        return table.number(key, -FAR_M, FAR_M) + self._body.no_side_slip_x_m

    def _kick(self, driver: Driver) -> Driver:
        """A kick-down may be let go again."""
        table = self._table
        if not table.has("kicks_down"):
            return driver
        kick = table.table("kicks_down")
        when = moment_in(kick, table, "kicks_down")
        kept_s = kick.number("for_s", 0.0, LONGEST_S) if kick.has("for_s") else math.inf
        kick.finish()
        return replace(driver, kicks_down=when, habits=replace(driver.habits, kick_s=kept_s))

    def _turned(self, driver: Driver, turn: YamlTable, radius_m: float) -> Driver:
        """How fast the wheel goes over, and how fast the truck may be in the turn."""
        if turn.has("rate_radps"):
            driver = replace(driver, steer_rate_radps=turn.number("rate_radps", 0.02, 2.0))
        if not turn.has("lateral_mps2"):
            return driver
        fastest_mps = math.sqrt(turn.number("lateral_mps2", 0.1, 5.0) * radius_m)
        at_x_m, slows = driver.turn_at_x_m, driver.habits.slows
        if fastest_mps >= driver.speed_mps or at_x_m is None:
            return driver
        if slows is None:
            slows = Slows(fastest_mps, SLOWS_MPS2, at_x_m)
        slows = replace(slows, to_mps=min(slows.to_mps, fastest_mps))
        return replace(driver, habits=replace(driver.habits, slows=slows))

    def _habits(self) -> Habits:
        table = self._table
        return Habits(
            lane_noise=self._lane_noise(),
            swing_out=self._swing_out(),
            slows=self._slows(),
            yields=self._yields(),
            hesitates=self._hesitates(),
            presses_brake=self._presses_brake(),
            rests_foot_pct=table.number("rests_foot_pct", 0.0, 100.0) if table.has("rests_foot_pct") else 0.0,
        )

    def _inside(self, key: str) -> YamlTable | None:
        return self._table.table(key) if self._table.has(key) else None

    def _lane_noise(self) -> LaneNoise | None:
        table = self._inside("lane_noise")
        if table is None:
            return None
        noise = LaneNoise(table.number("sigma_rad", 0.0, 0.1), table.number("correlation_s", 0.1, 5.0))
        table.finish()
        return noise

    def _swing_out(self) -> SwingOut | None:
        table = self._inside("swing_out")
        if table is None:
            return None
        swing = SwingOut(table.number("angle_rad", 0.0, 0.5), table.number("over_m", 0.0, 30.0))
        if not self._table.has("turn"):
            self._table.refuse("swing_out", "needs a turn to come before")
        table.finish()
        return swing

    def _slows(self) -> Slows | None:
        table = self._inside("slows")
        if table is None:
            return None
        slows = Slows(
            table.number("to_kmh", 0.0, FASTEST_KMH) * KMH_TO_MPS,
            table.number("decel_mps2", 0.1, HARDEST_MPS2),
            self._place_m(table, "at_x_m"),
        )
        table.finish()
        return slows

    def _stop(self, key: str) -> Stop | None:
        table = self._inside(key)
        if table is None:
            return None
        stop = Stop(self._place_m(table, "at_x_m"), table.number("stands_s", 0.0, LONGEST_S))
        table.finish()
        return stop

    def _yields(self) -> Stop | None:
        table = self._inside("yields")
        if table is None:
            return None
        waits_s = table.number("waits_s", 0.0, LONGEST_S) if table.has("waits_s") else math.inf
        stop = Stop(self._place_m(table, "at_x_m"), waits_s, table.number("decel_mps2", 0.3, HARDEST_MPS2))
        table.finish()
        return stop

    def _hesitates(self) -> Hesitates | None:
        table = self._inside("hesitates")
        if table is None:
            return None
        hesitates = Hesitates(
            self._place_m(table, "at_x_m"),
            table.number("for_s", 0.0, LONGEST_S),
            table.number("decel_mps2", 0.1, HARDEST_MPS2),
        )
        table.finish()
        return hesitates

    def _presses_brake(self) -> PressesBrake | None:
        table = self._inside("presses_brake")
        if table is None:
            return None
        presses = PressesBrake(
            table.number("after_warning_s", 0.0, 10.0), table.number("decel_mps2", 0.3, HARDEST_MPS2)
        )
        table.finish()
        return presses
