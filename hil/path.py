"""Ways over ground: straight pieces and arcs, one after the other; a mirrored way gives mirrored places."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Piece:
    """So much way at one radius, positive to the left; an infinite one is straight."""

    length_m: float
    radius_m: float = math.inf


class Spot(NamedTuple):
    """A place on a way and how the way goes on from there, world axes."""

    x_m: float
    y_m: float
    heading_rad: float
    curvature_per_m: float = 0.0  # positive to the left

    def beside(self, left_m: float) -> tuple[float, float]:
        """So far to the left of it."""
        return (
            self.x_m - left_m * math.sin(self.heading_rad),
            self.y_m + left_m * math.cos(self.heading_rad),
        )


def followed(start: Spot, pieces: Iterable[Piece], way_m: float) -> Spot:
    """The spot after so much way; beyond the last piece, and before the first, it is straight."""
    spot = start
    for piece in pieces:
        if way_m <= piece.length_m:
            return _after(spot, way_m, piece.radius_m if way_m > 0 else math.inf)
        spot = _after(spot, piece.length_m, piece.radius_m)
        way_m -= piece.length_m
    return _after(spot, way_m, math.inf)


def _after(spot: Spot, way_m: float, radius_m: float) -> Spot:
    heading_rad = spot.heading_rad
    if math.isinf(radius_m):
        x_m = spot.x_m + way_m * math.cos(heading_rad)
        return Spot(x_m, spot.y_m + way_m * math.sin(heading_rad), heading_rad)
    then_rad = heading_rad + way_m / radius_m
    return Spot(
        spot.x_m + radius_m * (math.sin(then_rad) - math.sin(heading_rad)),
        spot.y_m - radius_m * (math.cos(then_rad) - math.cos(heading_rad)),
        then_rad,
        1 / radius_m,
    )


def parallel(road: Iterable[Piece], from_m: float, left_m: float) -> tuple[Piece, ...] | None:
    """The way beside a road from so far along it on, so far to its left; None inside too tight a bend."""
    pieces = [Piece(-from_m)] if from_m < 0 else []
    gone_m = max(0.0, from_m)
    for piece in road:
        skipped_m = min(gone_m, piece.length_m)
        gone_m -= skipped_m
        share = 1.0 if math.isinf(piece.radius_m) else 1 - left_m / piece.radius_m
        if share <= 0:
            return None
        if skipped_m < piece.length_m:
            pieces.append(Piece((piece.length_m - skipped_m) * share, piece.radius_m * share))
    return tuple(pieces)
