"""One radar as it truly is: the fit, what was drawn, and what its sensor has come to."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from radar_sim.fit import Fit, Radar
from radar_sim.geometry import Mount
from radar_sim.paths import Sending, Signal
from radar_sim.randomness import Purpose, generator
from radar_sim.scene.scatterers import Floats
from radar_sim.sensor.imperfection import Imperfection, by_clock
from radar_sim.sensor.radio import NOISE_LSB
from radar_sim.sensor.sending import code_of
from radar_sim.sensor.sensor import REFERENCE_K, Sensor
from radar_sim.sensor.tones import Complexes, over_chirps, standing_tones


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """All of one radar that stays the same from frame to frame."""

    fit: Fit
    radar: Radar  # its profile as its clock makes it
    mount: Mount
    sensor: Sensor
    sending: Sending
    standing: Signal | None  # leakage and fascia of the chirps after which they repeat
    noise_lsb: float  # thermal, r.m.s. in I and in Q

    @property
    def white_lsb(self) -> float:
        """What of the noise the converter's stage adds: none where the IF filter has coloured it before."""
        return self.noise_lsb if self.sensor.if_filter is None else 0.0

    def stuck(self, words: NDArray[np.int16]) -> NDArray[np.int16]:
        """Samples with those of a dead converter in their place; (chirp, rx, sample, 2)."""
        if self.sensor.stuck is not None:
            words[:, list(self.sensor.dead_rx)] = self.sensor.stuck
        return words


def front_end(
    fit: Fit, radar: Radar, off: Imperfection, sensor: Sensor, *, seed: int, with_leakage: bool
) -> FrontEnd:
    """Build it; `seed` is that of the simulator."""
    sensor.check(radar.name, len(radar.tx_m), len(radar.rx_m))
    sensor = replace(sensor, mirror=fit.body.mirror)
    warmer_k = sensor.temperature_k - REFERENCE_K
    ppm = off.clock_ppm + sensor.drift.clock_ppm_per_k * warmer_k
    true = replace(radar, profile=by_clock(radar.profile, ppm))
    channel = _channel(radar, off, sensor, seed)
    sending = Sending(code_of(radar, sensor), channel.astype(np.complex64))
    tones = standing_tones(fit, true, sensor, seed, with_leakage)
    repeats = sending.code[: len(radar.tx_m)] if sensor.modulation == "tdm" else sending.code
    standing = None if tones is None else over_chirps(repeats, tones * _own(channel, sensor)[..., None])
    return FrontEnd(fit, true, _mount(radar, off, sensor), sensor, sending, standing, _noise_lsb(fit, sensor))


def _mount(radar: Radar, off: Imperfection, sensor: Sensor) -> Mount:
    drawn = off.mount(radar)
    if not (sensor.yaw_deg or sensor.pitch_deg):
        return drawn
    yaw_rad = drawn.yaw_rad + sensor.mirror * math.radians(sensor.yaw_deg)
    return Mount(drawn.position_m, yaw_rad, drawn.pitch_rad + math.radians(sensor.pitch_deg))


def _channel(radar: Radar, off: Imperfection, sensor: Sensor, seed: int) -> Complexes:
    """Gain and phase of each channel (tx, rx): drawn, drifted, behind films, or dead."""
    warmer_k = sensor.temperature_k - REFERENCE_K
    rng = generator(seed, Purpose.DRIFT, radar.name)
    turned = np.clip(rng.standard_normal(off.channel.shape), -2, 2) * sensor.drift.phase_deg_per_k * warmer_k
    for film in sensor.films:
        turned = (
            turned + np.array(film.tx_phase_deg or (0.0,))[:, None] + np.array(film.rx_phase_deg or (0.0,))
        )
    gain = 10 ** (sensor.drift.gain_db_per_k * warmer_k / 20)
    channel: Complexes = off.channel * gain * np.exp(1j * np.radians(turned))
    channel[list(sensor.dead_tx)] = 0
    channel[:, list(sensor.dead_rx)] = 0
    return channel


def _own(channel: Complexes, sensor: Sensor) -> Floats:
    """Of a channel what standing tones take part in: they have phases of their own already."""
    alive: Floats = (channel != 0).astype(np.float64)
    return alive * 10 ** (sensor.drift.gain_db_per_k * (sensor.temperature_k - REFERENCE_K) / 20)


def _noise_lsb(fit: Fit, sensor: Sensor) -> float:
    """The receiver's gain is fixed at 290 K; antenna noise follows the temperature, the rest its figure."""
    warmer_k, drift = sensor.temperature_k - REFERENCE_K, sensor.drift
    figure_db = fit.radio.noise_figure_db
    hot = 10 ** ((figure_db + drift.noise_figure_db_per_k * warmer_k) / 10) + warmer_k / REFERENCE_K
    power = max(hot, 0.0) / 10 ** (figure_db / 10)
    return NOISE_LSB * math.sqrt(power) * float(10 ** (drift.gain_db_per_k * warmer_k / 20))
