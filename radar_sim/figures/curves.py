"""Periodic curves through control points, smooth enough to be differentiated three times."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.interpolate import PchipInterpolator

from radar_sim.figures.derivatives import ORDERS
from radar_sim.figures.motion import Motion, through

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
        turn = 2 * np.pi * np.arange(HARMONICS + 1)
        self._turn = 1j * turn
        self._line = 2 * spectrum[: HARMONICS + 1] * np.exp(-((turn * BLUR) ** 2) / 2)
        self._line[0] /= 2
        self._orders = np.array([self._turn**order for order in range(ORDERS)])

    def at(self, cycle: Motion) -> Motion:
        """Value at a moving place in the cycle."""
        wave = self._line * np.exp(self._turn * cycle.orders[0][..., None])
        orders = self._orders.reshape(ORDERS, *(1,) * (wave.ndim - 1), -1)
        return through(cycle, np.sum((wave * orders).real, axis=-1))
