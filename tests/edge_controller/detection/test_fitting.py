"""Tones fitted to a stack of patches: what a tone leaves, and that no patch depends on those beside it."""

import numpy as np
import pytest
from numpy.typing import NDArray

from edge_controller.detection.fitting import Seen, fitted, tones_and_slopes, whitening
from edge_controller.detection.spectrum import doppler_window, range_window

SHAPE = (64, 256)
CELLS = np.arange(-4, 5)


def left_in_cells(doppler: float, rng: float, walk: float) -> NDArray[np.complex128]:
    """A tone summed sample by sample under both windows, phases counted from their middles."""
    slow, fast = ((np.arange(length) - length / 2) / length for length in SHAPE)
    in_range = np.exp(2j * np.pi * (rng + walk * slow[:, None, None] - CELLS[:, None]) * fast)
    summed = in_range @ range_window(SHAPE[1])  # (chirp, range)
    turns = np.exp(2j * np.pi * (doppler - CELLS[:, None]) * slow) * doppler_window(SHAPE[0])
    return np.asarray((turns @ summed).ravel())


def whitened(cells: NDArray[np.complex128]) -> NDArray[np.complex128]:
    from_first_sample = 1 - 2 * ((CELLS[:, None] + CELLS).ravel() % 2)
    return np.asarray(whitening(SHAPE) @ (cells * from_first_sample))


@pytest.mark.parametrize(("doppler", "rng", "walk"), [(0.0, 0.0, 0.0), (0.31, -0.44, 0.0), (-0.7, 1.2, 2.5)])
def test_a_tone_leaves_what_its_samples_sum_to(doppler: float, rng: float, walk: float) -> None:
    rows = tones_and_slopes(np.array([[[doppler, rng]]]), np.array([walk]), SHAPE)[0]
    exact = whitened(left_in_cells(doppler, rng, walk))
    assert np.linalg.norm(rows[0] - exact) < 10 ** (-30 / 20) * np.linalg.norm(exact)
    for row, (up, aside) in zip(rows[1:], ((0.01, 0.0), (0.0, 0.01)), strict=True):
        above, below = (left_in_cells(doppler + sign * up, rng + sign * aside, walk) for sign in (1, -1))
        slope = whitened(above - below) / 0.02
        assert np.linalg.norm(row - slope) < 0.05 * np.linalg.norm(slope)


def test_a_tone_is_found_where_it_is() -> None:
    rng = np.random.default_rng(2)
    amplitudes = rng.standard_normal(8) + 1j * rng.standard_normal(8)
    values = whitened(left_in_cells(0.3, -0.2, 0.0))[:, None] * amplitudes
    fit = fitted(Seen(values[None], np.array([1e-12]), SHAPE), np.zeros((1, 1, 2)), np.zeros(1))
    np.testing.assert_allclose(fit.places, [[[0.3, -0.2]]], atol=2e-3)
    np.testing.assert_allclose(fit.amplitudes[0, 0], amplitudes, rtol=2e-3)


@pytest.mark.parametrize("seed", range(3))
def test_a_stack_is_fitted_as_each_patch_alone(seed: int) -> None:
    draw = np.random.default_rng(seed)
    places = draw.uniform(-1.5, 1.5, (5, 2, 2))
    places[[1, 3], 0] = np.nan  # these have one tone
    walk, noise = draw.uniform(-2, 2, 5), np.full(5, 0.5)
    values = np.empty((5, 81, 8), np.complex128)
    for n, tones in enumerate(places):
        values[n] = draw.standard_normal((81, 8)) + 1j * draw.standard_normal((81, 8))
        for doppler, rng in tones[~np.isnan(tones[:, 0])]:
            values[n] += whitened(left_in_cells(doppler, rng, walk[n]))[:, None] * draw.standard_normal(8)
    seen, start = Seen(values, noise, SHAPE), places + 0.2
    together = fitted(seen, start, walk)
    for n in range(5):
        there = ~np.isnan(start[n, :, 0])
        alone = fitted(seen.only(np.array([n])), start[n : n + 1, there], walk[n : n + 1])
        np.testing.assert_allclose(together.places[n, there], alone.places[0], atol=1e-9)
        np.testing.assert_allclose(together.amplitudes[n, there], alone.amplitudes[0], atol=1e-7)
        np.testing.assert_allclose(together.energy[n], alone.energy[0], rtol=1e-9)
        assert not together.amplitudes[n, ~there].any()
