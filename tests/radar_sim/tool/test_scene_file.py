"""What a scene file means, and the sentence for everything it cannot mean."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radar_sim import SceneError, load_scene
from radar_sim.scene_files.motion import Drive
from radar_sim.scene_files.reading import shipped
from tests.radar_sim.bench import DEMO
from tests.radar_sim.tool.scenes import written

TOP = "name: Try\nframes: 2\ntruck: {speed_mps: 3}\n"
TWO_SIGNS = "things:\n  - {kind: sign, name: a, x_m: 1, y_m: 1}\n  - {kind: sign, name: a, x_m: 2, y_m: 1}"


def read(tmp_path: Path, text: str):
    return load_scene(written(tmp_path, text), DEMO)


def thing(tmp_path: Path, rest: str):
    return read(tmp_path, TOP + "things:\n  - " + rest)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "not a scene"),
        ("name: [", 1, "not YAML"),
        ("name: a\nname: b", 2, "there twice"),
        ("name: &a x", 1, "anchors"),
        ("name: !!python/object x", 1, "tags"),
        ("frames: 2\ntruck: {}", 1, "name is missing"),
        ("name: a\ntruck: {}", 1, "frames or duration_s"),
        ("name: a\nframes: 2\nduration_s: 1\ntruck: {}", 1, "frames or duration_s"),
        ("name: a\nframes: 0\ntruck: {}", 2, "outside 1 to"),
        ("name: a\nframes: 2.5\ntruck: {}", 2, "not a whole number"),
        ("name: a\nframes: two\ntruck: {}", 2, "not a number"),
        ("name: a\nduration_s: .inf\ntruck: {}", 2, "not a finite number"),
        ("name: a\nduration_s: -1\ntruck: {}", 2, "outside"),
        (TOP + "radars: [corner, back]", 4, "has only corner, front"),
        (TOP + "radars: []", 4, "empty"),
        (TOP + "seed: -1", 4, "outside 0"),
        (TOP + "perturb: maybe", 4, "not a number"),
        (TOP + "thing: []", 4, "did you mean things?"),
        (TOP + "things: 7", 4, "not a list of things"),
        (TOP + "things:\n  - 7", 5, "not a mapping"),
        (TOP + "things:\n  - x_m: 1", 5, "kind is missing"),
        (TOP + "things:\n  - kind: cyclits\n    x_m: 1", 5, "did you mean cyclist?"),
        (TOP + "things:\n  - kind: dragon", 5, "there are only adult, "),
        (TOP + "things:\n  - kind: cyclist\n    x_m: 1", 5, "y_m is missing"),
        (TOP + "things:\n  - kind: cyclist\n    x_m: 1\n    y_m: nan", 7, "not a finite number"),
        (TOP + "things:\n  - {kind: cyclist, x_m: 1, y_m: 1, speed_mps: .nan}", 5, "not a finite number"),
        (TOP + "things:\n  - {kind: cyclist, x_m: 1, y_m: '1'}", 5, "not a number"),
        (TOP + "things:\n  - {kind: cyclist, x_m: 1, y_m: 1, sped_mps: 2}", 5, "did you mean speed_mps?"),
        (TOP + "things:\n  - {kind: cyclist, x_m: 1, y_m: 1, heading_rad: 1}", 5, "heading_deg"),
        (TOP + "things:\n  - {kind: cyclist, x_m: 1, y_m: 1, seed: 4}", 5, "not a key"),
        (TOP + "things:\n  - {kind: adult, x_m: 1, y_m: 1, speed_mps: 20}", 5, "speed_mps is 20"),
        (TOP + "things:\n  - {kind: adult, path: [[0, 0, 0]]}", 5, "at least two rows"),
        (TOP + "things:\n  - {kind: adult, path: [[0, 0, 0], [0, 1, 0]]}", 5, "times rise"),
        (TOP + "things:\n  - {kind: adult, path: [[0, 0, 0], [1, 1]]}", 5, "has 2 values, not 3"),
        (TOP + "things:\n  - {kind: adult, path: [[0, 0, -5], [0.1, 9, -5]]}", 5, "speed_mps is 90"),
        (TOP + "things:\n  - {kind: adult, x_m: 3, path: [[0, 0, 0], [1, 1, 0]]}", 5, "not go with path"),
        (TOP + TWO_SIGNS, 6, "another thing has"),
        (TOP + "world: {rain_mm_per_h: -3}", 4, "outside 0 to 200"),
        (TOP + "world: {rain: 3}", 4, "rain_mm_per_h"),
        (TOP + "world: {road: {roughness_m: 1}}", 4, "roughness"),
        (TOP + "world: {interferers: [{eirp_dbm: 3}]}", 4, "position_m is missing"),
        ("name: a\nframes: 2\ntruck: {own_truck: {steer: 5}}", 3, "did you mean steer_deg?"),
        ("name: a\nframes: 2\ntruck: {own_truck: {steer_deg: 400}}", 3, "cannot be"),
        (TOP + "sensors: {back: {}}", 4, "only corner, front"),
        (TOP + "sensors:\n  corner: {yaw: 3}", 5, "did you mean yaw_deg?"),
        (TOP + "sensors:\n  corner: {modulation: fdm}", 5, "not one of tdm, bpm, ddm"),
        (TOP + "sensors:\n  corner: {dead_rx: [4]}", 5, "numbers from 0 to 3"),
        (TOP + "sensors:\n  corner: {films: [{two_way_db: -1}]}", 5, "outside 0 to 200"),
        (TOP + "sensors:\n  corner: {patterns: x}", 5, "not a key"),
        (TOP + "losses: {probability: 2}", 4, "outside 0 to below 1"),
        ("name: a\nframes: 2\ntruck: {sped_mps: 3}", 3, "did you mean speed_mps?"),
        ("name: a\nframes: 2\ntruck: {drive: [[1, 2]]}", 3, "has 2 values, not 3"),
        ("name: a\nframes: 2\ntruck: {drive: [[1, 2, 0], [1, 3, 0]]}", 3, "times rise"),
        ("name: a\nframes: 2\ntruck: {drive: [[0, 2, 0]], speed_mps: 3}", 3, "without speed_mps"),
    ],
)  # fmt: skip
def test_each_refusal_names_file_and_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    with pytest.raises(SceneError) as caught:
        read(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'scene.yaml'}: line {line}: ")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.binary(max_size=200))
def test_no_bytes_at_all_give_a_traceback(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "scene.yaml"
    path.write_bytes(content)
    with pytest.raises(SceneError, match="line"):
        load_scene(path, DEMO)


def test_an_unknown_scene_name_is_told_with_those_there_are() -> None:
    with pytest.raises(SceneError, match=r"only .*turn_with_cyclist.*did you mean turn_with_cyclist\?"):
        load_scene("turn_with_cyclists", DEMO)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SceneError, match=r"none\.yaml: cannot be read"):
        load_scene(tmp_path / "none.yaml", DEMO)


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.stem)
def test_every_shipped_scene_is_read_and_says_what_it_is(path: Path) -> None:
    scene = load_scene(path.stem, DEMO)
    assert scene.about
    assert len(scene.at(0.0).things) == len(scene.entries) > 0


def test_a_straight_line_and_degrees(tmp_path: Path) -> None:
    scene = thing(tmp_path, "{kind: cyclist, x_m: 1, y_m: -2, heading_deg: 90, speed_mps: 4}")
    rider = scene.at(0.5).things[0]
    assert rider.name == "cyclist"
    assert rider.place_m[:2] == pytest.approx((1.0, 0.0))
    assert rider.heading_rad == pytest.approx(math.pi / 2)
    assert rider.velocity_mps == pytest.approx((0.0, 4.0, 0.0))


def test_a_path_gives_speeds_and_headings_and_rest_before_and_after(tmp_path: Path) -> None:
    scene = thing(tmp_path, "{kind: adult, path: [[1, 0, -9], [3, 2, -9], [4, 2, -9], [6, 2, -6]]}")
    expected = {
        0.0: ((0.0, -9.0), 0.0, 0.0),
        2.0: ((1.0, -9.0), 0.0, 1.0),
        3.5: ((2.0, -9.0), 0.0, 0.0),  # faces the way he came
        5.0: ((2.0, -7.5), math.pi / 2, 1.5),
        9.0: ((2.0, -6.0), math.pi / 2, 0.0),
    }
    for t_s, (place_m, heading_rad, speed_mps) in expected.items():
        walker = scene.at(t_s).things[0]
        assert walker.place_m[:2] == pytest.approx(place_m)
        assert walker.heading_rad == pytest.approx(heading_rad)
        assert math.hypot(*walker.velocity_mps) == pytest.approx(speed_mps)


def test_the_own_truck_has_its_figure_if_asked(tmp_path: Path) -> None:
    text = TOP.replace("speed_mps: 3", "speed_mps: 3, own_truck: {steer_deg: 20}")
    own = read(tmp_path, text).at(0.5).own
    assert own is not None
    assert len(own.scatterers) > 20
    assert read(tmp_path, TOP).at(0.5).own is None


def test_names_are_numbered_where_a_kind_comes_again(tmp_path: Path) -> None:
    scene = thing(tmp_path, "{kind: sign, x_m: 1, y_m: -7}\n  - {kind: sign, x_m: 9, y_m: -7}")
    assert [entry.name for entry in scene.entries] == ["sign", "sign 2"]


def test_the_truck_on_an_arc_keeps_its_distance_from_the_centre() -> None:
    # 3 m/s at 0.2 rad/s: the point without side slip runs on a circle of 15 m.
    drive = Drive(0.0, 0.0, 0.0, -7.0, ((0.0, 3.0, -0.2),))
    for t_s in (0.5, 2.0, 7.0):
        pose = drive.at(t_s)
        assert pose.heading_rad == pytest.approx(-0.2 * t_s)
        slip_x_m = pose.x_m - 7.0 * math.cos(pose.heading_rad)
        slip_y_m = pose.y_m - 7.0 * math.sin(pose.heading_rad)
        assert math.hypot(slip_x_m + 7.0, slip_y_m + 15.0) == pytest.approx(15.0, abs=1e-9)


def test_a_braking_truck_comes_as_far_as_its_speed_says() -> None:
    drive = Drive(0.0, 0.0, 0.0, -7.0, ((1.0, 6.0, 0.0), (3.0, 0.0, 0.0)))
    assert drive.at(3.0).x_m == pytest.approx(6.0 * 1.0 + 6.0 * 2.0 / 2)
    assert drive.at(2.0).speed_mps == pytest.approx(3.0)
    assert drive.at(9.0).x_m == pytest.approx(12.0)


def test_a_changing_turn_is_good_to_a_tenth_of_a_millimetre() -> None:
    # Yaw rate from 0 to -0.25 rad/s in 2 s: heading -t^2 / 16; the way summed up in steps of 0.1 ms.
    drive = Drive(0.0, 0.0, 0.0, -7.0, ((0.0, 3.0, 0.0), (2.0, 3.0, -0.25)))
    steps = 20_000
    times = [(n + 0.5) * 2.0 / steps for n in range(steps)]
    x_m = -7.0 + sum(3.0 * math.cos(-(t**2) / 16) for t in times) * 2.0 / steps
    y_m = sum(3.0 * math.sin(-(t**2) / 16) for t in times) * 2.0 / steps
    pose = drive.at(2.0)
    assert pose.heading_rad == pytest.approx(-0.25)
    assert pose.x_m == pytest.approx(x_m + 7.0 * math.cos(-0.25), abs=1e-4)
    assert pose.y_m == pytest.approx(y_m + 7.0 * math.sin(-0.25), abs=1e-4)


def test_a_left_hand_fit_mirrors_everything(tmp_path: Path) -> None:
    left = tmp_path / "left.toml"
    left.write_text(DEMO.read_text(encoding="utf-8").replace('"right"', '"left"'), encoding="utf-8")
    path = written(
        tmp_path,
        TOP.replace("speed_mps: 3", "speed_mps: 3, yaw_rate_degps: -8, y_m: 1, heading_deg: 2")
        + "things:\n  - {kind: cyclist, x_m: 1, y_m: -2, heading_deg: 10, speed_mps: 4}\n",
    )
    right, mirrored = load_scene(path, DEMO).at(0.7), load_scene(path, left).at(0.7)
    assert mirrored.truck.y_m == -right.truck.y_m
    assert mirrored.truck.yaw_rate_radps == -right.truck.yaw_rate_radps
    assert mirrored.things[0].heading_rad == -right.things[0].heading_rad
    ours, theirs = right.things[0].scatterers, mirrored.things[0].scatterers
    assert (theirs.position_m[:, 1] == -ours.position_m[:, 1]).all()
    assert (theirs.velocity_mps[:, 0] == ours.velocity_mps[:, 0]).all()
