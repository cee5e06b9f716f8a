"""`find_peaks` compiled: the same cells and the same rules as `detection.peaks`, one candidate at a time."""

from dataclasses import dataclass
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
from edge_controller.detection.spectrum import doppler_window, range_window, signed_bin

BESIDE = NEIGHBOURING_BEAMS // 2


@dataclass(frozen=True, slots=True)
class Plan:
    """What one radar and map size need, made once."""

    steering: NDArray[np.complex64]  # (beam, channel)
    undo_motion: NDArray[np.complex64]  # (Doppler, channel)
    sines: NDArray[np.float64]
    doppler_lobe: NDArray[np.float32]
    range_lobe: NDArray[np.float32]
    slack: NDArray[np.int64]  # (Doppler,)
    leakage: NDArray[np.bool_]  # (Doppler, range)


@lru_cache(maxsize=16)
def plan_of(radar: Radar, dopplers: int, ranges: int, first_still_bin: int) -> Plan:
    fan = fan_of(radar)
    doppler, rng = np.divmod(np.arange(dopplers * ranges), ranges)
    return Plan(
        steering=np.ascontiguousarray(fan.steering.T),
        undo_motion=fan.undo_motion,
        sines=fan.sines,
        doppler_lobe=envelope(doppler_window, dopplers),
        range_lobe=envelope(range_window, ranges),
        slack=slack_of(np.arange(dopplers), dopplers, radar),
        leakage=is_leakage(doppler, rng, (dopplers, ranges), first_still_bin).reshape(dopplers, ranges),
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
    plan = plan_of(radar, *power.shape, first_still_bin)
    cells = occupied_cells(power, noise, np.float32(rule.factor))
    beams = beams_of(cube, cells, plan.steering, plan.undo_motion)
    ranges = power.shape[1]
    floor = significant(cube.shape[0])
    row, beam = local_maxima(beams, cells, noise, np.float32(floor), power.shape)
    kept = unshadowed(
        beams,
        cells,
        noise,
        row,
        beam,
        floor,
        plan.doppler_lobe,
        plan.range_lobe,
        plan.slack,
        plan.leakage,
        gap_floor,
    )
    row, beam = row[kept], beam[kept]
    doppler, rng = np.divmod(cells[row], ranges)
    steps, excess = between_cells(cube, noise, doppler, rng, beam, plan.steering, plan.undo_motion)
    return Peaks(
        doppler=doppler,
        range=rng,
        doppler_bin=signed_bin(doppler, power.shape[0]) + steps[0],
        range_bin=rng + steps[1],
        excess=excess,
        sine=plan.sines[beam],
        channels=np.ascontiguousarray(cube[:, doppler, rng].T),
        occupied=np.divmod(cells, ranges),
    )


@njit(cache=True, error_model="numpy")
def occupied_cells(power, noise, factor):  # type: ignore[no-untyped-def]
    """(cell,) flat indices of what is no noise, in the order of the map."""
    dopplers, ranges = power.shape
    count = 0
    for d in range(dopplers):
        for r in range(ranges):
            count += power[d, r] > factor * noise[d, r]
    cells = np.empty(count, np.int64)
    n = 0
    for d in range(dopplers):
        for r in range(ranges):
            if power[d, r] > factor * noise[d, r]:
                cells[n] = d * ranges + r
                n += 1
    return cells


@njit(cache=True, error_model="numpy", fastmath=True)
def beams_of(cube, cells, steering, undo_motion):  # type: ignore[no-untyped-def]
    """(cell, beam) power."""
    channels, _, ranges = cube.shape
    count = steering.shape[0]
    beams = np.empty((cells.size, count), np.float32)
    freed = np.empty(channels, np.complex64)
    for n in range(cells.size):
        d, r = cells[n] // ranges, cells[n] % ranges
        for c in range(channels):
            freed[c] = cube[c, d, r] * undo_motion[d, c]
        for b in range(count):
            real, imag = np.float32(0), np.float32(0)
            for c in range(channels):
                s, f = steering[b, c], freed[c]
                real += s.real * f.real - s.imag * f.imag
                imag += s.real * f.imag + s.imag * f.real
            beams[n, b] = real * real + imag * imag
    return beams


@njit(cache=True, error_model="numpy")
def _row_of(cells, cell):  # type: ignore[no-untyped-def]
    """Where that cell is among the occupied ones, -1 where it is not."""
    low, high = 0, cells.size
    while low < high:
        middle = (low + high) // 2
        if cells[middle] < cell:
            low = middle + 1
        else:
            high = middle
    return low if low < cells.size and cells[low] == cell else -1


@njit(cache=True, error_model="numpy")
def _is_top(beams, cells, n, b, shape):  # type: ignore[no-untyped-def]
    """Whether no neighbour in Doppler, range and beam is stronger; of two equal ones the earlier counts."""
    dopplers, ranges = shape
    here, count = beams[n, b], beams.shape[1]
    d, r = cells[n] // ranges, cells[n] % ranges
    for step_d in range(-1, 2):
        for step_r in range(-1, 2):
            if step_d == 0 and step_r == 0:
                continue
            row = _row_of(cells, (d + step_d) % dopplers * ranges + (r + step_r) % ranges)
            if row < 0:
                continue
            later = step_d > 0 or (step_d == 0 and step_r > 0)
            for beam in range(max(b - 1, 0), min(b + 2, count)):
                there = beams[row, beam]
                if there > here or (there == here and not later):
                    return False
    return True


@njit(cache=True, error_model="numpy")
def local_maxima(beams, cells, noise, floor, shape):  # type: ignore[no-untyped-def]
    """Rows and beams of the local maxima over the noise, strongest first."""
    count = beams.shape[1]
    rows = np.empty(beams.size, np.int64)
    tops = np.empty(beams.size, np.int64)
    power = np.empty(beams.size, np.float32)
    found = 0
    for n in range(cells.size):
        level = np.float32(floor * noise[cells[n] // shape[1], cells[n] % shape[1]])
        for b in range(count):
            here = beams[n, b]
            if not here > level:
                continue
            if b > 0 and here < beams[n, b - 1]:
                continue
            if b < count - 1 and here <= beams[n, b + 1]:
                continue
            if _is_top(beams, cells, n, b, shape):
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
    beams, cells, noise, row, beam, floor, doppler_lobe, range_lobe, slack, leakage, gap_floor
):
    """Indices of the candidates that no stronger one explains and that are no leakage."""
    dopplers, ranges = noise.shape
    doppler, rng = cells[row] // ranges, cells[row] % ranges
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
def between_cells(cube, noise, doppler, rng, beam, steering, undo_motion):  # type: ignore[no-untyped-def]
    """Offsets (axis, peak) to the tops of parabolas, and the power there over the noise, less the noise."""
    channels, dopplers, ranges = cube.shape
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
                total += cube[c, there_d, there_r] * undo_motion[d, c] * steering[beam[n], c]
            seen[k] = np.log(max(total.real**2 + total.imag**2, level))
        gain = 0.0
        for axis in range(2):
            below, above = seen[1 + 2 * axis], seen[2 + 2 * axis]
            bend = below - 2 * seen[0] + above
            step = 0.5 * (below - above) / bend if bend < 0 else 0.0
            step = min(max(step, -0.6), 0.6)
            steps[axis, n] = step
            gain += 0.25 * (above - below) * step
        excess[n] = np.exp(seen[0] + gain) / noise[d, r] - 1 / channels
    return steps, excess
