"""A steel rail beside the road: the mirror with its posts, and the earlier rail of points."""

import math

import numpy as np
import pytest

from radar_sim import RadarSimulator, SceneError, scene_of
from radar_sim.figures.roadside import guard_rail
from tests.radar_sim.bench import DEMO, STANDING


def test_a_rail_is_a_curved_mirror_that_reflects_to_the_road() -> None:
    for side, y_m in (("right", -3.5), ("left", 3.5)):
        (beam,) = guard_rail((-10.0, y_m), (30.0, y_m), near_side=side).mirrors
        assert beam.radius_m == 0.1
        assert beam.high_m - beam.low_m == pytest.approx(0.31)
        along = np.subtract(beam.end_m, beam.start_m)
        to_the_left = np.array([-along[1], along[0]])
        assert to_the_left @ [0.0, -y_m] > 0  # the road is at y = 0


@pytest.mark.parametrize("spacing_m", [1.33, 2.0, 4.0])
def test_posts_stand_behind_it_at_their_spacing(spacing_m: float) -> None:
    rail = guard_rail((0.0, -3.0), (40.0, -3.0), post_spacing_m=spacing_m).scatterers
    posts = rail.position_m[rail.position_m[:, 1] < -3.1]
    assert np.diff(posts[:, 0]) == pytest.approx(spacing_m)
    assert len(posts) == math.ceil(40.0 / spacing_m)


def test_posts_have_one_square_metre_in_the_mean_and_four_decibels_of_spread() -> None:
    rails = [guard_rail((0.0, -3.0), (40.0, -3.0), seed=seed).scatterers for seed in range(200)]
    powers = np.concatenate([rail.rcs_m2[:20] for rail in rails])
    assert 10 * math.log10(powers.mean()) == pytest.approx(0.0, abs=0.3)
    assert np.std(10 * np.log10(powers)) == pytest.approx(4.0, abs=0.2)


def test_the_rail_of_points_lies_where_it_was_put_and_does_not_move() -> None:
    for seed in range(5):
        rail = guard_rail((-10.0, -3.5), (30.0, -3.5), seed=seed, detail="points").scatterers
        assert np.all(rail.velocity_mps == 0)
        x_m, y_m, z_m = rail.position_m.T
        assert (x_m.min(), x_m.max()) == (pytest.approx(-10.0, abs=0.3), pytest.approx(30.0, abs=0.3))
        assert np.all((y_m <= -3.5) & (y_m >= -3.7))  # the posts stand behind it, seen from the road
        assert np.all((z_m > 0.3) & (z_m < 0.8))
        assert np.all(np.isnan(rail.heading_rad))


def test_no_gap_of_the_points_is_wider_than_two_of_them() -> None:
    rail = guard_rail((0.0, -3.0), (40.0, -3.0), detail="points").scatterers
    assert 120 < len(rail) < 170
    assert np.diff(np.sort(rail.position_m[:, 0])).max() <= 0.6


@pytest.mark.parametrize(("away_m", "dbsm"), [(2.0, -2.0), (5.0, 2.0)])
def test_abeam_the_points_give_what_a_long_cylinder_of_01_m_gives(away_m: float, dbsm: float) -> None:
    """pi R^2 rho / (rho + R); one range cell of 0.15 m, posts left out, mean over seeds."""
    powers = []
    for seed in range(40):
        rail = guard_rail((-20.0, -away_m), (20.0, -away_m), seed=seed, detail="points").scatterers
        x_m, y_m, _ = rail.position_m.T
        in_cell = (np.hypot(x_m, y_m) < away_m + 0.15) & (y_m > -away_m - 0.1)
        powers.append(rail.rcs_m2[in_cell].sum())
    assert 10 * math.log10(float(np.mean(powers))) == pytest.approx(dbsm, abs=3.0)


@pytest.mark.parametrize("detail", ["mirror", "points"])
def test_the_mirrored_rail_gives_the_same_bits_and_another_seed_others(detail: str) -> None:
    frames = {}
    for side, y_m, seed in (("right", -3.0, 4), ("left", 3.0, 4), ("right", -3.0, 5)):
        sim = RadarSimulator(DEMO, 1, near_side=side)
        rail = guard_rail((-20.0, y_m), (20.0, y_m), seed=seed, near_side=side, detail=detail)
        frames[side, seed] = sim.frame("corner", 0, scene_of(STANDING, rail)).samples
    assert np.array_equal(frames["right", 4], frames["left", 4])
    assert not np.array_equal(frames["right", 4], frames["right", 5])


def test_a_rail_of_no_length_is_refused() -> None:
    with pytest.raises(SceneError, match="guard_rail: end_m lies 0 m from start_m"):
        guard_rail((5.0, -3.0), (5.0, -3.0))
    with pytest.raises(SceneError, match="guard_rail: start_m is nan"):
        guard_rail((0.0, math.nan), (5.0, -3.0))
    with pytest.raises(SceneError, match="guard_rail: end_m is inf"):
        guard_rail((0.0, -3.0), (math.inf, -3.0))
    with pytest.raises(SceneError, match="guard_rail: detail is 'lines', not one of mirror, points"):
        guard_rail((0.0, -3.0), (5.0, -3.0), detail="lines")
