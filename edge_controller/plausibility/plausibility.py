"""All that is asked of the truck's signals, once a radar frame."""

from dataclasses import replace

from edge_controller.config import Fit
from edge_controller.messages import OwnMotion, VehicleState
from edge_controller.plausibility.brake_answer import BrakeAnswer
from edge_controller.plausibility.indicator import Indicating
from edge_controller.plausibility.turning import STEERING, YAW_RATE, Turning


class Plausibility:
    """Memory of it; `update` gives the truck as far as it is believed."""

    def __init__(self, fit: Fit) -> None:
        self._turning = Turning(fit.truck)
        self._brake = BrakeAnswer(fit.brake)
        self._indicating = Indicating(fit.truck)

    def update(self, truck: VehicleState, own: OwnMotion | None) -> VehicleState:
        """A signal that is contradicted is not known; of two that contradict each other the steering."""
        self._turning.update(truck, own)
        self._brake.update(truck, own)
        self._indicating.update(truck)
        doubted = self._turning.doubted
        if doubted == YAW_RATE:
            return replace(truck, yaw_rate_radps=None)
        return replace(truck, steer_rad=None) if doubted >= STEERING else truck

    @property
    def faults(self) -> tuple[str, ...]:
        """In plain words, what ends braking first."""
        return (*self._turning.faults, *self.warnings)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What lights the lamp and ends nothing."""
        return (*self._brake.faults, *self._indicating.faults)
