"""`find_peaks` compiled: the same cells and the same rules as `detection.peaks`, one candidate at a time."""

from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.beams import fan_of, significant
from edge_controller.detection.cfar import Cfar
from edge_controller.detection.peaks import FIRST_STILL_BIN, MAX_CANDIDATES, Peaks, is_leakage
from edge_controller.detection.shadow import (
    BLOCK,
    LEAST_ARRAY_LOBE,
    MAX_PEAKS,
    NEIGHBOURING_BEAMS,
    OVERSAMPLING,
    SHADOW_MARGIN,
    envelope,
    slack_of,
)
from edge_controller.detection.spectrum import doppler_window, range_window

BESIDE = NEIGHBOURING_BEAMS // 2


Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Cells = NDArray[np.intp]
Fan = tuple[Singles, Singles, NDArray[np.complex64], Floats]
Lobes = tuple[Singles, Singles, NDArray[np.int64], NDArray[np.bool_]]
Plan = tuple[float, Fan, Lobes]


@lru_cache(maxsize=16)
def plan_of(radar: Radar, shape: tuple[int, int], first_still_bin: int) -> Plan:
    """What one radar and map size need, made once.

    The share of a channel's noise that is none in a beam. Of the fan: steering (channel, beam), real and
    imaginary, motion undone (Doppler, channel), sines. Of side lobes: envelopes along Doppler and range,
    slack (Doppler,), and the cells of leakage (Doppler, range).
    """
    fan, (dopplers, ranges) = fan_of(radar), shape
    doppler, rng = np.divmod(np.arange(dopplers * ranges), ranges)
    parts = [np.ascontiguousarray(part) for part in (fan.steering.real, fan.steering.imag)]
    return (
        significant(len(radar.array.virtual_m)),
        (parts[0], parts[1], fan.undo_motion, fan.sines),
        (
            envelope(doppler_window, dopplers),
            envelope(range_window, ranges),
            slack_of(np.arange(dopplers), dopplers, radar),
            is_leakage(doppler, rng, shape, first_still_bin).reshape(shape),
        ),
    )


def find_peaks(
    cube: NDArray[np.complex64],
    power: NDArray[np.float32],
    noise: NDArray[np.floating],
    rule: Cfar,
    radar: Radar,
    *,
    gap_floor: float,
    first_still_bin: int = FIRST_STILL_BIN,
) -> Peaks:
    """Reflections in a cube and its summed power; `gap_floor` is what lost samples make elsewhere."""
    plan = plan_of(radar, (power.shape[0], power.shape[1]), first_still_bin)
    return Peaks(*peaks_of((cube, power, noise), plan, np.float32(rule.factor), gap_floor))


@njit(cache=True, error_model="numpy")
def peaks_of(maps, plan, factor, gap_floor):  # type: ignore[no-untyped-def]
    """What `Peaks` consists of."""
    cube, power, noise = maps
    floor, fan, lobes = plan
    dopplers, ranges = power.shape
    cells, starts = occupied_cells(power, noise, factor)
    beams = beams_of(cube, cells, ranges, fan)
    occupied = cells // ranges, cells % ranges
    row, beam = local_maxima(beams, occupied, starts, noise, floor)
    kept = unshadowed(beams, occupied, noise, (row, beam), floor, lobes, gap_floor)
    row, beam = row[kept], beam[kept]
    doppler, rng = occupied[0][row], occupied[1][row]
    steps, excess = between_cells(cube, noise, doppler, rng, beam, fan)
    channels = np.empty((row.size, len(cube)), np.complex64)
    for n in range(row.size):
        steps[0, n] += (doppler[n] + dopplers // 2) % dopplers - dopplers // 2
        steps[1, n] += rng[n]
        for c in range(len(cube)):
            channels[n, c] = cube[c, doppler[n], rng[n]]
    return doppler, rng, steps[0], steps[1], excess, fan[3][beam], channels, occupied


@njit(cache=True, error_model="numpy")
def occupied_cells(power, noise, factor):  # type: ignore[no-untyped-def]
    """(cell,) flat indices of what is no noise, in the order of the map, and where each row of it starts."""
    dopplers, ranges = power.shape
    starts = np.zeros(dopplers + 1, np.int64)
    for d in range(dopplers):
        over = np.int32(0)
        here, level = power[d], noise[d]
        for r in range(ranges):  # kept to 32 bits, so many more at a time
            over = np.int32(over + np.int32(here[r] > factor * level[r]))
        starts[d + 1] = starts[d] + over
    cells = np.empty(starts[dopplers], np.int64)
    for d in range(dopplers):
        n, here, level = starts[d], power[d], noise[d]
        if n == starts[d + 1]:
            continue
        for r in range(ranges):
            if here[r] > factor * level[r]:
                cells[n] = d * ranges + r
                n += 1
    return cells, starts


@njit(cache=True, error_model="numpy", fastmath=True)
def beams_of(cube, cells, ranges, fan):  # type: ignore[no-untyped-def]
    """(cell, beam) power, all beams of a cell at a time."""
    steering, turned, undo_motion, _ = fan
    channels = len(cube)
    count = steering.shape[1]
    beams = np.empty((cells.size, count), np.float32)
    real, imag = np.empty(count, np.float32), np.empty(count, np.float32)
    for n in range(cells.size):
        d, r = cells[n] // ranges, cells[n] % ranges
        real[:] = 0
        imag[:] = 0
        for c in range(channels):
            freed = cube[c, d, r] * undo_motion[d, c]
            re, im, to_re, to_im = freed.real, freed.imag, steering[c], turned[c]
            for b in range(count):
                real[b] += re * to_re[b] - im * to_im[b]
                imag[b] += re * to_im[b] + im * to_re[b]
        here = beams[n]
        for b in range(count):
            here[b] = real[b] * real[b] + imag[b] * imag[b]
    return beams


@njit(cache=True, error_model="numpy")
def _row_of(starts, ranges_of, doppler, rng):  # type: ignore[no-untyped-def]
    """Where that cell is among the occupied ones, -1 where it is not."""
    low, high = starts[doppler], starts[doppler + 1]
    while low < high:
        middle = (low + high) // 2
        if ranges_of[middle] < rng:
            low = middle + 1
        else:
            high = middle
    return low if low < starts[doppler + 1] and ranges_of[low] == rng else -1


@njit(cache=True, error_model="numpy")
def _is_top(beams, occupied, starts, n, b, ranges):  # type: ignore[no-untyped-def]
    """Whether no neighbour in Doppler, range and beam is stronger; of two equal ones the earlier counts."""
    here, count, dopplers = beams[n, b], beams.shape[1], starts.size - 1
    d, r = occupied[0][n], occupied[1][n]
    for step_d in range(-1, 2):
        for step_r in range(-1, 2):
            if step_d == 0 and step_r == 0:
                continue
            row = _row_of(starts, occupied[1], (d + step_d) % dopplers, (r + step_r) % ranges)
            if row < 0:
                continue
            later = step_d > 0 or (step_d == 0 and step_r > 0)
            for beam in range(max(b - 1, 0), min(b + 2, count)):
                there = beams[row, beam]
                if there > here or (there == here and not later):
                    return False
    return True


@njit(cache=True, error_model="numpy")
def local_maxima(beams, occupied, starts, noise, floor):  # type: ignore[no-untyped-def]
    """Rows and beams of the local maxima over the noise, strongest first."""
    count = beams.shape[1]
    rows = np.empty(beams.size, np.int64)
    tops = np.empty(beams.size, np.int64)
    power = np.empty(beams.size, np.float32)
    found = 0
    for n in range(len(beams)):
        level = np.float32(floor * noise[occupied[0][n], occupied[1][n]])
        for b in range(count):
            here = beams[n, b]
            if not here > level:
                continue
            if b > 0 and here < beams[n, b - 1]:
                continue
            if b < count - 1 and here <= beams[n, b + 1]:
                continue
            if _is_top(beams, occupied, starts, n, b, noise.shape[1]):
                rows[found], tops[found], power[found] = n, b, -here
                found += 1
    order = np.argsort(power[:found], kind="mergesort")[:MAX_CANDIDATES]
    return rows[order], tops[order]


@njit(cache=True, error_model="numpy")
def _lobe(table, apart, length, slack):  # type: ignore[no-untyped-def]
    apart = abs(apart)
    apart = min(apart, length - apart)
    return table[max(OVERSAMPLING * apart - slack, 0)]


@njit(cache=True, error_model="numpy")
def unshadowed(  # type: ignore[no-untyped-def]
    beams, occupied, noise, candidates, floor, lobes, gap_floor
):
    """Indices of the candidates that no stronger one explains and that are no leakage."""
    dopplers, ranges = noise.shape
    row, beam = candidates
    doppler_lobe, range_lobe, slack, leakage = lobes
    doppler, rng = occupied[0][row], occupied[1][row]
    left = np.arange(row.size)
    kept = np.empty(row.size, np.int64)
    count = 0
    while left.size > 0 and count < MAX_PEAKS:
        alive = np.zeros(left.size, np.bool_)
        for i in range(left.size):
            on = left[i]
            over = np.float32(beams[row[on], beam[on]] - floor * noise[doppler[on], rng[on]])
            shadow = np.float32(0)
            for j in range(min(i, BLOCK)):
                by = left[j]
                power = beams[row[by], beam[by]]
                seen = LEAST_ARRAY_LOBE * power
                for b in range(max(beam[on] - BESIDE, 0), min(beam[on] + BESIDE + 1, beams.shape[1])):
                    seen = max(seen, beams[row[by], b])
                lobe = _lobe(doppler_lobe, doppler[on] - doppler[by], dopplers, slack[doppler[by]])
                lobe *= _lobe(range_lobe, rng[on] - rng[by], ranges, slack[doppler[by]])
                shadow = max(shadow, lobe * seen, gap_floor * power)
                if over <= SHADOW_MARGIN * shadow:
                    break
            alive[i] = over > SHADOW_MARGIN * shadow
        for i in range(min(BLOCK, left.size)):
            if alive[i] and count < MAX_PEAKS:
                kept[count] = left[i]
                count += 1
        left = left[BLOCK:][alive[BLOCK:]]
    kept = kept[:count]
    good = np.ones(count, np.bool_)
    for i in range(count):
        good[i] = not leakage[doppler[kept[i]], rng[kept[i]]]
    return kept[good]


@njit(cache=True, error_model="numpy")
def parabola(below, top, above):  # type: ignore[no-untyped-def]
    """Offset of the top of a parabola through three levels."""
    bend = below - 2 * top + above
    offset = 0.5 * (below - above) / bend if bend < 0 else 0.0
    return min(max(offset, -0.6), 0.6)


@njit(cache=True, error_model="numpy")
def between_cells(cube, noise, doppler, rng, beam, fan):  # type: ignore[no-untyped-def]
    """Offsets (axis, peak) to the tops of parabolas, and the power there over the noise, less the noise."""
    channels, (dopplers, ranges) = len(cube), noise.shape
    steering, turned, undo_motion, _ = fan
    steps = np.empty((2, doppler.size))
    excess = np.empty(doppler.size)
    seen = np.empty(5)
    for n in range(doppler.size):
        d, r = doppler[n], rng[n]
        level = max(noise[d, r] / channels / 10, 1e-30)
        for k in range(5):
            there_d = (d + (k == 2) - (k == 1)) % dopplers
            there_r = (r + (k == 4) - (k == 3)) % ranges
            total = np.complex64(0)
            for c in range(channels):
                total += (
                    cube[c, there_d, there_r]
                    * undo_motion[d, c]
                    * np.complex64(complex(steering[c, beam[n]], turned[c, beam[n]]))
                )
            seen[k] = np.log(max(total.real**2 + total.imag**2, level))
        gain = 0.0
        for axis in range(2):
            below, above = seen[1 + 2 * axis], seen[2 + 2 * axis]
            step = parabola(below, seen[0], above)
            steps[axis, n] = step
            gain += 0.25 * (above - below) * step
        excess[n] = np.exp(seen[0] + gain) / noise[d, r] - 1 / channels
    return steps, excess
