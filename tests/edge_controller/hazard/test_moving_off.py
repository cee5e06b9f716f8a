"""Who is ahead of a standing truck, and whom it would touch: 8x4 tipper of 9.8 x 2.5 m."""

import math
from dataclasses import replace

import numpy as np
import pytest

from edge_controller.config import load_fit, shipped_fit
from edge_controller.hazard import Motion, assess
from edge_controller.hazard.moving_off import Ahead
from edge_controller.messages import Side, Track

STANDING = Motion(0.0, 0.0, 0.0, 0.0, 0.0, False, 0.02)


def user(x_m: float, y_m: float, vx: float = 0.0, vy: float = 0.0) -> Track:
    return Track(4, 0.0, x_m, y_m, vx, vy, np.eye(4) * 0.01, 1.8, 0.6, -9.0, 80, True, True, ("front",))


def of(track: Track, motion: Motion = STANDING, side: Side = "right") -> Ahead:
    fit = load_fit(shipped_fit("demo"), side)
    (hazard,) = assess([track], motion, fit, False)
    return Ahead(hazard.in_moving_off_zone, hazard.touched_on_moving_off, hazard.touched_if_late)


@pytest.mark.parametrize("side", ["right", "left"])
@pytest.mark.parametrize(
    ("x_m", "y_m", "inside"),
    [
        (0.1, 0.0, True),  # at the bumper
        (0.8, -1.75, True),
        (0.8, 1.75, True),
        (3.7, 0.0, True),
        (4.1, 0.0, False),
        (1.0, -2.2, False),  # 0.95 m beside the body's width
        (1.0, 2.2, False),
        (-0.6, 0.0, False),
    ],
)
def test_zone_of_un_r159(x_m: float, y_m: float, inside: bool, side: Side) -> None:
    sign = 1 if side == "right" else -1
    assert of(user(x_m, sign * y_m), side=side).in_zone is inside


@pytest.mark.parametrize("kmh", [3.0, 5.0])
@pytest.mark.parametrize("sign", [-1, 1])
def test_who_crosses_is_in_the_zone_before_he_comes_to_the_plane_half_a_metre_beside(
    kmh: float, sign: int
) -> None:
    """A frame (50 ms), computing and publishing (35 ms) and an edge frame (20 ms) before that plane."""
    speed = kmh / 3.6
    early_m = speed * 0.105
    crossing = user(0.8, sign * (1.25 + 0.5 + early_m + 0.1), vy=-sign * speed)
    assert of(crossing).in_zone


@pytest.mark.parametrize(
    ("x_m", "y_m", "touched"),
    [
        (0.5, 0.0, True),
        (1.0, 1.2, True),
        (1.0, -1.2, True),
        (2.0, 0.0, True),
        (5.0, 0.0, False),
        (1.0, -2.2, False),
        (-1.0, -1.9, False),  # beside the cab: the truck drives past him
        (-5.0, -1.6, False),
    ],
)
def test_a_truck_that_sets_off_touches_who_stands_in_its_first_metres(
    x_m: float, y_m: float, touched: bool
) -> None:
    assert of(user(x_m, y_m)).touched is touched


def test_who_walks_out_of_the_way_in_time_is_not_touched_and_who_walks_in_is() -> None:
    assert of(user(1.0, 0.0)).touched
    assert not of(user(2.0, 1.0, vy=1.4)).touched
    assert of(user(1.5, 2.3, vy=-1.0)).touched


def test_a_cyclist_who_rides_off_ahead_is_not_touched() -> None:
    assert of(user(1.5, 0.0)).touched
    assert not of(user(1.7, 0.0, vx=2.0)).touched


def test_wheels_turned_in_sweep_the_near_front_corner() -> None:
    """Somebody 0.6 m beside the near front corner, 1.2 m ahead of it."""
    stands = user(1.2, -2.1)
    assert not of(stands).touched
    assert of(stands, replace(STANDING, steer_rad=0.5)).touched  # near side positive
    assert not of(stands, replace(STANDING, steer_rad=-0.5)).touched


def test_late_is_when_full_braking_would_not_stop_any_more() -> None:
    """At 1 m/s 0.8 s until it bites and 0.1 m of braking; with the truck setting off some 1.2 m."""
    rolling = replace(STANDING, speed_mps=1.0)
    box_m = 0.45
    near, far = of(user(0.9 + box_m, 0.0), rolling), of(user(2.3 + box_m, 0.0), rolling)
    assert (near.touched, near.touched_late) == (True, True)
    assert (far.touched, far.touched_late) == (True, False)


def test_the_left_near_side_is_the_mirror() -> None:
    for x_m, y_m, vy in ((1.0, -1.6, 0.0), (2.0, 2.0, -1.2), (0.9, -1.9, 0.6)):
        turned = replace(STANDING, speed_mps=0.4, steer_rad=0.3)
        assert of(user(x_m, y_m, vy=vy), turned) == of(user(x_m, -y_m, vy=-vy), turned, "left")


def test_a_standing_mans_box_does_not_turn_with_the_noise_of_his_course() -> None:
    answers = [
        of(user(1.5, 1.3, vx=0.05 * math.cos(a), vy=0.05 * math.sin(a))) for a in np.linspace(0, 6, 20)
    ]
    assert len({a.touched for a in answers}) == 1
