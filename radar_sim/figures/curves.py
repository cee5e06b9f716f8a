"""Periodic curves through control points, smooth enough to be differentiated three times."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from radar_sim.figures.motion import Motion, through
from radar_sim.scene.scatterers import Floats

Knots = tuple[tuple[float, float], ...]

HARMONICS = 24
BLUR = 0.02  # of a cycle, standard deviation: rounds what a monotone cubic has of corners
SAMPLES = 256


@lru_cache(maxsize=256)
def curve(knots: Knots) -> Curve:
    """The curve of these control points, worked out once."""
    return Curve(knots)


class Curve:
    """Monotone cubic through (part of a cycle, value), rounded by a Gaussian: a short Fourier series."""

    def __init__(self, knots: Knots) -> None:
        at, value = np.array(sorted(knots)).T
        around = PchipInterpolator(
            np.concatenate([at - 1, at, at + 1]), np.concatenate([value, value, value])
        )
        spectrum = np.fft.rfft(around(np.arange(SAMPLES) / SAMPLES)) / SAMPLES
        self._turn = 2 * np.pi * np.arange(HARMONICS + 1)
        self._line = 2 * spectrum[: HARMONICS + 1] * np.exp(-((self._turn * BLUR) ** 2) / 2)
        self._line[0] /= 2

    def at(self, cycle: Motion) -> Motion:
        """Value at a moving place in the cycle."""
        wave = self._line * np.exp(1j * self._turn * cycle.orders[0][..., None])
        return through(cycle, *(self._derivative(wave, order) for order in range(4)))

    def _derivative(self, wave: NDArray[np.complex128], order: int) -> Floats:
        return np.asarray(np.sum((wave * (1j * self._turn) ** order).real, axis=-1))
