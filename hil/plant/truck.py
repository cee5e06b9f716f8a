"""Kinematic truck: single track about the bogie centre, no slip below 30 km/h."""

import math
from dataclasses import dataclass

from hil.plant.brakes import BrakeEcu, BrakeSet
from hil.plant.driver import Driver

STEP_US = 1_000
COAST_MPS2 = 0.25  # drag with the drive torque off
STANDS_MPS = 0.005


@dataclass(frozen=True, slots=True)
class Body:
    """Geometry of one truck; axes as in docs/reference/conventions.md."""

    length_m: float
    width_m: float
    no_side_slip_x_m: float
    wheelbase_m: float
    hand_wheel_ratio: float


@dataclass(slots=True)
class Pose:
    """Where the origin (ground below the middle of the front bumper) is and how it moves."""

    x_m: float
    y_m: float
    heading_rad: float
    speed_mps: float
    steer_rad: float
    yaw_rate_radps: float
    decel_mps2: float


class Truck:
    """Advances pose, speed and brakes in steps of a millisecond; time in microseconds."""

    def __init__(self, body: Body, brake: BrakeSet, driver: Driver, speed_mps: float) -> None:
        self.body = body
        self.ecu = BrakeEcu(brake)
        self._driver = driver
        self._t_us = 0
        self.bogie_x_m = body.no_side_slip_x_m
        self._bogie_y_m = 0.0
        self._heading_rad = 0.0
        self._speed_mps = speed_mps
        self._steer_rad = 0.0
        self.torque_limited = False

    def pose(self) -> Pose:
        """The present pose."""
        lever_m = -self.body.no_side_slip_x_m
        return Pose(
            x_m=self.bogie_x_m + lever_m * math.cos(self._heading_rad),
            y_m=self._bogie_y_m + lever_m * math.sin(self._heading_rad),
            heading_rad=self._heading_rad,
            speed_mps=self._speed_mps,
            steer_rad=self._steer_rad,
            yaw_rate_radps=self._yaw_rate_radps(),
            decel_mps2=self.ecu.chain.decel_mps2 if self._speed_mps > STANDS_MPS else 0.0,
        )

    def _yaw_rate_radps(self) -> float:
        return self._speed_mps * math.tan(self._steer_rad) / self.body.wheelbase_m

    def advance(self, to_us: int) -> None:
        """Move on to that instant."""
        while self._t_us < to_us:
            dt_us = min(STEP_US, to_us - self._t_us)
            self._t_us += dt_us
            self._step(dt_us * 1e-6)

    def _step(self, dt_s: float) -> None:
        t_s = self._t_us * 1e-6
        self.ecu.chain.demand(self.ecu.demand_mps2(self._t_us), t_s)
        brake_mps2 = self.ecu.chain.advance(t_s, dt_s)
        drive_mps2 = -COAST_MPS2 if self.torque_limited else self._driver.drive_mps2(self._speed_mps)
        self._speed_mps = max(0.0, self._speed_mps + (drive_mps2 - brake_mps2) * dt_s)
        self._steer_rad = self._driver.steer_rad(self.bogie_x_m, self._heading_rad, self._steer_rad, dt_s)
        yaw_rad = self._yaw_rate_radps() * dt_s
        middle_rad = self._heading_rad + yaw_rad / 2
        self.bogie_x_m += self._speed_mps * dt_s * math.cos(middle_rad)
        self._bogie_y_m += self._speed_mps * dt_s * math.sin(middle_rad)
        self._heading_rad += yaw_rad
