"""What a driver is going to do, as a script; only braking that he feels may set some of it off."""

import math
from dataclasses import dataclass

from hil.moment import Moment
from hil.plant.habits import STEADY, Habits, Stop

__all__ = ["Driver", "Stop"]

MAX_DRIVE_MPS2 = 0.8
SPEED_GAIN_PER_S = 2.0
AWAY_STEER_RAD = 0.08  # road wheel: 1.6 rad of the hand wheel at a ratio of 20


def accelerator_pct(drive_mps2: float) -> float:
    """How far the pedal is down for an acceleration; some of it holds the speed."""
    return max(0.0, 10.0 + 50.0 * drive_mps2)


@dataclass(frozen=True, slots=True)
class Driver:
    """Holds a speed; turns towards the near side where `turn_at_x_m` says, or not at all.

    Places are those of the bogie centre along the road, so that slowing delays the turn.
    """

    speed_mps: float
    near_sign: int  # -1 where the near side is the right
    turn_at_x_m: float | None
    signal_at_x_m: float | None
    final_steer_rad: float  # magnitude
    wheelbase_m: float
    steer_rate_radps: float = 0.25  # road wheel, engineering value
    turn_rad: float = math.pi / 2
    pulls_away_s: float | None = None  # starts from rest, foot on the brake until then
    stop: Stop | None = None
    brakes: Moment | None = None  # the foot goes to the brake and stays there
    kicks_down: Moment | None = None
    steers_away: Moment | None = None
    panics: Moment | None = None  # stands on the brake and holds the wheel as it is
    switches_off: Moment | None = None  # holds the off key down
    habits: Habits = STEADY

    @property
    def start_speed_mps(self) -> float:
        """At t = 0."""
        return self.speed_mps if self.pulls_away_s is None else 0.0

    def drive_mps2(self, speed_mps: float, wanted_mps: float) -> float:
        """Acceleration asked of the engine to come to a speed and hold it."""
        asked_mps2 = SPEED_GAIN_PER_S * (wanted_mps - speed_mps)
        return min(MAX_DRIVE_MPS2, max(-MAX_DRIVE_MPS2, asked_mps2))

    def signals(self, way_m: float) -> bool:
        """The near-side indicator is on."""
        return self.signal_at_x_m is not None and way_m >= self.signal_at_x_m

    def ramp_way_m(self) -> float:
        """Way rolled while the wheels go over to the final angle."""
        return self.speed_mps * self.final_steer_rad / self.steer_rate_radps

    def straightening_rad(self, speed_mps: float) -> float:
        """Heading still gained while the wheels come back, about half the ramp at full yaw rate."""
        yaw_rate_radps = speed_mps * math.tan(self.final_steer_rad) / self.wheelbase_m
        return yaw_rate_radps / 2 * self.final_steer_rad / self.steer_rate_radps
