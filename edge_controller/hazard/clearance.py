"""Distance between the truck's whole body and a road user's box, for many poses at once."""

import numpy as np

from edge_controller.config import Truck
from edge_controller.hazard.paths import Bools, Floats, Paths
from edge_controller.hazard.riders import Riders

SIDES = np.array([[1.0], [-1.0]])


def in_body(paths: Paths, riders: Riders, truck: Truck) -> tuple[Floats, Floats, Floats]:
    """Centre and course of each rider relative to the middle of the body: (track, row, time) each."""
    cos, sin = np.cos(paths.heading_rad), np.sin(paths.heading_rad)
    # Paths start with the no-side-slip point in the origin; riders are told from the bumper.
    dx = riders.x_m - truck.no_side_slip_x_m - paths.x_m
    dy = riders.y_m - paths.y_m
    middle_m = -truck.length_m / 2 - truck.no_side_slip_x_m
    return dx * cos + dy * sin - middle_m, dy * cos - dx * sin, riders.course_rad - paths.heading_rad


def clearance_within(  # noqa: PLR0917 - poses, two boxes, and where it is asked for
    reach_m: float,
    x: Floats,
    y: Floats,
    course: Floats,
    half: tuple[float, float],
    rider_half: Floats,
    asked_for: tuple[Bools, Bools],
) -> Floats:
    """`clearance` of (track, row, time) where it may be less than `reach_m`; infinite elsewhere.

    `asked_for` says when (row, time) that is, and for which (row,) always. `rider_half` is (track, row, 2).
    """
    around_m = np.hypot(rider_half[..., 0], rider_half[..., 1])[..., None] + reach_m
    asked = np.abs(x) < half[0] + around_m
    asked &= np.abs(y) < half[1] + around_m
    asked &= asked_for[0]
    asked |= asked_for[1][:, None]
    at = np.flatnonzero(asked)
    of_row = rider_half.reshape(-1, 2).take(at // x.shape[-1], axis=0)
    apart_m = np.full(x.size, np.inf)
    apart_m[at] = clearance(x.take(at), y.take(at), course.take(at), half, of_row)
    return apart_m.reshape(x.shape)


def clearance(x: Floats, y: Floats, course: Floats, half: tuple[float, float], rider_half: Floats) -> Floats:
    """Of two rectangles, pose by pose; 0 where they overlap.

    Apart, two convex bodies are nearest at a corner of one of them. Overlapping, one holds a corner of
    the other unless they cross like a plus sign, which a rider shorter than the truck is wide cannot.
    `rider_half` is (pose, 2): half length and half width.
    """
    cos, sin = np.cos(course), np.sin(course)
    long, wide = rider_half[:, 0], rider_half[:, 1]
    along, across = SIDES * long, SIDES * wide
    away_x, away_y = SIDES * half[0] - x, SIDES * half[1] - y
    # (x or y, whose box, front or back, left or right, pose): his corners seen from us, then ours from him.
    corners = np.empty((2, 2, 2, 2, len(x)))
    np.subtract((x + along * cos)[:, None], across * sin, out=corners[0, 0])
    np.add((y + along * sin)[:, None], across * cos, out=corners[1, 0])
    np.add((away_x * cos)[:, None], away_y * sin, out=corners[0, 1])
    np.subtract(away_y * cos, (away_x * sin)[:, None], out=corners[1, 1])
    # In place, as fresh memory costs more than the arithmetic here.
    beyond = np.abs(corners, out=corners)
    beyond[0, 0] -= half[0]
    beyond[1, 0] -= half[1]
    beyond[0, 1] -= long
    beyond[1, 1] -= wide
    np.maximum(beyond, 0.0, out=beyond)
    beyond *= beyond
    beyond[0] += beyond[1]
    apart_m: Floats = np.sqrt(beyond[0].reshape(8, -1).min(axis=0))
    return apart_m
