"""What the tool must refuse, whoever wrote it: one sentence that says what and where."""

import re
from pathlib import Path

import pytest

from radar_sim import RadarSimulator, SceneError, load_scene
from radar_sim.picture.show import draw
from radar_sim.run import run
from tests.radar_sim.bench import DEMO
from tests.radar_sim.tool.scenes import written

TOP = "name: x\nframes: 1\ntruck: {}\n"
FIT = DEMO.read_text(encoding="utf-8")


def refused(folder: Path, text: str) -> str:
    with pytest.raises(SceneError) as error:
        load_scene(written(folder, text), DEMO)
    assert "\n" not in str(error.value)
    return str(error.value)


def fit_with(folder: Path, *changes: tuple[str, str]) -> Path:
    text = FIT
    for pattern, new in changes:
        assert re.search(pattern, text, re.MULTILINE)
        text = re.sub(pattern, new, text, flags=re.MULTILINE)
    path = folder / "fit.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("thing", "says"),
    [
        ("kind: adult, x_m: 1e300, y_m: 1", r"x_m is 1e\+300, outside -1e\+07 to 1e\+07"),
        ("kind: car, x_m: 1, y_m: -2e7", r"y_m is -2e\+07, outside"),
        ("kind: reflector, x_m: 1, y_m: 1, z_m: 1e300", r"z_m is 1e\+300, outside"),
        ("kind: adult, path: [[0, 1, 1], [1, 1e300, 1]]", r"path\[1\]\[1\] is 1e\+300, outside"),
        ("kind: adult, path: [[-1e300, 1, 1], [1, 1, 1]]", r"path\[0\]\[0\] is -1e\+300, outside -3600"),
        ("kind: road_surface, low_m: [-1e308, 0], high_m: [1e308, 5]", r"low_m\[0\] is -1e\+308, outside"),
        ("kind: street, start_x_m: -1e6, end_x_m: 1e6", "2e\\+06 m long; the most is 2000 m"),
        ('kind: bin, x_m: 5, y_m: 5, name: "a\\e[31m"', "not up to 80 characters that can be printed"),
        (f"kind: bin, x_m: 5, y_m: 5, name: {'n' * 81}", "not up to 80 characters that can be printed"),
    ],
)
def test_a_place_a_length_a_name_have_bounds(tmp_path: Path, thing: str, says: str) -> None:
    sentence = refused(tmp_path, f"{TOP}things:\n  - {{{thing}}}\n")
    assert re.search(rf"scene\.yaml: line 5: things\[0\].*{says}", sentence), sentence


def test_numbers_are_written_in_latin_digits(tmp_path: Path) -> None:
    assert "line 2: frames is '\u0663', not a number" in refused(tmp_path, TOP.replace("1", "\u0663"))


def test_an_interferer_too_far_to_count_with_is_named(tmp_path: Path) -> None:
    far = "position_m: [1e300, 0, 1], eirp_dbm: 1, start_hz: 1, slope_hz_per_s: 1, ramp_s: 1, period_s: 1"
    sentence = refused(tmp_path, f"{TOP}world: {{interferers: [{{{far}}}]}}\n")
    assert "line 4: world.interferers[0].position_m[0] is 1e+300, outside" in sentence


def test_points_have_a_bound_over_all_things(tmp_path: Path) -> None:
    ground = "  - {kind: road_surface, low_m: [-50, -50], high_m: [50, 50], facets: 20000}\n"
    sentence = refused(tmp_path, f"{TOP}things:\n{16 * ground}")
    assert re.search(r"line (19|20): things\[1[45]\] .* the most is 300000", sentence), sentence


@pytest.mark.parametrize("kind", ["adult", "car", "muck_tipper", "bin"])
def test_a_body_around_a_radar_is_refused_though_its_points_are_far(tmp_path: Path, kind: str) -> None:
    # The front radar of the demo fit sits at x 0.05, y 0.40, z 0.70.
    path = written(tmp_path, f"{TOP}things:\n  - {{kind: {kind}, x_m: 0.05, y_m: 0.4}}\n")
    with pytest.raises(SceneError, match=rf"line 5: {kind}, at 0\.017 s: radar front lies inside its body"):
        run(load_scene(path, DEMO), tmp_path / "out")
    assert not (tmp_path / "out").exists()
    beside = written(tmp_path, f"{TOP}things:\n  - {{kind: {kind}, x_m: 12, y_m: 0.4}}\n")
    assert run(load_scene(beside, DEMO), tmp_path / "out").exists()


def test_a_truck_that_leaves_the_world_is_told_with_its_file(tmp_path: Path) -> None:
    path = written(tmp_path, TOP.replace("{}", "{x_m: 1e7, speed_mps: 60}"))
    with pytest.raises(SceneError, match=r"scene\.yaml: at 0\.017 s: truck pose: x_m or y_m is beyond"):
        run(load_scene(path, DEMO), tmp_path / "out")


@pytest.mark.parametrize("name", ["run", "a/b", "..", "", "a b", "a\\\\u0000b", "n" * 61])
def test_a_radar_whose_name_cannot_name_its_files_is_refused(tmp_path: Path, name: str) -> None:
    fit = fit_with(tmp_path, ('^name = "corner"', f'name = "{name}"'))
    with pytest.raises(SceneError, match=r"fit\.toml: radar .* cannot name files"):
        run(load_scene(written(tmp_path, TOP), fit), tmp_path / "out")


@pytest.mark.parametrize(
    ("pattern", "new", "says"),
    [
        (r"^loops = \d+", "loops = " + 400 * "9", r"loops is 9+, not a finite number"),
        (r"^start_ghz = [\d.]+", "start_ghz = " + 400 * "9", "start_ghz is 9+, not a finite number"),
        (r"^loops = \d+", "loops = " + 5000 * "9", "not TOML"),
        (r"^loops = \d+", "loops = " + 5000 * "[", "not TOML"),
        (r"^position_m = \[-0.25", "position_m = [-31.0", r"position_m is -31, outside -30 to 30"),
        (r"^rx_mm = \[\[0.0", "rx_mm = [[2001.0", r"rx_mm is 2001, outside -2000 to 2000"),
    ],
)
def test_numbers_of_a_fit_that_cannot_be(tmp_path: Path, pattern: str, new: str, says: str) -> None:
    with pytest.raises(SceneError, match=rf"fit\.toml: .*{says}"):
        RadarSimulator(fit_with(tmp_path, (pattern, new)), 1)


def test_a_frame_after_the_end_is_no_picture(tmp_path: Path) -> None:
    scene = load_scene(written(tmp_path, TOP), DEMO)
    with pytest.raises(SceneError, match=r"--frame 1: radar corner has 1 frames, .*line 2: frames"):
        draw(scene, 1, tmp_path / "p.png")


def test_a_picture_has_a_bound_of_memory(tmp_path: Path) -> None:
    # 2 x 4096 chirps of 4 x 8192 samples, 160 bytes each: 40 GiB.
    huge = (
        (r"^samples = \d+", "samples = 8192"),
        (r"^ramp_end_us = .*", "ramp_end_us = 90.0"),
        (r"^rate_msps = .*", "rate_msps = 100.0"),
        (r"^loops = \d+", "loops = 4096"),
        (r"^frame_ms = .*", "frame_ms = 9999"),
    )
    scene = load_scene(written(tmp_path, TOP), fit_with(tmp_path, *huge))
    with pytest.raises(SceneError, match=r"40\.00 GiB of memory for the maps .* the bound is 2\.00 GiB"):
        draw(scene, 0, tmp_path / "p.png")


def test_a_code_that_does_not_fit_is_told_with_files(tmp_path: Path) -> None:
    three = fit_with(tmp_path, ("^tx_order = .*", "tx_order = [0, 1, 2]"), (r"^loops = \d+", "loops = 63"))
    path = written(tmp_path, f"{TOP}sensors: {{corner: {{modulation: bpm}}}}\n")
    with pytest.raises(SceneError, match=r"scene\.yaml: .*fit\.toml: radar corner: 189 chirps"):
        run(load_scene(path, three), tmp_path / "out")


def test_a_scene_name_longer_than_a_file_system_takes_is_no_scene() -> None:
    with pytest.raises(SceneError, match="there is no scene 'xxx"):
        load_scene("x" * 5000, DEMO)
    with pytest.raises(SceneError, match="there is no scene ''"):
        load_scene("", DEMO)
