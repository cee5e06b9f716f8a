"""Noise level, compiled: the same additions in the same order, so the same level to the last bit."""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from edge_controller.detection.cfar.level import decide_by_order
from edge_controller.detection.cfar.rule import Cfar

Map = NDArray[np.float32]  # (Doppler, range)
Means = tuple[
    tuple[tuple[int, int, int], np.float32, np.float32],  # blocks, rows, rank; scale; limit
    tuple[int, int, int],
    tuple[int, int],
    Map,
    tuple[Map, Map, Map],
]
FOURS = 16  # sums of four rows that are kept
ROWS = 4  # summed at a time: enough for long loops, few enough for the nearest cache


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """Arrays that one map after the other is worked in; the next one overwrites the level of the last."""

    usual: NDArray[np.float32]  # (block, range)
    training: Map
    columns: NDArray[np.float32]  # (2, Doppler, range and half a frame beyond)
    below: NDArray[np.uint8]
    level: Map


def work_for(shape: tuple[int, int], rule: Cfar) -> Work:
    """For maps of that size."""
    frame, (dopplers, ranges) = rule.frame, shape
    return Work(
        np.empty((rule.censor.blocks, ranges), np.float32),
        np.empty((dopplers + 2 * frame.dopplers, ranges), np.float32),
        np.empty((2, dopplers, ranges + 2 * frame.ranges), np.float32),
        np.empty((dopplers, ranges), np.uint8),
        np.empty((dopplers, ranges), np.float32),
    )


def noise_level(power: Map, rule: Cfar, work: Work | None = None) -> Map:
    """The level each cell is held against; a cell above `rule.factor` times it is no noise.

    With `work` nothing of the map's size is allocated (but by OS), and the answer is its `level`.
    """
    frame, censor = rule.frame, rule.censor
    work = work or work_for((power.shape[0], power.shape[1]), rule)
    usual, heights, widths, _, room = means_of(rule, work)
    if rule.kind.startswith(("go", "so")):
        sums_of_columns(power, usual, heights, frame.ranges, room)
        greater, weights = rule.kind.startswith("go"), (rule.before, rule.after)
        half_levels(work.columns, (*widths, rule.lone), greater, weights, work.level)
        return work.level
    if rule.kind.startswith("os"):
        sums_of_columns(power, usual, heights, frame.ranges, room)
        mean_levels(work.columns, *widths, rule.weight, work.level)
        trained(
            power, work.usual[censor.rank], usual[2], frame.dopplers, work.training
        )  # they were summed up
        count(power, work.training[frame.dopplers :], rule.alpha, rule.offsets, work.below)
        decide_by_order(work.level, power, work.training[frame.dopplers :][: len(power)], work.below, rule)
        return work.level
    levels_of_mean(power, usual, heights, widths, rule.weight, room, work.level)
    return work.level


def means_of(rule: Cfar, work: Work) -> Means:
    """What `levels_of_mean` takes between power and level."""
    frame, censor = rule.frame, rule.censor
    scale = np.float32(censor.mean_per_rank / censor.rows)
    return (
        ((censor.blocks, censor.rows, censor.rank), scale, np.float32(censor.limit)),
        (frame.dopplers, frame.rows, frame.guard_rows),
        (frame.half_columns, frame.guard_columns),
        rule.weight,
        (work.usual, work.training, work.columns),
    )


@njit(cache=True, error_model="numpy")
def levels_of_mean(  # type: ignore[no-untyped-def]
    power, usual, heights, widths, weight, room, level
):
    """All of the mean in one call."""
    half_ranges = (room[2].shape[2] - power.shape[1]) // 2
    sums_of_columns(power, usual, heights, half_ranges, room)
    mean_levels(room[2], widths[0], widths[1], weight, level)


@njit(cache=True, error_model="numpy")
def sums_of_columns(power, usual, heights, half_ranges, room):  # type: ignore[no-untyped-def]
    """What trains, summed over the rows of the frame and of its guard box."""
    sums, training, columns = room
    usual_noise(power, usual[0], usual[1], sums)
    trained(power, sums[usual[0][2]], usual[2], heights[0], training)
    column_sums(training, (heights[1], heights[2]), half_ranges, columns)


@njit(cache=True, error_model="numpy")
def put(total: NDArray[np.float32], part: NDArray[np.float32], first: bool) -> None:
    """Set `total`, or add to it. Rows that start at 0 let such loops be done 8 or 16 cells at a time."""
    if first:
        for r in range(len(total)):
            total[r] = part[r]
    else:
        for r in range(len(total)):
            total[r] += part[r]


@njit(cache=True, error_model="numpy")
def usual_noise(
    power: Map, censor: tuple[int, int, int], scale: np.float32, sums: NDArray[np.float32]
) -> None:
    """Mean noise per range bin into `sums[rank]`, as the `rank`-th lowest block of Doppler rows tells it."""
    blocks, rows, rank = censor
    for block in range(blocks):
        for row in range(rows):
            put(sums[block], power[block * rows + row], row == 0)
    for lowest in range(rank + 1):  # the lowest left comes up as bubbles do, all ranges at once
        for block in range(blocks - 1, lowest, -1):
            _lower_first(sums[block - 1], sums[block])
    for r in range(power.shape[1]):
        sums[rank, r] *= scale


@njit(cache=True, error_model="numpy")
def _lower_first(upper: NDArray[np.float32], lower: NDArray[np.float32]) -> None:
    for r in range(len(upper)):
        a, b = upper[r], lower[r]
        upper[r] = a if a < b else b
        lower[r] = b if a < b else a


@njit(cache=True, error_model="numpy")
def trained(power: Map, usual: NDArray[np.float32], limit: np.float32, beyond: int, training: Map) -> None:
    """What is plainly no noise counts as what is usual at its range; `beyond` more rows go round."""
    dopplers, ranges = power.shape
    for d in range(dopplers):
        here, row = training[d + beyond], power[d]
        for r in range(ranges):
            here[r] = usual[r] if row[r] > limit * usual[r] else row[r]
    for d in range(beyond):
        put(training[d], training[dopplers + d], True)
        put(training[dopplers + beyond + d], training[beyond + d], True)


@njit(cache=True, error_model="numpy")
def column_sums(
    training: Map, widths: tuple[int, int], half_ranges: int, columns: NDArray[np.float32]
) -> None:
    """(2, Doppler, range and half a frame beyond): sums over the rows of the frame and of its guard box.

    By doubling, in `training` itself where the frame is not the usual one.
    """
    dopplers, ranges = columns.shape[1], training.shape[1]
    columns[:, :, :half_ranges] = 0
    columns[:, :, half_ranges + ranges :] = 0
    if widths == (17, 5):
        _seventeens_and_fives(training, half_ranges, columns)
        return
    rows, size = len(training), 1
    done = np.zeros(2, np.int64)
    while size <= widths[0]:
        for which in range(2):
            if widths[which] & size:
                start = (widths[0] - widths[which]) // 2 + done[which]
                for d in range(dopplers):
                    inside = columns[which, d][half_ranges : half_ranges + ranges]
                    put(inside, training[start + d], done[which] == 0)
                done[which] += size
        rows -= size
        for d in range(0, rows, size):  # as many rows at a time as do not overlap
            many = min(size, rows - d)
            here, there = training[d : d + many], training[d + size : d + size + many]
            put(here.reshape(-1), there.reshape(-1), False)
        size *= 2


@njit(cache=True, error_model="numpy")
def _seventeens_and_fives(training: Map, half_ranges: int, columns: NDArray[np.float32]) -> None:
    """The same additions in one pass: sums of four rows are kept while they are in the nearest cache.

    Places without a sign and no slices, of which numba would count the users: a third of the time.
    """
    dopplers, ranges = np.uint64(columns.shape[1]), np.uint64(training.shape[1])
    wide, half = np.uint64(columns.shape[2]), np.uint64(half_ranges)
    rows, sums, fours = (
        training.reshape(-1),
        columns.reshape(-1),
        np.empty(FOURS * training.shape[1], np.float32),
    )
    for d in range(np.uint64(1), dopplers + np.uint64(13)):
        here, to = d * ranges, d % np.uint64(FOURS) * ranges
        for r in range(ranges):
            k = here + r
            below = rows[k + np.uint64(2) * ranges] + rows[k + np.uint64(3) * ranges]
            fours[to + r] = (rows[k] + rows[k + ranges]) + below
        if d < np.uint64(13):
            continue
        first = d - np.uint64(13)
        one, other = _four(first, 1, ranges), _four(first, 5, ranges)
        third, inner = _four(first, 9, ranges), _four(first, 7, ranges)
        whole, guard = first * wide + half, (dopplers + first) * wide + half
        row, middle = first * ranges, (first + np.uint64(6)) * ranges
        for r in range(ranges):
            outer = (fours[one + r] + fours[other + r]) + (fours[third + r] + fours[to + r])
            sums[whole + r] = rows[row + r] + outer
        for r in range(ranges):
            sums[guard + r] = rows[middle + r] + fours[inner + r]


@njit(cache=True, error_model="numpy", inline="always")
def _four(row, after, ranges):  # type: ignore[no-untyped-def]
    """Where the sum of four rows from so many after that one on is kept."""
    return (row + np.uint64(after)) % np.uint64(FOURS) * ranges


@njit(cache=True, error_model="numpy")
def running(
    values: NDArray[np.float32], width: int, work: NDArray[np.float32], sums: NDArray[np.float32]
) -> None:
    """Sums of `width` neighbours, by doubling in `work` (2, at least as many).

    The widths of the usual frame in one loop each, which is twice as fast: the same additions.
    """
    length, count = len(values), len(values) - width + 1
    if width == 5:
        _fives(values, sums[:count])
        return
    if width == 7:
        _sevens(values, sums[:count])
        return
    here, there = work[0], work[1]
    put(here[:length], values, True)
    size, start = 1, 0
    while True:
        if width & size:
            put(sums[:count], here[start : start + count], start == 0)
            start += size
        if 2 * size > width:
            return
        length -= size
        _add(here[:length], here[size : size + length], there)
        here, there = there, here
        size *= 2


@njit(cache=True, error_model="numpy")
def _fives(values: NDArray[np.float32], sums: NDArray[np.float32]) -> None:
    n = len(sums)
    a, b, c, d, e = values[:n], values[1 : n + 1], values[2 : n + 2], values[3 : n + 3], values[4 : n + 4]
    for r in range(n):
        sums[r] = a[r] + ((b[r] + c[r]) + (d[r] + e[r]))


@njit(cache=True, error_model="numpy")
def _sevens(values: NDArray[np.float32], sums: NDArray[np.float32]) -> None:
    n = len(sums)
    a, b, c, d = values[:n], values[1 : n + 1], values[2 : n + 2], values[3 : n + 3]
    e, f, g = values[4 : n + 4], values[5 : n + 5], values[6 : n + 6]
    for r in range(n):
        sums[r] = (a[r] + (b[r] + c[r])) + ((d[r] + e[r]) + (f[r] + g[r]))


@njit(cache=True, error_model="numpy")
def _add(one: NDArray[np.float32], other: NDArray[np.float32], total: NDArray[np.float32]) -> None:
    for r in range(len(one)):
        total[r] = one[r] + other[r]


@njit(cache=True, error_model="numpy")
def mean_levels(
    columns: NDArray[np.float32], half: int, guard: int, weight: NDArray[np.float32], level: Map
) -> None:
    """Weighed sum of the training cells: before and after the guard box, above and below it."""
    ranges, wide = level.shape[1], columns.shape[2]
    size = ROWS * wide
    work, middle = np.empty((2, size), np.float32), np.empty(size, np.float32)
    sides, middles = np.zeros(size, np.float32), np.zeros(size, np.float32)
    for first in range(0, len(level), ROWS):
        # Rows one behind the other: sums that run on into the next row are nobody's.
        rows = min(ROWS, len(level) - first)
        outer, inner = (
            columns[0, first : first + rows].reshape(-1),
            columns[1, first : first + rows].reshape(-1),
        )
        running(outer, half, work, sides)
        for r in range(outer.size):
            middle[r] = outer[r] - inner[r]
        running(middle[half : outer.size - half], guard, work, middles)
        for row in range(rows):
            start, here = row * wide, level[first + row]
            before, between = sides[start : start + ranges], middles[start : start + ranges]
            after = sides[start + half + guard : start + half + guard + ranges]
            for r in range(ranges):
                here[r] = ((before[r] + after[r]) + between[r]) * weight[r]


@njit(cache=True, error_model="numpy")
def half_levels(
    columns: NDArray[np.float32],
    shape: tuple[int, int, int],
    greater: bool,
    weights: tuple[NDArray[np.float32], NDArray[np.float32]],
    level: Map,
) -> None:
    """The greater or the smaller of the weighed halves; near the ends, the one large enough."""
    half, guard, lone = shape
    ranges, wide = level.shape[1], columns.shape[2]
    work, sums = np.empty((2, wide), np.float32), np.empty(wide, np.float32)
    for d in range(len(level)):
        running(columns[0, d], half, work, sums)
        before, after = sums[:ranges], sums[half + guard : half + guard + ranges]
        for r in range(ranges):
            near, far = before[r] * weights[0][r], after[r] * weights[1][r]
            level[d, r] = near if (near > far) == greater else far
        for r in range(lone):
            level[d, r] = after[r] * weights[1][r]
            level[d, ranges - 1 - r] = before[ranges - 1 - r] * weights[0][ranges - 1 - r]


@njit(cache=True, error_model="numpy")
def count(
    power: Map,
    training: Map,
    alpha: NDArray[np.float32],
    offsets: NDArray[np.int64],
    below: NDArray[np.uint8],
) -> None:
    """How many training cells of OS lie below power / alpha, one row and one training cell at a time."""
    dopplers, ranges = power.shape
    asked = np.empty(ranges, np.float32)
    for d in range(dopplers):
        for r in range(ranges):
            asked[r] = power[d, r] / alpha[r]
            below[d, r] = 0
        for cell in range(len(offsets)):
            row, shift = training[(d + offsets[cell, 0]) % dopplers], offsets[cell, 1]
            if shift >= 0:
                _count_less(row[shift:], asked[: ranges - shift], below[d][: ranges - shift])
            else:
                _count_less(row[: ranges + shift], asked[-shift:], below[d][-shift:])


@njit(cache=True, error_model="numpy")
def _count_less(row: NDArray[np.float32], asked: NDArray[np.float32], below: NDArray[np.uint8]) -> None:
    for r in range(len(row)):
        below[r] += np.uint8(row[r] < asked[r])
