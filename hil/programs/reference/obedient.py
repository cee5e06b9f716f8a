"""A gateway that refuses nothing: reference policies were calculated without one, some brake as ours forbids.

Never the unit under test, and told in every result.
"""

import sys
from collections.abc import Sequence

from firmware import j1939, link
from hil.frames import CanFrame
from hil.gateway_host import Interpreter
from hil.plant.brake_ecu import XBR_ID
from hil.plant.engine import TSC1_ID

OBEDIENT = "obedient gateway, no firmware"
PERIOD_MS = 20
RELEASES = 5


class ObedientGateway:
    """What the edge asks is what the brake is asked for."""

    def __init__(self) -> None:
        version = ".".join(str(part) for part in sys.version_info[:3])
        self.interpreter = Interpreter(OBEDIENT, version)
        self.restart()

    def restart(self, **settings: int) -> None:  # noqa: ARG002 - it has none
        """As after power-on."""
        self._request = link.Request()
        self._sent = 0
        self._releases_left = 0

    def close(self) -> None:
        """Nothing to end."""

    def step(self, now_ms: int, received: Sequence[CanFrame], key_pressed: bool = False) -> list[CanFrame]:  # noqa: ARG002
        """Take what the edge asks, then say it on."""
        for frame in received:
            if frame.bus == "private" and frame.can_id == link.EDGE_REQUEST_ID:
                link.unpack_request(frame.data, len(frame.data), self._request)
        if now_ms % PERIOD_MS:
            return []
        self._sent += 1
        return [self._status(), *self._brake(), *self._engine()]

    def _status(self) -> CanFrame:
        request, data = self._request, bytearray(8)
        lamps = link.FAULT_LAMP_HELD_OFF
        link.pack_status(
            data, self._sent & 0x0F, request.counter, request.state, link.ALLOW, request.decel_mmps2, lamps
        )
        return CanFrame("private", link.GATEWAY_STATUS_ID, bytes(data))

    def _brake(self) -> list[CanFrame]:
        decel_mmps2, data = self._request.decel_mmps2, bytearray(8)
        self._releases_left = RELEASES if decel_mmps2 else max(0, self._releases_left - 1)
        if not self._releases_left:
            return []
        j1939.pack_xbr(data, XBR_ID, decel_mmps2, self._sent & 0x0F, 0, 0)
        return [CanFrame("vehicle", XBR_ID, bytes(data))]

    def _engine(self) -> list[CanFrame]:
        data = bytearray(8)
        limits = self._request.state >= link.PREPARE
        j1939.pack_tsc1(data, TSC1_ID, limits, self._sent & 7)
        return [CanFrame("vehicle", TSC1_ID, bytes(data))]
