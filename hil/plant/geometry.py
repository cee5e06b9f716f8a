"""Convex outlines on the ground: how far apart, and where they touch."""

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
    cos, sin = np.cos(heading_rad), np.sin(heading_rad)
    rotated = np.stack(
        [outline[:, 0] * cos - outline[:, 1] * sin, outline[:, 0] * sin + outline[:, 1] * cos], axis=1
    )
    return np.asarray(rotated + np.array([x_m, y_m]))


def local(points_m: Outline, x_m: float, y_m: float, heading_rad: float) -> Outline:
    """World points in the axes of a body at that pose."""
    cos, sin = np.cos(heading_rad), np.sin(heading_rad)
    moved = points_m - np.array([x_m, y_m])
    return np.stack([moved[:, 0] * cos + moved[:, 1] * sin, moved[:, 1] * cos - moved[:, 0] * sin], axis=1)


def nearest(a: Outline, b: Outline) -> tuple[float, NDArray[np.float64]]:
    """Clearance in metres (0 where they overlap) and the point of b that is nearest to a."""
    inside = [corner for corner in b if _contains(a, corner)] or [
        corner for corner in a if _contains(b, corner)
    ]
    if inside:
        return 0.0, np.mean(inside, axis=0)
    crossing = [
        point
        for point in (_crossing(p, q, r, s) for p, q in _edges(a) for r, s in _edges(b))
        if point is not None
    ]
    if crossing:
        return 0.0, np.mean(crossing, axis=0)
    candidates = [(corner, _on_segment(corner, p, q)) for corner in b for p, q in _edges(a)]
    candidates += [(_on_segment(corner, p, q), corner) for corner in a for p, q in _edges(b)]
    on_b, on_a = min(candidates, key=lambda pair: float(np.hypot(*(pair[0] - pair[1]))))
    return float(np.hypot(*(on_b - on_a))), on_b


def _edges(outline: Outline) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    return list(pairwise([*outline, outline[0]]))


def _cross(u: NDArray[np.float64], v: NDArray[np.float64]) -> float:
    return float(u[0] * v[1] - u[1] * v[0])


def _contains(outline: Outline, point: NDArray[np.float64]) -> bool:
    sides = [_cross(q - p, point - p) for p, q in _edges(outline)]
    return all(side >= 0 for side in sides) or all(side <= 0 for side in sides)


def _on_segment(
    point: NDArray[np.float64], p: NDArray[np.float64], q: NDArray[np.float64]
) -> NDArray[np.float64]:
    along = q - p
    share = float(np.dot(point - p, along) / np.dot(along, along))
    return np.asarray(p + min(1.0, max(0.0, share)) * along)


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
