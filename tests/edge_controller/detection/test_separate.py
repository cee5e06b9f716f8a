"""A weaker reflection in the main lobe of a stronger one, and two alike, are two; one alone is one."""

from dataclasses import replace

import numpy as np
import pytest

from edge_controller.config import Radar, load_fit, shipped_fit
from edge_controller.detection import Detector
from tests.edge_controller.detection.points import NOISE, Point, frame_of
from tests.edge_controller.detection.test_refine import amplitude, bins

RADAR = load_fit(shipped_fit("tipper")).radar("corner")
TRIALS = 12
KINDS = ("+25 dB", "+20 dB", "alike in range", "alike in rate")


def pair(kind: str, radar: Radar, draw: np.random.Generator) -> list[Point]:
    """The stronger first. Signal-to-noise ratios are integrated, without window."""
    range_bin_m, rate_bin_mps = bins(radar)
    place_m, rate_mps = (60 + draw.random()) * range_bin_m, draw.uniform(-1, 1)
    side, snr_db = draw.choice([-1.0, 1.0]), draw.uniform(20, 25)
    sine = draw.uniform(-0.5, 0.4)
    azimuth_deg = float(np.degrees(np.arcsin(sine)))
    beside_deg = float(np.degrees(np.arcsin(sine + side * 2 / 12)))  # a beamwidth of 12 half-wave elements
    own = Point(place_m, rate_mps, azimuth_deg, amplitude(radar, 25.0))
    strong = replace(own, amplitude=amplitude(radar, snr_db + (20 if kind == "+20 dB" else 25)))
    weak = replace(own, amplitude=amplitude(radar, snr_db))
    phase_m = draw.uniform(-1, 1) * 1e-3
    return {
        "+25 dB": [strong, replace(weak, range_rate_mps=rate_mps + side * 0.3)],
        "+20 dB": [strong, replace(weak, range_m=place_m + side * 2 * range_bin_m, azimuth_deg=beside_deg)],
        "alike in range": [own, replace(own, range_m=place_m + phase_m + 1.5 * range_bin_m)],
        "alike in rate": [
            own,
            replace(own, range_m=place_m + phase_m, range_rate_mps=rate_mps + 1.2 * rate_bin_mps),
        ],
    }[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_two_are_two(kind: str) -> None:
    range_bin_m, rate_bin_mps = bins(RADAR)
    detector, draw, both = Detector(RADAR, fast=False), np.random.default_rng(5), 0
    for seed in range(TRIALS):
        points = pair(kind, RADAR, draw)
        found = detector.detect(frame_of(RADAR, points, seed))
        assert len(found) <= 2
        both += all(
            any(
                abs(d.range_m - p.range_m) < 0.75 * range_bin_m
                and abs(d.range_rate_mps - p.range_rate_mps) < 0.6 * rate_bin_mps
                for d in found
            )
            for p in points
        )
    # The goals are 0.95 and 0.9; with 0.99 reached, 9 of 12 is missed once in many thousand.
    assert both >= 10


def test_one_alone_is_one_however_strong_and_fast() -> None:
    draw = np.random.default_rng(2)
    detector = Detector(RADAR, fast=False)
    range_bin_m, _ = bins(RADAR)
    for seed, snr_db in enumerate(np.linspace(20, 70, TRIALS)):
        counts = min(amplitude(RADAR, snr_db), 3000 * NOISE)
        point = Point(
            draw.uniform(40, 200) * range_bin_m, draw.uniform(-14, 14), draw.uniform(-50, 50), counts
        )
        assert len(detector.detect(frame_of(RADAR, [point], seed))) <= 1
