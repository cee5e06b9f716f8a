"""A scenario file is read whole or refused in one sentence that names file, line and key."""

import math
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from edge_controller.config import shipped_fit
from edge_controller.errors import InputError
from hil.faults import EdgeCrashed, EdgeSilent, Forged
from hil.moment import Moment
from hil.plant.brakes import BrakeSet
from hil.scenario import yaml_table
from hil.scenario.catalogue import chosen, shipped
from hil.scenario.reading import read_scenario
from hil.scenario.scenario import Scenario
from hil.scenario.yaml_table import parse
from hil.statics import Street
from hil.walker import Walker
from tests.hil.scenario.samples import TEXT, write
from tests.hil.shipped import asked, files


@pytest.fixture(params=[yaml.SafeLoader, *([yaml.CSafeLoader] if yaml.__with_libyaml__ else [])])
def either_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """YAML's own, and the one in C where it is there."""
    monkeypatch.setattr(yaml_table, "LOADER", request.param)


# What is written instead of what, the line it stands in, and what the sentence must say.
BAD = [
    ("id: S1\n", "", None, "id is missing"),
    ("id: S1", "id: ../S1", 1, "id is '../S1', not up to 40 letters"),
    ("id: S1", "id: all", 1, "id is 'all'"),
    ("id: S1", "id: Report.html", 1, "id is 'Report.html', the name of a file among the results"),
    ("id: S1", "id: S1\nspeeed: 3", 2, "speeed is not a key"),
    ("title: A sample", "title: ''", 2, "title is not a text"),
    ("title: A sample", "title: [a]", 2, "title is not a text"),
    ("perturb: false", "perturb: no", 8, "perturb is 'no', not true or false"),
    ("perturb: false", "perturb: 'true'", 8, "perturb is not true or false"),
    ("duration_s: 2.0", "duration_s: .nan", 9, "duration_s is .nan, not a finite number"),
    ("duration_s: 2.0", "duration_s: -.inf", 9, "duration_s is -.inf, not a finite number"),
    ("duration_s: 2.0", "duration_s: 1e999", 9, "not a finite number"),
    ("duration_s: 2.0", "duration_s: two", 9, "duration_s is 'two', not a number"),
    ("duration_s: 2.0", "duration_s: '2.0'", 9, "duration_s is not a number"),
    ("duration_s: 2.0", "duration_s: 1:30", 9, "not a number"),
    ("duration_s: 2.0", "duration_s: 0x10", 9, "not a number"),
    ("duration_s: 2.0", "duration_s: 1_0", 9, "not a number"),
    ("duration_s: 2.0", "duration_s: true", 9, "not a number"),
    ("duration_s: 2.0", "duration_s:", 9, "not a number"),
    ("duration_s: 2.0", "duration_s: 1000", 9, "outside 0.5 to 120"),
    ("duration_s: 2.0", "duration_ms: 2000", None, "duration_s is missing"),
    ("duration_s: 2.0", "duration_s: 2.0\nduration_s: 3.0", 10, "duration_s is there twice"),
    ("duration_s: 2.0", "duration_s: ２", 9, "not a number"),
    ("fit: demo", f"fit: {'x' * 300}.toml", 6, "which cannot be looked for (File name too long)"),
    ("fit: demo", "fit: lorry", 6, "fit is 'lorry': no shipped fit (demo, mixer, tipper)"),
    ("brake: typical_ebs", "brake: soft", 7, "brake is 'soft', not one of fit, fast_ebs"),
    ("gateway: {released: 1}", "gateway: {}", 11, "gateway does not say whether braking is released"),
    ("gateway: {released: 1}", "gateway: {released: 2}", 11, "gateway cannot be"),
    ("gateway: {released: 1}", "gateway: {released: 1.5}", 11, "gateway.released is 1.5, not a whole number"),
    ("gateway: {released: 1}", "gateway: {released: 1, near_side: 1}", 11, "gateway has 'near_side'"),
    ("gateway: {released: 1}", "gateway: [released]", 11, "gateway is not a mapping"),
    ("  speed_kmh: 18\n", "", 13, "driver.speed_kmh is missing"),
    ("radius_m: 12", "radius_m: 1", 15, "driver.turn.radius_m is 1, outside 5 to 200"),
    ("radius_m: 12", "radius_m: 12, far: 3", 15, "driver.turn.far is not a key"),
    (
        "{after_braking_s: 0.3}",
        "{}",
        16,
        "kicks_down must say exactly one of at_s, after_braking_s, after_warning_s",
    ),
    ("{after_braking_s: 0.3}", "{at_s: 1, after_braking_s: 1}", 16, "exactly one of"),
    ("kind: cyclist", "kind: horse", 18, "road_users[0].kind is 'horse', not one of cyclist, e_bike"),
    ("    from_side_m: 1.5\n", "", 18, "road_users[0].from_side_m or from_middle_m must be there"),
    ("from_side_m: 1.5", "from_side_m: 1.5\n    from_middle_m: 1", 20, "one of the two"),
    ("heading: along", "heading: 90", 21, "road_users[0].heading is '90', not one of along, against"),
    ("- {from_s: 0, speed_kmh: 18}", "- {from_s: 1, speed_kmh: 18}", None, "must begin with from_s: 0"),
    ("- {from_s: 0, speed_kmh: 18}", "[]", None, "road_users[0].moves is empty"),
    ("- {from_s: 0, speed_kmh: 18}", "- walks", 23, "road_users[0].moves[0] is not a mapping"),
    ("heading: along", "heading: along\n    height_m: 1.7", 22, "road_users[0].height_m is not a key"),
    ("  - kind: street", "  - kind: castle", 25, "statics[0].kind is 'castle', not one of"),
    ("  - kind: street", "  kind: street", 25, "statics is not a list"),
    ("statics:\n  - kind: street\n", "", None, "statics is missing"),
    ("forgery: wrong_crc", "forgery: rude", 30, "faults[1].forgery is 'rude', not one of wrong_crc"),
    ("    when: {at_s: 1.0}\n", "", 27, "faults[0].when is missing"),
    ("count: 3", "count: 0", 32, "faults[1].count is 0, outside 1 to 10000"),
    ("    at_least: 0.3\n", "", None, "expect[0].at_least or at_most is missing: a measure needs a limit"),
    ("at_least: 0.3", "at_least: .nan", 41, "expect[0].at_least is .nan, not a finite number"),
    ("at_least: 0.3", "at_least: 0.3\n    at_most: 0.2", 41, "expect[0].at_least is 0.3, above at_most 0.2"),
    ("unit: m\n", "unit: cm\n", 42, "expect[0].unit is 'cm', but clearance is in 'm'"),
    ("    unit: m\n", "", None, "expect[0].unit is missing"),
    ("    requirement: goal\n", "", None, "expect[0].requirement is missing"),
    ("measure: clearance", "measure: beauty", 40, "expect[0].measure is 'beauty', not one that"),
    ("measure: clearance", "measure: clearence_m", 40, "'clearence_m', which is near clearance"),
    ("id: S1", f"id: {'x' * 900}", 1, "id is 'xxxxxxxxxxxx...xxxxxxxxxxxxx', not up to 40"),
    ("id: S1", "id: &a S1", 1, "anchors and aliases (& and *) are not read"),
    ("id: S1", "id: !!python/object:os.system S1", 1, "the tag"),
    ("id: S1", "id: [", None, "not YAML"),
    ("id: S1", "id: S1\n\tx: 3", 2, "not YAML"),
    ("id: S1", "id: S1\n---\nid: S2", None, "not YAML"),
    ("id: S1", "? [a, b]\n: 3\nid: S1", 1, "a key is not a text"),
    ("id: S1", "id: " + "[" * 500, 1, "nested too deeply"),
    ("id: S1", "id: S1\x07", None, "not YAML"),
]


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(("old", "new", "line", "says"), BAD)
def test_a_bad_file_is_one_sentence(tmp_path: Path, old: str, new: str, line: int | None, says: str) -> None:
    path = write(tmp_path, old, new)
    with pytest.raises(InputError) as error:
        read_scenario(path)
    text = str(error.value)
    assert text.startswith(f"{path}:")
    assert says in text
    assert "\n" not in text
    if line is not None:
        assert f": line {line}: " in text


@pytest.mark.usefixtures("either_parser")
def test_a_bomb_of_aliases_does_not_go_off(tmp_path: Path) -> None:
    path = tmp_path / "bomb.yaml"
    levels = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40))
    path.write_text(f"a0: &a0 [x]\n{levels}\n", encoding="utf-8")
    with pytest.raises(InputError, match="anchors and aliases"):
        read_scenario(path)


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"", "no keys at its top"),
        (b"- a\n- b\n", "no keys at its top"),
        (b"just words", "no keys at its top"),
        (b"x" * 200_000, "more than 100000 bytes"),
    ],
)
def test_what_is_no_scenario_at_all_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes(content)
    with pytest.raises(InputError, match=re.escape(f"{path}:") + ".*" + says):
        read_scenario(path)


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_file_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with pytest.raises(InputError, match=re.escape(f"{path}: cannot be read")):
        read_scenario(path)


@pytest.mark.parametrize(
    ("measure", "unit", "without", "lacks"),
    [
        ("information_distance", "m", "collision_x_m: 20.0\n", "collision_x_m"),
        ("stood_before_turn", "s", "  turn: {at_x_m: 15, radius_m: 12}\n", "driver.turn"),
        ("braking_ends_after_kickdown", "ms", "  kicks_down: {after_braking_s: 0.3}\n", "driver.kicks_down"),
        ("braking_ends_after_silence", "ms", "  - kind: edge_silent\n    when: {at_s: 1.0}\n", "edge_silent"),
    ],
)
def test_a_measure_of_what_is_not_there_is_refused(
    tmp_path: Path, measure: str, unit: str, without: str, lacks: str
) -> None:
    """Else a typing error would make a test that can never be reached."""
    asked = TEXT.replace("measure: clearance", f"measure: {measure}").replace("unit: m\n", f"unit: {unit}\n")
    path = tmp_path / "s1.yaml"
    path.write_text(asked, encoding="utf-8")
    assert read_scenario(path).expect[0].measure == measure
    path.write_text(asked.replace(without, ""), encoding="utf-8")
    with pytest.raises(InputError, match=f"expect has {measure}, which needs .*{lacks}"):
        read_scenario(path)


@pytest.mark.usefixtures("either_parser")
def test_what_the_file_says_is_what_is_driven(tmp_path: Path) -> None:
    scenario = read_scenario(write(tmp_path))
    encounter, driver = scenario.encounter, scenario.encounter.driver
    assert (scenario.id, scenario.family, scenario.perturb) == ("S1", "S", False)
    assert driver.speed_mps == pytest.approx(5.0)
    assert driver.turn_at_x_m == pytest.approx(15 - 7.125)  # the bogie, when the front is at 15 m
    assert driver.signal_at_x_m == pytest.approx(5 - 7.125)
    assert driver.final_steer_rad == pytest.approx(math.atan(5.675 / 12))
    assert driver.kicks_down == Moment(after_braking_s=0.3)
    assert encounter.brake == BrakeSet(0.12, 0.25, 0.20, 5.0)
    assert encounter.statics == (Street(),)
    assert encounter.faults == (
        EdgeSilent(Moment(at_s=1.0)),
        Forged(Moment(at_s=1.0), "wrong_crc", 3, 0.1),
    )
    user = encounter.users[0]
    assert Walker(user).stance(1.0)[:2] == pytest.approx((0.0, -2.75))
    assert Walker(user).stance(1.0).speed_mps == pytest.approx(5.0)
    assert encounter.gateway_settings() == {"released": 1, "near_side": 0}
    assert encounter.after_standstill_s is None


def test_near_side_left_mirrors(tmp_path: Path) -> None:
    text = TEXT.replace("heading: along", "heading: from_near_side")
    path = tmp_path / "s1.yaml"
    path.write_text(text, encoding="utf-8")
    right, left = read_scenario(path), read_scenario(path, "left")
    for t_s in (0.0, 0.7, 2.0):
        (x_m, y_m), (there_x_m, there_y_m) = (
            Walker(s.encounter.users[0]).stance(t_s)[:2] for s in (right, left)
        )
        assert (there_x_m, there_y_m) == pytest.approx((x_m, -y_m))
    assert (
        Walker(right.encounter.users[0]).stance(1.0).y_m > Walker(right.encounter.users[0]).stance(0.0).y_m
    )  # towards the truck
    assert left.encounter.gateway_settings()["near_side"] == 1
    assert right.sha256 == left.sha256


@given(content=st.text(max_size=200) | st.binary(max_size=200).map(lambda b: b.decode("latin-1")))
def test_no_text_at_all_makes_anything_but_a_sentence(content: str) -> None:
    try:
        parse(Path("any.yaml"), content.encode("utf-8", errors="surrogatepass")).finish()
    except InputError as error:
        assert str(error).startswith("any.yaml:")  # noqa: PT017 - a text may also be a fine table


def loses_frames(scenario: Scenario) -> bool:
    """Its fault is that frames or packets do not come."""
    scripts = scenario.encounter.sensors.values()
    is_silent = any(script.silent_for_s or script.losses.probability for script in scripts)
    return is_silent or any(isinstance(fault, EdgeCrashed) for fault in scenario.encounter.faults)


def test_shipped_scenarios_cover_what_the_door_promises() -> None:
    known = {name: file.middle() for name, file in files().items()}
    assert {
        "R1-2",
        "R1-3",
        "R1-4",
        "R1-5",
        "R6-2",
        "T1",
        "M1-front",
        "N1",
        "N3-rail",
        "F1",
        "F2",
        "O1-kickdown",
    } <= set(known)
    for scenario in known.values():
        assert scenario.source
        assert all(limit.requirement for limit in (*scenario.needs, *scenario.expect))
        assert loses_frames(scenario) or any(limit.measure == "radar_frames_lost" for limit in scenario.needs)
        assert re.search(r"[\u4e00-\u9fff]", scenario.title_zh)


# UN R151 (original series), dynamic test: row, bicycle and vehicle km/h, lateral, d_a, d_b, last and first
# point of information, all in m.
R151 = [
    (1, 20, 10, 1.25, 44.4, 15.8, 15.0, 26.1),
    (2, 20, 10, 1.25, 44.4, 22.0, 15.0, 32.3),
    (3, 20, 20, 1.25, 44.4, 38.3, 38.3, 65.0),
    (4, 10, 20, 4.25, 22.2, 43.5, 15.0, 43.2),
    (5, 10, 10, 4.25, 22.2, 19.8, 19.8, 65.0),
    (6, 20, 10, 4.25, 44.4, 14.7, 15.0, 26.1),
    (7, 20, 10, 4.25, 44.4, 17.7, 15.0, 29.1),
]


@pytest.mark.parametrize(("row", "bicycle", "vehicle", "lateral", "d_a", "d_b", "last", "first"), R151)
def test_the_rows_of_un_r151_are_those_of_the_table(
    row: int, bicycle: int, vehicle: int, lateral: float, d_a: float, d_b: float, last: float, first: float
) -> None:
    scenario = asked(f"R1-{row}")[0].middle()
    rider, driver = scenario.encounter.users[0], scenario.encounter.driver
    assert driver.speed_mps == pytest.approx(vehicle / 3.6)
    assert Walker(rider).stance(0.0).speed_mps == pytest.approx(bicycle / 3.6)
    assert rider.y_m == pytest.approx(-(1.25 + lateral))
    assert scenario.collision_x_m is not None
    at_b_s = (scenario.collision_x_m - d_b) / driver.speed_mps  # the front crosses line B, maybe before t = 0
    bicycle_x_m = rider.x_m + Walker(rider).stance(0.0).speed_mps * at_b_s
    assert scenario.collision_x_m - bicycle_x_m == pytest.approx(d_a, abs=0.1)
    limit = next(limit for limit in scenario.expect if limit.measure == "information_distance")
    assert (limit.at_least, limit.at_most) == (last, first)
    reaches_s = scenario.collision_x_m / driver.speed_mps
    assert reaches_s <= scenario.encounter.duration_s


def test_two_scenarios_of_one_id_are_refused(tmp_path: Path) -> None:
    one, two = write(tmp_path, name="a.yaml"), write(tmp_path, name="b.yaml")
    with pytest.raises(InputError, match=re.escape(f"{two}: id 'S1' is already that of {one}")):
        shipped(folder=tmp_path)
    with pytest.raises(InputError, match="already that of"):
        chosen([str(one), str(two)], None, [])


def test_what_to_run_is_found_by_id_family_all_and_path_each_once(tmp_path: Path) -> None:
    known = list(files().values())
    path = write(tmp_path)

    def ids(*names: str) -> list[str]:
        return [scenario.id for scenario in chosen(names, None, known)]

    assert ids("T1") == ["T1"]
    must_not = [file.id for file in known if file.family == "N"]
    assert ids("N") == must_not
    rows = [name for name in must_not if name.startswith("N3-")]
    assert len(rows) > 1
    assert ids("N3", "N", "N3") == [*rows, *(name for name in must_not if name not in rows)]
    assert ids("M2") == [
        "M2-early",
        "M2-enforced",
        "M2-kept",
        "M2-straight",
    ]  # one row of the matrix, told in four files
    assert ids("t1", "r1-2") == ["T1", "R1-2"]
    assert ids("R1") == [f"R1-{row}" for row in range(1, 8)]
    assert {*ids("R1"), "R2", "R3", "R4"} <= set(ids("R151"))  # a tag
    assert {*ids("R151"), *ids("R159")} <= set(ids("R"))
    assert ids("all") == [file.id for file in known if file.family in {"R", "T", "M", "N", "D", "F", "O"}]
    assert {"T1-demo", "set-bend"} <= {file.id for file in known} - set(ids("all"))
    assert ids(str(path), str(path), "T1") == ["S1", "T1"]
    with pytest.raises(
        InputError, match=r"^'X9', which is near .*N9.*: no scenario, family, tag or YAML file;"
    ):
        ids("X9")
    for nothing in ("", "#" * 100_000):
        with pytest.raises(InputError, match=r"^'.*': no scenario, .* `nearside hil list`") as told:
            ids(nothing)
        assert len(str(told.value)) < 200


def test_a_fit_that_was_changed_is_read_anew(tmp_path: Path) -> None:
    fit = tmp_path / "own.toml"
    fit.write_bytes(shipped_fit("demo").read_bytes())
    path = write(tmp_path, "fit: demo", "fit: own.toml")
    before = read_scenario(path).encounter.fit
    text = fit.read_text(encoding="utf-8")
    fit.write_text(text.replace("height_m =", "height_m = 3.21 #", 1), encoding="utf-8")
    assert (read_scenario(path).encounter.fit.truck.height_m, before.truck.height_m != 3.21) == (3.21, True)
