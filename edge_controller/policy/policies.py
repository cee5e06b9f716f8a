"""All policies of a fit, one request at a time."""

from collections.abc import Sequence

from edge_controller.config import Fit
from edge_controller.messages import BrakeRequest, Hazard, Track, VehicleState
from edge_controller.policy.blind_spot import BlindSpot


class Policies:
    """What the fit serves; today the near-side turn."""

    def __init__(self, fit: Fit) -> None:
        self._blind_spot = BlindSpot(fit)

    def brake_filled(self, t_s: float) -> bool:
        """Our own request has stood long enough to have filled the brake."""
        return self._blind_spot.brake_filled(t_s)

    def update(
        self, hazards: Sequence[Hazard], tracks: Sequence[Track], truck: VehicleState, t_s: float
    ) -> BrakeRequest:
        """The request for this moment."""
        return self._blind_spot.update(hazards, tracks, truck, t_s)
