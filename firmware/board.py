"""Pins, the two CAN controllers, the watchdog and the clock. Nothing else touches hardware.

Written for an STM32 with two CAN controllers and the `machine.CAN` of MicroPython 1.28 and later.
"""

import time

from machine import CAN, WDT, Pin

from firmware import link
from firmware.gateway import Gateway
from firmware.outbox import PRIVATE_BUS, Frame
from firmware.ticks import MASK

PRIVATE_CAN = 1
VEHICLE_CAN = 2
PRIVATE_BITRATE = 500_000
WATCHDOG_MS = 100
MAX_PER_TICK = 64  # a babbling node must not keep the loop from its tick
PRIVATE_FILTERS = ((link.EDGE_REQUEST_ID, 0x7FF, 0),)
VEHICLE_FILTERS = (
    # What j1939.py reads and XBR to the brakes, from any source: who is believed is the gateway's matter.
    (0x00FEF100, 0x03FFFF00, CAN.FLAG_EXT_ID),
    (0x00F00900, 0x03FFFF00, CAN.FLAG_EXT_ID),
    (0x00F00300, 0x03FFFF00, CAN.FLAG_EXT_ID),
    (0x00FDC400, 0x03FFFF00, CAN.FLAG_EXT_ID),
    (0x00F00500, 0x03FFFF00, CAN.FLAG_EXT_ID),
    (0x00F02F00, 0x03FFFF00, CAN.FLAG_EXT_ID),
    (0x00040B00, 0x0300FF00, CAN.FLAG_EXT_ID),
)


class Clock:
    """Milliseconds modulo 2^29. The interpreter's own counter wraps at 2^30, which would need the heap."""

    def __init__(self) -> None:
        self.last = time.ticks_ms()
        self.counted_ms = 0

    def now_ms(self) -> int:
        """To be asked at least once a day, lest a whole turn be missed."""
        ticks = time.ticks_ms()
        self.counted_ms = (self.counted_ms + time.ticks_diff(ticks, self.last)) & MASK
        self.last = ticks
        return self.counted_ms

    def sleep_ms(self, ms: int) -> None:
        """Let the tick begin on its grid."""
        time.sleep_ms(ms)


class Board:
    """One gateway board. The transmit-enable pin lets the vehicle bus go when the watchdog resets us."""

    def __init__(self, vehicle_bitrate: int, clock: Clock) -> None:
        self.clock = clock
        self.private = CAN(PRIVATE_CAN, PRIVATE_BITRATE)
        self.vehicle = CAN(VEHICLE_CAN, vehicle_bitrate)
        self.private.set_filters(PRIVATE_FILTERS)
        self.vehicle.set_filters(VEHICLE_FILTERS)
        self.bitrates = (PRIVATE_BITRATE, vehicle_bitrate)
        self.buffer = bytearray(8)
        self.received: list = [0, memoryview(self.buffer), 0, 0]  # type: ignore[type-arg]
        self.lamps = (
            (link.LAMP_INFORM, Pin("LAMP_INFORM", Pin.OUT, value=0)),
            (link.LAMP_WARN, Pin("LAMP_WARN", Pin.OUT, value=0)),
            (link.BUZZER, Pin("BUZZER", Pin.OUT, value=0)),
            (link.VOICE, Pin("VOICE", Pin.OUT, value=0)),
            (link.FAULT_LAMP_HELD_OFF, Pin("FAULT_LAMP_OFF", Pin.OUT, value=0)),
        )
        self.key = Pin("OFF_KEY", Pin.IN, Pin.PULL_UP)
        self.enable = Pin("VEHICLE_TX_ENABLE", Pin.OUT, value=0)
        self.watchdog: WDT | None = None
        self.not_sent = 0  # frames the controllers would not take, for the record

    def arm(self) -> None:
        """After the self-test: from here on a loop that stalls resets the board."""
        self.watchdog = WDT(timeout=WATCHDOG_MS)
        self.enable.value(1)

    def feed(self) -> None:
        """Once per tick that came to its end."""
        if self.watchdog is not None:
            self.watchdog.feed()

    def receive(self, gateway: Gateway, now_ms: int) -> None:
        """Everything that has come in, the truck first."""
        for _ in range(MAX_PER_TICK):
            if self.vehicle.recv(self.received) is None:
                break
            gateway.on_vehicle(self.received[0], self.buffer, len(self.received[1]), now_ms)
        for _ in range(MAX_PER_TICK):
            if self.private.recv(self.received) is None:
                break
            gateway.on_edge(self.received[0], self.buffer, len(self.received[1]), now_ms)
        gateway.on_key(self.key.value() == 0, now_ms)

    def send(self, frame: Frame) -> None:
        """A frame that cannot go now is lost: a later one is fresher. Bus-off is left by restart only."""
        can = self.private if frame.bus == PRIVATE_BUS else self.vehicle
        flags = 0 if frame.bus == PRIVATE_BUS else CAN.FLAG_EXT_ID
        if can.state() == CAN.STATE_BUS_OFF:
            can.restart()
        if can.state() == CAN.STATE_BUS_OFF or can.send(frame.can_id, frame.data, flags) is None:
            self.not_sent = (self.not_sent + 1) & 0xFFFF

    def show(self, lamps: int) -> None:
        """Lamp bits to pins."""
        for bit, pin in self.lamps:
            pin.value(1 if lamps & bit else 0)

    def fall_silent(self) -> None:
        """No transmitter on the vehicle bus, every lamp as a dead gateway leaves it."""
        self.enable.value(0)
        self.show(0)

    def loops_back(self) -> bool:
        """Both controllers, without touching the bus: what the filters want comes back, the rest stays out.

        With filters on purpose: extended filters have been broken in ports before.
        """
        private, vehicle = self.bitrates
        return self._loops_back(self.private, private, PRIVATE_FILTERS, 0, 0x111, 0x110) and self._loops_back(
            self.vehicle, vehicle, VEHICLE_FILTERS, CAN.FLAG_EXT_ID, 0x18FECA00, 0x0C040B2A
        )

    def _loops_back(
        self,
        can: CAN,
        bitrate: int,
        filters: tuple[tuple[int, int, int], ...],
        flags: int,
        unwanted: int,
        wanted: int,
    ) -> bool:
        can.init(bitrate, mode=CAN.MODE_SILENT_LOOPBACK)
        can.set_filters(filters)
        can.send(unwanted, b"NEARSIDE", flags)
        can.send(wanted, b"nearside", flags)
        self.clock.sleep_ms(5)
        came = can.recv(self.received) is not None
        right = came and self.received[0] == wanted and self.buffer == b"nearside"
        alone = can.recv(self.received) is None
        can.init(bitrate)
        can.set_filters(filters)
        return right and alone
