"""The false-alarm rate is the one set, also under a taper."""

import numpy as np
import pytest
from scipy import stats

from edge_controller.config import load_fit, shipped_fit
from edge_controller.detection.cfar import cfar, noise_level
from edge_controller.detection.spectrum import spectrum, summed_power
from edge_controller.messages import RadarFrame

FRAMES = 250  # of 64 x 256 cells: 4.1 million


def test_noise_crosses_the_threshold_as_often_as_set() -> None:
    # Counts at 1e-3 scatter by 2 to 3 %, at 1e-4 by 6 to 7 % (neighbouring cells are alike).
    radar = load_fit(shipped_fit("demo")).radar("corner")
    draw = np.random.default_rng(20261123)
    crossings = {1e-3: 0, 1e-4: 0}
    for _ in range(FRAMES):
        noise = np.rint(100 * draw.standard_normal((128, 4, 256, 2), dtype=np.float32)).astype(np.int16)
        power = summed_power(spectrum(RadarFrame("corner", 0, 0.0, noise), radar))
        for false_alarm in crossings:
            rule = cfar(64, 256, 8, false_alarm)
            # The rule of the chain keeps 1e-6 of noise cells out of the training, so it judges here too.
            crossings[false_alarm] += int(np.sum(power > rule.factor * noise_level(power, cfar(64, 256, 8))))
    cells = FRAMES * 64 * 256
    assert crossings[1e-3] / (1e-3 * cells) == pytest.approx(1.0, abs=0.06)
    assert crossings[1e-4] / (1e-4 * cells) == pytest.approx(1.0, abs=0.2)


def test_a_taper_costs_independent_training_cells() -> None:
    rule = cfar(64, 256, 8)
    assert rule.cells == 17 * 17 - 5 * 7  # main lobes: Hann +-2 Doppler bins, Blackman +-3 range bins
    assert rule.effective_cells < rule.cells / 3


@pytest.mark.parametrize("channels", [1, 2, 8, 12, 16])
def test_the_factor_has_the_closed_form_for_many_cells(channels: int) -> None:
    # With unlimited training the sum of M exponentials over its mean is left: a gamma distribution.
    limit = stats.gamma.isf(1e-6, channels) / channels
    assert limit < cfar(64, 256, channels).factor < 1.35 * limit


@pytest.mark.parametrize("shape", [(1, 4), (1, 256), (2, 5), (3, 64), (16, 16)])
def test_any_map_size_has_a_rule(shape: tuple[int, int]) -> None:
    rule = cfar(*shape, 4)
    assert rule.cells >= 1
    assert np.isfinite(rule.factor)
    flat = np.full(shape, 3.0, np.float32)
    assert np.ptp(noise_level(flat, rule)) < 1e-6
