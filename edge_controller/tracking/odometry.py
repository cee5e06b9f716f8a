"""Where the truck and its radars are, on a ground frame that starts where the tracker started."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar, Truck
from edge_controller.messages import VehicleState

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Mount:
    """One radar over ground at one moment: ground-frame position, heading and velocity."""

    position_m: Floats  # (2,)
    heading_rad: float
    velocity_mps: Floats  # (2,)


class Odometry:
    """Dead reckoning of the no-side-slip point from speed and yaw rate.

    It drifts, and may: tracks live for seconds and are reported relative to the truck.
    """

    def __init__(self, truck: Truck | None) -> None:
        self.no_slip_x_m = truck.no_side_slip_x_m if truck else 0.0
        self._wheelbase_m = truck.wheelbase_m if truck else None
        self.position_m: Floats = np.zeros(2)  # of the no-side-slip point
        self.heading_rad = 0.0
        self.speed_mps = 0.0
        self.yaw_rate_radps = 0.0
        self._t_s: float | None = None

    def move_to(self, t_s: float, truck: VehicleState) -> float:
        """Carry the pose to `t_s`; returns the time moved on, never negative."""
        speed_mps, yaw_rate_radps = self._motion(truck)
        dt_s = max(0.0, t_s - self._t_s) if self._t_s is not None else 0.0
        mean_speed_mps = (self.speed_mps + speed_mps) / 2
        turned_rad = dt_s * (self.yaw_rate_radps + yaw_rate_radps) / 2
        middle_rad = self.heading_rad + turned_rad / 2
        way_m = dt_s * mean_speed_mps
        self.position_m = self.position_m + way_m * np.array([math.cos(middle_rad), math.sin(middle_rad)])
        self.heading_rad += turned_rad
        self.speed_mps, self.yaw_rate_radps = speed_mps, yaw_rate_radps
        self._t_s = t_s if self._t_s is None else max(self._t_s, t_s)
        return dt_s

    def _motion(self, truck: VehicleState) -> tuple[float, float]:
        """Speed and yaw rate; what is not known is taken from the steering, else from before."""
        speed_mps = self.speed_mps if truck.speed_mps is None else truck.speed_mps
        if truck.yaw_rate_radps is not None:
            return speed_mps, truck.yaw_rate_radps
        if truck.steer_rad is not None and self._wheelbase_m is not None:
            return speed_mps, speed_mps * math.tan(truck.steer_rad) / self._wheelbase_m
        return speed_mps, self.yaw_rate_radps

    def ahead(self) -> Floats:
        """Unit vector of the truck's heading over ground."""
        return np.array([math.cos(self.heading_rad), math.sin(self.heading_rad)])

    def mount(self, radar: Radar) -> Mount:
        """Pose and velocity of a radar: speed plus yaw rate times the lever arm."""
        x_m, y_m = radar.position_m[0] - self.no_slip_x_m, radar.position_m[1]
        turn = self._turn()
        velocity = np.array([self.speed_mps - self.yaw_rate_radps * y_m, self.yaw_rate_radps * x_m])
        return Mount(
            position_m=np.asarray(self.position_m + turn @ np.array([x_m, y_m])),
            heading_rad=self.heading_rad + radar.yaw_rad,
            velocity_mps=np.asarray(turn @ velocity),
        )

    def to_truck(self, ground_m: Floats) -> Floats:
        """Ground positions (n, 2) in truck axes."""
        shifted: Floats = self.to_truck_axes(ground_m - self.position_m) + np.array([self.no_slip_x_m, 0.0])
        return shifted

    def to_truck_axes(self, vectors: Floats) -> Floats:
        """Ground-frame vectors (n, 2), turned into truck axes without moving them."""
        turned: Floats = vectors @ self._turn()
        return turned

    def _turn(self) -> Floats:
        cos, sin = math.cos(self.heading_rad), math.sin(self.heading_rad)
        return np.array([[cos, -sin], [sin, cos]])
