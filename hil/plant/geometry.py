"""Convex outlines on the ground: how far apart, and where they touch."""

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Outline = NDArray[np.float64]  # (corner, 2), world or truck axes, counter-clockwise


def rectangle(front_x_m: float, rear_x_m: float, half_width_m: float) -> Outline:
    """Corners of a box along x in its own axes."""
    return np.array(
        [
            [front_x_m, half_width_m],
            [rear_x_m, half_width_m],
            [rear_x_m, -half_width_m],
            [front_x_m, -half_width_m],
        ]
    )


def placed(outline: Outline, x_m: float, y_m: float, heading_rad: float) -> Outline:
    """The outline moved into world axes."""
    cos, sin = math.cos(heading_rad), math.sin(heading_rad)
    # Corners are few: plain numbers are quicker than arrays of them.
    return np.array([(x_m + x * cos - y * sin, y_m + x * sin + y * cos) for x, y in outline.tolist()])


def local(points_m: Outline, x_m: float, y_m: float, heading_rad: float) -> Outline:
    """World points in the axes of a body at that pose."""
    cos, sin = np.cos(heading_rad), np.sin(heading_rad)
    moved = points_m - np.array([x_m, y_m])
    return np.stack([moved[:, 0] * cos + moved[:, 1] * sin, moved[:, 1] * cos - moved[:, 0] * sin], axis=1)


def nearest(a: Outline, b: Outline) -> tuple[float, NDArray[np.float64]]:
    """Clearance in metres (0 where they overlap) and the point of b that is nearest to a."""
    corners_a, corners_b = a.tolist(), b.tolist()
    if not (
        _is_beyond_an_axis(corners_a, corners_b)
        or _is_beyond_a_side(corners_a, corners_b)
        or _is_beyond_a_side(corners_b, corners_a)
    ):
        shared = _shared(a, b)
        if shared:
            return 0.0, np.mean(shared, axis=0)
    corner_of_b = _nearest_corner(corners_a, corners_b)
    corner_of_a = _nearest_corner(corners_b, corners_a)
    apart_m, _, on_b = min(corner_of_b, (corner_of_a[0], corner_of_a[2], corner_of_a[1]), key=_first)
    return apart_m, np.array(on_b)


Corner = tuple[float, float]


def _first(found: tuple[float, Corner, Corner]) -> float:
    return found[0]


def _is_beyond_an_axis(a: list[Corner], b: list[Corner]) -> bool:
    """Already the boxes along x and y around them lie apart: seen at a glance, and mostly so."""
    for of_a, of_b in zip(zip(*a, strict=True), zip(*b, strict=True), strict=True):
        if max(of_a) < min(of_b) or max(of_b) < min(of_a):
            return True
    return False


def _is_beyond_a_side(of: list[Corner], corners: list[Corner]) -> bool:
    """All corners lie outside one and the same side of an outline; a mirrored one runs clockwise."""
    (ax, ay), (bx, by), (cx, cy) = of[:3]
    turn = math.copysign(1.0, (bx - ax) * (cy - by) - (by - ay) * (cx - bx))
    px, py = of[-1]
    for qx, qy in of:
        out_x, out_y = turn * (qy - py), turn * (px - qx)
        if all((x - px) * out_x + (y - py) * out_y > 0 for x, y in corners):
            return True
        px, py = qx, qy
    return False


def _nearest_corner(sides: list[Corner], corners: list[Corner]) -> tuple[float, Corner, Corner]:
    """Distance, the point on the sides and the corner."""
    best, best_on, best_corner = math.inf, sides[0], corners[0]
    px, py = sides[-1]
    for qx, qy in sides:
        along_x, along_y = qx - px, qy - py
        length2 = along_x * along_x + along_y * along_y
        for x, y in corners:
            share = ((x - px) * along_x + (y - py) * along_y) / length2
            share = 0.0 if share < 0.0 else 1.0 if share > 1.0 else share
            on_x, on_y = px + share * along_x, py + share * along_y
            apart2 = (x - on_x) ** 2 + (y - on_y) ** 2
            if apart2 < best:
                best, best_on, best_corner = apart2, (on_x, on_y), (x, y)
        px, py = qx, qy
    return math.sqrt(best), best_on, best_corner


def _shared(a: Outline, b: Outline) -> list[NDArray[np.float64]]:
    """Corners of one within the other, else where their sides cross; none where they lie apart."""
    inside = [corner for corner in b if _contains(a, corner)] or [
        corner for corner in a if _contains(b, corner)
    ]
    return inside or [
        point
        for point in (_crossing(p, q, r, s) for p, q in _edges(a) for r, s in _edges(b))
        if point is not None
    ]


def _edges(outline: Outline) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    return list(pairwise([*outline, outline[0]]))


def _cross(u: NDArray[np.float64], v: NDArray[np.float64]) -> float:
    return float(u[0] * v[1] - u[1] * v[0])


def _contains(outline: Outline, point: NDArray[np.float64]) -> bool:
    sides = [_cross(q - p, point - p) for p, q in _edges(outline)]
    return all(side >= 0 for side in sides) or all(side <= 0 for side in sides)


def _crossing(
    p: NDArray[np.float64], q: NDArray[np.float64], r: NDArray[np.float64], s: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """Where two segments cross, parallels left out (their corners are tested elsewhere)."""
    along, across = q - p, s - r
    area = _cross(along, across)
    if area == 0:
        return None
    t, u = _cross(r - p, across) / area, _cross(r - p, along) / area
    return np.asarray(p + t * along) if 0 <= t <= 1 and 0 <= u <= 1 else None
