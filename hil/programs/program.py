"""The face that every program shows to the loop."""

from collections.abc import Callable
from typing import Protocol

from edge_controller.messages import Step, VehicleState
from hil.encounter import Encounter
from hil.sensing import Seen


class Program(Protocol):
    """Decides on what is seen, one call per look, in time order."""

    def decide(self, seen: Seen, truck: VehicleState, t_s: float) -> Step:
        """What this look leads to; `truck` is as its bus tells it at `t_s`, now."""
        ...

    def health(self) -> int:
        """Bits of firmware.link for the next request frame."""
        ...


Start = Callable[[Encounter], Program]
