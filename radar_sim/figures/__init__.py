"""Figures: what a scene is made of, each a function that gives a Thing, by the name scene files use."""

import math
from collections.abc import Callable

from radar_sim.cyclist import cyclist as cyclist_points
from radar_sim.figures.furniture import bin_, manhole, post, sign
from radar_sim.figures.own_truck import own_truck
from radar_sim.figures.reflector import reflector
from radar_sim.figures.roadside import guard_rail, hedge, kerb, metal_fence, wall
from radar_sim.figures.street import street
from radar_sim.figures.surfaces import leaves, road_surface
from radar_sim.figures.truck import mixer, muck_tipper
from radar_sim.figures.vehicles import car, parked_row
from radar_sim.fit import Side
from radar_sim.pedestrian import ADULT_M, pedestrian
from radar_sim.scatterers import Scatterers
from radar_sim.scene import Thing

__all__ = ["FIGURES", "own_truck"]


def cyclist(
    x_m: float,
    y_m: float,
    heading_rad: float,
    speed_mps: float,
    t_s: float,
    *,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "cyclist",
) -> Thing:
    """A person riding a bicycle."""
    points = cyclist_points(x_m, y_m, heading_rad, speed_mps, t_s, seed=seed, near_side=near_side)
    return _moving(name, points, (x_m, y_m), heading_rad, speed_mps)


def adult(
    x_m: float,
    y_m: float,
    heading_rad: float,
    speed_mps: float,
    t_s: float,
    *,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "adult",
    height_m: float = ADULT_M,
) -> Thing:
    """A person on foot, walking or standing."""
    points = pedestrian(
        x_m, y_m, heading_rad, speed_mps, t_s, seed=seed, near_side=near_side, height_m=height_m
    )
    return _moving(name, points, (x_m, y_m), heading_rad, speed_mps)


def _moving(
    name: str, points: Scatterers, place_m: tuple[float, float], heading_rad: float, speed_mps: float
) -> Thing:
    velocity_mps = (speed_mps * math.cos(heading_rad), speed_mps * math.sin(heading_rad), 0.0)
    return Thing(name, points, place_m=(*place_m, 0.0), heading_rad=heading_rad, velocity_mps=velocity_mps)


FIGURES: dict[str, Callable[..., Thing]] = {
    "adult": adult,
    "bin": bin_,
    "car": car,
    "cyclist": cyclist,
    "guard_rail": guard_rail,
    "hedge": hedge,
    "kerb": kerb,
    "leaves": leaves,
    "manhole": manhole,
    "metal_fence": metal_fence,
    "mixer": mixer,
    "muck_tipper": muck_tipper,
    "parked_row": parked_row,
    "post": post,
    "reflector": reflector,
    "road_surface": road_surface,
    "sign": sign,
    "street": street,
    "wall": wall,
}
