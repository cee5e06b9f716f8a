"""Who breathes wanders, what stands does not."""

import math

import numpy as np
import pytest

from edge_controller.config import load_fit, shipped_fit
from edge_controller.detection import Detector
from edge_controller.detection.stillness import Stillness, noise_mm
from edge_controller.messages import Detection, RadarFrame
from tests.edge_controller.detection.points import Point, signal, with_noise

RADAR = load_fit(shipped_fit("demo")).radar("front")
PERSON, POST, WALKER = 4.0, 6.0, 8.0  # metres


def wander_mm(seconds: float) -> dict[float, float | None]:
    """By range: a chest that rises by 3 mm every 4 s, a post, somebody who walks."""
    detector, stillness = Detector(RADAR), Stillness(RADAR)
    found: dict[float, float | None] = {}
    for index in range(round(seconds / 0.05)):
        t_s = 0.05 * index
        breath_m = 0.003 * math.sin(2 * math.pi * t_s / 4)
        points = [
            Point(PERSON + breath_m, 0.0, 10.0, 8.0),
            Point(POST, 0.0, -15.0, 8.0),
            Point(WALKER - 1.2 * t_s, -1.2, 0.0, 8.0),
        ]
        frame = RadarFrame("front", index, t_s, with_noise(signal(RADAR, points), index))
        detections = detector.detect(frame)
        found = {}
        for detection, wander in zip(detections, stillness.update(detections), strict=True):
            nearest = min((PERSON, POST, WALKER - 1.2 * t_s), key=lambda r: abs(r - detection.range_m))
            found[nearest if nearest in (PERSON, POST) else WALKER] = wander
    return found


def test_a_person_who_stands_wanders_and_a_post_does_not() -> None:
    found = wander_mm(3.0)
    assert found[PERSON] == pytest.approx(
        2.1, abs=1.0
    )  # 3 mm over the root of 2, over three quarters of a breath
    assert found[POST] is not None
    assert found[POST] < 0.05
    assert found[WALKER] is None


def test_before_half_a_second_nothing_is_said() -> None:
    assert set(wander_mm(0.5).values()) == {None}


def test_who_shows_two_parts_that_sway_apart_is_followed_all_the_same() -> None:
    """Head and wheel one bearing apart: their sum looks another way in each frame."""
    stillness = Stillness(RADAR)
    channels = np.arange(8)
    wander_mm: float | None = None
    for index in range(40):
        head_m, wheel_m = (0.002 * math.sin(2 * math.pi * 0.4 * 0.05 * index + turn) for turn in (0.0, 1.2))
        peak = sum(
            share * np.exp(1j * (4 * math.pi * off_m / RADAR.profile.wavelength_m + channels * step))
            for share, off_m, step in ((1.0, head_m, 0.0), (0.8, wheel_m, 1.5))
        )
        one = Detection(
            "front", 0.05 * index, PERSON, 0.0, 0.0, 0.01, 40.0, 30.0, None, np.asarray(peak, np.complex64)
        )
        (wander_mm,) = stillness.update((one,))
    assert wander_mm is not None
    assert wander_mm > 0.15


def followed(looks: list[tuple[float, float, float]]) -> list[float]:
    """What is said of one thing, by its range, signal to noise and phase, frame by frame."""
    stillness, said = Stillness(RADAR), []
    for index, (range_m, snr_db, phase_rad) in enumerate(looks):
        peak = np.full(8, np.exp(1j * phase_rad), np.complex64)
        one = Detection("front", 0.05 * index, range_m, 0.0, 0.0, 0.01, snr_db, 30.0, None, peak)
        (wander_mm,) = stillness.update((one,))
        said += [] if wander_mm is None else [wander_mm]
    return said


def test_two_posts_found_as_one_now_and_then_do_not_sway() -> None:
    """Their sum lies between them, is up to 6 dB stronger, and has another phase than either."""
    apart, together = (PERSON, 31.0, 0.0), (PERSON - 0.4 * RADAR.profile.range_bin_m, 35.5, 1.0)
    said = followed([together if n % 3 == 1 else apart for n in range(40)])
    assert len(said) > 15
    assert max(said) < 0.05


def test_who_sways_is_followed_though_his_range_is_noisy() -> None:
    """At 15 dB a range is off by a tenth of a bin, his strength by a decibel."""
    rng, bin_m = np.random.default_rng(3), RADAR.profile.range_bin_m
    off_m, off_db = 0.1 * bin_m * rng.normal(size=60), rng.normal(size=60)
    phases_rad = 2.0 * np.sin(2 * math.pi * 0.3 * 0.05 * np.arange(60))
    looks = np.stack([PERSON + off_m, 15.0 + off_db, phases_rad], axis=1)
    said = followed([(float(a), float(b), float(c)) for a, b, c in looks])
    assert len(said) > 40
    assert min(said[10:]) > 0.15


@pytest.mark.parametrize("snr_db", [17.0, 20.0, 30.0])
def test_what_noise_alone_wanders_is_told_beforehand(snr_db: float) -> None:
    """Noise of unit power in each of eight channels, and a post that is so strong over all of them.

    Weak phases add up from frame to frame, so that at 17 dB it is half as much again and more.
    """
    rng, stillness, said = np.random.default_rng(5), Stillness(RADAR), []
    for index in range(400):
        noise = (rng.normal(size=8) + 1j * rng.normal(size=8)) / math.sqrt(2)
        peak = np.asarray(np.full(8, math.sqrt(10 ** (snr_db / 10) / 8)) + noise, np.complex64)
        one = Detection("front", 0.05 * index, PERSON, 0.0, 0.0, 0.01, snr_db, 30.0, None, peak)
        (wander_mm,) = stillness.update((one,))
        said += [] if wander_mm is None else [wander_mm]
    assert 0.9 * noise_mm(snr_db, RADAR) < float(np.mean(said)) < 2.5 * noise_mm(snr_db, RADAR)
    assert float(np.quantile(said, 0.99)) < 4.0 * noise_mm(snr_db, RADAR)
