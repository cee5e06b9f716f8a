"""Programs that do not look: a scenario that passes one of them judges nothing."""

from edge_controller.config import Fit
from edge_controller.messages import BrakeRequest, Step, VehicleState
from edge_controller.messages import State as Ladder
from firmware.link import HEALTH_GOOD
from hil.sensing import Seen

EMPTY, ALWAYS_BRAKE = "empty", "always_brake"


class _Blind:
    """Asks for the same whatever is seen, in good health."""

    name: str
    state: Ladder

    def __init__(self, fit: Fit) -> None:
        self._fit = fit

    def _decel_mps2(self) -> float:
        return 0.0

    def decide(self, seen: Seen, truck: VehicleState, t_s: float) -> Step:  # noqa: ARG002
        """One and the same request."""
        side = self._fit.truck.near_side
        request = BrakeRequest(seen.mid_t_s, self.state, side, self._decel_mps2(), self.name, None)
        return Step(seen.mid_t_s, seen.index, seen.radar, truck, (), (), (), request)

    def health(self) -> int:
        """Nothing is wrong with it."""
        return HEALTH_GOOD


class Empty(_Blind):
    """Does nothing, ever."""

    name = EMPTY
    state = Ladder.STANDBY


class AlwaysBrake(_Blind):
    """Asks for full braking from the first look on; the gateway grants of it what its rules allow."""

    name = ALWAYS_BRAKE
    state = Ladder.FULL

    def _decel_mps2(self) -> float:
        return self._fit.brake.max_decel_mps2
