"""Angle of the trailer behind us. Nobody measures it; it follows from the way its pin has gone.

A trailer's bogie does not slip sideways: d(psi2)/dt = v sin(psi1 - psi2) / L2, with v the speed of the pin.
The way is taken to begin straight. Going forward, what the angle was wrong by then is forgotten, 63 % of it
with each wheelbase of the trailer.
"""

import math

from edge_controller.config import Trailer, Truck

FURTHEST_RAD = 1.5  # no trailer folds further without touching the cab
SETTLED_WHEELBASES = 2.0  # of way forward: 14 % are left of what the angle was wrong by


class Articulation:
    """Of one trailer; signs are those of the yaw rate it is given."""

    def __init__(self, trailer: Trailer, truck: Truck) -> None:
        self._wheelbase_m = trailer.wheelbase_m
        self._lever_m = trailer.hitch_x_m - truck.no_side_slip_x_m
        self._way_m = 0.0
        self.angle_rad = 0.0  # of the trailer against the truck
        self.rate_radps = 0.0

    @property
    def settled(self) -> bool:
        """Whether we went forward so far that how we began no longer matters."""
        return self._way_m > SETTLED_WHEELBASES * self._wheelbase_m

    def move(self, dt_s: float, speed_mps: float, yaw_radps: float, *, forward: bool) -> None:
        """Follow the pin for `dt_s`; in reverse an error of the angle grows: it is not settled then."""
        middle_rad = self.angle_rad + dt_s / 2 * self._rate_radps(self.angle_rad, speed_mps, yaw_radps)
        angle_rad = self.angle_rad + dt_s * self._rate_radps(middle_rad, speed_mps, yaw_radps)
        self.angle_rad = min(max(angle_rad, -FURTHEST_RAD), FURTHEST_RAD)
        self.rate_radps = self._rate_radps(self.angle_rad, speed_mps, yaw_radps)
        self._way_m = self._way_m + dt_s * speed_mps if forward or speed_mps == 0 else 0.0

    def _rate_radps(self, angle_rad: float, speed_mps: float, yaw_radps: float) -> float:
        aside_mps = yaw_radps * self._lever_m * math.cos(angle_rad) - speed_mps * math.sin(angle_rad)
        return aside_mps / self._wheelbase_m - yaw_radps
