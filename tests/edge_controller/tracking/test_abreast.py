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
        known.went(t_s, speed_mps * t_s, 0.0)
    return known.walks()


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


def sliding(lost: range) -> Abreast:
    """Along a rail by 1.2 m/s for 2.15 s; two last looks show -2.6 m/s."""
    known = Abreast()
    for n in range(44):
        if n in lost:
            continue
        away_m = np.array([0.6 - 0.06 * n, -3.7])
        range_m = math.hypot(*away_m)
        moves_mps = -2.6 if n in {42, 43} else 0.0
        known.note("front", away_m / range_m, range_m, moves_mps)
        known.went(0.05 * n, 1.2 * 0.05 * n, 0.0)
    return known


def test_a_way_believed_while_nothing_was_seen_proves_no_walk() -> None:
    """Two echoes of unknown bearing make up the Doppler that was due."""
    assert sliding(range(0)).walks()
    known = sliding(range(22, 42))
    assert known.seen >= 20
    assert known.way_m[0] == pytest.approx(1.2 * (1.05 + 0.05))
    assert not known.walks()
