"""What a run leaves in its folder, and what it leaves when it cannot end."""

import hashlib
import json
import math
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edge_controller.detection import Detector
from edge_controller.radar.recording import read_recording, read_replay_toml
from radar_sim import SceneError, load_scene
from radar_sim.run import run
from tests.radar_sim.bench import DEMO, RADARS, RATE_HZ, C, peak
from tests.radar_sim.tool.scenes import ONE, one_reflector, written


def contents(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_one_process_and_three_write_the_same_bytes(tmp_path: Path) -> None:
    scene = replace(load_scene("turn_with_cyclist", DEMO), frames=3, perturb=7)
    run(scene, tmp_path / "one", jobs=1, formats=("bin", "npy"))
    run(scene, tmp_path / "three", jobs=3, formats=("bin", "npy"))
    assert contents(tmp_path / "one") == contents(tmp_path / "three")
    assert len(contents(tmp_path / "one")) == 2 * 5 + 2
    run(replace(scene, seed=2), tmp_path / "other", formats=("bin",))
    assert contents(tmp_path / "other")["corner.bin"] != contents(tmp_path / "one")["corner.bin"]


def test_files_read_back_alike_by_numpy_and_by_the_edge(tmp_path: Path) -> None:
    scene = load_scene(one_reflector(tmp_path), DEMO)
    run(scene, tmp_path / "out", formats=("bin", "npy"))
    for name in ("corner", "front"):
        cube = np.load(tmp_path / "out" / f"{name}.npy")
        assert cube.shape == (2, 128, 4, 256)
        assert cube.dtype == np.complex64
        words = np.fromfile(tmp_path / "out" / f"{name}.bin", "<i2").reshape(2, 128, 4, 128, 2, 2)
        assert np.array_equal(words[..., 0, :].reshape(cube.shape), cube.real)
        assert np.array_equal(words[..., 1, :].reshape(cube.shape), cube.imag)
        radar, capture = read_replay_toml(tmp_path / "out" / f"{name}.toml")
        frames = list(read_recording(tmp_path / "out" / f"{name}.bin", radar, capture))
        assert len(frames) == 2
        for frame, ours in zip(frames, cube, strict=True):
            assert np.array_equal(frame.samples[..., 0] + 1j * frame.samples[..., 1], ours)
        note = json.loads((tmp_path / "out" / f"{name}.json").read_text())
        assert note["shape"] == [2, 128, 4, 256]


def test_the_reflector_lies_at_its_range_in_the_file(tmp_path: Path) -> None:
    scene = load_scene(one_reflector(tmp_path, -4.0, -6.0), DEMO)
    run(scene, tmp_path / "out", formats=("npy",))
    cube = np.load(tmp_path / "out" / "corner.npy")[0].astype(np.complex128)
    still = cube - cube[:, :, :8].mean()  # the transmitters' leakage is at bins 0 to 2, the echo at 40
    (x_m, y_m, _), _, slope, _ = RADARS["corner"]
    range_m = math.hypot(-4.0 - x_m, -6.0 - y_m)
    cycles = peak(still, 2) % 1.0
    assert cycles * RATE_HZ * C / (2 * slope) == pytest.approx(range_m, abs=0.02)


def test_a_dead_receiver_hears_noise_only(tmp_path: Path) -> None:
    path = one_reflector(tmp_path)
    path.write_text(path.read_text() + "sensors:\n  corner: {dead_rx: [2]}\n")
    run(load_scene(path, DEMO), tmp_path / "out", formats=("npy",))
    power = (np.abs(np.load(tmp_path / "out" / "corner.npy")) ** 2).mean(axis=(0, 1, 3))
    # Noise is 10 LSB r.m.s. in I and in Q.
    assert power[2] == pytest.approx(200.0, rel=0.02)
    assert all(power[rx] > 250.0 for rx in (0, 1, 3))


def test_truth_is_the_geometry(tmp_path: Path) -> None:
    scene = load_scene(one_reflector(tmp_path, -4.0, -6.0, heading_deg=60.0, speed_mps=3.0), DEMO)
    run(scene, tmp_path / "out")
    lines = [json.loads(line) for line in (tmp_path / "out" / "truth.jsonl").read_text().splitlines()]
    assert [(line["radar"], line["frame"]) for line in lines] == [
        ("corner", 0), ("front", 0), ("corner", 1), ("front", 1),
    ]  # fmt: skip
    assert [line["t_s"] for line in lines] == pytest.approx([0.0, 0.0167, 0.05, 0.0667])
    for line in lines:
        (x_m, y_m, z_m), yaw_rad, _, _ = RADARS[line["radar"]]
        seen = line["objects"][0]
        middle_s = line["t_s"] + 64 * 2 * 35.6e-6 / 2
        way_m = 3.0 * middle_s
        dx = -4.0 + way_m * math.cos(math.radians(60)) - x_m
        dy = -6.0 + way_m * math.sin(math.radians(60)) - y_m
        dz = 1.05 - z_m
        range_m = math.sqrt(dx**2 + dy**2 + dz**2)
        assert seen["name"] == "reflector"
        assert seen["range_m"] == pytest.approx(range_m, abs=1e-3)
        turned = math.atan2(dy, dx) - yaw_rad
        assert math.remainder(seen["azimuth_rad"] - turned, 2 * math.pi) == pytest.approx(0.0, abs=1e-3)
        closing = (dx * 3.0 * math.cos(math.radians(60)) + dy * 3.0 * math.sin(math.radians(60))) / range_m
        assert seen["radial_speed_mps"] == pytest.approx(closing, abs=1e-3)
        assert seen["visible"] == (1.0 if line["radar"] == "corner" else 0.0)


def test_a_driving_truck_is_in_the_radial_speed(tmp_path: Path) -> None:
    text = ONE.format(x_m=12.0, y_m=0.4, heading_deg=0, speed_mps=0).replace(
        "own_body: false", "own_body: false\n  speed_mps: 5"
    )
    run(load_scene(written(tmp_path, text), DEMO), tmp_path / "out")
    lines = [json.loads(line) for line in (tmp_path / "out" / "truth.jsonl").read_text().splitlines()]
    front = next(line for line in lines if line["radar"] == "front")
    assert front["truck"]["speed_mps"] == 5.0
    assert front["objects"][0]["radial_speed_mps"] == pytest.approx(-5.0, abs=0.01)


def test_the_cfg_says_what_the_fit_says(tmp_path: Path) -> None:
    run(load_scene(one_reflector(tmp_path), DEMO), tmp_path / "out")
    fit = tomllib.loads(DEMO.read_text(encoding="utf-8"))
    for radar in fit["radar"]:
        profile, array = fit["profile"][radar["profile"]], fit["array"][radar["array"]]
        lines = [
            line.split() for line in (tmp_path / "out" / f"{radar['name']}.cfg").read_text().splitlines()
        ]
        said = {}
        for command, *values in lines:
            said.setdefault(command, []).append(values)
        (p,) = said["profileCfg"]
        # mmWave SDK: id, start, idle, adc start, ramp end, power, phase, slope, tx start, samples, rate, ...
        assert len(p) == 14
        assert float(p[1]) == profile["start_ghz"]
        assert (float(p[2]), float(p[3])) == (profile["idle_us"], profile["adc_start_us"])
        assert (float(p[4]), float(p[7])) == (profile["ramp_end_us"], profile["slope_mhz_per_us"])
        assert (int(p[9]), int(p[10])) == (profile["samples"], profile["rate_msps"] * 1000)
        masks = [int(values[7]) for values in said["chirpCfg"]]
        assert masks == [1 << tx for tx in array["tx_order"]]
        assert all(len(values) == 8 for values in said["chirpCfg"])
        (f,) = said["frameCfg"]
        assert [int(v) for v in f[:4]] == [0, len(masks) - 1, profile["loops"], 2]
        assert float(f[4]) == profile["frame_ms"]
        assert said["channelCfg"] == [[str(2 ** len(array["rx_mm"]) - 1), str(sum(masks)), "0"]]
        assert said["adcCfg"] == [["2", "1"]]  # 16 bits, complex
        assert lines[-1] == ["sensorStart"]


def test_run_json_names_seed_hashes_and_what_was_perturbed(tmp_path: Path) -> None:
    path = one_reflector(tmp_path)
    scene = replace(load_scene(path, DEMO), perturb=5)
    note = json.loads(run(scene, tmp_path / "out").read_text())
    assert note["simulated"] is True
    assert (note["seed"], note["perturb"]) == (3, 5)
    assert note["scene"]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert note["fit"]["sha256"] == hashlib.sha256(DEMO.read_bytes()).hexdigest()
    for name, digest in note["sha256"].items():
        assert hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest() == digest
    assert note["perturbation"]["corner"]["yaw_deg"] != 0.0
    clean = json.loads(run(replace(scene, perturb=None), tmp_path / "clean").read_text())
    assert clean["perturb"] == "off"
    assert clean["perturbation"]["corner"]["yaw_deg"] == 0.0


def test_a_duration_counts_the_frames_that_begin_in_it(tmp_path: Path) -> None:
    text = ONE.format(x_m=-4, y_m=-6, heading_deg=0, speed_mps=0).replace("frames: 2", "duration_s: 0.11")
    scene = load_scene(written(tmp_path, text), DEMO)
    # corner begins at 0, 50, 100 ms; front at 16.7, 66.7 ms.
    assert (scene.count("corner"), scene.count("front")) == (3, 2)


@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_leaves_nothing_that_looks_whole(tmp_path: Path, jobs: int) -> None:
    scene = replace(load_scene(one_reflector(tmp_path), DEMO), frames=8)

    def interrupt(done: int, _all: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(scene, tmp_path / "out", jobs=jobs, progress=interrupt)
    assert not (tmp_path / "out").exists()


def test_a_broken_run_leaves_an_older_one_as_it_was(tmp_path: Path) -> None:
    scene = load_scene(one_reflector(tmp_path), DEMO)
    run(scene, tmp_path / "out")
    before = contents(tmp_path / "out")

    def interrupt(done: int, _all: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(replace(scene, seed=9), tmp_path / "out", progress=interrupt)
    assert contents(tmp_path / "out") == before


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_thing_that_runs_into_a_radar_is_told_with_its_line(tmp_path: Path, jobs: int) -> None:
    # The corner radar is at (-0.25, -1.30, 1.05); a reflector along y at 10 m/s is there at 0.1 s.
    path = one_reflector(tmp_path, -0.25, -2.30, heading_deg=90.0, speed_mps=10.0)
    scene = replace(load_scene(path, DEMO), frames=6)
    with pytest.raises(SceneError, match=r"scene\.yaml: line 7: reflector, at 0\.100 s: .*inside the radar"):
        run(scene, tmp_path / "out", jobs=jobs)
    assert not (tmp_path / "out").exists()


def test_zero_range_is_told_with_its_line(tmp_path: Path) -> None:
    path = one_reflector(tmp_path, -0.25, -1.30)
    with pytest.raises(SceneError, match=r"line 7: reflector, at 0\.000 s: "):
        run(load_scene(path, DEMO), tmp_path / "out")


def test_more_than_the_disk_bound_is_refused_with_its_line_before_anything_is_written(tmp_path: Path) -> None:
    # 524 288 bytes a frame and radar: 64 GiB are 65 536 frames of two radars.
    path = one_reflector(tmp_path)
    path.write_text(path.read_text().replace("frames: 2", "frames: 65537"))
    with pytest.raises(SceneError, match=r"line 3: frames needs 64\.00 GiB on disk; the bound is 64\.00 GiB"):
        run(load_scene(path, DEMO), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_frames_too_large_for_the_memory_are_refused(tmp_path: Path) -> None:
    # 4096 loops x 2 x 4 receivers x 8192 samples x 48 bytes: 12 GiB for one frame.
    huge = DEMO.read_text(encoding="utf-8")
    for old, new in (
        ("samples = 256", "samples = 8192"), ("loops = 64", "loops = 4096"),
        ("rate_msps = 10.0", "rate_msps = 100.0"), ("ramp_end_us = 31.6", "ramp_end_us = 100.0"),
        ("frame_ms = 50.0", "frame_ms = 1000.0"),
    ):  # fmt: skip
        huge = huge.replace(old, new)
    fit = tmp_path / "huge.toml"
    fit.write_text(huge, encoding="utf-8")
    with pytest.raises(SceneError, match=r"12\.00 GiB of memory .* the bound is 2\.00 GiB"):
        run(load_scene(one_reflector(tmp_path), fit), tmp_path / "out")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SceneError, match=r"file/out"):
        run(load_scene(one_reflector(tmp_path), DEMO), tmp_path / "file" / "out")


def test_a_fit_of_the_left_is_replayed_with_its_true_directions(tmp_path: Path) -> None:
    left = tmp_path / "left.toml"
    text = DEMO.read_text(encoding="utf-8")
    left.write_text(text.replace('near_side = "right"', 'near_side = "left"'), encoding="utf-8")
    run(load_scene(one_reflector(tmp_path, -4.0, -6.0), left), tmp_path / "out")
    radar, capture = read_replay_toml(tmp_path / "out" / "corner.toml")
    (frame, _) = read_recording(tmp_path / "out" / "corner.bin", radar, capture)
    found = max(Detector(radar).detect(frame), key=lambda one: one.snr_db)
    # The scene is mirrored: the reflector stands at (-4, 6), the corner radar at (-0.25, 1.30) turned by 140.
    azimuth_deg = math.degrees(math.atan2(6.0 - 1.30, -4.0 + 0.25)) - 140.0
    assert math.degrees(found.azimuth_rad) == pytest.approx(azimuth_deg, abs=1.5)


def test_names_that_are_not_latin_are_read_back(tmp_path: Path) -> None:
    fit = tmp_path / "fit.toml"
    text = DEMO.read_text(encoding="utf-8").replace("profile.far", 'profile."远"')
    fit.write_text(text.replace('"far"', '"远"').replace('"corner"', '"右前角"'), encoding="utf-8")
    run(load_scene(one_reflector(tmp_path), fit), tmp_path / "out")
    radar, _ = read_replay_toml(tmp_path / "out" / "右前角.toml")
    assert radar.name == "右前角"
