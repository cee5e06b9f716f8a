"""Road users who follow their own straight path over time and never react."""

import math
from dataclasses import dataclass
from typing import Literal

from hil.plant.geometry import Outline, placed, rectangle

Kind = Literal["cyclist", "pedestrian"]
BICYCLE_M = (1.9, 0.7)  # length and width of the box of bicycle and rider
PERSON_M = (0.5, 0.5)  # shoulders of the adult of ISO 19206-2, all round
ADULT_M = 1.75


@dataclass(frozen=True, slots=True)
class Move:
    """From `from_s` on he moves at this speed, until the next move begins."""

    from_s: float
    speed_mps: float


@dataclass(frozen=True, slots=True)
class RoadUser:
    """Starts with his middle at x, y on the ground, world axes, and keeps his heading."""

    kind: Kind
    x_m: float
    y_m: float
    heading_rad: float
    moves: tuple[Move, ...]  # in order of time, the first from 0
    stops_after_m: float = math.inf  # way after which he stands, whatever the moves say
    length_m: float = BICYCLE_M[0]
    width_m: float = BICYCLE_M[1]
    height_m: float = ADULT_M  # of a person on foot

    def at(self, t_s: float) -> tuple[float, float]:
        """Place in world axes."""
        way_m = self._way_m(t_s)
        return self.x_m + way_m * math.cos(self.heading_rad), self.y_m + way_m * math.sin(self.heading_rad)

    def speed_at(self, t_s: float) -> float:
        """Speed in m/s along the heading."""
        if self._way_m(t_s) >= self.stops_after_m:
            return 0.0
        return next((move.speed_mps for move in reversed(self.moves) if move.from_s <= t_s), 0.0)

    def outline(self, t_s: float) -> Outline:
        """His box in world axes."""
        box = rectangle(self.length_m / 2, -self.length_m / 2, self.width_m / 2)
        return placed(box, *self.at(t_s), self.heading_rad)

    def _way_m(self, t_s: float) -> float:
        ends_s = [move.from_s for move in self.moves[1:]] + [math.inf]
        gone_m = sum(
            move.speed_mps * (min(t_s, end_s) - move.from_s)
            for move, end_s in zip(self.moves, ends_s, strict=True)
            if t_s > move.from_s
        )
        return min(gone_m, self.stops_after_m)


def cyclist(
    x_m: float,
    y_m: float,
    heading_rad: float,
    moves: tuple[Move, ...],
    stops_after_m: float = math.inf,
) -> RoadUser:
    """On a bicycle."""
    return RoadUser("cyclist", x_m, y_m, heading_rad, moves, stops_after_m)


def pedestrian(
    x_m: float,
    y_m: float,
    heading_rad: float,
    moves: tuple[Move, ...],
    stops_after_m: float = math.inf,
    *,
    height_m: float = ADULT_M,
) -> RoadUser:
    """On foot."""
    length_m, width_m = PERSON_M
    return RoadUser("pedestrian", x_m, y_m, heading_rad, moves, stops_after_m, length_m, width_m, height_m)
