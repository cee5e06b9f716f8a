"""Frames of the truck's bus packed from the DBC's own figures, quickly: a run makes thousands."""

from collections.abc import Mapping
from dataclasses import dataclass

import can

from edge_controller.can.vehicle_bus import database

ALL_ONES = (1 << 64) - 1  # nothing is available until it is said


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the signals of one message lie; all of J1939 is little-endian."""

    frame_id: int
    signals: Mapping[str, tuple[int, int, float, float]]  # first bit, mask, scale, offset

    @classmethod
    def of(cls, name: str) -> "Layout":
        """As the DBC has it."""
        description = database().get_message_by_name(name)
        return cls(
            description.frame_id,
            {
                signal.name: (signal.start, (1 << signal.length) - 1, signal.scale, signal.offset)
                for signal in description.signals
            },
        )

    def message(self, values: Mapping[str, float]) -> can.Message:
        """A frame with these values, in the signals' units."""
        bits = ALL_ONES
        for name, value in values.items():
            first, mask, scale, offset = self.signals[name]
            raw = min(mask, max(0, round((value - offset) / scale)))
            bits ^= ((bits >> first & mask) ^ raw) << first
        return can.Message(
            arbitration_id=self.frame_id, is_extended_id=True, data=bits.to_bytes(8, "little"), check=False
        )
