"""`refine` compiled: the same strips and tables as `detection.refine`, one peak at a time."""

from dataclasses import dataclass
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
    MAX_STEP_BINS,
    REACHES,
    STEPS_PER_BIN,
    STILL_BINS,
    TIMES,
    TINY,
    Places,
    filters_of,
    first_places,
    signed_offset,
    steering_of,
    strip_of,
    walk_bins,
)
from edge_controller.detection.spectrum import doppler_window, range_window

PADDED = 40  # values: the 17 cells across a strip, and three to spare for the sake of a round number


@dataclass(frozen=True, slots=True)
class Tables:
    """Of one axis: filters across its strip (offset, across), and what a tone leaves along it.

    (reach, offset, derivative, time, re im, along).
    """

    across: NDArray[np.float32]
    still: NDArray[np.float32]
    walking: NDArray[np.float32]


@lru_cache(maxsize=8)
def _tables(length: tuple[int, int], axis: int) -> Tables:
    tapers = (doppler_window, range_window)
    across = filters_of(tapers[1 - axis], length[1 - axis])
    strip = strip_of(tapers[axis], length[axis])
    parts = [np.stack([of.real, of.imag], axis=-2) for of in (strip.still, strip.walking)]
    return Tables(np.ascontiguousarray(across.real), *map(np.ascontiguousarray, parts))


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
    lone, reach = surroundings(power, *peaks.occupied, peaks.doppler, peaks.range, walk)
    steering = steering_of(found, radar, few)
    moved, floats = start.copy(), cube.view(np.float32)
    for axis in (0, 1):
        own = _tables(power.shape, axis)
        moved[axis] = tones(
            floats,
            axis,
            doppler,
            rng,
            steering,
            moved,  # across the second strips the refined places of the first are known already
            walk,
            reach[axis],
            own.across,
            own.still,
            own.walking,
        )
    moved -= start
    sound = lone & np.all(np.abs(moved) < MAX_MOVE_BINS, axis=0)
    places.doppler_hz[few] += np.where(sound, moved[0], 0.0) / radar.dwell_s
    places.range_bin[few] += np.where(sound, moved[1] - walk / 2 / power.shape[0], 0.0)
    return places


@njit(cache=True, error_model="numpy")
def surroundings(power, busy_doppler, busy_range, doppler, rng, walk):  # type: ignore[no-untyped-def]
    """Whether each peak's main lobe is its own, and how far (axis, peak) its strips may go."""
    lone = np.ones(walk.size, np.bool_)
    reach = np.zeros((2, walk.size), np.int64)
    dopplers, ranges = power.shape
    for n in range(walk.size):
        own = LOBE_BINS + abs(walk[n]) / 2
        for k in range(doppler.size):
            d, r = abs(doppler[k] - doppler[n]), abs(rng[k] - rng[n])
            far = max(min(d, dopplers - d), min(r, ranges - r))
            if 0 < far <= own:
                lone[n] = False
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
def _row_summed(floats, row, first, weights, real, imag):  # type: ignore[no-untyped-def]
    """A row of the cube from value `first` on, around the end, by real and imaginary parts of the weights.

    Two sums of floats run at four times the speed of one of complex numbers; a length that the compiler
    knows, at twice that of another.
    """
    real[:] = 0
    imag[:] = 0
    whole = min(real.size, floats.shape[2] - first)
    known = real.size == PADDED and whole == PADDED
    for c in range(floats.shape[0]):
        line = floats[c, row]
        re, im, here = weights[c].real, weights[c].imag, line[first : first + whole]
        if known:
            for j in range(PADDED):
                real[j] += re * here[j]
                imag[j] += im * here[j]
            continue
        for j in range(whole):
            real[j] += re * here[j]
            imag[j] += im * here[j]
        real_rest, imag_rest = real[whole:], imag[whole:]
        for j in range(real_rest.size):
            real_rest[j] += re * line[j]
            imag_rest[j] += im * line[j]


@njit(cache=True, error_model="numpy", fastmath=True)
def _strip(floats, axis, d, r, weights, strip):  # type: ignore[no-untyped-def]
    """Channels summed in phase: (re im, across, along), `floats` being the cube, `axis` the long one."""
    dopplers, ranges = floats.shape[1], floats.shape[2] // 2
    wide, width = strip.shape[1], strip.shape[2]
    rows, columns = (width, wide) if axis == 0 else (wide, width)
    size = PADDED if axis == 0 and ranges >= PADDED else 2 * columns
    real, imag = np.empty(size, np.float32), np.empty(size, np.float32)
    first = 2 * ((r - columns // 2) % ranges)
    for i in range(rows):
        _row_summed(floats, (d - rows // 2 + i) % dopplers, first, weights, real, imag)
        if axis == 0:
            for a in range(wide):
                strip[0, a, i] = real[2 * a] - imag[2 * a + 1]
                strip[1, a, i] = real[2 * a + 1] + imag[2 * a]
        else:
            for k in range(width):
                strip[0, i, k] = real[2 * k] - imag[2 * k + 1]
                strip[1, i, k] = real[2 * k + 1] + imag[2 * k]


@njit(cache=True, error_model="numpy", fastmath=True)
def _summed(strip, weight, summed):  # type: ignore[no-untyped-def]
    """Sum across the strip: (re im, along)."""
    summed[:] = 0
    for part in range(2):
        total = summed[part]
        for a in range(weight.size):
            share, row = weight[a], strip[part, a]
            for i in range(total.size):
                total[i] += share * row[i]


@njit(cache=True, error_model="numpy", fastmath=True)
def _match(table, summed, times, found):  # type: ignore[no-untyped-def]
    """Value and derivatives of the match of (derivative, time, re im, along) with (time, re im, along)."""
    for k in range(3):
        re, im = np.float32(0), np.float32(0)
        for t in range(times):
            a, b, x, y = table[k, t, 0], table[k, t, 1], summed[t, 0], summed[t, 1]
            for i in range(x.size):
                re += a[i] * x[i] - b[i] * y[i]
                im += a[i] * y[i] + b[i] * x[i]
        found[k] = complex(re, im)


@njit(cache=True, error_model="numpy")
def tones(  # type: ignore[no-untyped-def]
    floats, axis, doppler, rng, steering, start, walk, reach, across, still, walking
):
    """(peak,) offsets in bins along the strips of one axis, by Newton's method; `floats` is the cube."""
    width, wide = still.shape[-1], 2 * ACROSS + 1
    strip = np.empty((2, wide, width), np.float32)
    summed = np.empty((TIMES, 2, width), np.float32)
    match = np.empty(3, np.complex128)
    found = np.empty(doppler.size)
    edge, half = (across.shape[0] - 1) // 2, STEPS_PER_BIN // 2
    moving = np.any(np.abs(walk) > STILL_BINS)
    times = TIMES if moving else 1
    for n in range(doppler.size):
        _strip(floats, axis, doppler[n], rng[n], steering[n], strip)
        for t in range(times):
            at = (t / (TIMES - 1) - 0.5) * walk[n] if moving else 0.0
            index = int(np.rint(STEPS_PER_BIN * (start[1 - axis, n] + at))) + edge
            _summed(strip, across[min(max(index, 0), 2 * edge)], summed[t])
        offset = start[axis, n]
        for _ in range(2):
            index = min(max(int(np.rint(offset * STEPS_PER_BIN)), -half), half)
            table = walking[reach[n], index + half] if moving else still[reach[n], index + half]
            _match(table, summed, times, match)
            slope = (np.conj(match[0]) * match[1]).real
            height = max(abs(match[0]) ** 2, TINY)
            bend = abs(match[1]) ** 2 + (np.conj(match[0]) * match[2]).real - 2 * slope**2 / height
            step = -slope / bend if bend < 0 else 0.0
            offset = index / STEPS_PER_BIN + min(max(step, -MAX_STEP_BINS), MAX_STEP_BINS)
        found[n] = offset
    return found
