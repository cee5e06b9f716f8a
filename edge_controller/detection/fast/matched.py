"""`matched.channel_values` compiled: the cells around one peak -> one value per channel and fold."""

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
)

INNER = EDGE - PROBE
WALK_STEPS = round(MAX_WALK_BINS * WALKS_PER_BIN)

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Complexes = NDArray[np.complex64]
Cells = NDArray[np.intp]
Maps = tuple[Complexes, Singles, Singles]  # cube, power, noise
Table = tuple[Cells, Cells, Complexes, Singles]  # of the patches


@njit(cache=True, error_model="numpy")
def patch_values(
    maps: Maps,
    place: tuple[int, int, float, float],
    table: Table,
    about: tuple[Floats, float, Complexes],
    into: tuple[Complexes, Singles, Complexes],
) -> bool:
    """Values of a peak for each walk in `about`, or its cell's; whether the patch is the peak's own."""
    doppler, rng, doppler_bin, range_bin = place
    patch, seen, values = into
    dopplers = maps[1].shape[0]
    signed = (doppler + dopplers // 2) % dopplers - dopplers // 2
    highest = _gather(maps, (doppler, rng), table, patch, seen)
    parts = np.empty((2, *patch.shape), np.float32)
    parts[0], parts[1] = patch.real, patch.imag
    sums = np.empty((2, values.shape[1]), np.float32)
    sign = np.float32(1 - 2 * ((doppler + rng) % 2))
    clean = False
    for h in range(len(values)):
        walk = _nearest(about[0][h], WALKS_PER_BIN, WALK_STEPS)
        weights, shape = table[2][:, :, walk], table[3][:, :, walk]
        across = _nearest_inner(doppler_bin - signed)
        along = _nearest_inner(range_bin - rng)
        for _ in range(2):
            before = (across, along)
            across, along = _moved(parts, weights, before, sums)
            if max(abs(across - before[0]), abs(along - before[1])) <= SURE_STEPS:
                break
        _match(parts, weights[across, along], sums)
        for c in range(values.shape[1]):
            values[h, c] = sign * complex(sums[0, c], sums[1, c])
        quiet = about[1] + UNLIKE_FLOOR * float(highest)
        clean |= _fits(seen, shape[across, along], UNLIKE * energy_of(values[h]), quiet)
    for c in range(values.shape[1]):
        clean &= about[2][c] == patch[len(patch) // 2, c]
    if not clean:
        for h in range(len(values)):
            values[h] = sign * about[2]
    return clean


@njit(cache=True, error_model="numpy")
def _nearest(value: float, steps: int, edge: int) -> int:
    """Index of the nearest of 2 x `edge` + 1 places, `steps` to one."""
    return int(min(max(np.rint(value * steps), -edge), edge)) + edge


@njit(cache=True, error_model="numpy")
def _gather(maps: Maps, cell: tuple[int, int], table: Table, patch: Complexes, seen: Singles) -> np.float32:
    """Cells around a peak, (cell, channel), and their power; the highest of it."""
    cube, power, _ = maps
    count, dopplers, ranges = cube.shape
    highest = np.float32(0)
    for k in range(seen.size):
        d, r = (cell[0] + table[0][k]) % dopplers, (cell[1] + table[1][k]) % ranges
        seen[k] = power[d, r]
        highest = max(highest, seen[k])
        for c in range(count):
            patch[k, c] = cube[c, d, r]
    return highest


@njit(cache=True, error_model="numpy")
def _nearest_inner(offset: float) -> int:
    """Index of an offset that has others to probe on either side."""
    return int(min(max(np.rint(offset * OFFSETS), -INNER), INNER)) + EDGE


@njit(cache=True, error_model="numpy")
def _moved(parts: Singles, weights: Complexes, place: tuple[int, int], sums: Singles) -> tuple[int, int]:
    """`matched._moved` of one peak and walk."""
    d, r = place
    here = _match(parts, weights[d, r], sums)
    across = _top_between(
        _match(parts, weights[d - PROBE, r], sums), here, _match(parts, weights[d + PROBE, r], sums)
    )
    along = _top_between(
        _match(parts, weights[d, r - PROBE], sums), here, _match(parts, weights[d, r + PROBE], sums)
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
def _match(parts: Singles, weights: Complexes, sums: Singles) -> float:
    """Weighted sum of the patch into `sums`, real and imaginary; its power over all channels."""
    sums[:] = 0
    for k in range(parts.shape[1]):
        real, imag = weights[k].real, weights[k].imag
        for c in range(parts.shape[2]):
            sums[0, c] += parts[0, k, c] * real - parts[1, k, c] * imag
            sums[1, c] += parts[0, k, c] * imag + parts[1, k, c] * real
    power = 0.0
    for c in range(parts.shape[2]):
        power += sums[0, c] * sums[0, c] + sums[1, c] * sums[1, c]
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
