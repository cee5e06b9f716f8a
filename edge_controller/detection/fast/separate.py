"""`separate` compiled: the same search for a second tone, one patch at a time."""

from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.beams import fan_of, significant
from edge_controller.detection.fast.fitting import (
    LINE,
    PARTS,
    SIDE,
    fitted,
    patch_of,
    tables_of,
    tone_and_slopes,
)
from edge_controller.detection.fast.tone import is_odd, square
from edge_controller.detection.pairs import (
    EXPLAINS,
    LEAST_APART_BINS,
    LEAST_OWN,
    LEAST_PART_DB,
    SPLIT_BINS,
    Pair,
)
from edge_controller.detection.peaks import Peaks
from edge_controller.detection.separate import MAX_KNOWN, SAME_BINS, Cell, Known, with_parts
from edge_controller.detection.spectrum import doppler_window, range_window
from edge_controller.detection.tone import HALF, axis_of, response, walk_bins

Floats = NDArray[np.float64]
GRID = np.arange(-2 * HALF + 1, 2 * HALF) / 2  # places of a patch, half a bin apart


def separate(
    cube: NDArray[np.complex64],
    noise: NDArray[np.float32],
    peaks: Peaks,
    radar: Radar,
) -> Peaks:
    """As `edge_controller.detection.separate.separate`."""
    odd = is_odd(cube, noise, peaks, radar)
    return with_parts(cube, noise, peaks, radar, odd=odd, clear=clear, pairs_around=pairs_around)


def clear(peaks: Peaks, cells: list[Cell], dopplers: int, most: int) -> list[Known]:
    """As `edge_controller.detection.separate.clear`."""
    if not cells:
        return []
    of_peaks = peaks.doppler, peaks.range, peaks.doppler_bin, peaks.range_bin
    which, members, places = clear_cells(np.array(cells), of_peaks, dopplers, most)
    found = []
    for n, some, at in zip(which.tolist(), members.tolist(), places, strict=True):
        own = [member for member in some if member >= 0]
        doppler_bin = float(peaks.doppler_bin[own[0]])
        found.append(Known(cells[n], len(cells) - n - 1, at[: len(own)], own, doppler_bin))
    return found


@njit(cache=True, error_model="numpy")
def clear_cells(cells, peaks, dopplers, most):  # type: ignore[no-untyped-def]
    """Which cells; per cell the peaks of its patch, -1 where there is no more, and where they are from it."""
    doppler, rng, doppler_bin, range_bin = peaks
    which, found = np.empty(most, np.intp), 0
    members, places = np.empty((most, MAX_KNOWN), np.intp), np.empty((most, MAX_KNOWN, 2))
    offset, near = np.empty((doppler.size, 2)), np.empty(doppler.size, np.bool_)
    for n in range(len(cells)):
        if found == most:
            break
        first = -1
        for peak in range(doppler.size):
            along, across = doppler_bin[peak] - cells[n, 0], range_bin[peak] - cells[n, 1]
            along -= dopplers * np.rint(along / dopplers)
            offset[peak, 0], offset[peak, 1] = along, across
            near[peak] = abs(along) < HALF + 2 and abs(across) < HALF + 2
            if first < 0 and near[peak] and doppler[peak] == cells[n, 0] and rng[peak] == cells[n, 1]:
                first = peak
        if first >= 0 and few(offset, near, first, members[found]):
            for k in range(MAX_KNOWN):
                places[found, k] = offset[members[found, k]]
            which[found] = n
            found += 1
    return which[:found], members[:found], places[:found]


@njit(cache=True, error_model="numpy")
def few(offset, near, first, members):  # type: ignore[no-untyped-def]
    """Whether no more than fit are near that are no beams of one named before: `first`, then the others."""
    members[:] = -1
    members[0], count = first, 1
    for peak in range(near.size):
        if not near[peak]:
            continue
        fresh = True
        for k in range(count):
            apart = np.abs(offset[peak] - offset[members[k]])
            fresh &= not (apart[0] <= SAME_BINS and apart[1] <= SAME_BINS)
        if fresh and count == members.size:
            return False
        if fresh:
            members[count] = peak
            count += 1
    return True


def pairs_around(
    cube: NDArray[np.complex64], noise: NDArray[np.floating], many: list[Known], radar: Radar
) -> list[Pair | None]:
    """As `edge_controller.detection.separate.pairs_around`; the cube may have more rows, and longer ones."""
    shape, fan, channels = (noise.shape[0], noise.shape[1]), fan_of(radar), len(cube)
    tables, lines = tables_of(*shape), _lines(*shape)
    walk = walk_bins(np.array([known.doppler_bin for known in many]), radar).tolist()
    pairs: list[Pair | None] = []
    for known, walks in zip(many, walk, strict=True):
        level = float(noise[known.cell]) / channels
        found, where, amplitudes = find_pair(
            (cube, shape, known.cell), (tables, lines), (fan.undo_motion[known.cell[0]], fan.steering),
            np.ascontiguousarray(known.places), walks, (level, significant(channels) * channels * level),
        )  # fmt: skip
        pairs.append(Pair(where, amplitudes) if found else None)
    return pairs


@lru_cache(maxsize=8)
def _lines(dopplers: int, ranges: int) -> tuple[Floats, Floats, float]:
    """Tones half a bin apart (place, cell) per axis, of norm 1, and the energy of one of amplitude 1."""
    lines = []
    for axis in (axis_of(doppler_window, dopplers), axis_of(range_window, ranges)):
        seen = axis.whiten @ response(axis, GRID - np.arange(-HALF, HALF + 1)[:, None])
        lines.append(np.ascontiguousarray((seen / np.linalg.norm(seen, axis=0)).T))
    rows = np.empty((3, PARTS))
    tone_and_slopes(tables_of(dopplers, ranges), np.zeros(2), 0.0, rows)
    return lines[0], lines[1], float(rows[0] @ rows[0])


@njit(cache=True, error_model="numpy")
def find_pair(around, tables, fan, places, walk, levels):  # type: ignore[no-untyped-def]
    """Whether there is one tone more than at `places`; places and amplitudes of all, the new one last."""
    noise, over_noise = levels
    patch = patch_of(around[0], around[1], around[2], tables[0])
    first = fitted(patch, tables[0], places, walk, noise)
    strongest = 0.0
    for tone in range(len(places)):
        strongest = max(strongest, energy(first[2][tone]))
    least = max(over_noise, strongest * tables[1][2] * 10 ** (LEAST_PART_DB / 10))
    stands_out, fresh = second(patch[0], first, tables[1], fan, least)
    if not stands_out:
        return False, first[0], first[2]
    both = best_start(patch, tables[0], first[0], fresh, (walk, noise))
    whole = noise * patch[0].size / 2
    return believed(first[3], both, fan, (whole, least)), both[0], both[2]


@njit(cache=True, error_model="numpy")
def best_start(patch, tables, known, fresh, how):  # type: ignore[no-untyped-def]
    """The known tones and the new one where it stands out, or the nearest known one split in two."""
    walk, noise = how
    count, nearest, least = len(known), 0, np.inf
    for tone in range(count):
        apart = np.max(np.abs(known[tone] - fresh))
        if apart < least:
            nearest, least = tone, apart
    start = np.empty((count + 1, 2))
    start[:count] = known
    start[count] = fresh
    if least > SPLIT_BINS:
        return fitted(patch, tables, start, walk, noise)
    start[count] = known[nearest]
    start[count, 0] += SPLIT_BINS / 2
    start[nearest, 0] -= SPLIT_BINS / 2
    one = fitted(patch, tables, start, walk, noise)
    start[:count] = known
    start[count] = known[nearest]
    start[count, 1] += SPLIT_BINS / 2
    start[nearest, 1] -= SPLIT_BINS / 2
    other = fitted(patch, tables, start, walk, noise)
    return one if one[3] <= other[3] else other


@njit(cache=True, error_model="numpy")
def energy(values):  # type: ignore[no-untyped-def]
    total = 0.0
    for value in values:
        total += square(value)
    return total


@njit(cache=True, error_model="numpy")
def second(twins, fit, lines, fan, least):  # type: ignore[no-untyped-def]
    """Whether and where in what is left another tone stands out most.

    No beam has more power than all channels together, so most places need no beams.
    """
    channels, wide = twins.shape[1] // 2, twins.shape[1] // 2 + len(fit[0])
    matched = matched_with(columns_of(twins, fit), lines[0], lines[1])
    best, found, place = least, False, np.zeros(2)
    for p in range(matched.shape[1]):
        for q in range(len(matched)):
            here = matched[q, p]
            own = 1 - energy(here[channels:wide])
            if own < LEAST_OWN or energy(here[:channels]) <= best * own:
                continue
            height = brightest(here[:channels], fan) / own
            if height > best:
                best, found = height, True
                place[0], place[1] = GRID[p], GRID[q]
    return found, place


@njit(cache=True, error_model="numpy")
def columns_of(twins, fit):  # type: ignore[no-untyped-def]
    """(Doppler, range, column) what the tones leave of the channels, then an orthonormal basis of them."""
    count, channels = len(fit[0]), twins.shape[1] // 2
    columns = np.empty((SIDE, SIDE, channels + count), np.complex128)
    for i in range(SIDE):
        for k in range(SIDE):
            real, imag = k * LINE + i, k * LINE + SIDE + i
            for channel in range(channels):
                columns[i, k, channel] = complex(twins[real, channel], twins[imag, channel])
            for tone in range(count):
                one = complex(fit[4][tone, real], fit[4][tone, imag])
                columns[i, k, channels + tone] = one
                for channel in range(channels):
                    columns[i, k, channel] -= one * fit[2][tone, channel]
    tones = columns[:, :, channels:]
    for tone in range(count):
        for other in range(tone):
            share = 0j
            for i in range(SIDE):
                for k in range(SIDE):
                    share += np.conj(tones[i, k, other]) * tones[i, k, tone]
            for i in range(SIDE):
                for k in range(SIDE):
                    tones[i, k, tone] -= share * tones[i, k, other]
        norm = 0.0
        for i in range(SIDE):
            norm += energy(tones[i, :, tone])
        tones[:, :, tone] /= max(np.sqrt(norm), 1e-150)
    return columns


@njit(cache=True, error_model="numpy")
def matched_with(columns, dopplers, ranges):  # type: ignore[no-untyped-def]
    """(range, Doppler, column) tones half a bin apart against the columns.

    All places of one axis in one loop, as it is long enough then to be done many values at a time.
    """
    wide, size = columns.shape[2], len(dopplers)
    along = summed_by(dopplers, columns.view(np.float64).reshape(SIDE, -1))
    turned = np.empty((SIDE, size, 2 * wide))
    for p in range(size):
        for k in range(SIDE):
            turned[k, p] = along[p, 2 * wide * k : 2 * wide * (k + 1)]
    return summed_by(ranges, turned.reshape(SIDE, -1)).view(np.complex128).reshape(size, size, wide)


@njit(cache=True, error_model="numpy")
def summed_by(shares, rows):  # type: ignore[no-untyped-def]
    """(place, value) rows summed by the shares (place, row), one row after the other."""
    length = np.uint64(rows.shape[1])
    sums, flat = np.zeros((len(shares), rows.shape[1])), rows.reshape(-1)
    out = sums.reshape(-1)
    for place in range(len(shares)):
        to = np.uint64(place) * length
        for row in range(len(rows)):
            share, first = shares[place, row], np.uint64(row) * length
            for n in range(length):
                out[to + n] += share * flat[first + n]
    return sums


@njit(cache=True, error_model="numpy")
def brightest(amplitudes, fan):  # type: ignore[no-untyped-def]
    """Power of the strongest beam."""
    undo_motion, steering = fan
    best, freed = 0.0, amplitudes * undo_motion
    for beam in range(steering.shape[1]):
        total = 0j
        for channel in range(freed.size):
            total += freed[channel] * steering[channel, beam]
        best = max(best, square(total))
    return best


@njit(cache=True, error_model="numpy")
def believed(before, both, fan, how):  # type: ignore[no-untyped-def]
    """Whether the last of the tones in `both` is one: strong enough, apart, and most of what was left."""
    whole, least = how
    places, last = both[0], len(both[0]) - 1
    apart = np.inf
    for tone in range(last):
        apart = min(apart, np.max(np.abs(places[tone] - places[last])))
    if apart < LEAST_APART_BINS:
        return False
    if np.max(np.abs(places)) > HALF + 2 or np.max(np.abs(places[last])) > HALF:
        return False
    if brightest(both[2][last], fan) * both[5][last, last].real < least:
        return False
    return before - both[3] > EXPLAINS * (before - whole)
