"""From moving points in sensor axes to the beat signal of one frame."""

import numpy as np

from radar_sim.fit import SPEED_OF_LIGHT_MPS, Profile, Radar
from radar_sim.geometry import Motion
from radar_sim.scene import Floats
from radar_sim.tones import Complexes, sum_of_tones


def chirp_times_s(radar: Radar) -> Floats:
    """Middle of each chirp's samples, from the start of the first chirp; a chirp begins with its idle."""
    profile = radar.profile
    chirp = np.arange(radar.chirps, dtype=np.float64)
    times_s: Floats = chirp * profile.chirp_s + (profile.idle_s + profile.mid_samples_s)
    return times_s


def beat(motion: Motion, amplitude: Floats, phase_cycles: Floats, radar: Radar) -> Complexes:
    """Complex beat signal (chirp, rx, sample) of points with amplitude (chirp, n).

    `phase_cycles` (tx in time order, rx) is what each channel adds of its own.
    """
    profile = radar.profile
    delay_s, delay_rate = _bistatic(motion, radar)  # (chirp, rx, n)
    cycles, cycles_per_sample = tone(delay_s, delay_rate, profile)
    cycles += np.tile(phase_cycles, (profile.loops, 1))[:, :, None]
    shape = (cycles.shape[0] * cycles.shape[1], cycles.shape[2])
    level = np.broadcast_to(amplitude[:, None, :], cycles.shape).reshape(shape)
    total = sum_of_tones(level, cycles.reshape(shape), cycles_per_sample.reshape(shape), profile.samples)
    return total.reshape(radar.chirps, len(radar.rx_m), profile.samples)


def tone(delay_s: Floats, delay_rate: Floats, profile: Profile) -> tuple[Floats, Floats]:
    """Cycles at the first sample, and cycles per sample, of the beat with an up-chirp.

    The beat of a delay tau is at f0 tau + S tau t - S tau^2 / 2 cycles, t from the ramp start: a positive
    frequency for a positive range. For a moving point tau changes inside the chirp too; the tone takes value
    and slope of the cycles in the middle of the samples, which leaves out S tau' (t - mid)^2: below 0.001
    cycles at 10 m/s.
    """
    slope, mid_s = profile.slope_hz_per_s, profile.mid_samples_s
    mid_cycles = delay_s * (profile.start_hz + slope * (mid_s - delay_s / 2))
    beat_hz = slope * delay_s + delay_rate * (profile.start_hz + slope * (mid_s - delay_s))
    return mid_cycles - beat_hz * (mid_s - profile.adc_start_s), beat_hz / profile.rate_hz


def _bistatic(motion: Motion, radar: Radar) -> tuple[Floats, Floats]:
    """Delay and its rate (chirp, rx, n), from the antenna that sends in each chirp to each that receives."""
    tx_m = np.tile(np.array(radar.tx_m), (radar.profile.loops, 1))[:, None, :]  # (chirp, 1, (y, z))
    rx_m = np.broadcast_to(np.array(radar.rx_m), (radar.chirps, len(radar.rx_m), 2))
    out_m, out_mps = _distance(motion, tx_m)
    back_m, back_mps = _distance(motion, rx_m)
    return (out_m + back_m) / SPEED_OF_LIGHT_MPS, (out_mps + back_mps) / SPEED_OF_LIGHT_MPS


def _distance(motion: Motion, antenna_m: Floats) -> tuple[Floats, Floats]:
    """Distance and its rate (chirp, antenna, n) from antennas (chirp, antenna, (y, z)) of the plane x = 0."""
    x, y, z = motion.position_m[:, :, None, :]
    vx, vy, vz = motion.velocity_mps[:, :, None, :]
    dy, dz = y - antenna_m[:, :, 0:1], z - antenna_m[:, :, 1:2]
    distance = np.sqrt(x * x + dy * dy + dz * dz)
    return distance, (x * vx + dy * vy + dz * vz) / distance
