"""Channel values of plane waves in noise of power 1, by hand; azimuth in degrees, phases in radians."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar

LIGHT_MPS = 299_792_458.0


@dataclass(frozen=True)
class Draw:
    """Snapshots (snapshot, channel) and what is in them."""

    channels: NDArray[np.complex64]
    folded_hz: NDArray[np.float64]  # Doppler as the map shows it
    doppler_hz: NDArray[np.float64]
    azimuth_rad: NDArray[np.float64]
    bound_rad: NDArray[np.float64]  # Cramer-Rao bound of one wave


def repetition_s(radar: Radar) -> float:
    profile = radar.profile
    return (profile.idle_s + profile.ramp_end_s) * len(radar.array.tx_order)


def wave(
    radar: Radar, azimuth_rad: NDArray[np.float64], elevation_rad: NDArray[np.float64]
) -> NDArray[np.complex128]:
    """(snapshot, channel): an element nearer to the target is ahead, its phase falls."""
    profile, array = radar.profile, radar.array
    middle_s = profile.adc_start_s + profile.samples / profile.rate_hz / 2
    turns_per_m = (profile.start_hz + profile.slope_hz_per_s * middle_s) / LIGHT_MPS
    rx, tx = np.array(array.rx_m), np.array(array.tx_m)[list(array.tx_order)]
    place = (tx[:, None] + rx[None]).reshape(-1, 2)
    toward = np.stack([np.sin(azimuth_rad) * np.cos(elevation_rad), np.sin(elevation_rad)], axis=1)
    return np.asarray(np.exp(-2j * np.pi * turns_per_m * toward @ place.T))


def bound_rad(radar: Radar, azimuth_rad: NDArray[np.float64], snr_db: float) -> NDArray[np.float64]:
    """Of an azimuth at that integrated ratio: amplitude, phase and, where rows tell it, elevation unknown."""
    step = 1e-5
    still = np.zeros_like(azimuth_rad)
    at = wave(radar, azimuth_rad, still)
    slopes = [(wave(radar, azimuth_rad + step, still) - at) / step, 1j * at, at]
    if np.ptp([z for _, z in radar.array.virtual_m]) > 0:
        slopes.append((wave(radar, azimuth_rad, still + step) - at) / step)
    jacobian = np.stack(slopes, axis=1)
    fisher = 2 * np.einsum("sac,sbc->sab", jacobian.conj(), jacobian).real * 10 ** (snr_db / 10) / at.shape[1]
    return np.asarray(np.sqrt(np.linalg.inv(fisher)[:, 0, 0]))


def draw(
    radar: Radar,
    count: int,
    snr_db: float,
    seed: int,
    *,
    azimuth_deg: float = 70.0,
    unknown: float = 0.0,
    still: bool = False,
) -> Draw:
    """One reflector each: any direction within `azimuth_deg`, any Doppler that T transmitters can tell.

    `unknown` 1 gives each antenna 10 degrees and 1 dB of error.
    """
    rng = np.random.default_rng(seed)
    transmitters, receivers = len(radar.array.tx_order), len(radar.array.rx_m)
    channels = transmitters * receivers
    azimuth = np.radians(rng.uniform(-azimuth_deg, azimuth_deg, count))
    rows = np.ptp([z for _, z in radar.array.virtual_m]) > 0
    elevation = np.radians(rng.uniform(-10, 10, count)) if rows else np.zeros(count)
    fold_hz = 1 / repetition_s(radar)
    doppler_hz = rng.uniform(-transmitters / 2, transmitters / 2, count) * fold_hz * (0.0 if still else 1.0)
    delay_s = np.repeat(np.arange(transmitters) * repetition_s(radar) / transmitters, receivers)
    clean = wave(radar, azimuth, elevation) * np.exp(2j * np.pi * doppler_hz[:, None] * delay_s)
    clean *= np.sqrt(10 ** (snr_db / 10) / channels) * np.exp(2j * np.pi * rng.random((count, 1)))
    clean *= np.exp(1j * np.radians(10) * unknown * rng.normal(size=clean.shape))
    clean *= 10 ** (unknown * rng.normal(size=clean.shape) / 20)
    return Draw(
        channels=(clean + noise(clean.shape, rng)).astype(np.complex64),
        folded_hz=doppler_hz - np.rint(doppler_hz / fold_hz) * fold_hz,
        doppler_hz=doppler_hz,
        azimuth_rad=azimuth,
        bound_rad=bound_rad(radar, azimuth, snr_db),
    )


def noise(shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.complex128]:
    """Of power 1."""
    return np.asarray((rng.normal(size=shape) + 1j * rng.normal(size=shape)) / np.sqrt(2))


def two_draws(
    radar: Radar, count: int, snr_db: float, separation: float, seed: int
) -> tuple[NDArray[np.complex64], NDArray[np.float64]]:
    """Snapshots of two equal reflectors that stand, and their (snapshot, 2) sines, the smaller first.

    `separation` is in Rayleigh widths of the row: wavelength / (elements x spacing). Any relative phase.
    """
    rng = np.random.default_rng(seed)
    places_m = sorted({y for y, _ in radar.array.virtual_m})
    middle_s = radar.profile.adc_start_s + radar.profile.samples / radar.profile.rate_hz / 2
    lambda_m = LIGHT_MPS / (radar.profile.start_hz + radar.profile.slope_hz_per_s * middle_s)
    rayleigh = lambda_m / (len(places_m) * (places_m[1] - places_m[0]))
    middle = rng.uniform(-0.8, 0.8, count)
    sines = np.stack([middle - separation * rayleigh / 2, middle + separation * rayleigh / 2], axis=1)
    elevation = np.zeros(count)
    waves = [wave(radar, np.arcsin(sines[:, n]), elevation) for n in (0, 1)]
    phases = np.exp(2j * np.pi * rng.random((count, 2)))
    clean = waves[0] * phases[:, :1] + waves[1] * phases[:, 1:]
    clean *= np.sqrt(10 ** (snr_db / 10) / clean.shape[1])
    return (clean + noise(clean.shape, rng)).astype(np.complex64), sines
