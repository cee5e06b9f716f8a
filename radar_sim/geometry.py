"""Where scatterers are and how they move in a radar's own axes, chirp by chirp.

Written out axis by axis: each mirrored input (y, yaw, heading, yaw rate with the other sign) then gives the
same x and z and exactly the negative y, to the last bit.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radar_sim.fit import Body
from radar_sim.scatterers import Floats, Scatterers
from radar_sim.scene import TruckPose

SKIN_M = 0.05  # radars and rivets sit on the skin of the box, not in it
FIELD_RAD = math.radians(80)  # beyond it the fascia cone of a corner radar ends


@dataclass(frozen=True, slots=True)
class Mount:
    """Where a radar really sits: truck axes."""

    position_m: tuple[float, float, float]
    yaw_rad: float
    pitch_rad: float


def in_truck_axes(points: Scatterers, truck: TruckPose, t_s: float) -> Floats:
    """Where world points (n) are for the moving truck at one time after the scene's instant, (axis, n)."""
    heading = truck.heading_rad + truck.yaw_rate_radps * t_s
    cos, sin = math.cos(heading), math.sin(heading)
    origin_x, origin_y = origin(truck, np.array(t_s))
    way = points.velocity_mps + t_s * (points.acceleration_mps2 / 2 + t_s * points.jerk_mps3 / 6)
    x, y, z = (points.position_m + t_s * way).T
    x, y = x - origin_x, y - origin_y
    return np.stack([cos * x + sin * y, cos * y - sin * x, z])


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


def in_sensor_axes(truck_m: Floats, mount: Mount) -> Floats:
    """Truck axes (axis, n) to one radar's: x along the boresight, y left, z up."""
    cos, sin = math.cos(mount.yaw_rad), math.sin(mount.yaw_rad)
    cos_pitch, sin_pitch = math.cos(mount.pitch_rad), math.sin(mount.pitch_rad)
    x, y, z = truck_m - np.array(mount.position_m)[:, None]
    ahead = cos * x + sin * y
    return np.stack([ahead * cos_pitch - z * sin_pitch, cos * y - sin * x, ahead * sin_pitch + z * cos_pitch])


def in_field(sensor_m: Floats) -> NDArray[np.bool_]:
    """Which points (axis, n) in sensor axes lie ahead of the radar and within 80 degrees of azimuth."""
    x, y, _ = sensor_m
    inside: NDArray[np.bool_] = x > math.cos(FIELD_RAD) * np.sqrt(x * x + y * y)
    return inside


def hidden_by_body(truck_m: Floats, mount: Mount, body: Body) -> NDArray[np.bool_]:
    """Which points (axis, n) in truck axes have the truck's box, less its skin, between them and the radar.

    The box reaches down to the ground: wheels, tanks and side guards fill what the body leaves open.
    """
    half = body.width_m / 2 - SKIN_M
    low = np.array([SKIN_M - body.length_m, -half, 0.0])
    high = np.array([-SKIN_M, half, body.height_m - SKIN_M])
    enter, leave = np.zeros(truck_m.shape[1]), np.ones(truck_m.shape[1])
    for axis, start in enumerate(mount.position_m):
        step = truck_m[axis] - start
        step = np.where(step == 0, 1e-12, step)  # parallel to this pair of sides
        first, second = (low[axis] - start) / step, (high[axis] - start) / step
        enter = np.maximum(enter, np.minimum(first, second))
        leave = np.minimum(leave, np.maximum(first, second))
    hidden: NDArray[np.bool_] = enter < leave
    return hidden
