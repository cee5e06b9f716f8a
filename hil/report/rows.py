"""What a verdict rests on as a page shows it: missed rows first, with moments where there is a log."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hil.report.counted_words import margin_words, spare_of, value_words
from hil.report.moments import moment_s
from hil.report.scenario_words import limit_words, measure_words, outcome_words, told
from hil.scenario.counted import CountedRow
from hil.scenario.judge import Judgement, Row, Verdict
from hil.scenario.running import ScenarioRun
from hil.scenario.scenario_result import ScenarioResult

Moment = Callable[[str], float | None]  # of a measure, in the run with the system
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
    counted: CountedRow | None = None  # what it tells, where it tells a share


def rows_of(run: ScenarioRun) -> list[MeasureRow]:
    """Of one run, each row with its moment in the logs."""
    return measure_rows(run.judgement, run.counted, lambda measure: moment_s(measure, run))


def result_rows(done: ScenarioResult) -> list[MeasureRow]:
    """Of a scenario: the measures of its only encounter, or what its many were counted for."""
    tally = done.tally
    only = done.results[0] if len(done.results) == 1 else None
    needs, measures = ((), ()) if only is None else (only.needs, only.measures)
    if only is None and not tally.rows:
        return [_kept(done)]
    return measure_rows(Judgement(tally.verdict, tally.why, needs, measures), tally.rows)


def measure_rows(
    judgement: Judgement, counted: Sequence[CountedRow], moment: Moment = lambda _: None
) -> list[MeasureRow]:
    """What was missed on top, then what is asked of the system, then the conditions."""
    counts = judgement.verdict != "inconclusive"
    measures = [_row(row, _measured(row, counts), False, moment) for row in judgement.measures]
    needs = [_row(row, "pass" if row.is_kept else "inconclusive", True, moment) for row in judgement.needs]
    return sorted([*measures, *(_counted(row, moment) for row in counted), *needs], key=_place)


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


def _measured(row: Row, counts: bool) -> Verdict:
    if not counts:
        return "inconclusive"
    return "pass" if row.is_kept else "fail"


def _row(row: Row, verdict: Verdict, is_condition: bool, moment: Moment) -> MeasureRow:
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
        t_s=moment(limit.measure),
        is_condition=is_condition,
        spare=_spare(row),
    )


def _counted(row: CountedRow, moment: Moment) -> MeasureRow:
    name, chinese = outcome_words(row.counted.outcome)
    return MeasureRow(
        name=name,
        chinese=chinese,
        value=value_words(row),
        limit=row.counted.in_words(),
        margin=margin_words(row),
        requirement=row.counted.requirement,
        verdict=row.verdict,
        t_s=moment(SHOWN_AS.get(row.counted.outcome, "")),
        is_condition=False,
        spare=spare_of(row),
        counted=row,
    )


def _kept(done: ScenarioResult) -> MeasureRow:
    """Many encounters of which nothing is counted: each must pass."""
    passed = sum(one.verdict == "pass" for one in done.results)
    return MeasureRow(
        name="encounters that pass",
        chinese="通过的会车",
        value=f"{passed} of {len(done.results)}",
        limit="all 全部",
        margin="–",
        requirement=", ".join(done.file.requirements),
        verdict=done.tally.verdict,
        t_s=None,
        is_condition=False,
        spare=1.0,
    )


def _spare(row: Row) -> float:
    """A count of none, as it should be, has it all."""
    if row.value is None or row.margin is None or abs(row.value) + row.margin == 0:
        return 1.0
    return row.margin / (abs(row.value) + row.margin)
