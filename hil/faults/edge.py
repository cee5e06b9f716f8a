"""What may become of the edge box."""

from dataclasses import dataclass, field

import can

from edge_controller.messages import BrakeRequest, Side, State
from hil.moment import Moment


@dataclass(frozen=True, slots=True)
class EdgeSilent:
    """The edge box sends nothing any more."""

    when: Moment
    name: str = field(default="edge_silent", init=False)


@dataclass(frozen=True, slots=True)
class EdgeCrashed:
    """It is silent, and begins anew so long after: nothing is remembered, counters start from 0."""

    when: Moment
    back_after_s: float
    name: str = field(default="edge_crashed", init=False)

    def is_down(self, since_s: float, t_s: float) -> bool:
        """Nothing is received, computed or sent."""
        return since_s <= t_s < since_s + self.back_after_s - 1e-9


@dataclass(frozen=True, slots=True)
class EdgeStuck:
    """It sends one and the same frame for ever, counter and CRC included."""

    when: Moment
    name: str = field(default="edge_stuck", init=False)

    def frame(self, newest: can.Message | None, due: can.Message) -> can.Message:
        """The newest frame before the fault once more, at the time of the one that is due."""
        data = due.data if newest is None else newest.data
        return can.Message(
            timestamp=due.timestamp, arbitration_id=due.arbitration_id, is_extended_id=False, data=data
        )


@dataclass(frozen=True, slots=True)
class EdgeInsists:
    """It asks for full braking for ever, with running counter, right CRC and good health."""

    when: Moment
    decel_mps2: float
    name: str = field(default="edge_insists", init=False)

    def request(self, side: Side, t_s: float) -> BrakeRequest:
        """What it asks at that moment."""
        return BrakeRequest(t_s, State.FULL, side, self.decel_mps2, self.name, None)
