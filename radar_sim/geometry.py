"""The truck's way within a frame, and a radar's own axes.

Written out axis by axis: each mirrored input (y, yaw, heading, yaw rate with the other sign) then gives the
same x and z and exactly the negative y, to the last bit.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radar_sim.scene.scatterers import Floats
from radar_sim.scene.scene import TruckPose

FIELD_RAD = math.radians(80)  # beyond it the fascia cone of a corner radar ends


@dataclass(frozen=True, slots=True)
class Mount:
    """Where a radar really sits: truck axes."""

    position_m: tuple[float, float, float]
    yaw_rad: float
    pitch_rad: float


def origin(truck: TruckPose, t: Floats) -> tuple[Floats, Floats]:
    """World position of the truck-axes origin: the point without side slip runs along an exact arc."""
    lever = truck.no_side_slip_x_m
    turned = truck.yaw_rate_radps * t
    chord = truck.speed_mps * t * np.sinc(turned / (2 * np.pi))
    along = truck.heading_rad + turned / 2
    x = truck.x_m + lever * math.cos(truck.heading_rad) + chord * np.cos(along)
    y = truck.y_m + lever * math.sin(truck.heading_rad) + chord * np.sin(along)
    heading = truck.heading_rad + turned
    return x - lever * np.cos(heading), y - lever * np.sin(heading)


def in_sensor_axes(truck_m: Iterable[Floats], mount: Mount) -> Floats:
    """Truck axes (axis, ...) to one radar's: x along the boresight, y left, z up."""
    cos, sin = math.cos(mount.yaw_rad), math.sin(mount.yaw_rad)
    cos_pitch, sin_pitch = math.cos(mount.pitch_rad), math.sin(mount.pitch_rad)
    x, y, z = (axis - at_m for axis, at_m in zip(truck_m, mount.position_m, strict=True))
    ahead = cos * x + sin * y
    return np.array([ahead * cos_pitch - z * sin_pitch, cos * y - sin * x, ahead * sin_pitch + z * cos_pitch])


def in_truck_axes(sensor_m: Floats, mount: Mount) -> Floats:
    """One radar's axes (axis, n) to those of the truck."""
    cos, sin = math.cos(mount.yaw_rad), math.sin(mount.yaw_rad)
    cos_pitch, sin_pitch = math.cos(mount.pitch_rad), math.sin(mount.pitch_rad)
    x, y, z = sensor_m
    ahead, up = x * cos_pitch + z * sin_pitch, z * cos_pitch - x * sin_pitch
    x_m, y_m, z_m = mount.position_m
    return np.stack([x_m + (cos * ahead - sin * y), y_m + (sin * ahead + cos * y), z_m + up])


def in_field(sensor_m: Floats) -> NDArray[np.bool_]:
    """Which points (axis, n) in sensor axes lie ahead of the radar and within 80 degrees of azimuth."""
    x, y, _ = sensor_m
    inside: NDArray[np.bool_] = x > math.cos(FIELD_RAD) * np.sqrt(x * x + y * y)
    return inside
