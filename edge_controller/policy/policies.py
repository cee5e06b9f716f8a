"""The policies of a fit, one request at a time."""

from collections.abc import Sequence
from typing import Protocol

from edge_controller.config import Fit
from edge_controller.messages import BrakeRequest, Hazard, PolicyEvent, Track, VehicleState
from edge_controller.policy.blind_spot import BlindSpot
from edge_controller.policy.moving_off import MovingOff
from edge_controller.policy.right_turn_stop import RightTurnStopPolicy


class Policy(Protocol):
    """One reason to ask for something."""

    overridden_s: float  # when the driver last said no

    def update(
        self, hazards: Sequence[Hazard], tracks: Sequence[Track], truck: VehicleState, t_s: float
    ) -> BrakeRequest:
        """The request for this moment."""
        ...


class Policies:
    """Asks all that the fit names; the highest of the ladder wins."""

    def __init__(self, fit: Fit) -> None:
        self._dead_s = fit.brake.dead_s
        self._stop = (
            None
            if fit.policy.right_turn_stop is None
            else RightTurnStopPolicy(fit, fit.policy.right_turn_stop)
        )
        self._policies: list[Policy] = []
        if "blind_spot" in fit.policy.names:
            self._policies.append(BlindSpot(fit))
        if "moving_off" in fit.policy.names:
            self._policies.append(MovingOff(fit))
        if self._stop is not None:
            self._policies.append(self._stop)
        self._braking_since_s: float | None = None

    @property
    def events(self) -> tuple[PolicyEvent, ...]:
        """What the last update wants remembered."""
        return () if self._stop is None else self._stop.events

    def brake_filled(self, t_s: float) -> bool:
        """A request of ours has stood for the dead time: the next one bites sooner."""
        return self._braking_since_s is not None and t_s - self._braking_since_s >= self._dead_s

    def update(
        self, hazards: Sequence[Hazard], tracks: Sequence[Track], truck: VehicleState, t_s: float
    ) -> BrakeRequest:
        """The request for this moment. Who said no to one policy has said it to all."""
        requests = [policy.update(hazards, tracks, truck, t_s) for policy in self._policies]
        overridden_s = max(policy.overridden_s for policy in self._policies)
        for policy in self._policies:
            policy.overridden_s = overridden_s
        # The harder braking stands higher; of two alike, the later stage. Of two that ask alike, the first.
        request = max(requests, key=lambda one: (one.decel_mps2, one.state))
        if request.decel_mps2 == 0:
            self._braking_since_s = None
        elif self._braking_since_s is None:
            self._braking_since_s = t_s
        return request
