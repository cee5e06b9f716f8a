"""From paths to the beat signal of one frame: a non-uniform FFT along each row's fast time."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.fft import ifft

from radar_sim.fit import SPEED_OF_LIGHT_MPS, Profile, Radar
from radar_sim.paths import Antennas, Ends, Paths, Sending, Singles
from radar_sim.scene.scatterers import Floats
from radar_sim.synthesis import kernel
from radar_sim.synthesis.window import window

Complexes = NDArray[np.complex64]
CACHED = 1 << 15  # grid points transformed at a time: 256 kB stay in the second-level cache
# A long ramp is made in pieces, at whose ends this speed and acceleration turn the phase by so many cycles.
FASTEST_MPS, MOST_SQUARED_CYCLES = 30.0, 3e-3  # its square is left out: -75 dB
HARDEST_MPS2, MOST_BENT_CYCLES = 40.0, 5e-5  # it is left out itself: -75 dB


def chirp_times_s(radar: Radar) -> Floats:
    """Middle of each chirp's samples, from the start of the first chirp; a chirp begins with its idle."""
    profile = radar.profile
    chirp = np.arange(radar.chirps, dtype=np.float64)
    times_s: Floats = chirp * profile.chirp_s + (profile.idle_s + profile.mid_samples_s)
    return times_s


def beat(paths: Paths, antennas: Antennas, sending: Sending, profile: Profile, times_s: Floats) -> Complexes:
    """Complex beat signal (chirp, rx, sample) in LSB; `times_s` is the middle of each chirp's samples."""
    chirps, receivers = antennas.rx_m.shape[:2]
    samples = np.zeros((chirps, receivers, profile.samples), dtype=np.complex64)
    if not len(paths.cycles):
        return samples
    pieces = list(_pieces(profile))
    if len(pieces) == 1:
        _fill(samples, paths, antennas, sending, profile, times_s, times_s)
        return samples
    for first, end in pieces:
        begins_s = profile.adc_start_s + first / profile.rate_hz
        part = replace(profile, adc_start_s=begins_s, samples=end - first)
        later_s = part.mid_samples_s - profile.mid_samples_s
        piece = np.empty((chirps, receivers, end - first), dtype=np.complex64)
        _fill(piece, paths, _moved(antennas, later_s), sending, part, times_s + later_s, times_s)
        samples[:, :, first:end] = piece
    return samples


def _pieces(profile: Profile) -> Iterator[tuple[int, int]]:
    """Samples [first, end) short enough for one tone and a little quadratic phase, in even numbers.

    At the ends of T the phase is S tau' (T / 2)^2 with tau' = 2 v / c, and f0 tau'' (T / 2)^2 / 2 with
    tau'' = 2 a / c: one piece up to 27 us at 80 MHz/us, 60 us at 16 MHz/us.
    """
    half_s = profile.samples / (2 * profile.rate_hz)
    squared = profile.slope_hz_per_s * 2 * FASTEST_MPS / SPEED_OF_LIGHT_MPS * half_s**2
    bent = profile.start_hz * HARDEST_MPS2 / SPEED_OF_LIGHT_MPS * half_s**2
    pairs = profile.samples // 2
    most = max(squared / MOST_SQUARED_CYCLES, bent / MOST_BENT_CYCLES)
    count = min(max(1, math.ceil(math.sqrt(most))), pairs)
    for number in range(count):
        yield 2 * (pairs * number // count), 2 * (pairs * (number + 1) // count)


def _moved(antennas: Antennas, later_s: float) -> Antennas:
    """Where they are a little later within the same ramp."""
    tx_m, rx_m = antennas.tx_m + later_s * antennas.tx_mps, antennas.rx_m + later_s * antennas.rx_mps
    return Antennas(tx_m, antennas.tx_mps, rx_m, antennas.rx_mps)


def _fill(
    samples: Complexes,
    paths: Paths,
    antennas: Antennas,
    sending: Sending,
    profile: Profile,
    times_s: Floats,
    chirps_s: Floats,
) -> None:
    """`samples` of one piece whose middles are at `times_s`, of chirps whose own are at `chirps_s`."""
    fine = window(profile.samples)
    of_frame = (
        _legs(paths),
        _line(paths.sent),
        _line(paths.heard),
        np.ascontiguousarray(paths.cycles),
        np.stack([antennas.tx_m, antennas.tx_mps], axis=2),
        np.stack([antennas.rx_m, antennas.rx_mps], axis=2),
        sending.level,
        sending.turn_cycles,
        times_s,
        _share_of_frame(chirps_s),
        _constants(profile, fine.points),
        fine.taps,
        fine.curve,
    )
    chirps, receivers = samples.shape[:2]
    some = max(1, CACHED // (receivers * fine.points))
    for first in range(0, chirps, some):
        part = samples[first : first + some]
        lines = np.empty((*part.shape[:2], fine.points), dtype=np.complex64)
        kernel.spread(*of_frame, first, lines)
        rows: Any = ifft(lines, axis=2, norm="forward", overwrite_x=True, workers=1)
        kernel.unfold(rows, fine.gain, part)


def _share_of_frame(times_s: Floats) -> Singles:
    """How far each chirp lies from the first to the last."""
    span_s = times_s[-1] - times_s[0]
    return np.asarray((times_s - times_s[0]) / (span_s if span_s else 1.0), dtype=np.float32)


def _legs(paths: Paths) -> Floats:
    ends = [paths.out] if paths.back is paths.out else [paths.out, paths.back]
    return np.stack([cubic(end) for end in ends])


def cubic(ends: Ends) -> Floats:
    """Factors of 1, t, t^2 and t^3, x y z each: (12, n)."""
    parts = (ends.position_m, ends.velocity_mps, ends.acceleration_mps2 / 2, ends.jerk_mps3 / 6)
    return np.ascontiguousarray(np.concatenate([part.T for part in parts]))


def _line(ends: Singles) -> Singles:
    """Value at the first chirp and change until the last."""
    return np.ascontiguousarray(np.stack([ends[0], ends[1] - ends[0]]), dtype=np.float32)


def _constants(profile: Profile, points: int) -> Floats:
    """Of the tone of one path, all per metre of the way out and back.

    The phase of a delay tau is f0 tau + S tau t - S tau^2 / 2 cycles, t from the ramp start. With
    tau = tau0 + tau1 u, u from the middle of the samples at t = mid, its terms in u are

        u^0: f0 tau0 + S mid tau0 - S tau0^2 / 2
        u^1: S tau0 + tau1 (f0 + S (mid - tau0))
        u^2: S tau1 - S tau1^2 / 2, of which the second is nothing (1e-8 of the first)

    What is left out: the curvature of the way inside a ramp, f0 tau2 u^2 / 2, below 1e-6 cycles at 20 m/s2
    in 26 us; the square of the quadratic phase, below -100 dB at 8 m/s and -77 dB at 30 m/s with 80 MHz/us.
    The grid counts from sample N / 2, half a sample after the middle; the u^2 term tilts the tone there.
    """
    slope, mid_s, step_s = profile.slope_hz_per_s, profile.mid_samples_s, 1 / profile.rate_hz
    per_m = 1 / SPEED_OF_LIGHT_MPS
    to_point = points * step_s
    return np.array(
        [
            to_point * slope * per_m,  # grid points per metre
            to_point * per_m * (profile.start_hz + slope * (mid_s + step_s)),  # per metre a second
            -to_point * per_m * per_m * slope,  # per metre and metre a second
            points,
            per_m * (profile.start_hz + slope * (mid_s + step_s / 2)),  # cycles per metre
            -slope / 2 * per_m * per_m,  # per square metre
            per_m * (profile.start_hz + slope * mid_s) * step_s / 2,  # per metre a second
            -slope
            * per_m
            * (step_s * points) ** 2
            / (2 * math.pi),  # curvature of the window per metre a second
        ]
    )
