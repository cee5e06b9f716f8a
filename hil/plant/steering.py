"""The driver's hands: keep the lane, swing out, turn, straighten; with or without a tremble."""

import math
from enum import IntEnum

import numpy as np

from hil.plant.driver import AWAY_STEER_RAD, Driver
from hil.plant.ground import Road
from hil.plant.habits import LaneNoise

GRID_S = 0.1  # of the tremble; drawn on a grid of its own, so that it is the same whatever the step
DRAWN_AT_ONCE = 64
LOOKS_AHEAD_S, LOOKS_AHEAD_M = 2.2, 14.0  # to where he steers, at least so far: wanders 0.1 to 0.3 m
BEND_AHEAD_S = (0.1, 0.3, 0.5, 0.7)  # he sees a bend come and goes into it by and by, never at once
LANE_STREAM = 0x1A2E


class Tremble:
    """Road-wheel angle over time: first-order noise of one run, positive to the off side."""

    def __init__(self, noise: LaneNoise, seed: int) -> None:
        self._rng = np.random.default_rng([seed, LANE_STREAM])
        self._keeps = math.exp(-GRID_S / noise.correlation_s)
        self._fresh_rad = noise.sigma_rad * math.sqrt(1 - self._keeps**2)
        self._values = [noise.sigma_rad * float(self._rng.standard_normal())]

    def at_rad(self, t_s: float) -> float:
        """Between the points of the grid in a straight line."""
        place = t_s / GRID_S
        n = int(place)
        while n + 1 >= len(self._values):
            self._draw()
        before, after = self._values[n], self._values[n + 1]
        return before + (after - before) * (place - n)

    def _draw(self) -> None:
        for fresh in self._rng.standard_normal(DRAWN_AT_ONCE).tolist():
            self._values.append(self._keeps * self._values[-1] + self._fresh_rad * fresh)


class Phase(IntEnum):
    """How far he is with his turn."""

    LANE = 0
    TURNING = 1
    AFTER = 2


class Steering:
    """Remembers place along and across the lane and the phase of the turn; angles positive to the left."""

    def __init__(self, driver: Driver, road: Road, way_m: float, seed: int) -> None:
        self._driver = driver
        self._road = road
        noise = driver.habits.lane_noise
        self._tremble = None if noise is None or noise.sigma_rad == 0.0 else Tremble(noise, seed)
        self._corrects = self._tremble is not None or bool(road.bends)
        self._phase = Phase.LANE
        self._lane_rad = 0.0  # heading of the lane here
        self.way_m = way_m  # of the bogie centre, along the lane
        self.offset_m = 0.0  # to the left of the lane's middle

    def roll(self, way_m: float, heading_rad: float) -> None:
        """The bogie centre has rolled so far with that heading."""
        if not self._corrects:
            self.way_m += way_m
            return
        off_rad = heading_rad - self._lane_rad
        curvature_per_m = self._curvature_per_m(self.way_m)
        along_m = way_m * math.cos(off_rad) / (1 - curvature_per_m * self.offset_m)
        if self._phase is Phase.TURNING:
            along_m = way_m
        self.way_m += along_m
        self.offset_m += way_m * math.sin(off_rad)
        self._lane_rad += curvature_per_m * along_m

    def next_rad(
        self, steer_rad: float, heading_rad: float, speed_mps: float, t_s: float, dt_s: float
    ) -> float:
        """Next road-wheel angle; the wheel goes over no faster than the driver's rate."""
        wanted_rad = self._wanted_rad(heading_rad, speed_mps)
        if self._tremble is not None:
            wanted_rad -= self._driver.near_sign * self._tremble.at_rad(t_s)
        return self.towards_rad(steer_rad, wanted_rad, dt_s)

    def away_rad(self, steer_rad: float, dt_s: float) -> float:
        """Next road-wheel angle while he steers away from the near side."""
        return self.towards_rad(steer_rad, -self._driver.near_sign * AWAY_STEER_RAD, dt_s)

    def towards_rad(self, steer_rad: float, wanted_rad: float, dt_s: float) -> float:
        """One step of the wheel."""
        step_rad, missing_rad = self._driver.steer_rate_radps * dt_s, wanted_rad - steer_rad
        if abs(missing_rad) <= step_rad:
            return steer_rad + missing_rad
        return steer_rad + math.copysign(step_rad, missing_rad)

    def _wanted_rad(self, heading_rad: float, speed_mps: float) -> float:
        driver = self._driver
        if driver.turn_at_x_m is not None:
            self._follow_turn(driver.turn_at_x_m, heading_rad, speed_mps)
            if self._phase is Phase.TURNING:
                return driver.near_sign * driver.final_steer_rad
            swing = driver.habits.swing_out
            if (
                swing is not None
                and self._phase is Phase.LANE
                and self.way_m >= driver.turn_at_x_m - swing.over_m
            ):
                return -driver.near_sign * swing.angle_rad
        return self._lane_keeping_rad(heading_rad, speed_mps) if self._corrects else 0.0

    def _follow_turn(self, turn_at_x_m: float, heading_rad: float, speed_mps: float) -> None:
        if self._phase is Phase.LANE and self.way_m >= turn_at_x_m:
            self._phase = Phase.TURNING
        if self._phase is not Phase.TURNING:
            return
        turned_rad = self._driver.near_sign * (heading_rad - self._lane_rad)
        if turned_rad >= self._driver.turn_rad - self._driver.straightening_rad(speed_mps):
            self._phase = Phase.AFTER  # the lane from here on is where he has got to
            self._lane_rad += self._driver.near_sign * self._driver.turn_rad
            self.offset_m = 0.0

    def _lane_keeping_rad(self, heading_rad: float, speed_mps: float) -> float:
        """Steers along an arc to a point of the lane ahead, on top of the bend itself."""
        ahead_m = max(LOOKS_AHEAD_M, LOOKS_AHEAD_S * speed_mps)
        miss_m = self.offset_m + ahead_m * math.sin(heading_rad - self._lane_rad)
        bend_per_m = self._bend_ahead_per_m(speed_mps)
        return math.atan(self._driver.wheelbase_m * (bend_per_m - 2 * miss_m / ahead_m**2))

    def _bend_ahead_per_m(self, speed_mps: float) -> float:
        ways_m = (self.way_m + ahead_s * speed_mps for ahead_s in BEND_AHEAD_S)
        return sum(map(self._curvature_per_m, ways_m)) / len(BEND_AHEAD_S)

    def _curvature_per_m(self, way_m: float) -> float:
        """Of the lane, positive to the left; a turn leaves the road with its bends."""
        if self._phase is not Phase.LANE or not self._road.bends:
            return 0.0
        return self._driver.near_sign * self._road.near_curvature_per_m(way_m)
