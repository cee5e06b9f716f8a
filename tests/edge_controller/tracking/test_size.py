"""Who is as small as a leaf is nobody, or our own flank hides his body: then he goes as fast as we do."""

import math
from dataclasses import replace
from typing import TypedDict, Unpack

import numpy as np
import pytest

from edge_controller.config import load_fit, shipped_fit
from edge_controller.coverage.budget import look, of_a_square_metre_db, snr_db
from edge_controller.messages import Detection, Track
from edge_controller.tracking import Tracker
from tests.edge_controller.tracking.test_tracker import FRAME_S, seen, truck_state

FIT = load_fit(shipped_fit("demo"))
CORNER = FIT.radars[0]
OWN_MPS = 2.5
# Blown forward and towards the flank.
START_M, VX_MPS, VY_MPS = (-5.0, -4.6), 3.2, 0.8


def drifts_in(t_s: float, vy_mps: float) -> Detection:
    """The wheel of one who rides level with us and comes nearer."""
    there = seen(t_s, -6.0, -4.0 + vy_mps * t_s, vx=OWN_MPS + 0.7, vy=vy_mps, own_mps=OWN_MPS)
    return sized(there, -33.0)


def echo(t_s: float, section_dbsm: float, *, own_mps: float = OWN_MPS) -> Detection:
    """Of somebody of that size, as high as the radar."""
    x_m, y_m = START_M[0] + (VX_MPS - own_mps) * t_s, START_M[1] + VY_MPS * t_s
    return sized(seen(t_s, x_m, y_m, vx=VX_MPS, vy=VY_MPS, own_mps=own_mps), section_dbsm)


def sized(one: Detection, section_dbsm: float) -> Detection:
    """As strong as it then is."""
    bearing_rad = one.azimuth_rad + CORNER.yaw_rad
    away_m = one.range_m * np.array([math.cos(bearing_rad), math.sin(bearing_rad), 0.0])
    seen_there = look(CORNER, np.array([CORNER.position_m]) + away_m)
    return replace(one, snr_db=section_dbsm + float(of_a_square_metre_db(FIT.radio, CORNER, seen_there)[0]))


def beside(t_s: float, section_dbsm: float, *, vx: float) -> Detection:
    """0.6 m beside him, farther out."""
    x_m, y_m = START_M[0] + (VX_MPS - OWN_MPS) * t_s, START_M[1] + VY_MPS * t_s - 0.6
    return sized(seen(t_s, x_m, y_m, vx=vx, vy=0.0, own_mps=OWN_MPS), section_dbsm)


class Drive(TypedDict, total=False):
    """As `all_told` has it."""

    own_mps: float
    yaw_radps: float
    filmed: bool
    budget: bool


def told(looks: list[list[Detection]], **drive: Unpack[Drive]) -> Track:
    """The proven one, at the end."""
    [found] = [track for track in all_told(looks, **drive) if track.moving]
    return found


def all_told(
    looks: list[list[Detection]],
    *,
    own_mps: float = OWN_MPS,
    yaw_radps: float = 0.0,
    filmed: bool = False,
    budget: bool = True,
) -> tuple[Track, ...]:
    """All tracks at the end."""
    tracker, tracks = Tracker(FIT.radars, FIT.truck, None, FIT.radio if budget else None), ()
    tracker.dim("corner", filmed=filmed)
    for n, one in enumerate(looks):
        t_s = n * FRAME_S
        tracks = tracker.update(one, truck_state(t_s, own_mps, yaw_radps), t_s, "corner")
    return tracks


def looks(section_dbsm: float, *, own_mps: float = OWN_MPS, seconds: float = 1.5) -> list[list[Detection]]:
    return [[echo(n * FRAME_S, section_dbsm, own_mps=own_mps)] for n in range(round(seconds / FRAME_S))]


def goes_as_he_does(track: Track) -> bool:
    return abs(track.vx_mps - VX_MPS) < 0.5 and abs(track.vy_mps - VY_MPS) < 0.38


def goes_as_we_do(track: Track) -> bool:
    """To 0.4 m/s along each axis: as little hides his body."""
    return abs(track.vx_mps - OWN_MPS) < 0.4 + 1e-9 and abs(track.vy_mps) < 0.4 + 1e-9


def test_a_leaf_blown_at_our_flank_is_told_of_as_of_one_who_rides_level() -> None:
    track = told(looks(-33.0))
    assert goes_as_we_do(track)
    assert (track.ax_mps2, track.ay_mps2) == (0.0, 0.0)
    assert track.is_road_user  # the lamp burns for him


@pytest.mark.parametrize("section_dbsm", [-24.0, -10.0, 0.0])
def test_a_child_half_hidden_and_larger_goes_as_he_does(section_dbsm: float) -> None:
    assert goes_as_he_does(told(looks(section_dbsm)))


def test_the_limit_is_30_db_below_a_square_metre_in_the_first_second_and_then_26() -> None:
    assert goes_as_we_do(told(looks(-30.2, seconds=0.95)))
    assert goes_as_he_does(told(looks(-29.8, seconds=0.95)))
    assert goes_as_we_do(told(looks(-26.2)))
    assert goes_as_he_does(told(looks(-25.8)))


def test_who_rides_level_and_drifts_in_with_his_body_hidden_is_told_of_as_drifting_in() -> None:
    looks_at_him = [[drifts_in(n * FRAME_S, 0.3)] for n in range(60)]
    assert 0.15 < told(looks_at_him).vy_mps <= 0.4 + 1e-9


def test_one_look_at_his_body_is_enough_in_the_first_second() -> None:
    small, large = looks(-33.0, seconds=0.9), looks(-20.0, seconds=0.9)
    assert goes_as_he_does(told([*small[:-1], large[-1]]))
    assert goes_as_he_does(told([small[0], large[1], *small[2:]]))


def test_later_three_are_at_once_and_for_good() -> None:
    """Two may be of a tree that he passes, or of two leaves in one cell."""
    small, large = looks(-33.0), looks(-20.0)
    assert goes_as_we_do(told([*small[:-2], *large[-2:]]))
    assert goes_as_he_does(told([*small[:-3], *large[-3:]]))
    assert goes_as_he_does(told([*large[:3], *small[3:]]))


def test_a_body_that_rests_against_us_beside_what_is_seen_of_him_is_his() -> None:
    """Wheels are seen, and now and then his body, under the echo of our flank."""
    shown = looks(-33.0)
    for n in (9, 17, 25):
        shown[n].append(beside(n * FRAME_S, -8.0, vx=OWN_MPS))
    assert goes_as_he_does(told(shown))


def test_a_tree_that_a_leaf_blows_past_makes_nobody_of_it() -> None:
    shown = looks(-33.0)
    for n in range(18, 24):
        shown[n].append(beside(n * FRAME_S, 5.0, vx=0.0))
    assert goes_as_we_do(told(shown))


def test_a_tree_that_is_known_to_stand_makes_nobody_of_a_leaf_however_slow_it_is() -> None:
    """Its speed towards us, none, is within a walker's limbs of that of a leaf at 0.8 m/s."""
    frames = []
    for n in range(40):
        t_s = n * FRAME_S
        leaf = seen(t_s, -2.0 - (OWN_MPS - 0.8) * t_s, -4.2 + 0.1 * t_s, vx=0.8, vy=0.1, own_mps=OWN_MPS)
        tree = seen(t_s, -0.8 - OWN_MPS * t_s, -5.0, vx=0.0, vy=0.0, own_mps=OWN_MPS)
        frames.append([sized(tree, 3.0), sized(leaf, -35.0)])
    [found] = [track for track in all_told(frames) if track.moving]
    assert goes_as_we_do(found)


def blown(section_dbsm: float, seconds: float) -> list[list[Detection]]:
    """Across our way at 1.6 m/s, faster than anybody could and lie under the echo of our flank."""
    frames = []
    for n in range(round(seconds / FRAME_S)):
        t_s = n * FRAME_S
        one = seen(t_s, -5.0 + 0.2 * t_s, -6.0 + 1.6 * t_s, vx=OWN_MPS + 0.2, vy=1.6, own_mps=OWN_MPS)
        frames.append([sized(one, section_dbsm)])
    return frames


def moving(tracks: tuple[Track, ...]) -> list[Track]:
    return [track for track in tracks if track.moving or track.likely]


def test_what_never_showed_a_body_and_crosses_fast_is_nobody_after_a_second() -> None:
    assert len(moving(all_told(blown(-33.0, 0.95)))) == 1
    assert moving(all_told(blown(-33.0, 1.6))) == []
    assert len(moving(all_told(blown(-20.0, 1.6)))) == 1


def test_who_then_shows_a_body_is_somebody_at_once() -> None:
    small, large = blown(-33.0, 1.8), blown(-20.0, 1.8)
    [child] = moving(all_told([*small[:-3], *large[-3:]]))
    assert child.vy_mps == pytest.approx(1.6, abs=0.4)


def test_of_what_crosses_fast_is_told_beside_a_truck_that_turns_or_under_a_film() -> None:
    assert len(moving(all_told(blown(-33.0, 1.6), yaw_radps=OWN_MPS / 150))) == 1
    assert len(moving(all_told(blown(-33.0, 1.6), filmed=True))) == 1


def test_beside_a_truck_at_rest_all_go_as_they_do() -> None:
    assert goes_as_he_does(told(looks(-33.0, own_mps=0.0), own_mps=0.0))


@pytest.mark.parametrize("sign", [1, -1])
def test_while_we_turn_all_go_as_they_do(sign: int) -> None:
    """A bend of 250 m is straight on, one of 150 m is none; the last look is where the turn has begun."""
    level = looks(-33.0)
    assert goes_as_we_do(told(level, yaw_radps=sign * OWN_MPS / 250))
    turns = told(level, yaw_radps=sign * OWN_MPS / 150)
    assert abs(turns.vx_mps - VX_MPS) < 0.6
    assert abs(turns.vy_mps - VY_MPS) < 0.6


def test_under_a_film_nobody_is_small() -> None:
    """A cyclist of -5 dBsm, 30 dB both ways."""
    assert goes_as_he_does(told(looks(-35.0), filmed=True))


def test_without_a_link_budget_nobody_is_small() -> None:
    assert goes_as_he_does(told(looks(-33.0), budget=False))


def test_a_square_metre_is_0_dbsm() -> None:
    seen_there = look(CORNER, np.array([[-6.0, -4.0, CORNER.position_m[2]]]))
    one_db = of_a_square_metre_db(FIT.radio, CORNER, seen_there)
    assert snr_db(FIT, CORNER, seen_there, -7.0) == pytest.approx(one_db - 7.0)
