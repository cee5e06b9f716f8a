"""`matched.channel_values` compiled: the cells around one peak -> one value per channel and fold."""

from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from edge_controller.detection.matched import (
    EDGE,
    LEAST_BEND,
    MAX_WALK_BINS,
    OFFSETS,
    PROBE,
    SURE_STEPS,
    TINY,
    UNLIKE,
    UNLIKE_FLOOR,
    WALKS_PER_BIN,
    patches_of,
)

INNER = EDGE - PROBE
WALK_STEPS = round(MAX_WALK_BINS * WALKS_PER_BIN)
PADDED = 96  # cells: 81, and nothing up to a round number, that sums are done 8 or 16 at a time to the end

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Complexes = NDArray[np.complex64]
Cells = NDArray[np.intp]
Maps = tuple[Complexes, Singles, Singles]  # cube, power, noise
Table = tuple[Cells, Cells, Singles, Singles]  # of the patches
Room = tuple[Singles, Singles, NDArray[np.uint64], Singles]


@lru_cache(maxsize=8)
def table_of(dopplers: int, ranges: int) -> Table:
    """`patches_of`, its weights (offset, offset, walk, re im, cell) with nothing behind the cells."""
    table = patches_of(dopplers, ranges)
    weights = np.zeros((*table.weights.shape[:3], 2, PADDED), np.float32)
    cells = table.doppler.size
    weights[..., 0, :cells], weights[..., 1, :cells] = table.weights.real, table.weights.imag
    return table.doppler, table.range, weights, table.shape


@njit(cache=True, error_model="numpy")
def room_for(channels: int, cells: int) -> Room:
    """Patch (re im, channel, cell), the power of its cells, where they are, and sums (re im, channel)."""
    return (
        np.zeros((2, channels, PADDED), np.float32),
        np.empty(cells, np.float32),
        np.empty(cells, np.uint64),
        np.empty((2, channels), np.float32),
    )


@njit(cache=True, error_model="numpy")
def patch_values(
    maps: Maps,
    place: tuple[int, int, float, float],
    table: Table,
    about: tuple[Floats, float, Complexes],
    room: Room,
    values: Complexes,
) -> bool:
    """Values of a peak for each walk in `about`, or its cell's; whether the patch is the peak's own."""
    doppler, rng, doppler_bin, range_bin = place
    patch, seen, _, sums = room
    dopplers = maps[1].shape[0]
    signed = (doppler + dopplers // 2) % dopplers - dopplers // 2
    highest = _gather(maps, (doppler, rng), table, room)
    sign = np.float32(1 - 2 * ((doppler + rng) % 2))
    clean = False
    for h in range(len(values)):
        walk = _nearest(about[0][h], WALKS_PER_BIN, WALK_STEPS)
        across = _nearest_inner(doppler_bin - signed)
        along = _nearest_inner(range_bin - rng)
        for _ in range(2):
            before = (across, along)
            across, along = _moved(patch, table[2], (*before, walk), sums)
            if max(abs(across - before[0]), abs(along - before[1])) <= SURE_STEPS:
                break
        _match(patch, table[2][across, along, walk], sums)
        for c in range(values.shape[1]):
            values[h, c] = sign * complex(sums[0, c], sums[1, c])
        quiet = about[1] + UNLIKE_FLOOR * float(highest)
        clean |= _fits(seen, table[3][across, along, walk], UNLIKE * energy_of(values[h]), quiet)
    for c in range(values.shape[1]):
        middle = seen.size // 2
        clean &= about[2][c].real == patch[0, c, middle] and about[2][c].imag == patch[1, c, middle]
    if not clean:
        for h in range(len(values)):
            values[h] = sign * about[2]
    return clean


@njit(cache=True, error_model="numpy")
def _nearest(value: float, steps: int, edge: int) -> int:
    """Index of the nearest of 2 x `edge` + 1 places, `steps` to one."""
    return int(min(max(np.rint(value * steps), -edge), edge)) + edge


@njit(cache=True, error_model="numpy")
def _gather(maps: Maps, cell: tuple[int, int], table: Table, room: Room) -> np.float32:
    """Cells around a peak, channel by channel, and their power; the highest of it."""
    cube, power, _ = maps
    patch, seen, places, _ = room
    dopplers, ranges = power.shape
    step, highest = cube.shape[1] * cube.shape[2], np.float32(0)
    for k in range(seen.size):
        d, r = cell[0] + table[0][k], cell[1] + table[1][k]
        d += dopplers * (int(d < 0) - int(d >= dopplers))
        r += ranges * (int(r < 0) - int(r >= ranges))
        seen[k] = power[d, r]
        highest = max(highest, seen[k])
        places[k] = d * cube.shape[2] + r
    flat = cube.reshape(-1)
    for c in range(len(cube)):
        first = np.uint64(c * step)
        for k in range(seen.size):
            value = flat[first + places[k]]
            patch[0, c, k], patch[1, c, k] = value.real, value.imag
    return highest


@njit(cache=True, error_model="numpy")
def _nearest_inner(offset: float) -> int:
    """Index of an offset that has others to probe on either side."""
    return int(min(max(np.rint(offset * OFFSETS), -INNER), INNER)) + EDGE


@njit(cache=True, error_model="numpy")
def _moved(patch: Singles, weights: Singles, place: tuple[int, int, int], sums: Singles) -> tuple[int, int]:
    """`matched._moved` of one peak and walk."""
    d, r, walk = place
    here = _match(patch, weights[d, r, walk], sums)
    across = _top_between(
        _match(patch, weights[d - PROBE, r, walk], sums),
        here,
        _match(patch, weights[d + PROBE, r, walk], sums),
    )
    along = _top_between(
        _match(patch, weights[d, r - PROBE, walk], sums),
        here,
        _match(patch, weights[d, r + PROBE, walk], sums),
    )
    return _inner(d + across), _inner(r + along)


@njit(cache=True, error_model="numpy")
def _inner(index: int) -> int:
    return min(max(index, PROBE), 2 * EDGE - PROBE)


@njit(cache=True, error_model="numpy")
def _top_between(below: float, here: float, above: float) -> int:
    """Steps to the top of a parabola through three places `PROBE` apart."""
    bend = min(below - 2 * here + above, -LEAST_BEND * here - TINY)
    return int(np.rint(min(max(PROBE / 2 * (below - above) / bend, -2.0 * PROBE), 2.0 * PROBE)))


@njit(cache=True, error_model="numpy", fastmath=True)
def _match(patch: Singles, weights: Singles, sums: Singles) -> float:
    """Weighted sum of the patch into `sums`; its power over all channels."""
    real, imag = weights[0], weights[1]
    power = 0.0
    for c in range(patch.shape[1]):
        x, y = patch[0, c], patch[1, c]
        re, im = np.float32(0), np.float32(0)
        for k in range(PADDED):
            re += x[k] * real[k] - y[k] * imag[k]
            im += x[k] * imag[k] + y[k] * real[k]
        sums[0, c], sums[1, c] = re, im
        power += float(re * re + im * im)
    return power


@njit(cache=True, error_model="numpy", fastmath=True)
def energy_of(values: Complexes) -> float:
    total = 0.0
    for value in values:
        total += value.real * value.real + value.imag * value.imag
    return total


@njit(cache=True, error_model="numpy")
def _fits(seen: Singles, shape: Singles, energy: float, quiet: float) -> bool:
    """Whether no cell holds more than that."""
    fits = True
    for k in range(seen.size):
        fits &= seen[k] <= energy * shape[k] + quiet
    return fits
