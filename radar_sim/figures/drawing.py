"""Parts of a figure in its own axes (x ahead, y left, z up) become a Thing in the world."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from radar_sim.figures.checks import finite, one_of
from radar_sim.figures.motion import Motion, joined, of
from radar_sim.fit import Side
from radar_sim.scene.bodies import Box
from radar_sim.scene.scatterers import Aspect, Floats, Scatterers, turned
from radar_sim.scene.scene import Thing

Drawing = Sequence[tuple[float, float, float]]
SCATTER_M = 0.03  # no point sits exactly where the drawing has it


@dataclass(frozen=True, slots=True)
class Part:
    """Points that move about the middle of the figure, and what each of them reflects."""

    points: Motion  # (4, n, 3)
    rcs_m2: Floats  # (n,)
    aspect: Aspect = Aspect.NONE


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure is, whither and how fast it goes, and which way round it is built."""

    x_m: float
    y_m: float
    heading_rad: float
    speed_mps: float
    near_side: Side


def check_place(name: str, place: Place, t_s: float) -> None:
    """What every figure is told."""
    finite(name, x_m=place.x_m, y_m=place.y_m, heading_rad=place.heading_rad, t_s=t_s)
    one_of(name, "near_side", place.near_side, ("right", "left"))


def stiff(drawing: Drawing, scale: float = 1.0) -> Motion:
    """Points that do not move within the figure."""
    return of(scale * np.array(drawing, dtype=np.float64))


def scattered(points: Motion, rng: np.random.Generator, level_only: bool = False) -> Motion:
    """Small constant offsets from the drawing."""
    offset_m = rng.uniform(-SCATTER_M, SCATTER_M, points.orders.shape[1:])
    return points + of(offset_m * np.array([1.0, 1.0, 0.0 if level_only else 1.0]))


def shared(rng: np.random.Generator, count: int, total_m2: float) -> Floats:
    """One cross section split over points, unevenly."""
    weight = rng.uniform(0.5, 1.5, count)
    return np.asarray(total_m2 * weight / weight.sum())


def person_to_person(rng: np.random.Generator, spread_db: float) -> float:
    """A factor of mean 1 from a log-normal law of this standard deviation: clothes, build, bags."""
    ten_log = math.log(10) / 10
    return math.exp(ten_log * spread_db * rng.standard_normal() - (ten_log * spread_db) ** 2 / 2)


def thing(name: str, parts: Sequence[Part], place: Place, box: Box) -> Thing:
    """The figure in the world; `box` is given about its middle."""
    mirror = np.array([1.0, 1.0 if place.near_side == "right" else -1.0, 1.0])
    local = [order * mirror for order in joined(*(part.points for part in parts)).orders]
    local[1] = local[1] + np.array([place.speed_mps, 0.0, 0.0])
    position_m, velocity_mps, acceleration_mps2, jerk_mps3 = (
        turned(order, place.heading_rad) for order in local
    )
    aspect = _aspects(parts)
    points = Scatterers(
        position_m + np.array([place.x_m, place.y_m, 0.0]),
        velocity_mps,
        np.concatenate([part.rcs_m2 for part in parts]),
        np.where(aspect == Aspect.NONE, np.nan, place.heading_rad),
        aspect,
        acceleration_mps2,
        jerk_mps3,
    )
    body = replace(box, x_m=place.x_m, y_m=place.y_m, heading_rad=place.heading_rad)
    along = place.speed_mps * math.cos(place.heading_rad), place.speed_mps * math.sin(place.heading_rad)
    middle_m = (place.x_m, place.y_m, (box.low_m + box.high_m) / 2)
    return Thing(name, points, (body,), (), middle_m, place.heading_rad, (*along, 0.0))


def _aspects(parts: Sequence[Part]) -> NDArray[np.uint8]:
    return np.concatenate([np.full(len(part.rcs_m2), part.aspect, np.uint8) for part in parts])
