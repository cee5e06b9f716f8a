"""Limits against evidence: pass, fail, inconclusive, and bench error apart from all three."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from hil.scenario.evidence import Evidence
from hil.scenario.measures import MEASURES
from hil.scenario.scenario import Limit

Verdict = Literal["pass", "fail", "inconclusive", "bench error"]
WORST_FIRST: tuple[Verdict, ...] = ("bench error", "fail", "inconclusive", "pass")
EXIT_CODES: dict[Verdict, int] = {"pass": 0, "fail": 1, "inconclusive": 3, "bench error": 4}
DECIMALS = 6  # so that 0.98 s - 0.78 s is 200 ms and not more


@dataclass(frozen=True, slots=True)
class Row:
    """One measure of one run against its limit."""

    limit: Limit
    value: float | None  # None: did not happen
    margin: float | None  # to the nearer limit; negative misses it
    is_kept: bool

    def in_words(self) -> str:
        """For a person who asks why."""
        value = "did not happen" if self.value is None else f"is {self.limit.told(self.value)}"
        return f"{self.limit.measure} {value}, must be {self.limit.in_words()} ({self.limit.requirement})"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a run is worth."""

    verdict: Verdict
    why: str  # empty where it passed
    needs: tuple[Row, ...]
    measures: tuple[Row, ...]


def judge(run: Evidence) -> Judgement:
    """A run that was not what it should be shows nothing, whatever its measures say."""
    needs = tuple(_row(limit, run) for limit in run.scenario.needs)
    measures = tuple(_row(limit, run) for limit in run.scenario.expect)
    unmet = [row for row in needs if not row.is_kept]
    missed = [row for row in measures if not row.is_kept]
    verdict: Verdict = "inconclusive" if unmet else "fail" if missed else "pass"
    return Judgement(verdict, "; ".join(row.in_words() for row in unmet or missed), needs, measures)


def is_kept(run: Evidence) -> bool:
    """All of `expect`, whatever the run was like."""
    return all(_row(limit, run).is_kept for limit in run.scenario.expect)


def bench_error(cause: BaseException) -> Judgement:
    """The bench or the unit's interpreter broke: nothing was measured. The first cause is kept."""
    while cause.__cause__ is not None:
        cause = cause.__cause__
    said = " ".join(str(cause).split())
    printable = "".join(char if char.isprintable() else "?" for char in said)  # an interpreter's last words
    return Judgement("bench error", f"{type(cause).__name__}: {printable}", (), ())


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Of several runs."""
    return min(verdicts, key=WORST_FIRST.index, default="pass")


def _row(limit: Limit, run: Evidence) -> Row:
    value = MEASURES[limit.measure].of(run)
    if value is None:
        return Row(limit, None, None, is_kept=False)
    value = round(float(value), DECIMALS)
    margins = [] if limit.at_least is None else [value - limit.at_least]
    margins += [] if limit.at_most is None else [limit.at_most - value]
    margin = round(min(margins), DECIMALS)
    return Row(limit, value, margin, is_kept=margin >= 0)
