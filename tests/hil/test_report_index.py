"""The page over several runs: the worst on top, each with what decided it and a way to its page."""

from dataclasses import replace
from pathlib import Path

import pytest

from hil.report import write_index
from hil.scenario.judge import bench_error
from hil.scenario.running import ScenarioRun
from tests.hil.pages import parsed, words_of
from tests.hil.scenario_runs import KEPT, MET, MISSED, UNMET, rolled, run_of, straight

EVIL = "</title><img src=x onerror=alert(2)>\"'&"


def named(run: ScenarioRun, identity: str) -> ScenarioRun:
    return replace(run, scenario=replace(run.scenario, id=identity, title=f"Title of {identity}"))


@pytest.fixture
def runs() -> list[ScenarioRun]:
    encounter = straight()
    log = rolled(encounter, seconds=1.0)
    broken = replace(
        run_of(encounter, None, "pass"), judgement=bench_error(RuntimeError("the interpreter died"))
    )
    return [
        named(run_of(encounter, log, "pass", KEPT, MET), "P1"),
        named(run_of(encounter, log, "inconclusive", KEPT, UNMET), "I1"),
        named(run_of(encounter, log, "fail", MISSED, MET), "F1"),
        named(replace(broken, interpreter=None), "B1"),
        named(run_of(encounter, log, "pass", KEPT, MET), "P 2"),
    ]


def page_of(tmp_path: Path, runs: list[ScenarioRun]) -> str:
    write_index(tmp_path / "index.html", [(run, tmp_path / run.scenario.id / "report.html") for run in runs])
    return (tmp_path / "index.html").read_text(encoding="utf-8")


def test_worst_stands_on_top_and_names_the_whole(tmp_path: Path, runs: list[ScenarioRun]) -> None:
    page = page_of(tmp_path, runs)
    links = [a["href"] for tag, a in parsed(page).tags if tag == "a"]
    assert links == [f"{name}/report.html" for name in ("B1", "F1", "I1", "P1", "P%202")]
    text = words_of(page)
    assert text.index("BENCH ERROR 台架故障") < text.index("5 scenarios on the bench")
    for count in ("1 bench error 台架故障", "1 fail 未通过", "1 inconclusive 无结论", "2 pass 通过"):
        assert count in text


def test_each_line_says_what_decided(tmp_path: Path, runs: list[ScenarioRun]) -> None:
    text = words_of(page_of(tmp_path, runs))
    assert "fail 未通过 : smallest clearance 最小间距 0.12 m ≥ 0.3 m -0.18 m" in text
    assert "inconclusive 无结论 : radar frames lost 雷达丢帧 3 ≤ 0 -3" in text
    assert "bench error 台架故障 : RuntimeError: the interpreter died" in text
    assert "smallest clearance 最小间距 0.66 m ≥ 0.3 m +0.36 m" in text
    assert "micropython 1.29.0 · seed 7" in text


def test_index_runs_no_script_and_text_cannot_break_out(tmp_path: Path, runs: list[ScenarioRun]) -> None:
    scenario = replace(runs[0].scenario, title=EVIL, title_zh=EVIL, source=EVIL)
    page = page_of(tmp_path, [replace(runs[0], scenario=scenario)])
    tags = parsed(page).tags
    assert {"script", "img", "link"}.isdisjoint(tag for tag, _ in tags)
    assert "".join(parsed(page).text).count(EVIL) == 3
    assert "default-src 'none'" in page
