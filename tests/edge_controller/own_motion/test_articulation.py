"""A trailer follows its pin: closed forms of the tractrix and of the steady turn."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_controller.config import Trailer, load_fit, shipped_fit
from edge_controller.own_motion.articulation import Articulation

TRUCK = load_fit(shipped_fit("demo")).truck
L2_M = 8.1
TRAILER = Trailer(TRUCK.no_side_slip_x_m, 1.6, 13.6, 2.55, L2_M)  # pin over the point without side slip
DT_S = 0.025


def driven(way_m: float, speed_mps: float, yaw_radps: float, one: Articulation | None = None) -> Articulation:
    one = one or Articulation(TRAILER, TRUCK)
    for _ in range(round(way_m / speed_mps / DT_S)):
        one.move(DT_S, speed_mps, yaw_radps, forward=True)
    return one


@pytest.mark.parametrize("radius_m", [10.0, 15.0, 40.0])
@pytest.mark.parametrize("side", [-1, 1])
def test_in_a_steady_turn_the_sine_of_the_angle_is_wheelbase_by_radius(radius_m: float, side: int) -> None:
    """To the right (negative yaw) the trailer still points left of the truck."""
    one = driven(80.0, 4.0, side * 4.0 / radius_m)
    assert one.angle_rad == pytest.approx(-side * math.asin(L2_M / radius_m), abs=0.01)
    assert one.rate_radps == pytest.approx(0.0, abs=0.005)


def test_straight_on_the_angle_dies_out_as_on_the_tractrix() -> None:
    one = driven(20.0, 4.0, -0.3)
    before_rad = one.angle_rad
    driven(12.0, 4.0, 0.0, one)
    assert math.tan(one.angle_rad / 2) == pytest.approx(
        math.tan(before_rad / 2) * math.exp(-12.0 / L2_M), abs=1e-4
    )


def test_a_pin_behind_the_axle_is_pushed_outwards_first() -> None:
    """1 m behind: the pin goes to the left where the truck yaws to the right."""
    behind = Articulation(Trailer(TRUCK.no_side_slip_x_m - 1.0, 1.6, 13.6, 2.55, L2_M), TRUCK)
    behind.move(DT_S, 4.0, -0.2, forward=True)
    over = Articulation(TRAILER, TRUCK)
    over.move(DT_S, 4.0, -0.2, forward=True)
    assert behind.rate_radps - over.rate_radps == pytest.approx(0.2 * 1.0 / L2_M, abs=1e-3)


def test_it_is_settled_after_two_wheelbases_forward_and_not_after_reversing() -> None:
    assert not driven(16.0, 4.0, 0.0).settled
    one = driven(16.5, 4.0, 0.0)
    assert one.settled
    one.move(DT_S, 0.0, 0.0, forward=False)  # at rest, in neutral
    assert one.settled
    one.move(DT_S, 1.0, 0.0, forward=False)
    assert not one.settled


@given(yaws=st.lists(st.floats(-1.0, 1.0), min_size=1, max_size=60), speed_mps=st.floats(0.0, 25.0))
def test_left_is_the_mirror_of_right_and_nothing_folds_over(yaws: list[float], speed_mps: float) -> None:
    one, other = Articulation(TRAILER, TRUCK), Articulation(TRAILER, TRUCK)
    for yaw in yaws:
        one.move(0.05, speed_mps, yaw, forward=True)
        other.move(0.05, speed_mps, -yaw, forward=True)
    assert one.angle_rad == -other.angle_rad
    assert abs(one.angle_rad) <= 1.5
