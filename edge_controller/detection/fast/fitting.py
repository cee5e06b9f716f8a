"""`fitting` compiled: tones held against one patch of cells.

A patch is worked on as real numbers, (range cell, re im, Doppler cell) in one row: products of complex rows
are then sums of real ones, which many values at a time are done of. `Twins` of a row are the row itself and
what a product with it gives the imaginary part of, so that one product of matrices has both.
"""

from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from edge_controller.detection.fitting import ITERATIONS, MAX_STEP_BINS, RIDGE, SHIFT, whitened
from edge_controller.detection.spectrum import doppler_window, range_window
from edge_controller.detection.tone import HALF, NODE_TIMES, NODES, STILL_BINS, TABLE_STEPS, axis_of

Floats = NDArray[np.float64]
Tables = tuple[Floats, Floats, Floats, Floats]

SIDE = 2 * HALF + 1
LINE = 2 * SIDE  # one range cell: its real parts, then its imaginary ones
PARTS = SIDE * LINE
NODE_PARTS = NODES * LINE


@lru_cache(maxsize=8)
def tables_of(dopplers: int, ranges: int) -> Tables:
    """What tones leave, whitened, (place, node re im cell) in Doppler, (place, cell) in range; whitenings."""
    along, across = whitened((dopplers, ranges))
    by_node = along.reshape(-1, SIDE, NODES).transpose(0, 2, 1)
    parts = np.stack([by_node.real, by_node.imag], axis=2).reshape(len(along), -1)
    whiten = [axis_of(doppler_window, dopplers).whiten, axis_of(range_window, ranges).whiten]
    return np.ascontiguousarray(parts), np.ascontiguousarray(across.real), whiten[0].copy(), whiten[1].copy()


@njit(cache=True, error_model="numpy")
def patch_of(cube, shape, cell, tables):  # type: ignore[no-untyped-def]
    """(part, re im channel) twins of the cells around that one, whitened; and their energy."""
    channels = len(cube)
    values = np.empty((PARTS, channels))
    for k in range(SIDE):
        column = (cell[1] + k - HALF) % shape[1]
        for i in range(SIDE):
            row, turn = (cell[0] + i - HALF) % shape[0], 1.0 - 2.0 * ((i + k) % 2)
            real, imag = values[k * LINE + i], values[k * LINE + SIDE + i]
            for channel in range(channels):
                one = cube[channel, row, column]
                real[channel], imag[channel] = turn * one.real, turn * one.imag
    for first in range(0, PARTS, SIDE):
        _whiten(tables[2], values, first, 1)
    for first in range(LINE):
        _whiten(tables[3], values, first, LINE)
    twins, energy = np.empty((PARTS, 2 * channels)), 0.0
    for n in range(PARTS):
        part = n // SIDE % 2
        other, sign = n + SIDE - 2 * part * SIDE, 1.0 - 2.0 * part
        for channel in range(channels):
            twins[n, channel] = values[n, channel]
            twins[n, channels + channel] = sign * values[other, channel]
            energy += values[n, channel] ** 2
    return twins, energy


@njit(cache=True, error_model="numpy", fastmath=True)
def _whiten(triangle, values, first, step):  # type: ignore[no-untyped-def]
    """Rows of `values`, `step` apart, in place by a lower triangle."""
    for i in range(SIDE - 1, -1, -1):
        to = values[first + i * step]
        own = triangle[i, i]
        for c in range(to.size):
            to[c] *= own
        for j in range(i):
            share, row = triangle[i, j], values[first + j * step]
            for c in range(to.size):
                to[c] += share * row[c]


@njit(cache=True, error_model="numpy")
def _between(table, place, out):  # type: ignore[no-untyped-def]
    """A row of a table whose middle is place 0, between its places."""
    at = min(max(place * TABLE_STEPS + len(table) // 2, 0.0), len(table) - 1.001)
    below = int(at)
    part = at - below
    low, high = table[below], table[below + 1]
    for n in range(out.size):
        out[n] = low[n] + part * (high[n] - low[n])


@njit(cache=True, error_model="numpy")
def _with_slope(table, place, out, slope, room):  # type: ignore[no-untyped-def]
    """A row of a table, and its slope per bin."""
    _between(table, place, out)
    _between(table, place + SHIFT, slope)
    _between(table, place - SHIFT, room)
    for n in range(slope.size):
        slope[n] = (slope[n] - room[n]) / (2 * SHIFT)


@njit(cache=True, error_model="numpy", fastmath=True)
def tone_and_slopes(tables, place, walk, rows):  # type: ignore[no-untyped-def]
    """Into rows (3, part): what a tone of amplitude 1 leaves, its slope in Doppler, and that in range."""
    along, seen = np.empty((3, NODE_PARTS)), np.empty((3, SIDE))
    _with_slope(tables[0], place[0], along[0], along[1], along[2])
    rows[:] = 0
    for node in range(NODES):
        _with_slope(tables[1], place[1] + walk * NODE_TIMES[node], seen[0], seen[1], seen[2])
        own, bent = along[0, node * LINE : (node + 1) * LINE], along[1, node * LINE : (node + 1) * LINE]
        for k in range(SIDE):
            share, slope = seen[0, k], seen[1, k]
            to = rows[:, k * LINE : (k + 1) * LINE]
            for n in range(LINE):
                to[0, n] += share * own[n]
                to[1, n] += share * bent[n]
                to[2, n] += slope * own[n]


@njit(cache=True, error_model="numpy")
def solved(patch, tables, places, walk):  # type: ignore[no-untyped-def]
    """Places, where their slopes lead, amplitudes (tone, channel), energy left, rows, products of tones.

    The rows are those of the tones, then those of their slopes in Doppler, then in range.
    """
    twins, whole = patch
    count, channels = len(places), twins.shape[1] // 2
    rows, three = np.empty((6 * count, PARTS)), np.empty((3, PARTS))
    for tone in range(count):
        tone_and_slopes(tables, places[tone], walk, three)
        for kind in range(3):
            rows[kind * count + tone] = three[kind]
            _turn(three[kind], rows[(3 + kind) * count + tone])
    own = rows[: 3 * count]
    among, with_seen = np.dot(own, rows.T), np.dot(own, twins)
    products = np.empty((3 * count, 3 * count + channels), np.complex128)
    for n in range(3 * count):
        for m in range(3 * count):
            products[n, m] = complex(among[n, m], among[n, 3 * count + m])
        for channel in range(channels):
            products[n, 3 * count + channel] = complex(
                with_seen[n, channel], with_seen[n, channels + channel]
            )
    alike, shares = products[:count, :count].copy(), products[:count, count:].copy()
    trace = 0.0
    for tone in range(count):
        trace += alike[tone, tone].real
    eliminated(alike.copy(), shares, RIDGE * trace if count > 1 else 0.0)
    energy = whole
    for tone in range(count):
        for channel in range(channels):
            seen = products[tone, 3 * count + channel]
            energy -= (np.conj(seen) * shares[tone, 2 * count + channel]).real
    step = _step(products[count:], shares, count)
    return places, step, shares[:, 2 * count :].copy(), energy, own, alike


@njit(cache=True, error_model="numpy")
def _turn(row, out):  # type: ignore[no-untyped-def]
    """The twin of a row."""
    for line in range(0, PARTS, LINE):
        for n in range(SIDE):
            out[line + n], out[line + SIDE + n] = row[line + SIDE + n], -row[line + n]


@njit(cache=True, error_model="numpy")
def _step(products, shares, count):  # type: ignore[no-untyped-def]
    """Gauss-Newton step of all places, (tone, axis), at most a third of a bin.

    `products` of the slopes with tones, slopes and channels; `shares` of the tones in slopes and channels.
    """
    size, channels = 2 * count, shares.shape[1] - 2 * count
    bend, slope = np.empty((size, size)), np.zeros((size, 1))
    alike = np.empty((count, count), np.complex128)
    for n in range(count):
        for m in range(count):
            alike[n, m] = np.vdot(shares[n, size:], shares[m, size:])
    for n in range(size):
        for m in range(size):
            bent = products[n, count + m]
            for tone in range(count):
                bent -= products[n, tone] * shares[tone, m]
            bend[n, m] = (bent * alike[n % count, m % count]).real
        for channel in range(size, size + channels):
            toward = products[n, count + channel]
            for tone in range(count):
                toward -= products[n, tone] * shares[tone, channel]
            slope[n, 0] += (toward * np.conj(shares[n % count, channel])).real
    trace = 0.0
    for n in range(size):
        trace += bend[n, n]
    eliminated(bend, slope, 1e-9 * trace)
    step = np.empty((count, 2))
    for tone in range(count):
        for axis in range(2):
            move = slope[axis * count + tone, 0]
            step[tone, axis] = min(max(move, -MAX_STEP_BINS), MAX_STEP_BINS)
    return step


@njit(cache=True, error_model="numpy")
def eliminated(matrix, columns, ridge):  # type: ignore[no-untyped-def]
    """Solve in place for the columns; `matrix`, Hermitian and positive with `ridge` on it, is used up."""
    size = len(matrix)
    for n in range(size):
        matrix[n, n] += ridge
    for n in range(size):
        for below in range(n + 1, size):
            share = matrix[below, n] / matrix[n, n]
            for m in range(n + 1, size):
                matrix[below, m] -= share * matrix[n, m]
            for c in range(columns.shape[1]):
                columns[below, c] -= share * columns[n, c]
    for n in range(size - 1, -1, -1):
        for c in range(columns.shape[1]):
            rest = columns[n, c]
            for m in range(n + 1, size):
                rest -= matrix[n, m] * columns[m, c]
            columns[n, c] = rest / matrix[n, n]


@njit(cache=True, error_model="numpy")
def fitted(patch, tables, places, walk, noise):  # type: ignore[no-untyped-def]
    """As `solved`, of the places near these that leave least."""
    walk = 0.0 if abs(walk) < STILL_BINS else walk
    best = solved(patch, tables, places.copy(), walk)
    for _ in range(ITERATIONS):
        moved = solved(patch, tables, best[0] + best[1], walk)
        gain = best[3] - moved[3]
        if not gain > 0:
            break
        best = moved
        if gain < noise:
            break
    return best
