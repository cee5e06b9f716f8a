"""The truck's own motion within a frame: its points and antennas in world axes.

The point without side slip runs along an arc. Written out axis by axis, so that a mirrored truck gives the
mirror image to the last bit.
"""

import math

import numpy as np

from radar_sim.fit import Radar
from radar_sim.geometry import Mount, in_truck_axes, origin
from radar_sim.paths import Antennas
from radar_sim.scene.scatterers import Floats, Scatterers, carried
from radar_sim.scene.scene import TruckPose


def riding_along(points: Scatterers, truck: TruckPose) -> Scatterers:
    """Points of the truck's axes as the world sees them: the arc's motion, and theirs in it, as one cubic.

    With R the truck's heading, w its yaw rate, S a quarter turn to the left and v, a, j the derivatives of a
    place q in truck axes, those of R q are R (v + w S q), R (a + 2 w S v - w^2 q) and
    R (j + 3 w S a - 3 w^2 v - w^3 S q). What the cubic leaves out is w^4 t^4 / 24 of the lever for a point at
    rest, below 1e-8 m in 15 ms; for a rim of radius r that rolls at u rad/s it is r u^4 t^4 / 24.
    """
    cos, sin = math.cos(truck.heading_rad), math.sin(truck.heading_rad)
    yaw, speed = truck.yaw_rate_radps, truck.speed_mps
    x, y, z = points.position_m.T
    (vx, vy, vz), (ax, ay, az), (jx, jy, jz) = (
        rows.T for rows in (points.velocity_mps, points.acceleration_mps2, points.jerk_mps3)
    )
    lever = x - truck.no_side_slip_x_m
    # In the truck's axes as they lie at the scene's instant, ahead and to the left.
    ahead = (
        speed - yaw * y + vx,
        -yaw * yaw * lever - 2 * yaw * vy + ax,
        -speed * yaw * yaw + yaw * yaw * yaw * y - 3 * yaw * yaw * vx - 3 * yaw * ay + jx,
    )
    left = (
        yaw * lever + vy,
        speed * yaw - yaw * yaw * y + 2 * yaw * vx + ay,
        -yaw * yaw * yaw * lever - 3 * yaw * yaw * vy + 3 * yaw * ax + jy,
    )
    motion = np.empty((4, len(points), 3))
    motion[0, :, 0] = truck.x_m + cos * x - sin * y
    motion[0, :, 1] = truck.y_m + sin * x + cos * y
    motion[0, :, 2] = z
    for order, a, b, up in zip(motion[1:], ahead, left, (vz, az, jz), strict=True):
        order[:, 0], order[:, 1], order[:, 2] = cos * a - sin * b, sin * a + cos * b, up
    return carried(points, motion, points.heading_rad + truck.heading_rad)


def antennas(radar: Radar, mount: Mount, truck: TruckPose, times_s: Floats) -> Antennas:
    """Every antenna at every time after the scene's instant."""
    place_m, speed_mps = _carried(_in_truck((*radar.tx_m, *radar.rx_m), mount), truck, times_s)
    count = len(radar.tx_m)
    return Antennas(place_m[:, :count], speed_mps[:, :count], place_m[:, count:], speed_mps[:, count:])


def _in_truck(antennas_m: tuple[tuple[float, float], ...], mount: Mount) -> Floats:
    """Antennas (y, z) of the sensor's plane in truck axes, (n, 3)."""
    y, z = np.array(antennas_m, dtype=np.float64).T
    return in_truck_axes(np.stack([np.zeros(len(y)), y, z]), mount).T


def _carried(points_m: Floats, truck: TruckPose, times_s: Floats) -> tuple[Floats, Floats]:
    """Truck axes (n, 3) to the world: positions and velocities (time, n, 3)."""
    t = times_s[:, None]
    heading = truck.heading_rad + truck.yaw_rate_radps * t
    cos, sin = np.cos(heading), np.sin(heading)
    origin_x, origin_y = origin(truck, t)
    x, y, z = points_m.T
    lever = x - truck.no_side_slip_x_m
    position = np.stack(
        [
            origin_x + (cos * x - sin * y),
            origin_y + (sin * x + cos * y),
            z + 0 * heading,
        ],
        axis=2,
    )
    speed, yaw = truck.speed_mps, truck.yaw_rate_radps
    velocity = np.stack(
        [
            speed * cos - yaw * (sin * lever + cos * y),
            speed * sin + yaw * (cos * lever - sin * y),
            np.zeros(position.shape[:2]),
        ],
        axis=2,
    )
    return position, velocity
