"""What stands beside the road, in world axes: kinds, where they are, and what of them hides."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal, get_args

from hil.path import Piece, Spot, followed
from hil.plant.geometry import Outline, placed, rectangle
from hil.road_user import KINDS, Kind
from hil.sight import Place, Screen, screen

CHORD_M = 3.0  # a bend is drawn in straight pieces of at most this
CAR_SPACING_M = 1.0  # between parked cars


@dataclass(frozen=True, slots=True)
class Street:
    """Kerb, posts and parked cars along the whole road, drawn from the seed."""


@dataclass(frozen=True, slots=True)
class GuardRail:
    """A steel rail with posts along x, or beside a road that bends."""

    start_x_m: float
    end_x_m: float
    y_m: float
    road: tuple[Piece, ...] = ()  # of the line y = 0, from x = 0


@dataclass(frozen=True, slots=True)
class Sign:
    """One traffic sign on its post."""

    x_m: float
    y_m: float


RowKind = Literal["wall", "metal_wall", "hoarding", "metal_fence", "hedge", "tarpaulin", "kerb"]
PostKind = Literal["bollard", "lamp_post", "tree", "bin", "manhole"]
PatchKind = Literal["leaves", "gravel"]
ROW_KINDS: tuple[RowKind, ...] = get_args(RowKind)
POST_KINDS: tuple[PostKind, ...] = get_args(PostKind)
PATCH_KINDS: tuple[PatchKind, ...] = get_args(PatchKind)
DEPTH_M: dict[RowKind, float] = {"wall": 0.2, "metal_wall": 0.2, "hoarding": 0.1, "hedge": 1.0}  # who hides


@dataclass(frozen=True, slots=True)
class Row:
    """Something long beside the road; its face is on the line, its depth behind it."""

    kind: RowKind
    start_x_m: float
    end_x_m: float
    y_m: float
    road: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class ParkedRow:
    """Standing cars whose middles are on the line, as many as fit; none of them reaches into the gap."""

    start_x_m: float
    end_x_m: float
    y_m: float
    gap_m: tuple[float, float] | None = None  # along x
    road: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """Something at one place."""

    kind: PostKind
    x_m: float
    y_m: float


@dataclass(frozen=True, slots=True)
class Parked:
    """A vehicle that stands for the whole run."""

    kind: Kind
    x_m: float
    y_m: float
    heading_rad: float


@dataclass(frozen=True, slots=True)
class Patch:
    """A rectangle of ground with something on it."""

    kind: PatchKind
    low_m: Place
    high_m: Place


Static = Street | GuardRail | Sign | Row | ParkedRow | Post | Parked | Patch


def chords(static: GuardRail | Row) -> list[tuple[Place, Place]]:
    """The line in straight pieces, one where the road is straight."""
    length_m = static.end_x_m - static.start_x_m
    count = math.ceil(length_m / CHORD_M) if static.road else 1
    ways_m = [static.start_x_m + length_m * n / count for n in range(count + 1)]
    return list(pairwise(beside_road(static.road, way_m, static.y_m).beside(0.0) for way_m in ways_m))


def beside_road(road: tuple[Piece, ...], way_m: float, y_m: float) -> Spot:
    """So far along the road and to the left of its middle line, facing along it."""
    spot = followed(Spot(0.0, 0.0, 0.0), road, way_m)
    return Spot(*spot.beside(y_m), spot.heading_rad)


def parked_cars(row: ParkedRow) -> tuple[Parked, ...]:
    """Every car of the row."""
    length_m = KINDS["car"].length_m
    pitch_m = length_m + CAR_SPACING_M
    count = int((row.end_x_m - row.start_x_m + CAR_SPACING_M + 1e-9) // pitch_m)
    middles_m = (row.start_x_m + length_m / 2 + n * pitch_m for n in range(count))
    low_m, high_m = row.gap_m or (math.inf, -math.inf)
    free = (at for at in middles_m if at + length_m / 2 <= low_m or at - length_m / 2 >= high_m)
    spots = (beside_road(row.road, at_m, row.y_m) for at_m in free)
    return tuple(Parked("car", spot.x_m, spot.y_m, spot.heading_rad) for spot in spots)


def outline(static: Parked) -> Outline:
    """Seen from above."""
    size = KINDS[static.kind]
    box = rectangle(size.length_m / 2, -size.length_m / 2, size.width_m / 2)
    return placed(box, static.x_m, static.y_m, static.heading_rad)


def hides(row: Row) -> bool:
    """Nothing is seen through it."""
    return row.kind in DEPTH_M


def screens_of(statics: Iterable[Static]) -> tuple[Screen, ...]:
    """Outlines that nothing is seen through: walls, hedges, vehicles."""
    return tuple(one for static in statics for one in _screens(static))


@lru_cache(maxsize=256)
def _screens(static: Static) -> tuple[Screen, ...]:
    if isinstance(static, Parked):
        return (screen(outline(static)),)
    if isinstance(static, ParkedRow):
        return tuple(screen(outline(car)) for car in parked_cars(static))
    if isinstance(static, Row) and hides(static):
        return tuple(_slab(start, end, static) for start, end in chords(static))
    return ()


def _slab(start: Place, end: Place, row: Row) -> Screen:
    """From the face away from the road."""
    away_m = math.copysign(DEPTH_M[row.kind], row.y_m)
    along_x, along_y = end[0] - start[0], end[1] - start[1]
    length_m = math.hypot(along_x, along_y)
    behind_x, behind_y = -along_y / length_m * away_m, along_x / length_m * away_m
    back = (end[0] + behind_x, end[1] + behind_y), (start[0] + behind_x, start[1] + behind_y)
    corners = (start, end, *back)
    return Screen(corners if away_m > 0 else corners[::-1])
