"""Where something is, as a scenario file says it: along the road, and across it from the near side."""

import math
from dataclasses import dataclass

from hil.path import Piece, Spot
from hil.plant.body import Body
from hil.plant.ground import Road
from hil.scenario.reading_driver import FAR_M
from hil.scenario.yaml_table import YamlTable
from hil.statics import beside_road

# Seen from above, for a near side on the right; times -near_sign.
HEADINGS = {"along": 0.0, "against": math.pi, "from_near_side": math.pi / 2, "from_off_side": -math.pi / 2}


@dataclass(frozen=True, slots=True)
class Places:
    """Turns what a file says of places into world axes."""

    near_sign: int
    half_width_m: float
    road: tuple[Piece, ...]

    def x_m(self, table: YamlTable, key: str = "x_m") -> float:
        """Along the road."""
        return table.number(key, -FAR_M, FAR_M)

    def span_m(self, table: YamlTable, start: str = "start_x_m", end: str = "end_x_m") -> tuple[float, float]:
        """From and to, in order."""
        span_m = self.x_m(table, start), self.x_m(table, end)
        if not span_m[0] < span_m[1]:
            table.refuse(end, f"must lie beyond {start}")
        return span_m

    def y_m(self, table: YamlTable) -> float:
        """What is told from the near side of the body or from the truck's middle line."""
        named = [name for name in ("from_side_m", "from_middle_m") if table.has(name)]
        if len(named) != 1:
            table.refuse("from_side_m", "or from_middle_m must be there, one of the two")
        near_m = table.number(named[0], -FAR_M, FAR_M)
        near_m += self.half_width_m if named[0] == "from_side_m" else 0.0
        return self.near_sign * near_m

    def spot(self, table: YamlTable) -> Spot:
        """A place beside the road, facing along it."""
        return beside_road(self.road, self.x_m(table), self.y_m(table))

    def facing(self, table: YamlTable) -> Spot:
        """A place with a heading; `turned_deg` is positive the way round the truck's near-side turn goes."""
        spot = self.spot(table)
        heading_rad = HEADINGS[table.string("heading", tuple(HEADINGS))] * -self.near_sign
        if table.has("turned_deg"):
            heading_rad += self.near_sign * math.radians(table.number("turned_deg", -180.0, 180.0))
        return Spot(spot.x_m, spot.y_m, spot.heading_rad + heading_rad)

    def pieces(self, table: YamlTable, key: str) -> tuple[Piece, ...]:
        """A way of its own; a radius is positive the way round the truck's near-side turn goes."""
        pieces = []
        for entry in table.tables(key, least=1):
            length_m = entry.number("length_m", 0.01, 1000.0)
            radius_m = entry.number("radius_m", -1e5, 1e5) if entry.has("radius_m") else math.inf
            if abs(radius_m) < 0.3:
                entry.refuse("radius_m", f"is {radius_m:g}, tighter than anybody turns (0.3 m)")
            pieces.append(Piece(length_m, self.near_sign * radius_m))
            entry.finish()
        return tuple(pieces)


def places_of(body: Body, road: Road, near_sign: int) -> Places:
    """Beside this truck, on this road."""
    pieces = tuple(Piece(bend.length_m, near_sign * bend.near_radius_m) for bend in road.bends)
    return Places(near_sign, body.width_m / 2, pieces)
