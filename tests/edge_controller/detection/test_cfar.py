"""The false-alarm rate is the one set: by closed forms where there are any, and in noise."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from edge_controller.config import CFAR_KINDS, CfarKind, load_fit, shipped_fit
from edge_controller.detection import Detector
from edge_controller.detection.cfar import cfar, noise_level
from edge_controller.detection.cfar.law import greater_or_smaller, mean_law, ordered_spread
from edge_controller.detection.cfar.window import alikeness, covariance
from edge_controller.detection.fast import cfar as fast
from edge_controller.detection.spectrum import doppler_window, range_window
from radar_sim.fit import load_fit as radar_sim_fit
from tests.benchmarks.detection.cfar import (
    at_a_clutter_edge,
    beside_an_interferer,
    detection_off_db,
    ratios,
)
from tests.benchmarks.detection.noise import WINDOWS
from tests.edge_controller.detection.points import Point, frame_of


def noise(shape: tuple[int, int], channels: int, seed: int = 1) -> NDArray[np.float32]:
    """Independent cells, mean `channels`."""
    return np.random.default_rng(seed).standard_gamma(channels, shape).astype(np.float32)


@pytest.mark.parametrize(("cells", "channels", "alpha"), [(8, 1, 9.0), (40, 2, 5.0), (254, 16, 2.0)])
def test_of_independent_cells_the_ratio_is_f_distributed(cells: int, channels: int, alpha: float) -> None:
    found = mean_law(np.eye(cells + 1), channels)(alpha)
    assert found == pytest.approx(stats.f.sf(alpha, 2 * channels, 2 * channels * cells), rel=1e-9)


def test_cells_alike_count_as_one() -> None:
    groups = np.kron(np.eye(6), np.ones((4, 4)))
    matrix = np.block([[np.eye(1), np.zeros((1, 24))], [np.zeros((24, 1)), groups]])
    assert mean_law(matrix, 3)(4.0) == pytest.approx(stats.f.sf(4.0, 6, 36), rel=1e-9)


def test_a_cell_like_its_training_crosses_never() -> None:
    # All cells the same: X = T, so X > alpha T never holds for alpha over 1.
    assert mean_law(np.full((5, 5), 1 - 1e-9) + 1e-9 * np.eye(5), 2)(1.5) < 1e-12


@pytest.mark.parametrize("channels", [1, 8])
def test_greater_and_smaller_half_share_the_alarms_of_both(channels: int) -> None:
    # X > a max or X > a min, counted together, is X > a T of one half and of the other.
    alike = alikeness(doppler_window(64)), alikeness(range_window(256))
    near = np.array([(d, r) for d in range(-8, 9) for r in range(-8, -3)])
    far = np.array([(d, r) for d in range(-8, 9) for r in range(4, 7)])
    halves = [covariance(half, *alike) for half in (near, far)]
    alpha = 9.0 if channels == 1 else 3.0
    both = sum(
        greater_or_smaller(*halves, channels, greater).law(channels)(alpha) for greater in (True, False)
    )
    one = [np.eye(len(half) + 1) for half in halves]
    for matrix, half in zip(one, halves, strict=True):
        matrix[1:, 1:] = half
    assert both == pytest.approx(sum(mean_law(matrix, channels)(alpha) for matrix in one), rel=1e-4)


@pytest.mark.parametrize(("cells", "rank"), [(16, 15), (48, 44), (24, 12)])
def test_ordered_statistic_of_one_channel_has_rohlings_closed_form(cells: int, rank: int) -> None:
    alpha = 12.0
    by_product = np.prod([(cells - n) / (cells - n + alpha) for n in range(rank)])
    assert ordered_spread(np.eye(cells), rank, 1).law(1)(alpha) == pytest.approx(by_product, rel=1e-4)
    expected = sum(1 / (cells - n) for n in range(rank))
    assert ordered_spread(np.eye(cells), rank, 1).mean() == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("windows", sorted(WINDOWS))
def test_noise_crosses_as_often_as_set(windows: str) -> None:
    for kind, found in ratios(CFAR_KINDS, 8, WINDOWS[windows], frames=120, blocks=6, seed=3).items():
        assert abs(found.inside[1e-3].ratio - 1) < 0.05, kind
        assert abs(found.inside[1e-4].ratio - 1) < 0.07, kind
        assert abs(found.borders[1e-3].ratio - 1) < 0.12, kind
        assert abs(found.counted[1e-3].ratio - 1) < 0.15, kind


def test_a_target_is_found_as_the_closed_form_says() -> None:
    assert detection_off_db(8, False, 30) < 0.2


@pytest.mark.parametrize("kind", ["go", "go_range"])
def test_the_greater_half_holds_at_a_clutter_edge(kind: CfarKind) -> None:
    assert at_a_clutter_edge(kind, 30, frames=12) <= 10
    assert at_a_clutter_edge("ca", 30, frames=4) > 100  # what it is there for


@pytest.mark.parametrize("kind", CFAR_KINDS)
def test_a_strong_neighbour_hides_nobody(kind: CfarKind) -> None:
    assert beside_an_interferer(kind, True, frames=10) >= 0.9


@pytest.mark.parametrize("kind", CFAR_KINDS)
@pytest.mark.parametrize("shape", [(64, 256), (16, 64), (60, 101), (1, 64)])
def test_compiled_levels_are_the_same_to_the_bit(kind: CfarKind, shape: tuple[int, int]) -> None:
    power = noise(shape, 4)
    power[:1] *= 300
    power[:, :2] *= 1e5
    rule = cfar(*shape, 4, kind, 1e-3)
    assert np.array_equal(noise_level(power, rule), fast.noise_level(power, rule))


def test_work_arrays_are_used_again() -> None:
    for kind in CFAR_KINDS:
        rule = cfar(64, 256, 8, kind)
        work = fast.work_for((64, 256), rule)
        for seed in (1, 2):
            power = noise((64, 256), 8, seed)
            power[3, 40:44] *= 100
            level = fast.noise_level(power, rule, work)
            assert level is work.level
            assert np.array_equal(level, noise_level(power, rule))


@pytest.mark.parametrize("shape", [(1, 4), (1, 256), (2, 5), (3, 64), (16, 16)])
def test_any_map_size_has_a_rule(shape: tuple[int, int]) -> None:
    rule = cfar(*shape, 4)
    assert rule.cells >= 1
    level = rule.factor * noise_level(np.full(shape, 3.0, np.float32), rule)
    middle = level[0, shape[1] // 2]
    assert np.isfinite(level).all()
    assert level.min() >= middle * (1 - 1e-5)  # fewer cells make the threshold dearer, never cheaper
    assert np.array_equal(noise_level(noise(shape, 4), rule), fast.noise_level(noise(shape, 4), rule))


def test_levels_are_means_though_ranges_differ_by_decades() -> None:
    power = noise((64, 256), 8) * 10.0 ** np.random.default_rng(2).uniform(-4, 4, 256).astype(np.float32)
    rule = cfar(64, 256, 8)
    level = noise_level(power.astype(np.float32), rule)
    for d, r in [(0, 100), (63, 8), (30, 247), (5, 0), (10, 255), (7, 3)]:
        cells = [
            float(power[(d + i) % 64, r + j])
            for i in range(-8, 9)
            for j in range(-8, 9)
            if 0 <= r + j < 256 and not (abs(i) <= 2 and abs(j) <= 3)
        ]
        dearer = float(rule.alpha[r] / rule.alpha[128])
        assert level[d, r] == pytest.approx(np.mean(cells) * dearer, rel=2e-5)


def test_the_static_world_trains_nobody() -> None:
    rule = cfar(64, 256, 8)
    quiet = noise((64, 256), 8)
    loud = quiet.copy()
    loud[[62, 63, 0, 1, 2]] *= 1000
    loud[20:23, 60:90] *= 1000
    assert np.max(np.abs(noise_level(loud, rule) / noise_level(quiet, rule) - 1)) < 0.15
    assert np.median(noise_level(loud, rule) / noise_level(quiet, rule)) == pytest.approx(1, abs=0.01)


def test_clutter_in_half_of_all_doppler_cells_is_still_censored() -> None:
    rule = cfar(64, 256, 8)
    power = noise((64, 256), 8)
    power[16:52] *= 1000  # nine of sixteen blocks
    assert np.all(noise_level(power, rule) < 3 * 8)


def test_range_does_not_go_round_and_doppler_does() -> None:
    rule = cfar(64, 256, 8)
    power = np.full((64, 256), 8.0, np.float32)
    power[:, 248:] = 8e4
    assert np.allclose(noise_level(power, rule)[:, :100] * rule.alpha[128] / rule.alpha[:100], 8, rtol=1e-5)
    power = np.full((64, 256), 8.0, np.float32)
    power[56] = 16
    assert np.all(noise_level(power, rule)[0] > 8 * 1.01)


@pytest.mark.parametrize("channels", [1, 2, 8, 12, 16])
def test_the_factor_has_the_closed_form_for_many_cells(channels: int) -> None:
    # With unlimited training the sum of M exponentials over its mean is left: a gamma distribution.
    limit = stats.gamma.isf(1e-6, channels) / channels
    assert limit < cfar(64, 256, channels).factor < 1.35 * limit


@pytest.mark.parametrize("kind", CFAR_KINDS)
def test_a_fit_chooses_the_kind_and_the_chain_uses_it(kind: CfarKind, tmp_path: Path) -> None:
    text = shipped_fit("demo").read_text(encoding="utf-8")
    fit = tmp_path / "fit.toml"
    fit.write_text(text.replace("samples = 256", f'samples = 256\ncfar = "{kind}"'), encoding="utf-8")
    radar = load_fit(fit).radar("corner")
    assert radar.profile.cfar == kind
    assert radar_sim_fit(fit).radars  # the simulator reads the same file
    found = Detector(radar, fast=False).detect(frame_of(radar, [Point(12.0, -2.0, amplitude=8.0)]))
    assert [round(one.range_m) for one in found] == [12]


def test_without_the_key_it_is_the_mean_in_both_axes() -> None:
    assert load_fit(shipped_fit("demo")).radar("corner").profile.cfar == "ca"
