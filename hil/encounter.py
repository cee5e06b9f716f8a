"""One encounter of a truck and perhaps a cyclist, as figures; the demo's is the near-side turn."""

import math
from dataclasses import dataclass
from pathlib import Path

from edge_controller.config import Fit, load_fit
from edge_controller.messages import Side
from hil.plant.brakes import BrakeSet
from hil.plant.driver import Driver
from hil.plant.truck import Body
from hil.road_user import Cyclist

KMH_TO_MPS = 1 / 3.6


@dataclass(frozen=True, slots=True)
class Encounter:
    """All that a run needs besides the seed."""

    fit: Fit
    body: Body
    brake: BrakeSet
    driver: Driver
    cyclist: Cyclist | None
    duration_s: float
    turn_radius_m: float  # of the bogie centre


def near_side_turn(
    fit_path: Path,
    near_side: Side | None = None,
    *,
    truck_kmh: float = 15.0,
    bogie_radius_m: float = 12.0,
    cyclist_kmh: float = 18.0,
    gap_m: float = 2.0,
    cyclist_behind_front_m: float = 9.0,
    turn_after_s: float | None = 4.5,
    signal_before_turn_s: float | None = 2.0,
    with_cyclist: bool = True,
    duration_s: float = 10.0,
) -> Encounter:
    """A truck that turns to the near side while a cyclist overtakes there.

    `gap_m` is from the body side to the bicycle's centre line; `cyclist_behind_front_m` where its
    middle is at t = 0. Without `turn_after_s` the truck goes straight on.
    """
    fit = load_fit(fit_path, near_side)
    truck = fit.truck
    speed_mps = truck_kmh * KMH_TO_MPS
    start_x_m = truck.no_side_slip_x_m
    turn_at_x_m = None if turn_after_s is None else start_x_m + speed_mps * turn_after_s
    signal_at_x_m = (
        None
        if turn_at_x_m is None or signal_before_turn_s is None
        else turn_at_x_m - speed_mps * signal_before_turn_s
    )
    driver = Driver(
        speed_mps=speed_mps,
        near_sign=truck.near_sign,
        turn_at_x_m=turn_at_x_m,
        signal_at_x_m=signal_at_x_m,
        final_steer_rad=math.atan(truck.wheelbase_m / bogie_radius_m),
        wheelbase_m=truck.wheelbase_m,
    )
    cyclist = Cyclist(
        x_m=-cyclist_behind_front_m,
        y_m=truck.near_sign * (truck.width_m / 2 + gap_m),
        heading_rad=0.0,
        speed_mps=cyclist_kmh * KMH_TO_MPS,
    )
    body = Body(
        truck.length_m, truck.width_m, truck.no_side_slip_x_m, truck.wheelbase_m, truck.hand_wheel_ratio
    )
    brake = BrakeSet(fit.brake.latency_s, fit.brake.dead_s, fit.brake.rise_s, fit.brake.max_decel_mps2)
    return Encounter(fit, body, brake, driver, cyclist if with_cyclist else None, duration_s, bogie_radius_m)
