"""Who rides abeam and is proven by his way; what stands there and only seems to. Limits typed again.

Physics: ranges of whatever is one reflector change as its Doppler says. A glint of a smooth side lies at the
foot of the perpendicular, so its way is square to the line of sight and shows nothing there.
"""

import math
from collections.abc import Callable

import numpy as np
import pytest

from edge_controller.config import load_fit, shipped_fit
from edge_controller.messages import Detection, Track
from edge_controller.tracking.limbs import Glimpse
from edge_controller.tracking.passing import passes
from edge_controller.tracking.target import new_target
from tests.edge_controller.tracking.test_tracker import FRAME_S, new_tracker, seen, truck_state

OWN_MPS = 4.5
LOOK_S = 0.025  # two radars in turn
SEEDS = range(20)

Place = tuple[float, float]


def looks(
    shows: Callable[[float, Place], tuple[Place, float]],
    seconds: float = 1.0,
    *,
    seed: int = 0,
    own_mps: float = OWN_MPS,
    bearing_off_rad: float = 0.0,
    rides_along: bool = False,
    wanders_m: float = 0.1,
    doppler_wanders_mps: float = 0.05,
) -> list[Glimpse]:
    """From a radar that goes along x; `shows` has place and speed along the line of sight, both over ground.

    A bearing that is off all the time takes Doppler with it.
    """
    rng = np.random.default_rng(seed)
    made = []
    for n in range(round(seconds / LOOK_S) + 1):
        t_s = n * LOOK_S
        radar = np.array([own_mps * t_s, 0.0])
        place, along_mps = shows(t_s, (own_mps * t_s, 0.0))
        away = np.array(place) - radar
        range_m, bearing_rad = math.hypot(*away), math.atan2(away[1], away[0])
        rate_mps = along_mps - own_mps * math.cos(bearing_rad)
        bearing_rad += bearing_off_rad
        sight = np.array([math.cos(bearing_rad), math.sin(bearing_rad)])
        ground_mps = rate_mps + own_mps * sight[0] + rng.normal(0, doppler_wanders_mps)
        at_m = radar + range_m * sight + rng.normal(0, wanders_m, 2)
        made.append(Glimpse(t_s, at_m, sight, ground_mps, range_m, np.zeros(2), rides_along=rides_along))
    return made


def rider(speed_mps: float, x_m: float, y_m: float = -4.0) -> Callable[[float, Place], tuple[Place, float]]:
    """Along x, first seen at x, y."""

    def shows(t_s: float, radar: Place) -> tuple[Place, float]:
        place = x_m + speed_mps * t_s, y_m
        away = place[0] - radar[0], place[1] - radar[1]
        return place, speed_mps * away[0] / math.hypot(*away)

    return shows


def glint(lean: float, y_m: float = -4.0) -> Callable[[float, Place], tuple[Place, float]]:
    """Of a smooth side that leans towards our way by so many radians; it stands, so it shows nothing."""
    ahead = np.array([math.cos(lean), math.sin(lean)])
    start = np.array([0.0, y_m])

    def shows(_t_s: float, radar: Place) -> tuple[Place, float]:
        foot = start + ahead * ((np.array(radar) - start) @ ahead)
        return (float(foot[0]), float(foot[1])), 0.0

    return shows


def posts(every_m: float) -> Callable[[float, Place], tuple[Place, float]]:
    """Always the one that is nearest to abeam."""

    def shows(_t_s: float, radar: Place) -> tuple[Place, float]:
        return (every_m * round(radar[0] / every_m), -3.0), 0.0

    return shows


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("speed_mps", "x_m"), [(3.0, 1.5), (3.0, 0.6), (6.5, -1.6), (6.0, 0.3)])
def test_who_rides_past_is_proven_within_a_second(speed_mps: float, x_m: float, seed: int) -> None:
    """A frame alone shows 0.4 m/s of him at most in half of them, as little as what stands."""
    assert passes(looks(rider(speed_mps, x_m), seed=seed))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("lean", [-0.3, -0.1, 0.0, 0.1, 0.3])
@pytest.mark.parametrize("bearing_off_rad", [-0.02, 0.0, 0.02])
def test_a_glint_that_a_smooth_side_sends_along_is_nobody(
    lean: float, bearing_off_rad: float, seed: int
) -> None:
    assert not passes(looks(glint(lean), seed=seed, bearing_off_rad=bearing_off_rad))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("every_m", [0.3, 1.0, 2.0])
def test_a_track_that_hops_from_post_to_post_is_nobody(every_m: float, seed: int) -> None:
    assert not passes(looks(posts(every_m), seed=seed))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("along_mps", [0.5, 1.0, 1.4])
def test_what_keeps_its_place_against_us_while_its_doppler_says_otherwise_is_nobody(
    along_mps: float, seed: int
) -> None:
    """Stones of the road show one after the other where we see that far, and each closes in."""
    assert not passes(looks(lambda _t_s, radar: ((radar[0] + 1.0, -2.0), along_mps), seed=seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_stands_is_nobody(seed: int) -> None:
    assert not passes(looks(rider(0.0, 2.0), seed=seed, bearing_off_rad=0.03))


def test_what_rests_against_us_is_nobody_until_most_looks_say_otherwise() -> None:
    assert not passes(looks(rider(3.0, 0.6), rides_along=True))
    all_of_him, along = looks(rider(3.0, 0.6)), looks(rider(3.0, 0.6), rides_along=True)
    assert not passes([*along[:13], *all_of_him[13:]])  # 28 of 41
    assert passes([*along[:12], *all_of_him[12:]])  # 29


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("share", "rides"), [(0.0, False), (0.3, False), (1.0, True), (2.3, False)])
def test_the_doppler_seen_is_half_to_one_and_a_half_of_what_is_due(
    share: float, rides: bool, seed: int
) -> None:
    """Nearly abeam: 0.15 m/s r.m.s. are due, so that the one less the other is small in any case."""
    goes = rider(3.0, 0.35)

    def shows(t_s: float, radar: Place) -> tuple[Place, float]:
        place, along_mps = goes(t_s, radar)
        return place, share * along_mps

    assert passes(looks(shows, 0.5, seed=seed, wanders_m=0.03)) is rides


@pytest.mark.parametrize("seed", SEEDS)
def test_a_speed_that_places_cannot_tell_is_none(seed: int) -> None:
    """0.6 m of scatter over 0.45 s: 3 m/s are less than 3 sigma."""
    assert not passes(looks(rider(3.0, 0.6), 0.45, seed=seed, wanders_m=0.6))


@pytest.mark.parametrize(("y_m", "near"), [(-7.9, True), (-8.4, False)])
def test_only_within_eight_metres(y_m: float, near: bool) -> None:
    assert passes(looks(rider(7.0, -1.5, y_m))) is near


@pytest.mark.parametrize(("speed_mps", "rides"), [(1.7, False), (2.4, True)])
def test_only_who_is_faster_than_two_metres_a_second(speed_mps: float, rides: bool) -> None:
    assert passes(looks(rider(speed_mps, 3.5))) is rides


@pytest.mark.parametrize(("x_m", "rides"), [(0.39, False), (0.41, True)])
def test_an_eighth_of_a_metre_a_second_is_due_at_least(x_m: float, rides: bool) -> None:
    """A twentieth of 2.2 m/s is 0.11, and more is due of both: 0.114 and 0.122 r.m.s."""
    goes = rider(2.2, x_m)
    exact = looks(goes, 0.6, own_mps=3.0, wanders_m=0.0, doppler_wanders_mps=0.0)
    assert passes(exact) is rides


def test_twelve_looks_and_0_4_s_are_needed() -> None:
    quick = looks(rider(6.5, -2.5), 0.5, wanders_m=0.03)
    assert passes(quick)
    assert not passes(quick[:16])  # 0.375 s
    assert passes(quick[:18])
    assert not passes(quick[::2])  # 11 looks
    assert not passes([])


@pytest.mark.parametrize(("aside_mps", "proven"), [(0.0, True), (0.1, True), (1.0, False), (-1.0, False)])
def test_a_track_whose_velocity_is_another_than_its_way_is_not_proven(aside_mps: float, proven: bool) -> None:
    target = new_target(
        1,
        0.0,
        np.array([0.6, -4.0]),
        np.array([0.0, -1.0]),
        ahead=np.array([1.0, 0.0]),
        ground_mps=0.0,
        cross_m=0.1,
    )
    target.confirmed, target.covariance = True, np.eye(4) * 0.01
    target.mean = np.array([3.6, -4.0, 3.0, aside_mps])
    target.glimpses.extend(one._replace(believed_mps=target.mean[2:]) for one in looks(rider(3.0, 0.6)))
    target.hit("corner", 1.0, False, 4.0)
    assert target.moving is proven


def turning(speed_mps: float, moves_s: float = 1.2) -> list[tuple[float, list[Track]]]:
    """Somebody 4.3 m beside a truck that turns in, as the corner radar has him without errors."""
    truck = load_fit(shipped_fit("demo")).truck
    tracker, told = new_tracker(), []
    x_m, y_m, heading_rad = truck.no_side_slip_x_m, 0.0, 0.0
    for n in range(round(moves_s / FRAME_S)):
        t_s = n * FRAME_S
        yaw_radps = -0.1 - 0.15 * t_s
        cos, sin = math.cos(heading_rad), math.sin(heading_rad)
        dx, dy = 0.3 + speed_mps * t_s - x_m, -5.5 - y_m
        at_x, at_y = truck.no_side_slip_x_m + cos * dx + sin * dy, -sin * dx + cos * dy
        found: list[Detection] = [
            seen(
                t_s,
                at_x,
                at_y,
                vx=speed_mps * cos + yaw_radps * -1.30,
                vy=-speed_mps * sin - yaw_radps * (-0.25 - truck.no_side_slip_x_m),
                own_mps=OWN_MPS,
            )
        ]
        told.append((t_s, list(tracker.update(found, truck_state(t_s, OWN_MPS, yaw_radps), t_s, "corner"))))
        heading_rad += yaw_radps * FRAME_S
        x_m += OWN_MPS * FRAME_S * math.cos(heading_rad)
        y_m += OWN_MPS * FRAME_S * math.sin(heading_rad)
    return told


@pytest.mark.parametrize("speed_mps", [3.0, 3.9])
def test_who_comes_into_sight_abeam_of_a_truck_that_turns_in_is_known_within_a_second(
    speed_mps: float,
) -> None:
    proven_s = next(t_s for t_s, tracks in turning(speed_mps) if any(track.moving for track in tracks))
    assert proven_s < 1.0


def test_who_stands_there_is_not() -> None:
    assert not any(track.moving for _, tracks in turning(0.0) for track in tracks)
