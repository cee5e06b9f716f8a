"""The threshold of one map size: training cells, weights and the factor that has the false-alarm rate set."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from edge_controller.config import CfarKind
from edge_controller.detection.cfar.law import (
    Law,
    Spread,
    greater_or_smaller,
    mean_law,
    ordered_spread,
    solved,
)
from edge_controller.detection.cfar.window import Frame, alikeness, covariance, frame_of
from edge_controller.detection.spectrum import doppler_window, range_window

FALSE_ALARM = 1e-6  # per cell of thermal noise: one in a minute or so per radar of the demo fit
CENSORED = 1e-6  # share of noise cells that count as plainly no noise
BLOCKS = 16  # of Doppler rows, that tell what is usual at a range
RANK_SHARE = 0.375  # six of sixteen: five eighths of the blocks may be full of clutter
ORDER_SHARE = (
    11 / 12
)  # of the training cells lie below the level of OS: strong ones are censored, a step is not

Tapers = tuple[NDArray[np.float64], NDArray[np.float64]]  # along Doppler, along range


@dataclass(frozen=True, slots=True)
class Censor:
    """What is plainly no noise, judged by the means of blocks of Doppler rows, per range bin."""

    blocks: int
    rows: int  # of a block
    rank: int  # the block that speaks, counted from the lowest, from 0
    mean_per_rank: float  # mean noise over what that block says in noise
    limit: float  # a cell above limit x mean noise trains nobody


@dataclass(frozen=True, slots=True, eq=False)
class Cfar:
    """A cell above `factor` x its noise level is no noise. Weights make one factor right for every range."""

    kind: CfarKind
    frame: Frame
    factor: float
    cells: int  # that train a cell in the middle of the map
    censor: Censor
    weight: NDArray[np.float32]  # (range,) of the sum of the training cells (CA; where OS has no say)
    before: NDArray[np.float32]  # (range,) of the sum of those nearer (GO, SO)
    after: NDArray[np.float32]  # (range,) of the sum of those further (GO, SO)
    lone: int  # range bins at each end where only one half is large enough to count (GO, SO)
    offsets: NDArray[np.int64]  # (cell, Doppler and range) of the training cells
    rank: NDArray[np.uint8]  # (range,) the order of OS, from 1
    alpha: NDArray[np.float32]  # (range,) OS: factor of the ordered cell


@lru_cache(maxsize=16)
def cfar(
    dopplers: int, ranges: int, channels: int, kind: CfarKind = "ca", false_alarm: float = FALSE_ALARM
) -> Cfar:
    """The rule for that map under the windows of the chain."""
    return rule_of((doppler_window(dopplers), range_window(ranges)), channels, kind, false_alarm)


def rule_of(tapers: Tapers, channels: int, kind: CfarKind, false_alarm: float) -> Cfar:
    """The rule for a map under any two windows that are symmetric about their middle.

    Doppler is circular. Range is not: the first and the last bins have fewer training cells, and where
    fewer are, the level is weighed by what they cost.
    """
    dopplers, ranges = (len(taper) for taper in tapers)
    frame = frame_of(dopplers, ranges, kind)
    borders = _Borders(frame, tapers, channels, kind, false_alarm)
    nearer = np.minimum(np.arange(ranges), frame.ranges)
    classes = list(zip(nearer.tolist(), nearer[::-1].tolist(), strict=True))
    middle = (frame.ranges, frame.ranges)
    alphas = {one: borders.alpha(*one) for one in sorted({(min(one), max(one)) for one in classes})}
    factor = alphas[middle] * borders.mean_level()
    alpha = np.array([alphas[min(one), max(one)] for one in classes])
    cells = np.array([len(frame.offsets(*one)) for one in classes])
    halves = frame.rows * np.clip(nearer - frame.guard_ranges, 1, None)
    return Cfar(
        kind=kind,
        frame=frame,
        factor=factor,
        cells=len(frame.offsets(*middle)),
        censor=_censor(dopplers, channels, tapers[0]),
        weight=((1.0 if kind.startswith("os") else alpha / factor) / cells).astype(np.float32),
        before=(alpha / factor / halves).astype(np.float32),
        after=(alpha / factor / halves[::-1]).astype(np.float32),
        lone=borders.lone,
        offsets=frame.offsets(*middle),
        rank=order_of(cells).astype(np.uint8),
        alpha=alpha.astype(np.float32),
    )


def order_of(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rank of the ordered cell among so many, from 1."""
    return np.asarray(np.maximum(np.rint(ORDER_SHARE * cells), 1), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _Borders:
    """Thresholds by how many range bins there are before and after the cell, up to half a frame."""

    frame: Frame
    tapers: Tapers
    channels: int
    kind: CfarKind
    false_alarm: float

    @property
    def lone(self) -> int:
        """Half the columns of a half are enough for it to count: fewer would cost more than they tell."""
        return self.frame.guard_ranges + (self.frame.half_columns + 1) // 2

    def alpha(self, before: int, after: int) -> float:
        """Factor of the training level; the same for the mirrored cell, where `before` is the smaller."""
        offsets = self.frame.offsets(before, after)
        statistic = self.kind[:2]
        if statistic in ("go", "so"):
            if before >= self.lone:
                return self._solved(self._split(before, after).law(self.channels), offsets)
            offsets = offsets[offsets[:, 1] > self.frame.guard_ranges]
        if statistic == "os":
            return self._solved(self._ordered(offsets).law(self.channels), offsets)
        matrix = self._covariance(np.vstack([np.zeros((1, 2), np.int64), offsets]))
        return self._solved(mean_law(matrix, self.channels), offsets)

    def mean_level(self) -> float:
        """Expected level of noise of mean 1 in the middle of the map, before any weight."""
        statistic, full = self.kind[:2], self.frame.ranges
        if statistic == "ca":
            return 1.0
        if statistic == "os":
            return self._ordered(self.frame.offsets(full, full)).mean()
        return self._split(full, full).mean()

    def _solved(self, law: Law, offsets: NDArray[np.int64]) -> float:
        """From the F distribution of as many independent cells as these count for."""
        count = len(offsets) ** 2 / float(np.sum(self._covariance(offsets) ** 2))
        start = stats.f.isf(self.false_alarm, 2 * self.channels, 2 * count * self.channels)
        return solved(law, self.false_alarm, float(start))

    def _split(self, before: int, after: int) -> Spread:
        offsets, guard = self.frame.offsets(before, after), self.frame.guard_ranges
        halves = [self._covariance(offsets[side * offsets[:, 1] > guard]) for side in (-1, 1)]
        return greater_or_smaller(halves[0], halves[1], self.channels, self.kind.startswith("go"))

    def _ordered(self, offsets: NDArray[np.int64]) -> Spread:
        rank = int(order_of(np.array(len(offsets))))
        return ordered_spread(self._covariance(offsets) ** 2, rank, self.channels)

    def _covariance(self, offsets: NDArray[np.int64]) -> NDArray[np.float64]:
        return covariance(offsets, alikeness(self.tapers[0]), alikeness(self.tapers[1]))


def _censor(dopplers: int, channels: int, taper: NDArray[np.float64]) -> Censor:
    """Blocks of Doppler rows; how much mean noise is over the block that speaks, by Blom's rule."""
    blocks = min(BLOCKS, dopplers)
    rows = dopplers // blocks
    steps = np.arange(rows)
    alike = alikeness(taper)[np.abs(steps[:, None] - steps)] ** 2
    shape = channels * rows**2 / float(np.sum(alike))
    rank = max(round(RANK_SHARE * blocks), 1)
    says = float(special.gammaincinv(shape, (rank - 0.375) / (blocks + 0.25))) / shape
    if blocks == 1:
        says = 1.0
    return Censor(
        blocks=blocks,
        rows=rows,
        rank=rank - 1,
        mean_per_rank=1 / says,
        limit=float(stats.gamma.isf(CENSORED, channels)) / channels,
    )
