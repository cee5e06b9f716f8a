"""The page over several scenarios: an overview, then the worst on top, each with what decided it."""

from dataclasses import replace
from pathlib import Path

import pytest

from hil.gateway_host import Interpreter
from hil.report import write_index
from hil.scenario.judge import Judgement
from hil.scenario.scenario_result import Conditions, ScenarioResult, scenario_result
from tests.hil.outcomes import BRAKED, CLEAR, HIT, PASSED
from tests.hil.pages import parsed, refers_outside, words_of
from tests.hil.scenario_results import (
    AVOIDED,
    BROKEN,
    NO_FULL,
    many,
    named,
    one_of,
    single,
)
from tests.hil.scenario_results import UNMET as UNMET_RUN
from tests.hil.scenario_runs import KEPT, MET, MISSED, UNMET

EVIL = "</title><img src=x onerror=alert(2)>\"'&"
FINE = Judgement("pass", "", MET, KEPT)
FAILED = Judgement("fail", "clearance is 0.12 m", MET, MISSED)
SHOWS_NOTHING = Judgement("inconclusive", "radar_frames_lost is 3", UNMET, KEPT)


@pytest.fixture
def singles() -> list[ScenarioResult]:
    return [
        single(named("P1"), CLEAR, FINE),
        single(named("I1"), CLEAR, SHOWS_NOTHING),
        single(named("F1"), CLEAR, FAILED),
        single(named("B1"), None, BROKEN),
        single(named("P 2"), CLEAR, FINE),
    ]


def page_of(folder: Path, done: list[ScenarioResult], *without_page: str) -> str:
    pages = {one.file.id: folder / one.file.id / "report.html" for one in done}
    for name in without_page:
        del pages[name]
    write_index(folder / "index.html", done, pages)
    return (folder / "index.html").read_text(encoding="utf-8")


def table_of(page: str) -> str:
    return page[page.index('<table class="measures index">') :]


def overview_of(page: str) -> str:
    return page[page.index('<section class="overview"') : page.index("</section>")]


def test_worst_stands_on_top_and_names_the_whole(tmp_path: Path, singles: list[ScenarioResult]) -> None:
    page = page_of(tmp_path, singles)
    links = [a["href"] for tag, a in parsed(table_of(page)).tags if tag == "a"]
    assert links == [f"{name}/report.html" for name in ("B1", "F1", "I1", "P1", "P%202")]
    text = words_of(page)
    assert text.index("BENCH ERROR 台架故障") < text.index("5 scenarios on the bench")
    for count in ("1 bench error 台架故障", "1 fail 未通过", "1 inconclusive 无结论", "2 pass 通过"):
        assert count in text


def test_each_line_says_what_decided(tmp_path: Path, singles: list[ScenarioResult]) -> None:
    text = words_of(page_of(tmp_path, singles))
    again = "nearside hil run {}.yaml --seed 7 --encounter 1"
    missed = f"smallest clearance 最小间距 {again.format('F1')} 0.12 m ≥ 0.3 m -0.18 m"
    assert f"fail 未通过 : {missed}" in text
    assert f"inconclusive 无结论 : radar frames lost 雷达丢帧 {again.format('I1')} 3 ≤ 0 -3" in text
    assert again.format("P1") not in text
    assert "bench error 台架故障 : RuntimeError: the interpreter died" in text
    assert "smallest clearance 最小间距 0.66 m ≥ 0.3 m +0.36 m" in text
    assert "micropython 1.29.0 · seed 7" in text


def test_many_encounters_are_told_with_their_interval(tmp_path: Path) -> None:
    """91 of 100: 83.6 to 95.8 %; 0 of 1000: at most 0.368 % (Clopper and Pearson)."""
    turns = many(named("T1", AVOIDED), 100, lambda n: HIT if n <= 9 else CLEAR)
    passes = many(named("N1", NO_FULL, family="N"), 1000, lambda _: PASSED)
    page = page_of(tmp_path, [passes, turns])
    text = words_of(table_of(page))
    assert "避免碰撞（无接触或已停车） 91 of 100 (84 to 96 %) ≥ 75 % +8.6 points" in text
    assert "全力制动 0 of 1000 (0 to 0.37 %) none in 1000 –" in text
    assert "1100 encounters" in words_of(page)


def test_too_many_left_out_is_what_decided(tmp_path: Path) -> None:
    """The share itself lies above its limit."""
    file = named("T1", AVOIDED)
    left_out = [one_of(file, n, CLEAR, UNMET_RUN) for n in range(101, 121)]
    text = words_of(table_of(page_of(tmp_path, [many(file, 100, lambda _: CLEAR, left_out)])))
    assert "inconclusive 无结论 : left out: 20 of 120; encounter 101: radar_frames_lost is 3" in text
    assert "≥ 75 %" not in text


def test_an_open_share_says_how_many_would_do(tmp_path: Path) -> None:
    text = words_of(table_of(page_of(tmp_path, [many(named("N1", NO_FULL), 100, lambda _: PASSED)])))
    assert "inconclusive 无结论 : full braking granted" in text
    assert "1000 without one would do" in text


def test_scenarios_of_many_encounters_stand_side_by_side(tmp_path: Path) -> None:
    """9 of 100 hit at 3 m/s, 4 of them by the other; 2 of 1000 needlessly braked."""
    file = named("T1", AVOIDED)
    found = [
        one_of(file, n, HIT if n <= 9 else CLEAR, beside={"recommended, perfect": HIT if n <= 4 else CLEAR})
        for n in range(1, 101)
    ]
    turns = scenario_result(file, Conditions(7, None), found)
    passes = many(named("N1", NO_FULL, family="N"), 1000, lambda n: BRAKED if n <= 2 else PASSED)
    text = words_of(page_of(tmp_path, [passes, turns, single(named("T2", AVOIDED), CLEAR, FINE)]))
    beside = text[text.index("Avoided, 95 %") : text.index("Needless, per 1000")]
    needless = text[text.index("Needless, per 1000") :]
    assert "T1 100 91 % (84 to 96) 10.8 km/h 96 % (90 to 98.9)" in beside
    assert "N1 1000 2 (0.242 to 7.21) 2 (0.242 to 7.21) 2 (0.242 to 7.21) 2 (0.242 to 7.21)" in needless
    assert "N1" not in beside
    assert "T1" not in needless
    assert "T2" not in beside


def test_single_encounters_have_nothing_side_by_side(tmp_path: Path, singles: list[ScenarioResult]) -> None:
    assert "Needless, per 1000" not in words_of(page_of(tmp_path, singles))


def test_of_reference_programs_no_firmware_is_claimed(tmp_path: Path) -> None:
    done = single(named("T1", AVOIDED), CLEAR, FINE)
    without = replace(done.conditions, interpreter=Interpreter("obedient gateway, no firmware", "3.11.2"))
    assert "All but the gateway's firmware is simulated" in words_of(page_of(tmp_path, [done]))
    text = words_of(page_of(tmp_path, [replace(done, conditions=without)]))
    assert "All is simulated, no firmware was driven" in text


def test_overview_has_a_cell_for_each_in_the_order_of_the_matrix(tmp_path: Path) -> None:
    names = [("N1", "N"), ("T10", "T"), ("T2", "T"), ("T1-close", "T"), ("X1", "X"), ("R1-2", "R")]
    done = [
        single(named(name, family=family), CLEAR, FAILED if name == "T2" else FINE) for name, family in names
    ]
    overview = overview_of(page_of(tmp_path, done, "T10"))
    cells = [attributes for tag, attributes in parsed(overview).tags if tag == "a"]
    assert [(cell["href"], cell["class"]) for cell in cells] == [
        ("R1-2/report.html", "cell pass"),
        ("T1-close/report.html", "cell pass"),
        ("T2/report.html", "cell fail"),
        ("#T10", "cell pass"),
        ("N1/report.html", "cell pass"),
        ("X1/report.html", "cell pass"),
    ]
    assert "T2 Title of T2: fail. smallest clearance 0.12 m, must be ≥ 0.3 m" in str(cells[2]["title"])
    assert "T2 fail 未通过" in words_of(overview)


def test_avoidance_of_a_family_is_that_of_all_its_encounters(tmp_path: Path) -> None:
    """91 + 80 of 200; what is not judged by it is not in it."""
    done = [
        many(named("T1", AVOIDED), 100, lambda n: HIT if n <= 9 else CLEAR),
        many(named("T2", AVOIDED), 100, lambda n: HIT if n <= 20 else CLEAR),
        many(named("T3", NO_FULL), 100, lambda _: CLEAR),
        many(named("N1", NO_FULL, family="N"), 100, lambda _: PASSED),
    ]
    text = words_of(overview_of(page_of(tmp_path, done)))
    assert "avoided 避免 171 of 200 (80 to 90 %)" in text
    assert text.count("avoided 避免") == 1


def test_scenario_without_a_page_is_no_link(tmp_path: Path, singles: list[ScenarioResult]) -> None:
    page = page_of(tmp_path, singles, "F1", "P1")
    links = [a["href"] for tag, a in parsed(table_of(page)).tags if tag == "a"]
    assert links == ["B1/report.html", "I1/report.html", "P%202/report.html"]
    assert "F1 Title of F1" in words_of(table_of(page))


def test_index_runs_no_script_and_text_cannot_break_out(
    tmp_path: Path, singles: list[ScenarioResult]
) -> None:
    done = singles[0]
    evil = replace(done, file=replace(done.file, title=EVIL, title_zh=EVIL, source=EVIL))
    page = page_of(tmp_path, [evil], evil.file.id)
    tags = parsed(page).tags
    assert {"script", "img", "link"}.isdisjoint(tag for tag, _ in tags)
    assert "".join(parsed(page).text).count(EVIL) == 3
    assert "default-src 'none'" in page
    assert refers_outside(page) == []
