"""Recordings of any size come back as they were; what cannot be one is refused in one sentence."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge_controller.config import Array, Radar, load_fit, shipped_fit
from edge_controller.errors import InputError
from edge_controller.radar.recording import Capture, left_over, read_recording, read_replay_toml

TOML = """
[profile.p]
start_ghz = 77.0
slope_mhz_per_us = 60.0
idle_us = 30.0
adc_start_us = 7.0
ramp_end_us = 62.0
samples = 16
rate_msps = 2.5
loops = 4
frame_ms = 50.0

[array.a]
rx_mm = [[0.0, 0.0], [1.9, 0.0]]
tx_mm = [[0.0, 0.0], [3.8, 0.0]]
tx_order = [0, 1]

[[radar]]
name = "left over"
position_m = [0.0, 0.0, 1.0]
yaw_deg = 0.0
pitch_deg = 0.0
profile = "p"
array = "a"
frame_offset_ms = 0.0

[capture]
format = "dca1000"
sample_type = "int16"
order = "iiqq"
"""
NPY = TOML.replace('"dca1000"', '"npy"').replace('"int16"', '"complex_uint16"').replace("iiqq", "tx_major")
FRAME_BYTES = 4 * 2 * 2 * 16 * 4


def radar_with(transmitters: int, receivers: int, loops: int, samples: int) -> Radar:
    corner = load_fit(shipped_fit("demo")).radar("corner")
    array = Array(
        name="any",
        rx_m=tuple((0.002 * n, 0.0) for n in range(receivers)),
        tx_m=tuple((0.01 * n, 0.0) for n in range(transmitters)),
        tx_order=tuple(range(transmitters)),
    )
    return replace(corner, array=array, profile=replace(corner.profile, loops=loops, samples=samples))


def two_lane(cube: np.ndarray) -> np.ndarray:
    """I0 I1 Q0 Q1: complex samples of the whole capture in pairs."""
    flat = cube.reshape(-1, 2)
    return np.concatenate([[a[0], b[0], a[1], b[1]] for a, b in zip(flat[::2], flat[1::2], strict=True)])


def four_lane(cube: np.ndarray) -> np.ndarray:
    """Per sample: I of every receiver, then Q of every receiver."""
    lines = [
        [cube[..., chirp, rx, sample, part] for part in (0, 1) for rx in range(cube.shape[-3])]
        for chirp in range(cube.shape[-4])
        for sample in range(cube.shape[-2])
    ]
    return np.array(lines).reshape(-1)


@given(
    counts=st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 5), st.integers(4, 9)),
    frames=st.integers(1, 3),
    order=st.sampled_from(["iiqq", "qqii", "interleaved", "interleaved_qi"]),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_bin_of_any_counts_is_read_as_written(
    tmp_path: Path, counts: tuple[int, int, int, int], frames: int, order: str
) -> None:
    transmitters, receivers, loops, samples = counts
    two_lanes = order in ("iiqq", "qqii")
    if two_lanes and transmitters * receivers * loops * samples % 2:
        loops += 1  # two lanes carry pairs
        if transmitters * receivers * loops * samples % 2:
            samples += 1
    radar = radar_with(transmitters, receivers, loops, samples)
    shape = (frames, loops * transmitters, receivers, samples, 2)
    sent = np.random.default_rng(7).integers(-32768, 32768, shape).astype("<i2")
    file = tmp_path / "adc_Raw_0.bin"
    write = two_lane if two_lanes else four_lane
    written = sent[..., ::-1] if order in ("qqii", "interleaved_qi") else sent
    np.concatenate([write(cube) for cube in written]).astype("<i2").tofile(file)
    read = list(read_recording(file, radar, Capture(tmp_path / "r.toml", "dca1000", "int16", order)))
    assert [frame.index for frame in read] == list(range(frames))
    assert all(np.array_equal(frame.samples, cube) for frame, cube in zip(read, sent, strict=True))
    assert np.diff([frame.mid_t_s for frame in read]) == pytest.approx([0.05] * (frames - 1))


def test_real_samples_of_two_and_of_four_lanes_are_the_same_frames(tmp_path: Path) -> None:
    radar = radar_with(2, 3, 4, 8)
    sent = np.random.default_rng(8).integers(-3000, 3000, (2, 8, 3, 16)).astype("<i2")
    read = []
    for order, axes in (("sequential", (0, 1, 2, 3)), ("interleaved", (0, 1, 3, 2))):
        file = tmp_path / f"{order}.bin"
        sent.transpose(axes).tofile(file)
        layout = Capture(tmp_path / "r.toml", "dca1000", "real_int16", order)
        read.append([frame.samples for frame in read_recording(file, radar, layout)])
    assert np.array_equal(read[0], read[1])
    assert np.shape(read[0]) == (2, 8, 3, 8, 2)
    # By definition: a transform of the 16 real samples, its bins 0 to 7, bin 0 counted once.
    bins = np.exp(-2j * np.pi * np.outer(np.arange(8), np.arange(16)) / 16) @ sent[0, 0, 0]
    bins[0] /= 2
    should = bins @ np.exp(2j * np.pi * np.outer(np.arange(8), np.arange(8)) / 8) / 8
    got = read[0][0][0, 0] @ [1, 1j]
    assert np.abs(got - should).max() < 1


def test_the_radar_of_real_samples_has_half_of_them_at_half_the_rate(tmp_path: Path) -> None:
    file = tmp_path / "radar.toml"
    file.write_text(TOML.replace('"int16"', '"real_int16"').replace("iiqq", "sequential"), encoding="utf-8")
    radar, _ = read_replay_toml(file)
    assert (radar.profile.samples, radar.profile.rate_hz) == (8, pytest.approx(1.25e6))
    assert radar.profile.range_bin_m == pytest.approx(299_792_458 / (2 * 60e12 * 16 / 2.5e6))


SLOW = (
    TOML.replace("loops = 4", "loops = 1")
    .replace("frame_ms = 50.0", "frame_ms = 1.0")
    .replace("[[0.0, 0.0], [3.8, 0.0]]", "[[0.0, 0.0]]")
    .replace("tx_order = [0, 1]", "tx_order = [0]")
    .replace('order = "iiqq"', 'order = "iiqq"\nslow_time = "frames"\nloops = 30')
)


@pytest.mark.parametrize("form", ["bin", "npy"])
def test_frames_of_one_chirp_are_slow_time(tmp_path: Path, form: str) -> None:
    """100 frames of 1 chirp x 2 receivers x 16 samples, 1 ms apart: three frames of 30 loops, ten left."""
    sent = np.random.default_rng(9).integers(-900, 900, (100, 1, 2, 16, 2)).astype("<i2")
    file, toml = tmp_path / f"adc.{form}", tmp_path / "radar.toml"
    text = SLOW
    if form == "bin":
        two_lane(sent).astype("<i2").tofile(file)
    else:
        np.save(file, sent[..., 0] + 1j * sent[..., 1])
        text = (
            SLOW.replace("dca1000", "npy").replace('"int16"', '"complex_int16"').replace("iiqq", "tx_major")
        )
    toml.write_text(text, encoding="utf-8")
    radar, layout = read_replay_toml(toml)
    assert radar.repetition_s == pytest.approx(1e-3)
    assert radar.dwell_s == pytest.approx(30e-3)
    assert radar.max_range_rate_mps == pytest.approx(radar.profile.wavelength_m / 4e-3)
    frames = list(read_recording(file, radar, layout))
    assert np.array_equal(np.stack([f.samples for f in frames]), sent[:90, 0].reshape(3, 30, 2, 16, 2))
    assert [f.mid_t_s for f in frames] == pytest.approx([15e-3, 45e-3, 75e-3])
    assert "last 10 of 100 frames" in left_over(file, radar, layout)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("loops = 1\n", "loops = 2\n", "needs frames of one chirp"),
        ("loops = 30", "loops = 101", "has 100 frames, .* joins 101"),
        ("loops = 30", "loops = 1", "capture.loops is 1, outside 2 to 4096"),
        ('slow_time = "frames"', 'slow_time = "chirps"', "capture.slow_time is 'chirps', not one of frames"),
        ('slow_time = "frames"', "", "capture.loops is not a key"),
    ],
)
def test_slow_time_that_cannot_be_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    file = tmp_path / "adc.bin"
    file.write_bytes(b"\1" * 100 * 2 * 16 * 4)
    assert re.search(says, refused(tmp_path, file, SLOW.replace(old, new)))


def test_what_the_recorder_lost_comes_back_with_its_frame(tmp_path: Path) -> None:
    file = tmp_path / "adc.bin"
    file.write_bytes(b"\1" * 3 * FRAME_BYTES)
    toml = tmp_path / "radar.toml"
    toml.write_text(TOML + "[recorded]\nlost = [[1, 4], [2, 1]]\nbegun = 2026-11-26T01:00:00Z\n")
    radar, layout = read_replay_toml(toml)
    assert [frame.lost_packets for frame in read_recording(file, radar, layout)] == [0, 4, 1]


def replayed(tmp_path: Path, capture: Path, toml: str) -> list[np.ndarray]:
    file = tmp_path / "radar.toml"
    file.write_text(toml, encoding="utf-8")
    radar, layout = read_replay_toml(file)
    return [frame.samples for frame in read_recording(capture, radar, layout)]


@pytest.mark.parametrize("order", ["tx_major", "rx_major"])
@pytest.mark.parametrize("sample_type", ["complex_uint16", "complex_int16"])
def test_an_array_of_virtual_channels_becomes_chirps_in_time(
    tmp_path: Path, order: str, sample_type: str
) -> None:
    draw = np.random.default_rng(3)
    sent = draw.integers(-32768, 32768, (3, 4, 2, 2, 16, 2))  # frame, loop, tx, rx, sample, IQ
    stored = sent % 65536 if sample_type == "complex_uint16" else sent
    stored = stored[..., 0] + 1j * stored[..., 1]
    if order == "rx_major":
        stored = stored.swapaxes(2, 3)
    file = tmp_path / "recorded.npy"
    np.save(file, stored.reshape(3, 4, 4, 16))
    toml = NPY.replace("tx_major", order).replace("complex_uint16", sample_type)
    assert np.array_equal(np.stack(replayed(tmp_path, file, toml)), sent.reshape(3, 8, 2, 16, 2))
    np.save(file, stored.reshape(3, 4, 4, 16)[0])
    assert np.array_equal(replayed(tmp_path, file, toml)[0], sent[0].reshape(8, 2, 16, 2))


def refused(tmp_path: Path, capture: Path, toml: str) -> str:
    with pytest.raises(InputError) as caught:
        replayed(tmp_path, capture, toml)
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize("size", [1, FRAME_BYTES - 1, FRAME_BYTES + 2, 2 * FRAME_BYTES - 4])
def test_a_bin_of_a_wrong_size_is_refused_with_both_sizes(tmp_path: Path, size: int) -> None:
    file = tmp_path / "adc.bin"
    file.write_bytes(b"\1" * size)
    sentence = refused(tmp_path, file, TOML)
    assert "adc.bin" in sentence
    assert "radar.toml" in sentence
    assert str(size) in sentence
    assert str(FRAME_BYTES) in sentence
    assert "profile.p" in sentence


def test_two_lanes_cannot_carry_an_odd_number_of_samples(tmp_path: Path) -> None:
    odd = TOML.replace("samples = 16", "samples = 15").replace("loops = 4", "loops = 1")
    odd = odd.replace("[[0.0, 0.0], [1.9, 0.0]]", "[[0.0, 0.0]]").replace(
        "tx_order = [0, 1]", "tx_order = [0]"
    )
    file = tmp_path / "adc.bin"
    file.write_bytes(b"\1" * 60)
    sentence = refused(tmp_path, file, odd)
    assert "capture.order" in sentence
    assert "radar.toml" in sentence


def test_no_file_a_folder_and_an_empty_file_are_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty.bin"
    empty.touch()
    for toml in (TOML, NPY):
        assert "nowhere.bin" in refused(tmp_path, tmp_path / "nowhere.bin", toml)
        assert "folder" in refused(tmp_path, tmp_path, toml)
        assert "empty.bin: is empty" in refused(tmp_path, empty, toml)


@pytest.mark.parametrize(
    ("array", "says"),
    [
        (np.zeros((4, 4, 16)), "float64"),
        (np.zeros((4, 4, 16), np.int16), "int16"),
        (np.zeros((4, 4, 17), complex), "(4, 4, 17)"),
        (np.zeros((4, 16), complex), "(4, 16)"),
        (np.zeros((1, 1, 4, 4, 16), complex), "(1, 1, 4, 4, 16)"),
        (np.full((4, 4, 16), np.nan + 0j), "whole numbers"),
        (np.full((4, 4, 16), np.inf + 0j), "whole numbers"),
        (np.full((4, 4, 16), 0.5 + 0j), "whole numbers"),
        (np.full((4, 4, 16), -1 + 0j), "0 to 65535"),
        (np.full((4, 4, 16), 65536 + 0j), "0 to 65535"),
        (np.zeros((0, 4, 4, 16), complex), "no frame"),
        (np.array([None, "x"]), "NumPy"),
    ],
)
def test_an_array_that_is_no_recording_is_refused(tmp_path: Path, array: np.ndarray, says: str) -> None:
    file = tmp_path / "recorded.npy"
    np.save(file, array)
    sentence = refused(tmp_path, file, NPY)
    assert "recorded.npy" in sentence
    assert says in sentence


@pytest.mark.parametrize(
    "content", [b"\x93NUMPY", b"PK\3\4 no array", b"\x93NUMPY\1\0v\0{'descr': bad}", b"1"]
)
def test_a_file_that_is_no_array_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "recorded.npy"
    file.write_bytes(content)
    assert "recorded.npy" in refused(tmp_path, file, NPY)


def test_a_truncated_array_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "recorded.npy"
    np.save(file, np.zeros((4, 4, 16), complex))
    file.write_bytes(file.read_bytes()[:-1])
    assert "recorded.npy" in refused(tmp_path, file, NPY)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[capture]", "[capture]\ncolour = 3", "capture.colour"),
        ('order = "iiqq"', "", "capture.order"),
        ('"iiqq"', '"qiqi"', "capture.order"),
        ('"int16"', '"complex_int16"', "capture.sample_type"),
        ('"dca1000"', '"wav"', "capture.format"),
        ("samples = 16\n", "", "profile.p.samples"),
        ("slope_mhz_per_us = 60.0", "slope_mhz_per_us = nan", "profile.p.slope_mhz_per_us"),
        ("slope_mhz_per_us = 60.0", "slope_mhz_per_us = inf", "profile.p.slope_mhz_per_us"),
        ("slope_mhz_per_us = 60.0", f"slope_mhz_per_us = 1{'0' * 400}", "profile.p.slope_mhz_per_us"),
        ("samples = 16", f"samples = 1{'0' * 400}", "profile.p.samples"),
        ("samples = 16", f"samples = 1{'0' * 5000}", "not TOML"),
        ("[[0.0, 0.0], [1.9, 0.0]]", "[[0.0, 0.0], [nan, 0.0]]", "array.a.rx_mm"),
        ("loops = 4", "loops = 4\nloops = 5", "not TOML"),
        ("[capture]", "[truck]\n[capture]", "truck"),
        ("[capture]", "[[radar]]\n[capture]", "radar[1]"),
    ],
)
def test_a_radar_toml_with_a_fault_is_refused_by_key(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in TOML
    file = tmp_path / "adc.bin"
    file.write_bytes(b"\1" * FRAME_BYTES)
    sentence = refused(tmp_path, file, TOML.replace(old, new))
    assert "radar.toml" in sentence
    assert says in sentence


def test_a_recording_is_of_one_radar(tmp_path: Path) -> None:
    begin, end = TOML.index("[[radar]]"), TOML.index("[capture]")
    second = TOML[begin:end].replace("left over", "another")
    sentence = refused(tmp_path, tmp_path / "adc.bin", TOML.replace("[capture]", second + "[capture]"))
    assert "2 tables" in sentence


def test_a_bin_read_as_an_array_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "adc.bin"
    file.write_bytes(b"\1" * FRAME_BYTES)
    assert "adc.bin" in refused(tmp_path, file, NPY)
