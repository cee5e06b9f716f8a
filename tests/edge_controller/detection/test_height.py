"""Kerb, rail, person and sign are parted by height where the array has rows."""

import math
from dataclasses import replace

import numpy as np
import pytest

from edge_controller.config import load_fit, shipped_fit
from edge_controller.detection import Detector
from edge_controller.detection.height import height_m
from tests.edge_controller.detection.points import Point, frame_of

FRONT = load_fit(shipped_fit("tipper")).radar("front")  # 0.70 m over the ground, level


@pytest.mark.parametrize("up_m", [0.1, 0.7, 1.1, 2.6])
@pytest.mark.parametrize("pitch_deg", [0.0, 4.0])
def test_a_height_is_found_to_its_sigma(up_m: float, pitch_deg: float) -> None:
    pitched = replace(FRONT, pitch_rad=math.radians(pitch_deg))
    for seed, (range_m, azimuth_deg) in enumerate(((6.5, 0.0), (8.0, -20.0), (7.0, 15.0))):
        # Elevation in the axes of a sensor whose nose is down, as by turning the line of sight.
        azimuth, above = math.radians(azimuth_deg), math.asin((up_m - 0.7) / range_m)
        down = np.radians(pitch_deg)
        ahead, left, up = (
            math.cos(above) * math.cos(azimuth),
            math.cos(above) * math.sin(azimuth),
            math.sin(above),
        )
        ahead, up = ahead * np.cos(down) - up * np.sin(down), up * np.cos(down) + ahead * np.sin(down)
        point = Point(range_m, 0.5, math.degrees(math.atan2(left, ahead)), 20.0, math.degrees(math.asin(up)))
        found = height_m(Detector(FRONT).detect(frame_of(FRONT, [point], seed))[0], pitched)
        assert found is not None
        assert found.height_m == pytest.approx(up_m, abs=3 * found.sigma_m)
        assert found.sigma_m < 0.03 * range_m


def test_one_row_tells_no_height() -> None:
    corner = load_fit(shipped_fit("tipper")).radar("corner")
    assert height_m(Detector(corner).detect(frame_of(corner, [Point(6.0)]))[0], corner) is None
