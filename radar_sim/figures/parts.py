"""Points of a figure in its own axes (x ahead, y left, z up from the ground), and in the world."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from radar_sim.figures.motion import Motion, cos, joined, of, points, sin, steady
from radar_sim.figures.pose import Pose
from radar_sim.scene.bodies import Box
from radar_sim.scene.scatterers import Aspect, Floats, Scatterers, checked, turned
from radar_sim.scene.scene import Thing

Drawing = Sequence[tuple[float, float, float]]
SCATTER_M = 0.03  # no point of a person or rider sits exactly where the drawing has it


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Points that move about the origin of the figure, and what each of them reflects."""

    points: Motion  # (4, n, 3)
    rcs_m2: Floats  # (n,); with an aspect a share of its table
    aspect: Aspect = Aspect.NONE


def stiff(drawing: Drawing, scale: float = 1.0) -> Motion:
    """Points at rest in the figure's axes."""
    return of(scale * np.array(drawing, dtype=np.float64))


def fixed(position_m: ArrayLike, rcs_m2: ArrayLike) -> Part:
    """Points at rest in the figure's axes with their cross sections, or one for all."""
    place_m = np.asarray(position_m, dtype=np.float64).reshape(-1, 3)
    return Part(of(place_m), np.broadcast_to(rcs_m2, len(place_m)).astype(np.float64))


def scattered(drawn: Motion, rng: np.random.Generator) -> Motion:
    """Small constant offsets from the drawing."""
    return drawn + of(scatter(rng, drawn.count))


def scatter(rng: np.random.Generator, count: int, level_only: bool = False) -> Floats:
    """What points are beside the drawing, (n, 3)."""
    offset_m = rng.uniform(-SCATTER_M, SCATTER_M, (count, 3))
    return np.asarray(offset_m * np.array([1.0, 1.0, 0.0 if level_only else 1.0]))


def shared(rng: np.random.Generator, count: int, total_m2: float) -> Floats:
    """One cross section split over points, unevenly."""
    weight = rng.uniform(0.5, 1.5, count)
    return np.asarray(total_m2 * weight / weight.sum())


def scaled(drawn: Motion, total_m2: float, rng: np.random.Generator) -> Part:
    """A part whose uneven cross sections, drawn from the seed, add up to a total."""
    return Part(drawn, shared(rng, drawn.count, total_m2))


def person_to_person(rng: np.random.Generator, spread_db: float) -> float:
    """A factor of mean 1 from a log-normal law of this standard deviation: clothes, build, bags."""
    ten_log = math.log(10) / 10
    return math.exp(ten_log * spread_db * rng.standard_normal() - (ten_log * spread_db) ** 2 / 2)


def swung(part: Part, pivot_x_m: float, angle_rad: float, rate_radps: float) -> Part:
    """Points about a pivot on the x axis, turned to the left by an angle that grows at a rate."""
    angle = steady(np.array([angle_rad]), rate_radps)
    x, y, z = (Motion(part.points.orders[..., axis]) for axis in range(3))
    turned_x = cos(angle) * x - sin(angle) * y
    return Part(points(turned_x + pivot_x_m, sin(angle) * x + cos(angle) * y, z), part.rcs_m2)


def together(parts: Sequence[Part], aspect: Aspect = Aspect.NONE) -> Part:
    """Several as one, in the order given, all by one aspect."""
    rcs_m2 = np.concatenate([part.rcs_m2 for part in parts])
    return Part(joined(*(part.points for part in parts)), rcs_m2, aspect)


def moved(part: Part, ahead_m: float) -> Part:
    """The same further ahead."""
    return Part(part.points + of(np.array([ahead_m, 0.0, 0.0])), part.rcs_m2, part.aspect)


def in_own_axes(part: Part, mirror: float) -> Scatterers:
    """As scatterers of the figure's axes; the mirror image across x-z where `mirror` is -1."""
    return scatterers(part.points * np.array([1.0, mirror, 1.0]), part.rcs_m2)


def in_world(parts: Sequence[Part], pose: Pose) -> Scatterers:
    """Carried to the pose, driving ahead."""
    local = joined(*(part.points for part in parts)).orders * np.array([1.0, pose.mirror, 1.0])
    local[1] += np.array([pose.speed_mps, 0.0, 0.0])
    motion = turned(local, pose.heading_rad)
    motion[0] += np.array([pose.x_m, pose.y_m, 0.0])
    rcs_m2 = np.concatenate([part.rcs_m2 for part in parts])
    aspect, heading_rad = np.zeros(len(rcs_m2), np.uint8), np.full(len(rcs_m2), np.nan)
    end = 0
    for part in parts:
        start, end = end, end + len(part.rcs_m2)
        if part.aspect != Aspect.NONE:
            aspect[start:end], heading_rad[start:end] = part.aspect, pose.heading_rad
    return checked(motion, rcs_m2, heading_rad, aspect)


def thing(name: str, parts: Sequence[Part], pose: Pose, box: Box) -> Thing:
    """A person or rider in the world; `box` is given about the figure's own origin."""
    body = replace(box, x_m=pose.x_m, y_m=pose.y_m, heading_rad=pose.heading_rad)
    middle_m = (pose.x_m, pose.y_m, (box.low_m + box.high_m) / 2)
    return Thing(name, in_world(parts, pose), (body,), (), middle_m, pose.heading_rad, pose.velocity_mps)


def scatterers(way: Motion, rcs_m2: Floats) -> Scatterers:
    """Points whose way is known in the axes they are wanted in."""
    position_m, velocity_mps, acceleration_mps2, jerk_mps3 = way.orders
    return Scatterers(
        position_m, velocity_mps, rcs_m2, acceleration_mps2=acceleration_mps2, jerk_mps3=jerk_mps3
    )
