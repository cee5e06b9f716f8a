"""Has the driver taken over? Only what is newly done counts, never a resting foot."""

from edge_controller.config import Truck
from edge_controller.messages import VehicleState

KICKDOWN_S = 0.1
STEERING_AWAY_RAD = -0.05  # past centre, away from the near side


class DriverOverride:
    """Watches for a fresh kick-down or fresh steering away while we brake."""

    def __init__(self, truck: Truck, *, steering_counts: bool = True) -> None:
        self._near_sign = truck.near_sign
        self._steering_counts = steering_counts
        self._pressed_t_s: float | None = None
        self._pressed_before = False
        self._away_before = False

    def arm(self, truck: VehicleState) -> None:
        """Braking begins: what the driver does already is no answer to it."""
        self._pressed_t_s = None
        self._pressed_before = bool(truck.kickdown)
        self._away_before = self._steers_away(truck)

    def update(self, truck: VehicleState, t_s: float) -> bool:
        """True once the driver overrides."""
        if not truck.kickdown:
            self._pressed_before = False
            self._pressed_t_s = None
        elif not self._pressed_before and self._pressed_t_s is None:
            self._pressed_t_s = t_s
        away = self._steers_away(truck)
        self._away_before = self._away_before and away
        kicked = self._pressed_t_s is not None and t_s - self._pressed_t_s >= KICKDOWN_S
        return kicked or (away and not self._away_before)

    def _steers_away(self, truck: VehicleState) -> bool:
        if truck.steer_rad is None or not self._steering_counts:
            return False
        return self._near_sign * truck.steer_rad < STEERING_AWAY_RAD
