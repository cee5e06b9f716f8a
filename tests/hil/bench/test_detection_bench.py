"""`nearside bench detection`: what is compared does what it should; how fast anything is, no test asks."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from edge_controller.detection import Detector
from edge_controller.errors import InputError
from hil.bench import detection, peers
from hil.bench.commands import bench, tell
from hil.bench.cubes import frame_of, standard_radars, standard_reflections
from hil.bench.picture import draw
from hil.bench.timing import Timed, milliseconds, ratio, turns

S = standard_radars()["S"]


def shape(name: str) -> tuple[int, int, int]:
    radar = standard_radars()[name]
    return radar.profile.loops, len(radar.array.virtual_m), radar.profile.samples


def test_the_standard_cubes_are_those_of_the_issue() -> None:
    assert [shape(name) for name in "SML"] == [(64, 8, 256), (128, 12, 256), (256, 16, 512)]


@pytest.mark.parametrize("fast", [False, True])
def test_ours_finds_the_five_where_they_are(fast: bool) -> None:
    reflections = standard_reflections(S)
    found = Detector(S, fast=fast).detect(frame_of(S, reflections, seed=1))
    assert len(found) == 5
    for one in reflections:
        near = min(found, key=lambda detection: abs(detection.range_m - one.range_m))
        assert near.range_m == pytest.approx(one.range_m, abs=0.05)
        assert near.range_rate_mps == pytest.approx(one.range_rate_mps, abs=0.1)
        assert near.azimuth_rad == pytest.approx(one.azimuth_rad, abs=np.radians(1.5))


def test_openradar_and_xwr_see_the_five_among_others() -> None:
    reflections = standard_reflections(S)
    samples = frame_of(S, reflections, seed=1).samples
    work, lay_out = peers.openradar(S, samples)
    lay_out()
    found, _ = work()
    cells = set(zip(found["rangeIdx"].tolist(), found["dopplerIdx"].tolist(), strict=True))
    for one in reflections:
        if one.range_rate_mps == 0:
            continue  # taken for clutter
        doppler = one.range_rate_mps / S.range_rate_bin_mps
        near = {
            (round(one.range_m / S.profile.range_bin_m) + dr, (round(doppler) + dd) % 64)
            for dr in (-1, 0, 1)
            for dd in (-1, 0, 1)
        }
        assert cells & near
    work, lay_out = peers.xwr(S, samples)
    lay_out()
    points = np.asarray(work())
    rates = points[:, 3]
    assert all(np.abs(rates - one.range_rate_mps / S.range_rate_bin_mps).min() < 1.5 for one in reflections)


def test_the_floor_is_the_transform_of_the_samples() -> None:
    samples = frame_of(S, standard_reflections(S), seed=1).samples
    last = samples[1::2, 3].astype(float).view(complex)[..., 0]  # second transmitter, fourth receiver
    floors = peers.floors(S, samples)
    assert list(floors) == ["in place", "from a buffer", "to rows apart"]
    work, refill = floors["in place"]
    refill()
    np.testing.assert_allclose(work(), np.fft.fft2(last), rtol=1e-3, atol=5.0)


def test_a_ratio_is_the_median_with_its_interval() -> None:
    # 15 turns: of 15 the 4th and the 12th hold the median with at least 95 % (binomial, 1 - 2 x 0.0176).
    times = [{"one": float(n), "other": 1.0} for n in range(1, 16)]
    found = ratio(times, "one", "other")
    assert (found.low, found.median, found.high) == (4.0, 8.0, 12.0)
    assert milliseconds(times, "other") == 1000.0


def test_things_take_turns_and_are_made_ready_each_time() -> None:
    log: list[str] = []
    things = {
        name: Timed(lambda name=name: log.append(name), lambda name=name: log.append(f"ready {name}"))
        for name in "ab"
    }
    assert len(list(turns(things, 2, lambda turn: log.append(f"turn {turn}")))) == 2
    of_a_turn = ["ready a", "a", "ready a", "a", "ready b", "b", "ready b", "b"]
    assert log == ["turn 0", *of_a_turn, "turn 1", *of_a_turn]


def test_what_is_not_installed_is_said_and_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    said = detection.left_out()
    assert [sentence.split()[0] for sentence in said] == ["The", "openradar", "xwr"]
    rows = list(detection._cube("S", S, 3))
    assert [row.measure for row in rows] == ["S base"]


def test_the_picture_is_drawn_of_the_rows(tmp_path: Path) -> None:
    rows = [
        {"measure": f"{size} {name}", "unit": "ms", "value": 1.5}
        for size in "SML"
        for name in ("floor", "base")
    ]
    draw(rows, tmp_path / "bars.png")
    assert (tmp_path / "bars.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(InputError, match="--plot"):
        draw(rows, tmp_path / "none" / "bars.png")


@pytest.mark.parametrize("name", ["x.tiffy", "x", "x.json"])
def test_a_picture_is_png_or_refused_before_anything_is_measured(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hil.bench.commands.alone", lambda *_: pytest.fail("it measures"))
    told = CliRunner().invoke(bench, ["detection", "--plot", str(tmp_path / name)]).exception
    assert isinstance(told, InputError)
    assert str(told) == f"--plot {tmp_path / name}: is drawn as PNG, so its name must end in .png"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--rounds", "2"],
        ["--json", "/no/such/folder/b.json"],
        ["--plot", "/no/such/folder/b.png"],
        ["--json", "a", "--plot", "a"],
    ],
)
def test_bad_input_is_told_before_anything_is_measured(arguments: list[str]) -> None:
    made = CliRunner().invoke(bench, ["detection", *arguments])
    assert made.exit_code != 0
    assert arguments[0] in made.output + str(made.exception)


def test_figures_are_shown_though_their_file_cannot_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {"measure": "S base", "unit": "ms", "value": 1.5, "low": None, "high": None}
    row |= {"goal": None, "moonshot": None, "reached": None}
    with pytest.raises(InputError, match=r"b\.json: cannot be written"):
        tell({"rows": [row], "left_out": []}, tmp_path / "none" / "b.json", None)
    assert "S base" in capsys.readouterr().out


def test_without_a_file_the_rows_alone_go_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    row = {"measure": "S base", "unit": "ms", "value": 1.5, "low": None, "high": None}
    row |= {"goal": None, "moonshot": None, "reached": None}
    tell({"rows": [row], "left_out": []}, Path("-"), None)
    told = capsys.readouterr()
    assert json.loads(told.out)["rows"] == [row]
    assert "S base" in told.err


def test_memory_and_goals_are_rows() -> None:
    (row,) = detection._memory(20)
    assert row.unit == "MB"
    assert row.goal == "<= 1"
    assert json.dumps(row.value)
    assert detection.GOALS["S"] == (5.5, 2.0, 1.4, 8.0, 22.0)
    assert detection.GOALS["M"] == (4.5, 1.8, 1.3, 6.5, 16.0)
    assert detection.GOALS["L"] == (3.5, 1.6, 1.2, 5.0, 10.0)
