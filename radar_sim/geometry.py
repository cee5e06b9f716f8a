"""Where scatterers are and how they move in a radar's own axes, chirp by chirp.

Written out axis by axis: each mirrored input (y, yaw, heading, yaw rate with the other sign) then gives the
same x and z and exactly the negative y, to the last bit.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radar_sim.fit import Body
from radar_sim.scene import Floats, Scatterers, TruckPose

SKIN_M = 0.05  # radars and rivets sit on the skin of the box, not in it
FIELD_RAD = math.radians(80)  # beyond it the fascia cone of a corner radar ends


@dataclass(frozen=True, slots=True)
class Mount:
    """Where a radar really sits: truck axes."""

    position_m: tuple[float, float, float]
    yaw_rad: float
    pitch_rad: float


@dataclass(frozen=True, slots=True)
class Motion:
    """Positions and velocities (axis, chirp, scatterer) in one radar's or the truck's moving axes."""

    position_m: Floats
    velocity_mps: Floats

    def joined(self, other: "Motion") -> "Motion":
        """Both groups, this one first."""
        return Motion(
            np.concatenate([self.position_m, other.position_m], axis=2),
            np.concatenate([self.velocity_mps, other.velocity_mps], axis=2),
        )

    def where(self, chosen: NDArray[np.bool_]) -> "Motion":
        """Only the chosen scatterers."""
        return Motion(self.position_m[:, :, chosen], self.velocity_mps[:, :, chosen])


def in_truck_axes(scatterers: Scatterers, truck: TruckPose, times_s: Floats) -> Motion:
    """World scatterers as the moving truck sees them at each time after the scene's instant."""
    t = times_s[:, None]
    heading = truck.heading_rad + truck.yaw_rate_radps * t
    cos, sin = np.cos(heading), np.sin(heading)
    origin_x, origin_y = _origin(truck, t)
    velocity = scatterers.velocity_mps
    x = scatterers.position_m[:, 0] + velocity[:, 0] * t - origin_x
    y = scatterers.position_m[:, 1] + velocity[:, 1] * t - origin_y
    z = scatterers.position_m[:, 2] + velocity[:, 2] * t
    ahead, left = cos * x + sin * y, cos * y - sin * x
    yaw_rate = truck.yaw_rate_radps
    return Motion(
        np.stack([ahead, left, z]),
        np.stack(
            [
                cos * velocity[:, 0] + sin * velocity[:, 1] - truck.speed_mps + yaw_rate * left,
                cos * velocity[:, 1] - sin * velocity[:, 0] - yaw_rate * (ahead - truck.no_side_slip_x_m),
                np.broadcast_to(velocity[:, 2], z.shape),
            ]
        ),
    )


def _origin(truck: TruckPose, t: Floats) -> tuple[Floats, Floats]:
    """World position of the truck-axes origin: the point without side slip runs along an exact arc."""
    lever = truck.no_side_slip_x_m
    turned = truck.yaw_rate_radps * t
    chord = truck.speed_mps * t * np.sinc(turned / (2 * np.pi))
    along = truck.heading_rad + turned / 2
    x = truck.x_m + lever * math.cos(truck.heading_rad) + chord * np.cos(along)
    y = truck.y_m + lever * math.sin(truck.heading_rad) + chord * np.sin(along)
    heading = truck.heading_rad + turned
    return x - lever * np.cos(heading), y - lever * np.sin(heading)


def riding_along(points_m: Floats, chirps: int) -> Motion:
    """Points of the truck itself (n, 3): at rest in its axes."""
    position = np.broadcast_to(points_m.T[:, None, :], (3, chirps, len(points_m)))
    return Motion(position, np.zeros(position.shape))


def in_sensor_axes(motion: Motion, mount: Mount) -> Motion:
    """Truck axes to one radar's: x along the boresight, y left, z up."""
    offset = np.array(mount.position_m)[:, None, None]
    return Motion(_rotated(motion.position_m - offset, mount), _rotated(motion.velocity_mps, mount))


def _rotated(vectors: Floats, mount: Mount) -> Floats:
    cos, sin = math.cos(mount.yaw_rad), math.sin(mount.yaw_rad)
    cos_pitch, sin_pitch = math.cos(mount.pitch_rad), math.sin(mount.pitch_rad)
    x, y, z = vectors
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
