"""Who is seen from the truck, and what hides him."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.pace import Move
from hil.path import Spot
from hil.plant.geometry import placed, rectangle
from hil.road_user import Kind, of_kind, pedestrian
from hil.sight import screen
from hil.statics import GuardRail, Parked, ParkedRow, Post, Row, Static
from hil.world import World
from tests.hil.test_world import straight

STANDING = (Move(0.0, 0.0),)


def sees(static: Static, *, x_m: float = -4.0, y_m: float = -6.0) -> bool:
    """Somebody 4.75 m beside the middle of the truck's flank, and something in between."""
    world = World(replace(straight(pedestrian(x_m, y_m, 0.0, STANDING)), statics=(static,)))
    world.advance(0)
    return world.in_sight(0)


def test_free_sight() -> None:
    world = World(straight(pedestrian(-4.0, -6.0, 0.0, STANDING)))
    world.advance(0)
    assert world.in_sight(0)


@pytest.mark.parametrize("kind", ["wall", "metal_wall", "hoarding", "hedge"])
def test_walls_and_hedges_hide(kind: str) -> None:
    assert not sees(Row(kind, -30.0, 30.0, -4.0))  # type: ignore[arg-type]
    assert sees(Row(kind, -30.0, 30.0, -7.0))  # type: ignore[arg-type]  # he stands before it
    assert sees(Row(kind, 5.0, 30.0, -4.0))  # type: ignore[arg-type]


def test_cars_hide_and_a_gap_between_them_does_not() -> None:
    assert not sees(ParkedRow(-40.0, 30.0, -4.0))
    assert sees(ParkedRow(-40.0, 30.0, -4.0, gap_m=(-9.0, 1.0)))
    assert not sees(Parked("bus", -3.0, -4.0, 0.0))
    assert not sees(Parked("car", -2.0, -4.0, 0.0), x_m=-4.0, y_m=-5.5)


@pytest.mark.parametrize(
    "static",
    [
        GuardRail(-30.0, 30.0, -4.0),
        Row("metal_fence", -30.0, 30.0, -4.0),
        Row("kerb", -30.0, 30.0, -4.0),
        Row("tarpaulin", -30.0, 30.0, -4.0),
        Post("tree", -4.0, -4.0),
    ],
)
def test_what_is_low_thin_or_loose_does_not_hide(static: Static) -> None:
    assert sees(static)


@pytest.mark.parametrize(
    ("kind", "hides"), [("bus", True), ("car", True), ("loader", True), ("cyclist", False)]
)
def test_other_vehicles_hide_while_they_are_between(kind: Kind, *, hides: bool) -> None:
    passing = of_kind(kind, Spot(-24.0, -3.5, 0.0), (Move(0.0, 15.0),))
    hidden = pedestrian(6.0, -6.0, 0.0, STANDING)
    world = World(replace(straight(hidden, passing), statics=()))
    found = []
    for t_us in range(0, 4_000_001, 50_000):
        world.advance(t_us)
        found.append(world.in_sight(0))
    assert found[0]
    assert found[-1]
    assert (not all(found)) is hides


def test_a_child_steps_out_from_behind_a_car_when_the_line_past_its_corner_says() -> None:
    """Car from x = 5 to 9.5, y = -2.6 to -4.4: from the front corner (0, -1.25) its front corner hides."""
    child = of_kind("child", Spot(10.5, -6.0, math.pi / 2), (Move(0.0, 1.0),))
    world = World(replace(straight(child), statics=(Parked("car", 7.25, -3.5, 0.0),)))
    still = world.truck.pose()
    front_m = (still.x_m, -1.25)
    seen_s = next(t / 100 for t in range(600) if _at(world, t * 10_000).visible(0, front_m))
    slope = (-2.6 - -1.25) / 9.5  # the line past the nearer corner of its front
    assert -6.0 + seen_s * 1.0 == pytest.approx(-1.25 + slope * 10.5, abs=0.02)


def _at(world: World, t_us: int) -> World:
    world.advance(t_us)
    return world


points = st.tuples(st.floats(-10, 10), st.floats(-10, 10))


@given(here=points, there=points, at=points, heading_rad=st.floats(-3, 3))
def test_a_line_is_broken_where_points_of_it_lie_well_inside(
    here: tuple[float, float], there: tuple[float, float], at: tuple[float, float], heading_rad: float
) -> None:
    hides = screen(placed(rectangle(2.0, -2.0, 1.0), *at, heading_rad)).between(here, there)
    cos, sin = math.cos(heading_rad), math.sin(heading_rad)
    deepest = -math.inf
    for n in range(401):
        x, y = (a + n / 400 * (b - a) for a, b in zip(here, there, strict=True))
        dx, dy = x - at[0], y - at[1]
        deepest = max(deepest, min(2.0 - abs(dx * cos + dy * sin), 1.0 - abs(dy * cos - dx * sin)))
    if abs(deepest) > 0.05:
        assert hides is (deepest > 0)
