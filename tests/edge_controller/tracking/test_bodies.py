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
from edge_controller.tracking.bodies import Body, Velocity, bodies, wheels_of
from edge_controller.tracking.odometry import Odometry
from edge_controller.tracking.points import Points, points_over_ground
from edge_controller.tracking.target import new_target
from tests.edge_controller.tracking.test_tracker import FRAME_S, new_tracker, seen, truck_state

DOPPLER_ERROR_MPS = 0.04  # at most, of one echo: a tenth of a cell of the demo
AHEAD = np.array([1.0, 0.0])
RADAR_M = (-0.25, -1.30)  # the demo's corner radar


def side_of(x_m: float, y_m: float, length_m: float, every_m: float = 0.5) -> list[tuple[float, float]]:
    """Places along a side that runs as ours does."""
    return [(x_m + n * every_m, y_m) for n in range(round(length_m / every_m) + 1)]


def pointed(found: list[Detection], own_mps: float = 0.0) -> Points:
    """One look of the demo's corner radar, over ground."""
    fit = load_fit(shipped_fit("demo"))
    radar, odometry = fit.radar("corner"), Odometry(fit.truck)
    odometry.move_to(0.0, truck_state(0.0, own_mps))
    return points_over_ground(found, radar, odometry.mount(radar), odometry, fit.truck)


def looked(found: list[Detection], own_mps: float = 0.0) -> list[Body]:
    """Vehicles in it."""
    return bodies(pointed(found, own_mps))


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
    assume(max(steps_mps(places, math.hypot(mps, vy))) < 0.2)  # errors of two come on top
    errors = np.random.default_rng(seed).uniform(-DOPPLER_ERROR_MPS, DOPPLER_ERROR_MPS, len(places))
    vx = way * mps
    found = [seen(0.0, *at, vx=vx + off, vy=vy) for at, off in zip(places, errors.tolist(), strict=True)]
    points = pointed(found)
    assume(points.moves.all())  # what has no Doppler, abeam, shows nothing
    (body,) = bodies(points)
    assert body.of_it.all()
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


@pytest.mark.parametrize(("mps", "count"), [(5.1, 0), (8.0, 1)])
def test_what_keeps_level_with_us_is_no_vehicle(mps: float, count: int) -> None:
    """It may be our own flank in something smooth; what overtakes us is one."""
    side = [seen(0.0, *at, vx=mps, vy=0.0, own_mps=5.0) for at in side_of(-12.0, -3.5, 6.0)]
    assert len(looked(side, own_mps=5.0)) == count


def test_three_echoes_show_a_vehicle_that_is_known() -> None:
    points = pointed([seen(0.0, *at, vx=9.0, vy=0.0) for at in side_of(-6.0, -3.0, 1.0)])
    there_m, as_fast, slower = points.position_m[0], known_to_go(9.0), known_to_go(7.0)
    assert not bodies(points)
    (body,) = bodies(points, [(there_m, as_fast)])
    assert body.of_it.all()
    assert not bodies(points, [(there_m, slower)])
    assert not bodies(points, [(there_m - np.array([6.0, 0.0]), as_fast)])


def known_to_go(mps: float) -> Velocity:
    """Along our way, to 0.1 m/s."""
    return Velocity(np.array([mps, 0.0]), np.eye(2) * 0.01)


@pytest.mark.parametrize(
    ("then_mps", "after_s", "is_vehicle"), [(9.0, 0.05, True), (9.0, 0.5, False), (5.0, 0.05, False)]
)
def test_only_two_looks_that_agree_make_a_vehicle(then_mps: float, after_s: float, is_vehicle: bool) -> None:
    """Drops lie so by chance, but not twice at one velocity."""
    target = new_target(1, 0.0, np.array([-14.0, -3.0]), AHEAD, ahead=AHEAD, ground_mps=9.0, cross_m=0.1)
    (first,), (second,) = (
        looked([seen(0.0, *at, vx=mps, vy=0.0) for at in side_of(-14.0, -3.0, 4.0)])
        for mps in (9.0, then_mps)
    )
    assert not target.note_vehicle(first, AHEAD, 0.0)
    assert target.note_vehicle(second, AHEAD, after_s) is is_vehicle
    assert (target.part.of_vehicle(after_s) is not None) is is_vehicle


@pytest.mark.parametrize(
    ("mps", "aside_m", "is_wheel"),
    [(9.0, 0.3, True), (0.5, 0.3, True), (9.0, 1.0, False), (-4.0, 0.3, False)],
)
def test_wheels_are_among_its_echoes_and_no_slower_than_nothing(
    mps: float, aside_m: float, is_wheel: bool
) -> None:
    """Who comes the other way, or rides a metre beside it, is somebody."""
    side = [seen(0.0, *at, vx=6.0, vy=0.0) for at in side_of(-14.0, -3.0, 4.0)]
    points = pointed([*side, seen(0.0, -12.0, -3.0 + aside_m, vx=mps, vy=0.0)])
    (body,) = bodies(points)
    assert wheels_of(points, body).tolist() == [False] * len(side) + [is_wheel]


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
