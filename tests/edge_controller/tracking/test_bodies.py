"""A vehicle is followed as one body: as fast and on the course its Doppler tells, wherever its echoes lie."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from edge_controller.config import load_fit, shipped_fit
from edge_controller.messages import Detection, Track
from edge_controller.tracking.bodies import Body, bodies
from edge_controller.tracking.odometry import Odometry
from edge_controller.tracking.points import points_over_ground
from tests.edge_controller.tracking.test_tracker import FRAME_S, new_tracker, seen, truck_state

DOPPLER_SIGMA_MPS = 0.05
RADAR_M = (-0.25, -1.30)  # the demo's corner radar


def side_of(x_m: float, y_m: float, length_m: float, every_m: float = 0.5) -> list[tuple[float, float]]:
    """Places along a side that runs as ours does."""
    return [(x_m + n * every_m, y_m) for n in range(round(length_m / every_m) + 1)]


def looked(found: list[Detection]) -> list[Body]:
    """Vehicles in one look of a truck that stands."""
    fit = load_fit(shipped_fit("demo"))
    radar, odometry = fit.radar("corner"), Odometry(fit.truck)
    odometry.move_to(0.0, truck_state(0.0, 0.0))
    return bodies(points_over_ground(found, radar, odometry.mount(radar), odometry, fit.truck))


def spread_rad(places: list[tuple[float, float]]) -> float:
    """Between the outermost bearings at which the radar sees them."""
    bearings = [math.atan2(y_m - RADAR_M[1], x_m - RADAR_M[0]) for x_m, y_m in places]
    return max(bearings) - min(bearings)


def steps_mps(places: list[tuple[float, float]], mps: float) -> list[float]:
    """By how much the Doppler of neighbours differs at most at that speed."""
    bearings = [math.atan2(y_m - RADAR_M[1], x_m - RADAR_M[0]) for x_m, y_m in places]
    return [mps * abs(after - before) for before, after in pairwise(bearings)]


@given(
    st.floats(-25.0, -8.0),
    st.floats(3.5, 12.0),
    st.floats(-5.0, -3.0),
    st.floats(2.0, 12.0),
    st.sampled_from([1.0, -1.0]),
    st.floats(-1.0, 1.0),
    st.integers(0, 1000),
)
def test_doppler_along_its_side_tells_a_vehicles_velocity(
    x_m: float, length_m: float, y_m: float, mps: float, way: float, vy: float, seed: int
) -> None:
    """Within four of the sigmas it says, along and across, and across the better the longer it looks."""
    places = side_of(x_m, y_m, length_m)
    assume(max(steps_mps(places, mps)) < 0.25)
    errors = np.random.default_rng(seed).normal(0.0, DOPPLER_SIGMA_MPS, len(places))
    vx = way * mps
    found = [seen(0.0, *at, vx=vx + off, vy=vy) for at, off in zip(places, errors.tolist(), strict=True)]
    (body,) = looked(found)
    assert np.count_nonzero(body.of_it) == len(places)
    off = body.velocity.mps - np.array([vx, vy])
    assert math.sqrt(off @ np.linalg.solve(body.velocity.covariance, off)) < 4.0
    worst_mps = math.sqrt(float(np.linalg.eigvalsh(body.velocity.covariance)[-1]))
    assert worst_mps < 0.3 + 0.6 / spread_rad(places) / math.sqrt(len(places))


@pytest.mark.parametrize("length_m", [1.8, 2.75])
def test_whoever_rides_is_no_vehicle(length_m: float) -> None:
    """A bicycle, and one with a load before it."""
    assert not looked([seen(0.0, *at, vx=-4.0, vy=0.0) for at in side_of(-10.0, -3.0, length_m, 0.25)])


def test_who_ride_in_a_row_two_metres_apart_are_no_vehicle() -> None:
    places = [at for n in range(4) for at in side_of(-20.0 + 3.8 * n, -3.0, 1.8, 0.45)]
    assert not looked([seen(0.0, *at, vx=4.0, vy=0.0) for at in places])


def test_two_vehicles_that_meet_are_two() -> None:
    """Their sides lie 0.8 m apart; Doppler tells one from the other."""
    ours = [seen(0.0, *at, vx=6.0, vy=0.0) for at in side_of(-14.0, -2.6, 4.0)]
    theirs = [seen(0.0, *at, vx=-4.0, vy=0.0) for at in side_of(-14.0, -3.4, 4.0)]
    found = looked([*ours, *theirs])
    assert sorted(np.count_nonzero(body.of_it) for body in found) == [9, 9]


def test_what_keeps_level_with_us_is_no_vehicle() -> None:
    """It may be our own flank in something smooth."""
    assert not looked([seen(0.0, *at, vx=0.1, vy=0.0) for at in side_of(-10.0, -3.5, 6.0)])


def met(*, glint_mps: float, until_s: float, side_m: float = 4.5) -> list[Track]:
    """Who moves at the end: a car of the other lane at 4 m/s, along whose side the brightest spot wanders."""
    tracker, tracks = new_tracker(), ()
    for n in range(round(until_s / FRAME_S)):
        t_s = n * FRAME_S
        found = []
        for along_m, _ in side_of(0.0, 0.0, side_m):
            bright = abs(along_m - 0.5 - glint_mps * max(0.0, t_s - 0.3)) < 0.6
            spot = seen(t_s, -6.0 - 4.0 * t_s + along_m, -3.6, vx=-4.0, vy=0.0)
            found.append(replace(spot, snr_db=50.0 if bright else 15.0))
        tracks = tracker.update(found, truck_state(t_s, 0.0), t_s, "corner")
    return [track for track in tracks if track.moving]


@pytest.mark.parametrize("until_s", [0.6, 0.8, 1.0, 1.5])
def test_a_side_whose_brightest_spot_wanders_is_as_fast_as_its_doppler(until_s: float) -> None:
    """The spot gets on by 1.5 m/s only: no rider is seen who goes slower, or across."""
    shown = met(glint_mps=2.5, until_s=until_s)
    assert shown
    for track in shown:
        assert track.vx_mps == pytest.approx(-4.0, abs=0.2)
        assert abs(track.vy_mps) < 0.3
