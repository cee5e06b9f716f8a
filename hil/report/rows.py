"""The measures of a judged run as its page shows them: missed ones first, each with its moment."""

from collections.abc import Sequence
from dataclasses import dataclass

from hil.report.moments import moment_s
from hil.report.scenario_words import limit_words, measure_words, outcome_words, told
from hil.scenario.counted import CountedRow
from hil.scenario.judge import Row, Verdict
from hil.scenario.running import ScenarioRun

SHOWN_AS = {  # the measure whose moment an outcome has
    "avoided": "contacts",
    "clear": "clearance",
    "mitigated": "contacts",
    "full_braking": "strong_braking",
    "partial_braking": "braking_xbr_frames",
    "gentle": "braking_xbr_frames",
    "warning": "warnings",
    "information": "informations",
    "contact": "contacts",
}


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One line of the table."""

    name: str
    chinese: str
    value: str
    limit: str
    margin: str
    requirement: str
    verdict: Verdict
    t_s: float | None  # the moment it is about
    is_condition: bool  # what the run had to be like to count, not what is asked of the system
    spare: float  # margin beside the figure itself, so that metres and seconds compare


def rows_of(run: ScenarioRun) -> list[MeasureRow]:
    """What was missed on top, then what is asked of the system, then the conditions."""
    judgement = run.judgement
    counts = judgement.verdict != "inconclusive"
    rows = [_row(run, row, "pass" if row.is_kept else "fail", False) for row in judgement.measures if counts]
    rows += [_row(run, row, "inconclusive", False) for row in judgement.measures if not counts]
    rows += [_counted(run, row) for row in run.counted]
    rows += [_row(run, row, "pass" if row.is_kept else "inconclusive", True) for row in judgement.needs]
    return sorted(rows, key=_place)


def deciding(rows: Sequence[MeasureRow]) -> MeasureRow | None:
    """The first that was missed, else what is asked of the system and lies nearest to its limit."""
    if rows and rows[0].verdict != "pass":
        return rows[0]
    return min((row for row in rows if not row.is_condition), key=lambda row: row.spare, default=None)


def _place(row: MeasureRow) -> int:
    """Of an inconclusive run the unmet condition says why, and its measures count for nothing."""
    if row.verdict == "pass":
        return 3 if row.is_condition else 2
    return 0 if row.is_condition or row.verdict == "fail" else 1


def _row(run: ScenarioRun, row: Row, verdict: Verdict, is_condition: bool) -> MeasureRow:
    limit = row.limit
    name, chinese = measure_words(limit.measure)
    return MeasureRow(
        name=name,
        chinese=chinese,
        value=told(row.value, limit.unit),
        limit=limit_words(limit),
        margin="–" if row.margin is None else told(row.margin, limit.unit, sign="+"),
        requirement=limit.requirement,
        verdict=verdict,
        t_s=moment_s(limit.measure, run),
        is_condition=is_condition,
        spare=_spare(row),
    )


def _counted(run: ScenarioRun, row: CountedRow) -> MeasureRow:
    """Of one encounter: it was so, or not."""
    name, chinese = outcome_words(row.counted.outcome)
    return MeasureRow(
        name=name,
        chinese=chinese,
        value=("yes 是" if row.events else "no 否") if row.n else "–",
        limit=row.counted.in_words(),
        margin="–",
        requirement=row.counted.requirement,
        verdict=row.verdict,
        t_s=moment_s(SHOWN_AS.get(row.counted.outcome, ""), run),
        is_condition=False,
        spare=1.0,
    )


def _spare(row: Row) -> float:
    """A count of none, as it should be, has it all."""
    if row.value is None or row.margin is None or abs(row.value) + row.margin == 0:
        return 1.0
    return row.margin / (abs(row.value) + row.margin)
