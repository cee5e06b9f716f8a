"""Chirps of other radars that cross ours, by the phase of the difference; independent of the simulator."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from tests.edge_controller.detection.points import NOISE


@dataclass(frozen=True)
class Aggressor:
    """Sweeps through our band in `length` samples (rate^2 over the difference of the slopes)."""

    inr_db: float  # in a sample it hits, over the noise
    length: float
    share: float = 1.0  # of our chirps that it crosses
    step: float | None = None  # samples that a crossing is later in the next chirp; None: drawn


def crossing(
    radar: Radar, aggressors: list[Aggressor], rng: np.random.Generator
) -> tuple[NDArray[np.complex128], NDArray[np.bool_]]:
    """(chirp, rx, sample) in counts, and (chirp, sample) where it is not zero."""
    profile, receivers = radar.profile, len(radar.array.rx_m)
    chirps = profile.loops * len(radar.array.tx_order)
    total = np.zeros((chirps, receivers, profile.samples), complex)
    sample = np.arange(profile.samples)
    for one in aggressors:
        amplitude = np.sqrt(2) * NOISE * 10 ** (one.inr_db / 20)
        bearing = np.exp(1j * np.pi * np.sin(rng.uniform(-1, 1)) * np.arange(receivers))
        step = rng.uniform(-60, 60) if one.step is None else one.step
        begins = (rng.uniform(0, profile.samples) + step * np.arange(chirps)) % profile.samples
        begins[rng.random(chirps) >= one.share] = profile.samples
        since = sample - begins[:, None]
        inside = (since >= 0) & (since < one.length)
        turns = since**2 / (2 * one.length)  # from beat 0 to the sample rate, or down
        turns = turns if rng.random() < 0.5 else since - turns
        own = rng.random((chirps, 1))  # oscillators know nothing of each other
        tone = np.where(inside, amplitude * np.exp(2j * np.pi * (own + turns)), 0)
        total += tone[:, None] * bearing[:, None]
    return total, np.abs(total[:, 0]) > 0


def clipped(clean: NDArray[np.complex128], noise: NDArray[np.float64]) -> NDArray[np.int16]:
    """(chirp, rx, sample, 2): the converter's words."""
    words = np.rint(np.stack([clean.real, clean.imag], axis=-1) + noise)
    return np.clip(words, -32768, 32767).astype(np.int16)
