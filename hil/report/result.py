"""What a scenario page is told besides the drives: measures against limits, and what was simulated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

RowVerdict = Literal["pass", "fail", "inconclusive"]
Verdict = Literal["pass", "fail", "inconclusive", "bench error"]
WORST_FIRST: tuple[Verdict, ...] = ("bench error", "fail", "inconclusive", "pass")


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure of the run against its limit."""

    name: str
    chinese: str
    value: float | None  # None: did not happen
    unit: str
    limit_text: str
    margin: float | None  # to the nearer limit, negative misses it
    requirement: str
    verdict: RowVerdict
    t_s: float | None = None  # the moment it is about
    is_condition: bool = False  # what the run had to be like to count, not what is asked of the system


@dataclass(frozen=True, slots=True)
class RoadLine:
    """A line across the lane at x, world axes: a limit of the test or where something came about."""

    x_m: float
    name: str
    chinese: str
    is_limit: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """Which scenario, with what verdict, and everything needed to run it again."""

    scenario: str
    title: str
    title_chinese: str
    source: str  # standard and row, or where the scenario comes from
    note: str
    verdict: Verdict
    why: str  # empty where it passed
    seed: int
    perturbed: bool
    interpreter: str | None  # name and version; None where none came up
    firmware_sha256: str
    fit_sha256: str
    scenario_sha256: str
    brake: str
    perturbation: Mapping[str, Any] = field(default_factory=dict)  # how radars and truck differ from the fit
    lines: tuple[RoadLine, ...] = ()
    trace: str = ""  # of a bench error


def worst_first(rows: Sequence[MeasureRow]) -> list[MeasureRow]:
    """Missed ones on top; otherwise the scenario's own order."""
    return sorted(rows, key=lambda row: WORST_FIRST.index(row.verdict))


def deciding(rows: Sequence[MeasureRow]) -> MeasureRow | None:
    """The first that was missed, else the one nearest to its limit; None without any."""
    missed = [row for row in rows if row.verdict != "pass"]
    unmet = [row for row in missed if row.is_condition]
    if missed:
        return (unmet or missed)[0]
    measures = [row for row in rows if not row.is_condition]
    return min(measures, key=_spare, default=None)


def _spare(row: MeasureRow) -> float:
    """Margin beside the figure itself, so that metres and seconds compare; a count of none has it all."""
    if row.value is None or row.margin is None or abs(row.value) + row.margin == 0:
        return 1.0
    return row.margin / (abs(row.value) + row.margin)
