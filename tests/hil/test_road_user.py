"""Where road users are: straight, from when they start, until they stop."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.pace import Move
from hil.plant.geometry import Outline
from hil.road_user import RoadUser, cyclist, pedestrian
from hil.walker import Walker, outline_of


def box(user: RoadUser) -> Outline:
    return outline_of(user, Walker(user).stance(0.0))


def test_one_move_is_speed_times_time() -> None:
    user = cyclist(-9.0, -3.25, 0.0, (Move(0.0, 5.0),))
    assert Walker(user).stance(0.0)[:2] == (-9.0, -3.25)
    assert Walker(user).stance(2.0)[:2] == pytest.approx((1.0, -3.25))
    assert Walker(user).stance(2.0).speed_mps == 5.0


def test_stands_until_he_starts_and_changes_his_speed() -> None:
    user = pedestrian(1.0, -4.0, math.pi / 2, (Move(0.0, 0.0), Move(2.0, 1.0), Move(3.0, 2.0)))
    assert [Walker(user).stance(t_s).y_m for t_s in (0.0, 2.0, 2.5, 3.0, 4.0)] == pytest.approx(
        [-4, -4, -3.5, -3, -1]
    )
    assert [Walker(user).stance(t_s).speed_mps for t_s in (1.9, 2.0, 3.5)] == [0.0, 1.0, 2.0]


def test_stops_at_his_place() -> None:
    user = pedestrian(0.0, 0.0, 0.0, (Move(0.0, 2.0),), stops_after_m=3.0)
    assert Walker(user).stance(1.0)[:2] == pytest.approx((2.0, 0.0))
    assert Walker(user).stance(1.5)[:2] == Walker(user).stance(100.0)[:2] == pytest.approx((3.0, 0.0))
    assert (Walker(user).stance(1.4).speed_mps, Walker(user).stance(1.5).speed_mps) == (2.0, 0.0)


def test_sizes_seen_from_above() -> None:
    rider, walker = (
        box(make(0.0, 0.0, 0.0, (Move(0.0, 0.0),))).max(axis=0) for make in (cyclist, pedestrian)
    )
    assert rider == pytest.approx((0.95, 0.35))
    assert walker == pytest.approx((0.25, 0.25))  # 500 mm shoulders, ISO 19206-2


@given(
    heading_rad=st.floats(-math.pi, math.pi),
    speeds=st.lists(st.floats(0, 15), min_size=1, max_size=4),
    t_s=st.floats(0, 20),
    dt_s=st.floats(0.001, 0.5),
)
def test_he_never_jumps(heading_rad: float, speeds: list[float], t_s: float, dt_s: float) -> None:
    user = cyclist(0.0, 0.0, heading_rad, tuple(Move(3.0 * n, v) for n, v in enumerate(speeds)), 40.0)
    (x0_m, y0_m), (x1_m, y1_m) = Walker(user).stance(t_s)[:2], Walker(user).stance(t_s + dt_s)[:2]
    assert math.hypot(x1_m - x0_m, y1_m - y0_m) <= max(speeds) * dt_s + 1e-9
