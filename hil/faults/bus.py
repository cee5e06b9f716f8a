"""What may become of the two buses."""

from collections.abc import Callable
from dataclasses import dataclass, field

import can

from hil.frames import Bus
from hil.moment import Moment

FRAME_BITS = 131  # extended data frame of 8 bytes with some stuffing (ISO 11898-1)
BITRATE = 250_000  # of the vehicle bus, SAE J1939-11
TICK_S = 0.01
PRIORITY_SHIFT = 26  # SAE J1939-21: the three highest bits of the identifier


@dataclass(frozen=True, slots=True)
class VehicleBusCut:
    """The vehicle bus ends before the gateway."""

    when: Moment
    name: str = field(default="vehicle_bus_cut", init=False)


@dataclass(frozen=True, slots=True)
class BusOff:
    """The gateway's controller on one bus is bus-off (ISO 11898-1): neither sends nor receives."""

    when: Moment
    bus: Bus
    for_s: float

    @property
    def name(self) -> str:
        """By bus."""
        return f"{self.bus}_bus_off"

    def is_off(self, since_s: float, t_s: float) -> bool:
        """Now."""
        return since_s <= t_s < since_s + self.for_s - 1e-9


@dataclass(frozen=True, slots=True)
class BusLoad:
    """Somebody fills so much of the vehicle bus with frames of one priority (0 wins all, 7 none)."""

    when: Moment
    load_pct: float
    priority: int
    for_s: float
    name: str = field(default="bus_load", init=False)

    def is_on(self, since_s: float, t_s: float) -> bool:
        """Now."""
        return since_s <= t_s < since_s + self.for_s - 1e-9


Send = Callable[[can.Message], None]


class Arbiter:
    """Frames that wait for a loaded bus; of one identifier the newest, as in a controller's mailbox."""

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[can.Message, Send]] = {}
        self._load: BusLoad | None = None
        self._room = 0.0  # frames that what is left of the bus can still carry

    def offer(self, message: can.Message, send: Send) -> None:
        """At once on a bus that is free; else with the others that wait."""
        if self._load is None:
            send(message)
        else:
            self._waiting[message.arbitration_id] = (message, send)

    def carry(self, load: BusLoad | None) -> None:
        """One tick: who beats the load goes, the others share what it leaves; lowest identifier first."""
        self._load = load
        share = 0.0 if load is None else load.load_pct / 100
        self._room = min(1.0, self._room) + (1 - share) * TICK_S * BITRATE / FRAME_BITS
        for can_id in sorted(self._waiting):
            beats = load is None or can_id >> PRIORITY_SHIFT < load.priority
            if not beats and self._room < 1:
                continue
            message, send = self._waiting.pop(can_id)
            self._room -= 0 if beats else 1
            send(message)
