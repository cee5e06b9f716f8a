"""What every policy asks of the truck: does it stand, and is enough known to brake?"""

from edge_controller.messages import VehicleState

STANDING_MPS = 0.14


class Standing:
    """Since when the truck has stood still."""

    def __init__(self) -> None:
        self._since_s: float | None = None

    def update(self, truck: VehicleState, t_s: float) -> float:
        """Seconds of standstill; 0 while it rolls or nothing is known."""
        if truck.speed_mps is None or truck.speed_mps > STANDING_MPS:
            self._since_s = None
        elif self._since_s is None:
            self._since_s = t_s
        return 0.0 if self._since_s is None else t_s - self._since_s

    def clear(self) -> None:
        """As if it had rolled until now."""
        self._since_s = None


def knows_enough(truck: VehicleState) -> bool:
    """Nothing with deceleration begins without these: decision 0034. Not knowing is an objection."""
    return (
        truck.speed_mps is not None
        and truck.steer_rad is not None
        and truck.yaw_rate_radps is not None
        and truck.forward_gear is not False
    )
