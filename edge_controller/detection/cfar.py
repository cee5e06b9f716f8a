"""Cell-averaging CFAR over both axes with an exact threshold, on power summed over M channels."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy import ndimage, stats

from edge_controller.detection.spectrum import (
    DOPPLER_LOBE_BINS,
    RANGE_LOBE_BINS,
    doppler_window,
    range_window,
)

FALSE_ALARM = 1e-6  # per cell of thermal noise: one in a minute or so per radar of the demo fit
TRAIN_BINS = 8  # half the outer side of the training frame


@dataclass(frozen=True, slots=True)
class Cfar:
    """The training frame of one map size: a box around the cell less the guard box of a main lobe."""

    outer: tuple[int, int]  # sides in bins: Doppler, range
    guard: tuple[int, int]
    cells: int
    effective_cells: float  # independent ones: a taper makes neighbours alike
    factor: float  # a cell above factor x mean of the training cells is no noise
    censor: float  # a cell above censor x the usual power of its range bin trains nobody
    mean_per_median: float  # of noise power summed over the channels


@lru_cache(maxsize=16)
def cfar(dopplers: int, ranges: int, channels: int, false_alarm: float = FALSE_ALARM) -> Cfar:
    """Threshold for that map: CUT / mean of the training cells follows F(2M, 2 n_eff M) in noise."""
    halves = [min(TRAIN_BINS, (length - 1) // 2) for length in (dopplers, ranges)]
    lobes = (DOPPLER_LOBE_BINS, RANGE_LOBE_BINS)
    guards = [min(lobe, max(half - 1, 0)) for lobe, half in zip(lobes, halves, strict=True)]
    training = _box(dopplers, ranges, halves) - _box(dopplers, ranges, guards)
    cells = int(training.sum())
    effective = _effective_cells(training)
    factor = float(stats.f.isf(false_alarm, 2 * channels, 2 * effective * channels))
    median = float(stats.gamma.median(channels))
    return Cfar(
        outer=(2 * halves[0] + 1, 2 * halves[1] + 1),
        guard=(2 * guards[0] + 1, 2 * guards[1] + 1),
        cells=cells,
        effective_cells=effective,
        factor=factor,
        censor=float(stats.gamma.isf(false_alarm, channels)) / channels,
        mean_per_median=channels / median,
    )


def _box(dopplers: int, ranges: int, halves: list[int]) -> NDArray[np.float64]:
    """1 within the half sides around bin (0, 0), both axes circular."""
    near = [
        np.minimum(np.arange(length), length - np.arange(length)) <= half
        for length, half in zip((dopplers, ranges), halves, strict=True)
    ]
    return np.asarray(near[0][:, None] & near[1], dtype=np.float64)


def _effective_cells(training: NDArray[np.float64]) -> float:
    """n^2 / sum over pairs of training cells of their correlation.

    The power of two bins k apart correlates as |FFT(w^2)[k]|^2 / |FFT(w^2)[0]|^2.
    """
    lags = np.abs(scipy.fft.fft2(training)) ** 2
    pairs = scipy.fft.ifft2(lags).real  # how many pairs of training cells lie that far apart
    tapers = (doppler_window(training.shape[0]), range_window(training.shape[1]))
    alike = [np.abs(scipy.fft.fft(taper**2)) ** 2 for taper in tapers]
    correlation = np.outer(alike[0] / alike[0][0], alike[1] / alike[1][0])
    return float(training.sum() ** 2 / np.sum(pairs * correlation))


def noise_level(power: NDArray[np.float32], rule: Cfar) -> NDArray[np.float64]:
    """Mean of the training cells around each cell.

    Cells that are plainly no noise count as what the median of their range bin says instead: the static
    world all along zero Doppler must not lift the threshold of a person walking past it. In noise alone
    nothing changes, so the false-alarm rate stays exact.
    """
    usual = rule.mean_per_median * np.median(power, axis=0).astype(np.float64)
    training = np.where(power > rule.censor * usual, usual, power)
    outer = ndimage.uniform_filter(training, rule.outer, mode="wrap") * (rule.outer[0] * rule.outer[1])
    guard = ndimage.uniform_filter(training, rule.guard, mode="wrap") * (rule.guard[0] * rule.guard[1])
    return np.asarray((outer - guard) / rule.cells)
