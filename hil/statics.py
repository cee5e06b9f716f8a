"""What stands beside the road, in world axes, as the radar simulator is to see it."""

from dataclasses import dataclass

import numpy as np

from edge_controller.messages import Side
from radar_sim import Scatterers, guard_rail, street

STREET_BEHIND_M, STREET_AHEAD_M = 40.0, 70.0
SIGN_POST_DBSM, SIGN_PLATE_DBSM = -3.0, 5.0
SIGN_PLATE_M = (2.0, 2.3, 2.6)  # heights of its points: lowest edge at about 2 m (UN R151, false reaction)
SIGN_POST_HEIGHTS_M = (0.4, 0.9, 1.4)


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
    return _sign(static)


def _sign(sign: Sign) -> Scatterers:
    heights_m = np.array(SIGN_POST_HEIGHTS_M + SIGN_PLATE_M)
    dbsm = np.repeat([SIGN_POST_DBSM, SIGN_PLATE_DBSM], [len(SIGN_POST_HEIGHTS_M), len(SIGN_PLATE_M)])
    position_m = np.stack(
        [np.full(len(heights_m), sign.x_m), np.full(len(heights_m), sign.y_m), heights_m], axis=1
    )
    return Scatterers(position_m, np.zeros(position_m.shape), 10 ** (dbsm / 10) / len(SIGN_PLATE_M))
