"""The brake chain and the brake ECU that decides whether to believe an XBR.

Chain: latency (bus to valve) -> dead time (filling) -> first-order rise -> what the load allows.
A pre-charge held for the dead time leaves a dead time of 0.05 s; that is an engineering assumption
to be measured on the truck first.
"""

from collections import deque
from dataclasses import dataclass

import can

from edge_controller.can.vehicle_bus import database, numbers

FILLED_DEAD_S = 0.05
EMPTIES_S = 0.5  # after this long without demand the brake has to be filled again
XBR_TIMEOUT_US = 100_000  # about five missed frames of 20 ms; the maker's figure rules
XBR_ID = 0x0C040BA0
MAXIMUM_MODE = 2


@dataclass(frozen=True, slots=True)
class BrakeSet:
    """Figures of one brake system."""

    latency_s: float
    dead_s: float
    rise_s: float
    max_decel_mps2: float


class BrakeChain:
    """Deceleration that a demand leads to; `advance` in steps of a few milliseconds at most."""

    def __init__(self, brake: BrakeSet) -> None:
        self._brake = brake
        self._demands: deque[tuple[float, float]] = deque([(0.0, 0.0)])  # (from t_s, m/s2)
        self._filled_s = 0.0
        self.decel_mps2 = 0.0

    def demand(self, decel_mps2: float, t_s: float) -> None:
        """What the ECU asks of the valves from now on."""
        if decel_mps2 != self._demands[-1][1]:
            self._demands.append((t_s, decel_mps2))

    def advance(self, t_s: float, dt_s: float) -> float:
        """Deceleration in m/s2 after a step that ends at `t_s`."""
        brake = self._brake
        if self._demanded(t_s - brake.latency_s) > 0:
            self._filled_s = min(brake.dead_s, self._filled_s + dt_s)
        else:
            self._filled_s = max(0.0, self._filled_s - dt_s * brake.dead_s / EMPTIES_S)
        filled = self._filled_s >= brake.dead_s - 1e-9
        target = self._demanded(t_s - brake.latency_s - FILLED_DEAD_S) if filled else 0.0
        target = min(target, brake.max_decel_mps2)
        self.decel_mps2 += (target - self.decel_mps2) * min(1.0, dt_s / brake.rise_s)
        self._forget(t_s - brake.latency_s - FILLED_DEAD_S)
        return self.decel_mps2

    def _demanded(self, t_s: float) -> float:
        for since_s, decel_mps2 in reversed(self._demands):
            if since_s <= t_s:
                return decel_mps2
        return 0.0

    def _forget(self, t_s: float) -> None:
        while len(self._demands) > 1 and self._demands[1][0] <= t_s:
            self._demands.popleft()


def xbr_checksum(data: bytes, can_id: int, counter: int) -> int:
    """SPN 3188 as the receiver computes it (SAE J1939-71, XBR)."""
    total = sum(data[:7]) + counter + sum(can_id.to_bytes(4, "big"))
    return ((total >> 4) + total) & 0x0F


class BrakeEcu:
    """Believes an XBR only with the right address, checksum and a moving counter; forgets it in silence."""

    def __init__(self, brake: BrakeSet) -> None:
        self.chain = BrakeChain(brake)
        self._xbr = database().get_message_by_name("XBR")
        self._counter: int | None = None
        self._heard_us: int | None = None
        self._demand_mps2 = 0.0
        self.refused = 0  # frames not believed
        self.first_xbr_us: int | None = None  # first believed frame that asks for braking

    def hear(self, message: can.Message, t_us: int) -> None:
        """Take one frame off the vehicle bus."""
        if not message.is_extended_id or message.arbitration_id != XBR_ID:
            return
        data = bytes(message.data)
        if len(data) != 8:
            self.refused += 1
            return
        xbr = numbers(self._xbr, data)
        counter = int(xbr["XBRMessageCounter"])
        is_damaged = int(xbr["XBRMessageChecksum"]) != xbr_checksum(data, message.arbitration_id, counter)
        if is_damaged or counter == self._counter:
            self.refused += 1
            return
        self._counter = counter
        braking = int(xbr["XBRControlMode"]) == MAXIMUM_MODE
        self._demand_mps2 = max(0.0, -float(xbr["ExternalAccelerationDemand"])) if braking else 0.0
        self._heard_us = t_us
        if braking and self.first_xbr_us is None:
            self.first_xbr_us = t_us

    def active(self, t_us: int) -> bool:
        """An XBR is being obeyed now."""
        return self.demand_mps2(t_us) > 0

    def demand_mps2(self, t_us: int) -> float:
        """What is asked of the valves now; silence releases."""
        if self._heard_us is None or t_us - self._heard_us > XBR_TIMEOUT_US:
            return 0.0
        return self._demand_mps2
