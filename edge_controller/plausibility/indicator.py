"""An indicator that has been on for a long way without a turn is stuck, or left on: nobody can tell which."""

from edge_controller.config import Truck
from edge_controller.messages import VehicleState

# Drivers signal 0 to 4 s before they steer in. Three times the longest, and further than one signals in town.
LONG_S, LONG_M = 12.5, 30.0
ROLLS_MPS = 1.0  # who waits to turn waits as long as he likes
TURNS_RAD = 0.10  # of the road wheels: no lane is so crooked


class Indicating:
    """Remembers how long and how far the truck has rolled straight on while it signals to the near side."""

    def __init__(self, truck: Truck) -> None:
        self._near_side = truck.near_side
        self._near_sign = truck.near_sign
        self._on_s = self._on_m = 0.0
        self._t_s: float | None = None

    def update(self, truck: VehicleState) -> None:
        """Take in what the truck says now."""
        dt_s = 0.0 if self._t_s is None else min(max(truck.t_s - self._t_s, 0.0), 1.0)
        self._t_s = truck.t_s
        turns = truck.steer_rad is not None and self._near_sign * truck.steer_rad > TURNS_RAD
        if truck.indicator != self._near_side or turns:
            self._on_s = self._on_m = 0.0
        elif (truck.speed_mps or 0.0) > ROLLS_MPS:
            self._on_s += dt_s
            self._on_m += dt_s * (truck.speed_mps or 0.0)

    @property
    def faults(self) -> tuple[str, ...]:
        """Gone as soon as the indicator is off or the truck turns."""
        if self._on_s < LONG_S or self._on_m < LONG_M:
            return ()
        return ("truck: the indicator is stuck or left on",)
