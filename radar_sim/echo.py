"""From paths to the beat signal of one frame."""

import numpy as np

from radar_sim.fit import SPEED_OF_LIGHT_MPS, Profile, Radar
from radar_sim.paths import Antennas, Ends, Paths, Sending
from radar_sim.scatterers import Floats
from radar_sim.tones import Complexes, sum_of_tones


def chirp_times_s(radar: Radar) -> Floats:
    """Middle of each chirp's samples, from the start of the first chirp; a chirp begins with its idle."""
    profile = radar.profile
    chirp = np.arange(radar.chirps, dtype=np.float64)
    times_s: Floats = chirp * profile.chirp_s + (profile.idle_s + profile.mid_samples_s)
    return times_s


def beat(paths: Paths, antennas: Antennas, sending: Sending, profile: Profile, times_s: Floats) -> Complexes:
    """Complex beat signal (chirp, rx, sample) in LSB; `times_s` is the middle of each chirp's samples."""
    chirps, rx, n = len(times_s), antennas.rx_m.shape[1], len(paths.cycles)
    share = _share(times_s)
    total = np.zeros((chirps * rx, profile.samples), dtype=np.complex128)
    back_m, back_mps = _distance(paths.back, antennas.rx_m, antennas.rx_mps, times_s)
    for tx in range(sending.code.shape[1]):
        out_m, out_mps = _distance(
            paths.out, antennas.tx_m[:, tx : tx + 1], antennas.tx_mps[:, tx : tx + 1], times_s
        )
        delay_s = (out_m + back_m) / SPEED_OF_LIGHT_MPS
        cycles, step = tone(delay_s, (out_mps + back_mps) / SPEED_OF_LIGHT_MPS, profile)
        sent = paths.sent[0, tx] + share[:, None] * (paths.sent[1, tx] - paths.sent[0, tx])
        heard = paths.heard[0] + share[:, None, None] * (paths.heard[1] - paths.heard[0])
        level = sent[:, None, :] * heard / (out_m * back_m)
        factor = sending.code[:, tx, None] * sending.channel[tx]  # (chirp, rx)
        sending_now = np.flatnonzero(np.repeat(sending.code[:, tx] != 0, rx))
        amplitude, phase, turn = (
            values.reshape(chirps * rx, n)[sending_now] for values in (level, cycles + paths.cycles, step)
        )
        made = sum_of_tones(amplitude, phase, turn, profile.samples)
        total[sending_now] += factor.reshape(-1, 1)[sending_now] * made
    return total.reshape(chirps, rx, profile.samples)


def _share(times_s: Floats) -> Floats:
    """How far each chirp lies from the first to the last."""
    span_s = times_s[-1] - times_s[0]
    share: Floats = (times_s - times_s[0]) / (span_s if span_s else 1.0)
    return share


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


def _distance(ends: Ends, antenna_m: Floats, antenna_mps: Floats, times_s: Floats) -> tuple[Floats, Floats]:
    """Distance and its rate (chirp, antenna, n) from antennas (chirp, antenna, 3) to the ends of a leg."""
    t = times_s[:, None, None]
    way = ends.position_m + t * (
        ends.velocity_mps + t * (ends.acceleration_mps2 / 2 + t * ends.jerk_mps3 / 6)
    )  # (chirp, n, 3)
    rate = ends.velocity_mps + t * (ends.acceleration_mps2 + t * ends.jerk_mps3 / 2)
    x, y, z = np.moveaxis(way[:, None] - antenna_m[:, :, None], -1, 0)
    vx, vy, vz = np.moveaxis(rate[:, None] - antenna_mps[:, :, None], -1, 0)
    distance = np.sqrt(x * x + y * y + z * z)
    return distance, (x * vx + y * vy + z * vz) / distance
