"""The turn estimate: what raises it, what does not, and that both sides are alike."""

import math
from dataclasses import replace

import pytest

from edge_controller.config import load_fit, shipped_fit
from edge_controller.hazard import Motion, TurnMemory
from edge_controller.messages import Indicator, Side, VehicleState

TRUCK = load_fit(shipped_fit("demo")).truck
STILL = VehicleState(0.0, 15 / 3.6, 0.0, 0.0, 0.0, "none", 0.0, False, False, True)


def driven(
    steer_radps: float,
    indicator: Indicator,
    seconds: float = 1.0,
    side: Side = "right",
    start_rad: float = 0.0,
) -> Motion:
    """Two seconds straight on, then steering at a constant rate; left positive, as on the bus."""
    truck = load_fit(shipped_fit("demo"), side).truck
    memory, motion = TurnMemory(truck), None
    for n in range(round((2 + seconds) * 40)):
        t_s = n / 40
        steer = start_rad + steer_radps * max(0.0, t_s - 2)
        yaw = STILL.speed_mps * math.tan(steer) / truck.wheelbase_m if STILL.speed_mps else 0.0
        motion = memory.update(
            replace(STILL, t_s=t_s, steer_rad=steer, yaw_rate_radps=yaw, indicator=indicator), t_s
        )
    assert motion is not None
    return motion


def test_straight_without_indicator_is_the_published_bias() -> None:
    """Every feature is 0 at 15 km/h straight on: P = 1 / (1 + exp(4.38))."""
    assert driven(0.0, "none").p_turn == pytest.approx(1 / (1 + math.exp(4.38)))
    assert driven(0.0, "right").p_turn == pytest.approx(1 / (1 + math.exp(4.38 - 1.65)))


def test_the_other_indicator_says_nothing() -> None:
    assert driven(0.0, "left").p_turn == driven(0.0, "none").p_turn
    assert driven(0.0, "unknown").p_turn == driven(0.0, "none").p_turn


def test_steering_in_is_a_turn_within_a_third_of_a_second() -> None:
    assert driven(-0.25, "right", 0.30).p_turn > 0.9
    assert driven(-0.25, "none", 0.35).p_turn > 0.8


def test_a_steady_angle_is_a_bend_and_steering_away_no_near_side_turn() -> None:
    assert driven(0.0, "none", start_rad=-0.08).p_turn < 0.05
    assert driven(0.25, "none", 0.4).p_turn < 0.02


def test_three_degrees_at_the_hand_wheel_are_no_turn() -> None:
    assert driven(0.0, "none", start_rad=-math.radians(3) / 20).p_turn < 0.02


@pytest.mark.parametrize("rate", [-0.25, -0.1, 0.0, 0.2])
def test_left_is_the_exact_mirror(rate: float) -> None:
    assert driven(rate, "right") == driven(-rate, "left", side="left")


def test_steer_and_its_rate_are_positive_to_the_near_side() -> None:
    motion = driven(-0.2, "none", 0.5)
    assert motion.steer_rad == pytest.approx(0.1 - 0.2 * 0.06, abs=0.01)  # the low pass lags 0.06 s
    assert motion.steer_rate_radps == pytest.approx(0.2, abs=0.01)


def test_without_steering_the_yaw_rate_stands_in() -> None:
    memory = TurnMemory(TRUCK)
    yaw = -(15 / 3.6) / 20.0
    motion = None
    for n in range(40):
        motion = memory.update(replace(STILL, t_s=n / 20, steer_rad=None, yaw_rate_radps=yaw), n / 20)
    assert motion is not None
    assert motion.steer_rad == pytest.approx(math.atan(5.675 / 20.0), abs=0.002)


def test_unknown_speed_is_no_motion_and_odd_input_stays_finite() -> None:
    memory = TurnMemory(TRUCK)
    assert memory.update(replace(STILL, speed_mps=None), 0.0) is None
    for t_s, speed in ((0.1, 0.0), (0.1, 30.0), (0.05, 30.0), (50.0, 0.0)):
        motion = memory.update(replace(STILL, speed_mps=speed, steer_rad=None, yaw_rate_radps=None), t_s)
        assert motion is not None
        assert 0 <= motion.p_turn <= 1
