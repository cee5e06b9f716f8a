"""What is counted over n encounters, its exact interval, and what it is worth."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from hil.scenario.judge import Verdict
from hil.scenario.outcome import Name, Outcome

CONFIDENCE = 0.95
MOST_ENCOUNTERS = 10_000_000  # nobody drives more to decide a row
AS_GOOD: tuple[Name, ...] = ("avoided", "clear", "mitigated")  # judged beside the reference when alone
Side = Literal["at_least", "at_most", "none_in", "falls_at_most"]
UNDEGRADED = "undegraded"  # beside an encounter: the same one in clear weather, nothing faulty or worn


@dataclass(frozen=True, slots=True)
class Counted:
    """A share of encounters, or none at all in so many."""

    outcome: Name
    side: Side
    limit: float  # a share, or by how much it may fall; for none_in a number of encounters
    requirement: str

    def in_words(self) -> str:
        """The limit for a table."""
        if self.side == "none_in":
            return f"none in {self.limit:g}"
        if self.side == "falls_at_most":
            return f"at most {100 * self.limit:.4g} points below undegraded"
        return f"{'≥' if self.side == 'at_least' else '≤'} {100 * self.limit:.4g} %"

    def is_against(self, outcome: Outcome, undegraded: Outcome | None = None) -> bool:
        """One encounter that speaks against it."""
        if self.side == "falls_at_most":
            return undegraded is not None and undegraded.has(self.outcome) and not outcome.has(self.outcome)
        return outcome.has(self.outcome) is not (self.side == "at_least")

    def said_against(self) -> str:
        """Of such an encounter."""
        was = "not " if self.side in ("at_least", "falls_at_most") else ""
        return f"{was}{self.outcome}, must be {self.in_words()} ({self.requirement})"


@dataclass(frozen=True, slots=True)
class CountedRow:
    """A counted limit and what came of it."""

    counted: Counted
    n: int
    events: int  # for falls_at_most: how many fewer than undegraded
    low: float | None  # 95 %, exact; None of nothing
    high: float | None
    verdict: Verdict
    why: str  # empty where it passed

    @property
    def share(self) -> float | None:
        """Events per encounter."""
        return self.events / self.n if self.n else None

    def failed(self, why: str) -> "CountedRow":
        """The same, missed for another reason as well."""
        return replace(self, verdict="fail", why="; ".join(one for one in (self.why, why) if one))

    def in_words(self) -> str:
        """For a person who asks."""
        return f"{told(self)}, must be {self.counted.in_words()} ({self.counted.requirement})"


def told(row: CountedRow) -> str:
    """`avoided 91 of 100 (83.6 to 95.8 %)`."""
    fewer = "fewer by " if row.counted.side == "falls_at_most" else ""
    count = f"{row.counted.outcome} {fewer}{row.events} of {row.n}"
    if row.low is None or row.high is None:
        return count
    return f"{count} ({100 * row.low:.3g} to {100 * row.high:.3g} %)"


def interval(events: float, n: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Clopper-Pearson, two-sided: exact for any n, never narrower than it says."""
    from scipy.stats import beta  # noqa: PLC0415 - `nearside --help` must stay quick

    tail = (1 - confidence) / 2
    low = 0.0 if events == 0 else float(beta.ppf(tail, events, n - events + 1))
    high = 1.0 if events == n else float(beta.ppf(1 - tail, events + 1, n - events))
    return low, high


def fall_interval(lost: int, regained: int, n: int) -> tuple[float, float]:
    """Of the difference of two paired shares, at least 95 %: each half has 97.5 % of its own (Bonferroni)."""
    (lost_low, lost_high), (regained_low, regained_high) = (
        interval(count, n, confidence=(1 + CONFIDENCE) / 2) for count in (lost, regained)
    )
    return lost_low - regained_high, lost_high - regained_low


def judged_fall(
    counted: Counted, outcomes: Sequence[Outcome], undegraded: Sequence[Outcome | None]
) -> CountedRow:
    """By n encounters that were driven both ways; undecided where the interval holds the limit."""
    pairs = [(one, twin) for one, twin in zip(outcomes, undegraded, strict=True) if twin is not None]
    had = [(one.has(counted.outcome), twin.has(counted.outcome)) for one, twin in pairs]
    n, lost, regained = len(had), had.count((False, True)), had.count((True, False))
    low, high = fall_interval(lost, regained, n) if n else (None, None)
    if low is None or high is None:
        verdict, why = _nothing()
    elif n == 1:
        verdict, why = ("fail", ": undegraded it is") if lost else ("pass", "")
    elif high <= counted.limit:
        verdict, why = "pass", ""
    else:
        verdict = "fail" if low > counted.limit else "inconclusive"
        why = "" if verdict == "fail" else ": more encounters would narrow it"
    row = CountedRow(counted, n, lost - regained, low, high, verdict, "")
    return row if verdict == "pass" else replace(row, why=f"{row.in_words()}{why}")


def judged(counted: Counted, outcomes: Sequence[Outcome], reference: Outcome | None = None) -> CountedRow:
    """By n encounters; `reference`: the recommended policy with perfect sensing in the same, if n is 1."""
    n, events = len(outcomes), sum(outcome.has(counted.outcome) for outcome in outcomes)
    low, high = interval(events, n) if n else (None, None)
    if low is None or high is None:
        verdict, why = _nothing()
    elif n == 1:
        verdict, why = _alone(counted, outcomes[0], reference)
    elif counted.side == "none_in":
        verdict, why = _none_in(counted, events, n)
    else:
        verdict, why = _share(counted, low, high, events, n)
    row = CountedRow(counted, n, events, low, high, verdict, "")
    return row if verdict == "pass" else replace(row, why=f"{row.in_words()}{why}")


def _nothing() -> tuple[Verdict, str]:
    return "inconclusive", ": no encounter counts"


def _alone(counted: Counted, outcome: Outcome, reference: Outcome | None) -> tuple[Verdict, str]:
    """One encounter says nothing of a share: it is asked whether this one need have been so."""
    if not counted.is_against(outcome):
        return "pass", ""
    if counted.side != "at_least" or counted.outcome not in AS_GOOD:
        return "fail", ""
    if reference is None:
        return "inconclusive", ": the reference policy did not drive it"
    if reference.has(counted.outcome):
        return "fail", ": the recommended policy with perfect sensing does it"
    return "pass", ""


def _none_in(counted: Counted, events: int, n: int) -> tuple[Verdict, str]:
    if events:
        return "fail", ""
    if n >= counted.limit:
        return "pass", ""
    return "inconclusive", f": {counted.limit:g} without one would do"


def _share(counted: Counted, low: float, high: float, events: int, n: int) -> tuple[Verdict, str]:
    """Wholly on one side of the limit, or not decided."""
    at_least = counted.side == "at_least"
    if low >= counted.limit if at_least else high <= counted.limit:
        return "pass", ""
    if high < counted.limit if at_least else low > counted.limit:
        return "fail", ""
    enough = would_do(events / n, counted.limit, n)
    if enough is None:
        return "inconclusive", f": no number up to {MOST_ENCOUNTERS} would do at this share"
    return "inconclusive", f": about {enough} encounters at this share would do"


def would_do(share: float, limit: float, n: int) -> int | None:
    """How many encounters with that share of events lie wholly on one side of the limit; about."""

    def decides(n: int) -> bool:
        low, high = interval(share * n, n)  # not rounded: else a few more would decide less
        return low >= limit or high <= limit

    high = n
    while not decides(high):
        high *= 2
        if high > MOST_ENCOUNTERS:
            return None
    low = n
    while high - low > max(1, high // 200):
        middle = (low + high) // 2
        low, high = (low, middle) if decides(middle) else (middle, high)
    return _rounded_up(high)


def _rounded_up(n: int) -> int:
    """To two figures: more would pretend to know."""
    step = int(10 ** max(0, math.floor(math.log10(n)) - 1))
    return math.ceil(n / step) * step
