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
        known.note("front", sight, range_m, ground_mps, OWN_MPS * float(sight[0]))
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
        known.note("front", away_m / range_m, range_m, moves_mps, 2.4 * float(away_m[0]) / range_m)
        known.went(0.05 * n, 1.2 * 0.05 * n, 0.0)
    return known


def test_a_way_believed_while_nothing_was_seen_proves_no_walk() -> None:
    """Two echoes of unknown bearing make up the Doppler that was due."""
    assert sliding(range(0)).walks()
    known = sliding(range(22, 42))
    assert known.seen >= 20
    assert known.way_m[0] == pytest.approx(1.2 * (1.05 + 0.05))
    assert not known.walks()


def across(own_mps: float, doppler: float, wrong: float = 0.0) -> bool:
    """1.2 m/s towards our lane, from 15 m ahead; `doppler` of what is due is seen, our speed `wrong`."""
    known = Abreast()
    for n in range(35):
        t_s = 0.05 * n
        away_m = np.array([15.0 - own_mps * t_s, -6.0 + 1.2 * t_s])
        range_m = math.hypot(*away_m)
        ahead, aside = away_m / range_m
        ground_mps = doppler * 1.2 * aside + wrong * own_mps * ahead
        known.note("front", away_m / range_m, range_m, ground_mps, own_mps * (1 + wrong) * ahead)
        known.went(t_s, 0.0, 1.2 * t_s)
    return known.walks()


def test_what_our_own_speed_is_wrong_by_is_no_walk() -> None:
    """While the nearest of a row's echoes make a way, what stands shows 2 % of our speed (N4-parked)."""
    assert across(4.0, 1.0)
    assert across(4.0, 1.0, wrong=-0.01)
    assert not across(4.0, 0.7)
    assert not across(6.0, 0.5, wrong=-0.02)
    assert across(1.0, 0.7)


@pytest.mark.parametrize("wrong", [-0.02, 0.0, 0.02])
def test_a_walker_beside_us_is_proven_though_our_speed_is_2_percent_wrong(wrong: float) -> None:
    known = Abreast()
    for n in range(60):
        t_s = 0.05 * n
        away_m = np.array([1.5 + (1.15 - OWN_MPS) * t_s, -3.7])
        range_m = math.hypot(*away_m)
        sight = away_m / range_m
        own_mps = OWN_MPS * (1 + wrong) * float(sight[0])
        known.note("front", sight, range_m, (1.15 + wrong * OWN_MPS) * float(sight[0]), own_mps)
        known.went(t_s, 1.15 * t_s, 0.0)
    assert known.walks()
