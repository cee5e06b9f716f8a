"""The ground and what blows over it."""

import math

import numpy as np
import pytest
from scipy import stats

from radar_sim import Scene, no_scatterers, scene_of
from radar_sim.figures.surfaces import leaves, road_surface
from radar_sim.scene.rcs import aspect_factor
from tests.radar_sim.bench import CORNER, STANDING, C, plain, samples

CENTRE_HZ = 76.10e9 + 35e12 * (5.0e-6 + 12.75e-6)
LAMBDA_M = C / CENTRE_HZ
GAMMA_DB = {"asphalt": -18, "wet_asphalt": -25, "concrete": -20, "gravel": -10, "grass": -11.5, "snow": -10}


def powers_m2(points: object, eye_m: np.ndarray) -> np.ndarray:
    """Cross section of each facet from an eye."""
    level = np.linalg.norm(points.position_m[:, :2] - eye_m[:2], axis=1)  # type: ignore[attr-defined]
    up = eye_m[2] - points.position_m[:, 2]  # type: ignore[attr-defined]
    return points.rcs_m2 * aspect_factor(points.aspect, np.ones(len(level)), level, up)  # type: ignore[attr-defined]


@pytest.mark.parametrize("surface", GAMMA_DB)
def test_the_mean_cross_section_is_gamma_sin_grazing_times_area(surface: str) -> None:
    eye = np.array([0.0, 0.0, 1.0])
    total = np.mean(
        [
            powers_m2(
                road_surface((-6.0, -8.0), (6.0, -3.0), seed=seed, surface=surface).scatterers, eye
            ).sum()
            for seed in range(30)
        ]
    )
    x, y = np.meshgrid(np.linspace(-6, 6, 601), np.linspace(-8, -3, 251))
    sin_grazing = 1.0 / np.sqrt(x**2 + y**2 + 1.0)
    expected = 10 ** (GAMMA_DB[surface] / 10) * sin_grazing.mean() * 12.0 * 5.0
    assert 10 * math.log10(total / expected) == pytest.approx(0.0, abs=0.2)


def test_the_samples_carry_the_power_of_the_radar_equation_summed_over_the_area() -> None:
    """12 dBm, 10 dBi, 2 dB loss, 12 dB noise figure, -3 dB at 50 degrees of azimuth and 9 of elevation."""
    (ex, ey, ez), yaw, _, _ = CORNER
    x, y = np.meshgrid(np.linspace(-13, -9, 201), np.linspace(-9, -5, 201))
    dx, dy = x - ex, y - ey
    range_m = np.sqrt(dx**2 + dy**2 + ez**2)
    level = np.hypot(dx, dy)
    cos_azimuth = (dx * math.cos(yaw) + dy * math.sin(yaw)) / level
    exponents = [math.log(0.5) / math.log(math.cos(math.radians(angle))) for angle in (50.0, 9.0)]
    pattern = cos_azimuth ** exponents[0] * (level / range_m) ** exponents[1]
    sigma0 = 10**-1.15 * ez / range_m
    watts = 1e-3 * 10**1.2 / 10**0.2
    per_m2 = watts * (10.0 * pattern) ** 2 * LAMBDA_M**2 * sigma0 / ((4 * math.pi) ** 3 * range_m**4)
    snr = per_m2.mean() * 16.0 / (1.380649e-23 * 290.0 * 10e6 * 10**1.2)
    empty = samples(plain(), "corner", Scene(STANDING, no_scatterers()))  # the same noise
    measured = []
    for seed in range(30):
        ground = road_surface((-13.0, -9.0), (-9.0, -5.0), seed=seed, surface="grass", facets=150)
        seen = samples(plain(), "corner", scene_of(STANDING, ground)) - empty
        measured.append(np.mean(np.abs(seen) ** 2) - 1 / 3)  # both frames were rounded: 4 x LSB^2 / 12
    assert 10 * math.log10(np.mean(measured) / (snr * 2 * 10.0**2)) == pytest.approx(0.0, abs=0.7)


def test_the_power_of_a_cell_is_exponential() -> None:
    """Rayleigh fading (Ulaby et al. 1998), from one facet in the cell as from many."""
    eye = np.array([0.0, 0.0, 1.0])
    for low, high, facets in (((9.0, -1.0), (9.15, 1.0), 1), ((9.0, -1.0), (9.15, 1.0), 12)):
        powers = []
        for seed in range(1500):
            points = road_surface(low, high, seed=seed, facets=facets).scatterers
            away = np.linalg.norm(points.position_m - eye, axis=1)
            echo = np.sum(np.sqrt(powers_m2(points, eye)) * np.exp(4j * np.pi * away / LAMBDA_M))
            powers.append(abs(echo) ** 2)
        relative = np.array(powers) / np.mean(powers)
        counts = np.histogram(1 - np.exp(-relative), bins=20, range=(0, 1))[0]
        assert stats.chisquare(counts, ddof=1).pvalue > 1e-3
        assert np.std(relative) == pytest.approx(1.0, abs=0.12)


def test_the_ground_is_fixed_and_covers_its_rectangle_evenly() -> None:
    ground = road_surface((-20.0, -25.0), (20.0, -5.0), facets=500).scatterers
    assert 300 <= len(ground) <= 800
    assert np.all(ground.velocity_mps == 0)
    assert np.all(ground.position_m[:, 2] == 0)
    counts, _, _ = np.histogram2d(*ground.position_m[:, :2].T, bins=(8, 4), range=((-20, 20), (-25, -5)))
    assert counts.min() > 0.6 * len(ground) / 32
    again = road_surface((-20.0, -25.0), (20.0, -5.0), facets=500).scatterers
    assert np.array_equal(ground.rcs_m2, again.rcs_m2)


def test_leaves_blow_at_0_3_to_1_2_of_the_wind_and_hop() -> None:
    for t_s in (0.0, 3.7):
        blown = leaves((0.0, -10.0), (20.0, -2.0), t_s=t_s, wind_mps=5.0, count=200).scatterers
        level = np.linalg.norm(blown.velocity_mps[:, :2], axis=1)
        assert level.min() >= 0.3 * 5.0
        assert level.max() <= 1.2 * 5.0
        assert blown.velocity_mps[:, 0].mean() > 0.8 * level.mean()
        x, y, z = blown.position_m.T
        assert np.all((x >= 0) & (x <= 20) & (y >= -10) & (y <= -2) & (z > 0) & (z < 0.9))
        assert 10 * math.log10(blown.rcs_m2.mean()) == pytest.approx(-32.0, abs=0.6)


def test_leaves_move_as_their_cubic_says_and_lie_still_without_wind() -> None:
    dt = 0.01
    now, later = (leaves((0.0, -10.0), (20.0, -2.0), t_s=t, count=100).scatterers for t in (1.0, 1.0 + dt))
    cubic = now.position_m + dt * (
        now.velocity_mps + dt * (now.acceleration_mps2 / 2 + dt * now.jerk_mps3 / 6)
    )
    stayed = np.abs(later.position_m - now.position_m).max(axis=1) < 1.0  # did not come in again
    assert stayed.sum() > 95
    assert later.position_m[stayed] == pytest.approx(cubic[stayed], abs=1e-5)
    calm = leaves((0.0, -10.0), (20.0, -2.0), wind_mps=0.0).scatterers
    assert np.all(calm.velocity_mps == 0)
