"""Who comes out from behind something shows a wheel first; who stands is not carried off by his bearing."""

import math
from dataclasses import replace

import numpy as np
import pytest

from edge_controller.messages import Detection, Track
from edge_controller.tracking.target import Target, new_target
from edge_controller.tracking.tracker import Tracker
from tests.edge_controller.tracking.test_tracker import FRAME_S, new_tracker, seen, truck_state

OWN_MPS = 4.2
RIDES_MPS = 6.7
FROM_M, ASIDE_M = -4.0, -5.3  # truck axes when he comes into sight


def coming_out(seed: int) -> list[tuple[Track, ...]]:
    """For three looks the top of his front wheel alone, then himself, 20 dB stronger, with both wheels."""
    rng = np.random.default_rng(seed)
    tracker, steps = new_tracker(), []
    for n in range(9):
        t_s = n * FRAME_S
        x_m = FROM_M + (RIDES_MPS - OWN_MPS) * t_s

        def part(
            ahead_m: float, share: float, snr_db: float, *, t_s: float = t_s, x_m: float = x_m
        ) -> Detection:
            at_m = x_m + ahead_m + rng.normal(0, 0.06), ASIDE_M + rng.normal(0, 0.06)
            return replace(seen(t_s, *at_m, vx=share * RIDES_MPS, vy=0, own_mps=OWN_MPS), snr_db=snr_db)

        found = [part(0.75, rng.uniform(1.7, 2.0), 18.0), part(0.65, rng.uniform(1.6, 1.9), 17.0)]
        if n >= 3:
            found += [part(0.1, 1.0, 42.0), part(-0.55, rng.uniform(1.6, 1.9), 17.0)]
        steps.append(tracker.update(found, truck_state(t_s, OWN_MPS), t_s, "corner"))
    return steps


@pytest.mark.parametrize("seed", range(12))
def test_who_comes_out_from_behind_a_car_wheel_first_is_known_a_quarter_of_a_second_later(seed: int) -> None:
    steps = coming_out(seed)
    (rider,) = [track for track in steps[8] if track.moving]
    assert rider.vx_mps == pytest.approx(RIDES_MPS, abs=0.9)
    assert rider.x_m == pytest.approx(FROM_M + (RIDES_MPS - OWN_MPS) * 8 * FRAME_S, abs=0.35)
    assert rider.y_m == pytest.approx(ASIDE_M, abs=0.35)


@pytest.mark.parametrize("seed", range(12))
def test_who_stands_stands_though_his_bearing_wanders(seed: int) -> None:
    """Half a metre from the flank his bearing is drawn to it and back within a second."""
    rng = np.random.default_rng(seed)
    tracker, tracks = new_tracker(), ()
    for n in range(60):
        t_s = n * FRAME_S
        drawn_m = 0.6 * math.sin(2 * math.pi * t_s / 2.5)
        one = seen(t_s, -2.0 + drawn_m + rng.normal(0, 0.05), -2.0, vx=0, vy=0, own_mps=0.0)
        tracks = tracker.update([replace(one, range_rate_mps=0.0)], truck_state(t_s, 0.0), t_s, "corner")
        assert all(math.hypot(track.vx_mps, track.vy_mps) < 0.9 for track in tracks)
    assert len(tracks) == 1


def standing_for(tracker: Tracker, seconds: float) -> tuple[Track, ...]:
    tracks: tuple[Track, ...] = ()
    for n in range(round(seconds / FRAME_S)):
        t_s = n * FRAME_S
        one = seen(t_s, -2.0, -2.4, vx=0, vy=0, own_mps=0.0)
        tracks = tracker.update([one], truck_state(t_s, 0.0), t_s, "corner")
    return tracks


@pytest.mark.parametrize(("breathes", "kept_s"), [(True, 5.0), (False, 1.0)])
def test_who_stands_and_breathes_is_kept_for_5_s_unseen(breathes: bool, kept_s: float) -> None:
    tracker = new_tracker()
    (known,) = standing_for(tracker, 2.0)
    last_s = 2.0 - FRAME_S

    def unseen(until_s: float) -> tuple[Track, ...]:
        tracks: tuple[Track, ...] = ()
        for t_s in np.arange(last_s + FRAME_S, until_s, FRAME_S):
            tracker.keep({known.id} if breathes else set())
            tracks = tracker.update([], truck_state(float(t_s), 0.0), float(t_s), "corner")
        return tracks

    (still,) = unseen(last_s + kept_s - 0.1)
    if breathes:
        assert (still.x_m, still.y_m) == pytest.approx((known.x_m, known.y_m), abs=0.02)
    assert unseen(last_s + kept_s + 0.2) == ()


def test_a_stronger_echo_within_his_limbs_tells_where_he_is() -> None:
    """The filter alone would keep the wheel's speed for half a second."""
    sight, ahead = np.array([-0.6, -0.8]), np.array([1.0, 0.0])
    wheels = new_target(1, 0.0, np.zeros(2), sight, ahead=ahead, ground_mps=-7.0, cross_m=0.1)
    body = new_target(2, 0.1, np.array([-0.7, 0.0]), sight, ahead=ahead, ground_mps=-4.2, cross_m=0.1)
    wheels.unmask(body)
    assert wheels.mean == pytest.approx(body.mean)
    assert wheels.id == 1


RUNS_MPS = 1.9  # of a child
HIDDEN_S = 0.3  # who was not seen for longer may be another


def stood(looks: int, *, doppler: bool = False) -> Target:
    """A thing seen in so many looks, the last at 0 s, with a course guessed from how its places wander."""
    first_s = -(looks - 1) * FRAME_S
    covariance = np.diag([0.1, 0.1, 0.04, 0.04])
    thing = Target(1, first_s, np.array([9.0, -2.0, -1.7, 0.9]), covariance, np.array([9.0, -2.0]), first_s)
    for n in range(looks):
        thing.hit("front", first_s + n * FRAME_S, doppler, 5.0)
    return thing


def child_at(t_s: float) -> Target:
    """As a track begun by him would be."""
    at_m, sight = np.array([7.0, -1.0]), np.array([1.0, 0.0])
    return new_target(2, t_s, at_m, sight, ahead=np.array([1.0, 0.0]), ground_mps=-RUNS_MPS, cross_m=0.1)


def test_what_stood_may_be_another_once_it_was_not_seen_for_a_third_of_a_second() -> None:
    assert not stood(13).may_be_another(HIDDEN_S - 0.01)
    assert stood(13).may_be_another(HIDDEN_S + 0.01)
    assert not stood(13, doppler=True).may_be_another(HIDDEN_S + 0.01)  # it may be he himself


def test_how_long_a_thing_stood_says_nothing_of_the_child_who_runs_out_where_it_was() -> None:
    """He is where and as fast as he was just seen, and seven looks prove him, as where nothing was."""
    track, place = stood(13), child_at(0.4)
    track.is_another(place)
    assert track.mean == pytest.approx(place.mean)
    assert track.covariance == pytest.approx(place.covariance)
    track.covariance = np.diag([0.01, 0.01, 0.01, 0.01])  # as a few looks make it
    looks = 0
    while not track.moving:
        t_s = 0.4 + looks * FRAME_S
        track.mean = place.mean + np.array([-RUNS_MPS * (t_s - 0.4), 0.0, 0.0, 0.0])
        track.weigh(3.0)
        track.hit("front", t_s, True, 5.0)
        looks += 1
        assert looks <= 7
    assert looks == 7
