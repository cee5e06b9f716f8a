"""Has the driver taken over? Only what is newly done counts, never a resting foot."""

from edge_controller.config import Truck
from edge_controller.messages import VehicleState

KEPT_S = 0.1  # the gateway lets go after 100 and 50 ms, and says why: it has to be first
AWAY_HAND_WHEEL_RAD = 1.0  # past centre, away from the near side; as in the gateway, SR-12


class DriverOverride:
    """Watches for a fresh kick-down or fresh steering away while we brake."""

    def __init__(self, truck: Truck, *, steering_counts: bool = True) -> None:
        self._near_sign = truck.near_sign
        self._away_rad = AWAY_HAND_WHEEL_RAD / truck.hand_wheel_ratio
        self._steering_counts = steering_counts
        self._kicks, self._steers = Fresh(), Fresh()

    def arm(self, truck: VehicleState) -> None:
        """Braking begins: what the driver does already is no answer to it."""
        self._kicks.arm(bool(truck.kickdown))
        self._steers.arm(self._steers_away(truck))

    def update(self, truck: VehicleState, t_s: float) -> bool:
        """True once the driver overrides."""
        kicked_s = self._kicks.kept_s(bool(truck.kickdown), t_s)
        steered_s = self._steers.kept_s(self._steers_away(truck), t_s)
        return max(kicked_s, steered_s) >= KEPT_S

    def _steers_away(self, truck: VehicleState) -> bool:
        if truck.steer_rad is None or not self._steering_counts:
            return False
        return self._near_sign * truck.steer_rad <= -self._away_rad


class Fresh:
    """An act of the driver counts from when it is first seen, and only if it was not there before."""

    def __init__(self) -> None:
        self._was_there = False
        self._since_s: float | None = None

    def arm(self, is_there: bool) -> None:
        """From now on only what is new counts."""
        self._was_there, self._since_s = is_there, None

    def kept_s(self, is_there: bool, t_s: float) -> float:
        """How long it has been kept."""
        if not is_there:
            self.arm(False)
        elif not self._was_there and self._since_s is None:
            self._since_s = t_s
        return 0.0 if self._since_s is None else t_s - self._since_s
