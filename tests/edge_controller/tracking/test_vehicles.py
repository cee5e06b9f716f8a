"""A lorry that comes towards us shows now both its front corners, now one: that is no speed sideways."""

import math
from dataclasses import replace

import numpy as np
import pytest

from edge_controller.messages import Track
from edge_controller.tracking.target import new_target
from tests.edge_controller.tracking.test_tracker import FRAME_S, new_tracker, seen, truck_state

SPEED_MPS = 9.0
AHEAD = np.array([1.0, 0.0])


def met(corners_m: tuple[float, ...], left_m: tuple[float, ...]) -> Track:
    """It comes from behind along a line 4 m beside us; after 0.2 s it shows only what is left."""
    tracker, tracks = new_tracker(), ()
    for n in range(12):
        t_s = n * FRAME_S
        shown_m = corners_m if n < 4 else left_m
        found = [seen(t_s, -25.0 + SPEED_MPS * t_s, -5.25 + y_m, vx=SPEED_MPS, vy=0.0) for y_m in shown_m]
        tracks = tracker.update(found, truck_state(t_s), t_s, "corner")
    return max((track for track in tracks if track.moving), key=lambda track: track.hits)


@pytest.mark.parametrize("side", [1.25, -1.25])
def test_a_corner_that_goes_brings_it_not_across(side: float) -> None:
    track = met((1.25, -1.25), (side,))
    sigma_mps = math.sqrt(float(track.covariance[3, 3]))
    assert sigma_mps > 0.35  # not settled
    assert abs(track.vy_mps) < 2 * sigma_mps


def test_two_riders_abreast_are_no_vehicle() -> None:
    """1.2 m apart, as known as one alone."""
    alone, both = met((0.6,), (0.6,)), met((0.6, -0.6), (0.6, -0.6))
    assert both.covariance[3, 3] < 1.2 * alone.covariance[3, 3]


@pytest.mark.parametrize("apart_m", [5.0, 8.0])
def test_what_is_wider_than_any_vehicle_is_none(apart_m: float) -> None:
    """A young track that took an echo of something else for a moment is no lorry for the rest of its life."""
    target = new_target(1, 0.0, np.array([-8.0, -2.7]), AHEAD, ahead=AHEAD, ground_mps=2.0, cross_m=0.05)
    at_m = target.mean[:2] + np.array([[0.0, 0.0], [0.5, apart_m]])
    target.spread(at_m, np.array([2.0, 3.0]))
    assert target.wide_m == 0.0
    target.spread(target.mean[:2] + np.array([[0.0, 1.25], [0.0, -1.25]]), np.ones(2))
    assert target.wide_m == pytest.approx(1.25)


def test_an_echo_of_unknown_bearing_makes_no_rider_a_vehicle() -> None:
    """Behind us at 8 m, 0.23 rad: it may be his, and is placed 3 m aside of him."""
    tracker, tracks = new_tracker(), ()
    for n in range(20):
        t_s = n * FRAME_S
        echoes = [seen(t_s, -14.0 + 5.0 * t_s, -2.7, vx=5.0, vy=0.0)]
        if n in {3, 4, 5}:
            stray = seen(t_s, -14.0 + 5.0 * t_s, 0.0, vx=5.0, vy=0.0)
            echoes.append(replace(stray, azimuth_sigma_rad=0.23))
        tracks = tracker.update(echoes, truck_state(t_s), t_s, "corner")
    assert [target.wide_m for target in tracker._targets if target.moving] == [0.0]
    (rider,) = (track for track in tracks if track.moving)
    assert abs(rider.y_m - -2.7) < 0.2
