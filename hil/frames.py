"""CAN frames as the bench hands them to a gateway and gets them back."""

from dataclasses import dataclass
from typing import Literal

import can

Bus = Literal["private", "vehicle"]


@dataclass(frozen=True, slots=True)
class CanFrame:
    """One classic CAN frame: 11-bit identifiers on the private bus, 29-bit on the vehicle bus."""

    bus: Bus
    can_id: int  # without flag bits
    data: bytes  # 0 to 8 bytes


def message_of(frame: CanFrame, t_s: float) -> can.Message:
    """The frame as python-can sends it."""
    return can.Message(
        timestamp=t_s,
        arbitration_id=frame.can_id,
        is_extended_id=frame.bus == "vehicle",
        data=frame.data,
    )
