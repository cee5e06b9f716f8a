"""Noise level of each cell: what the cells around it say, less those that are plainly no noise."""

import numpy as np
from numpy.typing import NDArray

from edge_controller.detection.cfar.rule import Censor, Cfar

Map = NDArray[np.float32]  # (Doppler, range)


def noise_level(power: Map, rule: Cfar) -> Map:
    """The level each cell is held against; a cell above `rule.factor` times it is no noise.

    Cells that are plainly no noise count as what is usual at their range instead: the static world all
    along zero Doppler must not lift the threshold of a person walking past it. In noise alone nothing
    changes, so the false-alarm rate stays exact.
    """
    training = without_targets(power, rule.censor)
    wide = around(training, rule)
    if rule.kind.startswith(("go", "so")):
        return _greater_or_smaller_half(wide, rule)
    level = _mean(wide, rule)
    if rule.kind.startswith("os"):
        decide_by_order(level, power, training, counted(power, training, rule), rule)
    return level


def without_targets(power: Map, censor: Censor) -> Map:
    """Power with cells that are plainly no noise replaced by the mean noise of their range bin."""
    usual = usual_noise(power, censor)
    training = power.copy()
    np.copyto(training, usual, where=power > np.float32(censor.limit) * usual)
    return training


def usual_noise(power: Map, censor: Censor) -> NDArray[np.float32]:
    """(range,) mean noise as told by a low one of the means of blocks of Doppler rows: clutter fills few."""
    blocks = power[: censor.blocks * censor.rows].reshape(censor.blocks, censor.rows, -1).sum(axis=1)
    ordered = np.sort(np.ascontiguousarray(blocks.T), axis=1)[:, censor.rank]
    return np.asarray(ordered * np.float32(censor.mean_per_rank / censor.rows))


def around(training: Map, rule: Cfar, outside: float = 0.0) -> Map:
    """The map with half a frame more on all sides: Doppler goes round, beyond the ranges is nothing."""
    half_dopplers, half_ranges = rule.frame.dopplers, rule.frame.ranges
    dopplers, ranges = training.shape
    wide = np.full((dopplers + 2 * half_dopplers, ranges + 2 * half_ranges), outside, np.float32)
    inside = wide[:, half_ranges : half_ranges + ranges]
    inside[half_dopplers : half_dopplers + dopplers] = training
    inside[:half_dopplers] = training[dopplers - half_dopplers :]
    inside[half_dopplers + dopplers :] = training[:half_dopplers]
    return wide


def _mean(wide: Map, rule: Cfar) -> Map:
    """Weighed sum of the training cells: before and after the guard box, above and below it."""
    frame = rule.frame
    inner = frame.dopplers - frame.guard_dopplers
    columns, guard = _running(wide, frame.rows, frame.guard_rows)
    level = np.add(*_sides(columns, rule))
    if inner:
        middle = columns - guard[inner : len(guard) - inner]
        middle = middle[:, frame.half_columns : columns.shape[1] - frame.half_columns]
        level += _running(middle.T, frame.guard_columns)[0].T
    level *= rule.weight
    return level


def _greater_or_smaller_half(wide: Map, rule: Cfar) -> Map:
    """Of the weighed sums of the training cells before and after; near the ends, of the one large enough."""
    before, after = _sides(_running(wide, rule.frame.rows)[0], rule)
    before, after = before * rule.before, after * rule.after
    before[:, : rule.lone] = after[:, : rule.lone]
    end = before.shape[1] - rule.lone
    after[:, end:] = before[:, end:]
    chosen = np.maximum if rule.kind.startswith("go") else np.minimum
    return np.asarray(chosen(before, after))


def _sides(columns: Map, rule: Cfar) -> tuple[Map, Map]:
    """Sums of the training cells nearer and further than the guard box."""
    sums = _running(columns.T, rule.frame.half_columns)[0].T
    beyond = rule.frame.guard_columns + rule.frame.half_columns
    return sums[:, :-beyond], sums[:, beyond:]


def _running(values: Map, *widths: int) -> list[Map]:
    """Sums of so many neighbours along the first axis, by doubling.

    No totals of which others are taken off: a receiver's noise may differ by decades from range to range,
    and the rounding errors of the largest would stay in the smallest.
    """
    totals: list[Map | None] = [None] * len(widths)
    start, counts = [0] * len(widths), [len(values) - width + 1 for width in widths]
    size = 1
    while True:
        for n, width in enumerate(widths):
            if width & size:
                part = values[start[n] : start[n] + counts[n]]
                before = totals[n]
                totals[n] = part if before is None else before + part
                start[n] += size
        if 2 * size > max(widths):
            return [total for total in totals if total is not None]
        values = values[:-size] + values[size:]
        size *= 2


def counted(power: Map, training: Map, rule: Cfar) -> NDArray[np.uint8]:
    """How many training cells of OS lie below power / alpha."""
    dopplers, ranges = power.shape
    wide = around(training, rule, outside=np.inf)
    asked = power / rule.alpha
    below, less = np.zeros(power.shape, np.uint8), np.empty(power.shape, np.bool_)
    for d, r in rule.offsets + np.array((rule.frame.dopplers, rule.frame.ranges)):
        np.less(wide[d : d + dopplers, r : r + ranges], asked, out=less)
        below += less.view(np.uint8)
    return below


def decide_by_order(level: Map, power: Map, training: Map, below: NDArray[np.uint8], rule: Cfar) -> None:
    """OS: write the ordered training cell, weighed, into `level` where it has a say.

    A cell stands over its ordered training cell if enough of them lie below power / alpha: counting needs
    no sorting. The level itself is wanted only where a cell stands over it, or over the mean of all; any
    other cell is below both.
    """
    doppler, rng = np.nonzero((below >= rule.rank) | (power > np.float32(rule.factor) * level))
    wide = around(training, rule, outside=np.inf)
    rows = doppler[:, None] + rule.frame.dopplers + rule.offsets[:, 0]
    cells = wide[rows, rng[:, None] + rule.frame.ranges + rule.offsets[:, 1]]
    ordered = np.sort(cells, axis=1)[np.arange(len(rng)), rule.rank[rng].astype(np.int64) - 1]
    level[doppler, rng] = ordered * (rule.alpha[rng] / np.float32(rule.factor))
