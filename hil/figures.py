"""Road users as the radar simulator draws them."""

import math
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from edge_controller.messages import Side
from hil.pace import Move
from hil.reaction import Starts
from hil.road_user import KINDS, Kind, RoadUser
from hil.walker import Stance
from radar_sim import FIGURES, Box, Scatterers, Thing, join

Place = tuple[float, float]

GROWN_UP_M = 1.4  # who is smaller walks as a child
WALKS_PER_S = 1.45  # times his height: faster ones keep this pace of limbs, for running is not drawn
PUSHED_MPS = 2.0  # faster wheelchairs have a motor
PASSENGER_BEHIND_M, RACK_M, PASSENGER_M = 0.55, 0.35, 1.15  # sits with legs drawn up; estimate
KNEELING_M, KNEELING_DBSM = 1.25, -10.1  # an adult's -8 dBsm less what height takes; estimate
LYING_HIGH_M = 0.6
TRUCKS: dict[Kind, str] = {"bus": "muck_tipper", "loader": "muck_tipper", "tipper": "muck_tipper"}


class By(NamedTuple):
    """What a figure is called and drawn from, and which way round it is built."""

    name: str
    seed: int
    side: Side

    def keys(self) -> dict[str, Any]:
        """As the figures take them."""
        return {"name": self.name, "seed": self.seed, "near_side": self.side}


def user_thing(user: RoadUser, stance: Stance, by: By) -> Thing:
    """A road user in his stance."""
    if stance.lies:
        still = stance._replace(speed_mps=0.0)
        return _pushed(_laid_down(_upright(user, still, by), user, stance, by.side), stance)
    return _upright(user, stance, by)


def _upright(user: RoadUser, stance: Stance, by: By) -> Thing:
    if user.is_vehicle:
        place = stance.x_m, stance.y_m, stance.heading_rad
        return vehicle_thing(user.kind, place, stance.speed_mps, stance.own_s, by)
    if user.kind in ("pedestrian", "child", "kneeling", "skater"):
        return _on_foot(user, stance, by)
    where = stance.x_m, stance.y_m, stance.heading_rad, stance.speed_mps, stance.own_s
    if user.kind == "wheelchair":
        powered = _fastest_mps(user) > PUSHED_MPS
        return FIGURES["wheelchair"](*where, **by.keys(), powered=powered)
    if user.kind == "two_on_a_bicycle":
        rider = FIGURES["cyclist"](*where, **by.keys())
        return _together(rider, _passenger(stance, by))
    return FIGURES[user.kind](*where, **by.keys())


def vehicle_thing(
    kind: Kind, place: tuple[float, float, float], speed_mps: float, t_s: float, by: By
) -> Thing:
    """A car, truck, bus or loader; the last two as a tipper's box of their size."""
    figure, size = FIGURES[TRUCKS.get(kind, kind)], KINDS[kind]
    measures = {"length_m": size.length_m, "width_m": size.width_m, "height_m": size.height_m}
    return figure(*place, speed_mps, t_s, **by.keys(), **measures)


def _fastest_mps(user: RoadUser) -> float:
    moves: list[Move | Starts] = [*user.moves]
    moves += [reaction for reaction in user.reactions if isinstance(reaction, Starts)]
    return max(move.speed_mps for move in moves)


def _on_foot(user: RoadUser, stance: Stance, by: By) -> Thing:
    """Kneeling people and skaters keep their limbs still; who is too fast to walk is pushed on."""
    still = user.kind in ("kneeling", "skater")
    walks_mps = 0.0 if still else min(stance.speed_mps, WALKS_PER_S * user.height_m)
    where = stance.x_m, stance.y_m, stance.heading_rad, walks_mps, stance.own_s
    if user.kind == "kneeling":
        strength = {"height_m": KNEELING_M, "rcs_dbsm": KNEELING_DBSM}
        thing = FIGURES["child"](*where, **by.keys(), **strength)
    else:
        figure = FIGURES["adult" if user.height_m >= GROWN_UP_M else "child"]
        thing = figure(*where, **by.keys(), height_m=user.height_m)
    return _pushed(thing, stance._replace(speed_mps=stance.speed_mps - walks_mps))


def _passenger(stance: Stance, by: By) -> Thing:
    """Somebody on the rack."""
    behind_x, behind_y = _ahead(stance, -PASSENGER_BEHIND_M)
    where = stance.x_m + behind_x, stance.y_m + behind_y, stance.heading_rad, 0.0, 0.0
    sits = FIGURES["child"](*where, **by._replace(name=f"{by.name} passenger").keys(), height_m=PASSENGER_M)
    points = replace(sits.scatterers, position_m=sits.scatterers.position_m + np.array([0.0, 0.0, RACK_M]))
    return _pushed(replace(sits, scatterers=points, boxes=()), stance)


def _together(thing: Thing, other: Thing) -> Thing:
    return replace(thing, scatterers=join(thing.scatterers, other.scatterers))


def _ahead(stance: Stance, way_m: float) -> Place:
    return way_m * math.cos(stance.heading_rad), way_m * math.sin(stance.heading_rad)


def _pushed(thing: Thing, stance: Stance) -> Thing:
    """The whole carried ahead at the stance's speed besides."""
    if stance.speed_mps == 0:
        return thing
    velocity_mps = np.array([*_ahead(stance, stance.speed_mps), 0.0])
    points = replace(thing.scatterers, velocity_mps=thing.scatterers.velocity_mps + velocity_mps)
    x_mps, y_mps, z_mps = (float(v) for v in velocity_mps + np.array(thing.velocity_mps))
    return replace(thing, scatterers=points, velocity_mps=(x_mps, y_mps, z_mps))


def _laid_down(thing: Thing, user: RoadUser, stance: Stance, side: Side) -> Thing:
    """On foot he falls ahead; whoever rides, to the near side."""
    points = thing.scatterers
    x, y, up = (points.position_m - np.array([stance.x_m, stance.y_m, 0.0])).T
    cos, sin = math.cos(stance.heading_rad), math.sin(stance.heading_rad)
    ahead, left = cos * x + sin * y, cos * y - sin * x
    length_m, width_m = user.lying_m
    if user.rides:
        outwards = -1.0 if side == "right" else 1.0
        left, up = outwards * (up - width_m / 2), LYING_HIGH_M / 2 - outwards * left
    else:
        ahead, up = up - length_m / 2, LYING_HIGH_M / 2 - ahead
    x, y = stance.x_m + (cos * ahead - sin * left), stance.y_m + (sin * ahead + cos * left)
    place: NDArray[np.float64] = np.stack([x, y, np.maximum(up, 0.05)], axis=1)
    still = np.zeros(place.shape)
    lying = Scatterers(place, still, points.rcs_m2, points.heading_rad, points.aspect)
    box = Box(stance.x_m, stance.y_m, stance.heading_rad, length_m, width_m, 0.0, LYING_HIGH_M)
    return Thing(
        thing.name, lying, (box,), (), (stance.x_m, stance.y_m, LYING_HIGH_M / 2), stance.heading_rad
    )
