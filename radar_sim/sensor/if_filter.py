"""The intermediate-frequency filter: what it lets through of each beat frequency."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radar_sim.errors import SceneError
from radar_sim.paths import Signal
from radar_sim.scene.scatterers import Floats


@dataclass(frozen=True, slots=True)
class IfFilter:
    """A high-pass against what is too near, and the low-pass against aliasing; both Butterworth.

    Corners are where half the power passes. The defaults are typical settings of single-chip radars.
    """

    high_pass_hz: float = 300e3
    high_pass_order: int = 2
    low_pass_hz: float = 9e6
    low_pass_order: int = 6

    def __post_init__(self) -> None:
        if not 0 < self.high_pass_hz < self.low_pass_hz < 1e9:
            raise SceneError("if filter: corners must rise from above zero: high_pass_hz, low_pass_hz")
        for name in ("high_pass_order", "low_pass_order"):
            if type(getattr(self, name)) is not int or not 1 <= getattr(self, name) <= 12:
                raise SceneError(f"if filter: {name} is {getattr(self, name)!r}, not a whole number 1 to 12")

    def response(self, beat_hz: Floats) -> NDArray[np.complex128]:
        """Gain and phase at each frequency."""
        low = np.ones(beat_hz.shape, dtype=np.complex128)
        for pole in _poles(self.low_pass_order):
            low *= -pole / (1j * beat_hz / self.low_pass_hz - pole)
        s = 1j * beat_hz / self.high_pass_hz
        for pole in _poles(self.high_pass_order):
            low *= -pole * s / (1 - pole * s)
        return low


def _poles(order: int) -> list[complex]:
    """Of the Butterworth low-pass with corner 1, on the left half of the unit circle."""
    return [complex(np.exp(1j * np.pi * (2 * k + order + 1) / (2 * order))) for k in range(order)]


def through(signal: Signal, filter_: IfFilter, rate_hz: float) -> Signal:
    """Samples (..., sample) after the filter, at rest before the first; beats lie from 0 to the rate."""
    samples = signal.shape[-1]
    spectrum = np.fft.fft(signal, 2 * samples, axis=-1)
    spectrum *= filter_.response(np.arange(2 * samples) / (2 * samples) * rate_hz)
    return np.fft.ifft(spectrum, axis=-1)[..., :samples].astype(np.complex64)


def noise_through(
    shape: tuple[int, ...], level_lsb: float, filter_: IfFilter, rate_hz: float, rng: np.random.Generator
) -> Signal:
    """Noise (..., sample) that was white before the filter, `level_lsb` r.m.s. in I and in Q."""
    samples = shape[-1]
    real, imag = rng.standard_normal((2, *shape), dtype=np.float32)
    spectrum = level_lsb * np.sqrt(samples) * (real + 1j * imag)
    spectrum *= filter_.response(np.arange(samples) / samples * rate_hz).astype(np.complex64)
    return np.fft.ifft(spectrum, axis=-1).astype(np.complex64)
