"""Figures of a scene: each function makes one Thing. Scene files know them by these names."""

from collections.abc import Callable

from radar_sim.figures.people import adult, child
from radar_sim.figures.riders import cyclist, e_bike
from radar_sim.figures.scooter import delivery_scooter
from radar_sim.figures.wheelchair import wheelchair
from radar_sim.scene import Thing

__all__ = ["FIGURES", "adult", "child", "cyclist", "delivery_scooter", "e_bike", "wheelchair"]

FIGURES: dict[str, Callable[..., Thing]] = {
    "adult": adult,
    "child": child,
    "cyclist": cyclist,
    "e_bike": e_bike,
    "delivery_scooter": delivery_scooter,
    "wheelchair": wheelchair,
}
