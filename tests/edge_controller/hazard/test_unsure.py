"""Who is not known well yet, who only stands, and who is behind us. Limits typed again."""

from dataclasses import replace

import numpy as np
import pytest

from edge_controller.config import load_fit, shipped_fit
from edge_controller.hazard import Motion, assess
from edge_controller.messages import Hazard, Track

FIT = load_fit(shipped_fit("demo"))
STRAIGHT = Motion(12 / 3.6, 0.0, 0.0, 0.0, 0.0, False, 0.012)
TURNING = replace(STRAIGHT, steer_rad=0.42, p_turn=0.01, indicator=True, lane_rad=-0.8)
CHILD = Track(7, 0.5, 3.0, -1.5, -1.7, -0.3, np.eye(4) * 0.01, 0.6, 0.6, 0.0, 9, True, True, ("front",))


def known_to(sigma_mps: float, track: Track = CHILD) -> Track:
    """Across his way no better than this."""
    return replace(track, covariance=np.diag([0.01, 0.01, 0.01, sigma_mps**2]))


def only(track: Track, motion: Motion = TURNING) -> Hazard:
    (hazard,) = assess([track], motion, FIT, False)
    return hazard


def test_a_child_before_a_turning_truck_is_hit_whichever_way_he_runs() -> None:
    assert only(known_to(0.45)).p_contact >= 0.8


def test_who_may_as_well_be_clear_is_not_braked_for() -> None:
    """2 sigma of 1.5 m/s in half a second: a metre and a half to either side."""
    assert only(known_to(1.5)).p_contact < 0.8


def test_up_to_a_sigma_of_0_30_he_is_taken_at_face_value() -> None:
    beside = replace(CHILD, y_m=-2.9, vy_mps=1.0)
    assert only(known_to(0.29, beside)).p_contact >= 0.8
    assert only(known_to(1.0, beside)).p_contact < 0.8


def test_straight_on_nothing_is_said_of_him_until_he_is_known() -> None:
    assert only(known_to(0.29), STRAIGHT).p_contact >= 0.8
    assert only(known_to(0.31), STRAIGHT).p_contact == 0


@pytest.mark.parametrize(
    ("age_s", "sigma_mps", "counts"), [(1.4, 0.5, True), (1.6, 0.5, False), (9, 0.44, True)]
)
def test_who_is_still_unknown_after_a_second_and_a_half_is_doubted(
    age_s: float, sigma_mps: float, counts: bool
) -> None:
    old = replace(known_to(sigma_mps), born_t_s=CHILD.t_s - age_s)
    assert (only(old).p_contact >= 0.8) is counts


def test_who_breathes_is_a_road_user_though_he_never_moved() -> None:
    stands = replace(CHILD, moving=False, vx_mps=0.2, vy_mps=0.0)
    assert assess([stands], TURNING, FIT, False) == ()
    assert only(replace(stands, breathes=True)).p_contact >= 0.8


def test_what_his_track_shows_of_a_speed_is_none() -> None:
    """0.7 m/s towards our way from a metre aside: he would be before the truck before it has passed."""
    stands = replace(CHILD, y_m=-2.4, vy_mps=0.7, moving=False, breathes=True)
    assert only(stands, STRAIGHT).p_contact < 0.1
    assert only(replace(stands, moving=True), STRAIGHT).p_contact >= 0.8


def test_who_stands_follows_no_bend() -> None:
    """Without indicator a rider on the same bend counts 0.3; who stands has no course."""
    bend = replace(TURNING, indicator=False, steer_rad=0.2)
    stands = replace(CHILD, x_m=4.0, moving=False, breathes=True)
    assert only(stands, bend).p_contact >= 0.8


def test_who_runs_into_our_tail_is_not_braked_for() -> None:
    behind = replace(CHILD, x_m=-9.8 - 1.2, y_m=0.5, vx_mps=6.0, vy_mps=0.0, length_m=1.8)
    assert only(behind, STRAIGHT).p_contact == 0
    before = replace(behind, x_m=2.5, vx_mps=0.0)
    assert only(before, STRAIGHT).p_contact >= 0.8


def outermost_m(track: Track) -> float:
    """How far beside us the middle of who is met in the turn stands at most."""
    beside = np.arange(1.6, 6.0, 0.01)
    met = [only(replace(track, x_m=-3.0, y_m=-y), TURNING).p_contact > 0 for y in beside.tolist()]
    assert met[0]
    assert not met[-1]
    return float(beside[met].max())


def test_who_stands_is_as_large_as_half_a_bicycle_also_in_the_way_of_a_turn() -> None:
    """0.9 m each way, where a thing has 0.6: our turned flank meets him 0.15 to 0.3 m farther out."""
    thing = replace(CHILD, vx_mps=0.0, vy_mps=0.0)
    stands = replace(thing, moving=False, breathes=True)
    assert 0.14 <= outermost_m(stands) - outermost_m(thing) <= 0.31


def test_who_is_known_to_be_larger_keeps_his_size() -> None:
    thing = replace(CHILD, vx_mps=0.0, vy_mps=0.0, length_m=1.8, width_m=0.6)
    stands = replace(thing, moving=False, breathes=True)
    assert outermost_m(stands) == pytest.approx(outermost_m(thing), abs=0.011)
