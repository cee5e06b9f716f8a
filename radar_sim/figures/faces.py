"""Boxes and flat faces of a figure in its own axes, carried to the world."""

import math

from radar_sim.scene.bodies import Box, Mirror, Place

SKIN_M = 0.05  # a box is slimmer by this, so that points on the skin lie outside it


def carried_place(x_m: float, y_m: float, pose: tuple[float, float, float]) -> Place:
    """A place of own axes in the world; axis by axis, so that mirror images are exact."""
    cos, sin = math.cos(pose[2]), math.sin(pose[2])
    return pose[0] + (cos * x_m - sin * y_m), pose[1] + (sin * x_m + cos * y_m)


def box(
    pose: tuple[float, float, float],
    span_x_m: tuple[float, float],
    width_m: float,
    span_z_m: tuple[float, float],
    *,
    hides_own: bool = True,
    skin_m: float = SKIN_M,
) -> Box:
    """A part of a vehicle from one x to another, symmetric about its axis, less its skin."""
    rear_m, front_m = span_x_m
    x_m, y_m = carried_place((rear_m + front_m) / 2, 0.0, pose)
    length_m = front_m - rear_m - 2 * skin_m
    return Box(
        x_m, y_m, pose[2], length_m, width_m - 2 * skin_m, span_z_m[0], span_z_m[1] - skin_m,
        hides_own=hides_own,
    )  # fmt: skip


def flanks(
    pose: tuple[float, float, float],
    span_x_m: tuple[float, float],
    width_m: float,
    span_z_m: tuple[float, float],
    mirror: float,
    *,
    reflection: float = -0.95,
    radius_m: float = math.inf,
    velocity_mps: Place = (0.0, 0.0),
) -> tuple[Mirror, Mirror]:
    """Both sides of a vehicle as surfaces that reflect outwards, the right one first, mirrored the left."""
    faces = []
    for side in (-mirror, mirror):
        rear = carried_place(span_x_m[0], side * width_m / 2, pose)
        front = carried_place(span_x_m[1], side * width_m / 2, pose)
        start, end = (front, rear) if side < 0 else (rear, front)  # outwards is the left hand
        faces.append(Mirror(start, end, *span_z_m, reflection, radius_m, velocity_mps))
    return faces[0], faces[1]


def tail(
    pose: tuple[float, float, float],
    x_m: float,
    width_m: float,
    span_z_m: tuple[float, float],
    *,
    velocity_mps: Place = (0.0, 0.0),
) -> Mirror:
    """The flat rear face; it reflects backwards."""
    right = carried_place(x_m, -width_m / 2, pose)
    left = carried_place(x_m, width_m / 2, pose)
    return Mirror(right, left, *span_z_m, velocity_mps=velocity_mps)
