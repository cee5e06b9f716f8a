"""Everything a scene can hold, by the name scene files use."""

import math
from collections.abc import Callable

from radar_sim import surroundings
from radar_sim.cyclist import cyclist as cyclist_points
from radar_sim.figures.reflector import reflector
from radar_sim.fit import Side
from radar_sim.pedestrian import ADULT_M, pedestrian
from radar_sim.scatterers import Scatterers
from radar_sim.scene import Thing


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


def guard_rail(
    start_m: tuple[float, float],
    end_m: tuple[float, float],
    *,
    seed: int = 0,
    near_side: Side = "right",  # noqa: ARG001 - every figure has it
    name: str = "guard_rail",
) -> Thing:
    """A steel rail along x."""
    points = surroundings.guard_rail(start_m[0], end_m[0], start_m[1], seed=seed)
    return Thing(name, points, place_m=(start_m[0], start_m[1], 0.0))


def sign(
    x_m: float,
    y_m: float,
    heading_rad: float = 0.0,
    *,
    seed: int = 0,  # noqa: ARG001
    near_side: Side = "right",  # noqa: ARG001
    name: str = "sign",
) -> Thing:
    """A traffic sign on its post."""
    return Thing(name, surroundings.sign(x_m, y_m), place_m=(x_m, y_m, 0.0), heading_rad=heading_rad)


def street(
    *,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "street",
    start_x_m: float = -40.0,
    end_x_m: float = 60.0,
    opening_x_m: tuple[float, float] | None = None,
) -> Thing:
    """Kerb, posts, a sign and parked cars along a road whose truck lane is the x axis."""
    return Thing(name, surroundings.street(seed, near_side, start_x_m, end_x_m, opening_x_m))


def _moving(
    name: str, points: Scatterers, place_m: tuple[float, float], heading_rad: float, speed_mps: float
) -> Thing:
    velocity_mps = (speed_mps * math.cos(heading_rad), speed_mps * math.sin(heading_rad), 0.0)
    return Thing(name, points, place_m=(*place_m, 0.0), heading_rad=heading_rad, velocity_mps=velocity_mps)


FIGURES: dict[str, Callable[..., Thing]] = {
    "adult": adult,
    "cyclist": cyclist,
    "guard_rail": guard_rail,
    "reflector": reflector,
    "sign": sign,
    "street": street,
}
