"""The window that spreads a tone over eight points of the fine frequency grid, as polynomials.

A tone between grid points is written as a sum of eight grid tones (non-uniform FFT of type 1). The weights
are an exponential of a semicircle (Barnett, Magland, af Klinteberg 2019), which the inverse transform's own
attenuation undoes. With eight taps and 1.25 grid points a sample the weights are wrong by -92 dB, and 2
points would make the transform longer for nothing.

The sixth order of polynomials leaves those -92 dB; the fifth would leave -88. The curvature carries only the
phase that a moving point adds inside a ramp (0.005 rad at 8 m/s), so its own -46 dB are below -90 dB of the
signal.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.polynomial import Chebyshev, Polynomial
from scipy.fft import next_fast_len

from radar_sim.paths import Singles
from radar_sim.scene.scatterers import Floats
from radar_sim.synthesis.kernel import BEFORE, CURVE_ORDER, ORDER, TAPS

OVERSAMPLING = 1.25
SHAPE = 0.98  # of the width that balances both tails; the least error of those tried


@dataclass(frozen=True, slots=True)
class Window:
    """For one number of samples: grid points, and weights at 2 * (fraction of a grid point) - 1."""

    points: int
    taps: Singles  # (order + 1, tap), highest power first
    curve: Singles  # likewise, second derivative of the weights by the grid point
    gain: Singles  # (sample,), what undoes the window; sample samples // 2 is its middle


@lru_cache(maxsize=16)
def window(samples: int) -> Window:
    """The window for an even number of samples."""
    points = max(next_fast_len(math.ceil(OVERSAMPLING * samples)), 2 * TAPS)
    beta = SHAPE * math.pi * TAPS * (1 - samples / (2 * points))
    at = np.cos(np.pi * (np.arange(64) + 0.5) / 64)  # Chebyshev nodes: the fit is nearly the least maximum
    distance = np.arange(TAPS)[:, None] - BEFORE - (at + 1) / 2
    values = _semicircle(distance, beta)
    smooth = [Chebyshev.fit(at, value, 14, domain=[-1, 1]).deriv(2) for value in values]
    curves = [4 * smooth_tap(at) for smooth_tap in smooth]  # the argument runs twice as fast, and backwards
    return Window(
        points,
        _polynomials(at, list(values), ORDER),
        _polynomials(at, curves, CURVE_ORDER),
        _undone(samples, points, beta),
    )


def _semicircle(distance: Floats, beta: float) -> Floats:
    """Weight at a distance in grid points, 1 in the middle, nothing beyond half the taps."""
    inside = np.clip(1 - (2 * distance / TAPS) ** 2, 0, None)
    weight: Floats = np.exp(beta * (np.sqrt(inside) - 1)) * (inside > 0)
    return weight


def _polynomials(at: Floats, values: list[Floats], order: int) -> Singles:
    rows = np.zeros((order + 1, TAPS))
    for tap, value in enumerate(values):
        low_first = Chebyshev.fit(at, value, order, domain=[-1, 1]).convert(kind=Polynomial).coef
        rows[order + 1 - len(low_first) :, tap] = low_first[::-1]
    return rows.astype(np.float32)


def _undone(samples: int, points: int, beta: float) -> Singles:
    nodes, weights = np.polynomial.legendre.leggauss(200)
    distance = nodes * TAPS / 2
    from_middle = np.arange(samples) - samples // 2
    waves = np.cos(2 * np.pi * distance * from_middle[:, None] / points)
    spectrum = (waves * weights * _semicircle(distance, beta)).sum(axis=1) * TAPS / 2
    return np.asarray(1 / spectrum, dtype=np.float32)
