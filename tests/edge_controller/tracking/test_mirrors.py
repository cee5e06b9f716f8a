"""A smooth wall shows our own flank behind itself, at rest against us: nobody who rides there.

Physics: with the wall d beside the flank, its image of the flank lies 2 d out and gets on as we do.
"""

import pytest

from edge_controller.messages import Detection, Track
from tests.edge_controller.tracking.test_tracker import FRAME_S, new_tracker, seen, truck_state

OWN_MPS = 5.0
SIDE_M = 1.25


def wall(t_s: float, y_m: float) -> list[Detection]:
    """A joint every 2 m, where it stands."""
    passed_m = OWN_MPS * t_s % 2.0
    return [seen(t_s, x_m - passed_m, y_m, vx=0.0, vy=0.0, own_mps=OWN_MPS) for x_m in range(-12, 0, 2)]


def rides_along(t_s: float, x_m: float, y_m: float) -> Detection:
    return seen(t_s, x_m, y_m, vx=OWN_MPS, vy=0.0, own_mps=OWN_MPS)


def moving(x_m: float, y_m: float, *, wall_y_m: float | None) -> list[Track]:
    """Whom two seconds of an echo that rides along there prove."""
    tracker, tracks = new_tracker(), ()
    for n in range(40):
        t_s = n * FRAME_S
        found = [rides_along(t_s, x_m, y_m), *([] if wall_y_m is None else wall(t_s, wall_y_m))]
        tracks = tracker.update(found, truck_state(t_s, OWN_MPS), t_s, "corner")
    return [track for track in tracks if track.moving]


@pytest.mark.parametrize("beside_m", [0.8, 1.5, 2.9])
def test_our_image_behind_a_wall_is_nobody(beside_m: float) -> None:
    assert not moving(-4.0, -SIDE_M - 2 * beside_m, wall_y_m=-SIDE_M - beside_m)


def test_who_rides_level_with_us_and_nothing_stands_before_is_somebody() -> None:
    assert moving(-4.0, -SIDE_M - 3.0, wall_y_m=None)


def test_who_rides_level_with_us_between_us_and_a_wall_is_somebody() -> None:
    assert moving(-4.0, -SIDE_M - 1.5, wall_y_m=-SIDE_M - 4.0)


def test_who_gets_on_faster_behind_a_row_of_things_is_somebody() -> None:
    """2 m/s faster, on a path behind what stands."""
    tracker, tracks = new_tracker(), ()
    for n in range(40):
        t_s = n * FRAME_S
        rider = seen(t_s, -10.0 + 2.0 * t_s, -4.25, vx=OWN_MPS + 2.0, vy=0.0, own_mps=OWN_MPS)
        tracks = tracker.update([rider, *wall(t_s, -2.5)], truck_state(t_s, OWN_MPS), t_s, "corner")
    assert [track for track in tracks if track.moving]


@pytest.mark.parametrize("x_m", [-10.6, -14.0])
def test_what_we_pull_straight_behind_us_is_nobody(x_m: float) -> None:
    assert not moving(x_m, -1.2, wall_y_m=None)
