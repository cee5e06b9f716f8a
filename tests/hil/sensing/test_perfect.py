"""Perfect sensing tells the truth, and only of whom it has had in view for 0.3 s."""

import math
from dataclasses import replace

import pytest

from edge_controller.config import shipped_fit
from edge_controller.messages import Side, Track
from hil.encounter import Encounter, near_side_turn
from hil.pace import Move
from hil.sensing import Tracks
from hil.sensing.perfect import PerfectSensing
from hil.statics import ParkedRow
from hil.world import World

PERIOD_US = 50_000


def straight(near_side: Side = "right", **figures: float) -> Encounter:
    """A truck at 15 km/h straight on; a cyclist at 18 km/h, 2 m beside it."""
    return near_side_turn(shipped_fit("demo"), near_side, turn_after_s=None, **figures)  # type: ignore[arg-type]


def looks(encounter: Encounter, until_s: float) -> list[tuple[Track, ...]]:
    world, sensing = World(encounter), PerfectSensing(encounter)
    seen = []
    for index in range(round(until_s * 1e6) // PERIOD_US + 1):
        world.advance(index * PERIOD_US)
        (one,) = sensing.look("perfect", index, world, sensing.start_us("perfect", index))
        assert isinstance(one, Tracks)
        assert one.mid_t_s == pytest.approx(index * 0.05)
        seen.append(one.tracks)
    return seen


def test_a_track_is_where_he_is_in_truck_axes() -> None:
    track = looks(straight(), 2.0)[-1][0]
    ahead_mps, gap_m = (18 - 15) / 3.6, 2.0
    assert track.x_m == pytest.approx(-9.0 + 2.0 * ahead_mps, abs=1e-6)
    assert track.y_m == pytest.approx(-(2.5 / 2 + gap_m), abs=1e-6)
    assert (track.vx_mps, track.vy_mps) == pytest.approx((5.0, 0.0), abs=1e-6)
    assert (track.ax_mps2, track.ay_mps2) == (0.0, 0.0)


def test_nobody_is_told_of_before_he_has_been_in_view_for_so_long() -> None:
    seen = looks(straight(), 1.0)
    assert [len(tracks) for tracks in seen[:6]] == [0] * 6
    assert all(len(tracks) == 1 for tracks in seen[7:])
    assert seen[-1][0].born_t_s == 0.0


@pytest.mark.parametrize(("behind_m", "gap_m"), [(31.0, 2.0), (-21.0, 2.0), (0.0, 9.2)])
def test_who_is_out_of_view_is_not_seen(behind_m: float, gap_m: float) -> None:
    alike = {"truck_kmh": 18.0, "cyclist_kmh": 18.0}
    assert looks(straight(cyclist_behind_front_m=behind_m, gap_m=gap_m, **alike), 1.0)[-1] == ()


def test_acceleration_is_that_of_the_last_third_of_a_second() -> None:
    encounter = straight()
    rider = replace(encounter.users[0], moves=(Move(0.0, 5.0), Move(1.0, 4.0)))
    seen = looks(replace(encounter, users=(rider,)), 2.0)
    slowing = [tracks[0].ax_mps2 for tracks in seen if tracks]
    assert min(slowing) == pytest.approx(-1.0 / 0.35, rel=0.05)
    assert slowing[-1] == 0.0


def test_in_a_turn_velocity_is_over_ground() -> None:
    encounter = near_side_turn(shipped_fit("demo"), turn_after_s=0.5)
    world, track = World(encounter), looks(encounter, 3.0)[-1][0]
    heading_rad = world.advance(3_000_000).heading_rad
    assert heading_rad < -0.2
    assert math.hypot(track.vx_mps, track.vy_mps) == pytest.approx(5.0)
    assert math.atan2(track.vy_mps, track.vx_mps) == pytest.approx(-heading_rad)


def test_the_mirrored_world_is_seen_mirrored() -> None:
    right, left = (looks(near_side_turn(shipped_fit("demo"), side), 6.0) for side in ("right", "left"))
    for here, there in zip(right, left, strict=True):
        for a, b in zip(here, there, strict=True):
            assert (a.x_m, a.y_m, a.vx_mps, a.vy_mps) == (b.x_m, -b.y_m, b.vx_mps, -b.vy_mps)


def test_who_is_behind_a_parked_row_is_not_told_of_until_the_row_ends() -> None:
    """Cars from x = -30 to 7 at 2.25 to 4.05 m, the cyclist 5.75 m out passes them."""
    encounter = straight(gap_m=4.5)
    row = ParkedRow(-30.0, 8.0, -3.15)
    free, hidden = (looks(replace(encounter, statics=statics), 5.0) for statics in ((), (row,)))
    assert all(len(tracks) == 1 for tracks in free[7:])
    assert not any(hidden[:60])
    first = next(n for n, tracks in enumerate(hidden) if tracks)
    assert hidden[first][0].born_t_s == pytest.approx(first * 0.05 - 0.3, abs=0.051)
    assert all(len(tracks) == 1 for tracks in hidden[first:])
