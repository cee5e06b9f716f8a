"""`locate` compiled: directions, places and rows in one call, unless a cell may hold two directions."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from edge_controller.config import SPEED_OF_LIGHT_MPS, Radar
from edge_controller.detection.channels import DEAD, FEWEST, MOST, STRONG_DB, Strong
from edge_controller.detection.direction import (
    AZIMUTH_FLOOR_RAD,
    UNKNOWN_SIGMA_RAD,
    indirect_among,
    one_wave_leaves,
    settled,
)
from edge_controller.detection.fast import direction
from edge_controller.detection.fast.matched import Maps
from edge_controller.detection.fast.refine import places, tables_of
from edge_controller.detection.fast.resolve import two_waves
from edge_controller.detection.locate import Located
from edge_controller.detection.peaks import Peaks
from edge_controller.detection.resolve import one_may_leave
from edge_controller.detection.scan import scan_of


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What a radar's numbers and tables are, in the order in which the compiled call takes them."""

    compiled: tuple[tuple[object, ...], tuple[object, ...], tuple[float, ...]]  # directions, places, units
    leaves: tuple[
        float, float
    ]  # of one wave, in noise: of one cell in a thousand, and before two are looked for


@lru_cache(maxsize=8)
def plan_of(radar: Radar, shape: tuple[int, int]) -> Plan:
    profile, count = radar.profile, len(radar.array.virtual_m)
    units = (
        float(count),
        profile.rate_hz / profile.samples,
        SPEED_OF_LIGHT_MPS / (2 * profile.slope_hz_per_s),
        SPEED_OF_LIGHT_MPS / 2,
        profile.centre_hz,
        scan_of(radar).sign,
    )
    compiled = direction.plan_of(radar, shape), tables_of(radar, shape), units
    return Plan(compiled, (one_wave_leaves(count), one_may_leave(radar)))


def locate(
    cube: NDArray[np.complex64],
    power: NDArray[np.float32],
    noise: NDArray[np.float32],
    peaks: Peaks,
    radar: Radar,
    *,
    factor: float,
) -> Located:
    """As `detection.locate.locate`; the cube may have more rows, and longer ones, than the map."""
    plan, maps = plan_of(radar, (power.shape[0], power.shape[1])), (cube, power, noise)
    alone, waves, made = located(maps, _of(peaks), plan.compiled, (factor, *plan.leaves))
    return whole(made, radar) if alone else parted(maps, peaks, waves, radar)


def whole(made: tuple[Any, ...], radar: Radar) -> Located:
    """Of cells none of which holds two directions, what `located` made."""
    rows, channels, strong, doppler_hz, asked, noise = made
    indirect = indirect_among(asked, channels, noise, radar)
    return Located(rows, channels, indirect, strong_of(strong, doppler_hz))


def parted(maps: Maps, peaks: Peaks, waves: direction.Made, radar: Radar) -> Located:
    """Of peaks with these waves, whose cells may hold two directions."""
    found = settled(*direction.waves_and_patch(waves), peaks, two_waves, radar)
    level = found.elevation_rad
    one = (
        found.peak, found.share, found.doppler_hz, found.fold_margin_db, found.azimuth_rad,
        found.azimuth_sigma_rad, np.full(found.peak.size, np.nan) if level is None else level,
    )  # fmt: skip
    plan = plan_of(radar, (maps[1].shape[0], maps[1].shape[1]))
    rows, strong, which = placed(maps, _of(peaks), one, *plan.compiled[1:])
    return Located(rows, found.channels, found.indirect, strong_of(strong, found.doppler_hz[which]))


def strong_of(cells: NDArray[np.complex64], doppler_hz: NDArray[np.float64]) -> Strong:
    """`Strong`, compiled as far as it goes."""
    return Strong(cells, doppler_hz, tuple(weak_ones(cells).tolist()) if len(cells) >= FEWEST else None)


def _of(peaks: Peaks) -> tuple[NDArray[Any], ...]:
    return (
        peaks.doppler, peaks.range, peaks.doppler_bin, peaks.range_bin, peaks.sine, peaks.channels,
        peaks.excess, *peaks.occupied,
    )  # fmt: skip


@njit(cache=True, error_model="numpy")
def located(maps, peaks, plan, limits):  # type: ignore[no-untyped-def]
    """Whether no cell may hold two directions, what one wave makes of each, and what is made of that.

    Rows, channels, cells of strong ones, their Dopplers; of which rows one wave leaves more than noise would,
    and the noise of each.
    """
    factor, leaves, may_leave = limits
    waves = direction.waves_of_peaks(maps, peaks, plan[0], (factor, leaves))
    alone, which = single(peaks, waves, may_leave)
    one = directions(which, waves, plan[2][5])
    rows, strong, which = placed(maps, peaks, one, plan[1], plan[2])
    left, noise = waves[2][3][one[0]], waves[2][4][one[0]]
    asked = np.flatnonzero(left > noise * may_leave)
    return alone, waves, (rows, waves[0][one[0]], strong, one[2][which], asked, noise)


@njit(cache=True, error_model="numpy")
def single(peaks, waves, may_leave):  # type: ignore[no-untyped-def]
    """Whether all cells are one reflection or one per peak; which peaks are reflections, none if not."""
    doppler, rng = peaks[0], peaks[1]
    rows, flags = waves[2], waves[3]
    which, count = np.empty(doppler.size, np.intp), 0
    for n in range(doppler.size):
        first = True
        for m in range(n):
            first &= doppler[m] != doppler[n] or rng[m] != rng[n]
        if first and flags[1, n] and rows[3, n] > rows[4, n] * may_leave:
            return False, which[:0]
        if first or not flags[0, n]:
            which[count] = n
            count += 1
    return True, which[:count]


@njit(cache=True, error_model="numpy")
def directions(which, waves, sign):  # type: ignore[no-untyped-def]
    """Peak, share, Doppler, margin, azimuth, its deviation and elevation, as `Directions` has them."""
    sines, rows = waves[1], waves[2]
    azimuth, sigma = np.empty(which.size), np.empty(which.size)
    elevation = np.full(which.size, np.nan)
    for n in range(which.size):
        across = sines[which[n], 0]
        if sines.shape[1] > 1:
            elevation[n] = np.arcsin(sines[which[n], 1])
            across = min(max(across / np.cos(elevation[n]), -1.0), 1.0)
        azimuth[n] = sign * np.arcsin(across)
        own = np.sqrt(rows[2, which[n]]) / max(np.cos(azimuth[n]), 0.1)
        sigma[n] = min(np.hypot(own, AZIMUTH_FLOOR_RAD), UNKNOWN_SIGMA_RAD)
    return which, np.ones(which.size), rows[0][which], rows[1][which], azimuth, sigma, elevation


@njit(cache=True, error_model="numpy")
def placed(maps, peaks, found, facts, units):  # type: ignore[no-untyped-def]
    """Rows of `Located`, the cells of strong reflections (reflection, channel), and which these are."""
    cube, power, _ = maps
    which, share, doppler_hz, margin_db, azimuth, sigma, elevation = found
    channels, bin_hz, m_per_hz, half_c, centre_hz, _ = units
    doppler, rng = peaks[0][which], peaks[1][which]
    level = np.where(np.isnan(elevation), 0.0, elevation)
    place_hz, place_bin = places(
        (cube.view(np.float32), power),
        (doppler, rng, peaks[2][which], peaks[3][which], peaks[7], peaks[8]),
        (doppler_hz, azimuth, level),
        facts[0],
        facts[1],
        facts[2],
    )
    rows = np.empty((which.size, 7))
    for n in range(which.size):
        beat_hz = place_bin[n] * bin_hz
        rows[n, 0] = m_per_hz * (beat_hz - place_hz[n])
        rows[n, 1] = place_hz[n] * half_c / (centre_hz - beat_hz)
        rows[n, 2], rows[n, 3] = azimuth[n], sigma[n]
        rows[n, 4] = 10 * np.log10(peaks[6][which[n]] * share[n] * channels)
        rows[n, 5], rows[n, 6] = margin_db[n], elevation[n]
    strong = strong_ones(cube, (doppler, rng), peaks[6][which])
    cells = np.empty((strong.size, cube.shape[0]), np.complex64)
    for n in range(strong.size):
        for c in range(cube.shape[0]):
            cells[n, c] = cube[c, doppler[strong[n]], rng[strong[n]]]
    return rows, cells, strong


@njit(cache=True, error_model="numpy")
def strong_ones(cube, places, excess):  # type: ignore[no-untyped-def]
    """Which of the first `MOST` are strong, each cell once."""
    doppler, rng = places
    which, count = np.empty(MOST, np.intp), 0
    enough = 10 ** (STRONG_DB / 10) / len(cube)
    for n in range(min(doppler.size, MOST)):
        if excess[n] <= enough:
            continue
        fresh = True
        for k in range(count):
            fresh &= doppler[which[k]] != doppler[n] or rng[which[k]] != rng[n]
        if fresh:
            which[count] = n
            count += 1
    return which[:count]


@njit(cache=True, error_model="numpy")
def weak_ones(cells):  # type: ignore[no-untyped-def]
    """`Strong.weak` of (reflection, channel)."""
    share = np.zeros(cells.shape[1], np.float32)
    for one in cells:
        power = one.real**2 + one.imag**2
        share += power / power.sum()
    return np.flatnonzero(share < DEAD * len(cells) / share.size)
