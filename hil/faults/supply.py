"""Dips of the 24 V supply (ISO 16750-2): what the gateway rides through, and when it is back.

The edge box has a buffered supply in these drives; what a reset of it does is `edge_crashed`.
"""

from dataclasses import dataclass, field

from hil.moment import Moment

WORKS_FROM_V = 8.0  # wide-range converter for 24 V trucks; engineering value, to be measured on the board
HOLD_UP_S = 0.02  # what its capacitors bridge at no voltage at all; engineering value
BOOT_S = 1.0  # interpreter, digest of the slot, self-test; engineering value, to be measured on the board


@dataclass(frozen=True, slots=True)
class SupplyDip:
    """The supply falls to so many volts for so long."""

    when: Moment
    to_v: float
    for_s: float
    name: str = field(default="supply_dip", init=False)

    def dark_s(self, since_s: float) -> tuple[float, float] | None:
        """From when to when no gateway runs; None where it rides through."""
        if self.to_v >= WORKS_FROM_V or self.for_s <= self._bridged_s:
            return None
        return since_s + self._bridged_s, since_s + self.for_s + BOOT_S

    @property
    def _bridged_s(self) -> float:
        """What is still there of the voltage makes the charge last longer."""
        return HOLD_UP_S / (1 - min(self.to_v, WORKS_FROM_V - 1) / WORKS_FROM_V)
