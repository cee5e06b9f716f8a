"""A person on foot: cycle, steps, feet, joints, height, cross section. Laws are typed again here."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from radar_sim import Scatterers, Thing, adult, child
from radar_sim.figures.walking import Walk, joints

# Of 30: chest 6, head 2, then left and right of shoulder, upper arm, elbow, forearm, hand, thigh, knee,
# shin, ankle, toe, heel.
HEAD = slice(6, 8)
LEFT_HAND, RIGHT_HAND = 16, 17
LEFT_THIGH, LEFT_KNEE, LEFT_SHIN, LEFT_ANKLE, LEFT_TOE, LEFT_HEEL = 18, 20, 22, 24, 26, 28
WALK_MPS, HEIGHT_M = 1.4, 1.75
LEG_M = 0.491 * HEIGHT_M
CYCLE_S = 1.346 / math.sqrt(WALK_MPS / LEG_M)
MOMENTS = 300
Figure = Callable[..., Thing]


def walker(t_s: float, speed_mps: float = WALK_MPS, height_m: float = HEIGHT_M, seed: int = 0) -> Scatterers:
    """Walking along +x, at x = 0 at time 0."""
    figure = adult if height_m >= 1.4 else child
    return figure(speed_mps * t_s, 0.0, 0.0, speed_mps, t_s, seed=seed, height_m=height_m).scatterers


def over(cycle_s: float, speed_mps: float = WALK_MPS, height_m: float = HEIGHT_M) -> list[Scatterers]:
    return [walker(n * cycle_s / MOMENTS, speed_mps, height_m) for n in range(MOMENTS)]


@pytest.fixture(scope="module")
def walk() -> list[Scatterers]:
    return over(CYCLE_S)


def velocities(walk: list[Scatterers]) -> NDArray[np.float64]:
    return np.array([now.velocity_mps for now in walk])


def positions(walk: list[Scatterers]) -> NDArray[np.float64]:
    return np.array([now.position_m for now in walk])


@pytest.mark.parametrize("height_m", [1.15, 1.75])
@pytest.mark.parametrize("speed_mps", [0.3, 1.0, 1.6])
def test_after_one_cycle_all_is_as_before_one_cycle_length_on(height_m: float, speed_mps: float) -> None:
    """Cycle length 1.346 sqrt(r) times the leg, r leg lengths a second; the time follows."""
    leg_m = 0.491 * height_m
    pace = speed_mps / leg_m
    length_m, cycle_s = 1.346 * math.sqrt(pace) * leg_m, 1.346 / math.sqrt(pace)
    for t_s in (0.0, 0.31, 1.7):
        now, later = walker(t_s, speed_mps, height_m), walker(t_s + cycle_s, speed_mps, height_m)
        assert later.position_m - now.position_m == pytest.approx(
            np.tile([length_m, 0, 0], (30, 1)), abs=1e-9
        )
        for name in ("velocity_mps", "acceleration_mps2", "jerk_mps3"):
            assert getattr(later, name) == pytest.approx(getattr(now, name), abs=1e-6)


def test_no_shorter_cycle_fits(walk: list[Scatterers]) -> None:
    pace = velocities(walk)[:, LEFT_ANKLE, 0]
    assert np.abs(pace - np.roll(pace, MOMENTS // 2)).max() > 3.0


def landings(speed_mps: float, height_m: float) -> float:
    """Steps a second, counted: each foot that comes to rest."""
    seconds, count = 8.0, 0
    moments = np.arange(0.0, seconds, 0.04)
    feet = np.array(
        [walker(float(t), speed_mps, height_m).velocity_mps[LEFT_ANKLE : LEFT_ANKLE + 2, 0] for t in moments]
    )
    for foot in (np.abs(feet) < 0.02).T:
        count += int(np.sum(~foot[:-1] & foot[1:]))
    return count / seconds


def test_step_rate_is_two_a_cycle_and_higher_for_a_child_by_the_square_root() -> None:
    grown, small = landings(1.2, 1.75), landings(1.2, 1.15)
    assert grown == pytest.approx(2 / 1.346 * math.sqrt(1.2 / (0.491 * 1.75)), abs=0.25)
    assert 1.5 < grown < 2.5
    assert small / grown == pytest.approx(math.sqrt(1.75 / 1.15), rel=0.12)


@pytest.mark.parametrize("height_m", [1.15, 1.75])
def test_over_a_gait_cycle_every_point_moves_at_the_walking_speed(height_m: float) -> None:
    mean = velocities(over(CYCLE_S * math.sqrt(height_m / HEIGHT_M), height_m=height_m)).mean(axis=0)
    assert mean[:, 0] == pytest.approx(WALK_MPS, abs=0.01)
    assert mean[:, 1:] == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize("side", [0, 1])
def test_a_foot_stands_and_swings_at_three_times_the_speed(walk: list[Scatterers], side: int) -> None:
    ankle, toe = velocities(walk)[:, LEFT_ANKLE + side], velocities(walk)[:, LEFT_TOE + side]
    stands = np.abs(ankle[:, 0]) < 1e-9
    assert 0.36 < stands.mean() < 0.42
    assert ankle[:, 0].max() == pytest.approx(3 * WALK_MPS, rel=0.002)
    assert ankle[:, 0].min() > -1e-9
    # All of the foot lies still for nearly a third of the cycle.
    still = np.linalg.norm(toe, axis=1) + np.linalg.norm(ankle, axis=1) < 1e-6
    assert 0.30 < still.mean() < 0.35
    assert 3.0 < np.linalg.norm(toe, axis=1).max() / WALK_MPS < 3.7


def test_a_foot_stays_where_it_stands(walk: list[Scatterers]) -> None:
    speed = np.linalg.norm(velocities(walk)[:, LEFT_ANKLE], axis=1)
    spot = positions(walk)[speed < 1e-9][:, [LEFT_ANKLE, LEFT_TOE, LEFT_HEEL]]
    assert len(spot) > 0.3 * MOMENTS
    assert np.ptp(spot[: len(spot) // 4], axis=0).max() < 1e-6


def test_there_is_always_a_foot_on_the_ground(walk: list[Scatterers]) -> None:
    heights = positions(walk)[:, LEFT_TOE : LEFT_TOE + 4, 2].min(axis=1)
    assert heights.max() < 0.05


def test_heel_strike_has_the_acceleration_of_people(walk: list[Scatterers]) -> None:
    peak = np.max([np.linalg.norm(now.acceleration_mps2[LEFT_ANKLE]) for now in walk])
    assert 30.0 < peak < 45.0


def angle_deg(upper: NDArray[np.float64], lower: NDArray[np.float64]) -> NDArray[np.float64]:
    """From the plumb line, ahead positive."""
    bone = lower - upper
    return np.degrees(np.arctan2(bone[:, 0], -bone[:, 2]))


def test_hip_and_knee_bend_like_people_do() -> None:
    """Boulic: thigh +25 to -15 degrees, knee to 70 in the swing. A standing foot asks more of the thigh."""
    strides = [joints(Walk(WALK_MPS, HEIGHT_M, 0.0), n * CYCLE_S / MOMENTS) for n in range(MOMENTS)]

    def track(name: str) -> NDArray[np.float64]:
        return np.array([now[name].orders[0, 0] for now in strides])

    hip, knee, ankle = track("hip"), track("knee"), track("ankle")
    thigh, shin = angle_deg(hip, knee), angle_deg(knee, ankle)
    assert -20 < thigh.min() < -10
    assert 25 < thigh.max() < 45
    flexion = thigh - shin
    assert 60 < flexion.max() < 75
    assert 0.6 < np.argmax(flexion) / MOMENTS < 0.8
    assert flexion.min() > 5
    for upper, lower in ((hip, knee), (knee, ankle)):
        bones = np.hypot(*(lower - upper)[:, [0, 2]].T)
        assert bones == pytest.approx(LEG_M / 2, rel=1e-9)


def test_torso_and_head_sway_little_and_hands_swing_against_each_other(walk: list[Scatterers]) -> None:
    pace = velocities(walk) - [WALK_MPS, 0, 0]
    assert np.abs(pace[:, :8]).max() < 0.35
    hands = pace[:, [LEFT_HAND, RIGHT_HAND], 0]
    assert 0.5 < np.abs(hands).max() < 2.0
    assert np.mean(hands[:, 0] * hands[:, 1]) < 0
    # Vertical sway 0.03 r of the leg from top to bottom, lateral 0.064.
    middle = positions(walk)[:, :6].mean(axis=1)
    assert np.ptp(middle[:, 2]) == pytest.approx(0.030 * WALK_MPS, rel=0.01)
    assert np.ptp(middle[:, 1]) == pytest.approx(0.064 * LEG_M, rel=0.01)


def test_shoulders_swing_by_the_law_of_the_paper() -> None:
    """9.88 r degrees each way of the upper arm."""
    walk = Walk(WALK_MPS, HEIGHT_M, 0.0)
    swings = [joints(walk, n * CYCLE_S / MOMENTS) for n in range(MOMENTS)]

    def track(name: str) -> NDArray[np.float64]:
        return np.array([now[name].orders[0, 0] for now in swings])

    upper = angle_deg(track("shoulder"), track("elbow"))
    lower = angle_deg(track("elbow"), track("hand"))
    assert np.ptp(upper) == pytest.approx(2 * 9.88 * WALK_MPS / LEG_M, rel=0.01)
    flexion = lower - upper
    assert 8 < flexion.min() < 16
    assert 40 < flexion.max() < 70


@given(height_m=st.floats(0.8, 2.0), t_s=st.floats(0.0, 5.0), seed=st.integers(0, 20))
def test_a_person_has_the_height_asked_for_and_stands_on_the_ground(
    height_m: float, t_s: float, seed: int
) -> None:
    person = walker(t_s, 0.8, height_m, seed)
    assert 28 <= len(person) <= 40
    assert 0.90 * height_m < person.position_m[HEAD, 2].max() < height_m
    assert 0.0 <= person.position_m[:, 2].min() < 0.08
    middle = person.position_m[:, :2] - [0.8 * t_s, 0.0]
    assert np.abs(middle[:, 0]).max() < 0.65
    assert np.abs(middle[:, 1]).max() < 0.13 * height_m + 0.08


def test_standing_still_nothing_moves() -> None:
    first, later = walker(0.0, 0.0), walker(7.3, 0.0)
    for name in ("velocity_mps", "acceleration_mps2", "jerk_mps3"):
        assert np.all(getattr(first, name) == 0)
    assert np.array_equal(first.position_m, later.position_m)
    assert first.position_m[HEAD, 2].max() > 0.96 * HEIGHT_M


def test_an_adult_has_minus_8_dbsm_and_a_child_3_db_less() -> None:
    for seed in range(5):
        grown, small = walker(0.3, seed=seed), walker(0.3, 1.0, 1.15, seed=seed)
        assert 10 * np.log10(grown.rcs_m2.sum()) == pytest.approx(-8.0, abs=1e-6)
        assert 10 * np.log10(small.rcs_m2.sum()) == pytest.approx(-11.0, abs=1e-6)
        assert grown.rcs_m2.min() > 0
        # The aspect table of cyclists is not his.
        assert np.all(np.isnan(grown.heading_rad))
    asked = adult(0.0, 0.0, 0.0, 1.0, 0.0, rcs_dbsm=-3.0).scatterers
    assert 10 * np.log10(asked.rcs_m2.sum()) == pytest.approx(-3.0, abs=1e-6)


def test_the_split_over_the_body_is_the_measured_one() -> None:
    """Wengerter: feet 0.093, knees 0.42, hands 0.06, elbows 0.15, shoulders 0.1 each; chest 0.5, head 0.3."""
    person = walker(0.3).rcs_m2 / 10**-0.8
    whole = 2 * (0.093 + 0.42 + 0.06 + 0.15 + 0.1) + 0.5 + 0.3
    groups = {
        (0, 6): 0.5, (6, 8): 0.3, (8, 10): 0.2, (10, 14): 0.3, (14, 18): 0.12, (18, 24): 0.84,
        (24, 30): 0.186,
    }  # fmt: skip
    for (start, end), part in groups.items():
        assert person[start:end].sum() == pytest.approx(part / whole)


def test_people_differ_by_the_spread_asked_for_and_keep_the_mean() -> None:
    m2 = np.array(
        [adult(0, 0, 0, 0.0, 0.0, seed=n, spread_db=4.0).scatterers.rcs_m2.sum() for n in range(500)]
    )
    assert np.std(10 * np.log10(m2)) == pytest.approx(4.0, rel=0.1)
    assert m2.mean() == pytest.approx(10**-0.8, rel=0.15)


def test_the_seed_makes_another_person_of_the_same_walk() -> None:
    assert np.array_equal(walker(0.4, seed=3).position_m, walker(0.4, seed=3).position_m)
    assert not np.array_equal(walker(0.4, seed=3).position_m, walker(0.4, seed=4).position_m)
    assert not np.array_equal(walker(0.4, seed=3).rcs_m2, walker(0.4, seed=4).rcs_m2)
    one, other = (adult(0, 0, 0, 1.0, 0.0, name=name).scatterers for name in ("one", "other"))
    assert not np.array_equal(one.position_m, other.position_m)
