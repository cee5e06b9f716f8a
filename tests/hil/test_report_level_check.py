"""Statistical sensing on the page: held against the radars, or said that it was not."""

from dataclasses import replace
from pathlib import Path

from hil.report import write_tally_page
from hil.report.level_check import level_check
from hil.scenario.scenario_result import Conditions, scenario_result
from hil.sensing import Level
from hil.sensing.comparing import Comparison, Row
from tests.hil.pages import words_of
from tests.hil.scenario_results import AVOIDED, CPYTHON, named, one_of

NEAR = Row("false tracks begun", "1/min", 2.0, 2.8, 1.4, (0.9, None), judged=True)
FAR = Row("median error of place", "m", 0.2, 0.34, 1.7, (1.5, 1.9), judged=True)
SHOWN = replace(FAR, name="share of time in view that is told", judged=False)
NEVER = replace(NEAR, radar=None, ratio=None)


def page_of(folder: Path, level: Level) -> str:
    file = named("T1", AVOIDED)
    conditions = Conditions(7, None, level=level, interpreter=CPYTHON)
    write_tally_page(
        folder / "r.html", scenario_result(file, conditions, [one_of(file, n) for n in (1, 2)]), {}
    )
    return words_of((folder / "r.html").read_text(encoding="utf-8"))


def test_only_the_statistical_level_needs_the_proof(tmp_path: Path) -> None:
    statistical = page_of(tmp_path, "statistical")
    assert "Statistical sensing beside the radars" in statistical
    assert (
        "statistical: tracks drawn from error, miss and false-target models; no radar samples" in statistical
    )
    assert "Statistical sensing beside the radars" not in page_of(tmp_path, "radar")


def test_measures_stand_beside_each_other_and_what_is_too_far_apart_is_marked() -> None:
    check = level_check(["median error of place ..."], Comparison(200, (9.0, 9.0), (NEAR, FAR, SHOWN), "ab"))
    assert [(row.radar, row.statistical, row.ratio, row.verdict) for row in check.rows] == [
        ("2 1/min", "2.8 1/min", "1.4 (0.9 to ∞)", "pass"),
        ("0.2 m", "0.34 m", "1.7 (1.5 to 1.9)", "inconclusive"),
        ("0.2 m", "0.34 m", "1.7 (1.5 to 1.9)", None),
    ]
    assert (check.encounters, check.doubts) == (200, ("median error of place ...",))


def test_what_the_radars_never_had_has_no_ratio() -> None:
    (row,) = level_check([], Comparison(200, (9.0, 9.0), (NEVER,), "ab")).rows
    assert (row.radar, row.ratio, row.verdict) == ("–", "–", "inconclusive")


def test_not_compared_yet_is_said() -> None:
    check = level_check(["has not been held against the radars"], None)
    assert (check.rows, check.doubts) == ((), ("has not been held against the radars",))
