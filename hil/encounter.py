"""One encounter of a truck with road users, as figures; the demo's is the near-side turn."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from edge_controller.config import Fit, load_fit
from edge_controller.messages import Side
from firmware import link
from hil.environment import CLEAR, Environment
from hil.faults import Fault
from hil.pace import Move
from hil.plant.body import Body
from hil.plant.brakes import BrakeSet
from hil.plant.driver import Driver
from hil.plant.ground import DRY_LEVEL, STRAIGHT, Ground, Road
from hil.plant.signal_script import OF_A_TRUCK, SignalScript
from hil.road_user import RoadUser, cyclist
from hil.sensor_script import SensorScript
from hil.statics import Static, Street
from hil.truth import Truth

KMH_TO_MPS = 1 / 3.6


@dataclass(frozen=True, slots=True)
class Encounter:
    """All that a run needs besides the seed."""

    fit: Fit
    body: Body
    brake: BrakeSet
    driver: Driver
    users: tuple[RoadUser, ...]
    duration_s: float
    turn_radius_m: float  # of the bogie centre
    statics: tuple[Static, ...] = (Street(),)
    faults: tuple[Fault, ...] = ()
    settings: Mapping[str, int] = field(default_factory=lambda: {"released": 1})  # of the gateway's image
    after_standstill_s: float | None = 1.5  # the run ends so long after it; None lets it go on
    truth: Truth = "plain"
    ground: Ground = DRY_LEVEL
    road: Road = STRAIGHT
    signals: SignalScript = OF_A_TRUCK
    holds_at_rest: bool = True  # whether the brake ECU obeys an XBR of a standing truck
    seed: int = 0  # of what the driver does by chance, the same with and without the system
    environment: Environment = CLEAR
    sensors: Mapping[str, SensorScript] = field(default_factory=dict)  # by radar; clean where none is

    def gateway_settings(self) -> dict[str, int]:
        """What the gateway is started with; the near side is the fit's."""
        side = link.RIGHT if self.fit.truck.near_side == "right" else link.LEFT
        return {**self.settings, "near_side": side}


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
    rider = cyclist(
        x_m=-cyclist_behind_front_m,
        y_m=truck.near_sign * (truck.width_m / 2 + gap_m),
        heading_rad=0.0,
        moves=(Move(0.0, cyclist_kmh * KMH_TO_MPS),),
    )
    users = (rider,) if with_cyclist else ()
    return Encounter(fit, body_of(fit), brake_of(fit), driver, users, duration_s, bogie_radius_m)


def body_of(fit: Fit) -> Body:
    """The truck the fit describes."""
    truck = fit.truck
    return Body(
        truck.length_m, truck.width_m, truck.no_side_slip_x_m, truck.wheelbase_m, truck.hand_wheel_ratio
    )


def brake_of(fit: Fit) -> BrakeSet:
    """The brake the fit believes the truck to have."""
    brake = fit.brake
    return BrakeSet(brake.latency_s, brake.dead_s, brake.rise_s, brake.max_decel_mps2)
