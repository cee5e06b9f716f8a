"""The beat signal by its definition, sample by sample: what tests and bench hold the fast kernel against.

Every sample has the delay of its own time, so nothing is taken as constant or linear inside a ramp. Float64
throughout, and written as vectors over samples: a comparison of speed with it is not one with a slow loop.
"""

import math

import numpy as np
from numpy.typing import NDArray

from radar_sim.compiled import compiled, series
from radar_sim.fit import SPEED_OF_LIGHT_MPS, Profile
from radar_sim.paths import Antennas, Paths, Sending
from radar_sim.scene.scatterers import Floats
from radar_sim.synthesis.beat import cubic

SIN = series("sin", 8)
COS = series("cos", 9)
S0, S1, S2, S3, S4, S5, S6, S7 = SIN
C0, C1, C2, C3, C4, C5, C6, C7, C8 = COS


def exact_beat(
    paths: Paths, antennas: Antennas, sending: Sending, profile: Profile, times_s: Floats
) -> NDArray[np.complex128]:
    """As `beat`, (chirp, rx, sample), but exact and some fifty times slower."""
    total = np.zeros((2, *antennas.rx_m.shape[:2], profile.samples))
    span_s = times_s[-1] - times_s[0]
    share = (times_s - times_s[0]) / (span_s if span_s else 1.0)
    weight = sending.code.astype(np.complex128)[:, :, None] * sending.channel
    _add(
        np.stack([cubic(paths.out), cubic(paths.back)]),
        paths.sent.astype(np.float64),
        paths.heard.astype(np.float64),
        paths.cycles,
        np.stack([antennas.tx_m, antennas.tx_mps], axis=2),
        np.stack([antennas.rx_m, antennas.rx_mps], axis=2),
        np.abs(weight),
        np.angle(weight) / (2 * np.pi),
        times_s,
        share,
        np.array([profile.start_hz, profile.slope_hz_per_s, profile.adc_start_s, profile.rate_hz]),
        total,
    )
    return np.asarray(total[0] + 1j * total[1])


@compiled
def _distance(
    leg: Floats, p: int, antenna: Floats, mid_s: float, step_s: float, square: Floats, way: Floats
) -> None:
    """From an antenna (place and velocity) to the end of one path, at the time of every sample."""
    middle = (len(way) - 1) / 2
    square[:] = 0.0
    for axis in range(3):
        a, b, c, d = leg[axis, p], leg[3 + axis, p], leg[6 + axis, p], leg[9 + axis, p]
        m, v = antenna[0, axis], antenna[1, axis]
        for n in range(len(square)):
            after = (n - middle) * step_s
            t = mid_s + after
            along = a + t * (b + t * (c + t * d)) - (m + after * v)
            square[n] += along * along
    for n in range(len(way)):
        way[n] = math.sqrt(square[n])


@compiled
def _phase(out_m: Floats, back_m: Floats, more: float, profile: Floats, cycles: Floats) -> None:
    """f0 tau + S tau t - S tau^2 / 2 and what reflections add, whole cycles taken off."""
    start, slope, adc_start_s, step_s = profile[0], profile[1], profile[2], 1.0 / profile[3]
    for n in range(len(cycles)):
        tau = (out_m[n] + back_m[n]) * (1.0 / SPEED_OF_LIGHT_MPS)
        full = tau * (start + slope * (adc_start_s + n * step_s - 0.5 * tau)) + more
        cycles[n] = full - np.rint(full)


@compiled
def _sum(cycles: Floats, level: float, out_m: Floats, back_m: Floats, re: Floats, im: Floats) -> None:
    """Add level / (way out * way back) * exp(2 pi j cycles)."""
    for n in range(len(re)):
        half = np.rint(2.0 * cycles[n])
        x = cycles[n] - 0.5 * half
        z = x * x
        strength = level * (1.0 - 2.0 * half * half) / (out_m[n] * back_m[n])
        cos = C0 + z * (C1 + z * (C2 + z * (C3 + z * (C4 + z * (C5 + z * (C6 + z * (C7 + z * C8)))))))
        sin = x * (S0 + z * (S1 + z * (S2 + z * (S3 + z * (S4 + z * (S5 + z * (S6 + z * S7)))))))
        re[n] += strength * cos
        im[n] += strength * sin


@compiled
def _add(
    legs: Floats,
    sent: Floats,
    heard: Floats,
    phase: Floats,
    tx: Floats,
    rx: Floats,
    level: Floats,
    more: Floats,
    times_s: Floats,
    share: Floats,
    profile: Floats,
    total: Floats,
) -> None:
    """`total` (re or im, chirp, rx, sample) grows by every path; the other shapes as in `kernel.spread`."""
    samples = total.shape[3]
    square, out_m, back_m, cycles = np.empty(samples), np.empty(samples), np.empty(samples), np.empty(samples)
    step_s = 1.0 / profile[3]
    for c in range(len(times_s)):
        for s in range(level.shape[1]):
            for r in range(level.shape[2]):
                if level[c, s, r] == 0:
                    continue
                for p in range(len(phase)):
                    sends = sent[0, s, p] + share[c] * (sent[1, s, p] - sent[0, s, p])
                    hears = heard[0, r, p] + share[c] * (heard[1, r, p] - heard[0, r, p])
                    strength = level[c, s, r] * sends * hears
                    _distance(legs[0], p, tx[c, s], times_s[c], step_s, square, out_m)
                    _distance(legs[1], p, rx[c, r], times_s[c], step_s, square, back_m)
                    _phase(out_m, back_m, phase[p] + more[c, s, r], profile, cycles)
                    _sum(cycles, strength, out_m, back_m, total[0, c, r], total[1, c, r])
