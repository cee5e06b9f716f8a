"""Distance between the truck's whole body and a road user's box, for many poses at once."""

import numpy as np

from edge_controller.config import Truck
from edge_controller.hazard.paths import Floats, Paths
from edge_controller.hazard.riders import Riders

# (corner, 1, 1, 1) against (track, row, time): one operation on all four is quicker than four.
FRONT = np.array([1.0, 1.0, -1.0, -1.0])[:, None, None, None]
LEFT = np.array([1.0, -1.0, 1.0, -1.0])[:, None, None, None]


def in_body(paths: Paths, riders: Riders, truck: Truck) -> tuple[Floats, Floats, Floats]:
    """Centre and course of each rider relative to the middle of the body: (track, row, time) each."""
    cos, sin = np.cos(paths.heading_rad), np.sin(paths.heading_rad)
    # Paths start with the no-side-slip point in the origin; riders are told from the bumper.
    dx = riders.x_m[:, None, :] - truck.no_side_slip_x_m - paths.x_m
    dy = riders.y_m[:, None, :] - paths.y_m
    middle_m = -truck.length_m / 2 - truck.no_side_slip_x_m
    return (
        dx * cos + dy * sin - middle_m,
        dy * cos - dx * sin,
        riders.course_rad[:, None, :] - paths.heading_rad,
    )


def clearance(x: Floats, y: Floats, course: Floats, half: tuple[float, float], rider_half: Floats) -> Floats:
    """Of two rectangles; 0 where they overlap.

    Apart, two convex bodies are nearest at a corner of one of them. Overlapping, one holds a corner of
    the other unless they cross like a plus sign, which a rider shorter than the truck is wide cannot.
    `rider_half` is (track, 2): half length and half width.
    """
    cos, sin = np.cos(course), np.sin(course)
    long, wide = rider_half[:, 0, None, None], rider_half[:, 1, None, None]
    ahead, aside = FRONT * long, LEFT * wide
    of_rider = _to_box(x + ahead * cos - aside * sin, y + ahead * sin + aside * cos, half[0], half[1])
    away_x, away_y = FRONT * half[0] - x, LEFT * half[1] - y
    of_truck = _to_box(away_x * cos + away_y * sin, away_y * cos - away_x * sin, long, wide)
    apart_m: Floats = np.sqrt(np.minimum(of_rider, of_truck).min(axis=0))
    return apart_m


def _to_box(x: Floats, y: Floats, half_x: Floats | float, half_y: Floats | float) -> Floats:
    """Squared distance of points to a box around the origin."""
    dx, dy = _beyond(x, half_x), _beyond(y, half_y)
    dx *= dx
    dy *= dy
    dx += dy
    return dx


def _beyond(at: Floats, half: Floats | float) -> Floats:
    """How far outside a span about 0; in place, as fresh memory costs more than the arithmetic here."""
    out: Floats = np.abs(at)
    out -= half
    return np.maximum(out, 0.0, out=out)
