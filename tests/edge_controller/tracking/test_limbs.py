"""A rider of whom only the wheels are seen is taken neither for twice as fast nor for our own flank."""

import math
from dataclasses import replace

import numpy as np
import pytest

from edge_controller.messages import Detection, Track
from edge_controller.tracking.association import assign
from edge_controller.tracking.limbs import Glimpse, true_pace
from edge_controller.tracking.points import Points
from edge_controller.tracking.target import Target, new_target
from edge_controller.tracking.tracker import Tracker
from tests.edge_controller.tracking.test_tracker import FRAME_S, new_tracker, seen, truck_state

OWN_MPS = 20 / 3.6
SIGHT = np.array([0.8, -0.6])


def glimpses(gets_on_mps: float, doppler_mps: float, count: int, seed: int = 0) -> list[Glimpse]:
    """Along the line of sight; places wander by 0.15 m."""
    rng = np.random.default_rng(seed)
    return [
        Glimpse(
            n * FRAME_S,
            SIGHT * gets_on_mps * n * FRAME_S + rng.normal(0, 0.15, 2),
            SIGHT,
            doppler_mps,
            range_m=4.0,
            believed_mps=SIGHT * doppler_mps,
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(
    ("true_mps", "doppler_mps"),
    [(5.0, 10.0), (-5.0, -10.0), (0.0, 4.0), (2.5, 5.0), (5.5, 3.3), (-5.5, -3.3)],
)
def test_doppler_that_outruns_or_lags_behind_the_way_made_is_found_out_in_a_second(
    true_mps: float, doppler_mps: float, seed: int
) -> None:
    pace = true_pace(glimpses(true_mps, doppler_mps, 21, seed))
    assert pace is not None
    assert pace.velocity_mps @ SIGHT == pytest.approx(true_mps, abs=3 * pace.sigma_mps)
    assert pace.at_m == pytest.approx(SIGHT * true_mps * 1.0, abs=3 * pace.place_sigma_m)


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("speed_mps", [-8.0, -1.2, 0.0, 1.5, 5.0])
def test_a_body_is_never_taken_for_wheels(speed_mps: float, seed: int) -> None:
    for count in range(1, 22):
        assert true_pace(glimpses(speed_mps, speed_mps + 0.1, count, seed)) is None


def test_early_glimpses_tell_nothing() -> None:
    assert true_pace([]) is None
    assert true_pace(glimpses(0.0, 10.0, 5)) is None


def test_places_that_wander_far_are_known_the_less() -> None:
    """Every second one 1 m off: two images of our own axles in one track."""
    steady = glimpses(5.0, 10.0, 21)
    astray = [one._replace(at_m=one.at_m + np.array([0.0, 1.0 * (n % 2)])) for n, one in enumerate(steady)]
    first, second = true_pace(steady), true_pace(astray)
    assert first is not None
    assert second is not None
    assert second.sigma_mps > 1.15 * first.sigma_mps


def wheel(t_s: float, x_m: float, y_m: float, share: float) -> Detection:
    """A point of a wheel that moves at `share` times the rider's speed, his and ours the same."""
    return seen(t_s, x_m, y_m, vx=share * OWN_MPS, vy=0, own_mps=OWN_MPS)


def ride_level(tracker: Tracker, seconds: float, flank: bool, seed: int = 1) -> list[tuple[Track, ...]]:
    """A cyclist level with us, 6 m back and 1.25 m out: rims only; at rest against us only our own rivets."""
    rng = np.random.default_rng(seed)
    steps = []
    for n in range(round(seconds / FRAME_S)):
        t_s = n * FRAME_S
        found = [
            wheel(t_s, -6.1 + hub + rng.normal(0, 0.1), -2.5 + rng.normal(0, 0.08), rng.uniform(1.3, 2.0))
            for hub in (-0.53, 0.53)
            if rng.random() < 0.8
        ]
        if flank:
            rivet = seen(t_s, -4.7 + rng.normal(0, 0.05), -1.7, vx=OWN_MPS, vy=0, own_mps=OWN_MPS)
            found.append(replace(rivet, snr_db=45.0))
        steps.append(tracker.update(found, truck_state(t_s, OWN_MPS), t_s, "corner"))
    return steps


def riders(tracks: tuple[Track, ...]) -> list[Track]:
    return [t for t in tracks if t.moving and math.hypot(t.x_m + 6.1, t.y_m + 2.5) < 1.5]


@pytest.mark.parametrize("flank", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_wheels_alone_make_a_rider_of_our_own_speed_who_stays_where_he_is(flank: bool, seed: int) -> None:
    steps = ride_level(new_tracker(), 8.0, flank, seed)
    settled = [riders(tracks) for tracks in steps[40:]]
    assert all(len(found) == 1 for found in settled)
    assert len({found[0].id for found in settled}) == 1
    for (rider,) in settled:
        assert rider.vx_mps == pytest.approx(OWN_MPS, abs=1.0)
        assert abs(rider.vy_mps) < 0.6
        assert (rider.x_m, rider.y_m) == pytest.approx((-6.1, -2.5), abs=0.6)


def test_nobody_else_rides_in_that_scene() -> None:
    for tracks in ride_level(new_tracker(), 4.0, True)[40:]:
        assert sum(t.moving for t in tracks) == 1


def test_limbs_keep_a_rider_alive_whose_body_is_hidden() -> None:
    """Seen whole for two seconds, then only his wheels for three."""
    tracker = new_tracker()
    rng = np.random.default_rng(3)
    x_m, tracks = -9.0, ()
    for n in range(100):
        t_s = n * FRAME_S
        x_m += 1.0 * FRAME_S
        share = 1.0 if n < 40 else rng.uniform(1.4, 2.0)
        one = seen(t_s, x_m, -3.0, vx=share * 6.0, vy=0, own_mps=5.0)
        tracks = tracker.update([one], truck_state(t_s, 5.0), t_s, "corner")
    (track,) = (t for t in tracks if t.moving)
    assert track.vx_mps == pytest.approx(6.0, abs=0.4)
    assert track.x_m == pytest.approx(x_m, abs=0.4)


def test_one_wild_doppler_moves_a_settled_rider_little() -> None:
    tracker = new_tracker()
    x_m, tracks = -9.0, ()
    for n in range(40):
        t_s = n * FRAME_S
        x_m += 3.0 * FRAME_S
        vx = 3.0 if n < 39 else 3.9  # within what a body may differ
        tracks = tracker.update([seen(t_s, x_m, -3.0, vx=vx, vy=0)], truck_state(t_s), t_s, "corner")
    (track,) = tracks
    assert track.vx_mps == pytest.approx(3.0, abs=0.15)


def one_rider(speed_mps: float, sigma_mps: float) -> Target:
    """Taken for twice as fast once; 5 m from the corner radar, on our course."""
    at_m, ahead = np.array([-3.0, -5.5]), np.array([1.0, 0.0])
    rider = new_target(1, 0.0, at_m, SIGHT, ahead=ahead, ground_mps=0.0, cross_m=0.1)
    rider.mean[2:] = (speed_mps, 0.0)
    rider.covariance = np.diag([0.2, 0.2, sigma_mps, sigma_mps]) ** 2
    rider.confirmed = rider.moving = rider.wheels_only = True
    return rider


def rolling(ground_mps: float) -> Points:
    """One point within his box that moves so along the line of sight."""
    moves = np.array([abs(ground_mps) > 0.5])
    one = np.ones(1)
    return Points(
        np.array([[-3.0, -5.5]]),
        SIGHT[None],
        5 * one,
        ground_mps * one,
        ground_mps * one,
        0.05 * one,
        moves,
        ~moves & moves,
        ~moves & moves,
        ~moves & moves,
        ~moves & moves,
        ~moves & moves,
        ~moves & moves,
        ~moves & moves,
        one,
        0 * one,
    )


@pytest.mark.parametrize("sign", [1, -1])
def test_the_top_of_a_wheel_is_a_limb_though_the_speed_by_places_is_too_low(sign: int) -> None:
    """He rides 2.8 m/s, his places said 1.8 to 0.5; the top rolls at 5.6, 0.8 of it along the sight."""
    top = rolling(sign * 0.8 * 2 * 2.8)
    found = assign(top, [one_rider(sign * 1.8, 0.5)])
    assert found.track.tolist() == [0]
    assert not found.body.any()
    assert assign(top, [one_rider(sign * 1.8, 0.05)]).track.tolist() == [-1]  # to 0.05 he cannot be so fast


def test_what_rolls_against_him_is_no_limb_however_little_his_speed_is_known() -> None:
    """The bottom of a wheel stands, it does not run backwards."""
    assert assign(rolling(-0.8 * 2.8), [one_rider(1.8, 0.5)]).track.tolist() == [-1]


def flank_echo() -> Points:
    """At rest against us, close to our flank, where we drive at 5 m/s along the rider's course."""
    return replace(rolling(0.8 * 5.0), glints=np.array([True]))


def test_our_flank_does_not_feed_a_rider_who_gets_on_with_us() -> None:
    rider = one_rider(5.0, 0.2)
    rider.wheels_only = False
    assert assign(rolling(0.8 * 5.0), [rider]).body.tolist() == [True]  # the same echo away from the flank
    assert not assign(flank_echo(), [rider]).body.any()


def test_who_has_stopped_beside_us_is_still_fed_close_to_our_flank() -> None:
    """We stand too: he is as much at rest against us as the flank is, and must not be lost."""
    rider = one_rider(0.5, 0.2)
    rider.wheels_only = False
    beside = replace(rolling(0.0), glints=np.array([True]))
    assert assign(beside, [rider]).body.tolist() == [True]


def test_who_has_no_speed_at_all_is_no_larger_for_it() -> None:
    """Three metres beside him, at his range, something else that stands is not he."""
    stands = one_rider(0.0, 0.1)
    stands.moving = stands.wheels_only = False
    stands.covariance = np.diag([0.05, 0.05, 0.1, 0.1]) ** 2
    there, aside_m = rolling(0.0), 3.0 * np.array([[-SIGHT[1], SIGHT[0]]])
    assert assign(there, [stands]).track.tolist() == [0]
    assert assign(replace(there, position_m=there.position_m + aside_m), [stands]).track.tolist() == [-1]
