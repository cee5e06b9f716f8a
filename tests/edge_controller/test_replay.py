"""Replay: a real frame shows what is known to be in it; the answer is JSON with the promised keys."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from edge_controller.messages import Detection, Track, VehicleState
from edge_controller.radar.recording import read_recording, read_replay_toml
from edge_controller.replay import ReplayedFrame, replay, table

TOML = Path(__file__).parents[1] / "data" / "doppler_example_1.toml"
RADAR, LAYOUT = read_replay_toml(TOML)


class OneTrack:
    """The simplest tracker: whatever is detected first is the track. Keeps what it was told of the truck."""

    def __init__(self) -> None:
        self.trucks: list[VehicleState] = []

    def update(
        self, detections: tuple[Detection, ...], truck_state: VehicleState, t_s: float
    ) -> tuple[Track, ...]:
        self.trucks.append(truck_state)
        first = detections[0]
        return (
            Track(
                id=7,
                t_s=t_s,
                x_m=first.range_m,
                y_m=0.0,
                vx_mps=first.range_rate_mps,
                vy_mps=0.0,
                covariance=np.eye(4),
                length_m=1.0,
                width_m=0.5,
                born_t_s=t_s,
                hits=1,
                confirmed=False,
                moving=False,
                radars=("evaluation",),
            ),
        )


@pytest.fixture(scope="module")
def real_frame() -> ReplayedFrame:
    shared = os.environ.get("NEARSIDE_SHARED")
    if not shared:
        pytest.skip("NEARSIDE_SHARED is not set: the recorded frame lies outside the repository")
    recording = read_recording(Path(shared) / "data" / "doppler_example_1.npy", RADAR, LAYOUT)
    frames = replay(recording, RADAR, OneTrack())
    assert len(frames) == 1
    return frames[0]


def near(frame: ReplayedFrame, range_m: float, tolerance_m: float) -> list[dict[str, float | None]]:
    return [d for d in frame["detections"] if abs(d["range_m"] - range_m) < tolerance_m]


def test_the_real_frame_gives_tens_of_detections(real_frame: ReplayedFrame) -> None:
    assert 15 <= len(real_frame["detections"]) < 60


def test_both_movers_of_the_real_frame_are_seen_apart(real_frame: ReplayedFrame) -> None:
    rates = [d["range_rate_mps"] for d in near(real_frame, 2.93, 0.1)]
    assert any(0.5 < rate < 1.2 for rate in rates)
    assert any(-1.2 < rate < -0.5 for rate in rates)


def test_the_static_of_the_real_frame_is_kept_above_the_movers(real_frame: ReplayedFrame) -> None:
    static = [d for d in near(real_frame, 5.2, 0.05) if abs(d["range_rate_mps"]) < 0.05]
    movers = [d for d in near(real_frame, 2.93, 0.1) if abs(d["range_rate_mps"]) > 0.4]
    assert len(static) == 1
    assert static[0]["snr_db"] > max(d["snr_db"] for d in movers)


def test_other_statics_of_the_real_frame_stay(real_frame: ReplayedFrame) -> None:
    still = [d["range_m"] for d in real_frame["detections"] if abs(d["range_rate_mps"]) < 0.1]
    assert len(still) >= 15
    assert any(abs(range_m - 2.93) < 0.05 for range_m in still)
    assert any(abs(range_m - 4.39) < 0.05 for range_m in still)


def test_nothing_is_made_of_the_leakage_in_the_real_frame(real_frame: ReplayedFrame) -> None:
    assert all(d["range_m"] > 0.16 for d in real_frame["detections"])
    assert all(d["range_m"] < 125.5 * 0.0488 for d in real_frame["detections"])


def test_no_static_of_the_real_frame_is_taken_for_a_folded_mover(real_frame: ReplayedFrame) -> None:
    folded = [d for d in real_frame["detections"] if abs(d["range_rate_mps"]) > 5.2]
    assert all(d["snr_db"] < 20 for d in folded)
    assert len(folded) <= 1


def test_every_frame_is_replayed_in_time_with_the_truck_standing(tmp_path: Path) -> None:
    draw = np.random.default_rng(5)
    tone = 200 * np.exp(2j * np.pi * 0.2 * np.arange(128))
    noise = 5 * draw.standard_normal((3, 128, 8, 128, 2))
    counts = np.rint(np.stack([tone.real, tone.imag], -1) + noise).astype(int) % 65536
    file = tmp_path / "tone.npy"
    np.save(file, counts[..., 0] + 1j * counts[..., 1])
    tracker = OneTrack()
    frames = replay(read_recording(file, RADAR, LAYOUT), RADAR, tracker)
    assert [frame["frame"] for frame in frames] == [0, 1, 2]
    assert np.diff([frame["t_s"] for frame in frames]) == pytest.approx(0.05)
    assert [truck.speed_mps for truck in tracker.trucks] == [0.0] * 3
    assert [truck.yaw_rate_radps for truck in tracker.trucks] == [0.0] * 3
    told = json.loads(json.dumps({"frames": frames}, allow_nan=False))["frames"][0]
    assert {"frame", "t_s", "detections", "tracks"} <= told.keys()
    # 0.2 of the sampling rate is bin 25.6 of 0.0488 m
    assert told["detections"][0]["range_m"] == pytest.approx(25.6 * 0.0488, abs=0.01)
    assert told["detections"][0]["azimuth_rad"] == pytest.approx(0.0, abs=0.01)
    assert {"range_m", "range_rate_mps", "azimuth_rad", "snr_db"} <= told["detections"][0].keys()
    assert told["tracks"][0]["id"] == 7
    assert "1.25" in table(frames)
