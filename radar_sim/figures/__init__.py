"""Figures: what a scene is made of, each a function that gives a Thing."""

from collections.abc import Callable

from radar_sim.figures.furniture import bin_, manhole, post, sign
from radar_sim.figures.own_truck import own_truck
from radar_sim.figures.roadside import guard_rail, hedge, kerb, metal_fence, wall
from radar_sim.figures.street import street
from radar_sim.figures.surfaces import leaves, road_surface
from radar_sim.figures.truck import mixer, muck_tipper
from radar_sim.figures.vehicles import car, parked_row
from radar_sim.scene import Thing

__all__ = ["FIGURES", "own_truck"]

FIGURES: dict[str, Callable[..., Thing]] = {
    "bin": bin_,
    "car": car,
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
    "road_surface": road_surface,
    "sign": sign,
    "street": street,
    "wall": wall,
}
