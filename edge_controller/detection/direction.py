"""Cells around the peaks -> velocity fold and direction of each, and two where a cell holds two."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from edge_controller.config import Radar
from edge_controller.detection.fold import (
    CALIBRATION_SHARE,
    ONE_WAVE_FALSE_ALARM,
    WALK_SHARE,
    best_fold,
    folds_hz,
    walk_bins,
)
from edge_controller.detection.indirect import are_indirect
from edge_controller.detection.matched import channel_values, energy_of
from edge_controller.detection.peaks import Peaks
from edge_controller.detection.resolve import Pairs, are_two, may_be_two, two_waves
from edge_controller.detection.scan import Scan, angles, motion_between_transmitters, scan_of, tops
from edge_controller.detection.spectrum import signed_bin

AZIMUTH_FLOOR_RAD = math.radians(0.3)  # what calibration leaves, whatever the signal
TINY = 1e-30  # power of nothing at all
UNKNOWN_SIGMA_RAD = 1.0  # of an azimuth that says nothing


@dataclass(frozen=True, slots=True)
class Directions:
    """Per direction: the fold, how sure, and where it stands. All (direction,) but `channels`."""

    peak: NDArray[np.intp]  # which peak it belongs to
    share: NDArray[np.float64]  # of that peak's power
    doppler_hz: NDArray[np.float64]  # unfolded
    fold_margin_db: NDArray[np.float64]
    azimuth_rad: NDArray[np.float64]
    azimuth_sigma_rad: NDArray[np.float64]
    elevation_rad: NDArray[np.float64] | None
    channels: NDArray[np.complex64]  # (direction, channel), freed of what moved between the transmitters
    indirect: NDArray[np.bool_]  # out by one way and back by another: nobody is there


@dataclass(frozen=True, slots=True)
class Waves:
    """What one plane wave makes of each peak. All (peak,) but `sines` and `channels`."""

    doppler_hz: NDArray[np.float64]
    fold_margin_db: NDArray[np.float64]
    sines: NDArray[np.float64]  # (peak, axis)
    sine_variance: NDArray[np.float64]  # of the azimuth's sine
    left: NDArray[np.float64]  # power that one wave at its best does not explain, summed over the channels
    whole: NDArray[np.bool_]  # which is no more than noise and antennas not quite known leave
    channels: NDArray[np.complex64]  # (peak, channel), freed of what moved between the transmitters


def find_directions(
    cube: NDArray[np.complex64],
    power: NDArray[np.float32],
    noise: NDArray[np.floating],
    peaks: Peaks,
    radar: Radar,
    *,
    factor: float,
) -> Directions:
    """Where the peaks stand, strongest first. Cells over `factor` x `noise` (Doppler, range) are no noise.

    A cell that one plane wave explains is one reflection, in its strongest beam; one that two explain, alone
    in its patch, is two. A cell that more share is one reflection per peak, that is per beam.
    """
    cells = peaks.doppler, peaks.range
    offsets = peaks.doppler_bin - signed_bin(cells[0], power.shape[0]), peaks.range_bin - cells[1]
    around = np.maximum(noise[cells].astype(np.float64), TINY)
    fold_hz = folds_hz(peaks.doppler_bin / radar.dwell_s, radar)
    walked = walk_bins(fold_hz, radar)
    values = channel_values(cube, power, cells, offsets, walked, quiet=factor * around, alone=peaks.channels)
    noise_of_one = around / cube.shape[0]
    waves = one_wave(values.channels, fold_hz, noise_of_one, peaks.sine, radar)
    return settled(waves, Patch(values.clean, noise_of_one), peaks, two_waves, radar)


@dataclass(frozen=True, slots=True)
class Patch:
    """What is known of the cells around each peak. Both (peak,)."""

    clean: NDArray[np.bool_]  # nobody else is there
    noise: NDArray[np.float64]  # power of one channel's


def settled(
    waves: Waves,
    patch: Patch,
    peaks: Peaks,
    pairs_of: Callable[[NDArray[np.complex64], NDArray[np.float64], Radar], Pairs],
    radar: Radar,
) -> Directions:
    """One direction per cell, or two, or as many as it has peaks; `pairs_of` is `two_waves`."""
    noise = patch.noise
    firsts = _firsts(peaks)
    is_first = firsts == np.arange(firsts.size)
    single = ~waves.whole | is_first
    asked = single & may_be_two(waves.left, noise, radar)
    # What came back by another way is no two things, and is told from them by all that its cell holds.
    indirect = indirect_among(asked.nonzero()[0], waves.channels, noise, radar)
    lone = (is_first & patch.clean & asked & ~indirect).nonzero()[0]
    if not lone.size:
        return _directions(waves, single.nonzero()[0], lone, None, radar, indirect=indirect)
    pairs = pairs_of(waves.channels[lone], noise[lone], radar)
    two = are_two(pairs, waves.left[lone], noise[lone], radar)
    single &= ~np.isin(firsts, lone[two])
    return _directions(waves, single.nonzero()[0], lone[two], pairs.only(two), radar, indirect=indirect)


def indirect_among(
    asked: NDArray[np.intp], channels: NDArray[np.complex64], noise: NDArray[np.float64], radar: Radar
) -> NDArray[np.bool_]:
    """Which of (n, channel) are, by the `noise` (n,) of a channel; those that are not `asked` are not."""
    found = np.zeros(len(channels), np.bool_)
    if asked.size:
        found[asked] = are_indirect(channels[asked], noise[asked], radar)
    return found


def _firsts(peaks: Peaks) -> NDArray[np.intp]:
    """(peak,) the strongest peak of the same cell."""
    first: dict[tuple[int, int], int] = {}
    cells = zip(peaks.doppler.tolist(), peaks.range.tolist(), strict=True)
    return np.array([first.setdefault(cell, n) for n, cell in enumerate(cells)], np.intp)


def _directions(
    waves: Waves,
    single: NDArray[np.intp],
    split: NDArray[np.intp],
    pairs: Pairs | None,
    radar: Radar,
    *,
    indirect: NDArray[np.bool_],
) -> Directions:
    """Sines -> angles, in the order of the peaks."""
    scan = scan_of(radar)
    peak, share = single, np.ones(single.size)
    sines, variance, channels = waves.sines[single], waves.sine_variance[single], waves.channels[single]
    if pairs is not None and split.size:
        order = np.argsort(np.concatenate([single, np.repeat(split, 2)]), kind="stable")
        peak = np.concatenate([single, np.repeat(split, 2)])[order]
        share = np.concatenate([share, pairs.share.ravel()])[order]
        sines = np.concatenate([sines, pairs.sines.reshape(2 * split.size, -1)])[order]
        variance = np.concatenate([variance, pairs.sine_variance.ravel()])[order]
        channels = np.concatenate([channels, pairs.channels.reshape(2 * split.size, -1)])[order]
    azimuth, elevation = angles(sines, scan)
    sigma = np.sqrt(variance) / np.maximum(np.cos(azimuth), 0.1)
    return Directions(
        peak=peak,
        share=share,
        doppler_hz=waves.doppler_hz[peak],
        fold_margin_db=waves.fold_margin_db[peak],
        azimuth_rad=azimuth,
        azimuth_sigma_rad=np.minimum(np.hypot(sigma, AZIMUTH_FLOOR_RAD), UNKNOWN_SIGMA_RAD),
        elevation_rad=elevation,
        channels=channels,
        indirect=indirect[peak],
    )


def one_wave(
    channels: NDArray[np.complex64],
    fold_hz: NDArray[np.float64],
    noise: NDArray[np.float64],
    sines: NDArray[np.float64],
    radar: Radar,
) -> Waves:
    """The plane wave that explains each peak's (hypothesis, peak, channel) values at the Dopplers `fold_hz`.

    `noise` is the power of one channel's noise. A cell that one wave explains has that wave's fold and
    direction. A cell that several share is told its fold by the walk alone, and its direction is the top of
    the beam at `sines`.
    """
    scan = scan_of(radar)
    hypotheses, peaks, count = channels.shape
    freed = channels * motion_between_transmitters(-fold_hz, radar)
    flat = freed.reshape(-1, count)
    top, height = tops(flat, scan.grid.take(np.abs(flat @ scan.steering).argmax(axis=1), axis=0), scan)
    explained = height.reshape(hypotheses, peaks) / count
    energy = energy_of(freed).astype(np.float64)
    per_channel = energy.max(axis=0) / count
    unsure = noise + CALIBRATION_SHARE * per_channel
    chosen, margin_db = best_fold(explained / unsure)
    peak = np.arange(peaks)
    left = energy - explained
    whole = left[chosen, peak] <= unsure * one_wave_leaves(count)
    all_whole = bool(whole.all())
    if not all_whole:
        walked, walked_db = best_fold(energy / (noise + WALK_SHARE * per_channel))
        chosen, margin_db = np.where(whole, chosen, walked), np.where(whole, margin_db, walked_db)
    sine, own = top.reshape(hypotheses, peaks, scan.wave_rad.shape[1])[chosen, peak], freed[chosen, peak]
    best, rest = explained[chosen, peak], noise
    if not all_whole:
        sine[~whole], height = _in_beam(own[~whole], sines[~whole], scan)
        best[~whole] = height / count
        rest = np.where(whole, noise, np.maximum(noise, (energy[chosen, peak] - best) / max(count - 1, 1)))
    return Waves(
        doppler_hz=fold_hz[chosen, peak],
        fold_margin_db=margin_db,
        sines=sine,
        sine_variance=scan.sine_variance * rest / np.maximum(best - noise, 1e-3 * noise),
        left=left[chosen, peak],
        whole=whole,
        channels=own,
    )


@lru_cache(maxsize=8)
def one_wave_leaves(count: int) -> float:
    """Most that one plane wave leaves of its channels' power, in units of noise."""
    return float(stats.gamma.isf(ONE_WAVE_FALSE_ALARM, count - 1)) if count > 1 else math.inf


def _in_beam(
    channels: NDArray[np.complex64], sines: NDArray[np.float64], scan: Scan
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(peak, axis) sines at the top of the beam at each peak's azimuth sine, and its power."""
    beside = np.abs(scan.grid[:, 0] - sines[:, None]) > scan.step / 2
    beams = np.abs(channels @ scan.steering)
    nearest = np.where(beside, np.float32(-1), beams).argmax(axis=1)
    return tops(channels, scan.grid[nearest], scan)
