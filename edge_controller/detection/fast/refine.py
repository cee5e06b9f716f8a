"""`refine` compiled: the same strips and tables as `detection.refine`, one peak at a time."""

from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.direction import Directions
from edge_controller.detection.peaks import Peaks
from edge_controller.detection.refine import (
    ACROSS,
    ALONG,
    FOREIGN,
    LOBE_BINS,
    MAX_MOVE_BINS,
    MAX_REFINED,
    REACHES,
    STEPS_PER_BIN,
    STILL_BINS,
    TIMES,
    Places,
    Strip,
    filters_of,
    first_places,
    signed_offset,
    steering_of,
    strip_of,
    walk_bins,
)
from edge_controller.detection.spectrum import doppler_window, range_window


@lru_cache(maxsize=8)
def _tables(length: tuple[int, int], axis: int) -> tuple[Strip, NDArray[np.float32]]:
    tapers = (doppler_window, range_window)
    across = filters_of(tapers[1 - axis], length[1 - axis])
    return strip_of(tapers[axis], length[axis]), np.ascontiguousarray(across.real)


def refine(
    cube: NDArray[np.complex64],
    power: NDArray[np.float32],
    peaks: Peaks,
    found: Directions,
    radar: Radar,
) -> Places:
    """Places of the peaks by maximum likelihood. Folds and directions are needed first."""
    places = first_places(peaks, found, radar)
    if not peaks.doppler.size:
        return places
    few = slice(0, MAX_REFINED)
    doppler, rng = peaks.doppler[few], peaks.range[few]
    start = np.stack(
        [signed_offset(peaks.doppler_bin[few] - doppler, power.shape[0]), peaks.range_bin[few] - rng]
    )
    walk = walk_bins(found, radar)[few]
    lone, reach = surroundings(power, *peaks.occupied, doppler, rng, walk)
    steering = steering_of(found, radar, few)
    moved, floats = np.empty_like(start), cube.view(np.float32)
    for axis in (0, 1):
        strip, across = _tables(power.shape, axis)
        moved[axis] = tones(
            floats, axis, doppler, rng, steering, start, walk, reach[axis], across, strip.still, strip.walking
        )
    moved -= start
    sound = lone & np.all(np.abs(moved) < MAX_MOVE_BINS, axis=0)
    places.doppler_hz[few] += np.where(sound, moved[0], 0.0) / radar.dwell_s
    places.range_bin[few] += np.where(sound, moved[1] - walk / 2 / power.shape[0], 0.0)
    return places


@njit(cache=True, error_model="numpy")
def surroundings(power, busy_doppler, busy_range, doppler, rng, walk):  # type: ignore[no-untyped-def]
    """Whether each peak's main lobe is its own, and how far (axis, peak) its strips may go."""
    lone = np.ones(doppler.size, np.bool_)
    reach = np.zeros((2, doppler.size), np.int64)
    dopplers, ranges = power.shape
    for n in range(doppler.size):
        own = LOBE_BINS + abs(walk[n]) / 2
        level = np.float32(FOREIGN) * power[doppler[n], rng[n]]
        free = np.array([2.0 * ALONG, 2.0 * ALONG])
        for k in range(busy_doppler.size):
            if not power[busy_doppler[k], busy_range[k]] > level:
                continue
            d = abs(busy_doppler[k] - doppler[n])
            r = abs(busy_range[k] - rng[n])
            d, r = min(d, dopplers - d), min(r, ranges - r)
            if d <= own and r <= own:
                continue
            if (d <= own and r <= ACROSS) or (r <= own and d <= ACROSS):
                lone[n] = False
            if d > own and r <= ACROSS:
                free[0] = min(free[0], d)
            if r > own and d <= ACROSS:
                free[1] = min(free[1], r)
        for axis in range(2):
            for step in range(len(REACHES) - 1):
                reach[axis, n] += free[axis] - LOBE_BINS < REACHES[step]
    return lone, reach


@njit(cache=True, error_model="numpy", fastmath=True)
def _strip(floats, rows, columns, d, r, steering, real, imag):  # type: ignore[no-untyped-def]
    """Channels weighed with the real and with the imaginary parts of `steering`: (row, column re im).

    Two sums of floats run at four times the speed of one of complex numbers.
    """
    channels, dopplers, ranges = floats.shape[0], floats.shape[1], floats.shape[2] // 2
    real[:] = 0
    imag[:] = 0
    first = (r - columns // 2) % ranges
    whole = min(columns, ranges - first)
    for i in range(rows):
        row = (d - rows // 2 + i) % dopplers
        for c in range(channels):
            re, im = steering[c].real, steering[c].imag
            line = floats[c, row, 2 * first : 2 * (first + whole)]
            for j in range(2 * whole):
                real[i, j] += re * line[j]
                imag[i, j] += im * line[j]
            for j in range(2 * whole, 2 * columns):
                value = floats[c, row, j - 2 * whole]
                real[i, j] += re * value
                imag[i, j] += im * value


@njit(cache=True, error_model="numpy", fastmath=True)
def _summed_along(real, imag, weight, summed):  # type: ignore[no-untyped-def]
    """Sum over the columns of a strip long in its rows: (2, along) real and imaginary."""
    for i in range(real.shape[0]):
        re, im = np.float32(0), np.float32(0)
        for a in range(weight.size):
            re += weight[a] * (real[i, 2 * a] - imag[i, 2 * a + 1])
            im += weight[a] * (real[i, 2 * a + 1] + imag[i, 2 * a])
        summed[0, i], summed[1, i] = re, im


@njit(cache=True, error_model="numpy", fastmath=True)
def _summed_across(real, imag, weight, summed):  # type: ignore[no-untyped-def]
    """Sum over the rows of a strip long in its columns: (2, along) real and imaginary."""
    summed[:] = 0
    for a in range(weight.size):
        for i in range(summed.shape[1]):
            summed[0, i] += weight[a] * (real[a, 2 * i] - imag[a, 2 * i + 1])
            summed[1, i] += weight[a] * (real[a, 2 * i + 1] + imag[a, 2 * i])


@njit(cache=True, error_model="numpy", fastmath=True)
def _match(table, summed, times, found):  # type: ignore[no-untyped-def]
    """Value and derivatives of the match of (derivative, time, along) with (time, 2, along)."""
    for k in range(3):
        re, im = np.float32(0), np.float32(0)
        for t in range(times):
            for i in range(table.shape[2]):
                a, b = table[k, t, i].real, table[k, t, i].imag
                re += a * summed[t, 0, i] - b * summed[t, 1, i]
                im += a * summed[t, 1, i] + b * summed[t, 0, i]
        found[k] = complex(re, im)


@njit(cache=True, error_model="numpy")
def tones(  # type: ignore[no-untyped-def]
    floats, axis, doppler, rng, steering, start, walk, reach, across, still, walking
):
    """(peak,) offsets in bins along the strips of one axis, by Newton's method; `floats` is the cube."""
    width, wide = still.shape[-1], 2 * ACROSS + 1
    rows, columns = (width, wide) if axis == 0 else (wide, width)
    real, imag = np.empty((rows, 2 * columns), np.float32), np.empty((rows, 2 * columns), np.float32)
    summed = np.empty((TIMES, 2, width), np.float32)
    match = np.empty(3, np.complex128)
    found = np.empty(doppler.size)
    edge, half = (across.shape[0] - 1) // 2, STEPS_PER_BIN // 2
    moving = np.any(np.abs(walk) > STILL_BINS)
    times = TIMES if moving else 1
    for n in range(doppler.size):
        _strip(floats, rows, columns, doppler[n], rng[n], steering[n], real, imag)
        for t in range(times):
            at = (t / (TIMES - 1) - 0.5) * walk[n] if moving else 0.0
            index = int(np.rint(STEPS_PER_BIN * (start[1 - axis, n] + at))) + edge
            weight = across[min(max(index, 0), 2 * edge)]
            if axis == 0:
                _summed_along(real, imag, weight, summed[t])
            else:
                _summed_across(real, imag, weight, summed[t])
        offset = start[axis, n]
        for _ in range(2):
            index = min(max(int(np.rint(offset * STEPS_PER_BIN)), -half), half)
            table = walking[reach[n], index + half] if moving else still[reach[n], index + half]
            _match(table, summed, times, match)
            slope = (np.conj(match[0]) * match[1]).real
            bend = abs(match[1]) ** 2 + (np.conj(match[0]) * match[2]).real
            step = -slope / bend if bend < 0 else 0.0
            offset = index / STEPS_PER_BIN + min(max(step, -0.3), 0.3)
        found[n] = offset
    return found
