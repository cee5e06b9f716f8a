"""Points that move within the truck, carried to the world, against numerical differentiation."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radar_sim import Scatterers, TruckPose
from radar_sim.moving import riding_along

NO_SLIP_X_M = -7.125
STEP_S = 1e-3


def place_m(local: Scatterers, truck: TruckPose, t_s: float) -> np.ndarray:
    """World place at a time: the bogie on its arc by small steps, the heading turned, the local cubic."""
    heading = truck.heading_rad + truck.yaw_rate_radps * t_s
    ends = [truck.heading_rad + truck.yaw_rate_radps * t_s * share for share in np.linspace(0, 1, 2001)]
    middle = (np.array(ends[1:]) + np.array(ends[:-1])) / 2
    bogie = np.array([truck.x_m, truck.y_m]) + NO_SLIP_X_M * np.array(
        [math.cos(truck.heading_rad), math.sin(truck.heading_rad)]
    )
    bogie = bogie + truck.speed_mps * t_s * np.array([np.cos(middle).mean(), np.sin(middle).mean()])
    q = local.position_m + t_s * (
        local.velocity_mps + t_s * (local.acceleration_mps2 / 2 + t_s * local.jerk_mps3 / 6)
    )
    x, y = q[:, 0] - NO_SLIP_X_M, q[:, 1]
    cos, sin = math.cos(heading), math.sin(heading)
    return np.stack([bogie[0] + cos * x - sin * y, bogie[1] + sin * x + cos * y, q[:, 2]], axis=1)


@settings(max_examples=30)
@given(
    yaw=st.floats(-0.5, 0.5),
    speed=st.floats(0.0, 20.0),
    heading=st.floats(-3.0, 3.0),
    seed=st.integers(0, 99),
)
def test_velocity_acceleration_and_jerk_are_the_derivatives_of_the_place(
    yaw: float, speed: float, heading: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    local = Scatterers(
        rng.uniform(-8, 2, (4, 3)),
        rng.uniform(-5, 5, (4, 3)),
        np.ones(4),
        acceleration_mps2=rng.uniform(-50, 50, (4, 3)),
        jerk_mps3=rng.uniform(-500, 500, (4, 3)),
    )
    truck = TruckPose(3.0, -2.0, heading, speed, yaw, NO_SLIP_X_M)
    world = riding_along(local, truck)
    at = {n: place_m(local, truck, n * STEP_S) for n in range(-3, 4)}
    # Central differences of seven points, exact to the sixth power of the step.
    first = (at[3] - at[-3] - 9 * (at[2] - at[-2]) + 45 * (at[1] - at[-1])) / (60 * STEP_S)
    second = (
        2 * (at[3] + at[-3]) - 27 * (at[2] + at[-2]) + 270 * (at[1] + at[-1]) - 490 * at[0]
    ) / (180 * STEP_S**2)  # fmt: skip
    third = (at[-3] - at[3] + 8 * (at[2] - at[-2]) - 13 * (at[1] - at[-1])) / (8 * STEP_S**3)
    assert world.position_m == pytest.approx(at[0], abs=1e-9)
    assert world.velocity_mps == pytest.approx(first, abs=1e-6)
    assert world.acceleration_mps2 == pytest.approx(second, abs=1e-3)
    assert world.jerk_mps3 == pytest.approx(third, abs=0.2)
