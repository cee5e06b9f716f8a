"""Statics as the radar simulator draws them."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from edge_controller.messages import Side
from hil.figures import By, vehicle_thing
from hil.sight import Place
from hil.statics import (
    GuardRail,
    Parked,
    ParkedRow,
    Patch,
    Post,
    PostKind,
    Row,
    RowKind,
    Sign,
    Static,
    Street,
    chords,
    parked_cars,
)
from hil.truth import Truth
from radar_sim import FIGURES, Thing, join
from radar_sim.figures.furniture import sign
from radar_sim.figures.roadside import guard_rail
from radar_sim.figures.street import street

STREET_BEHIND_M, STREET_AHEAD_M = 40.0, 70.0

# Figure and arguments of each kind. A hoarding is sheet metal, a tarpaulin thin and loose in the wind; the
# crown of a tree is above the beam. Radii of posts and the tarpaulin's figures are estimates.
ROWS: dict[RowKind, tuple[str, dict[str, Any]]] = {
    "wall": ("wall", {"height_m": 4.5}),
    "metal_wall": ("wall", {"material": "metal"}),
    "hoarding": ("wall", {"material": "metal", "height_m": 2.0, "joint_spacing_m": 2.0}),
    "metal_fence": ("metal_fence", {}),
    "hedge": ("hedge", {}),
    "tarpaulin": ("hedge", {"width_m": 0.1, "height_m": 2.0, "wind_mps": 8.0}),
    "kerb": ("kerb", {}),
}
POSTS: dict[PostKind, tuple[str, dict[str, Any]]] = {
    "bollard": ("post", {"radius_m": 0.10}),
    "lamp_post": ("post", {"radius_m": 0.09}),
    "tree": ("post", {"radius_m": 0.15}),
    "bin": ("bin", {}),
    "manhole": ("manhole", {}),
}
STIRS: tuple[str, ...] = ("hedge", "tarpaulin", "leaves")  # in the wind, so that each frame has its own


def names(statics: Sequence[Static]) -> list[str]:
    """One for each, for what is drawn for it: the kind, numbered from the second on."""
    seen: Counter[str] = Counter()
    found = []
    for static in statics:
        kind = _kind(static)
        seen[kind] += 1
        found.append(kind if seen[kind] == 1 else f"{kind} {seen[kind]}")
    return found


def _kind(static: Static) -> str:
    if isinstance(static, Row | Post | Parked | Patch):
        return static.kind
    return {Street: "street", GuardRail: "guard_rail", Sign: "sign", ParkedRow: "parked_row"}[type(static)]


def stirs(static: Static) -> bool:
    """Whether it looks different from frame to frame."""
    return _kind(static) in STIRS


def thing(
    static: Static,
    seed: int,
    side: Side,
    opening_x_m: tuple[float, float] | None,
    truth: Truth,
    *,
    name: str = "",
    t_s: float = 0.0,
) -> Thing:
    """One static thing as the simulator draws it; a side road leaves a street at `opening_x_m`.

    In the plain truth rail and sign are figures of points, in the full one mirrors; the sign then faces us.
    """
    by = By(name or _kind(static), seed, side)
    plain = truth == "plain"
    if isinstance(static, Street):
        drawn = street(-STREET_BEHIND_M, STREET_AHEAD_M, opening_x_m=opening_x_m, seed=seed, near_side=side)
    elif isinstance(static, Sign):
        faces_rad = 0.0 if plain else math.pi
        drawn = sign(static.x_m, static.y_m, faces_rad, **by.keys(), detail="points" if plain else "mirror")
    elif isinstance(static, GuardRail):
        drawn = _rail(static, by, "points" if plain else "mirror")
    elif isinstance(static, Row):
        drawn = _row(static, by, t_s)
    elif isinstance(static, ParkedRow):
        cars = enumerate(parked_cars(static))
        drawn = _one(by.name, [_parked(car, by._replace(name=f"{by.name} {n}")) for n, car in cars])
    else:
        drawn = _single(static, by, t_s)
    return drawn


def _single(static: Post | Parked | Patch, by: By, t_s: float) -> Thing:
    if isinstance(static, Parked):
        return _parked(static, by)
    if isinstance(static, Post):
        figure, arguments = POSTS[static.kind]
        return FIGURES[figure](static.x_m, static.y_m, **by.keys(), **arguments)
    span = static.low_m, static.high_m
    if static.kind == "gravel":
        return FIGURES["road_surface"](*span, **by.keys(), surface="gravel")
    return FIGURES["leaves"](*span, t_s=t_s, **by.keys())


def _rail(rail: GuardRail, by: By, detail: str) -> Thing:
    def piece(start: Place, end: Place, name: str) -> Thing:
        keys = by._replace(name=name, side=_seen_from(rail)).keys()
        return guard_rail(start, end, **keys, detail=detail)

    return _along(rail, piece, by.name)


def _row(row: Row, by: By, t_s: float) -> Thing:
    figure, arguments = ROWS[row.kind]
    moving = {"t_s": t_s} if stirs(row) else {}

    def piece(start: Place, end: Place, name: str) -> Thing:
        keys = by._replace(name=name, side=_seen_from(row)).keys()
        return FIGURES[figure](start, end, **keys, **arguments, **moving)

    return _along(row, piece, by.name)


def _along(static: GuardRail | Row, piece: Callable[[Place, Place, str], Thing], name: str) -> Thing:
    pieces = [
        piece(start, end, f"{name} {n}" if n else name) for n, (start, end) in enumerate(chords(static))
    ]
    return pieces[0] if len(pieces) == 1 else _one(name, pieces)


def _seen_from(static: GuardRail | Row) -> Side:
    """Posts and what lies behind a face are away from y = 0."""
    return "right" if static.y_m < 0 else "left"


def _parked(car: Parked, by: By) -> Thing:
    return vehicle_thing(car.kind, (car.x_m, car.y_m, car.heading_rad), 0.0, 0.0, by)


def _one(name: str, things: Sequence[Thing]) -> Thing:
    """Several as one."""
    return Thing(
        name,
        join(*(one.scatterers for one in things)),
        tuple(box for one in things for box in one.boxes),
        tuple(mirror for one in things for mirror in one.mirrors),
    )
