"""A person on foot: speed, feet, height, cross section, side, and what is refused."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from radar_sim import RadarSimulator, Scatterers, Scene, SceneError, join, no_scatterers, pedestrian
from tests.radar_sim.bench import DEMO, STANDING, TIPPER

LEFT_ANKLE, RIGHT_ANKLE = 21, 26  # of 28: torso 8, head 2, arms 2 x 4, legs 2 x 5 (ankle before toe)
WALK_MPS = 1.4
# Boulic: 1.346 / sqrt(speed over leg length), the leg 0.491 of the height.
CYCLE_S = 1.346 / math.sqrt(WALK_MPS / (0.491 * 1.75))


def walker(t_s: float, speed_mps: float = WALK_MPS, height_m: float = 1.75, seed: int = 0) -> Scatterers:
    """Walking along +x, at x = 0 at time 0."""
    return pedestrian(speed_mps * t_s, 0.0, 0.0, speed_mps, t_s, seed=seed, height_m=height_m)


def over_a_cycle(height_m: float = 1.75) -> list[Scatterers]:
    cycle_s = CYCLE_S * math.sqrt(height_m / 1.75)
    return [walker(n * cycle_s / 400, height_m=height_m) for n in range(400)]


def ankle_mps(foot: int) -> NDArray[np.float64]:
    return np.array([walk.velocity_mps[foot, 0] for walk in over_a_cycle()])


@pytest.mark.parametrize("height_m", [1.15, 1.75])
def test_over_a_gait_cycle_every_point_moves_at_the_walking_speed(height_m: float) -> None:
    mean = np.mean([walk.velocity_mps for walk in over_a_cycle(height_m)], axis=0)
    assert mean[:, 0] == pytest.approx(WALK_MPS, abs=0.01)
    assert mean[:, 1:] == pytest.approx(0.0, abs=0.01)


@given(
    speed=st.floats(0.2, 2.5), t_s=st.floats(0.0, 20.0), heading=st.floats(-3.0, 3.0), seed=st.integers(0, 9)
)
def test_every_point_moves_as_its_velocity_says(speed: float, t_s: float, heading: float, seed: int) -> None:
    dt = 1e-4
    along = np.array([math.cos(heading), math.sin(heading)]) * speed * dt
    now = pedestrian(2.0, -3.0, heading, speed, t_s, seed=seed)
    later = pedestrian(2.0 + along[0], -3.0 + along[1], heading, speed, t_s + dt, seed=seed)
    assert (later.position_m - now.position_m) / dt == pytest.approx(now.velocity_mps, abs=0.03)


@pytest.mark.parametrize("foot", [LEFT_ANKLE, RIGHT_ANKLE])
def test_a_foot_stands_for_half_a_cycle_and_swings_at_up_to_three_times_the_speed(foot: int) -> None:
    pace = ankle_mps(foot)
    stands = np.abs(pace) < 1e-6
    assert stands.mean() == pytest.approx(0.5, abs=0.02)
    assert pace[~stands].mean() == pytest.approx(2 * WALK_MPS, rel=0.03)
    assert pace.max() == pytest.approx(math.pi * WALK_MPS, rel=0.01)
    assert pace.min() > -1e-6
    height_m = np.array([walk.position_m[foot, 2] for walk in over_a_cycle()])
    assert np.ptp(height_m[stands]) < 1e-9
    assert 0.1 < height_m.max() - height_m[stands].max() < 0.2


def test_one_foot_stands_whenever_the_other_swings() -> None:
    left, right = np.abs(ankle_mps(LEFT_ANKLE)) > 1e-6, np.abs(ankle_mps(RIGHT_ANKLE)) > 1e-6
    assert np.mean(left & right) < 0.02
    assert np.mean(left | right) > 0.98


def test_torso_and_head_sway_little_and_hands_swing() -> None:
    pace = np.array([walk.velocity_mps[:, 0] for walk in over_a_cycle()]) - WALK_MPS
    assert np.abs(pace[:, :10]).max() < 0.3
    hands = pace[:, [13, 17]]
    assert 0.5 < np.abs(hands).max() < 1.5
    assert np.mean(hands[:, 0] * hands[:, 1]) < 0  # one ahead, the other back


@given(height_m=st.floats(1.0, 2.0), t_s=st.floats(0.0, 5.0), seed=st.integers(0, 20))
def test_a_person_has_the_height_asked_for_and_stands_on_the_ground(
    height_m: float, t_s: float, seed: int
) -> None:
    person = walker(t_s, 1.0, height_m, seed)
    assert len(person) == 28
    assert 0.93 * height_m < person.position_m[:, 2].max() < height_m
    assert 0.0 <= person.position_m[:, 2].min() < 0.08
    middle = person.position_m[:, :2] - [1.0 * t_s, 0.0]
    assert np.abs(middle[:, 0]).max() < 0.65
    assert np.abs(middle[:, 1]).max() < 0.25 * height_m


def test_standing_still_nothing_moves() -> None:
    first, later = walker(0.0, 0.0), walker(7.3, 0.0)
    assert np.all(first.velocity_mps == 0)
    assert np.array_equal(first.position_m, later.position_m)


def test_an_adult_has_minus_8_dbsm_and_a_child_3_db_less() -> None:
    for seed in range(5):
        adult, child = walker(0.3, seed=seed), walker(0.3, 1.0, 1.15, seed=seed)
        assert 10 * np.log10(adult.rcs_m2.sum()) == pytest.approx(-8.0, abs=0.01)
        assert 10 * np.log10(child.rcs_m2.sum()) == pytest.approx(-11.0, abs=0.1)
        assert adult.rcs_m2.min() > 0
        # The aspect table of cyclists is not his.
        assert np.all(np.isnan(adult.heading_rad))


def test_the_seed_makes_another_person_of_the_same_walk() -> None:
    assert np.array_equal(walker(0.4, seed=3).position_m, walker(0.4, seed=3).position_m)
    assert not np.array_equal(walker(0.4, seed=3).position_m, walker(0.4, seed=4).position_m)
    assert not np.array_equal(walker(0.4, seed=3).rcs_m2, walker(0.4, seed=4).rcs_m2)


def test_a_walker_spreads_over_doppler_and_a_standing_one_does_not() -> None:
    """Seen from ahead: the body at -1.4 m/s, feet from 0 to -4.4 m/s."""
    assert np.ptp(walker(0.0, 0.0).velocity_mps) == 0.0
    spread = np.ptp(np.concatenate([walk.velocity_mps[:, 0] for walk in over_a_cycle()]))
    assert spread == pytest.approx(math.pi * WALK_MPS, rel=0.01)


@pytest.mark.parametrize("fit", [DEMO, TIPPER])
def test_the_mirrored_walker_gives_the_same_bits(fit: object) -> None:
    samples = {}
    for side, sign in (("right", -1.0), ("left", 1.0)):
        crossing = pedestrian(2.3, sign * 1.2, sign * -1.57, 1.3, 0.4, seed=2, near_side=side)
        beside = pedestrian(-3.0, sign * 2.6, sign * 0.1, 0.0, 0.4, seed=3, near_side=side, height_m=1.15)
        sim = RadarSimulator(fit, 2, near_side=side)
        samples[side] = [
            sim.frame(name, 1, Scene(STANDING, join(crossing, beside))).samples for name in sim.radars
        ]
    empty = [
        RadarSimulator(fit, 2).frame(name, 1, Scene(STANDING, no_scatterers())).samples
        for name in ("corner", "front")
    ]
    for right, left, nobody in zip(samples["right"], samples["left"], empty, strict=True):
        assert np.array_equal(right, left)
        assert not np.array_equal(right, nobody)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"speed_mps": -0.1}, "speed_mps is -0.1, outside 0 to 2.58"),
        ({"speed_mps": 3.0}, "speed_mps is 3.0, outside 0 to 2.58"),
        ({"speed_mps": 2.0, "height_m": 1.15}, "outside 0 to 1.69, the fastest walk of somebody 1.15 m tall"),
        ({"speed_mps": math.nan}, "speed_mps is nan"),
        ({"height_m": 0.3}, "height_m is 0.3, outside 0.5 to 2.3"),
        ({"height_m": math.nan}, "height_m is nan"),
        ({"y_m": math.inf}, "y_m is inf, not a finite number"),
        ({"t_s": math.nan}, "t_s is nan"),
    ],
)
def test_what_is_no_walk_is_refused(changed: dict[str, float], words: str) -> None:
    right = {"x_m": 0.0, "y_m": 0.0, "heading_rad": 0.0, "speed_mps": 1.0, "t_s": 0.0, "height_m": 1.75}
    with pytest.raises(SceneError, match="pedestrian: ") as error:
        pedestrian(**(right | changed))
    assert words in str(error.value)
