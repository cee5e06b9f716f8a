"""A smooth wall shows our own flank behind itself, at rest against us: nobody who rides there.

Physics: with the wall d beside the flank, its image of the flank lies 2 d out and gets on as we do.
"""

import math
from dataclasses import replace

import numpy as np
import pytest

from edge_controller.config import load_fit, shipped_fit
from edge_controller.messages import Detection, Track
from edge_controller.tracking.odometry import Mount, Odometry
from tests.edge_controller.tracking.test_tracker import FRAME_S, new_tracker, seen, truck_state

OWN_MPS = 5.0
SIDE_M = 1.25


def wall(t_s: float, y_m: float) -> list[Detection]:
    """A joint every 2 m, where it stands."""
    passed_m = OWN_MPS * t_s % 2.0
    return [seen(t_s, x_m - passed_m, y_m, vx=0.0, vy=0.0, own_mps=OWN_MPS) for x_m in range(-12, 1, 2)]


def rides_along(t_s: float, x_m: float, y_m: float) -> Detection:
    return seen(t_s, x_m, y_m, vx=OWN_MPS, vy=0.0, own_mps=OWN_MPS)


def wheel(t_s: float, x_m: float, y_m: float) -> Detection:
    """The top of one half a metre behind the middle of who rides along there."""
    top = seen(t_s, x_m - 0.5, y_m, vx=1.8 * OWN_MPS, vy=0.0, own_mps=OWN_MPS)
    return replace(top, snr_db=top.snr_db - 20.0)


def moving(x_m: float, y_m: float, *, wall_y_m: float | None, wheels: bool = False) -> list[Track]:
    """Whom two seconds of an echo that rides along there prove, every fourth time with a wheel."""
    tracker, tracks = new_tracker(), ()
    for n in range(40):
        t_s = n * FRAME_S
        found = [rides_along(t_s, x_m, y_m), *([] if wall_y_m is None else wall(t_s, wall_y_m))]
        found += [wheel(t_s, x_m, y_m)] if wheels and n % 4 == 0 else []
        tracks = tracker.update(found, truck_state(t_s, OWN_MPS), t_s, "corner")
    return [track for track in tracks if track.moving]


@pytest.mark.parametrize("beside_m", [0.8, 1.5, 2.9])
def test_our_image_behind_a_wall_is_nobody(beside_m: float) -> None:
    assert not moving(-4.0, -SIDE_M - 2 * beside_m, wall_y_m=-SIDE_M - beside_m)


@pytest.mark.parametrize("wheels", [False, True])
def test_who_keeps_level_with_us_is_somebody_if_he_has_wheels(wheels: bool) -> None:
    """Else he is our own image, in something of which only what goes along with us was seen (0160)."""
    assert bool(moving(-4.0, -SIDE_M - 3.0, wall_y_m=None, wheels=wheels)) is wheels


@pytest.mark.parametrize("wheels", [False, True])
def test_who_keeps_level_with_us_between_us_and_a_wall_is_somebody_if_he_has_wheels(wheels: bool) -> None:
    assert bool(moving(-4.0, -SIDE_M - 1.5, wall_y_m=-SIDE_M - 4.0, wheels=wheels)) is wheels


def test_who_gets_on_faster_behind_a_row_of_things_is_somebody() -> None:
    """2 m/s faster, on a path behind what stands."""
    tracker, tracks = new_tracker(), ()
    for n in range(40):
        t_s = n * FRAME_S
        rider = seen(t_s, -10.0 + 2.0 * t_s, -4.25, vx=OWN_MPS + 2.0, vy=0.0, own_mps=OWN_MPS)
        tracks = tracker.update([rider, *wall(t_s, -2.5)], truck_state(t_s, OWN_MPS), t_s, "corner")
    assert [track for track in tracks if track.moving]


@pytest.mark.parametrize("wall_y_m", [None, -2.5])
def test_who_caught_up_with_us_is_nobody_once_he_shows_only_what_our_image_would(
    wall_y_m: float | None,
) -> None:
    """1 m/s faster behind a wall for 1.5 s, then at rest against us: never the same (decision 0166)."""
    tracker, tracks, proven, x_m = new_tracker(), (), [], -6.0
    for n in range(55):
        t_s, faster_mps = n * FRAME_S, 1.0 if n < 30 else 0.0
        x_m += faster_mps * FRAME_S
        echo = seen(t_s, x_m, -4.25, vx=OWN_MPS + faster_mps, vy=0.0, own_mps=OWN_MPS)
        stands = [] if wall_y_m is None else wall(t_s, wall_y_m)
        tracks = tracker.update([echo, *stands], truck_state(t_s, OWN_MPS), t_s, "corner")
        proven.append(any(track.moving for track in tracks))
    assert proven[29]
    assert proven[-1] is (wall_y_m is None)


def test_who_draws_level_with_us_before_a_wall_stays_somebody() -> None:
    """1 m off our flank, the wall 1 m beyond him: one way by it our flank shows there too."""
    tracker, proven, x_m = new_tracker(), [], -6.0
    for n in range(60):
        t_s, faster_mps = n * FRAME_S, 1.0 if n < 30 else 0.0
        x_m += faster_mps * FRAME_S
        rider = seen(t_s, x_m, -SIDE_M - 1.0, vx=OWN_MPS + faster_mps, vy=0.0, own_mps=OWN_MPS)
        found = [rider, *wall(t_s, -SIDE_M - 2.0)]
        tracks = tracker.update(found, truck_state(t_s, OWN_MPS), t_s, "corner")
        proven.append(any(track.moving for track in tracks))
    assert all(proven[20:])


FIT = load_fit(shipped_fit("demo"))
CORNER = FIT.radar("corner")


def echo(t_s: float, at_m: tuple[float, float], mount: Mount, against_us_mps: float | None) -> Detection:
    """Of a place over ground, without any error; None: it stands."""
    away_m = np.array(at_m) - mount.position_m
    range_m = float(np.hypot(*away_m))
    stands_mps = -float(away_m @ mount.velocity_mps) / range_m
    azimuth_rad = math.remainder(math.atan2(away_m[1], away_m[0]) - mount.heading_rad, 2 * math.pi)
    rate_mps = stands_mps if against_us_mps is None else against_us_mps
    plain = seen(t_s, -3.0, -3.0, vx=0.0, vy=0.0)
    return replace(plain, range_m=range_m, range_rate_mps=rate_mps, azimuth_rad=azimuth_rad)


@pytest.mark.parametrize(("walled", "yaw_radps"), [(True, 0.15), (False, 0.15), (True, 0.0)])
def test_our_image_in_a_wall_that_bends_sways_and_is_nobody(walled: bool, yaw_radps: float) -> None:
    """By twice our speed times 0.05 rad, to either side by turns; on a straight way a rider does that."""
    tracker, odometry, proven = new_tracker(), Odometry(FIT.truck), False
    bend_m = OWN_MPS / yaw_radps if yaw_radps else 1e6
    joints = [(2.0 * n / bend_m, bend_m + SIDE_M + 1.5) for n in range(-10, 40)]  # angle, radius
    for n in range(60):
        t_s = n * FRAME_S
        state = truck_state(t_s, OWN_MPS, yaw_radps)
        odometry.move_to(t_s, state)
        mount, ahead = odometry.mount(CORNER), odometry.ahead()
        left = np.array([-ahead[1], ahead[0]])
        image_m = mount.position_m - 4.0 * ahead - 3.0 * left
        found = [echo(t_s, tuple(image_m), mount, 0.5 if n % 20 < 10 else -0.5)]
        for angle_rad, radius_m in joints if walled else []:
            at_m = (radius_m * math.sin(angle_rad), bend_m - radius_m * math.cos(angle_rad))
            if np.hypot(*(np.array(at_m) - mount.position_m)) < 12.0:
                found.append(echo(t_s, at_m, mount, None))
        tracks = tracker.update(found, state, t_s, "corner")
        proven = proven or any(track.moving for track in tracks)
    assert proven is not (walled and yaw_radps > 0)


def proven_after_s(
    x_m: float, *, posts_every_m: float, sways_mps: float, own_mps: float = 4.0
) -> float | None:
    """A rider level with us 1.5 m beside the flank, a row of posts half way between him and us.

    Every fourth time a wheel of his is seen: who shows none and keeps our speed exactly is nobody (0160).
    """
    tracker = new_tracker()
    for n in range(120):
        t_s = n * FRAME_S
        vx = own_mps + sways_mps * math.sin(2 * math.pi * 0.5 * t_s)
        ahead_m = x_m + sways_mps * (1 - math.cos(2 * math.pi * 0.5 * t_s)) / math.pi
        rider = seen(t_s, ahead_m, -SIDE_M - 1.5, vx=vx, vy=0.0, own_mps=own_mps)
        first_m = -12.0 + posts_every_m - own_mps * t_s % posts_every_m
        posts = [
            seen(t_s, first_m + k * posts_every_m, -SIDE_M - 0.75, vx=0.0, vy=0.0, own_mps=own_mps)
            for k in range(int(18 / posts_every_m))
        ]
        top = seen(t_s, ahead_m - 0.5, -SIDE_M - 1.5, vx=1.8 * vx, vy=0.0, own_mps=own_mps)
        wheels = [replace(top, snr_db=rider.snr_db - 20.0)] if n % 4 == 0 else []
        tracks = tracker.update([rider, *wheels, *posts], truck_state(t_s, own_mps), t_s, "corner")
        if any(track.moving and abs(track.y_m + SIDE_M + 1.5) < 0.5 for track in tracks):
            return t_s
    return None


@pytest.mark.parametrize("x_m", [-3.0, -1.0, 2.0])
@pytest.mark.parametrize("posts_every_m", [5.0, 7.0])
@pytest.mark.parametrize("sways_mps", [0.0, 0.05, 0.08])
def test_who_keeps_our_speed_twice_as_far_out_as_posts_stand_is_proven_in_two_seconds(
    x_m: float, posts_every_m: float, sways_mps: float
) -> None:
    """There a side along our way would mirror our flank, were it one: posts far apart are none."""
    proven_s = proven_after_s(x_m, posts_every_m=posts_every_m, sways_mps=sways_mps)
    assert proven_s is not None
    assert proven_s < 2.0


@pytest.mark.parametrize("x_m", [-10.6, -14.0])
def test_what_we_pull_straight_behind_us_is_nobody(x_m: float) -> None:
    assert not moving(x_m, -1.2, wall_y_m=None)


def half_way(t_s: float, back_m: float, beside_m: float, share: float) -> Detection:
    """A spot of our flank so far behind the radar, out by way of a wall and back direct; `share` of the
    bearing from the flank to the wall's spot that throws it.
    """
    range_m = (back_m + math.hypot(back_m, 2 * beside_m)) / 2
    bearing_rad = share * math.atan2(2 * beside_m, back_m)
    x_m, y_m = -0.25 - range_m * math.cos(bearing_rad), -1.3 - range_m * math.sin(bearing_rad)
    return seen(t_s, x_m, y_m, vx=OWN_MPS, vy=0.0, own_mps=OWN_MPS)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
@pytest.mark.parametrize(("back_m", "beside_m"), [(4.7, 2.5), (3.0, 1.5), (6.5, 2.0)])
def test_our_flank_seen_one_way_by_the_wall_is_nobody(back_m: float, beside_m: float, share: float) -> None:
    tracker, tracks = new_tracker(), ()
    for n in range(60):
        t_s = n * FRAME_S
        found = [half_way(t_s, back_m, beside_m, share), *wall(t_s, -1.3 - beside_m)]
        tracks = tracker.update(found, truck_state(t_s, OWN_MPS), t_s, "corner")
    assert not [track for track in tracks if track.moving]


def test_who_kept_our_speed_there_is_known_soon_after_he_gets_on() -> None:
    """Two seconds as our image would be, then 0.5 m/s faster: he need not be seen to get on as long again."""
    tracker, proven_s = new_tracker(), None
    for n in range(60):
        t_s = n * FRAME_S
        gained_m = 0.5 * max(t_s - 2.0, 0.0)
        vx = OWN_MPS + (0.5 if t_s > 2.0 else 0.0)
        rider = seen(t_s, -5.5 + gained_m, -2.6, vx=vx, vy=0.0, own_mps=OWN_MPS)
        tracks = tracker.update([rider, *wall(t_s, -3.8)], truck_state(t_s, OWN_MPS), t_s, "corner")
        if proven_s is None and any(track.moving for track in tracks):
            proven_s = t_s
    assert proven_s is not None
    assert 2.0 < proven_s < 3.0


def test_images_behind_a_wall_walk_beside_nobody() -> None:
    """At a walking pace; the middle of several images wanders by more than half a metre."""
    tracker, tracks, own_mps = new_tracker(), (), 1.6
    for n in range(80):
        t_s = n * FRAME_S
        joints = [
            seen(t_s, x - own_mps * t_s % 2.0, -1.9, vx=0, vy=0, own_mps=own_mps) for x in range(-12, 1, 2)
        ]
        image = seen(t_s, -2.2 - 0.2 * t_s, -2.5, vx=own_mps, vy=0.0, own_mps=own_mps)
        tracks = tracker.update([image, *joints], truck_state(t_s, own_mps), t_s, "corner")
    assert not [track for track in tracks if track.moving]
