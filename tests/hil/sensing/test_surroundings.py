"""What stands beside the truck counts while it is within reach, and as much as there is of it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.plant.body import Pose
from hil.sensing.surroundings import Setting, Surroundings
from hil.statics import GuardRail, Parked, ParkedRow, Patch, Post, Row, Static, Street


def pose(x_m: float = 0.0, y_m: float = 0.0, heading_rad: float = 0.0) -> Pose:
    return Pose(x_m, y_m, heading_rad, 5.0, 0.0, 0.0, 0.0)


def row(kind: str, start_x_m: float = -100.0, end_x_m: float = 100.0, y_m: float = -5.0) -> Row:
    return Row(kind, start_x_m, end_x_m, y_m)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("statics", "around"),
    [
        ((), "open"),
        ((Post("tree", 1.0, -5.0),), "open"),
        ((Street(),), "street"),
        ((Street(), row("wall")), "wall"),
        ((row("kerb"),), "low"),
        ((GuardRail(-50.0, 50.0, -5.0), row("wall")), "wall"),
        ((row("wall"), row("hoarding")), "metal"),
        ((ParkedRow(-50.0, 50.0, -5.0),), "parked"),
        ((Patch("leaves", (-10.0, -8.0), (10.0, -3.0)),), "leaves"),
        ((Patch("gravel", (-10.0, -8.0), (10.0, -3.0)),), "open"),
    ],
)
def test_what_shows_most_gives_the_name(statics: tuple[Static, ...], around: str) -> None:
    assert Surroundings(statics).at(pose()) == Setting(around, 1.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start_x_m", "setting"),
    [
        (0.0, Setting("metal", 1.0)),
        (10.0, Setting("metal", 0.25)),
        (15.0, Setting("metal", 0.0625)),
        (16.0, Setting("open", 1.0)),  # 4 m are too little
        (30.0, Setting("open", 1.0)),
    ],
)
def test_a_wall_that_begins_ahead_counts_by_the_square_of_its_metres_within_reach(
    start_x_m: float, setting: Setting
) -> None:
    assert Surroundings([row("metal_wall", start_x_m)]).at(pose()) == setting


def test_a_wall_is_left_behind_by_going_on_and_by_turning_away() -> None:
    wall = Surroundings([Street(), row("metal_wall", -60.0, 0.0)])
    assert wall.at(pose(10.0)).around == "metal"
    assert wall.at(pose(30.0)) == Setting("street", 1.0)
    assert wall.at(pose(0.0, 9.0)) == Setting("street", 1.0)


def test_a_lone_car_is_too_little_and_a_bus_a_part() -> None:
    assert Surroundings([Parked("car", -5.0, -5.0, 0.0)]).at(pose()) == Setting("open", 1.0)
    assert Surroundings([Parked("bus", -5.0, -5.0, 0.0)]).at(pose()) == Setting("parked", 0.36)


@given(
    x_m=st.floats(-40, 40),
    y_m=st.floats(-15, 15),
    heading_rad=st.floats(-math.pi, math.pi),
    turn=st.floats(-3, 3),
)
def test_it_is_the_same_from_wherever_the_world_is_measured(
    x_m: float, y_m: float, heading_rad: float, turn: float
) -> None:
    cos, sin = math.cos(turn), math.sin(turn)
    here = Surroundings([Parked("bus", 3.0, -5.0, 0.4)])
    there = Surroundings([Parked("bus", 3.0 * cos + 5.0 * sin + 7.0, 3.0 * sin - 5.0 * cos, 0.4 + turn)])
    moved = pose(x_m * cos - y_m * sin + 7.0, x_m * sin + y_m * cos, heading_rad + turn)
    share = here.at(pose(x_m, y_m, heading_rad)).share, there.at(moved).share
    assert share[0] == pytest.approx(share[1], abs=0.061) or 1.0 in share  # a mark may lie on the edge
