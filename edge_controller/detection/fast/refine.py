"""`refine` compiled: the same strips and tables as `detection.refine`, one peak at a time, in one call."""

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
    NEXT_CELL,
    REACHES,
    STEPS_PER_BIN,
    STILL_BINS,
    TIMES,
    TINY,
    TURNS,
    Places,
    filters_of,
    middle_m,
    strip_of,
    walk_per_hz,
)
from edge_controller.detection.scan import delays_s, scan_of
from edge_controller.detection.spectrum import doppler_window, range_window

LINE = 16  # values of a line of the cache


Tables = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]
Facts = tuple[NDArray[np.float64], NDArray[np.float64], tuple[float, float, float, float, float]]


@lru_cache(maxsize=8)
def tables_of(radar: Radar, shape: tuple[int, int]) -> tuple[Facts, Tables, Tables]:
    """What places come from: `_facts` of the radar, and tables along both axes of maps of that shape."""
    return _facts(radar), _tables(shape, 0), _tables(shape, 1)


def _tables(shape: tuple[int, int], axis: int) -> Tables:
    """Of one axis: filters across its strip (offset, across), and what a tone leaves along it.

    The latter for tones that stand and that walk, (reach, offset, derivative, time, re im, along).
    """
    tapers = (doppler_window, range_window)
    across = filters_of(tapers[1 - axis], shape[1 - axis])
    strip = strip_of(tapers[axis], shape[axis])
    still, walking = (np.stack([of.real, of.imag], axis=-2) for of in (strip.still, strip.walking))
    return np.ascontiguousarray(across.real), np.ascontiguousarray(still), np.ascontiguousarray(walking)


def _facts(radar: Radar) -> Facts:
    """Wave numbers (channel, axis), phase per hertz of Doppler (channel,), and scales.

    These are the sign of y, the middle of the antennas in range bins (y, z), the walk per hertz, the dwell.
    """
    scan, bin_m = scan_of(radar), radar.profile.range_bin_m
    y_m, z_m = middle_m(radar)
    scales = (scan.sign, y_m / bin_m, z_m / bin_m, walk_per_hz(radar), radar.dwell_s)
    return scan.wave_rad, 2 * np.pi * delays_s(radar), scales


def refine(
    cube: NDArray[np.complex64],
    power: NDArray[np.float32],
    peaks: Peaks,
    found: Directions,
    radar: Radar,
) -> Places:
    """Places of the peaks by maximum likelihood. Folds and directions are needed first."""
    level = found.elevation_rad
    doppler_hz, range_bin = places(
        (cube.view(np.float32), power),
        (peaks.doppler, peaks.range, peaks.doppler_bin, peaks.range_bin, *peaks.occupied),
        (
            found.doppler_hz,
            found.azimuth_rad,
            np.zeros(peaks.doppler.size) if level is None else level,
        ),
        *tables_of(radar, (power.shape[0], power.shape[1])),
    )
    return Places(doppler_hz, range_bin)


@njit(cache=True, error_model="numpy")
def places(maps, peaks, found, facts, along, across):  # type: ignore[no-untyped-def]
    """(peak,) Doppler and range bin, from the arrays and tables that `refine` gathers."""
    floats, power = maps
    doppler, rng, doppler_bin, range_bin, busy_doppler, busy_range = peaks
    _, middle_y, middle_z, walk_per_hz, dwell_s = facts[2]
    azimuth, elevation = found[1], found[2]
    place_hz = found[0].copy()
    place_bin = range_bin + middle_y * np.sin(azimuth) * np.cos(elevation) + middle_z * np.sin(elevation)
    few, dopplers = min(doppler.size, MAX_REFINED), power.shape[0]
    start, half = np.empty((2, few)), dopplers / 2
    start[0] = (doppler_bin[:few] - doppler[:few] + half) % dopplers - half
    start[1] = range_bin[:few] - rng[:few]
    walk = found[0][:few] * walk_per_hz
    lone, reach = surroundings(power, busy_doppler, busy_range, doppler, rng, walk)
    weights = _weights(found, few, facts)
    moving = np.any(np.abs(walk) > STILL_BINS)
    room = _room(along[1].shape[-1], across[1].shape[-1])
    offsets = np.empty(2)
    for n in range(few):
        if not lone[n]:
            continue
        d, r = int(start[0, n] / NEXT_CELL), int(start[1, n] / NEXT_CELL)
        offsets[:] = start[:, n]
        for _ in range(2):  # again where the place found lies beside the strips' cell after all
            offsets[0] -= d
            offsets[1] -= r
            cell = doppler[n] + d, rng[n] + r, walk[n], moving
            _refined((floats, power.shape), cell, weights[n], reach[:, n], along, across, room, offsets)
            beside = int(offsets[0] / NEXT_CELL), int(offsets[1] / NEXT_CELL)
            offsets[0] += d
            offsets[1] += r
            d += beside[0]
            r += beside[1]
            moved = np.abs(offsets - start[:, n])
            if beside == (0, 0) or moved[0] >= MAX_MOVE_BINS or moved[1] >= MAX_MOVE_BINS:
                break
        moved = offsets - start[:, n]
        if abs(moved[0]) < MAX_MOVE_BINS and abs(moved[1]) < MAX_MOVE_BINS:
            place_hz[n] += moved[0] / dwell_s
            place_bin[n] += moved[1] - walk[n] / 2 / dopplers
    return place_hz, place_bin


@njit(cache=True, error_model="numpy")
def _weights(found, few, facts):  # type: ignore[no-untyped-def]
    """(peak, channel) weights that sum the channels of each peak in phase."""
    doppler_hz, azimuth, elevation = found
    wave_rad, delay_rad_s, scales = facts
    weights = np.empty((few, delay_rad_s.size), np.complex64)
    for n in range(few):
        u, v = scales[0] * np.sin(azimuth[n]) * np.cos(elevation[n]), np.sin(elevation[n])
        for c in range(delay_rad_s.size):
            phase = u * wave_rad[c, 0] - doppler_hz[n] * delay_rad_s[c]
            if wave_rad.shape[1] > 1:
                phase += v * wave_rad[c, 1]
            weights[n, c] = complex(np.cos(phase), np.sin(phase))
    return weights


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
def _rows_summed(cube, where, weights, sums):  # type: ignore[no-untyped-def]
    """Channels by real and imaginary parts of the weights: both of one row of cells after the other.

    `where` is the first row, their number, the first value of each and how many; Doppler and range are
    circular. Two sums of floats run at four times the speed of one of complex numbers, four channels at a
    time at twice that. Places without a sign and no slices: numba would ask of each place whether it is
    negative, and count the users of each slice.
    """
    floats, (dopplers, ranges) = cube
    row, rows, first, size = where
    flat, line, wide = floats.reshape(-1), floats.shape[2], np.uint64(size)
    step, fours = np.uint64(floats.shape[1] * line), weights.size - weights.size % 4
    head = min(size, 2 * ranges - first)
    sums[: 2 * rows * size] = 0
    for i in range(rows):
        re = np.uint64(2 * i * size)
        im = re + wide
        for part in range(1 + int(head < size)):
            low, high = (np.uint64(0), np.uint64(head)) if part == 0 else (np.uint64(head), wide)
            start = row * line + (first if part == 0 else -head)
            for c in range(0, fours, 4):
                a = np.uint64(start) + np.uint64(c) * step
                b, n, m = a + step, a + np.uint64(2) * step, a + np.uint64(3) * step
                w, x, y, z = weights[c], weights[c + 1], weights[c + 2], weights[c + 3]
                for k in range(low, high):
                    p, q, s, t = flat[a + k], flat[b + k], flat[n + k], flat[m + k]
                    sums[re + k] += (w.real * p + x.real * q) + (y.real * s + z.real * t)
                    sums[im + k] += (w.imag * p + x.imag * q) + (y.imag * s + z.imag * t)
            for c in range(fours, weights.size):
                a, w = np.uint64(start) + np.uint64(c) * step, weights[c]
                for k in range(low, high):
                    sums[re + k] += w.real * flat[a + k]
                    sums[im + k] += w.imag * flat[a + k]
        row += 1
        row -= dopplers * int(row == dopplers)


@njit(cache=True, error_model="numpy", inline="always")
def _spacious(cells):  # type: ignore[no-untyped-def]
    """Values, whole lines of the cache, that hold so many cells wherever in a line they begin."""
    return (2 * cells + 2 * LINE - 3) // LINE * LINE


@njit(cache=True, error_model="numpy", fastmath=True)
def _strip(cube, axis, d, r, weights, strip, sums):  # type: ignore[no-untyped-def]
    """Channels summed in phase: (re im, across, along), `axis` the long one; of a cube's floats and shape."""
    dopplers, ranges = cube[1]
    wide, width = strip.shape[1], strip.shape[2]
    rows, columns = (width, wide) if axis == 0 else (wide, width)
    first, size = 2 * ((r - columns // 2) % ranges), _spacious(columns)
    lead = first % LINE if 2 * ranges >= size + LINE else 0  # from the line of the cache on
    _rows_summed(cube, ((d - rows // 2) % dopplers, rows, first - lead, size), weights, sums)
    for i in range(np.uint64(rows)):
        re = 2 * i * np.uint64(size) + np.uint64(lead)
        im = re + np.uint64(size)
        for k in range(np.uint64(columns)):
            real = sums[re + 2 * k] - sums[im + 2 * k + np.uint64(1)]
            imag = sums[re + 2 * k + np.uint64(1)] + sums[im + 2 * k]
            if axis == 0:
                strip[0, k, i], strip[1, k, i] = real, imag
            else:
                strip[0, i, k], strip[1, i, k] = real, imag


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
def _room(dopplers, ranges):  # type: ignore[no-untyped-def]
    """Work space: strips along both axes, sums across each, the match, and sums of rows."""
    wide = 2 * ACROSS + 1
    return (
        np.empty((2, wide, dopplers), np.float32),
        np.empty((2, wide, ranges), np.float32),
        np.empty((TIMES, 2, dopplers), np.float32),
        np.empty((TIMES, 2, ranges), np.float32),
        np.empty(3, np.complex128),
        np.empty(2 * max(wide * _spacious(ranges), dopplers * _spacious(wide)), np.float32),
    )


@njit(cache=True, error_model="numpy")
def _refined(cube, peak, weights, reach, along, across, room, offsets):  # type: ignore[no-untyped-def]
    """Move (axis,) `offsets` of a peak, in bins, to where they are likeliest: in turns, as `TURNS` says."""
    d, r, walk, moving = peak
    _strip(cube, 0, d, r, weights, room[0], room[5])
    _strip(cube, 1, d, r, weights, room[1], room[5])
    for axis in TURNS:
        if axis == 0:
            offsets[0] = _tone(
                room[0], along, reach[0], (offsets[0], offsets[1], walk, moving), room[2], room[4]
            )
        else:
            offsets[1] = _tone(
                room[1], across, reach[1], (offsets[1], offsets[0], walk, moving), room[3], room[4]
            )


@njit(cache=True, error_model="numpy")
def _tone(strip, tables, reach, at, summed, match):  # type: ignore[no-untyped-def]
    """Offset in bins along a strip, by Newton's method; `at`: offsets along, across, walk, moving."""
    filters, still, walking = tables
    offset, beside, walk, moving = at
    edge, half = (filters.shape[0] - 1) // 2, STEPS_PER_BIN // 2
    times = TIMES if moving else 1
    for t in range(times):
        moved = (t / (TIMES - 1) - 0.5) * walk if moving else 0.0
        index = int(np.rint(STEPS_PER_BIN * (beside + moved))) + edge
        _summed(strip, filters[min(max(index, 0), 2 * edge)], summed[t])
    for _ in range(2):
        index = min(max(int(np.rint(offset * STEPS_PER_BIN)), -half), half)
        table = walking[reach, index + half] if moving else still[reach, index + half]
        _match(table, summed, times, match)
        slope = (np.conj(match[0]) * match[1]).real
        height = max(abs(match[0]) ** 2, TINY)
        bend = abs(match[1]) ** 2 + (np.conj(match[0]) * match[2]).real - 2 * slope**2 / height
        step = -slope / bend if bend < 0 else 0.0
        offset = index / STEPS_PER_BIN + min(max(step, -MAX_STEP_BINS), MAX_STEP_BINS)
    return offset
