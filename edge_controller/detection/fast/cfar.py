"""Noise level, compiled: the same additions in the same order, so the same level to the last bit."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from edge_controller.detection.cfar.level import decide_by_order
from edge_controller.detection.cfar.rule import Cfar

Map = NDArray[np.float32]  # (Doppler, range)


def noise_level(power: Map, rule: Cfar) -> Map:
    """The level each cell is held against; a cell above `rule.factor` times it is no noise."""
    frame, censor = rule.frame, rule.censor
    scale = np.float32(censor.mean_per_rank / censor.rows)
    sums = np.empty((censor.blocks, power.shape[1]), np.float32)
    usual_noise(power, (censor.blocks, censor.rows, censor.rank), scale, sums)
    training = np.empty((len(power) + 2 * frame.dopplers, power.shape[1]), np.float32)
    trained(power, sums[censor.rank], np.float32(censor.limit), frame.dopplers, training)
    columns = np.empty((2, len(power), power.shape[1] + 2 * frame.ranges), np.float32)
    column_sums(training, (frame.rows, frame.guard_rows), frame.ranges, columns)
    level = np.empty_like(power)
    half, guard = frame.half_columns, frame.guard_columns
    if rule.kind.startswith(("go", "so")):
        greater = rule.kind.startswith("go")
        half_levels(columns, (half, guard, rule.lone), greater, (rule.before, rule.after), level)
        return level
    mean_levels(columns, half, guard, rule.weight, level)
    if rule.kind.startswith("os"):
        below = np.zeros(power.shape, np.uint8)
        count(power, rule.alpha, rule.offsets, below)
        decide_by_order(level, power, below, rule)
    return level


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

    By doubling, in `training` itself.
    """
    dopplers, ranges = columns.shape[1], training.shape[1]
    columns[:, :, :half_ranges] = 0
    columns[:, :, half_ranges + ranges :] = 0
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
        for d in range(max(rows, 0)):
            put(training[d], training[d + size], False)
        size *= 2


@njit(cache=True, error_model="numpy")
def running(
    values: NDArray[np.float32], width: int, work: NDArray[np.float32], sums: NDArray[np.float32]
) -> None:
    """Sums of `width` neighbours, by doubling in `work` (2, at least as many)."""
    length, count = len(values), len(values) - width + 1
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
def _add(one: NDArray[np.float32], other: NDArray[np.float32], total: NDArray[np.float32]) -> None:
    for r in range(len(one)):
        total[r] = one[r] + other[r]


@njit(cache=True, error_model="numpy")
def mean_levels(
    columns: NDArray[np.float32], half: int, guard: int, weight: NDArray[np.float32], level: Map
) -> None:
    """Weighed sum of the training cells: before and after the guard box, above and below it."""
    ranges, wide = level.shape[1], columns.shape[2]
    work = np.empty((2, wide), np.float32)
    sums, middle = np.empty(wide, np.float32), np.empty(wide, np.float32)
    for d in range(len(level)):
        outer, inner = columns[0, d], columns[1, d]
        running(outer, half, work, sums)
        _add(sums[:ranges], sums[half + guard : half + guard + ranges], level[d])
        for r in range(wide):
            middle[r] = outer[r] - inner[r]
        running(middle[half : wide - half], guard, work, sums)
        put(level[d], sums[:ranges], False)
        for r in range(ranges):
            level[d, r] *= weight[r]


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
    power: Map, alpha: NDArray[np.float32], offsets: NDArray[np.int64], below: NDArray[np.uint8]
) -> None:
    """How many training cells of OS lie below power / alpha, one row and one training cell at a time."""
    dopplers, ranges = power.shape
    asked = np.empty(ranges, np.float32)
    for d in range(dopplers):
        for r in range(ranges):
            asked[r] = power[d, r] / alpha[r]
        for cell in range(len(offsets)):
            row, shift = power[(d + offsets[cell, 0]) % dopplers], offsets[cell, 1]
            if shift >= 0:
                _count_less(row[shift:], asked[: ranges - shift], below[d][: ranges - shift])
            else:
                _count_less(row[: ranges + shift], asked[-shift:], below[d][-shift:])


@njit(cache=True, error_model="numpy")
def _count_less(row: NDArray[np.float32], asked: NDArray[np.float32], below: NDArray[np.uint8]) -> None:
    for r in range(len(row)):
        below[r] += np.uint8(row[r] < asked[r])
