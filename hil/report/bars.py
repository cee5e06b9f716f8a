"""Shares with their intervals as bars against a limit: places in per cent of the drawn axis."""

from collections.abc import Iterable
from dataclasses import dataclass

from hil.report.counted_words import pct_words
from hil.scenario.counted import Counted, CountedRow, interval
from hil.scenario.tally import Share

STARTS = (0.99, 0.95, 0.9, 0.8, 0.5, 0.0)  # of an axis that ends at 1
ENDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)  # of one that begins at 0
ROOM = 1.2  # so that nothing lies on the edge


@dataclass(frozen=True, slots=True)
class Axis:
    """From one share to another."""

    start: float
    end: float

    def at_pct(self, share: float) -> float:
        """Along the axis, kept on it."""
        along = (share - self.start) / (self.end - self.start)
        return round(100 * min(max(along, 0.0), 1.0), 2)

    @property
    def ends(self) -> tuple[str, str]:
        """Its labels."""
        return f"{pct_words(100 * self.start)} %", f"{pct_words(100 * self.end)} %"


@dataclass(frozen=True, slots=True)
class Bar:
    """An interval with its share; `good` are the ends of the right side of the limit."""

    axis: Axis
    low_pct: float
    high_pct: float
    share_pct: float
    limit_pct: float | None
    good_pct: tuple[float, float] | None


def bar_of(row: CountedRow) -> Bar | None:
    """None where an interval decides nothing: of one encounter alone, or none."""
    if row.low is None or row.high is None or row.share is None or row.n == 1:
        return None
    counted = row.counted
    limit = _limit(counted)
    axis = _axis(counted, (row.low, row.high, limit))
    at_pct = axis.at_pct(limit)
    good = (at_pct, 100.0) if counted.side == "at_least" else (0.0, at_pct)
    return Bar(axis, axis.at_pct(row.low), axis.at_pct(row.high), axis.at_pct(row.share), at_pct, good)


def shared_axis(shares: Iterable[Share], limit: float | None) -> Axis:
    """One for shares that stand below each other; it ends at 1."""
    lows = [share.interval[0] for share in shares if share.interval is not None]
    return _down_from_one([*lows, *([] if limit is None else [limit])])


def bar_on(axis: Axis, share: Share, limit: float | None) -> Bar | None:
    """A share without a limit of its own; `limit` is drawn for comparison. None where it is off the axis."""
    if share.interval is None or share.n == 1:
        return None
    low, high = share.interval
    if high <= axis.start:
        return None
    at_pct = None if limit is None else axis.at_pct(limit)
    middle = axis.at_pct(share.events / share.n)
    return Bar(axis, axis.at_pct(low), axis.at_pct(high), middle, at_pct, None)


def _limit(counted: Counted) -> float:
    """As a share; for none in so many, the upper end of the interval that so many without one have."""
    return interval(0, round(counted.limit))[1] if counted.side == "none_in" else counted.limit


def _axis(counted: Counted, shown: tuple[float, ...]) -> Axis:
    if counted.side == "at_least":
        return _down_from_one(shown)
    end = _end(shown)
    return Axis(-end, end) if counted.side == "falls_at_most" else Axis(0.0, end)


def _down_from_one(shown: Iterable[float]) -> Axis:
    off = ROOM * (1 - min(shown, default=0.0))
    return Axis(next((start for start in STARTS if start <= 1 - off), 0.0), 1.0)


def _end(shown: Iterable[float]) -> float:
    furthest = ROOM * max(abs(share) for share in shown)
    return next((end for end in ENDS if end >= furthest), 1.0)
