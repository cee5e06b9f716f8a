"""Swept body against predicted road user: geometry by hand, properties at random."""

import math
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_controller.config import load_fit, shipped_fit
from edge_controller.hazard import Motion, assess
from edge_controller.hazard.clearance import clearance, clearance_within
from edge_controller.hazard.paths import roll_out
from edge_controller.messages import Hazard, Track
from tests.edge_controller.synthetic import polygon_distance, rectangle

FIT = load_fit(shipped_fit("demo"))
LEFT_FIT = load_fit(shipped_fit("demo"), "left")
STRAIGHT = Motion(15 / 3.6, 0.0, 0.0, 0.0, 0.0, False, 0.012)
TURNING = replace(STRAIGHT, steer_rad=0.1, steer_rate_radps=0.25, indicator=True, p_turn=0.97, lane_rad=-0.02)


def rider(x_m: float, y_m: float, vx: float = 5.0, vy: float = 0.0, **more: float) -> Track:
    covariance = np.diag([0.01, 0.01, 0.01, 0.01])
    track = Track(7, 0.0, x_m, y_m, vx, vy, covariance, 1.8, 0.6, -1.0, 20, True, True, ("corner",))
    return replace(track, **more)


def only(track: Track, motion: Motion = STRAIGHT, filled: bool = False) -> Hazard:
    (hazard,) = assess([track], motion, FIT, filled)
    return hazard


def test_riding_past_straight_on_is_no_hazard() -> None:
    hazard = only(rider(-4, -3.25))
    assert hazard.p_contact <= 0.012
    assert hazard.p_unrecoverable <= 0.012
    # 3.25 m less half the truck and half the bicycle; a lane keeper only steers away from it.
    assert hazard.min_clearance_m == pytest.approx(1.7, abs=0.1)


def test_turning_in_on_a_rider_beside_the_door_is_contact_on_the_flank() -> None:
    hazard = only(rider(-2.5, -3.25), TURNING)
    assert hazard.p_contact > 0.8
    assert hazard.p_late > 0.05
    assert hazard.time_to_contact_s is not None
    assert 0.5 < hazard.time_to_contact_s < 2.0
    assert hazard.contact_y_m == pytest.approx(-1.25)
    assert hazard.contact_x_m is not None
    assert -9.8 <= hazard.contact_x_m <= 0


def test_turning_behind_a_rider_far_ahead_or_past_one_far_away_is_none() -> None:
    assert only(rider(7, -3.25), TURNING).p_contact < 0.1
    assert only(rider(-4, -12.0), TURNING).p_contact < 0.1
    assert only(rider(-30, -3.25, vx=3.0), TURNING).p_contact < 0.1


def test_waiting_is_safe_earlier_and_not_later() -> None:
    """p_late grows along one drive into contact; a filled brake may wait longer."""
    far = only(rider(-1.0, -5.5), replace(TURNING, steer_rad=0.05))
    near = only(rider(-2.0, -2.6), replace(TURNING, steer_rad=0.25))
    assert near.p_late >= far.p_late
    for x in np.linspace(-8, 0, 9):
        track = rider(float(x), -3.25)
        assert only(track, TURNING, filled=True).p_late <= only(track, TURNING, filled=False).p_late


def test_tail_swing_is_part_of_the_body() -> None:
    """Turning hard to the near side, the tail swings out to the other: a rider close there is touched."""
    motion = replace(TURNING, steer_rad=0.5, speed_mps=3.0, p_turn=0.99)
    beside_tail = rider(-9.5, 1.25 + 0.3 + 0.2, vx=0.01)
    assert only(beside_tail, motion).min_clearance_m < 0.15
    assert only(rider(-9.5, 1.25 + 0.3 + 1.5, vx=0.01), motion).min_clearance_m > 0.5


def test_statics_and_unconfirmed_tracks_bring_no_hazard() -> None:
    assert assess([rider(-2.5, -3.25, moving=False)], TURNING, FIT, False) == ()
    assert assess([rider(-2.5, -3.25, confirmed=False)], TURNING, FIT, False) == ()
    assert assess([], TURNING, FIT, False) == ()
    assert assess([rider(-2.5, -3.25)], None, FIT, False) == ()


@pytest.mark.parametrize(
    ("x_m", "y_m", "inside"),
    [
        (-31.9, -3.0, True),
        (-32.1, -3.0, False),
        (6.9, -3.0, True),
        (8.6, -3.0, False),
        (-5.0, -1.25 - 0.25, True),
        (-5.0, -1.25 - 4.25, True),
        (-5.0, -1.25 - 4.6, False),
        (-9.0, -1.25 - 4.6, False),
        (-24.0, -1.25 - 5.0, True),
        (-24.0, -1.25 - 5.1, False),
        (-5.0, 1.25 + 1.0, False),
    ],
)
def test_information_zone_of_un_r151(x_m: float, y_m: float, inside: bool) -> None:
    """30 m behind to 7 m ahead of the front near-side corner, 0.25 to 4.25 m beside the flank.

    Row 6's bicycle is 30.0 m behind when the lamp has to burn, row 2's 32.7 m when it must not yet.
    """
    assert only(rider(x_m, y_m)).in_information_zone is inside


def test_the_zone_allows_for_three_sigma_of_the_bearing() -> None:
    """Row 4's bicycle, 7.1 m ahead and 4.25 m out; eight half-wave channels off by 10 degrees, yaw by 0.3."""
    ahead_m, out_m, boresight_rad = 7.1 - 0.05, 1.25 + 4.25 + 0.40, math.radians(8)  # from the front radar
    azimuth_rad, range_m = math.atan2(out_m, ahead_m), math.hypot(ahead_m, out_m)
    slope_rad = math.radians(10) / math.sqrt(8 * (8**2 - 1) / 12)  # least squares over the channels
    bearing_rad = math.hypot(slope_rad / (math.pi * math.cos(azimuth_rad - boresight_rad)), math.radians(0.3))
    sigma_m = bearing_rad * range_m * math.cos(azimuth_rad)
    assert only(rider(7.1, -1.25 - 4.25 - 3 * sigma_m)).in_information_zone


def test_far_behind_the_bearing_is_what_the_zone_allows_for() -> None:
    """Row 7's bicycle, 24.0 m behind and 4.25 m out at the last point of information; the same errors."""
    behind_m, out_m, boresight_rad = 24.0 - 0.25, 4.25, math.radians(180 - 140)  # from the corner radar
    off_rad, range_m = boresight_rad - math.atan2(out_m, behind_m), math.hypot(behind_m, out_m)
    slope_rad = math.radians(10) / math.sqrt(8 * (8**2 - 1) / 12)
    bearing_rad = math.hypot(slope_rad / (math.pi * math.cos(off_rad)), math.radians(0.3))
    sigma_m = bearing_rad * range_m
    assert 0.2 < sigma_m < 0.3
    assert only(rider(-24.0, -1.25 - 4.25 - 3 * sigma_m)).in_information_zone


@pytest.mark.parametrize(
    ("x_m", "y_m", "around"),
    [(-5.0, -1.25 - 5.3, True), (-5.0, -1.25 - 5.7, False), (9.4, -3.0, True), (9.6, -3.0, False)],
)
def test_a_lamp_that_burns_may_stay_on_a_metre_around_the_zone(x_m: float, y_m: float, around: bool) -> None:
    hazard = only(rider(x_m, y_m))
    assert (hazard.in_information_zone, hazard.around_information_zone) == (False, around)


def test_a_wobble_below_a_quarter_metre_per_second_is_riding_straight() -> None:
    """Also with the truck already turned across the lane."""
    assert only(rider(-2, -1.9, vy=0.24)).p_contact <= 0.02
    assert only(rider(-2, -1.9, vy=0.9)).p_contact > 0.8
    turned = replace(STRAIGHT, lane_rad=0.3, steer_rad=0.0)
    along_lane = rider(-2, -2.6, vx=5 * math.cos(0.3), vy=-5 * math.sin(0.3))
    assert only(along_lane, turned).p_contact <= 0.02


@pytest.mark.parametrize("speed_mps", [0.8, 1.4, 1.9])
def test_who_walks_and_has_turned_is_met_on_his_new_course_only(speed_mps: float) -> None:
    """On foot one turns on the spot. 1 m/s2 across at 1.4 m/s would be 2 rad more in three seconds."""
    walker = rider(3.0, -4.5, vx=speed_mps)
    assert only(walker).p_contact <= 0.02
    assert only(replace(walker, ay_mps2=1.0)).p_contact == only(walker).p_contact
    assert only(rider(3.0, -4.5, vx=0.0, vy=1.4)).p_contact > 0.8


def test_who_leans_into_a_bend_goes_on_in_it() -> None:
    cyclist = rider(-2.0, -3.5, vx=4.0)
    assert only(cyclist).p_contact <= 0.02
    assert only(replace(cyclist, ay_mps2=1.0)).p_contact > 0.8


def test_braking_shortens_every_path_and_never_lengthens_it() -> None:
    paths = roll_out(TURNING, FIT.truck, FIT.brake, False)
    way = np.hypot(np.diff(paths.x_m), np.diff(paths.y_m)).sum(axis=1)
    for row in np.flatnonzero(paths.brake > 0):
        assert way[row] < way[paths.brake == 0].max()
    assert np.all(np.diff(paths.speed_mps) <= 1e-12)
    assert np.all(paths.speed_mps[paths.brake == 1, -1] == 0)
    for present in (False, True):
        assert paths.weight[(paths.brake == 0) & (paths.present == present)].sum() == pytest.approx(1)


def test_turning_paths_have_the_radius_of_their_wheels() -> None:
    """R = wheelbase / tan(steer) about the bogie: after the ramp, way over heading change is the radius."""
    paths = roll_out(
        replace(STRAIGHT, steer_rad=math.atan(5.675 / 8), p_turn=0.5), FIT.truck, FIT.brake, False
    )
    row = int(np.flatnonzero(paths.brake == 0)[0])
    way = np.hypot(np.diff(paths.x_m[row]), np.diff(paths.y_m[row])).sum()
    assert way / paths.heading_rad[row, -1] == pytest.approx(8.0, rel=0.01)


RIDER = {  # his place and course from the middle of the truck, and his box
    "x": st.floats(-9, 9),
    "y": st.floats(-6, 6),
    "course": st.floats(-math.pi, math.pi),
    "length": st.floats(0.4, 2.3),
    "width": st.floats(0.3, 1.0),
}


@settings(max_examples=60)
@given(**RIDER)
def test_clearance_is_the_distance_of_the_rectangles(
    x: float, y: float, course: float, length: float, width: float
) -> None:
    """Against polygon edges and points, worked out another way."""
    ours = clearance(
        np.array([x]),
        np.array([y]),
        np.array([course]),
        (4.9, 1.25),
        np.array([[length / 2, width / 2]]),
    )
    truth = polygon_distance(rectangle(0, 0, 0, 9.8, 2.5), rectangle(x, y, course, length, width))
    assert float(ours[0]) == pytest.approx(truth, abs=1e-6)


@settings(max_examples=60)
@given(reach=st.floats(0.1, 2.0), **RIDER)
def test_only_what_is_out_of_reach_is_left_out(
    x: float, y: float, course: float, length: float, width: float, reach: float
) -> None:
    half_m = np.array([length / 2, width / 2])
    poses = [np.full((2, 3, 4), value) for value in (x, y, course)]
    asked_for = np.ones((3, 4), np.bool_), np.array([False, True, False])
    asked_for[0][:, 3] = False
    ours = clearance_within(reach, *poses, (4.9, 1.25), np.full((2, 3, 2), half_m), asked_for)
    truth = polygon_distance(rectangle(0, 0, 0, 9.8, 2.5), rectangle(x, y, course, length, width))
    assert ours[:, 1] == pytest.approx(truth, abs=1e-6)
    assert np.all(ours[:, [0, 2], 3] == np.inf)
    for others in (ours[:, 0, :3], ours[:, 2, :3]):
        if truth < reach - 1e-6:
            assert others == pytest.approx(truth, abs=1e-6)
        assert np.all((others == np.inf) | (np.abs(others - truth) < 1e-6))


motions = st.builds(
    Motion,
    speed_mps=st.floats(0, 12),
    accel_mps2=st.floats(-3, 2),
    steer_rad=st.floats(-0.6, 0.6),
    steer_rate_radps=st.floats(-0.6, 0.6),
    lane_rad=st.floats(-0.6, 0.6),
    indicator=st.booleans(),
    p_turn=st.floats(0, 1),
)
riders = st.builds(
    rider,
    st.floats(-40, 30),
    st.floats(-12, 12),
    st.floats(-12, 12),
    st.floats(-6, 6),
    ax_mps2=st.floats(-4, 4),
    ay_mps2=st.floats(-4, 4),
)


@settings(max_examples=80)
@given(motion=motions, tracks=st.lists(riders, min_size=2, max_size=4), filled=st.booleans())
def test_who_else_is_there_changes_nobodys_hazard(motion: Motion, tracks: list[Track], filled: bool) -> None:
    """Sums of probabilities may round otherwise."""
    alone = [hazard for track in tracks for hazard in assess([track], motion, FIT, filled)]
    for together, one in zip(assess(tracks, motion, FIT, filled), alone, strict=True):
        odds = {
            name: pytest.approx(getattr(one, name)) for name in ("p_contact", "p_late", "p_unrecoverable")
        }
        assert asdict(together) == asdict(one) | odds


@settings(max_examples=80)
@given(motion=motions, track=riders, filled=st.booleans())
def test_shares_are_shares_and_both_sides_are_exactly_alike(
    motion: Motion, track: Track, filled: bool
) -> None:
    (hazard,) = assess([track], motion, FIT, filled)
    for p in (hazard.p_contact, hazard.p_late, hazard.p_unrecoverable):
        assert 0 <= p <= 1
    assert hazard.p_late <= hazard.p_contact + 1e-12  # contact after braking late needs contact without
    assert hazard.min_clearance_m >= 0
    flipped = replace(track, y_m=-track.y_m, vy_mps=-track.vy_mps, ay_mps2=-track.ay_mps2)
    (other,) = assess([flipped], motion, LEFT_FIT, filled)
    at_y = None if hazard.contact_y_m is None else -hazard.contact_y_m
    assert other == replace(hazard, contact_y_m=at_y)
