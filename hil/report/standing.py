"""What stands beside the road, where the radar simulator has it."""

from dataclasses import dataclass

from hil.encounter import Encounter
from hil.roadside import thing
from hil.scene import opening_x_m
from hil.statics import GuardRail, Post, Row, Sign, Street, chords, hides, screens_of

Point = tuple[float, float]
KERB_TOP_M = 0.2  # lower reflectors are kerb stones, drawn as the kerb
LINE_NEAR_M, LINE_OFF_M = 5.5, 2.5  # how far a line across the lane reaches beyond the body's sides


@dataclass(frozen=True, slots=True)
class Standing:
    """In world axes."""

    points: tuple[Point, ...] = ()  # posts, bins and parked cars of a street, one point a reflector
    rails: tuple[tuple[Point, Point], ...] = ()
    signs: tuple[Point, ...] = ()
    bodies: tuple[tuple[Point, ...], ...] = ()  # what hides: walls, hedges, vehicles


def standing_of(encounter: Encounter, seed: int | None) -> Standing:
    """All of it; a street is drawn from the seed, so without one its posts are left out."""
    statics = encounter.statics
    low = [one for one in statics if isinstance(one, GuardRail) or (isinstance(one, Row) and not hides(one))]
    signs = [static for static in statics if isinstance(static, Sign)]
    posts = tuple((static.x_m, static.y_m) for static in statics if isinstance(static, Post))
    return Standing(
        points=posts if seed is None else (*posts, *_street(encounter, seed)),
        rails=tuple(chord for static in low for chord in chords(static)),
        signs=tuple((sign.x_m, sign.y_m) for sign in signs),
        bodies=tuple(screen.corners for screen in screens_of(statics)),
    )


def line_reach_m(encounter: Encounter) -> tuple[float, float]:
    """y where a line across the lane ends: near side, off side."""
    truck = encounter.fit.truck
    half_m = truck.width_m / 2
    return truck.near_sign * (half_m + LINE_NEAR_M), -truck.near_sign * (half_m + LINE_OFF_M)


def _street(encounter: Encounter, seed: int) -> tuple[Point, ...]:
    side, opening = encounter.fit.truck.near_side, opening_x_m(encounter)
    streets = [static for static in encounter.statics if isinstance(static, Street)]
    found = [thing(street, seed, side, opening, encounter.truth).scatterers.position_m for street in streets]
    return tuple((float(x), float(y)) for points in found for x, y, z in points if z >= KERB_TOP_M)
