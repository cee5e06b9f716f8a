"""Road users as scripts: who, from where, along which way, how fast, and what makes him react."""

import math
from dataclasses import dataclass, replace
from typing import Literal

from hil.pace import Move
from hil.path import Piece, Spot, followed
from hil.reaction import Reaction

Kind = Literal[
    "cyclist", "e_bike", "delivery_scooter", "two_on_a_bicycle",
    "pedestrian", "child", "kneeling", "skater", "wheelchair",
    "car", "bus", "tipper", "mixer", "loader",
]  # fmt: skip
ADULT_M = 1.75
CHILD_M = 1.15


@dataclass(frozen=True, slots=True)
class Size:
    """The box seen from above, how high it is, and how fast its figure can be shown."""

    length_m: float
    width_m: float
    height_m: float
    fastest_mps: float


# Boxes hold handlebars and arms. Bicycle, adult and child as the targets of ISO 19206-4 and -2; wheelchair
# as ISO 7193 at its largest; bus and trucks by the lengths and widths of GB 1589; loader of the 5 t class.
# Child's width, kneeling person and skater are estimates.
KINDS: dict[Kind, Size] = {
    "cyclist": Size(1.9, 0.7, ADULT_M, 17.0),
    "e_bike": Size(1.9, 0.7, ADULT_M, 12.5),
    "delivery_scooter": Size(1.9, 0.7, 1.7, 15.0),
    "two_on_a_bicycle": Size(1.9, 0.7, ADULT_M, 17.0),
    "pedestrian": Size(0.5, 0.5, ADULT_M, 17.0),
    "child": Size(0.35, 0.35, CHILD_M, 17.0),
    "kneeling": Size(0.7, 0.5, 1.3, 17.0),
    "skater": Size(0.6, 0.8, ADULT_M, 17.0),
    "wheelchair": Size(1.2, 0.7, 1.35, 4.2),
    "car": Size(4.5, 1.8, 1.5, 50.0),
    "bus": Size(12.0, 2.55, 3.1, 50.0),
    "tipper": Size(9.8, 2.5, 3.4, 50.0),
    "mixer": Size(9.3, 2.5, 3.9, 50.0),
    "loader": Size(8.0, 2.75, 3.4, 50.0),
}
VEHICLES: tuple[Kind, ...] = ("car", "bus", "tipper", "mixer", "loader")
RIDERS: tuple[Kind, ...] = ("cyclist", "e_bike", "delivery_scooter", "two_on_a_bicycle")
LYING_WIDTH_M = 0.5


@dataclass(frozen=True, slots=True)
class Wobble:
    """A sway to and fro about the way: how far, and how much way one whole sway takes."""

    to_m: float  # positive: to the left first
    every_m: float


@dataclass(frozen=True, slots=True)
class RoadUser:
    """Starts with his middle at x, y on the ground, world axes, along his heading."""

    kind: Kind
    x_m: float
    y_m: float
    heading_rad: float
    moves: tuple[Move, ...]  # in order of time, the first from 0
    stops_after_m: float = math.inf  # way after which he stands, whatever the moves say
    length_m: float = KINDS["cyclist"].length_m
    width_m: float = KINDS["cyclist"].width_m
    height_m: float = ADULT_M
    path: tuple[Piece, ...] = ()  # beyond it he goes straight on
    wobble: Wobble | None = None
    reactions: tuple[Reaction, ...] = ()

    @property
    def is_vehicle(self) -> bool:
        """A body of steel that hides what is behind it, and needs no protection from the truck."""
        return self.kind in VEHICLES

    @property
    def rides(self) -> bool:
        """On two wheels."""
        return self.kind in RIDERS

    @property
    def upright_m(self) -> tuple[float, float]:
        """Length and width as he goes."""
        return self.length_m, self.width_m

    @property
    def lying_m(self) -> tuple[float, float]:
        """Length and width once fallen."""
        if self.rides:
            return self.length_m, self.height_m
        return max(self.height_m, self.length_m), max(self.width_m, LYING_WIDTH_M)

    def spot(self, way_m: float) -> Spot:
        """Where he is after so much way, and where he faces."""
        spot = followed(Spot(self.x_m, self.y_m, self.heading_rad), self.path, way_m)
        if self.wobble is None:
            return spot
        turns_per_m = 2 * math.pi / self.wobble.every_m
        aside_m = self.wobble.to_m * math.sin(turns_per_m * way_m)
        slope = self.wobble.to_m * turns_per_m * math.cos(turns_per_m * way_m)
        x_m, y_m = spot.beside(aside_m)
        curvature_per_m = spot.curvature_per_m - turns_per_m * turns_per_m * aside_m
        return Spot(x_m, y_m, spot.heading_rad + math.atan(slope), curvature_per_m)


def of_kind(kind: Kind, at: Spot, moves: tuple[Move, ...], stops_after_m: float = math.inf) -> RoadUser:
    """One of a kind, in its size; path, wobble and reactions may be put in with `replace`."""
    size = KINDS[kind]
    at_m = at.x_m, at.y_m, at.heading_rad
    return RoadUser(kind, *at_m, moves, stops_after_m, size.length_m, size.width_m, size.height_m)


def cyclist(
    x_m: float,
    y_m: float,
    heading_rad: float,
    moves: tuple[Move, ...],
    stops_after_m: float = math.inf,
) -> RoadUser:
    """On a bicycle."""
    return of_kind("cyclist", Spot(x_m, y_m, heading_rad), moves, stops_after_m)


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
    walker = of_kind("pedestrian", Spot(x_m, y_m, heading_rad), moves, stops_after_m)
    return replace(walker, height_m=height_m)
