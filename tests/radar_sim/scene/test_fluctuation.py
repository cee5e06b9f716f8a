"""Cross sections that waver: each law against its distribution, its mean kept at one."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from radar_sim import SceneError
from radar_sim.scene.fluctuation import aspect_cell, factor, log_normal, look, nakagami, swerling, weibull

CELLS, DRAWS = 40, 20_000
# Power relative to its mean, as each law is defined; written with scipy's own distributions.
EXPONENTIAL = stats.expon()
CHI4 = stats.chi2(4, scale=1 / 4)
LOG_NORMAL = stats.lognorm(s=3.94 * math.log(10) / 10, scale=math.exp(-((3.94 * math.log(10) / 10) ** 2) / 2))
WEIBULL = stats.weibull_min(1.2, scale=1 / math.sqrt(math.gamma(1 + 2 / 1.2)))
LAWS = {
    "swerling 1": (swerling(1), EXPONENTIAL.cdf),
    "swerling 2": (swerling(2), EXPONENTIAL.cdf),
    "swerling 3": (swerling(3), CHI4.cdf),
    "swerling 4": (swerling(4), CHI4.cdf),
    "nakagami 0.5": (nakagami(0.5), lambda power: stats.nakagami(0.5).cdf(np.sqrt(power))),
    "nakagami 1.5": (nakagami(1.5), lambda power: stats.nakagami(1.5).cdf(np.sqrt(power))),
    "log-normal": (log_normal(3.94), LOG_NORMAL.cdf),
    "weibull rayleigh": (weibull(2.0), EXPONENTIAL.cdf),
    "weibull 1.2": (
        weibull(1.2),
        # Amplitude of shape 1.2 whose mean square is one.
        lambda power: WEIBULL.cdf(np.sqrt(power)),
    ),
}  # fmt: skip


def chi_square(powers: np.ndarray, cdf: Callable[[np.ndarray], np.ndarray]) -> float:
    """p value of equally filled cells under the law."""
    counts = np.histogram(cdf(powers), bins=CELLS, range=(0, 1))[0]
    return float(stats.chisquare(counts).pvalue)


@pytest.mark.parametrize("law", LAWS)
def test_each_law_fits_its_distribution_over_seeds(law: str) -> None:
    draw, cdf = LAWS[law]
    powers = np.concatenate([draw(np.random.default_rng(seed), DRAWS // 10) for seed in range(10)])
    assert chi_square(powers, cdf) > 1e-3
    assert powers.mean() == pytest.approx(1.0, abs=0.05)


def test_a_law_does_not_fit_another_ones_distribution() -> None:
    powers = swerling(1)(np.random.default_rng(0), DRAWS)
    assert chi_square(powers, CHI4.cdf) < 1e-6
    assert chi_square(powers, LOG_NORMAL.cdf) < 1e-6


def test_swerling_0_is_steady() -> None:
    assert np.array_equal(swerling(0)(np.random.default_rng(0), 3), [1.0, 1.0, 1.0])


def test_looks_of_one_thing_over_cells_of_aspect_fit_the_law_and_the_same_cell_is_the_same() -> None:
    powers = np.array([factor(swerling(1), 7, "a bin", cell) for cell in range(-1000, 1000)])
    assert chi_square(powers, EXPONENTIAL.cdf) > 1e-3
    assert abs(np.corrcoef(powers[1:], powers[:-1])[0, 1]) < 0.08
    assert factor(swerling(1), 7, "a bin", -3) == factor(swerling(1), 7, "a bin", -3)
    assert factor(swerling(1), 7, "a bin", 5) != factor(swerling(1), 7, "another bin", 5)


@pytest.mark.parametrize(("width_m", "degrees"), [(1.8, 0.062), (0.5, 0.223)])
def test_aspect_decorrelates_over_lambda_by_twice_the_width(width_m: float, degrees: float) -> None:
    lambda_m = 299_792_458.0 / 77e9
    assert math.degrees(lambda_m / (2 * width_m)) == pytest.approx(degrees, rel=0.01)
    angles = np.linspace(0.0, math.radians(10.0), 100_001)
    cells = np.array([aspect_cell(float(angle), width_m) for angle in angles])
    assert np.all(np.diff(cells) >= 0)
    assert 10.0 / (cells[-1] - cells[0]) == pytest.approx(degrees, rel=0.02)


def test_mirrored_looks_are_the_same_look() -> None:
    right = look((3.0, -4.0, 0.3), 0.5, 1.0, (-2.0, -1.0))
    left = look((3.0, 4.0, -0.3), 0.5, -1.0, (-2.0, 1.0))
    assert right == left != 0


@pytest.mark.parametrize("law", [lambda: swerling(5), lambda: nakagami(0.0), lambda: weibull(math.nan)])
def test_laws_that_do_not_exist_are_refused(law: Callable[[], object]) -> None:
    with pytest.raises(SceneError, match="fluctuation: "):
        law()
