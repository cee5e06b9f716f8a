"""What the truck drives on: grip, slope, and a road with bends."""

import math
from dataclasses import dataclass

GRAVITY_MPS2 = 9.81


@dataclass(frozen=True, slots=True)
class Ground:
    """The same all along the road."""

    friction: float = 0.8  # between tyre and a dry road
    slope_pct: float = 0.0  # positive is uphill

    @property
    def along_mps2(self) -> float:
        """What gravity takes from the speed, uphill positive."""
        return GRAVITY_MPS2 * math.sin(math.atan(self.slope_pct / 100))

    @property
    def grip_mps2(self) -> float:
        """What the tyres can hold at the most; anti-lock braking keeps them there."""
        return self.friction * GRAVITY_MPS2 * math.cos(math.atan(self.slope_pct / 100))


DRY_LEVEL = Ground()


@dataclass(frozen=True, slots=True)
class Bend:
    """A piece of road; `near_radius_m` positive bends to the near side, infinite is straight."""

    length_m: float
    near_radius_m: float = math.inf


@dataclass(frozen=True, slots=True)
class Road:
    """Bends one after the other from x = 0 on; straight along x before, straight on behind."""

    bends: tuple[Bend, ...] = ()

    def near_curvature_per_m(self, way_m: float) -> float:
        """At a place along the road, positive to the near side."""
        for bend in self.bends:
            if way_m < 0.0:
                return 0.0
            if way_m < bend.length_m:
                return 1 / bend.near_radius_m
            way_m -= bend.length_m
        return 0.0

    def at(self, way_m: float, near_sign: int) -> tuple[float, float, float]:
        """x, y and heading of the road's middle line, world axes."""
        x_m = y_m = heading_rad = 0.0
        if way_m <= 0.0:
            return way_m, 0.0, 0.0
        for bend in (*self.bends, Bend(math.inf)):
            piece_m = min(way_m, bend.length_m)
            x_m, y_m, heading_rad = _along(x_m, y_m, heading_rad, piece_m, near_sign / bend.near_radius_m)
            way_m -= piece_m
            if way_m <= 0.0:
                break
        return x_m, y_m, heading_rad


STRAIGHT = Road()


def _along(
    x_m: float, y_m: float, heading_rad: float, way_m: float, curvature_per_m: float
) -> tuple[float, float, float]:
    """The end of an arc; curvature positive to the left."""
    turned_rad = curvature_per_m * way_m
    chord_m = way_m if turned_rad == 0.0 else 2 / curvature_per_m * math.sin(turned_rad / 2)
    middle_rad = heading_rad + turned_rad / 2
    return (
        x_m + chord_m * math.cos(middle_rad),
        y_m + chord_m * math.sin(middle_rad),
        heading_rad + turned_rad,
    )
