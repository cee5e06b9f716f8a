"""The page of a scenario: verdict, what decided it, true figures and places, text that stays text."""

import re
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from firmware import link
from hil.faults.forgery import KINDS
from hil.pace import Move
from hil.plant.truck import Pose
from hil.report import write_scenario_report
from hil.report.html import SCRIPTS, own
from hil.report.lines import lines_of
from hil.report.moments import MOMENTS, moment_s
from hil.report.replay import at_rest_s, replay_of
from hil.report.road import road_of
from hil.report.rows import SHOWN_AS, deciding, rows_of
from hil.report.scenario import shown_beside
from hil.report.scenario_words import INCIDENTS, MEASURES, OUTCOMES, VERDICT_CHINESE, reason_chinese
from hil.report.standing import standing_of
from hil.road_user import pedestrian
from hil.roadside import thing
from hil.runlog import Contact, Incident, RunLog, Tick
from hil.scenario import measures, outcome
from hil.scenario.counted import Counted, CountedRow
from hil.scenario.draw import Draw
from hil.scenario.judge import Row, Verdict, bench_error
from hil.scenario.running import ScenarioRun
from hil.statics import GuardRail, Sign, Street
from tests.hil.pages import PAGE_LIMIT_BYTES, data_of, parsed, refers_outside, words_of
from tests.hil.scenario_runs import (
    CLEARANCE,
    DISTANCE,
    HELD_OFF,
    INFORM,
    KEPT,
    MET,
    MISSED,
    UNMET,
    forged,
    rolled,
    run_of,
    straight,
    turn,
)

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&"


@pytest.fixture(scope="module")
def turned() -> ScenarioRun:
    return turn()


def page_of(tmp_path: Path, run: ScenarioRun) -> str:
    path = tmp_path / "report.html"
    write_scenario_report(path, run)
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.html"]
    return path.read_text(encoding="utf-8")


def judged(
    run: ScenarioRun, verdict: Verdict, measured: tuple[Row, ...], needs: tuple[Row, ...]
) -> ScenarioRun:
    return replace(run, judgement=replace(run.judgement, verdict=verdict, measures=measured, needs=needs))


# ---- verdict and measures ----
@pytest.mark.parametrize(
    ("verdict", "measured", "needs", "chinese"),
    [("pass", KEPT, MET, "通过"), ("fail", MISSED, MET, "未通过"), ("inconclusive", MISSED, UNMET, "无结论")],
)
def test_verdict_is_told_by_word_shape_and_colour(
    tmp_path: Path,
    turned: ScenarioRun,
    verdict: Verdict,
    measured: tuple[Row, ...],
    needs: tuple[Row, ...],
    chinese: str,
) -> None:
    page = page_of(tmp_path, judged(turned, verdict, measured, needs))
    head = page[page.index("<header") : page.index("</header>")]
    assert f'<header class="verdict {verdict}">' in head
    assert f'class="sign {verdict}"' in head
    assert f"{verdict.upper()} {chinese}" in words_of(head)


def test_missed_measure_stands_first_and_decides(tmp_path: Path, turned: ScenarioRun) -> None:
    run = judged(turned, "fail", MISSED, MET)
    assert [row.name for row in rows_of(run)] == [
        "smallest clearance",
        "speed at the end",
        "radar frames lost",
    ]
    text = words_of(page_of(tmp_path, run))
    assert "Decided by 决定项: smallest clearance 0.12 m , must be ≥ 0.3 m, margin -0.18 m" in text
    assert "smallest clearance 最小间距 0.12 m ≥ 0.3 m -0.18 m goal: not nearer than that" in text


def test_pass_names_the_limit_it_was_nearest_to(tmp_path: Path, turned: ScenarioRun) -> None:
    decided = deciding(rows_of(turned))
    assert decided is not None
    assert decided.name == "smallest clearance"
    assert (
        "Nearest to its limit 最接近限值: smallest clearance 0.66 m , limit ≥ 0.3 m, margin +0.36 m"
        in words_of(page_of(tmp_path, turned))
    )


def test_unmet_condition_makes_its_measures_count_for_nothing(turned: ScenarioRun) -> None:
    rows = rows_of(judged(turned, "inconclusive", MISSED, UNMET))
    assert [(row.name, row.verdict) for row in rows] == [
        ("radar frames lost", "inconclusive"),
        ("speed at the end", "inconclusive"),
        ("smallest clearance", "inconclusive"),
    ]
    assert rows[0].is_condition


def test_what_did_not_happen_says_so(tmp_path: Path) -> None:
    encounter = straight()
    run = run_of(encounter, rolled(encounter), "fail", (Row(DISTANCE, None, None, False),))
    assert "must be ≥ 15 m, ≤ 32.3 m." in words_of(page_of(tmp_path, run))
    assert rows_of(run)[0].value == "did not happen 未发生"
    assert rows_of(run)[0].t_s is None


def test_row_leads_to_its_moment(tmp_path: Path, turned: ScenarioRun) -> None:
    log = turned.with_system
    assert log is not None
    nearest = min((tick for tick in log.ticks), key=lambda tick: tick.clearance_m or 9.0)
    page = page_of(tmp_path, turned)
    rows = [a for tag, a in parsed(page).tags if tag == "tr" and "deciding" in (a.get("class") or "")]
    assert [float(row["data-t"] or "nan") for row in rows] == [pytest.approx(nearest.t_s, abs=1e-3)]
    assert f'href="#t={nearest.t_s:.3f}"' in page
    assert data_of(page)["decisive_s"] == pytest.approx(nearest.t_s)
    assert data_of(page)["plays"] is False


def test_contact_is_the_moment_of_a_missed_clearance(turned: ScenarioRun) -> None:
    assert turned.without is not None
    assert turned.without.contact is not None
    hit = replace(turned, with_system=replace(turned.without, system=True))
    assert moment_s("clearance", hit) == turned.without.contact.t_s
    assert moment_s("contacts_without_system", turned) == turned.without.contact.t_s


def test_moments_of_a_silence_are_when_braking_ends_and_the_lamp_lights() -> None:
    encounter = straight()
    log = rolled(encounter, lamps=lambda t_s: HELD_OFF if t_s < 1.09 else 0)
    braked = [replace(tick, xbr_mps2=5.0 if 0.5 <= tick.t_s < 1.08 else 0.0) for tick in log.ticks]
    run = run_of(encounter, replace(log, ticks=braked, incidents=[Incident(1.0, "edge_silent")]), "pass")
    assert moment_s("braking_at_silence", run) == 1.0
    assert moment_s("braking_ends_after_silence", run) == pytest.approx(1.08)
    assert moment_s("fault_lamp_after_silence", run) == pytest.approx(1.09)
    assert moment_s("braking_ends_after_kickdown", run) is None


# ---- names ----
def test_every_measure_incident_and_reason_has_its_name_in_both_languages() -> None:
    assert set(MEASURES) == set(measures.MEASURES)
    assert set(MOMENTS) <= set(measures.MEASURES)
    happen = (
        {f"forged_{kind}" for kind in KINDS}
        | {"edge_silent", "vehicle_bus_cut", "steering_frozen", "brake_deaf", "supply_dip"}
        | {"kicks_down", "steers_away", "switches_off"}
    )
    assert happen <= set(INCIDENTS)
    assert all(english and chinese for english, chinese in [*MEASURES.values(), *INCIDENTS.values()])
    assert all(reason_chinese(name) for name in link.REASON_NAMES.values())
    assert set(VERDICT_CHINESE) == set(get_args(Verdict))


# ---- what was simulated ----
def test_page_says_what_was_simulated(tmp_path: Path, turned: ScenarioRun) -> None:
    page = page_of(tmp_path, turned)
    text = words_of(page)
    for said in ("micropython 1.29.0", "S1, s1.yaml", "demo (8x4 tipper), brake typical_ebs", "7, right 右"):
        assert said in text
    assert "UN R151, dynamic test, row 2" in text
    assert "all else: radar samples, road users, driver, truck, brake, both buses" in text
    titles = {attributes.get("title") for _, attributes in parsed(page).tags}
    assert {"ab" * 32, "cd" * 32} <= titles
    assert "yaw -0.09°; place +11, +40, +9 mm" in text
    assert "CAN delay 2.3 ms" in text


def test_page_is_one_file_and_not_large(tmp_path: Path, turned: ScenarioRun) -> None:
    page = page_of(tmp_path, turned)
    assert not refers_outside(page)
    assert "default-src 'none'" in page
    assert len(page.encode()) < PAGE_LIMIT_BYTES
    assert own(*SCRIPTS) in page  # the demo's own replay, not another


def test_text_cannot_break_out(tmp_path: Path, turned: ScenarioRun) -> None:
    log = turned.with_system
    assert log is not None
    ticks = [replace(tick, reason=EVIL) for tick in log.ticks]
    evil_log = replace(log, ticks=ticks, incidents=[Incident(1.0, EVIL)])
    scenario = replace(
        turned.scenario, title=EVIL, title_zh=EVIL, id=EVIL, source=EVIL, note=EVIL, brake_name=EVIL
    )
    evil_row = (replace(KEPT[1], limit=replace(CLEARANCE, requirement=EVIL)),)
    run = replace(judged(turned, "pass", evil_row, MET), scenario=scenario, with_system=evil_log)
    page = page_of(tmp_path, run)
    elements = parsed(page)
    assert [tag for tag, _ in elements.tags].count("script") == 2
    assert not any("onerror" in attributes for _, attributes in elements.tags)
    assert "".join(elements.text).count(EVIL) >= 7
    assert data_of(page)["runs"][1]["reason"][0] == EVIL


def test_bench_error_shows_the_cause_and_no_replay(tmp_path: Path, turned: ScenarioRun) -> None:
    broken = replace(
        turned,
        judgement=bench_error(RuntimeError(EVIL)),
        with_system=None,
        without=None,
        trace=f"File x, {EVIL}",
    )
    page = page_of(tmp_path, broken)
    elements = parsed(page)
    assert {"script", "canvas"}.isdisjoint(tag for tag, _ in elements.tags)
    assert "BENCH ERROR 台架故障" in words_of(page)
    assert "".join(elements.text).count(EVIL) >= 3
    assert '<header class="verdict bench-error">' in page


# ---- the replay ----
def test_drive_without_is_shown_beside_where_it_makes_a_difference(
    tmp_path: Path, turned: ScenarioRun
) -> None:
    page = page_of(tmp_path, turned)
    assert [run["system"] for run in data_of(page)["runs"]] == [False, True]
    assert "Without: hits the cyclist" in words_of(page)
    encounter = straight()
    alone = run_of(encounter, rolled(encounter), "pass", without=replace(rolled(encounter), system=False))
    assert shown_beside(alone) is None
    assert [run["system"] for run in data_of(page_of(tmp_path, alone))["runs"]] == [True]


def test_whoever_is_hit_is_named(tmp_path: Path) -> None:
    walker = pedestrian(1.2, 0.0, 0.0, (Move(0.0, 0.0),))
    encounter = straight(users=(walker,))
    hit = replace(rolled(encounter), system=False, contact=Contact(1.0, 2.0, (0.0, -0.2)))
    page = page_of(tmp_path, run_of(encounter, rolled(encounter), "pass", without=hit))
    assert "Without: hits the pedestrian at 7.2 km/h, with its front." in words_of(page)
    drawn = [attributes.get("class") for tag, attributes in parsed(page).tags if tag == "polygon"]
    assert drawn.count("pedestrian") == 2
    assert data_of(page)["users"][0]["kind"] == "pedestrian"


def test_contact_that_the_scenario_does_not_judge_is_not_coloured_as_failure(
    tmp_path: Path, turned: ScenarioRun
) -> None:
    assert 'class="outcome good"' in page_of(tmp_path, turned)
    scenario = replace(turned.scenario, expect=(DISTANCE,))
    page = page_of(tmp_path, replace(turned, scenario=scenario))
    assert 'class="outcome neutral"' in page
    assert "No limit of this scenario" in words_of(page)


def test_points_of_information_lie_where_the_limits_say(tmp_path: Path) -> None:
    encounter = straight()
    log = rolled(encounter, lamps=lambda t_s: HELD_OFF | (INFORM if t_s >= 4.64 else 0))
    run = run_of(encounter, log, "pass", (Row(DISTANCE, 20.6, 5.6, True),))
    places = {line.name: line.x_m for line in lines_of(run)}
    assert places == pytest.approx(
        {
            "collision point": 33.5,
            "first point of information": 33.5 - 32.3,
            "last point of information": 33.5 - 15.0,
            "information came on": 4.64 * 10 / 3.6,
        }
    )
    page = page_of(tmp_path, run)
    drawn = {line["text"].split(" 提示")[0]: line for line in data_of(page)["lines"]}
    assert drawn["information came on"]["x_m"] == pytest.approx(12.89, abs=0.01)
    assert not drawn["information came on"]["is_limit"]
    css = [attributes.get("class") for tag, attributes in parsed(page).tags if tag == "polyline"]
    assert (css.count("limit"), css.count("came-on")) == (3, 1)


def test_lamp_that_never_lit_leaves_the_limits_alone(turned: ScenarioRun) -> None:
    encounter = straight()
    run = run_of(encounter, rolled(encounter), "fail", (Row(DISTANCE, None, None, False),))
    assert all(line.is_limit for line in lines_of(run))
    assert lines_of(turned) == ()


def test_things_beside_the_road_are_where_the_radars_meet_them() -> None:
    encounter = straight(statics=(GuardRail(-30.0, 60.0, -2.6), Sign(20.0, -2.3)))
    standing = standing_of(encounter, 7)
    assert standing.rails == (((-30.0, -2.6), (60.0, -2.6)),)
    assert standing.signs == ((20.0, -2.3),)
    assert standing.points == ()
    assert road_of(encounter).kerbs == ()
    street = straight(statics=(Street(),))
    truth = thing(Street(), 7, "right", None, "plain").scatterers.position_m
    for x_m, y_m in standing_of(street, 7).points:
        assert np.min(np.hypot(*(truth[:, :2] - (x_m, y_m)).T)) < 1e-9
    assert len(standing_of(street, 7).points) == np.sum(truth[:, 2] >= 0.2)
    assert road_of(street).kerbs
    assert standing_of(street, None).points == ()


def test_a_truck_that_begins_at_rest_comes_to_rest_only_after_it_moved() -> None:
    def moving(speeds: list[float]) -> RunLog:
        poses = [Pose(0.0, 0.0, 0.0, speed, 0.0, 0.0, 0.0) for speed in speeds]
        return RunLog(
            system=True,
            ticks=[Tick(n * 0.01, pose, (), None, 0.0, "off", "off", "") for n, pose in enumerate(poses)],
        )

    assert at_rest_s(moving([0.0, 0.0, 1.0, 1.0, 0.1])) == pytest.approx(0.04)
    assert at_rest_s(moving([0.0, 0.0, 0.0])) is None
    assert at_rest_s(moving([1.0, 1.0])) is None


def test_a_state_between_two_twentieths_of_a_second_is_not_lost() -> None:
    encounter = straight()
    log = rolled(encounter, seconds=2.0)
    log.ticks[101] = replace(log.ticks[101], reason="bad CRC")
    run = replay_of(encounter, log)["runs"][0]
    assert run["reason"].count("bad CRC") == 1
    assert run["t_s"][run["reason"].index("bad CRC")] == 1.01


def test_a_silent_edge_asks_for_nothing_in_the_replay() -> None:
    encounter = straight()
    log = replace(
        rolled(encounter, state=lambda _: "full", seconds=2.0), incidents=[Incident(1.0, "edge_silent")]
    )
    run = replay_of(encounter, log)["runs"][0]
    states = dict(zip(run["t_s"], run["edge_state"], strict=True))
    assert (states[0.95], states[1.0], states[2.0]) == ("full", "silent", "silent")


def test_long_run_along_steel_stays_a_page_one_can_mail(tmp_path: Path, turned: ScenarioRun) -> None:
    log = turned.with_system
    assert log is not None
    busy = next(step for step in log.steps if step.detections)
    detections = (busy.detections * 200)[:200]
    steps = [replace(busy, frame=n, t_s=n * 0.025, detections=detections) for n in range(4000)]
    long = replace(log, steps=steps)
    page = page_of(tmp_path, replace(turned, with_system=long))
    assert len(page.encode()) < PAGE_LIMIT_BYTES
    kept = data_of(page)["runs"][1]
    assert kept["frames_kept"] > 1
    assert f"of every {kept['frames_kept']}th radar frame" in words_of(page)
    assert len(kept["steps"]) == pytest.approx(4000 / kept["frames_kept"], abs=1)


def test_without_script_verdict_rows_and_curves_are_there(tmp_path: Path, turned: ScenarioRun) -> None:
    page = page_of(tmp_path, turned)
    page = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    text = words_of(page)
    for said in (
        "PASS 通过",
        "smallest clearance 最小间距",
        "speed at the end",
        "radar frames lost",
        "inform 提示",
    ):
        assert said in text
    tags = parsed(page).tags
    stills = [a.get("aria-label") or "" for tag, a in tags if tag == "svg" and a.get("class") == "still"]
    assert len(stills) == 2
    curves = [attributes.get("class") for tag, attributes in tags if tag == "polyline"]
    assert curves.count("curve with") == 3


def test_nobody_there_has_no_clearance_curve(tmp_path: Path) -> None:
    encounter = straight(users=())
    log = forged(rolled(encounter), "forged_wrong_crc", "bad CRC", [1.0, 1.1, 1.2])
    page = page_of(tmp_path, run_of(encounter, log, "pass", (KEPT[0],)))
    assert "clearance: nobody is there" in words_of(page)
    assert "forged: wrong CRC 伪造：校验错误 ×3 from 1.00 s" in words_of(page)
    curves = [attributes.get("class") for tag, attributes in parsed(page).tags if tag == "polyline"]
    assert curves.count("curve with") == 2


@pytest.mark.parametrize(
    ("events", "verdict", "value"),
    [(1, "pass", "yes 是"), (0, "fail", "no 否"), (0, "inconclusive", "no 否")],
)
def test_an_outcome_that_is_counted_over_many_is_told_of_this_one(
    tmp_path: Path, turned: ScenarioRun, events: int, verdict: Verdict, value: str
) -> None:
    row = CountedRow(Counted("avoided", "at_least", 0.75, "goal T1"), 1, events, 0.0, 1.0, verdict, "why so")
    judgement = replace(turned.judgement, verdict=verdict, why="why so", measures=())
    draw = Draw("S1", 17, False, {"gap_m": 1.25, "brake": "fast_ebs"}, 5)
    scenario = replace(turned.scenario, expect=(), draw=draw)
    run = replace(turned, scenario=scenario, judgement=judgement, counted=(row,))
    text = words_of(page_of(tmp_path, run))
    told = f"avoided: no contact, or the truck stood 避免碰撞（无接触或已停车） {value} ≥ 75 % – goal T1"
    assert told in text
    assert "encounter 17: gap_m 1.25, brake fast_ebs" in text
    decided = deciding(rows_of(run))
    assert decided is not None
    assert (decided.verdict, decided.requirement) == (verdict, "goal T1")


def test_every_outcome_has_its_words_and_its_moment() -> None:
    assert set(OUTCOMES) == set(outcome.NAMES)
    assert set(SHOWN_AS) == set(outcome.NAMES) - {"kept"}
    assert set(SHOWN_AS.values()) <= set(MOMENTS)
