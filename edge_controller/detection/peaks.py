"""Power map -> cells that are reflections: local maxima over the threshold that no stronger one explains."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.cfar import cfar, noise_level
from edge_controller.detection.spectrum import LOBE_BINS, signed_bin, window

MAX_CANDIDATES = 500  # strongest local maxima looked at
MAX_PEAKS = 200  # strongest reflections given out: a track needs few of them, and time is bounded
SHADOW_MARGIN = 4.0  # 6 dB: noise and side lobe may add in phase, phase noise fills the zeros
FIRST_STILL_BIN = LOBE_BINS + 1  # the leakage's main lobe reaches to the bin before
OVERSAMPLING = 16


@dataclass(frozen=True, slots=True)
class Peaks:
    """Local maxima, strongest first: cells, refined signed bins, power above the noise. All (peak,)."""

    doppler: NDArray[np.int64]
    range: NDArray[np.int64]
    doppler_bin: NDArray[np.float64]
    range_bin: NDArray[np.float64]
    excess: NDArray[np.float64]  # interpolated power over noise level, less one


def find_peaks(power: NDArray[np.float32], radar: Radar, channels: int, gap_floor: float) -> Peaks:
    """Reflections in a power map; `gap_floor` is what lost samples make of a strong peak elsewhere."""
    rule = cfar(*power.shape, channels)
    noise = noise_level(power, rule)
    doppler, rng = _local_maxima(power, power > rule.factor * noise)
    strongest = np.argsort(-power[doppler, rng], kind="stable")[:MAX_CANDIDATES]
    doppler, rng = doppler[strongest], rng[strongest]
    over = power[doppler, rng] - rule.factor * noise[doppler, rng]
    real = over > SHADOW_MARGIN * _shadow(power, doppler, rng, radar, gap_floor)
    real &= ~_is_leakage(doppler, rng, power.shape)
    doppler, rng = doppler[real][:MAX_PEAKS], rng[real][:MAX_PEAKS]
    return _refined(power, noise, doppler, rng)


def _local_maxima(
    power: NDArray[np.float32], over: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Cells that none of their eight neighbours exceeds; of equal neighbours the first one counts."""
    doppler, rng = np.nonzero(over)
    here = power[doppler, rng]
    best = np.ones(here.size, np.bool_)
    for step in ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)):
        there = power[(doppler + step[0]) % power.shape[0], (rng + step[1]) % power.shape[1]]
        best &= (here >= there) if step > (0, 0) else (here > there)
    return doppler[best], rng[best]


def _is_leakage(
    doppler: NDArray[np.intp], rng: NDArray[np.intp], shape: tuple[int, int]
) -> NDArray[np.bool_]:
    """Cells where transmitter leakage and bumper stand: no Doppler and within a main lobe of range 0.

    The lobe wraps to the last bins. Movers just in front of the sensor are kept; at and behind range zero
    there is nothing to see at any speed.
    """
    distance = signed_bin(rng, shape[1])
    behind = (distance <= 0) & (distance >= -LOBE_BINS)
    still = np.abs(signed_bin(doppler, shape[0])) <= LOBE_BINS
    return np.asarray(behind | (still & (np.abs(distance) < FIRST_STILL_BIN)))


@lru_cache(maxsize=16)
def _envelope(length: int) -> NDArray[np.float64]:
    """Highest response of the window that far or further from a tone, per 1/16 bin up to half the map."""
    taper = window(length)
    response = np.abs(np.fft.fft(taper, OVERSAMPLING * length)) ** 2 / np.sum(taper) ** 2
    half = response[: OVERSAMPLING * length // 2 + 1]
    return np.asarray(np.maximum.accumulate(half[::-1])[::-1])


def _shadow(
    power: NDArray[np.float32],
    doppler: NDArray[np.intp],
    rng: NDArray[np.intp],
    radar: Radar,
    gap_floor: float,
) -> NDArray[np.float64]:
    """Most power that side lobes of any stronger peak can put into each peak's cell.

    Peaks come strongest first. A reflection stands up to half a bin beside its cell, and one that moves
    is smeared in range, and as much in Doppler, by what it walks within the frame.
    """
    walk = np.abs(signed_bin(doppler, power.shape[0])) * radar.range_rate_bin_mps * radar.dwell_s
    slack = 0.5 + walk / radar.profile.range_bin_m / 2
    lobes = np.ones((doppler.size, doppler.size))
    for cell, length in ((doppler, power.shape[0]), (rng, power.shape[1])):
        apart = np.abs(signed_bin(cell[:, None] - cell[None, :], length))
        steps = (OVERSAMPLING * np.maximum(apart - slack[:, None], 0)).astype(np.int64)
        lobes *= _envelope(length)[steps]
    cast = power[doppler, rng, None] * np.maximum(lobes, gap_floor)
    return np.asarray(np.max(np.triu(cast, 1), axis=0, initial=0.0))


def _refined(
    power: NDArray[np.float32],
    noise: NDArray[np.float64],
    doppler: NDArray[np.intp],
    rng: NDArray[np.intp],
) -> Peaks:
    """Cells -> places between the cells."""
    dopplers, ranges = power.shape
    log = np.log(np.maximum(power, np.float32(1e-30)), dtype=np.float64)
    top = log[doppler, rng]
    doppler_step, doppler_gain = _top_of_parabola(
        log[(doppler - 1) % dopplers, rng], top, log[(doppler + 1) % dopplers, rng]
    )
    range_step, range_gain = _top_of_parabola(
        log[doppler, (rng - 1) % ranges], top, log[doppler, (rng + 1) % ranges]
    )
    return Peaks(
        doppler=doppler,
        range=rng,
        doppler_bin=signed_bin(doppler, dopplers) + doppler_step,
        range_bin=rng + range_step,
        excess=np.exp(top + doppler_gain + range_gain) / noise[doppler, rng] - 1,
    )


def _top_of_parabola(
    below: NDArray[np.float64], top: NDArray[np.float64], above: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Offset in bins and gain: in decibels a Blackman main lobe is a parabola to 0.01 bin."""
    bend = below - 2 * top + above
    offset = np.where(bend < 0, 0.5 * (below - above) / np.where(bend < 0, bend, 1.0), 0.0)
    return offset, 0.25 * (above - below) * offset
