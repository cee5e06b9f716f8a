"""What speaks against a radar: each fault named, in time, and not said of a good one."""

import dataclasses

import numpy as np
import pytest

from edge_controller.config import Radar, load_fit, shipped_fit
from edge_controller.detection import Detector
from edge_controller.messages import RadarFrame
from tests.edge_controller.detection.points import NOISE, Point, frame_of, signal, with_noise

RADAR = load_fit(shipped_fit("demo")).radar("corner")
FOUR_SECONDS = 80  # frames: six reflections in each of four looks at the phases
LEAKAGE = Point(0.05, 0.0, 20.0, 40.0)
# Six things around, each alone in its cell, 30 dB and more.
STREET = [LEAKAGE, *(Point(5.0 + 3 * k, 0.8 * k - 2.0, 18.0 * k - 45.0, 8.0) for k in range(6))]


def watched(detector: Detector, samples: np.ndarray, frames: int = 1, lost: int = 0) -> None:
    for _ in range(frames):
        detector.detect(RadarFrame("corner", 0, 0.0, samples, lost))


def test_a_good_radar_is_healthy() -> None:
    detector = Detector(RADAR)
    for seed in range(30):
        watched(detector, frame_of(RADAR, STREET, seed).samples)
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


def dead_receiver(samples: np.ndarray, receiver: int, rng: np.random.Generator) -> np.ndarray:
    """Nothing but the noise of its amplifier."""
    dead = samples.copy()
    dead[:, receiver] = np.rint(rng.normal(0, NOISE, dead[:, receiver].shape))
    return dead


@pytest.mark.parametrize("points", [STREET, [LEAKAGE]], ids=["street", "leakage only"])
def test_a_dead_receiver_is_named_in_the_next_frame_and_comes_back(points: list[Point]) -> None:
    detector = Detector(RADAR)
    good = frame_of(RADAR, points).samples
    watched(detector, good, 25)
    watched(detector, dead_receiver(good, 2, np.random.default_rng(2)), 2)
    assert detector.monitor.faults == ("receiver 2 is dead",)
    assert not detector.monitor.healthy
    watched(detector, good, 1)
    assert detector.monitor.healthy


def test_a_converter_that_gives_one_number_is_a_dead_receiver() -> None:
    detector = Detector(RADAR)
    good = frame_of(RADAR, STREET).samples
    watched(detector, good, 25)
    stuck = good.copy()
    stuck[:, 1] = 700
    watched(detector, stuck, 2)
    assert detector.monitor.faults == ("receiver 1 is dead",)


def test_a_dead_transmitter_is_named_in_the_next_frame() -> None:
    detector = Detector(RADAR)
    good = frame_of(RADAR, STREET).samples
    watched(detector, good, 25)
    dead = good.copy()
    dead[1::2] = np.rint(np.random.default_rng(3).normal(0, NOISE, dead[1::2].shape))
    watched(detector, dead, 2)
    assert "transmitter 1 in turn is dead" in detector.monitor.faults


def test_less_leakage_is_found_within_a_second() -> None:
    detector = Detector(RADAR)
    watched(detector, frame_of(RADAR, [LEAKAGE]).samples, 20)
    assert detector.monitor.healthy
    watched(detector, frame_of(RADAR, [Point(0.05, 0.0, 20.0, 16.0)]).samples, 20)  # 8 dB less
    assert not detector.monitor.healthy
    assert detector.monitor.faults == ("leakage changed by -8 dB",)


@pytest.mark.parametrize("usual", [[], [LEAKAGE]], ids=["no leakage", "leakage"])
def test_someone_right_before_the_radar_is_no_fault(usual: list[Point]) -> None:
    detector = Detector(RADAR)
    watched(detector, frame_of(RADAR, usual).samples, 20)
    watched(detector, frame_of(RADAR, [*usual, Point(0.4, 0.0, 20.0, 400.0)]).samples, 25)
    assert detector.monitor.healthy


def test_clipping_is_found_within_a_second() -> None:
    detector = Detector(RADAR)
    clean = signal(RADAR, [*STREET, Point(4.0, 0.0, 10.0, 20_000.0)])
    watched(detector, with_noise(clean, 1), 20)
    assert detector.monitor.healthy
    loud = np.stack([2 * clean.real, 2 * clean.imag], axis=-1)
    watched(detector, np.clip(np.rint(loud), -32768, 32767).astype(np.int16), 20)
    assert not detector.monitor.healthy
    assert "of the samples clipped" in detector.monitor.faults[0]


def cabled_wrongly(radar: Radar, one: int, two: int) -> Radar:
    """The radar as it is when two receivers' lines are crossed."""
    rx_m = list(radar.array.rx_m)
    rx_m[one], rx_m[two] = rx_m[two], rx_m[one]
    return dataclasses.replace(radar, array=dataclasses.replace(radar.array, rx_m=tuple(rx_m)))


@pytest.mark.parametrize(("one", "two"), [(0, 1), (1, 2), (0, 3), (1, 3)])
def test_swapped_receivers_are_named_within_ten_seconds(one: int, two: int) -> None:
    detector = Detector(RADAR)
    crossed = cabled_wrongly(RADAR, one, two)
    samples = frame_of(crossed, STREET).samples
    watched(detector, samples, FOUR_SECONDS)
    assert detector.monitor.faults == (f"receivers {one} and {two} are swapped",)
    assert not detector.monitor.healthy


def test_swapped_transmitters_are_named() -> None:
    detector = Detector(RADAR)
    array = RADAR.array
    crossed = dataclasses.replace(array, tx_m=(array.tx_m[1], array.tx_m[0], array.tx_m[2]))
    samples = frame_of(dataclasses.replace(RADAR, array=crossed), STREET).samples
    watched(detector, samples, FOUR_SECONDS)
    assert detector.monitor.faults == ("transmitters in turn 0 and 1 are swapped",)


def out_of_phase(clean: np.ndarray, phase_deg: np.ndarray, seed: int) -> np.ndarray:
    """(turn, receiver) phases on a clean signal (chirp, rx, sample)."""
    turns = np.exp(1j * np.radians(phase_deg))[np.arange(clean.shape[0]) % len(phase_deg)]
    return with_noise(clean * turns[:, :, None], seed)


def test_phases_that_drifted_apart_warn_and_do_not_end_braking() -> None:
    clean = signal(RADAR, STREET)
    usual, drifted = Detector(RADAR), Detector(RADAR)
    pattern = np.array([[1.0, -1.0, 1.0, -1.0], [1.0, -1.0, 1.0, -1.0]])
    watched(usual, out_of_phase(clean, 12.0 * pattern, 1), FOUR_SECONDS)
    watched(drifted, out_of_phase(clean, 38.0 * pattern, 1), FOUR_SECONDS)
    assert usual.monitor.faults == ()
    assert drifted.monitor.healthy
    assert len(drifted.monitor.faults) == 1
    assert "phases of the channels" in drifted.monitor.faults[0]


def test_more_noise_warns_and_does_not_end_braking() -> None:
    detector = Detector(RADAR)
    clean = signal(RADAR, STREET)
    watched(detector, with_noise(clean, 1), 20)
    rng = np.random.default_rng(5)
    loud = np.rint(
        np.stack([clean.real, clean.imag], axis=-1) + rng.normal(0, 2.4 * NOISE, (*clean.shape, 2))
    )
    watched(detector, loud.astype(np.int16), 20)
    assert detector.monitor.healthy
    assert detector.monitor.faults == ("noise changed by +8 dB",)


@pytest.mark.parametrize("away_m", [0.35, 0.9])
def test_someone_beside_a_truck_at_rest_who_goes_away_is_no_fault(away_m: float) -> None:
    """There from the first second on: 60 dB over the noise of a sample at arm's length, as measured."""
    detector = Detector(RADAR)
    detector.monitor.note_speed(0.0)
    watched(detector, frame_of(RADAR, [LEAKAGE, Point(away_m, 0.0, 20.0, 300.0)]).samples, 20)
    detector.monitor.note_speed(3.0)
    watched(detector, frame_of(RADAR, [LEAKAGE]).samples, 40)
    assert detector.monitor.faults == ()
    watched(detector, frame_of(RADAR, [Point(0.05, 0.0, 20.0, 16.0)]).samples, 20)
    assert "leakage changed by -8 dB" in detector.monitor.faults


def test_a_car_that_is_passed_in_the_first_second_is_no_yardstick() -> None:
    """0.8 m beside the radar, its echo never twice alike."""
    detector = Detector(RADAR)
    detector.monitor.note_speed(4.0)
    for amplitude in np.repeat([300.0, 120.0, 400.0, 60.0], 5):
        watched(detector, frame_of(RADAR, [LEAKAGE, Point(0.8, 0.0, 20.0, float(amplitude))]).samples)
    watched(detector, frame_of(RADAR, [LEAKAGE]).samples, 45)
    assert detector.monitor.faults == ()
    watched(detector, frame_of(RADAR, [Point(0.05, 0.0, 20.0, 16.0)]).samples, 20)
    assert "leakage changed by -8 dB" in detector.monitor.faults
