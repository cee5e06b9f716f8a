"""CAN frames as the bench hands them to a gateway and gets them back."""

from dataclasses import dataclass
from typing import Literal

Bus = Literal["private", "vehicle"]


@dataclass(frozen=True, slots=True)
class CanFrame:
    """One classic CAN frame: 11-bit identifiers on the private bus, 29-bit on the vehicle bus."""

    bus: Bus
    can_id: int  # without flag bits
    data: bytes  # 0 to 8 bytes
