"""What may become of one signal of the truck before it reaches the vehicle bus."""

from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import can

from edge_controller.can.layout import Field, word_of
from edge_controller.can.vehicle_bus import layout, pgn_and_source
from hil.moment import Moment
from hil.plant.signals import NEAR_SIGNAL

SignalName = Literal["steering", "yaw_rate", "speed", "indicator", "brake_answer", "pedals"]
How = Literal["missing", "lost", "frozen", "swapped", "offset", "near_side", "none"]
SIGNAL_NAMES: tuple[SignalName, ...] = get_args(SignalName)
HOWS: tuple[How, ...] = get_args(How)


class Place(NamedTuple):
    """Where a signal is: SAE J1939-71 message and signal as the DBC names them; and whether it has a side."""

    message: str
    signal: str
    handed: bool = False


PLACES: dict[SignalName, Place] = {
    "steering": Place("VDC2", "SteeringWheelAngle", handed=True),
    "yaw_rate": Place("VDC2", "YawRate", handed=True),
    "speed": Place("CCVS1", "WheelBasedVehicleSpeed"),
    "indicator": Place("OEL", "TurnSignalSwitch"),
    "brake_answer": Place("EBC5", "XBRActiveControlMode"),
    "pedals": Place("EEC2", "AcceleratorPedalPosition"),
}
SUITS: dict[How, tuple[SignalName, ...]] = {  # what can happen to which
    "swapped": ("steering", "yaw_rate"),
    "offset": ("steering", "yaw_rate", "speed"),
    "near_side": ("indicator",),
    "none": ("indicator",),
}


@dataclass(frozen=True, slots=True)
class SignalFault:
    """Missing: its whole message does not come. Lost: it says "not available". Else as it says."""

    when: Moment
    signal: SignalName
    how: How
    offset: float = 0.0  # rad of the hand wheel, rad/s, km/h; towards the near side

    @property
    def name(self) -> str:
        """`steering_frozen`."""
        return f"{self.signal}_{self.how}"


class Spoiler:
    """Remembers where a frozen signal stood."""

    def __init__(self, near_sign: int) -> None:
        self._near_sign = near_sign
        self._frozen: dict[SignalFault, int] = {}

    def spoilt(self, message: can.Message, fault: SignalFault) -> can.Message | None:
        """The frame as the bus gets it; None: it does not come."""
        place = PLACES[fault.signal]
        described = layout(place.message)
        if pgn_and_source(message.arbitration_id)[0] != pgn_and_source(described.can_id)[0]:
            return message
        if fault.how == "missing":
            return None
        field, word = described.fields[place.signal], word_of(message.data)
        raw = self._raw(fault, field, field.raw(word))
        word ^= (field.raw(word) ^ raw & field.mask) << field.start
        message.data = bytearray(word.to_bytes(len(message.data), "little"))
        return message

    def _raw(self, fault: SignalFault, field: Field, raw: int) -> int:
        if fault.how == "lost":
            return field.mask
        if fault.how == "frozen":
            return self._frozen.setdefault(fault, raw)
        if fault.how == "near_side":
            return NEAR_SIGNAL[self._near_sign]
        if fault.how == "none":
            return 0
        if fault.how == "swapped":
            return 2 * round(-field.offset / field.scale) - raw
        sign = self._near_sign if PLACES[fault.signal].handed else 1
        return max(0, raw + round(sign * fault.offset / field.scale))
