"""Ways over ground: arcs close, a parallel keeps its distance, mirrored ways give mirrored places."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.path import Piece, Spot, followed, parallel

radii = st.one_of(st.floats(2, 200), st.floats(-200, -2), st.just(math.inf))
ways = st.lists(st.builds(Piece, st.floats(0.1, 40), radii), max_size=4)


def test_a_quarter_to_the_left_ends_where_a_quarter_circle_ends() -> None:
    spot = followed(Spot(1.0, 2.0, 0.0), [Piece(10 * math.pi / 2, 10.0)], 10 * math.pi / 2)
    assert spot[:3] == pytest.approx((11.0, 12.0, math.pi / 2))
    beyond = followed(Spot(1.0, 2.0, 0.0), [Piece(10 * math.pi / 2, 10.0)], 10 * math.pi / 2 + 3)
    assert beyond[:3] == pytest.approx((11.0, 15.0, math.pi / 2))


@given(pieces=ways, way_m=st.floats(0, 100), on_m=st.floats(0.001, 0.01))
def test_way_is_way_and_the_heading_is_along_it(pieces: list[Piece], way_m: float, on_m: float) -> None:
    here, there = (followed(Spot(0.0, 0.0, 0.5), pieces, way) for way in (way_m, way_m + on_m))
    dx, dy = there.x_m - here.x_m, there.y_m - here.y_m
    assert math.hypot(dx, dy) == pytest.approx(on_m, rel=1e-4)
    assert math.cos(math.atan2(dy, dx) - here.heading_rad) > 0.9999


@given(pieces=ways, way_m=st.floats(-5, 100), heading_rad=st.floats(-3, 3))
def test_mirrored_ways_give_mirrored_places_to_the_last_bit(
    pieces: list[Piece], way_m: float, heading_rad: float
) -> None:
    spot = followed(Spot(1.0, -2.75, heading_rad), pieces, way_m)
    across = [Piece(piece.length_m, -piece.radius_m) for piece in pieces]
    mirror = followed(Spot(1.0, 2.75, -heading_rad), across, way_m)
    assert mirror == (spot.x_m, -spot.y_m, -spot.heading_rad, -spot.curvature_per_m)


@given(
    lengths_m=st.lists(st.floats(1, 30), min_size=1, max_size=3),
    radius_m=st.floats(12, 80),
    from_m=st.floats(-20, 20),
    left_m=st.floats(-6, 6),
)
def test_a_parallel_ends_beside_the_end_of_the_road(
    lengths_m: list[float], radius_m: float, from_m: float, left_m: float
) -> None:
    road = [Piece(length_m, radius_m * (-1) ** n) for n, length_m in enumerate(lengths_m)]
    way = parallel(road, from_m, left_m)
    assert way is not None
    origin, end_m = Spot(0.0, 0.0, 0.0), max(from_m, sum(lengths_m))
    start, end = followed(origin, road, from_m), followed(origin, road, end_m)
    spot = followed(Spot(*start.beside(left_m), start.heading_rad), way, sum(p.length_m for p in way))
    assert spot[:3] == pytest.approx((*end.beside(left_m), end.heading_rad), abs=1e-6)


def test_no_parallel_inside_a_bend_that_is_too_tight() -> None:
    assert parallel([Piece(10.0, 12.0)], 0.0, 12.5) is None
