"""The standard cubes S, M and L: five reflections of 21 to 33 dB in noise, as int16 samples."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import SPEED_OF_LIGHT_MPS, Array, Radar, load_fit, shipped_fit
from edge_controller.messages import RadarFrame

NOISE = 20.0  # standard deviation of I and of Q, counts
SNR_DB = (33.0, 30.0, 27.0, 24.0, 21.0)  # ideal: over samples, chirps and channels, before any window
RANGE_SHARES = (0.11, 0.24, 0.37, 0.52, 0.71)  # of the frame's last range
RATE_SHARES = (-0.62, 0.0, 0.43, -0.21, 0.8)  # of the unambiguous range rate, to either side
AZIMUTHS_DEG = (12.0, -35.0, 4.0, 41.0, -18.0)
HALF_WAVE_MM = 1.94


@dataclass(frozen=True, slots=True)
class Reflection:
    """A point, and its ideal integrated signal-to-noise ratio."""

    range_m: float
    range_rate_mps: float
    azimuth_rad: float
    snr_db: float


def standard_radars() -> dict[str, Radar]:
    """S and M are the corner radars of the shipped fits demo and tipper; L has four transmitters."""
    small = load_fit(shipped_fit("demo")).radar("corner")
    medium = load_fit(shipped_fit("tipper")).radar("corner")
    sending = tuple((1e-3 * HALF_WAVE_MM * 4 * turn, 0.0) for turn in range(4))
    array = Array("az16", medium.array.rx_m, sending, (0, 1, 2, 3))
    profile = replace(medium.profile, loops=256, samples=512, rate_hz=2 * medium.profile.rate_hz)
    return {"S": small, "M": medium, "L": replace(medium, profile=profile, array=array)}


def standard_reflections(radar: Radar) -> list[Reflection]:
    """Five, spread over range, range rate and azimuth."""
    last_m = radar.profile.samples * radar.profile.range_bin_m
    places = zip(RANGE_SHARES, RATE_SHARES, AZIMUTHS_DEG, SNR_DB, strict=True)
    return [
        Reflection(far * last_m, rate * radar.max_range_rate_mps, float(np.radians(azimuth_deg)), snr_db)
        for far, rate, azimuth_deg, snr_db in places
    ]


def own_flank() -> list[Reflection]:
    """Fourteen reflections that ride along, straight back for a corner radar; a regular row is a burst."""
    places_m = np.arange(2.0, 10.0, 0.61) + np.random.default_rng(7).uniform(-0.1, 0.1, 14)
    return [Reflection(float(range_m), 0.0, float(np.radians(-40.0)), 45.0) for range_m in places_m]


def crowd(radar: Radar, count: int, seed: int) -> list[Reflection]:
    """Reflections anywhere, 21 to 33 dB."""
    rng = np.random.default_rng(seed)
    last_m = radar.profile.samples * radar.profile.range_bin_m
    return [
        Reflection(
            rng.uniform(0.05, 0.9) * last_m,
            rng.uniform(-0.95, 0.95) * radar.max_range_rate_mps,
            rng.uniform(-0.9, 0.9),
            rng.uniform(SNR_DB[-1], SNR_DB[0]),
        )
        for _ in range(count)
    ]


def frame_of(radar: Radar, reflections: list[Reflection], seed: int) -> RadarFrame:
    """One frame of them in noise."""
    signal = np.zeros((radar.profile.loops, len(radar.array.tx_order), *_channel_shape(radar)), complex)
    for reflection in reflections:
        signal += _tone(radar, reflection)
    rng = np.random.default_rng(seed)
    values = np.stack([signal.real, signal.imag], axis=-1) + rng.normal(0.0, NOISE, (*signal.shape, 2))
    return RadarFrame(radar.name, 0, 0.0, np.rint(values).astype(np.int16).reshape(-1, *signal.shape[2:], 2))


def _tone(radar: Radar, reflection: Reflection) -> NDArray[np.complex128]:
    """(loop, turn, rx, sample); one that moves walks through range meanwhile."""
    profile, turns = radar.profile, len(radar.array.tx_order)
    chirp_s = profile.chirp_s * np.arange(profile.loops * turns).reshape(profile.loops, turns, 1, 1)
    range_m = reflection.range_m + reflection.range_rate_mps * (chirp_s - chirp_s.mean())
    doppler_hz = 2 * reflection.range_rate_mps / profile.wavelength_m
    beat_hz = 2 * profile.slope_hz_per_s * range_m / SPEED_OF_LIGHT_MPS + doppler_hz
    y_m = np.asarray(radar.array.virtual_m)[:, 0].reshape(1, turns, -1, 1)
    # Phases count from the middle of the samples, whose frequency the wavelength is of.
    turned = (
        beat_hz / profile.rate_hz * (np.arange(profile.samples) - profile.samples / 2)
        + doppler_hz * chirp_s
        - y_m * np.sin(reflection.azimuth_rad) / profile.wavelength_m
    )
    amplitude = NOISE * np.sqrt(2 * 10 ** (reflection.snr_db / 10) / turned.size)
    return np.asarray(amplitude * np.exp(2j * np.pi * turned))


def _channel_shape(radar: Radar) -> tuple[int, int]:
    return len(radar.array.rx_m), radar.profile.samples
