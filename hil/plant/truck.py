"""Kinematic truck: single track about the bogie centre, no slip below 30 km/h."""

import math

from hil.moment import STRONG_MPS2
from hil.plant.body import Body, Pose
from hil.plant.brakes import BrakeEcu, BrakeSet
from hil.plant.driver import Driver
from hil.plant.foot import Foot, Pedals

__all__ = ["Body", "Pose", "Truck"]

STEP_US = 1_000
COAST_MPS2 = 0.25  # drag with the drive torque off
STANDS_MPS = 0.005


class Truck:
    """Advances pose, speed and brakes in steps of a millisecond; time in microseconds."""

    def __init__(self, body: Body, brake: BrakeSet, driver: Driver, speed_mps: float) -> None:
        self.body = body
        self.ecu = BrakeEcu(brake)
        self.braking_since_s: float | None = None  # first strong demand on the brake
        self._driver = driver
        self._foot = Foot(driver)
        self._foot_mps2 = 0.0
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
            decel_mps2=self._decel_mps2() if self._speed_mps > STANDS_MPS else 0.0,
        )

    def pedals(self) -> Pedals:
        """Where the driver's foot is now."""
        return self._foot.update(self._t_us * 1e-6, self.bogie_x_m, self._speed_mps, self.braking_since_s)

    def _decel_mps2(self) -> float:
        """In maximum mode the harder of system and driver acts (SAE J1939-71, XBR)."""
        return max(self.ecu.chain.decel_mps2, self._foot_mps2)

    def _yaw_rate_radps(self) -> float:
        return self._speed_mps * math.tan(self._steer_rad) / self.body.wheelbase_m

    @property
    def kicked_s(self) -> float | None:
        """When the driver kicked down; None while he has not."""
        return self._foot.kicked_s

    @property
    def steers_away(self) -> bool:
        """The driver turns the wheel away from the near side."""
        away = self._driver.steers_away
        return away is not None and away.reached(self._t_us * 1e-6, self.braking_since_s)

    def advance(self, to_us: int) -> None:
        """Move on to that instant."""
        while self._t_us < to_us:
            dt_us = min(STEP_US, to_us - self._t_us)
            self._t_us += dt_us
            self._step(dt_us * 1e-6)

    def _step(self, dt_s: float) -> None:
        t_s = self._t_us * 1e-6
        asked_mps2 = self.ecu.demand_mps2(self._t_us)
        if self.braking_since_s is None and asked_mps2 >= STRONG_MPS2:
            self.braking_since_s = t_s
        self.ecu.chain.demand(asked_mps2, t_s)
        self.ecu.chain.advance(t_s, dt_s)
        pedals = self.pedals()
        self._foot_mps2 = pedals.brake_mps2
        drive_mps2 = -COAST_MPS2 if self.torque_limited else pedals.drive_mps2
        self._speed_mps = max(0.0, self._speed_mps + (drive_mps2 - self._decel_mps2()) * dt_s)
        self._steer_rad = self._driver.steer_rad(
            self.bogie_x_m, self._heading_rad, self._steer_rad, dt_s, self.steers_away
        )
        yaw_rad = self._yaw_rate_radps() * dt_s
        middle_rad = self._heading_rad + yaw_rad / 2
        self.bogie_x_m += self._speed_mps * dt_s * math.cos(middle_rad)
        self._bogie_y_m += self._speed_mps * dt_s * math.sin(middle_rad)
        self._heading_rad += yaw_rad
