"""The page of a demo run: one file, true figures, true places, nothing that text could break out of."""

import base64
import math
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edge_controller.config import Fit, load_fit, shipped_fit
from edge_controller.messages import RadarFrame, Side
from hil.encounter import near_side_turn
from hil.plant.truck import Pose
from hil.report import RangeDopplerMap, picture_of, write_report
from hil.report.replay import detection_in_truck_axes, replay_of, to_world
from hil.report.road import road_of
from hil.report.words import outcome_with, outcome_without
from hil.runlog import Contact, RunLog, Tick
from hil.scene import opening_x_m
from hil.walker import Walker
from radar_sim import street
from tests.hil.pages import PAGE_LIMIT_BYTES, data_of, parsed, refers_outside
from tests.hil.synthetic_runs import Pair, detection, pair

CENTIMETRE_M = 0.01


@pytest.fixture(scope="module")
def right() -> Pair:
    return pair("right")


@pytest.fixture(scope="module")
def left() -> Pair:
    return pair("left")


def noise_map(detections: tuple[Any, ...] = ()) -> RangeDopplerMap:
    rng = np.random.default_rng(3)
    return RangeDopplerMap(
        5.4, rng.normal(0, 2, (64, 256)), np.linspace(-8, 7.75, 64), np.arange(256) * 0.17, detections
    )


def page_of(tmp_path: Path, runs: Pair, **changes: Any) -> str:
    path = tmp_path / "report.html"
    radar = runs.encounter.fit.radars[0]
    maps = {radar.name: noise_map((detection((-4.0, -3.0), radar, 5.4),))}
    write_report(path, runs.without, runs.with_system, runs.encounter, maps, runs.verdict | changes)
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.html"]
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("side", ["right", "left"])
def test_page_refers_to_nothing_outside(tmp_path: Path, side: Side, request: pytest.FixtureRequest) -> None:
    page = page_of(tmp_path, request.getfixturevalue(side))
    assert not refers_outside(page)
    assert len(page.encode()) < PAGE_LIMIT_BYTES


def test_page_says_the_figures_of_the_verdict(tmp_path: Path, right: Pair) -> None:
    text = re.sub(r"\s+", " ", " ".join(parsed(page_of(tmp_path, right)).text))
    off, on = right.verdict["without_system"], right.verdict["with_system"]
    assert off["contact"]
    assert not on["contact"]
    behind_m = -off["contact_at_m"][0]
    assert (
        f"Without: hits the cyclist at {off['contact_speed_mps'] * 3.6:.1f} km/h, {behind_m:.1f} m behind"
        in text
    )
    assert f"With Nearside: stops in time, {on['min_clearance_m']:.2f} m away at the nearest." in text
    for key in ("information_s", "warning_s", "request_s", "xbr_s", "standstill_s"):
        assert f"{on[key]:.2f} s" in text
    for shown in (
        "MicroPython 1.26.0",
        "5e5e5e5e5e5e5e5e…",
        "tipper",
        str(on["frames"]),
        "perturbed with seed 1",
    ):
        assert shown in text


def test_whole_firmware_hash_is_in_the_title(tmp_path: Path, right: Pair) -> None:
    titles = [attributes.get("title") for _, attributes in parsed(page_of(tmp_path, right)).tags]
    assert "5e" * 32 in titles


def test_text_cannot_break_out(tmp_path: Path, right: Pair) -> None:
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
    runs = Pair(right.encounter, right.without, _with_reason(right.with_system, evil), right.verdict)
    changed = {"interpreter": {"name": evil, "version": evil}, "firmware_sha256": evil, "seed": evil}
    page = page_of(tmp_path, runs, **changed)
    elements = parsed(page)
    assert [tag for tag, _ in elements.tags].count("script") == 2
    assert not any("onerror" in attributes for _, attributes in elements.tags)
    assert data_of(page)["runs"][1]["reason"][0] == evil
    assert evil in "".join(elements.text)


def _with_reason(log: RunLog, reason: str) -> RunLog:
    ticks = [
        Tick(t.t_s, t.truck, t.users_m, t.clearance_m, t.xbr_mps2, t.edge_state, t.gateway_state, reason)
        for t in log.ticks
    ]
    return RunLog(system=True, ticks=ticks, steps=log.steps, standstill_s=log.standstill_s)


@pytest.mark.parametrize("side", ["right", "left"])
def test_embedded_places_are_those_of_the_log(
    tmp_path: Path, side: Side, request: pytest.FixtureRequest
) -> None:
    runs: Pair = request.getfixturevalue(side)
    data = data_of(page_of(tmp_path, runs))
    for log, run in zip((runs.without, runs.with_system), data["runs"], strict=True):
        by_time = {round(tick.t_s, 3): tick for tick in log.ticks}
        assert np.all(np.diff(run["t_s"]) <= 0.05 + 1e-9)
        assert run["t_s"][-1] == round(log.ticks[-1].t_s, 3)
        assert {round(n * 0.05, 3) for n in range(int(log.ticks[-1].t_s * 20) + 1)} <= set(run["t_s"])
        for n, t_s in enumerate(run["t_s"]):
            tick = by_time[t_s]
            assert run["x_m"][n] == pytest.approx(tick.truck.x_m, abs=CENTIMETRE_M)
            assert run["y_m"][n] == pytest.approx(tick.truck.y_m, abs=CENTIMETRE_M)
            assert run["heading_rad"][n] == pytest.approx(tick.truck.heading_rad, abs=1e-3)
            assert run["users_m"][n] == [pytest.approx(place, abs=CENTIMETRE_M) for place in tick.users_m]
            assert run["clearance_m"][n] == pytest.approx(tick.clearance_m, abs=CENTIMETRE_M)
            assert run["edge_state"][n] == tick.edge_state


def test_run_without_shows_nothing_sensed(tmp_path: Path, right: Pair) -> None:
    page = page_of(tmp_path, right)
    off, on = data_of(page)["runs"]
    assert off["steps"] == []
    assert sum(len(step["seen_m"]) for step in on["steps"]) > 0
    assert "nothing is sensed" in " ".join(parsed(page).text)


@pytest.mark.parametrize("side", ["right", "left"])
@pytest.mark.parametrize("radar_name", ["corner", "front"])
def test_a_reflection_appears_where_it_is(side: Side, radar_name: str) -> None:
    fit = load_fit(shipped_fit("tipper"), side)
    radar = fit.radar(radar_name)
    for point in ((-4.0, fit.truck.near_sign * 3.0), (7.0, 1.0)):
        there = detection_in_truck_axes(detection(point, radar, 0.0), fit)
        assert there == pytest.approx(point, abs=1e-9)
    quarter_left = Pose(100.0, 50.0, math.pi / 2, 0.0, 0.0, 0.0, 0.0)
    assert to_world(3.0, -2.0, quarter_left) == pytest.approx((102.0, 53.0))


def test_nose_down_radar_sees_its_boresight_nearer_on_the_ground() -> None:
    fit = _pitched(load_fit(shipped_fit("tipper")), 0.5)
    front = fit.radar("front")
    boresight = (
        front.position_m[0] + 10 * math.cos(front.yaw_rad),
        front.position_m[1] + 10 * math.sin(front.yaw_rad),
    )
    seen = detection_in_truck_axes(detection(boresight, front, 0.0), fit)
    reach_m = math.hypot(seen[0] - front.position_m[0], seen[1] - front.position_m[1])
    assert reach_m == pytest.approx(10 * math.cos(0.5))


def _pitched(fit: Fit, pitch_rad: float) -> Fit:
    return replace(fit, radars=tuple(replace(radar, pitch_rad=pitch_rad) for radar in fit.radars))


def test_cyclist_track_and_detections_lie_on_the_cyclist(right: Pair) -> None:
    data = replay_of(right.encounter, right.without, right.with_system)
    cyclist = right.encounter.users[0]
    for step in data["runs"][1]["steps"]:
        number, x_m, y_m, vx_mps, vy_mps, _, _, moving, _ = step["tracks"][0]
        assert (number, moving) == (1, 1)
        assert (x_m, y_m) == pytest.approx(Walker(cyclist).stance(step["t_s"])[:2], abs=CENTIMETRE_M)
        assert (vx_mps, vy_mps) == pytest.approx((5.0, 0.0), abs=CENTIMETRE_M)


def test_near_side_left_is_the_mirror_image(left: Pair, right: Pair) -> None:
    there = replay_of(left.encounter, left.without, left.with_system)
    here = replay_of(right.encounter, right.without, right.with_system)
    for a, b in zip(there["runs"], here["runs"], strict=True):
        assert a["x_m"] == pytest.approx(b["x_m"])
        assert a["y_m"] == pytest.approx([-y for y in b["y_m"]])
        for step, mirrored in zip(a["steps"], b["steps"], strict=True):
            assert step["seen_m"][0::2] == pytest.approx(mirrored["seen_m"][0::2], abs=CENTIMETRE_M)
            assert step["seen_m"][1::2] == pytest.approx(
                [-y for y in mirrored["seen_m"][1::2]], abs=CENTIMETRE_M
            )
    for line, mirrored in zip(there["road"]["kerbs"], here["road"]["kerbs"], strict=True):
        assert line == [[x, -y] for x, y in mirrored]


@pytest.mark.parametrize("side", ["right", "left"])
def test_kerbs_are_drawn_where_the_radars_meet_them(side: Side) -> None:
    encounter = near_side_turn(shipped_fit("tipper"), side)
    stones_m = street(
        -40.0, 70.0, opening_x_m=opening_x_m(encounter), seed=1, near_side=side
    ).scatterers.position_m
    stones_m = stones_m[stones_m[:, 2] < 0.2, :2]
    drawn = [pair for line in road_of(encounter).kerbs for pair in pairwise(line)]
    assert len(stones_m) > 40
    for stone_m in stones_m:
        assert min(_to_segment_m(stone_m, *ends) for ends in drawn) < 0.7  # rounded corner, shaken stones


def _to_segment_m(point: Any, start: Any, end: Any) -> float:
    along = np.subtract(end, start)
    share = np.clip(np.dot(np.subtract(point, start), along) / np.dot(along, along), 0.0, 1.0)
    return float(np.hypot(*(np.subtract(point, start) - share * along)))


def test_truck_stays_on_the_road(right: Pair) -> None:
    """The side road fits the turn: the body's inner side never crosses the near kerb before the contact."""
    data = replay_of(right.encounter, right.without, right.with_system)
    corner = np.array(data["road"]["kerbs"][1])
    run = data["runs"][0]
    for x_m, y_m, heading in zip(run["x_m"], run["y_m"], run["heading_rad"], strict=True):
        pose = Pose(x_m, y_m, heading, 0.0, 0.0, 0.0, 0.0)
        side = [to_world(-along, -1.25, pose) for along in np.arange(0.0, 9.8, 0.2)]
        for x, y in side:
            kerb_y = np.interp(x, corner[:-1, 0], corner[:-1, 1], right=-60.0)
            assert y > kerb_y


def test_without_script_both_ends_and_curves_are_there(tmp_path: Path, right: Pair) -> None:
    tags = parsed(page_of(tmp_path, right)).tags
    stills = [attributes for tag, attributes in tags if tag == "svg" and attributes.get("class") == "still"]
    assert len(stills) == 2
    assert "contact" in (stills[0]["aria-label"] or "")
    assert "standstill" in (stills[1]["aria-label"] or "")
    drawn = [attributes.get("class") for tag, attributes in tags if tag == "polygon"]
    assert drawn.count("cyclist") == 2
    assert drawn.count("star") == 1
    curves = [attributes.get("class") for tag, attributes in tags if tag == "polyline"]
    assert curves.count("curve without") == curves.count("curve with") == 3


def test_pictures_are_png_inside_the_page(tmp_path: Path, right: Pair) -> None:
    sources = [a["src"] for tag, a in parsed(page_of(tmp_path, right)).tags if tag == "img"]
    assert len(sources) == 1
    png = base64.b64decode((sources[0] or "").split(",", 1)[1], validate=True)
    assert png.startswith(b"\x89PNG")


def test_picture_of_a_frame_has_its_echo_where_it_is() -> None:
    radar = load_fit(shipped_fit("demo")).radar("corner")
    profile = radar.profile
    chirps = profile.loops * len(radar.array.tx_order)
    bins = 30
    tone = np.exp(2j * np.pi * bins * np.arange(profile.samples) / profile.samples) * 2000
    noise = np.random.default_rng(5).normal(0, 20, (chirps, len(radar.array.rx_m), profile.samples, 2))
    samples = (noise + np.stack([tone.real, tone.imag], axis=-1)).astype(np.int16)
    picture = picture_of(RadarFrame("corner", 0, 1.5, samples), radar)
    doppler, distance = np.unravel_index(np.argmax(picture.power_db), picture.power_db.shape)
    assert picture.t_s == 1.5
    assert picture.range_m[distance] == pytest.approx(bins * profile.range_bin_m, abs=profile.range_bin_m)
    assert abs(picture.range_rate_mps[doppler]) < radar.range_rate_bin_mps


def test_drive_without_a_cyclist_still_makes_a_page(tmp_path: Path) -> None:
    encounter = near_side_turn(shipped_fit("tipper"), with_cyclist=False)
    pose = Pose(0.0, 0.0, 0.0, 4.0, 0.0, 0.0, 0.0)
    ticks = [Tick(n * 0.01, pose, (), None, 0.0, "off", "off", "") for n in range(30)]
    run = {
        "contact": False,
        "contact_speed_mps": None,
        "contact_at_m": None,
        "min_clearance_m": None,
        "stopped": False,
    }
    times = dict.fromkeys(("information_s", "warning_s", "request_s", "xbr_s", "standstill_s"))
    verdict = {
        "interpreter": {"name": "MicroPython", "version": "1"},
        "firmware_sha256": "00",
        "perturb": None,
        "seed": 2,
        "near_side": "right",
        "without_system": run,
        "with_system": run | times | {"frames": 0},
    }
    path = tmp_path / "report.html"
    write_report(path, RunLog(False, ticks=ticks), RunLog(True, ticks=ticks), encounter, {}, verdict)
    page = path.read_text(encoding="utf-8")
    assert "nobody is there" in page
    assert "perturbation off: exactly as the fit says" in page
    assert page.count("not reached") >= 5
    assert data_of(page)["users"] == []


def test_sentence_says_so_when_the_system_fails(right: Pair) -> None:
    hit = right.verdict["without_system"] | {"contact_speed_mps": 2.0, "contact_at_m": [0.0, -0.4]}
    missed = right.verdict["with_system"] | {"stopped": False}
    assert outcome_with(right.verdict | {"with_system": hit}).sentence == (
        "With Nearside: still hits the cyclist at 7.2 km/h, with its front."
    )
    assert not outcome_with(right.verdict | {"with_system": hit}).good
    stood = right.verdict | {"with_system": hit | {"contact_speed_mps": 0.13, "contact_at_m": [-9.8, -1.25]}}
    assert outcome_with(stood).sentence == (
        "With Nearside: stands when the cyclist touches it, 9.8 m behind the front corner."
    )
    assert "passes" in outcome_without(right.verdict | {"without_system": missed}).sentence


def test_contact_is_marked_at_its_time(right: Pair) -> None:
    data = replay_of(right.encounter, right.without, right.with_system)
    contact = right.without.contact
    assert isinstance(contact, Contact)
    assert data["runs"][0]["contact"] == {
        "t_s": contact.t_s,
        "speed_mps": contact.speed_mps,
        "at_m": list(contact.at_m),
        "user": 0,
    }
    assert data["runs"][1]["contact"] is None
    assert data["start_s"] < contact.t_s <= data["decisive_s"]
    at = data["runs"][0]["t_s"].index(round(contact.t_s, 3))
    assert data["runs"][0]["clearance_m"][at] == 0.0


def test_two_steps_of_the_ladder_at_one_time_keep_their_order(tmp_path: Path, right: Pair) -> None:
    at_once = right.verdict["with_system"] | {"request_s": 4.78, "xbr_s": 4.78}
    text = re.sub(r"\s+", " ", " ".join(parsed(page_of(tmp_path, right, with_system=at_once)).text))
    assert text.count("4.78 s") >= 2
    assert text.index("brake request") < text.index("XBR on the bus")
