"""The page of one scenario of many encounters: what was counted, what did not pass, how it was driven."""

from dataclasses import replace
from pathlib import Path

import pytest

from hil.gateway_host import Interpreter
from hil.report import write_tally_page
from hil.scenario.counted import Counted
from hil.scenario.scenario_result import Conditions, ScenarioResult, scenario_result
from radar_sim import Perturb
from tests.hil.outcomes import BRAKED, CLEAR, HIT, MITIGATED, NEAR, PASSED, STOOD
from tests.hil.pages import PAGE_LIMIT_BYTES, Elements, parsed, refers_outside, words_of
from tests.hil.scenario_results import (
    AVOIDED,
    BROKEN,
    CPYTHON,
    FEW_PARTIAL,
    FINE,
    MICROPYTHON,
    NO_FULL,
    UNMET,
    many,
    named,
    one_of,
    single,
)

T1, N2 = named("T1", AVOIDED), named("N2", NO_FULL, FEW_PARTIAL, family="N")
EVIL = "</title><img src=x onerror=alert(2)>\"'&"
CORNER = one_of(T1, 3, HIT, corner=True)


def page_of(folder: Path, done: ScenarioResult, pages: dict[tuple[bool, int], Path] | None = None) -> str:
    write_tally_page(folder / "report.html", done, pages or {})
    return (folder / "report.html").read_text(encoding="utf-8")


def nine_hit() -> ScenarioResult:
    """Of a hundred; two more do not count, a bench error, a corner that is hit."""
    others = [one_of(T1, 101, CLEAR, UNMET), one_of(T1, 102, None, BROKEN), CORNER]
    return many(T1, 100, lambda n: HIT if n % 11 == 0 else CLEAR, others)


def section(page: str, title: str) -> str:
    start = page.index(f"<h2>{title}")
    return page[start : page.index("</section>", start)]


def bar_places(page: str, css: str) -> list[list[tuple[str, str]]]:
    """Per bar of that class: what lies in it, and where."""
    bars = [part[: part.index("</div>")] for part in page.split(f'<div class="bar {css}"')[1:]]
    return [[(str(a["class"]), str(a["style"])) for tag, a in parsed(bar).tags if tag == "i"] for bar in bars]


def marks(elements: Elements, css: str) -> int:
    """Dots of one ending; the legend has one more of each."""
    uses = [attributes for tag, attributes in elements.tags if tag == "use"]
    return sum(a["href"] == f"#mark-{css}" and "transform" in a for a in uses)


# ---- what they come to ----
def test_verdict_and_what_decided_stand_on_top(tmp_path: Path) -> None:
    page = page_of(tmp_path, many(T1, 100, lambda n: HIT if n <= 9 else CLEAR))
    head = words_of(page[page.index("<header") : page.index("</header>")])
    assert "PASS 通过" in head
    assert "avoided: no contact, or the truck stood 91 of 100 (84 to 96 %)" in head
    assert "limit ≥ 75 %, margin +8.6 points" in head
    assert "raw radar samples 原始雷达采样 · nearside · cpython 3.11.2" in head
    assert '<header class="verdict pass">' in page


def test_verdict_that_is_open_says_how_many_would_do(tmp_path: Path) -> None:
    head = words_of(page_of(tmp_path, many(T1, 100, lambda n: HIT if n <= 18 else CLEAR)))
    assert "INCONCLUSIVE 无结论" in head
    assert "encounters at this share would do" in head


def test_each_counted_row_is_drawn_against_its_limit(tmp_path: Path) -> None:
    """On an axis from 50 to 100 %: 0.75 is half way, 91 % is 82 % along, 83.60 to 95.80 % is 67.2 to 91.6."""
    page = page_of(tmp_path, many(T1, 100, lambda n: HIT if n <= 9 else CLEAR))
    (bar,) = bar_places(page, "pass")
    assert bar == [
        ("right-side", "left:50.0%;width:50.0%"),
        ("interval", "left:67.2%;width:24.4%"),
        ("share", "left:82.0%"),
        ("limit", "left:50.0%"),
    ]


def test_a_rare_event_is_drawn_on_an_axis_of_its_own(tmp_path: Path) -> None:
    """None in 1000 ends at 0.3682 % where 1000 without one end: on an axis to 0.5 % both at 73.64 %."""
    page = page_of(tmp_path, many(named("N1", NO_FULL), 1000, lambda _: PASSED))
    (bar,) = bar_places(page, "pass")
    assert bar == [
        ("right-side", "left:0.0%;width:73.64%"),
        ("interval", "left:0.0%;width:73.64%"),
        ("share", "left:0.0%"),
        ("limit", "left:73.64%"),
    ]
    assert "0.50 %" in words_of(page)


def test_what_falls_is_told_as_fewer(tmp_path: Path) -> None:
    falls = named("D1", Counted("avoided", "falls_at_most", 0.05, "goal D1"), family="D")
    found = [
        one_of(falls, n, HIT if n <= 30 else CLEAR, beside={"undegraded": HIT if n <= 10 else CLEAR})
        for n in range(1, 101)
    ]
    text = words_of(page_of(tmp_path, scenario_result(falls, Conditions(7, None), found)))
    assert "fewer by 20 of 100 (" in text
    assert "at most 5 points below undegraded" in text
    assert "undegraded 无退化 90 of 100 (82 to 95 %)" in text


def test_what_else_drove_stands_beside(tmp_path: Path) -> None:
    """Two are hit at 3 m/s, one by the other program at 1.5 m/s; without a system all at 4.2."""
    found = [
        one_of(
            T1,
            n,
            HIT if n <= 2 else CLEAR,
            beside={"recommended, perfect": MITIGATED if n == 1 else CLEAR},
        )
        for n in range(1, 41)
    ]
    text = words_of(page_of(tmp_path, scenario_result(T1, Conditions(7, None), found)))
    assert "nearside, radar 38 of 40 (83 to 99.39 %) 10.8 km/h" in text
    assert "recommended, perfect 推荐策略，理想感知 39 of 40 (87 to 99.937 %) 5.4 km/h" in text
    assert "no system 无系统 0 of 40 (0 to 9 %) 15.1 km/h" in text


@pytest.mark.parametrize(("per_km", "bound"), [(None, None), (3.0, "≤ 21.6")])
def test_needless_is_per_thousand_and_kilometres_only_where_the_file_says(
    tmp_path: Path, per_km: float | None, bound: str | None
) -> None:
    """Two of 1000: 0.242 to 7.21 (Clopper and Pearson); three such encounters a km make 21.6 at most."""
    file = replace(N2, encounters_per_km=per_km)
    partial = replace(BRAKED, full_braking=False)
    text = words_of(page_of(tmp_path, many(file, 1000, lambda n: partial if n <= 2 else PASSED)))
    assert "braked by 0.7 m/s² or more 制动不小于 0.7 m/s² 2 of 1000 2 (0.242 to 7.21)" in text
    assert ("per 1000 km" in text) == (bound is not None)
    assert "no kilometres were driven" in text or bound is None
    assert bound is None or f"2 (0.242 to 7.21) {bound}" in text
    assert "Avoided, by what drove" not in text


def test_nothing_is_needless_where_all_collide_without(tmp_path: Path) -> None:
    assert "Needless" not in words_of(page_of(tmp_path, many(T1, 20, lambda _: CLEAR)))


# ---- the picture ----
def test_each_encounter_is_a_dot_where_its_parameters_are(tmp_path: Path) -> None:
    ends = [CLEAR, NEAR, STOOD, MITIGATED, HIT]
    others = [one_of(T1, 51, CLEAR, UNMET), one_of(T1, 52, None, BROKEN), CORNER]
    page = page_of(tmp_path, many(T1, 50, lambda n: ends[n % 5], others), {(False, 4): tmp_path / "e4.html"})
    elements = parsed(page)
    counts = {
        css: marks(elements, css)
        for css in ("good", "near", "stood", "mitigated", "hit", "left-out", "no-result")
    }
    assert counts == {
        "good": 10,
        "near": 10,
        "stood": 10,
        "mitigated": 10,
        "hit": 11,
        "left-out": 1,
        "no-result": 1,
    }
    assert "11 hit 碰撞" in words_of(page)
    assert "truck_kmh" in words_of(page)
    assert "gap_m" in words_of(page)
    values = one_of(T1, 4).values
    hint = f"encounter 4: truck_kmh {values['truck_kmh']:.4g}, gap_m {values['gap_m']:.4g}, brake"
    assert hint in page
    assert [a["href"] for tag, a in elements.tags if tag == "a" and a["href"] == "e4.html"] == ["e4.html"] * 2


def test_dot_lies_in_proportion(tmp_path: Path) -> None:
    """Both ends of both ranges: the corners of a rectangle inside the drawn area, speed to the right."""
    corners = [
        replace(one_of(T1, n, CLEAR, corner=True), values={"truck_kmh": v, "gap_m": g, "brake": "fast_ebs"})
        for n, (v, g) in enumerate([(8.0, 0.9), (20.0, 0.9), (8.0, 2.5), (20.0, 2.5), (14.0, 1.7)], 1)
    ]
    page = page_of(tmp_path, scenario_result(T1, Conditions(7, None), corners))
    places = [
        tuple(float(part) for part in str(a["transform"]).split("(")[1].split(")")[0].split())
        for tag, a in parsed(page).tags
        if tag == "use" and "scale" in (a.get("transform") or "")
    ]
    low_slow, low_fast, wide_slow, wide_fast, middle = places
    assert low_slow[0] == wide_slow[0] < middle[0] < low_fast[0] == wide_fast[0]
    assert low_slow[1] == low_fast[1] > middle[1] > wide_slow[1] == wide_fast[1]
    assert middle == pytest.approx([sum(p[k] for p in (low_slow, wide_fast)) / 2 for k in (0, 1)], abs=0.11)


def test_colours_follow_what_is_counted(tmp_path: Path) -> None:
    text = words_of(page_of(tmp_path, many(N2, 30, lambda n: BRAKED if n == 1 else PASSED)))
    assert "1 full braking 全力制动" in text
    assert "29 neither braked nor warned 无干预" in text
    kept = named("F3")
    limits = many(kept, 10, lambda _: CLEAR, [one_of(kept, 11, CLEAR, replace(FINE, verdict="fail"))])
    text = words_of(page_of(tmp_path, limits))
    assert "10 all limits kept" in text
    assert "1 a limit missed" in text
    assert "encounters that pass 通过的会车 10 of 11 all 全部" in text


def test_without_parameters_there_is_no_picture(tmp_path: Path) -> None:
    fixed = replace(T1, parameters=(), corners=())
    found = [replace(one_of(fixed, n), values={}) for n in range(1, 11)]
    page = page_of(tmp_path, scenario_result(fixed, Conditions(7, None), found))
    assert "Each encounter" not in words_of(page)


def test_one_parameter_is_drawn_over_the_number(tmp_path: Path) -> None:
    choice = replace(T1, parameters=T1.parameters[2:], corners=())
    text = words_of(page_of(tmp_path, many(choice, 20, lambda _: CLEAR)))
    assert "typical ebs" in text
    assert "fast ebs" in text


def test_of_very_many_all_that_matter_are_drawn(tmp_path: Path) -> None:
    page = page_of(tmp_path, many(T1, 5000, lambda n: HIT if n % 10 == 0 else CLEAR))
    elements = parsed(page)
    assert marks(elements, "hit") == 500
    assert marks(elements, "good") == 4000
    assert "500 of those that ended well are not drawn" in words_of(page)
    assert "200 more in results.json" in words_of(section(page, "Did not pass"))
    assert len(page.encode()) < PAGE_LIMIT_BYTES


# ---- lists ----
def test_each_that_did_not_pass_says_why_and_how_to_drive_it_again(tmp_path: Path) -> None:
    replays = {(False, 22): tmp_path / "encounter 22" / "report.html"}
    page = page_of(tmp_path, nine_hit(), replays)
    missed = section(page, "Did not pass")
    text = words_of(missed)
    assert "Did not pass: 10" in text
    for number in (11, 22, 99):
        assert f"nearside hil run T1.yaml --seed 7 --encounter {number} " in text
    assert "--corner 3" in text
    assert "contact at 10.8 km/h (without 15.1) not avoided, must be ≥ 75 % (goal T1)" in text
    links = [attributes["href"] for tag, attributes in parsed(missed).tags if tag == "a"]
    assert links == ["encounter%2022/report.html"]


def test_left_out_bench_errors_and_corners_stand_apart(tmp_path: Path) -> None:
    page = page_of(tmp_path, nine_hit())
    left_out = words_of(section(page, "Left out"))
    assert "Left out: 1" in left_out
    assert "radar_frames_lost is 3" in left_out
    assert "--encounter 101" in left_out
    assert "RuntimeError: the interpreter died" in words_of(section(page, "Bench errors"))
    assert "corner 3" in words_of(section(page, "Corners"))
    assert "encounters counted 计入会车 100 · left out 不计入 1 · bench errors 台架故障 1" in words_of(page)


def test_clean_pass_lists_nothing(tmp_path: Path) -> None:
    text = words_of(page_of(tmp_path, many(T1, 40, lambda _: CLEAR)))
    for title in ("Did not pass", "Left out", "Bench errors:", "Corners"):
        assert title not in text


def test_nothing_but_bench_errors_is_a_page(tmp_path: Path) -> None:
    found = [one_of(T1, n, None, BROKEN) for n in (1, 2)]
    text = words_of(page_of(tmp_path, scenario_result(T1, Conditions(7, None), found)))
    assert "BENCH ERROR 台架故障" in text
    assert "no interpreter came up" in text
    assert "Bench errors: 2" in text


def test_one_encounter_is_told_as_it_was(tmp_path: Path) -> None:
    page = page_of(tmp_path, single(T1, CLEAR, FINE))
    assert "避免碰撞（无接触或已停车） yes 是 ≥ 75 %" in words_of(page)
    assert not bar_places(page, "pass")
    assert "Each encounter" not in words_of(page)


# ---- with what ----
@pytest.mark.parametrize(
    ("interpreter", "same", "said"),
    [
        (CPYTHON, {1: True, 101: True}, "2 of 150, 2 byte-equal on both buses"),
        (CPYTHON, {}, "none of 150"),
        (MICROPYTHON, {}, "not needed: every encounter was driven in it"),
    ],
)
def test_page_says_how_many_were_repeated_in_micropython(
    tmp_path: Path, interpreter: Interpreter, same: dict[int, bool], said: str
) -> None:
    found = [replace(one_of(T1, n), same_in_micropython=same.get(n)) for n in range(1, 151)]
    done = scenario_result(T1, Conditions(7, None, interpreter=interpreter), found)
    text = words_of(page_of(tmp_path, done))
    assert f"gateway firmware, the real files, in {interpreter.name} {interpreter.version}" in text
    assert said in text


def test_page_says_level_program_truth_seed_and_files(tmp_path: Path) -> None:
    conditions = Conditions(11, Perturb(11), "full", "perfect", "recommended", CPYTHON)
    file = replace(T1, draws="colliding")
    page = page_of(tmp_path, scenario_result(file, conditions, [one_of(file, n) for n in range(1, 4)]))
    text = words_of(page)
    for said in (
        "perfect: true tracks of whoever is in view; no radar samples",
        "program 决策程序 recommended",
        "full: rail, sign and flanks are mirrors",
        "11, right 右",
        "T1, T1.yaml",
        "3 drawn, 0 corners; only such as end in a contact of the moving truck without the system",
        "the first encounter; each draws its own",
        "all else: what is sensed, road users, driver, truck, brake, both buses",
    ):
        assert said in text
    titles = {attributes.get("title") for _, attributes in parsed(page).tags}
    assert {file.sha256, file.middle().fit_sha256} <= titles


def test_a_gateway_that_refuses_nothing_is_not_called_firmware(tmp_path: Path) -> None:
    conditions = Conditions(7, None, interpreter=Interpreter("obedient gateway, no firmware", "3.11.2"))
    text = words_of(page_of(tmp_path, scenario_result(T1, conditions, [one_of(T1, n) for n in (1, 2)])))
    assert "the real files" not in text
    assert "none: a gateway that refuses nothing stands in its place" in text


def test_page_is_one_file_needs_no_script_and_text_cannot_break_out(tmp_path: Path) -> None:
    file = replace(T1, title=EVIL, title_zh=EVIL, source=EVIL)
    evil = replace(one_of(file, 1, HIT), why=EVIL, values={"truck_kmh": 9.0, "gap_m": 1.0, "brake": EVIL})
    done = scenario_result(file, Conditions(7, None), [evil, one_of(file, 2)])
    page = page_of(tmp_path, done)
    elements = parsed(page)
    assert {"script", "img", "link"}.isdisjoint(tag for tag, _ in elements.tags)
    assert not any("onerror" in attributes for _, attributes in elements.tags)
    assert "".join(elements.text).count(EVIL) >= 5
    assert refers_outside(page) == []
    assert "default-src 'none'" in page
