"""Point reflectors as int16 samples, by the exact phase of an up-chirp; independent of the simulator."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.messages import RadarFrame

LIGHT_MPS = 299_792_458.0
NOISE = 10.0  # standard deviation of I and of Q, in counts


@dataclass(frozen=True)
class Point:
    """Where a reflector is in the middle of the frame, and its amplitude in counts."""

    range_m: float
    range_rate_mps: float = 0.0
    azimuth_deg: float = 0.0
    amplitude: float = 20.0
    elevation_deg: float = 0.0
    back_deg: float | None = None  # where from it comes back, if by another way than it left


def ideal_snr_db(radar: Radar, amplitude: float) -> float:
    """Over all samples, chirps and channels, without any window."""
    count = radar.profile.samples * radar.profile.loops * len(radar.array.tx_order) * len(radar.array.rx_m)
    return float(10 * np.log10(amplitude**2 * count / (2 * NOISE**2)))


def signal(radar: Radar, points: list[Point]) -> NDArray[np.complex128]:
    """(chirp, rx, sample): what the mixer gives without noise."""
    profile, array = radar.profile, radar.array
    chirps = profile.loops * len(array.tx_order)
    t_s = profile.adc_start_s + np.arange(profile.samples) / profile.rate_hz
    chirp_s = profile.idle_s + profile.ramp_end_s
    begin_s = (np.arange(chirps) - (chirps - 1) / 2) * chirp_s
    rx = np.array(array.rx_m)
    tx = np.array(array.tx_m)[np.resize(array.tx_order, chirps)]
    total = np.zeros((chirps, len(rx), profile.samples), complex)
    for point in points:
        back_deg = point.azimuth_deg if point.back_deg is None else point.back_deg
        sent, heard = (
            _toward(azimuth_deg, point.elevation_deg) for azimuth_deg in (point.azimuth_deg, back_deg)
        )
        nearer_m = (tx @ sent)[:, None] + (rx @ heard)[None, :]
        moved_m = point.range_rate_mps * (begin_s[:, None] + t_s - t_s.mean())
        path_m = 2 * (point.range_m + moved_m)[:, None, :] - nearer_m[:, :, None]
        tau_s = path_m / LIGHT_MPS
        slope = profile.slope_hz_per_s
        turns = profile.start_hz * tau_s + slope * tau_s * t_s - slope * tau_s**2 / 2
        total += point.amplitude * np.exp(2j * np.pi * turns)
    return total


def _toward(azimuth_deg: float, elevation_deg: float) -> NDArray[np.float64]:
    azimuth, elevation = np.radians(azimuth_deg), np.radians(elevation_deg)
    return np.array([np.sin(azimuth) * np.cos(elevation), np.sin(elevation)])


def with_noise(clean: NDArray[np.complex128], seed: int) -> NDArray[np.int16]:
    """(chirp, rx, sample, 2) counts."""
    noise = np.random.default_rng(seed).normal(0.0, NOISE, (*clean.shape, 2))
    counts = np.rint(np.stack([clean.real, clean.imag], axis=-1) + noise)
    assert np.abs(counts).max() < 32768
    return counts.astype(np.int16)


def frame_of(radar: Radar, points: list[Point], seed: int = 1) -> RadarFrame:
    """One frame of these reflectors in noise."""
    return RadarFrame(radar.name, 0, 0.0, with_noise(signal(radar, points), seed))
