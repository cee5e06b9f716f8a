"""Counted rows in words: so many of so many, the exact interval, and how far it keeps from its limit."""

from hil.scenario.counted import CountedRow
from hil.scenario.tally import Share

CLOSE_PCT = 3.0  # nearer to 0 or 100 % than this two figures are told of the distance


def value_words(row: CountedRow) -> str:
    """`91 of 100 (84 to 96 %)`; of one encounter, that it was so or not."""
    if not row.n:
        return "–"
    if row.counted.side == "falls_at_most":
        return f"fewer by {row.events} of {row.n} ({_between(row, 'points')})"
    if row.n == 1:
        return "yes 是" if row.events else "no 否"
    return f"{row.events} of {row.n} ({_between(row, '%')})"


def share_words(share: Share) -> str:
    """The same of a share without a limit."""
    between = share.interval
    if between is None:
        return "–"
    low, high = (pct_words(100 * bound) for bound in between)
    return f"{share.events} of {share.n} ({low} to {high} %)"


def pct_words(pct: float) -> str:
    """Whole, but for what lies close to none or to all: `84`, `0.37`, `99.63`."""
    off_pct = min(abs(pct), abs(100.0 - pct))
    if off_pct >= CLOSE_PCT or off_pct < 1e-9:  # the end itself, but for rounding
        return f"{pct:.0f}"
    places = 1 if off_pct >= 1 else 2 if off_pct >= 0.1 else 3
    return f"{pct:.{places}f}"


def margin_words(row: CountedRow) -> str:
    """From the nearer end of the interval to the limit, in points of per cent; positive keeps it."""
    margin = _margin(row)
    return "–" if margin is None else f"{100 * margin:+.2g} points"


def spare_of(row: CountedRow) -> float:
    """The margin beside the room there is on that side of the limit."""
    margin, limit = _margin(row), row.counted.limit
    room = 1 - limit if row.counted.side == "at_least" else limit
    return 1.0 if margin is None or room <= 0 else margin / room


def _margin(row: CountedRow) -> float | None:
    """None where an interval decides nothing: one encounter alone, or none at all in so many."""
    if row.low is None or row.high is None or row.n == 1 or row.counted.side == "none_in":
        return None
    return row.low - row.counted.limit if row.counted.side == "at_least" else row.counted.limit - row.high


def _between(row: CountedRow, unit: str) -> str:
    ends = [pct_words(100 * bound) for bound in (row.low, row.high) if bound is not None]
    return f"{' to '.join(ends)} {unit}"
