"""Statics and environment of a scenario file: docs/reference/scenario-file.md says every key."""

from typing import get_args

from hil.environment import CLEAR, Environment, Spray
from hil.road_user import VEHICLES
from hil.scenario.reading_place import Places
from hil.scenario.yaml_table import YamlTable
from hil.statics import (
    PATCH_KINDS,
    POST_KINDS,
    ROW_KINDS,
    GuardRail,
    Parked,
    ParkedRow,
    Patch,
    Post,
    Row,
    Sign,
    Static,
    Street,
)

ALONE = ("street", "guard_rail", "sign", "tunnel", "parked_row")
KINDS = (*ALONE, *ROW_KINDS, *POST_KINDS, *VEHICLES, *PATCH_KINDS)


def statics(table: YamlTable, places: Places) -> tuple[Static, ...]:
    """One entry of the list; a tunnel is two walls."""
    kind = table.string("kind", KINDS)
    row_kind = next((name for name in ROW_KINDS if name == kind), None)
    found: tuple[Static, ...] = (Street(),)
    if kind == "guard_rail":
        found = (GuardRail(*places.span_m(table), places.y_m(table), places.road),)
    elif row_kind is not None:
        found = (Row(row_kind, *places.span_m(table), places.y_m(table), places.road),)
    elif kind == "tunnel":
        found = _tunnel(table, places)
    elif kind == "parked_row":
        found = (_parked_row(table, places),)
    elif kind != "street":
        found = (_single(kind, table, places),)
    table.finish()
    return found


def _tunnel(table: YamlTable, places: Places) -> tuple[Static, ...]:
    span_m, near_m = places.span_m(table), places.y_m(table)
    off_m = near_m - places.near_sign * table.number("width_m", 3.0, 30.0)
    return tuple(Row("wall", *span_m, y_m, places.road) for y_m in (near_m, off_m))


def _parked_row(table: YamlTable, places: Places) -> ParkedRow:
    gapped = table.has("gap_from_x_m") or table.has("gap_to_x_m")
    gap_m = places.span_m(table, "gap_from_x_m", "gap_to_x_m") if gapped else None
    return ParkedRow(*places.span_m(table), places.y_m(table), gap_m, places.road)


def _single(kind: str, table: YamlTable, places: Places) -> Static:
    for post in POST_KINDS:
        if kind == post:
            spot = places.spot(table)
            return Post(post, spot.x_m, spot.y_m)
    for vehicle in VEHICLES:
        if kind == vehicle:
            facing = places.facing(table)
            return Parked(vehicle, facing.x_m, facing.y_m, facing.heading_rad)
    for patch in PATCH_KINDS:
        if kind == patch:
            (low_m, high_m), y_m = places.span_m(table), places.y_m(table)
            across_m = sorted((y_m, y_m + places.near_sign * table.number("width_m", 0.5, 50.0)))
            return Patch(patch, (low_m, across_m[0]), (high_m, across_m[1]))
    spot = places.spot(table)
    return Sign(spot.x_m, spot.y_m)


def environment(top: YamlTable) -> Environment:
    """Clear and quiet where nothing is said."""
    if not top.has("environment"):
        return CLEAR
    table = top.table("environment")
    sprays: tuple[Spray, ...] = get_args(Spray)
    word = table.string("spray", sprays) if table.has("spray") else CLEAR.spray
    read = Environment(
        table.number("rain_mm_per_h", 0.0, 100.0) if table.has("rain_mm_per_h") else 0.0,
        table.number("film_db", 0.0, 20.0) if table.has("film_db") else 0.0,
        next(spray for spray in sprays if spray == word),
        table.integer("interferers", 0, 4) if table.has("interferers") else 0,
    )
    table.finish()
    return read
