"""Cyclist, street and own body as sets of points."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radar_sim import (
    RadarSimulator,
    Scatterers,
    Scene,
    TruckPose,
    cyclist,
    join,
    no_scatterers,
    own_body,
    street,
)
from tests.radar_sim.bench import CORNER, DEMO, LOOPS, NO_SLIP_X_M, STANDING, peak, samples

HUBS = [-12, -1]  # each wheel: ten rim points, then its hub
RIMS = [n for n in range(-22, 0) if n not in HUBS]


@given(speed=st.floats(0.0, 14.0), t_s=st.floats(0.0, 100.0), seed=st.integers(0, 50))
def test_wheel_points_move_at_zero_to_twice_the_speed(speed: float, t_s: float, seed: int) -> None:
    rider = cyclist(0.0, -3.0, 0.4, speed, t_s, seed=seed)
    assert len(rider) == 56
    pace = np.linalg.norm(rider.velocity_mps, axis=1)
    assert pace.max() <= 2 * speed * (1 + 1e-9) + 1e-12  # the square of a tiny speed is none
    # A rolling rim point at height z moves at v * sqrt(2 z / a): nothing at the road, 2 v at the top.
    height_m = np.maximum(rider.position_m[RIMS, 2], 0.0)
    assert pace[RIMS] == pytest.approx(speed * np.sqrt(2 * height_m / 0.34), abs=1e-6)
    assert pace[HUBS] == pytest.approx(speed)


@given(speed=st.floats(0.5, 12.0), t_s=st.floats(0.0, 20.0), heading=st.floats(-3.0, 3.0))
def test_every_point_of_a_rider_moves_as_its_velocity_says(speed: float, t_s: float, heading: float) -> None:
    dt = 1e-5
    along = np.array([math.cos(heading), math.sin(heading)]) * speed * dt
    now = cyclist(2.0, -3.0, heading, speed, t_s)
    later = cyclist(2.0 + along[0], -3.0 + along[1], heading, speed, t_s + dt)
    assert (later.position_m - now.position_m) / dt == pytest.approx(now.velocity_mps, abs=0.01)


def test_a_rider_has_the_size_of_a_bicycle_and_one_unit_of_cross_section() -> None:
    rider = cyclist(0.0, 0.0, 0.0, 5.0, 0.0)
    low, high = rider.position_m.min(axis=0), rider.position_m.max(axis=0)
    assert 1.6 < high[0] - low[0] < 1.8
    assert 0.45 < high[1] - low[1] < 0.65
    assert low[2] >= 0.0
    assert 1.6 < high[2] < 1.8
    assert rider.rcs_m2.sum() == pytest.approx(1.0)


def test_a_pedalling_rider_spreads_over_doppler_and_a_standing_one_does_not() -> None:
    rates = []
    for speed in (0.0, 5.0):
        rider = cyclist(-6.0, -3.5, 0.0, speed, 0.0)
        sight = rider.position_m - np.array(CORNER[0])
        rates.append(np.ptp(np.sum(rider.velocity_mps * sight, axis=1) / np.linalg.norm(sight, axis=1)))
    assert rates[0] == 0.0
    assert 5.0 < rates[1] < 10.0


def test_the_street_leaves_the_strip_of_a_straight_ride_empty() -> None:
    for seed in range(20):
        points = street(seed, "right", opening_x_m=(5.0, 15.0)).position_m
        assert not np.any((points[:, 1] < 5.0) & (points[:, 1] > -5.5))
        assert 30 < len(points) < 120
        in_opening = (points[:, 0] > 6.0) & (points[:, 0] < 14.0) & (points[:, 1] < 0)
        assert not in_opening.any()


def test_the_own_body_rides_along_at_zero_doppler() -> None:
    body = own_body(DEMO, 3)
    assert np.all(body.velocity_mps == 0)
    assert np.all(body.position_m[:, 1] == -1.25)
    assert np.all((body.rcs_m2 >= 0.1 - 1e-12) & (body.rcs_m2 <= 1.0))
    for (x, y, z), *_ in (CORNER,):
        assert np.linalg.norm(body.position_m - [x, y, z], axis=1).min() > 0.6
    sim = RadarSimulator(DEMO, 3, with_leakage=False)
    driving = TruckPose(10.0, 4.0, 1.0, 8.0, 0.2, NO_SLIP_X_M)
    signal = samples(sim, "corner", Scene(driving, no_scatterers()))
    assert abs(peak(signal, axis=0)) < 0.5 / LOOPS
    assert np.abs(signal).max() > 100


def test_groups_join_in_order() -> None:
    one, two = cyclist(0.0, 0.0, 0.0, 1.0, 0.0), street(1)
    both = join(one, two)
    assert len(both) == len(one) + len(two)
    assert np.array_equal(both.position_m[: len(one)], one.position_m)
    assert np.all(np.isnan(both.heading_rad[len(one) :]))
    assert len(join()) == 0


def test_a_rider_in_the_truck_is_hidden_not_an_error() -> None:
    """After contact the bench may still put him there."""
    sim = RadarSimulator(DEMO, 1)
    inside = Scatterers(np.array([[-3.0, 0.0, 1.0]]), np.zeros((1, 3)), np.array([1.0]))
    empty = sim.frame("corner", 0, Scene(STANDING, no_scatterers())).samples
    assert np.array_equal(sim.frame("corner", 0, Scene(STANDING, inside)).samples, empty)
