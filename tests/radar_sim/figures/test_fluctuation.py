"""Points that interfere: the summed return of a figure fluctuates as a set of scatterers does."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from radar_sim import Thing, adult, cyclist
from tests.radar_sim.figures.moving import Figure, along

WAVE_M = 3.893e-3
DRAWS = 3000


def power_m2(
    points_m: NDArray[np.float64], rcs_m2: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """|sum of sqrt(sigma) exp(4 pi j r / lambda)|^2 from far away, from random sides, a little from above."""
    azimuth, above = rng.uniform(0, 2 * math.pi, DRAWS), rng.uniform(-0.1, 0.1, DRAWS)
    sight = np.stack(
        [np.cos(above) * np.cos(azimuth), np.cos(above) * np.sin(azimuth), np.sin(above)], axis=1
    )
    field = np.exp(4j * math.pi / WAVE_M * (sight @ points_m.T)) @ np.sqrt(rcs_m2)
    return np.asarray(np.abs(field) ** 2)


def figure_at(figure: Figure, n: int) -> Thing:
    return along(figure, 1.3 if figure is adult else 5.0, 0.0, 0.37 * n, seed=n)


@pytest.mark.parametrize("figure", [adult, cyclist])
@pytest.mark.parametrize("n", range(3))
def test_equal_points_give_exponential_power(figure: Figure, n: int) -> None:
    """Rayleigh amplitude: 2 P / mean is chi-square with two degrees of freedom."""
    points_m = figure_at(figure, n).scatterers.position_m
    if figure is cyclist:
        points_m = points_m[:34]  # without the wheels: all in one plane, they flash when seen from abeam
    power = power_m2(points_m, np.full(len(points_m), 1 / len(points_m)), np.random.default_rng(n))
    assert power.mean() == pytest.approx(1.0, rel=0.08)
    assert power.std() / power.mean() == pytest.approx(1.0, abs=0.12)
    edges = stats.chi2(2).ppf(np.linspace(0, 1, 11)) / 2
    counted, _ = np.histogram(power, np.append(edges[:-1], np.inf))
    # Sides nearer than a lobe are not independent: a third of the draws count as such.
    chi_square = np.sum((counted - DRAWS / 10) ** 2 / (DRAWS / 10)) / 3
    assert chi_square < stats.chi2(9).ppf(0.999)


@pytest.mark.parametrize(("figure", "mean_dbsm"), [(adult, -8.0), (cyclist, 0.0)])
def test_the_mean_over_all_sides_is_the_mean_that_is_stated(figure: Figure, mean_dbsm: float) -> None:
    """A cyclist's points add up to 1 m2, which his aspect then scales."""
    rng = np.random.default_rng(7)
    means = []
    for n in range(8):
        points = figure_at(figure, n).scatterers
        means.append(power_m2(points.position_m, points.rcs_m2, rng).mean())
    assert 10 * math.log10(np.mean(means)) == pytest.approx(mean_dbsm, abs=0.25)


def test_a_walker_fades_by_more_than_10_db_and_from_frame_to_frame() -> None:
    """Frames are 50 ms apart: the limbs have moved by many waves."""
    walk = [along(adult, 1.3, 0.0, n * 0.05, seed=3) for n in range(400)]
    field = np.array(
        [
            np.sum(
                np.sqrt(now.scatterers.rcs_m2)
                * np.exp(4j * math.pi / WAVE_M * now.scatterers.position_m[:, 0])
            )
            for now in walk
        ]
    )
    level_db = 10 * np.log10(np.abs(field) ** 2)
    assert np.percentile(level_db, 95) - np.percentile(level_db, 5) > 10
    power = np.abs(field) ** 2 - np.mean(np.abs(field) ** 2)
    assert np.mean(power[1:] * power[:-1]) / np.mean(power**2) < 0.3
