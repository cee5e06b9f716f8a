"""One tone alone is seldom taken for more, at any place, speed and strength."""

import numpy as np

from edge_controller.config import load_fit, shipped_fit
from edge_controller.detection.tone import is_odd
from edge_controller.messages import RadarFrame
from tests.edge_controller.detection.maps_of import seen
from tests.edge_controller.detection.points import Point, signal, with_noise
from tests.edge_controller.detection.test_refine import amplitude, bins

SCENES, FRAMES, TONES = 4, 10, 6


def test_one_tone_is_odd_once_in_a_hundred() -> None:
    radar = load_fit(shipped_fit("tipper")).radar("corner")
    range_bin_m, _ = bins(radar)
    draw, looked, odd = np.random.default_rng(8), 0, 0
    for scene in range(SCENES):
        points = [
            Point(
                (25 + 30 * n + draw.uniform(0, 20)) * range_bin_m, draw.uniform(-9, 9),
                draw.uniform(-50, 50), amplitude(radar, draw.uniform(22, 45)),
            )
            for n in range(TONES)
        ]  # fmt: skip
        clean = signal(radar, points)
        for seed in range(FRAMES):
            frame = RadarFrame(radar.name, 0, 0.0, with_noise(clean, 100 * scene + seed))
            cube, noise, peaks = seen(frame, radar)
            looked += peaks.doppler.size
            odd += int(is_odd(cube, noise, peaks, radar).sum())
    assert looked >= SCENES * FRAMES * (TONES - 1)
    # One in 100 of 240 is two or three peaks; twelve and more come once in 100 000 runs.
    assert odd < 12
