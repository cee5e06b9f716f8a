"""The truck's path against the kinematic single-track models of commonroad-vehicle-models."""

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from vehiclemodels.utils.steering_parameters import SteeringParameters
from vehiclemodels.utils.trailer_parameters import TrailerParameters
from vehiclemodels.vehicle_dynamics_ks import vehicle_dynamics_ks
from vehiclemodels.vehicle_dynamics_kst import vehicle_dynamics_kst
from vehiclemodels.vehicle_parameters import VehicleParameters

from hil.plant.body import Body, Pose
from hil.plant.brakes import BrakeSet
from hil.plant.driver import Driver
from hil.plant.truck import Truck
from hil.plant.vehicles import VEHICLES

TYPICAL = BrakeSet(0.12, 0.25, 0.20, 5.0)
STEER_RADPS = 0.25
TURN_AT_M = 6.0  # of the bogie centre from its start
STEP_S = 0.005  # the plant begins to steer one or two of its steps late


def parameters(body: Body) -> VehicleParameters:
    """Of the oracle; it wants the wheelbase in two parts."""
    trailer = TrailerParameters(l_wb=body.trailer.wheelbase_m) if body.trailer else TrailerParameters()
    found = VehicleParameters(trailer=trailer)
    found.a, found.b = body.wheelbase_m / 2, body.wheelbase_m / 2
    found.steering = SteeringParameters(min=-1.0, max=1.0, v_min=-1.0, v_max=1.0)
    found.longitudinal.v_min, found.longitudinal.v_max = -1.0, 30.0
    found.longitudinal.v_switch, found.longitudinal.a_max = 100.0, 10.0
    return found


def integrated(
    model: Callable[[list[float], list[float], VehicleParameters], list[float]],
    body: Body,
    start: list[float],
    final_rad: float,
    since_s: float,
    times_s: np.ndarray,
) -> np.ndarray:
    """States of the oracle (state, time): straight, wheel going over, wheel held; each piece is smooth."""
    oracle, state, states = parameters(body), np.array(start), []
    until_s = [0.0, since_s, since_s + abs(final_rad) / STEER_RADPS, float(times_s[-1]) + 1.0]
    for (from_s, to_s), rate in zip(pairwise(until_s), (0.0, STEER_RADPS, 0.0), strict=True):
        steers = [math.copysign(rate, final_rad), 0.0]
        found = solve_ivp(
            lambda _, x, steers=steers: model(list(x), steers, oracle),
            (from_s, to_s),
            state,
            dense_output=True,
            rtol=1e-8,
            atol=1e-9,
        )
        states += [found.sol(t_s) for t_s in times_s if from_s <= t_s < to_s]
        state = found.y[:, -1]
    return np.array(states).T


def driven(body: Body, radius_m: float, kmh: float, near_sign: int) -> tuple[Truck, float, float]:
    """A truck that goes into a circle and stays in it; its steering angle and when it begins to steer."""
    final_rad, speed_mps = math.atan(body.wheelbase_m / radius_m), kmh / 3.6
    driver = Driver(
        speed_mps=speed_mps,
        near_sign=near_sign,
        turn_at_x_m=body.no_side_slip_x_m + TURN_AT_M,
        signal_at_x_m=None,
        final_steer_rad=final_rad,
        wheelbase_m=body.wheelbase_m,
        turn_rad=100.0,
    )
    return Truck(body, TYPICAL, driver, speed_mps), final_rad, TURN_AT_M / speed_mps


def bogie(body: Body, pose: Pose) -> np.ndarray:
    return np.array([*body.hitch(pose), pose.heading_rad])


@pytest.mark.parametrize("name", ["tipper_8x4", "mixer_8x4", "tipper_6x4"])
@pytest.mark.parametrize(
    ("radius_m", "kmh", "near_sign"), [(8.0, 8.0, -1), (12.0, 15.0, 1), (16.0, 20.0, -1)]
)
def test_the_bogie_goes_where_the_single_track_goes(
    name: str, radius_m: float, kmh: float, near_sign: int
) -> None:
    body = VEHICLES[name]
    truck, final_rad, since_s = driven(body, radius_m, kmh, near_sign)
    times_s = np.arange(0.0, 9.0, 0.5)
    start = [body.no_side_slip_x_m, 0.0, 0.0, kmh / 3.6, 0.0]
    path = integrated(vehicle_dynamics_ks, body, start, near_sign * final_rad, since_s, times_s)
    for t_s, state in zip(times_s, path.T, strict=True):
        truck.advance(round(t_s * 1e6))
        x_m, y_m, heading_rad = bogie(body, truck.pose())
        assert math.hypot(x_m - state[0], y_m - state[1]) < 2 * STEP_S * kmh / 3.6
        assert heading_rad == pytest.approx(state[4], abs=0.004)


@pytest.mark.parametrize(("radius_m", "near_sign"), [(9.0, -1), (12.0, 1)])
def test_the_trailer_follows_as_the_on_axle_trailer_does(radius_m: float, near_sign: int) -> None:
    body = VEHICLES["semitrailer"]
    truck, final_rad, since_s = driven(body, radius_m, 10.0, near_sign)
    times_s = np.arange(0.0, 7.0, 0.5)
    start = [body.no_side_slip_x_m, 0.0, 0.0, 10 / 3.6, 0.0, 0.0]
    path = integrated(vehicle_dynamics_kst, body, start, near_sign * final_rad, since_s, times_s)
    assert abs(path[5]).max() > 0.45  # the trailer did bend
    for t_s, state in zip(times_s, path.T, strict=True):
        truck.advance(round(t_s * 1e6))
        pose = truck.pose()
        assert pose.trailer_heading_rad - pose.heading_rad == pytest.approx(state[5], abs=0.006)


# Radius of the front axle, off-tracking of the trailer's bogie in the steady turn.
OFF_TRACKING = [(10.0, 5.37), (12.5, 3.69), (15.0, 2.90)]


@pytest.mark.parametrize(("front_m", "inward_m"), OFF_TRACKING)
@pytest.mark.parametrize("near_sign", [-1, 1])
def test_the_trailer_cuts_in_as_the_turning_table_says(
    front_m: float, inward_m: float, near_sign: int
) -> None:
    body = VEHICLES["semitrailer"]
    radius_m = math.sqrt(front_m**2 - 3.6**2)
    truck, _, _ = driven(body, radius_m, 8.0, near_sign)
    truck.advance(60_000_000)  # several circles
    pose = truck.pose()
    x_m, y_m = body.hitch(pose)
    toward = np.array([-math.sin(pose.heading_rad), math.cos(pose.heading_rad)])
    centre = np.array([x_m, y_m]) + near_sign * radius_m * toward
    back = 8.1 * np.array([math.cos(pose.trailer_heading_rad), math.sin(pose.trailer_heading_rad)])
    trailer_m = math.hypot(*(np.array([x_m, y_m]) - back - centre))
    assert front_m - trailer_m == pytest.approx(inward_m, abs=0.02)


def test_a_quarter_turn_cuts_in_less_than_the_steady_turn() -> None:
    body = VEHICLES["semitrailer"]
    radius_m = math.sqrt(12.5**2 - 3.6**2)
    truck, _, _ = driven(body, radius_m, 8.0, -1)
    truck = Truck(body, TYPICAL, replace(truck._driver, turn_rad=math.pi / 2), 8 / 3.6)
    inner_m = []
    for n in range(200):
        truck.advance(n * 100_000)
        pose = truck.pose()
        x_m, y_m = body.hitch(pose)
        inner_m.append(
            math.hypot(
                x_m - 8.1 * math.cos(pose.trailer_heading_rad) - (body.no_side_slip_x_m + TURN_AT_M),
                y_m - 8.1 * math.sin(pose.trailer_heading_rad) + radius_m,
            )
        )
    assert 0.5 < radius_m - min(inner_m[30:]) < 3.69
