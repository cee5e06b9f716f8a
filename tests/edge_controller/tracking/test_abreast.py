"""Who walks beside us, what a wall sends along, and our own image. Limits typed again."""

import math

import numpy as np
import pytest

from edge_controller.tracking.abreast import Abreast

OWN_MPS = 1.4


def beside(speed_mps: float, seconds: float, doppler: float = 1.0, ahead_m: float = 0.8) -> bool:
    """From `ahead_m` before a radar, 3.7 m aside; `doppler` times what his way puts on the line of sight."""
    known, noise = Abreast(), np.random.default_rng(1)
    frames = round(seconds / 0.05)
    for n in range(frames):
        t_s = 0.05 * n
        away_m = np.array([ahead_m + (speed_mps - OWN_MPS) * t_s, -3.7])
        range_m = math.hypot(*away_m)
        sight = away_m / range_m
        ground_mps = doppler * speed_mps * float(sight[0]) + noise.normal(0, 0.1)
        known.note("front", sight, range_m, ground_mps)
    life_s = 0.05 * (frames - 1)
    return known.walks((speed_mps * life_s, 0.0), life_s)


def test_a_walker_a_little_slower_than_we_is_proven_once_he_has_fallen_back_half_a_metre() -> None:
    assert not beside(1.15, 1.9)
    assert beside(1.15, 2.2)


def test_a_glint_that_a_wall_sends_along_shows_no_doppler() -> None:
    assert not beside(1.15, 4.0, doppler=0.0)


def test_an_image_of_our_flank_keeps_its_place_against_us() -> None:
    assert not beside(OWN_MPS, 4.0)


@pytest.mark.parametrize(("speed_mps", "walks"), [(0.55, False), (0.8, True), (2.1, False)])
def test_only_as_fast_as_people_walk(speed_mps: float, walks: bool) -> None:
    assert beside(speed_mps, 2.5, ahead_m=3.0) is walks


def test_a_way_of_a_metre_and_a_half_is_needed() -> None:
    assert not beside(0.7, 2.0, ahead_m=3.0)
    assert beside(0.7, 2.4, ahead_m=3.0)
