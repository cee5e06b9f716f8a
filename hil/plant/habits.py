"""What a driver does besides holding his speed. Places are of the bogie centre, metres along the road."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LaneNoise:
    """His hand on the wheel is never quite still; he corrects back to the lane."""

    sigma_rad: float  # road wheel
    correlation_s: float


@dataclass(frozen=True, slots=True)
class SwingOut:
    """Goes to the off side for a while before the turn."""

    angle_rad: float  # road wheel
    over_m: float  # so long before the turn-in


@dataclass(frozen=True, slots=True)
class Slows:
    """Brakes so that he has the lower speed at the place, and keeps it."""

    to_mps: float
    decel_mps2: float
    at_x_m: float


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop with the bogie centre at a place, stand there so long, and go on."""

    at_x_m: float
    stands_s: float
    decel_mps2: float = 1.2  # a driver's quiet stop


@dataclass(frozen=True, slots=True)
class Hesitates:
    """From the place on he brakes gently for some time, then goes on as before."""

    at_x_m: float
    for_s: float
    decel_mps2: float = 1.0


@dataclass(frozen=True, slots=True)
class PressesBrake:
    """Answers a warning with his foot."""

    after_warning_s: float
    decel_mps2: float = 3.0


@dataclass(frozen=True, slots=True)
class Habits:
    """All of it; without any he is as steady as a machine."""

    lane_noise: LaneNoise | None = None
    swing_out: SwingOut | None = None
    slows: Slows | None = None
    yields: Stop | None = None  # stops for the road user before or while turning in
    hesitates: Hesitates | None = None
    presses_brake: PressesBrake | None = None
    rests_foot_pct: float = 0.0  # on the accelerator whenever it is not on the brake
    kick_s: float = math.inf  # how long a kick-down is kept


STEADY = Habits()
