"""Boxes and flat faces of a figure in its own axes, carried to the world."""

import math

from radar_sim.figures.pose import Pose
from radar_sim.scene.bodies import Box, Mirror

SKIN_M = 0.05  # a box is slimmer by this, so that points on the skin lie outside it


def box(
    pose: Pose,
    span_x_m: tuple[float, float],
    width_m: float,
    span_z_m: tuple[float, float],
    *,
    hides_own: bool = True,
    skin_m: float = SKIN_M,
) -> Box:
    """A part of a vehicle from one x to another, symmetric about its axis, less its skin."""
    rear_m, front_m = span_x_m
    x_m, y_m = pose.world((rear_m + front_m) / 2, 0.0)
    length_m = front_m - rear_m - 2 * skin_m
    return Box(
        x_m, y_m, pose.heading_rad, length_m, width_m - 2 * skin_m, span_z_m[0], span_z_m[1] - skin_m,
        hides_own=hides_own,
    )  # fmt: skip


def flanks(
    pose: Pose,
    span_x_m: tuple[float, float],
    width_m: float,
    span_z_m: tuple[float, float],
    *,
    reflection: float = -0.95,
    radius_m: float = math.inf,
) -> tuple[Mirror, Mirror]:
    """Both sides of a vehicle as surfaces that reflect outwards, the near one first."""
    faces = []
    for side in (-pose.mirror, pose.mirror):
        rear = pose.world(span_x_m[0], side * width_m / 2)
        front = pose.world(span_x_m[1], side * width_m / 2)
        start, end = (front, rear) if side < 0 else (rear, front)  # outwards is the left hand
        faces.append(Mirror(start, end, *span_z_m, reflection, radius_m, pose.velocity_mps[:2]))
    return faces[0], faces[1]


def tail(
    pose: Pose,
    x_m: float,
    width_m: float,
    span_z_m: tuple[float, float],
) -> Mirror:
    """The flat rear face; it reflects backwards."""
    right = pose.world(x_m, -width_m / 2)
    left = pose.world(x_m, width_m / 2)
    return Mirror(right, left, *span_z_m, velocity_mps=pose.velocity_mps[:2])
