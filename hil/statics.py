"""What stands beside the road, in world axes, as the radar simulator is to see it."""

import math
from dataclasses import dataclass

from edge_controller.messages import Side
from hil.truth import Truth
from radar_sim import Thing
from radar_sim.figures.furniture import sign
from radar_sim.figures.roadside import guard_rail
from radar_sim.figures.street import street

STREET_BEHIND_M, STREET_AHEAD_M = 40.0, 70.0


@dataclass(frozen=True, slots=True)
class Street:
    """Kerb, posts and parked cars along the whole road, drawn from the seed."""


@dataclass(frozen=True, slots=True)
class GuardRail:
    """A steel rail with posts along x."""

    start_x_m: float
    end_x_m: float
    y_m: float


@dataclass(frozen=True, slots=True)
class Sign:
    """One traffic sign on its post."""

    x_m: float
    y_m: float


Static = Street | GuardRail | Sign


def thing(
    static: Static, seed: int, side: Side, opening_x_m: tuple[float, float] | None, truth: Truth
) -> Thing:
    """One static thing as the simulator draws it; a side road leaves a street at `opening_x_m`.

    In the plain truth rail and sign are figures of points, in the full one mirrors; the sign then faces us.
    """
    detail = "points" if truth == "plain" else "mirror"
    if isinstance(static, Street):
        return street(-STREET_BEHIND_M, STREET_AHEAD_M, opening_x_m=opening_x_m, seed=seed, near_side=side)
    if isinstance(static, GuardRail):
        road_is: Side = "right" if static.y_m < 0 else "left"  # posts stand away from y = 0
        ends = ((static.start_x_m, static.y_m), (static.end_x_m, static.y_m))
        return guard_rail(*ends, seed=seed, near_side=road_is, detail=detail)
    faces_rad = 0.0 if truth == "plain" else math.pi
    return sign(static.x_m, static.y_m, faces_rad, seed=seed, near_side=side, detail=detail)
