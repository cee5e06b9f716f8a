"""Kinematic truck: single track about the bogie centre, no slip below 30 km/h; its trailer follows the hitch.

It moves in steps of 5 ms on a grid of their own, and the brakes inside them in steps of 1 ms. Whoever asks
between two points of the grid changes nothing: a drive is the same with and without the system until it acts.
"""

import math

from firmware import link
from hil.moment import STRONG_MPS2, Moment
from hil.plant.body import Body, Pose
from hil.plant.brake_ecu import BrakeEcu
from hil.plant.brakes import BrakeChain, BrakeSet
from hil.plant.driver import Driver
from hil.plant.foot import Felt, Foot, Pedals
from hil.plant.ground import DRY_LEVEL, STRAIGHT, Ground, Road
from hil.plant.steering import Steering

__all__ = ["Body", "Pose", "Truck"]

STEP_US = 5_000
STEP_S = STEP_US * 1e-6
COAST_MPS2 = 0.25  # drag with the drive torque off
STANDS_MPS = 0.005


class Truck:
    """Advances pose, speed and brakes; time in microseconds."""

    def __init__(
        self,
        body: Body,
        brake: BrakeSet,
        driver: Driver,
        speed_mps: float,
        *,
        ground: Ground = DRY_LEVEL,
        road: Road = STRAIGHT,
        seed: int = 0,
        holds_at_rest: bool = True,
    ) -> None:
        self.body = body
        self.ecu = BrakeEcu(brake, ground.grip_mps2, holds_at_rest)
        self.braking_since_s: float | None = None  # first strong demand on the brake
        self.warned_since_s: float | None = None  # the driver has seen the warning lamp
        self.torque_limited = False
        self._foot_chain = BrakeChain(brake.by_foot(), ground.grip_mps2)
        self._most_mps2 = min(brake.max_decel_mps2, ground.grip_mps2)
        self._uphill_mps2 = ground.along_mps2
        self._driver = driver
        self._foot = Foot(driver)
        self._steering = Steering(driver, road, body.no_side_slip_x_m, seed)
        self._t_us = 0
        self._asked_us = 0
        self._bogie_x_m = body.no_side_slip_x_m
        self._bogie_y_m = 0.0
        self._heading_rad = 0.0
        self._trailer_rad = 0.0
        self._speed_mps = speed_mps
        self._steer_rad = 0.0
        self._decel_mps2 = 0.0
        self._pedals = self._foot.update(self._felt())

    @property
    def way_m(self) -> float:
        """Of the bogie centre along its lane; equal to its x while the truck is in a straight lane."""
        return self._steering.way_m

    def pose(self) -> Pose:
        """The pose at the instant that was asked for last."""
        body, speed_mps = self.body, self._speed_mps
        yaw_radps = self._yaw_rate_radps()
        ahead_s = (self._asked_us - self._t_us) * 1e-6
        heading_rad = self._heading_rad + yaw_radps * ahead_s
        lever_m = -body.no_side_slip_x_m
        x_m = self._bogie_x_m + lever_m * math.cos(heading_rad)
        y_m = self._bogie_y_m + lever_m * math.sin(heading_rad)
        if ahead_s > 0.0:
            middle_rad = self._heading_rad + yaw_radps * ahead_s / 2
            x_m += speed_mps * ahead_s * math.cos(middle_rad)
            y_m += speed_mps * ahead_s * math.sin(middle_rad)
        return Pose(
            x_m=x_m,
            y_m=y_m,
            heading_rad=heading_rad,
            speed_mps=speed_mps,
            steer_rad=self._steer_rad,
            yaw_rate_radps=yaw_radps,
            decel_mps2=self._decel_mps2 if speed_mps > STANDS_MPS else 0.0,
            trailer_heading_rad=self._trailer_rad,
        )

    def see_lamps(self, lamps: int, t_s: float) -> None:
        """What is lit before the driver's eyes."""
        if self.warned_since_s is None and lamps & link.LAMP_WARN:
            self.warned_since_s = t_s

    def pedals(self) -> Pedals:
        """Where the driver's foot is now."""
        return self._pedals

    def is_slipping(self) -> bool:
        """The anti-lock system works."""
        moves = self._speed_mps > STANDS_MPS
        return moves and (self.ecu.chain.is_slipping or self._foot_chain.is_slipping)

    def _yaw_rate_radps(self) -> float:
        return self._speed_mps * math.tan(self._steer_rad) / self.body.wheelbase_m

    def _felt(self) -> Felt:
        return Felt(
            self._t_us * 1e-6,
            self._steering.way_m,
            self._speed_mps,
            self.braking_since_s,
            self.warned_since_s,
        )

    @property
    def kicked_s(self) -> float | None:
        """When the driver kicked down; None while he has not."""
        return self._foot.kicked_s

    @property
    def steers_away(self) -> bool:
        """The driver turns the wheel away from the near side."""
        return self._has_come(self._driver.steers_away)

    @property
    def key_pressed(self) -> bool:
        """He holds the off key down."""
        return self._has_come(self._driver.switches_off)

    def _has_come(self, when: Moment | None) -> bool:
        return when is not None and when.reached(self._t_us * 1e-6, self.braking_since_s, self.warned_since_s)

    def advance(self, to_us: int) -> None:
        """Move on to that instant."""
        self._asked_us = max(to_us, self._asked_us)
        while self._t_us + STEP_US <= to_us:
            self._step()

    def _step(self) -> None:
        from_us, to_us = self._t_us, self._t_us + STEP_US
        if self.braking_since_s is None and self.ecu.demand_mps2(to_us) >= STRONG_MPS2:
            self.braking_since_s = from_us * 1e-6
        system_mps2 = self.ecu.over(from_us, to_us)
        before_mps = self._speed_mps
        accel_mps2 = self._accel_mps2(system_mps2, self._sudden_mps2(from_us, to_us))
        self._speed_mps = max(0.0, before_mps + accel_mps2 * STEP_S)
        if self._speed_mps <= STANDS_MPS:
            self.ecu.stands(to_us)
        self._roll((before_mps + self._speed_mps) / 2 * STEP_S)
        self._t_us = to_us
        self._pedals = self._foot.update(self._felt())

    def _sudden_mps2(self, from_us: int, to_us: int) -> float:
        """What the driver's unplanned braking has come to."""
        asked_mps2 = self._pedals.sudden_mps2
        if asked_mps2 == 0.0 and self._foot_chain.is_idle:
            return 0.0
        self._foot_chain.demand(asked_mps2, from_us * 1e-6)
        return self._foot_chain.over(from_us, to_us)

    def _accel_mps2(self, system_mps2: float, sudden_mps2: float) -> float:
        """In maximum mode the harder of system and driver acts (SAE J1939-71, XBR)."""
        pedals, uphill_mps2 = self._pedals, self._uphill_mps2
        planned_mps2 = min(pedals.brake_mps2, self._most_mps2)
        braking_mps2 = max(system_mps2, sudden_mps2)
        self._decel_mps2 = max(braking_mps2, planned_mps2)
        if planned_mps2 > 0.0:
            return -max(braking_mps2 + uphill_mps2, planned_mps2)
        if self.torque_limited:
            return -braking_mps2 - COAST_MPS2 - uphill_mps2
        if pedals.sudden_mps2 > 0.0:
            return -braking_mps2 - uphill_mps2
        return pedals.drive_mps2 - braking_mps2

    def _roll(self, way_m: float) -> None:
        """So far along the arc of the wheels, which go over meanwhile."""
        before_rad = self._steer_rad
        self._steer_rad = self._steered_rad()
        turned_rad = way_m * math.tan((before_rad + self._steer_rad) / 2) / self.body.wheelbase_m
        middle_rad = self._heading_rad + turned_rad / 2
        self._bogie_x_m += way_m * math.cos(middle_rad)
        self._bogie_y_m += way_m * math.sin(middle_rad)
        self._heading_rad += turned_rad
        self._steering.roll(way_m, middle_rad)
        if self.body.trailer is not None:
            off_rad = middle_rad - self._trailer_rad
            self._trailer_rad += way_m * math.sin(off_rad) / self.body.trailer.wheelbase_m

    def _steered_rad(self) -> float:
        driver = self._driver
        if driver.panics is not None and self._has_come(driver.panics):
            return self._steer_rad
        if driver.steers_away is not None and self.steers_away:
            return self._steering.away_rad(self._steer_rad, STEP_S)
        t_s = self._t_us * 1e-6
        return self._steering.next_rad(self._steer_rad, self._heading_rad, self._speed_mps, t_s, STEP_S)
