"""Noise as the chain's transforms leave it, cheaply: single-channel maps that are rolled and added up.

Noise under circular transforms is alike at every cell, so a rolled map of noise is one as well; sums of
different rolled maps have the law of that many channels. Intervals come from blocks with maps of their own.
"""

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from edge_controller.detection.spectrum import doppler_window, range_window
from tests.edge_controller.detection.points import NOISE

DOPPLERS, RANGES = 64, 256
Tapers = tuple[NDArray[np.float64], NDArray[np.float64]]  # along Doppler, along range
WINDOWS: dict[str, Tapers] = {
    "no windows": (np.full(DOPPLERS, DOPPLERS**-0.5), np.full(RANGES, RANGES**-0.5)),
    "the chain's windows": (doppler_window(DOPPLERS), range_window(RANGES)),
}


def field(tapers: Tapers, channels: int, draw: np.random.Generator) -> NDArray[np.complex64]:
    """(channel, Doppler, range) of noise of mean power 1."""
    values = draw.standard_normal((channels, DOPPLERS, 2 * RANGES), dtype=np.float32)
    both = np.outer(tapers[0], np.repeat(tapers[1], 2)) / np.sqrt(2)
    values *= both.astype(np.float32)
    return np.asarray(scipy.fft.fft2(values.view(np.complex64), overwrite_x=True))


def power_of(cube: NDArray[np.complex64]) -> NDArray[np.float32]:
    """Summed over the channels."""
    return np.asarray(np.sum(cube.real**2 + cube.imag**2, axis=0))


def pool(tapers: Tapers, count: int, draw: np.random.Generator) -> NDArray[np.float32]:
    """So many single-channel maps, each twice in both axes so that any roll is a slice.

    Together they are scaled to a mean of exactly 1, which is what the law of a cell is held against.
    """
    maps = np.stack([np.tile(power_of(field(tapers, 1, draw)), (2, 2)) for _ in range(count)])
    maps /= maps.mean(dtype=np.float64).astype(np.float32)
    return maps


def summed(maps: NDArray[np.float32], channels: int, draw: np.random.Generator) -> NDArray[np.float32]:
    """One map of noise of that many channels."""
    picked = draw.choice(len(maps), channels, replace=False)
    total = np.zeros((DOPPLERS, RANGES), np.float32)
    for one, d, r in zip(
        picked, draw.integers(0, DOPPLERS, channels), draw.integers(0, RANGES, channels), strict=True
    ):
        total += maps[one, d : d + DOPPLERS, r : r + RANGES]
    return total


def in_noise(clean: NDArray[np.complex128], draw: np.random.Generator) -> NDArray[np.int16]:
    """(chirp, rx, sample, 2) counts, as `points.with_noise` makes them, in a third of its time."""
    counts = draw.standard_normal((*clean.shape, 2), dtype=np.float32)
    counts *= np.float32(NOISE)
    counts[..., 0] += clean.real
    counts[..., 1] += clean.imag
    return np.rint(counts, out=counts).astype(np.int16)
