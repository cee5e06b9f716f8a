"""What a frame shows to plain transforms: power over range and speed, and over range and azimuth.

For looking at, not for detecting: Hann windows, no thresholds. It takes every chirp at its own time, so that
transmitters that take turns need no correction of their own.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radar_sim.fit import SPEED_OF_LIGHT_MPS, Radar
from radar_sim.scene.scatterers import Floats
from radar_sim.sensor.radio import NOISE_LSB

Complexes = NDArray[np.complex64]
PAD = 2  # transforms this much longer than the data draw smoother
AZIMUTHS = 141
WIDEST_RAD = np.radians(75)
FLOOR = 1e-3  # -30 dB: below noise nothing is told apart


@dataclass(frozen=True, slots=True)
class Maps:
    """Powers in dB over the mean of thermal noise in the same cell."""

    range_m: Floats  # (range,)
    speed_mps: Floats  # (speed,), negative closes
    azimuth_rad: Floats  # (azimuth,), in sensor axes
    range_doppler_db: Floats  # (speed, range), mean of all channels
    range_azimuth_db: Floats  # (azimuth, range), the strongest speed of each


def maps(samples: Complexes, radar: Radar, code: Complexes) -> Maps:
    """The two maps of a frame (chirp, rx, sample), sent by `code` (chirp, tx)."""
    profile = radar.profile
    fast, slow = np.hanning(profile.samples + 2)[1:-1], np.hanning(radar.chirps + 2)[1:-1]
    ranges = np.fft.fft(samples * fast, PAD * profile.samples, axis=2).astype(np.complex64)
    spectra, doppler_hz = _spectra(ranges, radar, code, slow)
    noise = 2 * NOISE_LSB**2 * float((fast**2).sum())
    noise_of = noise * (np.abs(code) ** 2 * (slow**2)[:, None]).sum(axis=0)  # (tx,)
    power = np.abs(spectra) ** 2 / noise_of[:, None, None, None]
    azimuth_rad = np.linspace(-WIDEST_RAD, WIDEST_RAD, AZIMUTHS)
    beams = _beams(spectra / np.sqrt(noise_of)[:, None, None, None], radar, azimuth_rad)
    beat_hz = np.arange(PAD * profile.samples) * profile.rate_hz / (PAD * profile.samples)
    return Maps(
        range_m=beat_hz * SPEED_OF_LIGHT_MPS / (2 * profile.slope_hz_per_s),
        speed_mps=doppler_hz * profile.wavelength_m / 2,
        azimuth_rad=azimuth_rad,
        range_doppler_db=_db(power.mean(axis=(0, 2))),
        range_azimuth_db=_db(beams),
    )


def widest_mps(radar: Radar) -> float:
    """Speeds of either sign below it have a place of their own; others come back from the other end."""
    return radar.profile.wavelength_m / (4 * radar.profile.chirp_s * len(radar.tx_m))


def folded_mps(speed_mps: float, radar: Radar) -> float:
    """Where the map shows a speed."""
    width = 2 * widest_mps(radar)
    return (speed_mps + width / 2) % width - width / 2


def _spectra(ranges: Complexes, radar: Radar, code: Complexes, slow: Floats) -> tuple[Complexes, Floats]:
    """(tx, speed, rx, range) and the Doppler of each speed, lowest first."""
    length = PAD * radar.chirps
    doppler_hz = np.fft.fftshift(np.fft.fftfreq(length, radar.profile.chirp_s))
    keep = np.abs(doppler_hz) <= 1 / (2 * radar.profile.chirp_s * code.shape[1])
    weighted = [ranges * (slow * code[:, tx].conj())[:, None, None] for tx in range(code.shape[1])]
    spectra = [np.fft.fftshift(np.fft.fft(chirps, length, axis=0), axes=0)[keep] for chirps in weighted]
    return np.array(spectra, dtype=np.complex64), doppler_hz[keep]


def _beams(spectra: Complexes, radar: Radar, azimuth_rad: Floats) -> Floats:
    """Power of a beam to each azimuth in units of its noise, the strongest speed: (azimuth, range)."""
    y_m = np.array([[tx[0] + rx[0] for rx in radar.rx_m] for tx in radar.tx_m])
    cycles = y_m.ravel() * np.sin(azimuth_rad)[:, None] / radar.profile.wavelength_m
    # An antenna further to the left is nearer to what is on the left: its phase lags by y sin(azimuth).
    weights = np.exp(2j * np.pi * cycles).astype(np.complex64) / np.sqrt(y_m.size)
    best = np.zeros((len(azimuth_rad), spectra.shape[3]))
    for of_speed in spectra.swapaxes(0, 1):  # (tx, rx, range): one speed at a time keeps the memory small
        beam = weights @ of_speed.reshape(y_m.size, -1)
        np.maximum(best, np.abs(beam) ** 2, out=best)
    return best


def _db(power: Floats) -> Floats:
    return np.asarray(10 * np.log10(np.maximum(power, FLOOR)))
