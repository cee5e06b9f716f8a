"""The engine's ear for TSC1: a torque limit of zero takes the drive torque off."""

import can

from edge_controller.can.vehicle_bus import database, numbers

TSC1_ID = 0x0C0000A0
LIMIT_MODE = 3
TSC1_TIMEOUT_US = 100_000  # ten missed frames of 10 ms


def tsc1_checksum(data: bytes, can_id: int, counter: int) -> int:
    """SPN 4207 as the receiver computes it (SAE J1939-71, TSC1)."""
    total = sum(data[:7]) + counter + sum(can_id.to_bytes(4, "big"))
    return (((total >> 6) & 3) + (total >> 3) + total) & 0x07


class Engine:
    """Obeys a torque limit while it is repeated."""

    def __init__(self) -> None:
        self._tsc1 = database().get_message_by_name("TSC1")
        self._limited = False
        self._heard_us: int | None = None
        self.refused = 0  # frames not believed

    def hear(self, message: can.Message, t_us: int) -> None:
        """Take one frame off the vehicle bus."""
        if not message.is_extended_id or message.arbitration_id != TSC1_ID or len(message.data) != 8:
            return
        data = bytes(message.data)
        tsc1 = numbers(self._tsc1, data)
        counter = int(tsc1["TSC1MessageCounter"])
        if int(tsc1["TSC1MessageChecksum"]) != tsc1_checksum(data, message.arbitration_id, counter):
            self.refused += 1
            return
        self._limited = int(tsc1["OverrideControlMode"]) == LIMIT_MODE and float(tsc1["RequestedTorque"]) <= 0
        self._heard_us = t_us

    def limited(self, t_us: int) -> bool:
        """No drive torque now."""
        return self._limited and self._heard_us is not None and t_us - self._heard_us <= TSC1_TIMEOUT_US
