"""Clearance of convex outlines against separating axes and against dense points."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.plant.geometry import Outline, local, nearest, placed, rectangle

metres = st.floats(-12, 12)
angles = st.floats(-math.pi, math.pi)
sizes = st.floats(0.2, 6)


@st.composite
def boxes(draw: st.DrawFn) -> Outline:
    box = rectangle(draw(sizes), -draw(sizes), draw(sizes))
    return placed(box, draw(metres), draw(metres), draw(angles))


def gap_along_the_best_axis_m(a: Outline, b: Outline) -> float:
    """Separating axis theorem: above zero exactly where two convex outlines do not touch."""
    best = -math.inf
    for outline in (a, b):
        for edge in np.roll(outline, -1, axis=0) - outline:
            normal = np.array([edge[1], -edge[0]]) / np.hypot(*edge)
            of_a, of_b = a @ normal, b @ normal
            best = max(best, float(of_b.min() - of_a.max()), float(of_a.min() - of_b.max()))
    return best


def by_dense_points_m(a: Outline, b: Outline, per_edge: int = 200) -> float:
    share = np.linspace(0, 1, per_edge)[:, None]
    rims = [
        np.concatenate([p + share * (q - p) for p, q in zip(one, np.roll(one, -1, axis=0), strict=True)])
        for one in (a, b)
    ]
    return float(np.sqrt(((rims[0][:, None] - rims[1][None]) ** 2).sum(axis=-1)).min())


@given(a=boxes(), b=boxes())
def test_clearance_is_the_same_from_both_sides(a: Outline, b: Outline) -> None:
    assert nearest(a, b)[0] == pytest.approx(nearest(b, a)[0], abs=1e-9)


@given(a=boxes(), b=boxes())
def test_clearance_is_zero_exactly_where_they_overlap(a: Outline, b: Outline) -> None:
    gap_m = gap_along_the_best_axis_m(a, b)
    if gap_m > 1e-9:
        assert nearest(a, b)[0] >= gap_m - 1e-9
    elif gap_m < -1e-9:
        assert nearest(a, b)[0] == 0.0


@given(a=boxes(), b=boxes())
def test_clearance_agrees_with_dense_points(a: Outline, b: Outline) -> None:
    clearance_m, point = nearest(a, b)
    if clearance_m > 0:
        dense_m = by_dense_points_m(a, b)
        assert clearance_m <= dense_m + 1e-9
        assert dense_m - clearance_m < 0.06  # half a step of the points on an edge of 12 m, both rims
        assert by_dense_points_m(b, np.array([point, point + 1e-9])) < 0.04  # the point is on b


@pytest.mark.parametrize("swapped", [False, True])
def test_one_inside_the_other_touches(swapped: bool) -> None:
    large, small = rectangle(5, -5, 3), rectangle(1, -1, 0.5)
    a, b = (small, large) if swapped else (large, small)
    assert nearest(a, b)[0] == 0.0


def test_a_cross_touches_in_its_middle_though_no_corner_is_inside() -> None:
    clearance_m, point = nearest(rectangle(5, -5, 0.5), rectangle(0.5, -0.5, 5))
    assert clearance_m == 0.0
    assert np.allclose(point, 0.0)


@given(a=boxes(), b=boxes())
def test_clearance_is_mirrored_exactly(a: Outline, b: Outline) -> None:
    mirror = np.array([1.0, -1.0])
    assert nearest(a * mirror, b * mirror)[0] == nearest(a, b)[0]


@given(box=boxes(), x_m=metres, y_m=metres, heading_rad=angles)
def test_local_undoes_placed(box: Outline, x_m: float, y_m: float, heading_rad: float) -> None:
    there = placed(box, x_m, y_m, heading_rad)
    assert np.allclose(local(there, x_m, y_m, heading_rad), box, atol=1e-9)
