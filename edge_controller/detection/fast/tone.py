"""`is_odd` compiled, one peak at a time, and what a tone leaves in the cells around its peak."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.peaks import Peaks
from edge_controller.detection.spectrum import doppler_window, range_window
from edge_controller.detection.tone import (
    HALF,
    LEAST_SNR,
    NODE_TIMES,
    NODES,
    NOISE_SHARE,
    PLACE_SHARE,
    STILL_BINS,
    TABLE_STEPS,
    axis_of,
    walk_bins,
)


def is_odd(
    power: NDArray[np.float32], noise: NDArray[np.float32], peaks: Peaks, radar: Radar
) -> NDArray[np.bool_]:
    """As `edge_controller.detection.tone.is_odd`."""
    odd = np.zeros(peaks.doppler.size, np.bool_)
    doppler, rng = axis_of(doppler_window, power.shape[0]), axis_of(range_window, power.shape[1])
    walk_bin = float(walk_bins(np.ones(1), radar)[0])
    judge(
        (power, noise), (peaks.doppler, peaks.range, peaks.doppler_bin, peaks.range_bin, peaks.excess),
        (doppler.response, doppler.nodes, rng.response), walk_bin, len(radar.array.virtual_m), odd,
    )  # fmt: skip
    return odd


@njit(cache=True, error_model="numpy")
def judge(maps, peaks, tables, walk_bin, channels, odd):  # type: ignore[no-untyped-def]
    """Which peaks have cells whose power no one tone would leave, into `odd`."""
    power, noise = maps
    doppler, rng, doppler_bin, range_bin, excess = peaks
    dopplers, ranges = power.shape
    middle = HALF - 1
    shape = np.empty((2 * HALF - 1, 2 * HALF - 1), np.complex128)
    for n in range(doppler.size):
        if not excess[n] * channels > LEAST_SNR:
            continue
        place = doppler_bin[n] - doppler[n]
        place -= dopplers * np.rint(place / dopplers)
        leave(tables, place, range_bin[n] - rng[n], walk_bin * doppler_bin[n], shape)
        level = np.float64(noise[doppler[n], rng[n]])
        own = max(np.float64(power[doppler[n], rng[n]]) - level, 0.0) / square(shape[middle, middle])
        for i in range(2 * HALF - 1):
            row = (doppler[n] + i - middle) % dopplers
            for k in range(2 * HALF - 1):
                expected = own * square(shape[i, k])
                off = abs(power[row, (rng[n] + k - middle) % ranges] - level - expected)
                spread = np.sqrt((level**2 + 2 * level * expected) / channels)
                if off > NOISE_SHARE * spread + PLACE_SHARE * expected:
                    odd[n] = True
                    break
            if odd[n]:
                break


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


@njit(cache=True, error_model="numpy")
def leave(tables, doppler, rng, walk, out):  # type: ignore[no-untyped-def]
    """(Doppler, range) what a tone of amplitude 1 leaves in the cells around the middle one."""
    along, nodes, across = tables
    half = out.shape[0] // 2
    if abs(walk) < STILL_BINS:
        for i in range(out.shape[0]):
            out[i, 0] = at(along, doppler + half - i)
        for k in range(out.shape[1] - 1, -1, -1):
            here = at(across, rng + half - k)
            for i in range(out.shape[0]):
                out[i, k] = here * out[i, 0]
        return
    walked = np.empty((NODES, out.shape[1]))
    for node in range(NODES):
        for k in range(out.shape[1]):
            walked[node, k] = at(across, rng + walk * NODE_TIMES[node] + half - k)
    out[:] = 0
    for i in range(out.shape[0]):
        offset = doppler + half - i
        place = min(abs(offset) * TABLE_STEPS, nodes.shape[0] - 1.001)
        below = int(place)
        part, sign = place - below, -1.0 if offset < 0 else 1.0
        for node in range(NODES):
            seen = nodes[below, node] * (1 - part) + nodes[below + 1, node] * part
            seen = complex(seen.real, sign * seen.imag)
            for k in range(out.shape[1]):
                out[i, k] += seen * walked[node, k]
