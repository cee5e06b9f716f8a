"""What stands beside the road, in world axes, as the radar simulator is to see it."""

from dataclasses import dataclass

from edge_controller.messages import Side
from radar_sim import Scatterers, guard_rail, sign, street

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


def scatterers(static: Static, seed: int, side: Side, opening_x_m: tuple[float, float] | None) -> Scatterers:
    """Points of one static thing; a side road leaves a street at `opening_x_m`."""
    if isinstance(static, Street):
        return street(seed, side, -STREET_BEHIND_M, STREET_AHEAD_M, opening_x_m)
    if isinstance(static, GuardRail):
        return guard_rail(static.start_x_m, static.end_x_m, static.y_m, seed=seed)
    return sign(static.x_m, static.y_m)
