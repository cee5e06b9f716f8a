"""Power map -> cells that are reflections: local maxima over the threshold that no stronger one explains."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from edge_controller.config import Radar
from edge_controller.detection.beams import Beams, beams_of, local_maxima, significant
from edge_controller.detection.cfar import cfar, noise_level
from edge_controller.detection.spectrum import (
    DOPPLER_LOBE_BINS,
    RANGE_LOBE_BINS,
    doppler_window,
    range_window,
    signed_bin,
)

MAX_CANDIDATES = 500  # strongest local maxima looked at
MAX_PEAKS = 200  # strongest reflections given out: a track needs few of them, and time is bounded
SHADOW_MARGIN = 4.0  # 6 dB: noise and side lobe may add in phase, phase noise fills the zeros
LEAST_ARRAY_LOBE = 0.01  # deeper nulls are luck
NEIGHBOURING_BEAMS = 7  # Doppler turns the phases between transmitters a little from cell to cell
FIRST_STILL_BIN = RANGE_LOBE_BINS + 1  # the leakage's main lobe reaches to the bin before
OVERSAMPLING = 16


Cells = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]  # Doppler, range, beam


@dataclass(frozen=True, slots=True)
class Peaks:
    """Local maxima, strongest first: cells, refined signed bins, power above the noise. All (peak,)."""

    doppler: NDArray[np.int64]
    range: NDArray[np.int64]
    doppler_bin: NDArray[np.float64]
    range_bin: NDArray[np.float64]
    excess: NDArray[np.float64]  # interpolated power over noise level, less the noise
    sine: NDArray[np.float64]  # of the beam each was found in, as `direction.Scan` counts it


def find_peaks(
    cube: NDArray[np.complex64], power: NDArray[np.float32], radar: Radar, gap_floor: float
) -> Peaks:
    """Reflections in a cube and its summed power; `gap_floor` is what lost samples make elsewhere."""
    channels = cube.shape[0]
    rule = cfar(*power.shape, channels, radar.profile.cfar)
    noise = noise_level(power, rule)
    beams = beams_of(cube, power > rule.factor * noise, radar)
    doppler, rng, beam = local_maxima(beams, significant(channels) * noise)
    found = beams.power[doppler, rng, beam]
    strongest = np.argsort(-found, kind="stable")[:MAX_CANDIDATES]
    doppler, rng, beam, found = doppler[strongest], rng[strongest], beam[strongest], found[strongest]
    over = found - significant(channels) * noise[doppler, rng]
    real = over > SHADOW_MARGIN * _shadow(beams, found, (doppler, rng, beam), radar, gap_floor)
    real &= ~_is_leakage(doppler, rng, power.shape)
    doppler, rng, beam = doppler[real][:MAX_PEAKS], rng[real][:MAX_PEAKS], beam[real][:MAX_PEAKS]
    return _refined(beams, noise, (doppler, rng, beam), channels)


def _is_leakage(
    doppler: NDArray[np.intp], rng: NDArray[np.intp], shape: tuple[int, int]
) -> NDArray[np.bool_]:
    """Cells where transmitter leakage and bumper stand: no Doppler and within a main lobe of range 0.

    The lobe wraps to the last bins. Movers just in front of the sensor are kept; at and behind range zero
    there is nothing to see at any speed.
    """
    distance = signed_bin(rng, shape[1])
    behind = (distance <= 0) & (distance >= -RANGE_LOBE_BINS)
    still = np.abs(signed_bin(doppler, shape[0])) <= DOPPLER_LOBE_BINS
    return np.asarray(behind | (still & (np.abs(distance) < FIRST_STILL_BIN)))


@lru_cache(maxsize=16)
def _envelope(taper_of: Callable[[int], NDArray[np.float64]], length: int) -> NDArray[np.float64]:
    """Highest response of a window that far or further from a tone, per 1/16 bin up to half the map."""
    taper = taper_of(length)
    response = np.abs(np.fft.fft(taper, OVERSAMPLING * length)) ** 2 / np.sum(taper) ** 2
    half = response[: OVERSAMPLING * length // 2 + 1]
    return np.asarray(np.maximum.accumulate(half[::-1])[::-1])


def _shadow(
    beams: Beams, found: NDArray[np.float32], cells: Cells, radar: Radar, gap_floor: float
) -> NDArray[np.float64]:
    """Most power that side lobes of any stronger peak can put into each peak's cell and beam.

    Peaks come strongest first. A reflection stands up to half a bin beside its cell, and one that moves
    is smeared in range, and as much in Doppler, by what it walks within the frame.
    """
    doppler, rng, beam = cells
    shape = beams.power.shape
    walk = np.abs(signed_bin(doppler, shape[0])) * radar.range_rate_bin_mps * radar.dwell_s
    slack = 0.5 + walk / radar.profile.range_bin_m / 2
    lobes = np.ones((doppler.size, doppler.size))
    axes = ((doppler, shape[0], doppler_window), (rng, shape[1], range_window))
    for cell, length, taper_of in axes:
        apart = np.abs(signed_bin(cell[:, None] - cell[None, :], length))
        steps = (OVERSAMPLING * np.maximum(apart - slack[:, None], 0)).astype(np.int64)
        lobes *= _envelope(taper_of, length)[steps]
    # How the stronger peak's own cell looks in that beam: its antennas as they are, not as they should be.
    seen = beams.power[doppler, rng] / found[:, None]
    lobes *= np.maximum(ndimage.maximum_filter1d(seen, NEIGHBOURING_BEAMS, axis=1), LEAST_ARRAY_LOBE)[:, beam]
    cast = found[:, None].astype(np.float64) * np.maximum(lobes, gap_floor)
    return np.asarray(np.max(np.triu(cast, 1), axis=0, initial=0.0))


def _refined(beams: Beams, noise: NDArray[np.floating], cells: Cells, channels: int) -> Peaks:
    """Cells -> places between the cells."""
    doppler, rng, beam = cells
    dopplers, ranges, _ = beams.power.shape

    def log_power(d: NDArray[np.intp], r: NDArray[np.intp]) -> NDArray[np.float64]:
        # Neighbours below the noise count as noise, so that the parabola stays one.
        floor = np.maximum(noise[d, r] / channels, 1e-30)
        return np.asarray(np.log(np.maximum(beams.power[d, r, beam], floor)))

    top = log_power(doppler, rng)
    doppler_step, doppler_gain = _top_of_parabola(
        log_power((doppler - 1) % dopplers, rng), top, log_power((doppler + 1) % dopplers, rng)
    )
    range_step, range_gain = _top_of_parabola(
        log_power(doppler, (rng - 1) % ranges), top, log_power(doppler, (rng + 1) % ranges)
    )
    return Peaks(
        doppler=doppler,
        range=rng,
        doppler_bin=signed_bin(doppler, dopplers) + doppler_step,
        range_bin=rng + range_step,
        excess=np.exp(top + doppler_gain + range_gain) / noise[doppler, rng] - 1 / channels,
        sine=beams.sines[beam],
    )


def _top_of_parabola(
    below: NDArray[np.float64], top: NDArray[np.float64], above: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Offset in bins and gain: in decibels the windows' main lobes are parabolas to 0.02 bin."""
    bend = below - 2 * top + above
    offset = np.where(bend < 0, 0.5 * (below - above) / np.where(bend < 0, bend, 1.0), 0.0)
    return offset, 0.25 * (above - below) * offset
