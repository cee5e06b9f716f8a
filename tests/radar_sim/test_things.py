"""Street and own body as sets of points; groups of points."""

import numpy as np

from radar_sim import (
    RadarSimulator,
    Scatterers,
    Scene,
    TruckPose,
    cyclist,
    join,
    no_scatterers,
    street,
)
from radar_sim.figures.own_flank import own_flank
from radar_sim.fit import load_fit
from tests.radar_sim.bench import CORNER, DEMO, LOOPS, NO_SLIP_X_M, STANDING, peak, samples


def test_the_street_leaves_the_strip_of_a_straight_ride_empty() -> None:
    for seed in range(20):
        points = street(seed=seed, opening_x_m=(5.0, 15.0)).scatterers.position_m
        assert not np.any((points[:, 1] < 5.0) & (points[:, 1] > -5.5))
        assert 30 < len(points) < 120
        in_opening = (points[:, 0] > 6.0) & (points[:, 0] < 14.0) & (points[:, 1] < 0)
        assert not in_opening.any()


def test_the_own_body_rides_along_at_zero_doppler() -> None:
    body = own_flank(load_fit(DEMO), 3)
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
    one, two = cyclist(0.0, 0.0, 0.0, 1.0, 0.0).scatterers, street(seed=1).scatterers
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
