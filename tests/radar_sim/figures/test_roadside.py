"""What runs along a road, and what stands beside it."""

import math

import numpy as np
import pytest

from radar_sim import Scene, no_scatterers, scene_of
from radar_sim.figures.furniture import bin_, manhole, post, sign
from radar_sim.figures.roadside import hedge, kerb, metal_fence, wall
from radar_sim.scene.rcs import aspect_factor
from radar_sim.scene.scatterers import Aspect
from tests.radar_sim.bench import CORNER, FRONT, STANDING, C, plain, samples


def db(power: float) -> float:
    return 10 * math.log10(power)


def test_a_kerb_gives_minus_20_to_minus_10_dbsm_in_each_range_cell() -> None:
    levels = []
    for seed in range(100):
        points = kerb((0.0, -3.0), (30.0, -3.0), seed=seed).scatterers
        cell = np.floor(points.position_m[:, 0] / 0.15 + 1e-9).astype(int)
        levels.append(np.bincount(cell, points.rcs_m2, minlength=200)[:200])
    cells = np.array(levels)
    assert np.all(cells > 0)
    assert -20.0 < db(cells.mean()) < -10.0
    decibels = 10 * np.log10(cells)
    assert np.std(decibels) == pytest.approx(4.0, abs=0.3)
    assert np.mean((decibels > -28.0) & (decibels < -6.0)) > 0.97


def test_a_kerb_is_5_to_8_db_brighter_square_on() -> None:
    points = kerb((0.0, -3.0), (30.0, -3.0)).scatterers
    angles = np.radians([0.0, 45.0, 70.0, 90.0, 110.0, 180.0])
    aspect = np.full(6, points.aspect[0])
    factors = 10 * np.log10(aspect_factor(aspect, np.cos(angles), np.full(6, 5.0), np.ones(6)))
    assert 5.0 <= factors[3] <= 8.0
    assert factors[[0, 1, 2, 4, 5]] == pytest.approx(0.0)
    assert points.heading_rad == pytest.approx(0.0)  # along the kerb: square on is 90 degrees


@pytest.mark.parametrize(("range_m", "dbsm"), [(2.0, -7.3), (5.0, -3.3), (10.0, -0.3)])
def test_a_post_of_30_mm_follows_the_law_of_cylinders(range_m: float, dbsm: float) -> None:
    """pi R^2 rho / (rho + R), through the samples and the radar equation typed here."""
    sigma = math.pi * range_m**2 * 0.03 / (0.03 + range_m)
    assert db(sigma) == pytest.approx(dbsm, abs=0.1)
    (ex, ey, ez), yaw, slope, _ = FRONT
    thing = post(ex + range_m * math.cos(yaw), ey + range_m * math.sin(yaw))
    seen = samples(plain(), "front", scene_of(STANDING, thing))
    empty = samples(plain(), "front", Scene(STANDING, no_scatterers()))
    measured = np.mean(np.abs(seen - empty) ** 2) - 1 / 3
    rise = thing.scatterers.position_m[0, 2] - ez
    slant = math.hypot(range_m, rise)
    pattern = (range_m / slant) ** (math.log(0.5) / math.log(math.cos(math.radians(9.0))))
    wave_m = C / (76.10e9 + slope * (5.0e-6 + 12.75e-6))
    watts = 1e-3 * 10**1.2 / 10**0.2
    received = watts * (10 * pattern) ** 2 * wave_m**2 * sigma / ((4 * math.pi) ** 3 * slant**4)
    expected = received / (1.380649e-23 * 290.0 * 10e6 * 10**1.2) * 2 * 10.0**2
    assert db(measured / expected) == pytest.approx(0.0, abs=0.2)


def test_a_signs_plate_mirrors_ahead_and_its_edges_are_weak_and_waver() -> None:
    heading = 2.5
    (plate,) = sign(3.0, -2.0, heading).mirrors
    along = np.subtract(plate.end_m, plate.start_m)
    out = np.array([-along[1], along[0]]) / np.linalg.norm(along)
    assert out == pytest.approx([math.cos(heading), math.sin(heading)])
    assert np.linalg.norm(along) == pytest.approx(0.6)
    assert plate.low_m == 2.0  # UN R151
    edges = []
    for seed in range(3000):
        points = sign(3.0, -2.0, heading, seed=seed, seen_from_m=(0.0, 0.0)).scatterers
        edges.append(points.rcs_m2[points.aspect == Aspect.NONE].sum())
    assert db(np.mean(edges)) == pytest.approx(-10.0, abs=0.3)
    assert np.std(10 * np.log10(edges)) == pytest.approx(4.0, abs=0.2)
    assert points.position_m[points.aspect == Aspect.NONE, 2].min() >= 2.0


@pytest.mark.parametrize("figure", [sign, bin_, manhole])
def test_a_thing_of_few_points_keeps_its_level_for_one_look_and_changes_with_the_aspect(
    figure: object,
) -> None:
    looks = [
        figure(3.0, -5.0, 0.0, seed=1, seen_from_m=(x, 0.0)).scatterers.rcs_m2  # type: ignore[operator]
        for x in (0.0, 1e-7, 0.5, 1.0)
    ]
    assert np.array_equal(looks[0], looks[1])
    assert not np.array_equal(looks[0], looks[2])
    assert not np.array_equal(looks[2], looks[3])


def test_a_manhole_gives_minus_10_dbsm_in_the_mean_at_the_roads_surface() -> None:
    powers = []
    for seed in range(3000):
        points = manhole(1.0, 2.0, seed=seed).scatterers
        assert np.all(points.position_m[:, 2] == 0)
        powers.append(points.rcs_m2.sum())
    assert db(np.mean(powers)) == pytest.approx(-10.0, abs=0.3)


def test_a_plastic_bin_glints_12_db_below_a_metal_one_and_both_hide() -> None:
    metal, plastic = (bin_(1.0, 2.0, material=material) for material in ("metal", "plastic"))
    assert db(metal.scatterers.rcs_m2[0] / plastic.scatterers.rcs_m2[0]) == pytest.approx(12.04, abs=0.01)
    assert metal.scatterers.rcs_m2[0] == pytest.approx(math.pi * 0.25)
    for thing in (metal, plastic):
        (hides,) = thing.boxes
        assert (hides.x_m, hides.y_m, hides.loss_db) == (1.0, 2.0, math.inf)
        assert (hides.low_m, hides.high_m) == pytest.approx((0.0, 0.95))


@pytest.mark.parametrize(("width_m", "loss_db"), [(0.5, 5.0), (1.0, 10.0), (2.0, 20.0)])
def test_a_hedge_weakens_by_10_db_for_each_metre_of_its_depth(width_m: float, loss_db: float) -> None:
    (box,) = hedge((0.0, -4.0), (10.0, -4.0), width_m=width_m).boxes
    assert box.loss_db == pytest.approx(loss_db)
    assert box.y_m == pytest.approx(-4.0 - width_m / 2)  # behind its line, seen from the road
    assert box.width_m == pytest.approx(width_m)


def test_a_hedge_flutters_with_the_wind_about_its_place() -> None:
    speeds = {}
    for wind in (0.0, 2.0, 8.0):
        leaf = hedge((0.0, -4.0), (100.0, -4.0), wind_mps=wind, t_s=12.0).scatterers
        speeds[wind] = math.sqrt(np.mean(np.sum(leaf.velocity_mps**2, axis=1)))
        assert np.all((leaf.position_m[:, 1] < -3.5) & (leaf.position_m[:, 1] > -5.5))
    assert speeds[0.0] == 0.0
    assert speeds[2.0] == pytest.approx(0.1, rel=0.1)
    assert speeds[8.0] == pytest.approx(0.4, rel=0.1)
    now, later = (hedge((0.0, -4.0), (10.0, -4.0), wind_mps=8.0, t_s=t).scatterers for t in (5.0, 5.02))
    cubic = now.position_m + 0.02 * (
        now.velocity_mps + 0.02 * (now.acceleration_mps2 / 2 + 0.02 * now.jerk_mps3 / 6)
    )
    assert later.position_m == pytest.approx(cubic, abs=1e-5)


def test_a_wall_mirrors_to_the_road_and_hides_what_is_behind_it() -> None:
    # Fresnel at normal incidence on concrete of relative permittivity 5.3.
    concrete = (math.sqrt(5.3) - 1) / (math.sqrt(5.3) + 1)
    for material, reflection in (("concrete", concrete), ("metal", 0.95)):
        thing = wall((0.0, -4.0), (20.0, -4.0), material=material, height_m=2.0)
        (face,), (box,) = thing.mirrors, thing.boxes
        assert abs(face.reflection) == pytest.approx(reflection, abs=0.01)
        assert math.isinf(face.radius_m)
        assert (face.low_m, face.high_m) == (0.0, 2.0)
        assert box.y_m + box.width_m / 2 == pytest.approx(-4.0)
        assert thing.scatterers.position_m[:, 1].min() > -4.0


def test_a_fence_has_round_posts() -> None:
    thing = metal_fence((0.0, -4.0), (20.0, -4.0), post_spacing_m=2.5)
    points = thing.scatterers
    posts = points.aspect == Aspect.CYLINDER
    assert points.rcs_m2[posts] == pytest.approx(math.pi * 0.03)
    assert np.diff(np.sort(points.position_m[posts, 0])) == pytest.approx(2.5)
    assert np.all((points.position_m[:, 2] > 0.2) & (points.position_m[:, 2] <= 1.2))
    assert thing.boxes == ()


@pytest.mark.parametrize("away_m", [2.0, 5.0])
@pytest.mark.parametrize(("wires", "radius_m"), [(4, 0.002), (2, 0.004)])
def test_abeam_its_wires_give_what_so_many_lying_cylinders_give(
    away_m: float, wires: int, radius_m: float
) -> None:
    """pi R^2 rho / (rho + R) for each; one range cell of 0.15 m, mean over seeds."""
    powers = []
    for seed in range(100):
        fence = metal_fence(
            (-20.0, -away_m), (20.0, -away_m), seed=seed, wires=wires, wire_radius_m=radius_m
        ).scatterers
        strung = fence.aspect == Aspect.NONE
        in_cell = np.hypot(*fence.position_m[:, :2].T) < away_m + 0.15
        powers.append(fence.rcs_m2[strung & in_cell].sum())
    expected = wires * math.pi * away_m**2 * radius_m / (radius_m + away_m)
    assert db(float(np.mean(powers)) / expected) == pytest.approx(0.0, abs=3.0)


def test_a_standing_thing_has_no_doppler_but_the_trucks() -> None:
    for thing in (kerb((-9.0, -4.0), (-3.0, -4.0)), wall((-9.0, -4.0), (-3.0, -4.0))):
        signal = samples(plain(), "corner", scene_of(STANDING, thing))
        lines = np.abs(np.fft.fft(signal * np.hanning(64)[:, None, None, None], axis=0)) ** 2
        assert int(np.argmax(lines.sum(axis=(1, 2, 3)))) == 0
    assert CORNER[0][1] < 0
