"""Clearance of upright boxes on the ground, in plain numbers: quick enough for every tick."""

import math
from typing import NamedTuple


class Placed(NamedTuple):
    """A box in world axes: where its origin is, how it is turned, and how far it reaches from there."""

    x_m: float
    y_m: float
    cos: float
    sin: float
    front_m: float
    rear_m: float  # along its axis, negative behind the origin
    half_m: float

    @property
    def middle_m(self) -> tuple[float, float]:
        """Of the box."""
        ahead_m = (self.front_m + self.rear_m) / 2
        return self.x_m + ahead_m * self.cos, self.y_m + ahead_m * self.sin

    @property
    def radius_m(self) -> float:
        """Of the circle about it."""
        return math.hypot((self.front_m - self.rear_m) / 2, self.half_m)


def placed_box(x_m: float, y_m: float, heading_rad: float, reach_m: tuple[float, float, float]) -> Placed:
    """`reach_m`: front, rear and half width."""
    front_m, rear_m, half_m = reach_m
    return Placed(x_m, y_m, math.cos(heading_rad), math.sin(heading_rad), front_m, rear_m, half_m)


def at_least_m(a: Placed, b: Placed) -> float:
    """Of circles about both: never more than their clearance."""
    (ax, ay), (bx, by) = a.middle_m, b.middle_m
    return math.hypot(bx - ax, by - ay) - a.radius_m - b.radius_m


def gap_m(a: Placed, b: Placed) -> float:
    """Between the nearest points of two boxes; 0 where a corner of one lies in the other.

    Boxes that cross without a corner inside are taken as apart: nobody gets there without a touch before.
    """
    return math.sqrt(min(_corners_to_m2(a, b), _corners_to_m2(b, a)))


def _corners_to_m2(of: Placed, to: Placed) -> float:
    """Smallest square of a distance from a corner of the one to the other."""
    dx, dy = of.x_m - to.x_m, of.y_m - to.y_m
    x, y = dx * to.cos + dy * to.sin, dy * to.cos - dx * to.sin
    cos, sin = of.cos * to.cos + of.sin * to.sin, of.sin * to.cos - of.cos * to.sin
    front, rear, half = to.front_m, to.rear_m, to.half_m
    squares = []
    aside_x, aside_y = of.half_m * sin, of.half_m * cos
    for ahead in (of.front_m, of.rear_m):
        middle_x, middle_y = x + ahead * cos, y + ahead * sin
        for at_x, at_y in (
            (middle_x - aside_x, middle_y + aside_y),
            (middle_x + aside_x, middle_y - aside_y),
        ):
            out_x = at_x - front if at_x > front else rear - at_x if at_x < rear else 0.0
            out_y = at_y - half if at_y > half else -half - at_y if at_y < -half else 0.0
            squares.append(out_x * out_x + out_y * out_y)
    return min(squares)
