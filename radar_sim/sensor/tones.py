"""What reaches the receivers without leaving the truck: leakage and fascia, tones that stand still."""

import math

import numpy as np
from numpy.typing import NDArray

from radar_sim.fit import SPEED_OF_LIGHT_MPS, Fit, Radar
from radar_sim.paths import Signal
from radar_sim.randomness import Purpose, generator
from radar_sim.scene.scatterers import Floats
from radar_sim.sensor.radio import NOISE_LSB, lsb_per_root_w
from radar_sim.sensor.sensor import Fascia, Sensor

Complexes = NDArray[np.complex128]
# Transmit-receive leakage of one channel after integration over a frame, and where it appears.
LEAKAGE_DB = (35.0, 45.0)
LEAKAGE_BINS = (0.3, 1.7)


def standing_tones(fit: Fit, radar: Radar, sensor: Sensor, seed: int, with_leakage: bool) -> Complexes | None:
    """What stands still in each channel, (tx, rx, sample) in LSB; nothing where there is nothing."""
    if not with_leakage and sensor.fascia is None:
        return None
    total: Complexes = np.zeros(
        (len(radar.tx_m), len(radar.rx_m), radar.profile.samples), dtype=np.complex128
    )
    if with_leakage:
        level, step = _leakage(radar, seed)
        total += _tone(level * NOISE_LSB * math.sqrt(2), step, radar, sensor)
    if sensor.fascia is not None:
        total += _tone(*_fascia(fit, radar, sensor.fascia, seed), radar, sensor)
    return total


def _leakage(radar: Radar, seed: int) -> tuple[Complexes, Floats]:
    """Transmit-receive leakage of each channel (tx in time order, rx): complex level, and cycles per sample.

    One tone per channel, the same in every chirp, in units of root noise power; its level stands over noise
    by LEAKAGE_DB once all samples, chirps and channels of a frame are added up.
    """
    rng = generator(seed, Purpose.LEAKAGE, radar.name)
    shape = (len(radar.tx_m), len(radar.rx_m), 1)
    samples = radar.profile.samples
    gain_db = 10 * math.log10(samples * radar.chirps * len(radar.rx_m))
    level = 10 ** ((rng.uniform(*LEAKAGE_DB, shape) - gain_db) / 20)
    turn: Complexes = np.exp(2j * np.pi * rng.uniform(0, 1, shape))
    return (level * turn)[..., 0], rng.uniform(*LEAKAGE_BINS, shape)[..., 0] / samples


def _fascia(fit: Fit, radar: Radar, fascia: Fascia, seed: int) -> tuple[Complexes, Floats]:
    profile = radar.profile
    shape = (len(radar.tx_m), len(radar.rx_m))
    phase = generator(seed, Purpose.FASCIA, radar.name).uniform(0, 2 * np.pi, shape)
    level = math.sqrt(1e-3 * 10 ** (fascia.power_dbm / 10)) * lsb_per_root_w(profile, fit.radio)
    delay_s = 2 * fascia.range_m / SPEED_OF_LIGHT_MPS
    return level * np.exp(1j * phase), np.full(shape, delay_s * profile.slope_hz_per_s / profile.rate_hz)


def _tone(level: Complexes, step: Floats, radar: Radar, sensor: Sensor) -> Complexes:
    if sensor.if_filter is not None:
        level = level * sensor.if_filter.response(step * radar.profile.rate_hz)
    turned = np.exp(2j * np.pi * step[..., None] * np.arange(radar.profile.samples))
    tone: Complexes = level[..., None] * turned
    return tone


def over_chirps(code: NDArray[np.complex64], tones: Complexes) -> Signal:
    """(chirp, rx, sample) from (chirp, tx) and (tx, rx, sample), transmitter by transmitter."""
    total = np.zeros((len(code), *tones.shape[1:]), dtype=np.complex64)
    for tx, tone in enumerate(tones.astype(np.complex64)):
        sending = np.flatnonzero(code[:, tx])
        total[sending] += code[sending, tx][:, None, None] * tone
    return total
