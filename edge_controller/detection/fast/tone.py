"""`is_odd` compiled, one peak at a time, and what a tone leaves in the cells around its peak."""

from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.peaks import Peaks
from edge_controller.detection.spectrum import doppler_window, range_window
from edge_controller.detection.tone import (
    ACROSS,
    BESIDE_STEPS,
    FOLDS,
    HALF,
    LEAST_SNR,
    MODEL_SHARE,
    NODE_TIMES,
    NODES,
    SHIFT,
    STILL_BINS,
    TABLE_STEPS,
    axis_of,
    most_left,
)

Floats = NDArray[np.float64]
Complex = NDArray[np.complex128]
Plan = tuple[tuple[Floats, Complex, Floats], tuple[Floats, Floats, Floats, Floats], tuple[float, float]]


def is_odd(
    cube: NDArray[np.complex64], noise: NDArray[np.float32], peaks: Peaks, radar: Radar
) -> NDArray[np.bool_]:
    """As `edge_controller.detection.tone.is_odd`."""
    odd = np.zeros(peaks.doppler.size, np.bool_)
    of_peaks = peaks.doppler, peaks.range, peaks.doppler_bin, peaks.range_bin, peaks.excess
    judge((cube, noise), of_peaks, plan_of(radar, (noise.shape[0], noise.shape[1])), odd)
    return odd


@lru_cache(maxsize=8)
def plan_of(radar: Radar, shape: tuple[int, int]) -> Plan:
    """Responses along both axes, whitenings; range bins walked per Doppler bin, what noise leaves."""
    doppler, rng = axis_of(doppler_window, shape[0]), axis_of(range_window, shape[1])
    walk_bin = radar.range_rate_bin_mps * radar.dwell_s / radar.profile.range_bin_m
    return (
        (doppler.response, doppler.nodes, rng.response),
        (doppler.whiten, rng.whiten, doppler.beside, rng.beside),
        (walk_bin, most_left(len(radar.array.virtual_m))),
    )


@njit(cache=True, error_model="numpy")
def judge(maps, peaks, plan, odd):  # type: ignore[no-untyped-def]
    """Which peaks have lines of cells that hold more than one tone and noise, into `odd`."""
    cube, noise = maps
    tables, whitens, (walk_bin, most) = plan
    doppler, rng, doppler_bin, range_bin, excess = peaks
    channels, dopplers = len(cube), len(noise)
    size = 2 * HALF + 1
    values = np.empty((2, size, channels), np.complex128)
    for n in range(doppler.size):
        if not excess[n] * channels > LEAST_SNR:
            continue
        place = doppler_bin[n] - doppler[n]
        place -= dopplers * np.rint(place / dopplers)
        beside = whitens[3][step(range_bin[n] - rng[n])], whitens[2][step(place)]
        lines_of(cube, (doppler[n], rng[n]), noise.shape, beside, values)
        for axis in range(2):
            whitened(whitens[0] if axis == 0 else whitens[1], values[axis])
        level = noise[doppler[n], rng[n]] / channels
        for fold in FOLDS:
            walk = walk_bin * (doppler_bin[n] + fold * dopplers)
            where = place, range_bin[n] - rng[n], walk, beside
            odd[n] = left_over(values, tables, whitens, where, most * level)
            if not odd[n]:
                break


@njit(cache=True, error_model="numpy", inline="always")
def step(offset):  # type: ignore[no-untyped-def]
    """Where in `Axis.beside`."""
    return min(max(int(np.rint(offset * BESIDE_STEPS)) + BESIDE_STEPS, 0), 2 * BESIDE_STEPS)


@njit(cache=True, error_model="numpy")
def lines_of(cube, cell, shape, beside, values):  # type: ignore[no-untyped-def]
    """Lines through a peak along both axes, summed across by weights: (axis, cell, channel) `values`."""
    size = values.shape[1]
    rows, columns = np.empty(size, np.int64), np.empty(size, np.int64)
    for i in range(size):
        rows[i], columns[i] = (cell[0] + i - HALF) % shape[0], (cell[1] + i - HALF) % shape[1]
    weights = np.empty((2, 2 * ACROSS + 1), np.float32)
    for j in range(2 * ACROSS + 1):  # every other cell turns
        sign = 1.0 - 2.0 * ((HALF + j + ACROSS) % 2)
        weights[0, j], weights[1, j] = sign * beside[0][j], sign * beside[1][j]
    for channel in range(len(cube)):
        turn = np.float32(1)
        for i in range(size):
            one, two = 0j, 0j
            for j in range(2 * ACROSS + 1):
                near = HALF + j - ACROSS
                one += turn * weights[0, j] * cube[channel, rows[i], columns[near]]
                two += turn * weights[1, j] * cube[channel, rows[near], columns[i]]
            values[0, i, channel], values[1, i, channel] = one, two
            turn = -turn


@njit(cache=True, error_model="numpy")
def left_over(values, tables, whitens, where, most):  # type: ignore[no-untyped-def]
    """Whether more is left of one of the lines than noise leaves."""
    doppler, rng, walk, beside = where
    size, channels = values.shape[1:]
    both = np.empty((size, 2), np.complex128)  # the tone, and where it moves to
    for axis in range(2):
        for moved in range(2):
            shift = SHIFT * moved
            at_moved = doppler + shift * (axis == 0), rng + shift * (axis == 1), walk, beside[axis]
            line(tables, axis, at_moved, both[:, moved])
        whitened(whitens[0] if axis == 0 else whitens[1], both)
        norm, share, other = 0.0, 0j, 0.0
        for i in range(size):
            norm += square(both[i, 0])
            share += np.conj(both[i, 0]) * both[i, 1]
        for i in range(size):
            both[i, 1] -= share / norm * both[i, 0]
            other += square(both[i, 1])
        own, rest, toward = 0.0, 0.0, 0.0
        for channel in range(channels):
            one, two = 0j, 0j
            for i in range(size):
                value = values[axis, i, channel]
                rest += square(value)
                one += value * np.conj(both[i, 0])
                two += value * np.conj(both[i, 1])
            own += square(one) / norm
            toward += (np.conj(one) * two).real
        rest -= own + toward**2 / (norm * own * other)
        if rest > most + MODEL_SHARE * own:
            return True
    return False


@njit(cache=True, error_model="numpy")
def whitened(whiten, values):  # type: ignore[no-untyped-def]
    """(cell, column) in place, by a lower triangle."""
    for i in range(values.shape[0] - 1, -1, -1):
        for column in range(values.shape[1]):
            one = values[i, column]
            real, imag = whiten[i, i] * one.real, whiten[i, i] * one.imag
            for j in range(i):
                other = values[j, column]
                real += whiten[i, j] * other.real
                imag += whiten[i, j] * other.imag
            values[i, column] = complex(real, imag)


@njit(cache=True, error_model="numpy")
def line(tables, axis, where, out):  # type: ignore[no-untyped-def]
    """(cell,) what a tone leaves along one axis through the cell of its peak, summed across by weights."""
    along, nodes, across = tables
    doppler, rng, walk, weights = where
    if abs(walk) < STILL_BINS:  # the sum across is a factor, which nobody asks for
        for i in range(out.size):
            out[i] = at(along, doppler + HALF - i) if axis == 0 else at(across, rng + HALF - i)
        return
    out[:] = 0
    for node in range(NODES):
        walked = rng + walk * NODE_TIMES[node]
        if axis == 0:
            share = 0.0
            for j in range(weights.size):
                share += weights[j] * at(across, walked + ACROSS - j)
            for i in range(out.size):
                out[i] += share * at_node(nodes, doppler + HALF - i, node)
        else:
            part = 0j
            for j in range(weights.size):
                part += weights[j] * at_node(nodes, doppler + ACROSS - j, node)
            for i in range(out.size):
                out[i] += part * at(across, walked + HALF - i)


@njit(cache=True, error_model="numpy")
def at_node(nodes, offset, node):  # type: ignore[no-untyped-def]
    """Of one node's part; of a negative offset it is the conjugate."""
    seen = at(nodes[:, node], offset)
    return np.conj(seen) if offset < 0 else seen


@njit(cache=True, error_model="numpy", inline="always")
def square(value):  # type: ignore[no-untyped-def]
    return value.real**2 + value.imag**2


@njit(cache=True, error_model="numpy")
def at(table, offset):  # type: ignore[no-untyped-def]
    """Of an even function given per 1/64 bin."""
    place = min(abs(offset) * TABLE_STEPS, table.shape[0] - 1.001)
    below = int(place)
    part = place - below
    return table[below] * (1 - part) + table[below + 1] * part
