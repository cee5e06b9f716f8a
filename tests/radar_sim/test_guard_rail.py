"""A steel rail beside the road."""

import math

import numpy as np
import pytest

from radar_sim import RadarSimulator, Scene, SceneError, guard_rail
from tests.radar_sim.bench import DEMO, STANDING


def test_a_rail_lies_where_it_was_put_and_does_not_move() -> None:
    for seed in range(5):
        rail = guard_rail(-10.0, 30.0, -3.5, seed=seed)
        assert np.all(rail.velocity_mps == 0)
        x_m, y_m, z_m = rail.position_m.T
        assert (x_m.min(), x_m.max()) == (pytest.approx(-10.0, abs=0.3), pytest.approx(30.0, abs=0.3))
        assert np.all((y_m <= -3.5) & (y_m >= -3.7))  # the posts stand behind it, seen from the road
        assert np.all((z_m > 0.3) & (z_m < 0.8))
        assert np.all(np.isnan(rail.heading_rad))


def test_no_gap_is_wider_than_two_points_and_posts_stand_every_two_metres() -> None:
    rail = guard_rail(0.0, 40.0, -3.0)
    assert 120 < len(rail) < 170
    assert np.diff(np.sort(rail.position_m[:, 0])).max() <= 0.6
    posts = rail.position_m[rail.position_m[:, 1] < -3.1]
    assert np.diff(posts[:, 0]) == pytest.approx(2.0)


@pytest.mark.parametrize(("away_m", "dbsm"), [(2.0, -2.0), (5.0, 2.0)])
def test_abeam_it_gives_what_a_long_cylinder_of_01_m_gives(away_m: float, dbsm: float) -> None:
    """pi R^2 rho / (rho + R); one range cell of 0.15 m, posts left out, mean over seeds."""
    powers = []
    for seed in range(40):
        rail = guard_rail(-20.0, 20.0, -away_m, seed=seed)
        x_m, y_m, _ = rail.position_m.T
        in_cell = (np.hypot(x_m, y_m) < away_m + 0.15) & (y_m > -away_m - 0.1)
        powers.append(rail.rcs_m2[in_cell].sum())
    assert 10 * math.log10(float(np.mean(powers))) == pytest.approx(dbsm, abs=3.0)


def test_the_mirrored_rail_gives_the_same_bits_and_another_seed_others() -> None:
    frames = {}
    for side, y_m, seed in (("right", -3.0, 4), ("left", 3.0, 4), ("right", -3.0, 5)):
        sim = RadarSimulator(DEMO, 1, near_side=side)
        scene = Scene(STANDING, guard_rail(-20.0, 20.0, y_m, seed=seed))
        frames[side, seed] = sim.frame("corner", 0, scene).samples
    assert np.array_equal(frames["right", 4], frames["left", 4])
    assert not np.array_equal(frames["right", 4], frames["right", 5])


def test_a_rail_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(SceneError, match="guard rail: start_x_m 5 is not before end_x_m 5"):
        guard_rail(5.0, 5.0, -3.0)
    with pytest.raises(SceneError, match="guard rail: y_m is nan"):
        guard_rail(0.0, 5.0, math.nan)
    with pytest.raises(SceneError, match="guard rail: end_x_m is inf"):
        guard_rail(0.0, math.inf, -3.0)
