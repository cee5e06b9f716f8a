"""What a scene is made of: each figure is a function that gives a Thing. Scene files know these names."""

from collections.abc import Callable

from radar_sim.figures.furniture import bin_, manhole, post, sign
from radar_sim.figures.own_truck import own_truck
from radar_sim.figures.people import adult, child
from radar_sim.figures.reflector import reflector
from radar_sim.figures.riders import cyclist, e_bike
from radar_sim.figures.roadside import guard_rail, hedge, kerb, metal_fence, wall
from radar_sim.figures.scooter import delivery_scooter
from radar_sim.figures.street import street
from radar_sim.figures.surfaces import leaves, road_surface
from radar_sim.figures.truck import mixer, muck_tipper
from radar_sim.figures.vehicles import car, parked_row
from radar_sim.figures.wheelchair import wheelchair
from radar_sim.scene.scene import Thing

__all__ = [
    "FIGURES",
    "adult",
    "child",
    "cyclist",
    "delivery_scooter",
    "e_bike",
    "own_truck",
    "street",
    "wheelchair",
]

FIGURES: dict[str, Callable[..., Thing]] = {
    "adult": adult,
    "bin": bin_,
    "car": car,
    "child": child,
    "cyclist": cyclist,
    "delivery_scooter": delivery_scooter,
    "e_bike": e_bike,
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
    "wheelchair": wheelchair,
}
