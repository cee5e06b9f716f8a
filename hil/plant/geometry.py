"""Convex outlines on the ground: how far apart, and where they touch."""

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Outline = NDArray[np.float64]  # (corner, 2), world or truck axes, counter-clockwise
Point = tuple[float, float]
Corners = list[Point]  # the same in plain numbers: quicker for a handful


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
    return np.array([(x_m + (x * cos - y * sin), y_m + (x * sin + y * cos)) for x, y in outline.tolist()])


def local(points_m: Outline, x_m: float, y_m: float, heading_rad: float) -> Outline:
    """World points in the axes of a body at that pose."""
    cos, sin = math.cos(heading_rad), math.sin(heading_rad)
    moved = [(x - x_m, y - y_m) for x, y in points_m.tolist()]
    return np.array([(x * cos + y * sin, y * cos - x * sin) for x, y in moved])


def nearest(a: Outline, b: Outline) -> tuple[float, NDArray[np.float64]]:
    """Clearance in metres (0 where they overlap) and the point of b that is nearest to a."""
    ours: Corners = a.tolist()
    theirs: Corners = b.tolist()
    best_m, best = math.inf, (0.0, 0.0)
    for edge in _edges(ours):
        for corner in theirs:
            near_m, _ = _to_edge(corner, edge)
            if near_m < best_m:
                best_m, best = near_m, corner
    for edge in _edges(theirs):
        for corner in ours:
            near_m, point = _to_edge(corner, edge)
            if near_m < best_m:
                best_m, best = near_m, point
    touching = _common(ours, theirs) if _may_touch(ours, theirs) else []
    if touching:
        return 0.0, np.mean(touching, axis=0)
    return best_m, np.array(best)


def _may_touch(a: Corners, b: Corners) -> bool:
    """The boxes along the axes around them overlap."""
    return all(
        max(p[n] for p in a) >= min(p[n] for p in b) and max(p[n] for p in b) >= min(p[n] for p in a)
        for n in (0, 1)
    )


def _common(a: Corners, b: Corners) -> Corners:
    """Points of both, if there are any: corners inside the other, else where rims cross."""
    inside = [corner for corner in b if _contains(a, corner)] or [
        corner for corner in a if _contains(b, corner)
    ]
    if inside:
        return inside
    found = (_crossing(p, q, r, s) for p, q in _edges(a) for r, s in _edges(b))
    return [point for point in found if point is not None]


def _edges(outline: Corners) -> list[tuple[Point, Point]]:
    return list(pairwise([*outline, outline[0]]))


def _cross(ux: float, uy: float, vx: float, vy: float) -> float:
    return ux * vy - uy * vx


def _contains(outline: Corners, point: Point) -> bool:
    x, y = point
    sides = [_cross(q[0] - p[0], q[1] - p[1], x - p[0], y - p[1]) for p, q in _edges(outline)]
    return all(side >= 0 for side in sides) or all(side <= 0 for side in sides)


def _to_edge(corner: Point, edge: tuple[Point, Point]) -> tuple[float, Point]:
    """Distance, and the point of the edge."""
    (x, y), ((px, py), (qx, qy)) = corner, edge
    dx, dy = qx - px, qy - py
    share = ((x - px) * dx + (y - py) * dy) / (dx * dx + dy * dy)
    share = 0.0 if share < 0.0 else min(share, 1.0)
    at_x, at_y = px + share * dx, py + share * dy
    return math.hypot(x - at_x, y - at_y), (at_x, at_y)


def _crossing(p: Point, q: Point, r: Point, s: Point) -> Point | None:
    """Where two segments cross, parallels left out (their corners are tested elsewhere)."""
    ux, uy, vx, vy = q[0] - p[0], q[1] - p[1], s[0] - r[0], s[1] - r[1]
    area = _cross(ux, uy, vx, vy)
    if area == 0:
        return None
    from_x, from_y = r[0] - p[0], r[1] - p[1]
    t, u = _cross(from_x, from_y, vx, vy) / area, _cross(from_x, from_y, ux, uy) / area
    return (p[0] + t * ux, p[1] + t * uy) if 0 <= t <= 1 and 0 <= u <= 1 else None
