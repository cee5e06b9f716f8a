"""A cyclist rides past the corner radar two metres away: his wheels are his, whoever else may want them.

A rim point turned by phi from the foremost moves with v (1 + cos phi) ahead and v sin phi upwards. Abeam the
first has no part along the line of sight; the second has, as the radar looks down from 1.05 m on hubs at
0.34 m: up to a third of his speed, now towards us and now away.
"""

import math
from dataclasses import replace

import numpy as np
import pytest

from edge_controller.messages import Detection, Track
from edge_controller.tracking.association import assign
from edge_controller.tracking.points import Points
from edge_controller.tracking.target import Target, new_target
from tests.edge_controller.tracking.test_tracker import FRAME_S, new_tracker, seen, truck_state

OWN_MPS, RIDER_MPS = 15 / 3.6, 18 / 3.6
RADAR_UP_M, HUB_UP_M, RIM_M = 1.05, 0.34, 0.31
HALF_WHEELBASE_M = 0.53
BESIDE_M = -3.3


def rim(t_s: float, x_m: float, phi: float) -> Detection:
    """One point of the rim of a wheel whose hub is at x."""
    at_x_m, down_m = x_m + RIM_M * math.sin(phi), HUB_UP_M + RIM_M * math.cos(phi) - RADAR_UP_M
    point = seen(t_s, at_x_m, BESIDE_M, vx=RIDER_MPS * (1 + math.cos(phi)), vy=0, own_mps=OWN_MPS)
    slant_m = math.hypot(point.range_m, down_m)
    rate_mps = (point.range_rate_mps * point.range_m - RIDER_MPS * math.sin(phi) * down_m) / slant_m
    return replace(point, range_m=slant_m, range_rate_mps=rate_mps, snr_db=48.0)


def sidelobe_of_flank(t_s: float, x_m: float) -> Detection:
    """0.7 m beside our flank, one Doppler cell off what is at rest against us."""
    point = seen(t_s, x_m, -2.0, vx=OWN_MPS, vy=0, own_mps=OWN_MPS)
    return replace(point, range_rate_mps=0.14, snr_db=48.0)


def ride_past(seed: int) -> list[tuple[Track, ...]]:
    """From 7 m behind the bumper to 1 m before it. Abeam his front end and his rear wheel are seen."""
    rng = np.random.default_rng(seed)
    tracker, steps = new_tracker(), []
    for n in range(200):
        t_s = n * FRAME_S
        x_m = -7.0 + (RIDER_MPS - OWN_MPS) * t_s
        abeam = x_m > -2.5
        found = []
        if rng.random() < 0.8:
            at_m = x_m + (0.6 if abeam else 0.0) + rng.normal(0, 0.1)
            found.append(seen(t_s, at_m, BESIDE_M, vx=RIDER_MPS, vy=0, own_mps=OWN_MPS))
        if abeam and rng.random() < 0.7:
            found.append(rim(t_s, x_m - HALF_WHEELBASE_M, rng.uniform(0, 2 * math.pi)))
        if abeam and rng.random() < 0.1:
            found.append(sidelobe_of_flank(t_s, x_m - 1.3))
        steps.append(tracker.update(found, truck_state(t_s, OWN_MPS), t_s, "corner"))
    return steps


@pytest.mark.parametrize("seed", range(20))
def test_wheels_of_a_rider_abeam_make_nobody_who_comes_at_us(seed: int) -> None:
    for tracks in ride_past(seed)[100:]:
        riders = [t for t in tracks if t.moving]
        assert len(riders) == 1
        assert abs(riders[0].vy_mps) < 0.6


def rider(x_m: float, sigma_mps: float = 0.15) -> Target:
    """Proven to ride, in ground axes that are the corner radar's; he gets on along x."""
    at_m, ahead = np.array([x_m, -2.0]), np.array([1.0, 0.0])
    one = new_target(1, 0.0, at_m, ahead, ahead=ahead, ground_mps=0.0, cross_m=0.1)
    one.mean[2:] = (RIDER_MPS, 0.0)
    one.covariance = np.diag([0.15, 0.1, sigma_mps, 0.1]) ** 2
    one.confirmed = one.moving = True
    one.hits = one.doppler_frames = 100
    return one


def doubtful(x_m: float) -> Target:
    """One glint beside our flank, seen once: neither his way nor his speed is known."""
    sight = np.array([x_m, -0.7]) / math.hypot(x_m, 0.7)
    ahead = np.array([1.0, 0.0])
    one = new_target(2, 0.0, np.array([x_m, -0.7]), sight, ahead=ahead, ground_mps=-3.6, cross_m=0.02)
    one.hits = 1
    return one


def wheel(x_m: float, ground_mps: float) -> Points:
    """One echo of a wheel."""
    at_m, one = np.array([[x_m, -2.0]]), np.ones(1)
    range_m = math.hypot(x_m, 2.0)
    moves = np.array([True])
    return Points(
        at_m,
        at_m / range_m,
        range_m * one,
        ground_mps * one,
        ground_mps * one,
        0.01 * one,
        moves,
        ~moves,
        ~moves,
        ~moves,
        ~moves,
        ~moves,
        ~moves,
        ~moves,
        one,
        0 * one,
    )


def test_a_wheel_belongs_to_the_rider_who_is_known_and_not_to_what_might_be_anything() -> None:
    """His rear wheel, 0.3 m behind his box as it is believed; the lower half of it rolls away from us."""
    echo = wheel(-0.75, -3.7)
    assert assign(echo, [rider(0.4), doubtful(-1.4)]).track.tolist() == [0]
    assert assign(echo, [doubtful(-1.4)]).track.tolist() == [0]  # nobody else there


def test_who_is_known_keeps_what_is_his_beside_another_rider() -> None:
    """Two in file, 2.4 m from middle to middle: the echo lies in the box of the second."""
    second = rider(-2.0)
    second.moving = False  # not proven yet
    assert assign(wheel(-1.6, -RIDER_MPS * 0.6), [rider(0.4), second]).track.tolist() == [1]
