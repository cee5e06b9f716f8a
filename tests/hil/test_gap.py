"""Clearance in plain numbers against that of outlines."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.gap import Placed, at_least_m, gap_m, placed_box
from hil.plant.geometry import Outline, nearest, placed, rectangle

TRUCK = (0.0, -9.8, 1.25)
metres, angles = st.floats(-14, 14), st.floats(-math.pi, math.pi)
sizes = st.floats(0.2, 6)


@st.composite
def boxes(draw: st.DrawFn) -> tuple[Placed, Outline]:
    at = draw(metres), draw(metres), draw(angles)
    front_m, rear_m, half_m = draw(sizes), -draw(sizes), draw(sizes)
    return placed_box(*at, (front_m, rear_m, half_m)), placed(rectangle(front_m, rear_m, half_m), *at)


@given(a=boxes(), b=boxes())
def test_as_outlines_have_it_and_never_less_than_the_circles(
    a: tuple[Placed, Outline], b: tuple[Placed, Outline]
) -> None:
    exact_m = nearest(a[1], b[1])[0]
    if exact_m > 1e-9:
        assert gap_m(a[0], b[0]) == pytest.approx(exact_m, abs=1e-9)
    assert at_least_m(a[0], b[0]) <= exact_m + 1e-9


@given(x_m=st.floats(-11, 2), y_m=st.floats(-3, 3), heading_rad=angles)
def test_who_is_smaller_than_the_truck_touches_it_with_a_corner(
    x_m: float, y_m: float, heading_rad: float
) -> None:
    truck, reach_m = placed_box(0.0, 0.0, 0.0, TRUCK), (0.95, -0.95, 0.35)
    outlines = rectangle(*TRUCK), placed(rectangle(*reach_m), x_m, y_m, heading_rad)
    exact_m = nearest(*outlines)[0]
    assert gap_m(truck, placed_box(x_m, y_m, heading_rad, reach_m)) == pytest.approx(exact_m, abs=1e-9)


@given(a=boxes(), b=boxes())
def test_mirrored_boxes_are_as_far_apart_to_the_last_bit(
    a: tuple[Placed, Outline], b: tuple[Placed, Outline]
) -> None:
    first, second = (box._replace(y_m=-box.y_m, sin=-box.sin) for box in (a[0], b[0]))
    assert gap_m(first, second) == gap_m(a[0], b[0])
