"""The brake ECU: which XBR it believes, what it asks of the valves, what it answers in EBC5."""

import can

from edge_controller.can.vehicle_bus import database, numbers
from hil.plant.brakes import BrakeChain, BrakeSet

XBR_TIMEOUT_US = 100_000  # about five missed frames of 20 ms; the maker's figure rules
XBR_ID = 0x0C040BA0  # from the one address the maker has let in
MAXIMUM_MODE = 2
MOST_MISSED = 5  # frames within the time-out: a counter further on is somebody else's
# SPN 2917 and SPN 2918 of EBC5, SAE J1939-71
ACCEPTS_ALL, ACCEPTS_NONE = 0, 2
NOBODY_BRAKES, DRIVER_BRAKES, MAXIMUM_OF_BOTH = 0, 1, 3


def xbr_checksum(data: bytes, can_id: int, counter: int) -> int:
    """SPN 3188 as the receiver computes it (SAE J1939-71, XBR)."""
    total = sum(data[:7]) + counter + sum(can_id.to_bytes(4, "big"))
    return ((total >> 4) + total) & 0x0F


class BrakeEcu:
    """Believes an XBR only with the right address, checksum and a counter that runs; forgets it in silence.

    `holds_at_rest` tells makers apart: some keep a standing truck braked, some let go
    and want to be asked anew.
    """

    def __init__(self, brake: BrakeSet, grip_mps2: float = float("inf"), holds_at_rest: bool = True) -> None:
        self.chain = BrakeChain(brake, grip_mps2)
        self.system_state = ACCEPTS_ALL  # for faults to change: air low, self-test failed
        self.hears_xbr = True  # for faults: its receiver is dead
        self.has_air = True  # for faults: it opens valves behind which nothing is
        self._holds_at_rest = holds_at_rest
        self._let_go = False
        self._xbr = database().get_message_by_name("XBR")
        self._counter: int | None = None
        self._heard_us: int | None = None
        self._demand_mps2 = 0.0
        self.refused = 0  # frames not believed
        self.first_xbr_us: int | None = None  # first believed frame that asks for braking

    def hear(self, message: can.Message, t_us: int) -> None:
        """Take one frame off the vehicle bus."""
        if not self.hears_xbr or not message.is_extended_id or message.arbitration_id != XBR_ID:
            return
        data = bytes(message.data)
        if len(data) != 8:
            self.refused += 1
            return
        xbr = numbers(self._xbr, data)
        counter = int(xbr["XBRMessageCounter"])
        is_damaged = int(xbr["XBRMessageChecksum"]) != xbr_checksum(data, message.arbitration_id, counter)
        if is_damaged or not self._runs(counter, t_us):
            self.refused += 1
            return
        self._counter = counter
        braking = int(xbr["XBRControlMode"]) == MAXIMUM_MODE
        self._demand_mps2 = max(0.0, -float(xbr["ExternalAccelerationDemand"])) if braking else 0.0
        self._heard_us = t_us
        if not braking:
            self._let_go = False
        if braking and self.first_xbr_us is None:
            self.first_xbr_us = t_us

    def _runs(self, counter: int, t_us: int) -> bool:
        """After silence any counter begins; else it has gone on, by no more than can have been missed."""
        if self._counter is None or self._is_silent(t_us):
            return True
        return 1 <= (counter - self._counter) & 0x0F <= MOST_MISSED

    def _is_silent(self, t_us: int) -> bool:
        return self._heard_us is None or t_us - self._heard_us > XBR_TIMEOUT_US

    def active(self, t_us: int) -> bool:
        """An XBR is being obeyed now."""
        return self.demand_mps2(t_us) > 0

    def demand_mps2(self, t_us: int) -> float:
        """What is asked of the valves now; silence releases."""
        if self._is_silent(t_us) or self._let_go or self.system_state == ACCEPTS_NONE:
            return 0.0
        return self._demand_mps2

    def stands(self, t_us: int) -> None:
        """The truck has come to rest."""
        if not self._holds_at_rest and self.active(t_us):
            self._let_go = True

    def over(self, from_us: int, to_us: int) -> float:
        """Mean deceleration of the system's braking between two instants."""
        if self._heard_us is None:
            return 0.0
        self.chain.demand(self.demand_mps2(to_us), from_us * 1e-6)
        mean_mps2 = self.chain.over(from_us, to_us)
        return mean_mps2 if self.has_air else 0.0

    def active_mode(self, t_us: int, driver_brakes: bool) -> int:
        """SPN 2918: who brakes."""
        if self.active(t_us):
            return MAXIMUM_OF_BOTH
        return DRIVER_BRAKES if driver_brakes else NOBODY_BRAKES
