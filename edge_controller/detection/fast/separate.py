"""`separate` compiled: the same search for a second tone, one patch at a time."""

from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.beams import significant
from edge_controller.detection.fast.tone import is_odd, leave, square
from edge_controller.detection.fitting import ITERATIONS, MAX_STEP_BINS, SHIFT
from edge_controller.detection.pairs import (
    EXPLAINS,
    LEAST_APART_BINS,
    LEAST_OWN,
    LEAST_PART_DB,
    SPLIT_BINS,
    Pair,
    Patches,
)
from edge_controller.detection.peaks import Peaks
from edge_controller.detection.separate import MAX_KNOWN, SAME_BINS, Cell, Known, with_parts
from edge_controller.detection.spectrum import doppler_window, range_window
from edge_controller.detection.tone import (
    HALF,
    axis_of,
    response,
)

Floats = NDArray[np.float64]
Complex = NDArray[np.complex128]
CELLS = 2 * HALF + 1
GRID = np.arange(-2 * HALF + 1, 2 * HALF) / 2  # places of a patch, half a bin apart


def separate(
    cube: NDArray[np.complex64],
    noise: NDArray[np.float32],
    peaks: Peaks,
    radar: Radar,
) -> Peaks:
    """As `edge_controller.detection.separate.separate`."""
    odd = is_odd(cube, noise, peaks, radar)
    return with_parts(cube, noise, peaks, radar, odd=odd, clear=clear, pairs_of=pairs_of)


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


def pairs_of(patches: Patches, places: list[Floats], walk: Floats) -> list[Pair | None]:
    """As `edge_controller.detection.pairs.pairs_of`."""
    seen, pairs = patches.seen, []
    channels = seen.values.shape[2]
    for n, known in enumerate(places):
        noise = float(seen.noise[n])
        found, where, amplitudes = find_pair(
            seen.values[n], _tables(*seen.shape), (patches.undo_motion[n], patches.steering),
            np.ascontiguousarray(known), float(walk[n]), (noise, significant(channels) * channels * noise),
        )  # fmt: skip
        pairs.append(Pair(where, amplitudes) if found else None)
    return pairs


Tables = tuple[Floats, Complex, Floats, Floats, Floats, Floats, Floats]


@lru_cache(maxsize=8)
def _tables(dopplers: int, ranges: int) -> Tables:
    """Responses as `leave` wants them, both whitenings, and tones half a bin apart (place, cell) per axis."""
    doppler, rng = axis_of(doppler_window, dopplers), axis_of(range_window, ranges)
    lines = []
    for axis in (doppler, rng):
        seen = axis.whiten @ response(axis, GRID - np.arange(-HALF, HALF + 1)[:, None])
        lines.append(np.ascontiguousarray((seen / np.linalg.norm(seen, axis=0)).T))
    whiten = [np.ascontiguousarray(axis.whiten) for axis in (doppler, rng)]
    return doppler.response, doppler.nodes, rng.response, whiten[0], whiten[1], lines[0], lines[1]


@njit(cache=True, error_model="numpy")
def find_pair(values, tables, fan, places, walk, levels):  # type: ignore[no-untyped-def]
    """Whether there is one tone more than at `places`; places and amplitudes of all, the new one last."""
    noise, over_noise = levels
    first = fitted(values, tables, places, walk, noise)
    strongest = 0.0
    for tone in range(len(places)):
        strongest = max(strongest, energy(first[1][tone]))
    least = max(over_noise, strongest * norm_of(tables, 0.0, 0.0, 0.0) * 10 ** (LEAST_PART_DB / 10))
    stands_out, fresh = second(first, tables, fan, least)
    if not stands_out:
        return False, first[0], first[1]
    both = best_start(values, tables, first[0], fresh, (walk, noise))
    return believed(first, both, tables, fan, (walk, noise, least)), both[0], both[1]


@njit(cache=True, error_model="numpy")
def best_start(values, tables, known, fresh, how):  # type: ignore[no-untyped-def]
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
        return fitted(values, tables, start, walk, noise)
    start[count] = known[nearest]
    start[count, 0] += SPLIT_BINS / 2
    start[nearest, 0] -= SPLIT_BINS / 2
    one = fitted(values, tables, start, walk, noise)
    start[:count] = known
    start[count] = known[nearest]
    start[count, 1] += SPLIT_BINS / 2
    start[nearest, 1] -= SPLIT_BINS / 2
    other = fitted(values, tables, start, walk, noise)
    return one if energy(one[2]) <= energy(other[2]) else other


@njit(cache=True, error_model="numpy")
def energy(values):  # type: ignore[no-untyped-def]
    total = 0.0
    for value in values.flat:
        total += square(value)
    return total


@njit(cache=True, error_model="numpy")
def white_tone(tables, doppler, rng, walk, out):  # type: ignore[no-untyped-def]
    """(cell,) a tone of amplitude 1, whitened along both axes."""
    raw, half = np.empty((CELLS, CELLS), np.complex128), np.empty((CELLS, CELLS), np.complex128)
    leave(tables[:3], doppler, rng, walk, raw)
    along, across = tables[3], tables[4]
    half[:] = 0
    for i in range(CELLS):
        for j in range(i + 1):
            for k in range(CELLS):
                half[i, k] += along[i, j] * raw[j, k]
    for i in range(CELLS):
        for k in range(CELLS):
            total = 0j
            for j in range(k + 1):
                total += across[k, j] * half[i, j]
            out[i * CELLS + k] = total


@njit(cache=True, error_model="numpy")
def norm_of(tables, doppler, rng, walk):  # type: ignore[no-untyped-def]
    tone = np.empty(CELLS * CELLS, np.complex128)
    white_tone(tables, doppler, rng, walk, tone)
    return energy(tone)


@njit(cache=True, error_model="numpy")
def solved(values, tables, places, walk):  # type: ignore[no-untyped-def]
    """Places, amplitudes (tone, channel), what is left (cell, channel), an orthonormal basis (tone, cell)."""
    count, (cells, channels) = len(places), values.shape
    basis = np.empty((count, cells), np.complex128)
    triangle = np.zeros((count, count), np.complex128)
    inside = np.zeros((count, channels), np.complex128)
    left = values.copy()
    for tone in range(count):
        here = basis[tone]
        white_tone(tables, places[tone, 0], places[tone, 1], walk, here)
        for other in range(tone):
            share = np.vdot(basis[other], here)
            triangle[other, tone] = share
            here -= share * basis[other]
        length = max(np.sqrt(energy(here)), 1e-150)
        triangle[tone, tone] = length
        here /= length
        for cell in range(cells):
            back = np.conj(here[cell])
            for channel in range(channels):
                inside[tone, channel] += back * values[cell, channel]
        for cell in range(cells):
            for channel in range(channels):
                left[cell, channel] -= here[cell] * inside[tone, channel]
    amplitudes = np.empty((count, channels), np.complex128)
    ridge = 1e-9 * abs(triangle[0, 0])
    for tone in range(count - 1, -1, -1):
        for channel in range(channels):
            rest = inside[tone, channel]
            for other in range(tone + 1, count):
                rest -= triangle[tone, other] * amplitudes[other, channel]
            amplitudes[tone, channel] = rest / (triangle[tone, tone] + ridge)
    return places, amplitudes, left, basis


@njit(cache=True, error_model="numpy")
def fitted(values, tables, places, walk, noise):  # type: ignore[no-untyped-def]
    """Places that leave least."""
    best = solved(values, tables, places.copy(), walk)
    left = energy(best[2])
    for _ in range(ITERATIONS):
        moved = solved(values, tables, best[0] + step(best, tables, walk), walk)
        now = energy(moved[2])
        if now >= left:
            break
        gain = left - now
        best, left = moved, now
        if gain < noise:
            break
    return best


@njit(cache=True, error_model="numpy")
def step(fit, tables, walk):  # type: ignore[no-untyped-def]
    """Gauss-Newton step of all places, (tone, axis), at most a third of a bin."""
    places, amplitudes, left, basis = fit
    count, (cells, channels) = len(places), left.shape
    free = np.empty((2 * count, cells), np.complex128)
    back = np.empty(cells, np.complex128)
    for n in range(2 * count):
        place = places[n // 2].copy()
        place[n % 2] += SHIFT
        white_tone(tables, place[0], place[1], walk, free[n])
        place[n % 2] -= 2 * SHIFT
        white_tone(tables, place[0], place[1], walk, back)
        for cell in range(cells):
            free[n, cell] = (free[n, cell] - back[cell]) / (2 * SHIFT)
        shares = np.empty(count, np.complex128)
        for tone in range(count):
            shares[tone] = np.vdot(basis[tone], free[n])
        for tone in range(count):
            free[n] -= shares[tone] * basis[tone]
    bend, slope = np.empty((2 * count, 2 * count)), np.zeros(2 * count)
    for n in range(2 * count):
        seen = np.zeros(channels, np.complex128)
        for cell in range(cells):  # all channels beside each other: none waits for its last sum
            toward = np.conj(free[n, cell])
            for channel in range(channels):
                seen[channel] += toward * left[cell, channel]
        for channel in range(channels):
            slope[n] += (seen[channel] * np.conj(amplitudes[n // 2, channel])).real
        for m in range(2 * count):
            alike = np.vdot(amplitudes[n // 2], amplitudes[m // 2])
            bend[n, m] = (np.vdot(free[n], free[m]) * alike).real
    ridge = 1e-9 * np.trace(bend)
    for n in range(2 * count):
        bend[n, n] += ridge
    move = np.linalg.solve(bend, slope)
    return np.minimum(np.maximum(move, -MAX_STEP_BINS), MAX_STEP_BINS).reshape(count, 2)


@njit(cache=True, error_model="numpy")
def second(fit, tables, fan, least):  # type: ignore[no-untyped-def]
    """Whether and where in what is left another tone stands out most.

    No beam has more power than all channels together, so most places need no beams.
    """
    left, basis = fit[2], fit[3]
    channels, wide = left.shape[1], left.shape[1] + len(basis)
    matched = matched_with(left, basis, tables[5], tables[6])
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
def matched_with(left, basis, dopplers, ranges):  # type: ignore[no-untyped-def]
    """(range, Doppler, column) tones half a bin apart against the channels, then against the basis.

    All places of one axis in one loop, as it is long enough then to be done many values at a time.
    """
    channels, count, size = left.shape[1], len(basis), len(dopplers)
    wide = channels + count
    columns = np.empty((CELLS, CELLS, wide), np.complex128)
    for i in range(CELLS):
        for k in range(CELLS):
            columns[i, k, :channels] = left[i * CELLS + k]
            for tone in range(count):
                columns[i, k, channels + tone] = basis[tone, i * CELLS + k]
    along = summed_by(dopplers, columns.view(np.float64).reshape(CELLS, -1))
    turned = np.empty((CELLS, size, 2 * wide))
    for p in range(size):
        for k in range(CELLS):
            turned[k, p] = along[p, 2 * wide * k : 2 * wide * (k + 1)]
    return summed_by(ranges, turned.reshape(CELLS, -1)).view(np.complex128).reshape(size, size, wide)


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
def believed(first, both, tables, fan, how):  # type: ignore[no-untyped-def]
    """Whether the last of the tones in `both` is one: strong enough, apart, and most of what was left."""
    walk, noise, least = how
    places, last = both[0], len(both[0]) - 1
    apart = np.inf
    for tone in range(last):
        apart = min(apart, np.max(np.abs(places[tone] - places[last])))
    if apart < LEAST_APART_BINS:
        return False
    if np.max(np.abs(places)) > HALF + 2 or np.max(np.abs(places[last])) > HALF:
        return False
    if brightest(both[1][last], fan) * norm_of(tables, places[last, 0], places[last, 1], walk) < least:
        return False
    before = energy(first[2])
    return before - energy(both[2]) > EXPLAINS * (before - noise * first[2].size)
