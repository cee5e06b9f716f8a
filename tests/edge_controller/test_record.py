"""The recorder: whole lines of JSON at any time, with every kind of value a step carries."""

import json
from pathlib import Path

import numpy as np
import pytest

from edge_controller.errors import InputError
from edge_controller.messages import BrakeRequest, Detection, PolicyEvent, State, Step, VehicleState
from edge_controller.record import Recorder, plain


def step(t_s: float, snr_db: float = 20.0, events: tuple[PolicyEvent, ...] = ()) -> Step:
    truck = VehicleState(t_s, 4.0, None, -0.1, None, "right", None, False, None, True, "LNS8X4TP0T1000001")
    peak = np.array([1 + 2j, -3j], np.complex64)
    seen = Detection("corner", t_s, 5.0, -1.0, 0.2, 0.01, snr_db, 6.0, None, peak)
    asked = BrakeRequest(t_s, State.MUST_STOP, "right", 2.0, "blind_spot", 7)
    return Step(t_s, 3, "corner", truck, (seen,), (), (), asked, events)


def test_a_line_says_what_the_step_said(tmp_path: Path) -> None:
    path = tmp_path / "steps.jsonl"
    with Recorder(path) as recorder:
        recorder.append(step(1.25))
        recorder.append(step(1.30))
    first, second = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    assert first["request"] == {
        "t_s": 1.25,
        "state": "must_stop",
        "side": "right",
        "decel_mps2": 2.0,
        "policy": "blind_spot",
        "track_id": 7,
    }
    assert first["detections"][0]["peak"] == [[1.0, 2.0], [0.0, -3.0]]
    assert first["truck"]["yaw_rate_radps"] is None
    assert first["truck"]["steer_rad"] == -0.1
    assert second["t_s"] == 1.30


def test_what_a_policy_wants_remembered_is_on_the_line(tmp_path: Path) -> None:
    path = tmp_path / "steps.jsonl"
    kept = PolicyEvent(1.3, "right_turn_stop", "kept")
    with Recorder(path) as recorder:
        recorder.append(step(1.25))
        recorder.append(step(1.30, events=(kept,)))
    before, line = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    assert before["events"] == []
    assert line["events"] == [{"t_s": 1.3, "policy": "right_turn_stop", "kind": "kept"}]


def test_lines_are_whole_while_the_recording_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "steps.jsonl"
    with Recorder(path) as recorder:
        for n in range(50):
            recorder.append(step(float(n)))
            lines = path.read_text(encoding="utf-8")
            assert lines.endswith("\n")
            assert json.loads(lines.splitlines()[-1])["t_s"] == n


@pytest.mark.parametrize(
    ("value", "written"),
    [(np.int64(3), 3), (np.bool_(True), True), (np.float32(0.5), 0.5), (np.complex64(1j), [0.0, 1.0])],
)
def test_single_numbers_of_numpy_are_numbers(value: object, written: object) -> None:
    assert json.loads(json.dumps(plain(value))) == written


def test_what_is_no_number_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "steps.jsonl"
    with Recorder(path) as recorder, pytest.raises(ValueError, match="JSON"):
        recorder.append(step(0.0, snr_db=float("nan")))
    assert path.read_text(encoding="utf-8") == ""


def test_a_path_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"^{tmp_path}: cannot be written"):
        Recorder(tmp_path)


def test_a_full_disk_costs_lines_and_nothing_else(tmp_path: Path) -> None:
    with Recorder(Path("/dev/full")) as full:
        full.append(step(1.25))
        full.append(step(1.30))
    assert full.lost == 2
    with Recorder(tmp_path / "steps.jsonl") as recorder:
        recorder.append(step(1.25))
    assert recorder.lost == 0
