"""Cells around the peaks -> fold and direction of each, one peak at a time."""

import math
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.direction import TINY, Directions, Patch, Waves, one_wave_leaves, settled
from edge_controller.detection.fast.matched import (
    Cells,
    Complexes,
    Floats,
    Maps,
    Singles,
    Table,
    energy_of,
    patch_values,
    room_for,
    table_of,
)
from edge_controller.detection.fast.resolve import two_waves
from edge_controller.detection.fold import (
    CALIBRATION_SHARE,
    FOLD_PRIOR,
    MAX_MARGIN_DB,
    WALK_SHARE,
)
from edge_controller.detection.peaks import Peaks
from edge_controller.detection.scan import EDGE_U, EDGE_V, NEWTON_STEPS, scan_of

DB = 10 / math.log(10)

Found = tuple[Cells, Cells, Floats, Floats, Floats, Complexes]  # of the peaks
Fan = tuple[Floats, Floats, Singles, Singles]  # waves, grid, real and imaginary steering
Array = tuple[int, bool, float, float]  # transmitters, azimuth?, step of the grid, variance of a sine
Timing = tuple[float, float, float, float]  # dwell, fold, bins walked per hertz, radians per hertz and turn
Limits = tuple[float, float]  # of a quiet cell, of what one wave leaves
Plan = tuple[Table, Fan, Array, Timing]
Made = tuple[Complexes, Floats, Floats, NDArray[np.bool_]]


def find_directions(
    cube: NDArray[np.complex64],
    power: NDArray[np.float32],
    noise: NDArray[np.floating],
    peaks: Peaks,
    radar: Radar,
    *,
    factor: float,
) -> Directions:
    """As `edge_controller.detection.direction.find_directions`."""
    made = waves_of_peaks(
        (cube, power, noise),
        (peaks.doppler, peaks.range, peaks.doppler_bin, peaks.range_bin, peaks.sine, peaks.channels),
        plan_of(radar, (power.shape[0], power.shape[1])),
        (factor, one_wave_leaves(len(cube))),
    )
    return settled(*waves_and_patch(made), peaks, two_waves, radar)


def waves_and_patch(made: Made) -> tuple[Waves, Patch]:
    """What `waves_of_peaks` gives, as `settled` takes it."""
    channels, sines, rows, flags = made
    doppler_hz, margin_db, variance, left, noise = rows
    return Waves(doppler_hz, margin_db, sines, variance, left, flags[0], channels), Patch(flags[1], noise)


@lru_cache(maxsize=8)
def plan_of(radar: Radar, shape: tuple[int, int]) -> Plan:
    """What the waves of a radar's peaks are told by, for maps of that shape."""
    scan = scan_of(radar)
    profile, steering = radar.profile, scan.steering
    walk = profile.wavelength_m / 2 * radar.dwell_s / profile.range_bin_m
    return (
        table_of(*shape),
        (
            scan.wave_rad,
            scan.grid,
            np.ascontiguousarray(steering.real),
            np.ascontiguousarray(steering.imag),
        ),
        (len(radar.array.tx_order), scan.has_azimuth, scan.step, scan.sine_variance),
        (radar.dwell_s, 1 / radar.repetition_s, walk, 2 * math.pi * profile.chirp_s),
    )


@njit(cache=True, error_model="numpy")
def waves_of_peaks(maps: Maps, peaks: Found, plan: Plan, limits: Limits) -> Made:
    """`channel_values` and `one_wave` of each peak: channels, sines, rows, flags.

    Rows are Doppler, margin, variance, what one wave leaves, noise of a channel; flags whole, and clean.
    """
    table, fan, array, timing = plan
    hypotheses, count, size = min(array[0], 3), len(maps[0]), peaks[0].size
    out = (
        np.empty((size, count), np.complex64),
        np.empty((size, fan[0].shape[1])),
        np.empty((5, size)),
        np.empty((2, size), np.bool_),
    )
    values = np.empty((hypotheses, count), np.complex64)
    hypothesis_hz = np.empty(hypotheses)
    room = room_for(count, table[0].size)
    for n in range(size):
        level = max(float(maps[2][peaks[0][n], peaks[1][n]]), TINY)
        _hypotheses(peaks[2][n] / timing[0], timing[1], hypothesis_hz)
        place = (peaks[0][n], peaks[1][n], peaks[2][n], peaks[3][n])
        quiet = limits[0] * level
        about = (hypothesis_hz * timing[2], quiet, peaks[5][n])
        out[3][1, n] = patch_values(maps, place, table, about, room, values)
        out[2][4, n] = level / count
        for h in range(hypotheses):
            _free(values[h], timing[3] * hypothesis_hz[h], array[0])
        chosen = _judge(values, fan, array, (peaks[4][n], level / count, limits[1]), (n, *out))
        out[2][0, n] = hypothesis_hz[chosen]
    return out


@njit(cache=True, error_model="numpy")
def _judge(
    values: Complexes,
    fan: Fan,
    array: Array,
    about: tuple[float, float, float],
    into: tuple[int, Complexes, Floats, Floats, NDArray[np.bool_]],
) -> int:
    """`one_wave` of one peak whose beam, noise and limit are in `about`; the hypothesis taken."""
    wave, grid, steering, turned = fan
    _, has_azimuth, step, sine_variance = array
    sine, noise, leaves = about
    n, channels, sines, rows, flags = into
    count = values.shape[1]
    energy, explained = np.empty(len(values)), np.empty(len(values))
    tops = np.empty((len(values), grid.shape[1]))
    beams = np.empty((2, len(grid)), np.float32)
    for h in range(len(values)):
        energy[h] = energy_of(values[h])
        start = _highest(values[h], (steering, turned), beams, grid, (0.0, 2.0))
        explained[h] = _top(values[h], grid[start], wave, (has_azimuth, step), tops[h]) / count
    per_channel = energy.max() / count
    unsure = noise + CALIBRATION_SHARE * per_channel
    chosen, margin_db = _best(explained, unsure)
    whole = energy[chosen] - explained[chosen] <= unsure * leaves
    if not whole:
        chosen, margin_db = _best(energy, noise + WALK_SHARE * per_channel)
    rows[3, n] = energy[chosen] - explained[chosen]
    rest = noise
    if not whole:
        start = _highest(values[chosen], (steering, turned), beams, grid, (sine, step / 2))
        explained[chosen] = _top(values[chosen], grid[start], wave, (has_azimuth, step), tops[chosen]) / count
        rest = max(noise, (energy[chosen] - explained[chosen]) / max(count - 1, 1))
    channels[n] = values[chosen]
    sines[n] = tops[chosen]
    rows[1, n] = margin_db
    rows[2, n] = sine_variance * rest / max(explained[chosen] - noise, 1e-3 * noise)
    flags[0, n] = whole
    return chosen


@njit(cache=True, error_model="numpy")
def _hypotheses(doppler_hz: float, fold_hz: float, into: Floats) -> None:
    """`fold.folds_hz` of one peak."""
    into[0] = doppler_hz
    if into.size == 2:
        into[1] = doppler_hz - (fold_hz if doppler_hz > 0 else -fold_hz)
    elif into.size == 3:
        into[1], into[2] = doppler_hz - fold_hz, doppler_hz + fold_hz


@njit(cache=True, error_model="numpy")
def _free(values: Complexes, angle: float, transmitters: int) -> None:
    """Undo what Doppler adds because transmitter n fires n chirps later."""
    receivers = values.size // transmitters
    for turn in range(1, transmitters):
        motion = np.complex64(np.exp(-1j * angle * turn))
        for c in range(turn * receivers, (turn + 1) * receivers):
            values[c] *= motion


@njit(cache=True, error_model="numpy", fastmath=True)
def _highest(
    values: Complexes,
    fan: tuple[Singles, Singles],
    beams: Singles,
    grid: Floats,
    near: tuple[float, float],
) -> int:
    """Direction of the scan with the highest beam whose first sine is `near` one, no further than that."""
    steering, turned = fan
    beams[:] = 0
    for c in range(values.size):
        real, imag = values[c].real, values[c].imag
        for g in range(beams.shape[1]):
            beams[0, g] += real * steering[c, g] - imag * turned[c, g]
            beams[1, g] += real * turned[c, g] + imag * steering[c, g]
    best, at = np.float32(-1), 0
    for g in range(beams.shape[1]):
        power = beams[0, g] * beams[0, g] + beams[1, g] * beams[1, g]
        if power > best and abs(grid[g, 0] - near[0]) <= near[1]:
            best, at = power, g
    return at


@njit(cache=True, error_model="numpy")
def _top(values: Complexes, start: Floats, wave: Floats, kind: tuple[bool, float], sines: Floats) -> float:
    """Newton's steps of `scan.tops`; the power at the top."""
    has_azimuth, step = kind
    axes = sines.size
    sines[:] = start
    height = 0.0
    for _ in range(NEWTON_STEPS if has_azimuth else 1):
        beam, u, v, uu, vv, uv = 0j, 0j, 0j, 0j, 0j, 0j
        for c in range(values.size):
            k, up = wave[c, 0], wave[c, 1] if axes == 2 else 0.0
            angle = k * sines[0] + (up * sines[1] if axes == 2 else 0.0)
            value = values[c] * complex(np.cos(angle), np.sin(angle))
            beam += value
            u += 1j * k * value
            uu -= k * k * value
            v += 1j * up * value
            vv -= up * up * value
            uv -= k * up * value
        height = beam.real**2 + beam.imag**2
        if not has_azimuth:
            break
        back = np.conj(beam)
        slope_u, bend_u = (back * u).real, abs(u) ** 2 + (back * uu).real
        slope_v, bend_v, cross = 0.0, -1e-30, 0.0
        if axes == 2:
            slope_v, bend_v = (back * v).real, abs(v) ** 2 + (back * vv).real
            cross = (np.conj(u) * v + back * uv).real
        height += _step(sines, start, (slope_u, slope_v), (bend_u, bend_v), cross, step)
    return height


@njit(cache=True, error_model="numpy")
def _step(
    sines: Floats,
    start: Floats,
    slope: tuple[float, float],
    bend: tuple[float, float],
    cross: float,
    step: float,
) -> float:
    """Move to the top of the parabola as far as the scan's next points; what that gains."""
    down_u, down_v = min(bend[0], -1e-30), min(bend[1], -1e-30)
    both = down_u * down_v
    held = cross if cross**2 < 0.9 * both else 0.0
    if sines.size == 1:
        to_u, to_v = -slope[0] / down_u, 0.0
    else:
        spare = both - held**2
        to_u = (held * slope[1] - down_v * slope[0]) / spare
        to_v = (held * slope[0] - down_u * slope[1]) / spare
    low, high = max(start[0] - step, -EDGE_U), min(start[0] + step, EDGE_U)
    move_u = min(max(sines[0] + to_u, low), high) - sines[0]
    gain: float = move_u * (2 * slope[0] + bend[0] * move_u)
    sines[0] += move_u
    if sines.size == 2:
        low, high = max(start[1] - step, -EDGE_V), min(start[1] + step, EDGE_V)
        move_v = min(max(sines[1] + to_v, low), high) - sines[1]
        gain += move_v * (2 * slope[1] + bend[1] * move_v) + 2 * cross * move_u * move_v
        sines[1] += move_v
    return gain


@njit(cache=True, error_model="numpy")
def _best(evidence: Floats, unit: float) -> tuple[int, float]:
    """`fold.best_fold` of one peak."""
    if evidence.size == 1:
        return 0, 0.0
    chosen, best = 0, evidence[0] / unit
    for h in range(1, evidence.size):
        weighed = evidence[h] / unit - FOLD_PRIOR
        if weighed > best:
            chosen, best = h, weighed
    against = 1e-300
    for h in range(evidence.size):
        if h != chosen:
            against += math.exp(evidence[h] / unit - (FOLD_PRIOR if h else 0.0) - best)
    return chosen, min(max(-DB * math.log(against), 0.0), MAX_MARGIN_DB)
