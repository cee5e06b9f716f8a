"""Points of a figure in its own axes (x ahead, y left, z up from the ground), and how they move in them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from radar_sim.scene.scatterers import Aspect, Floats, Scatterers, turned

Vector = Sequence[float]


@dataclass(frozen=True, slots=True)
class Part:
    """Some points at one instant, with the derivatives of their way in the figure's own axes."""

    position_m: Floats  # (n, 3)
    velocity_mps: Floats
    acceleration_mps2: Floats
    jerk_mps3: Floats
    rcs_m2: Floats  # (n,)

    def __len__(self) -> int:
        return len(self.rcs_m2)


def fixed(position_m: ArrayLike, rcs_m2: ArrayLike) -> Part:
    """Points at rest in the figure's axes."""
    place_m = np.asarray(position_m, dtype=np.float64).reshape(-1, 3)
    still = np.zeros(place_m.shape)
    return Part(place_m, still, still, still, np.broadcast_to(rcs_m2, len(place_m)).astype(np.float64))


def circling(
    centre_m: Floats, radius_m: Floats, angle_rad: Floats, rate_radps: float, axes: tuple[Vector, Vector]
) -> Part:
    """Points at `angle_rad` from the first of two axes towards the second, turning that way; 1 m2 each."""
    radius = np.asarray(radius_m, dtype=np.float64)[:, None]
    first, second = (np.asarray(axis, dtype=np.float64) for axis in axes)
    cos, sin = np.cos(angle_rad)[:, None], np.sin(angle_rad)[:, None]
    outward = radius * (cos * first + sin * second)
    onward = radius * (cos * second - sin * first)
    return Part(
        centre_m + outward,
        rate_radps * onward,
        -(rate_radps**2) * outward,
        -(rate_radps**3) * onward,
        np.ones(len(radius)),
    )


def swung(part: Part, pivot_x_m: float, angle_rad: float, rate_radps: float) -> Part:
    """Points at rest about a pivot on the x axis, turned to the left by an angle that grows at a rate."""
    arm = turned(part.position_m, angle_rad)
    level, across = arm * [1.0, 1.0, 0.0], np.stack([-arm[:, 1], arm[:, 0], np.zeros(len(arm))], axis=1)
    place_m = arm + np.array([pivot_x_m, 0.0, 0.0])
    return Part(
        place_m, rate_radps * across, -(rate_radps**2) * level, -(rate_radps**3) * across, part.rcs_m2
    )


def together(parts: Sequence[Part]) -> Part:
    """Several as one, in the order given."""
    return Part(*(np.concatenate([getattr(part, name) for part in parts]) for name in Part.__slots__))


def scaled(part: Part, total_m2: float, rng: np.random.Generator) -> Part:
    """Uneven cross sections, drawn from the seed, that add up to a total."""
    weight = part.rcs_m2 * rng.uniform(0.5, 1.5, len(part))
    moving = (part.position_m, part.velocity_mps, part.acceleration_mps2, part.jerk_mps3)
    return Part(*moving, weight * (total_m2 / weight.sum()))


def moved(part: Part, ahead_m: float) -> Part:
    """The same further ahead."""
    rest = (part.velocity_mps, part.acceleration_mps2, part.jerk_mps3, part.rcs_m2)
    return Part(part.position_m + np.array([ahead_m, 0.0, 0.0]), *rest)


def in_own_axes(part: Part, mirror: float) -> Scatterers:
    """As scatterers of the truck's axes; the mirror image across x-z where `mirror` is -1."""
    sign = np.array([1.0, mirror, 1.0])
    way = (part.acceleration_mps2 * sign, part.jerk_mps3 * sign)
    return Scatterers(
        part.position_m * sign,
        part.velocity_mps * sign,
        part.rcs_m2,
        acceleration_mps2=way[0],
        jerk_mps3=way[1],
    )


def in_world(
    part: Part,
    mirror: float,
    pose: tuple[float, float, float],
    speed_mps: float = 0.0,
    aspect: Aspect = Aspect.NONE,
) -> Scatterers:
    """Carried to x, y and heading, driving ahead; with an aspect `rcs_m2` is a share of its table."""
    x_m, y_m, heading_rad = pose
    sign = np.array([1.0, mirror, 1.0])
    count = len(part)
    return Scatterers(
        turned(part.position_m * sign, heading_rad) + np.array([x_m, y_m, 0.0]),
        turned(part.velocity_mps * sign + np.array([speed_mps, 0.0, 0.0]), heading_rad),
        part.rcs_m2,
        np.full(count, np.nan if aspect == Aspect.NONE else heading_rad),
        np.full(count, aspect, np.uint8),
        turned(part.acceleration_mps2 * sign, heading_rad),
        turned(part.jerk_mps3 * sign, heading_rad),
    )
