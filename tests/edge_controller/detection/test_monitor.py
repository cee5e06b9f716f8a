"""What speaks against a radar."""

import numpy as np

from edge_controller.config import load_fit, shipped_fit
from edge_controller.detection import Detector
from edge_controller.messages import RadarFrame
from tests.edge_controller.detection.points import Point, frame_of

RADAR = load_fit(shipped_fit("demo")).radar("corner")
LEAKAGE = Point(0.05, 0.0, 20.0, 40.0)


def watched(detector: Detector, samples: np.ndarray, frames: int = 1, lost: int = 0) -> None:
    for _ in range(frames):
        detector.detect(RadarFrame("corner", 0, 0.0, samples, lost))


def test_a_good_radar_is_healthy() -> None:
    detector = Detector(RADAR)
    watched(detector, frame_of(RADAR, [LEAKAGE, Point(8.0)]).samples, 25)
    assert detector.monitor.healthy
    assert detector.monitor.faults == ()


def test_lost_packets_are_a_fault_above_one_percent_of_a_second() -> None:
    # 128 x 4 x 256 samples of 4 bytes are 361 packets of 1456 bytes: 1 % is 3.6 a frame.
    samples = frame_of(RADAR, []).samples
    few, many = Detector(RADAR), Detector(RADAR)
    watched(few, samples, 3, lost=3)
    watched(many, samples, 3, lost=4)
    assert few.monitor.healthy
    assert not many.monitor.healthy
    assert "packets" in many.monitor.faults[0]


def test_a_dead_receiver_is_named_and_comes_back() -> None:
    detector = Detector(RADAR)
    good = frame_of(RADAR, [LEAKAGE]).samples
    dead = good.copy()
    dead[:, 2] = 0
    watched(detector, dead, 3)
    # two transmitters, four receivers: receiver 2 is virtual channels 2 and 6
    assert detector.monitor.faults == ("channel 2 is dead", "channel 6 is dead")
    watched(detector, good, 20)
    assert detector.monitor.healthy


def test_changed_leakage_is_found_within_a_second() -> None:
    detector = Detector(RADAR)
    watched(detector, frame_of(RADAR, [LEAKAGE]).samples, 20)
    assert detector.monitor.healthy
    watched(detector, frame_of(RADAR, [Point(0.05, 0.0, 20.0, 10.0)]).samples, 20)  # 12 dB less
    assert not detector.monitor.healthy
    assert "leakage" in detector.monitor.faults[0]


def test_someone_close_by_is_no_changed_leakage_where_there_is_none() -> None:
    detector = Detector(RADAR)
    watched(detector, frame_of(RADAR, []).samples, 20)
    watched(detector, frame_of(RADAR, [Point(0.5, 0.0, 20.0, 40.0)]).samples, 20)
    assert detector.monitor.healthy
