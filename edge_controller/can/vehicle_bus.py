"""The truck's own bus, heard only: J1939 messages become one VehicleState."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

import can
import cantools
from cantools.database.can import Database, Message

from edge_controller.can.layout import BYTES, Layout, word_of
from edge_controller.messages import Indicator, VehicleState

DBC = Path(__file__).parent / "j1939.dbc"
KMH_TO_MPS = 1 / 3.6
HEARD = ("CCVS1", "VDC2", "ETC2", "EEC2", "EBC1", "OEL", "XBR")

# How long a value may stand, about three nominal periods (SAE J1939-71 rates);
# the light switch is sent once a second and on change.
FRESH_S = {"CCVS1": 0.3, "VDC2": 0.1, "ETC2": 0.3, "EEC2": 0.2, "EBC1": 0.3, "OEL": 3.0, "XBR": 0.1}

TURN_SIGNAL: dict[float, Indicator] = {0: "none", 1: "left", 2: "right"}

# Transport protocol, SAE J1939-21: the VIN is longer than eight bytes.
PGN_TP_CM, PGN_TP_DT, PGN_VIN = 0xEC00, 0xEB00, 0xFEEC
BAM = 0x20
ASKS_BRAKING = (1, 2)  # SPN 2916: on top of the driver's demand, or the harder of both


@cache
def database() -> Database:
    """The DBC of the vehicle bus."""
    loaded = cantools.database.load_file(DBC)
    assert isinstance(loaded, Database)
    return loaded


def numbers(message: Message, data: bytes, *, scaling: bool = True) -> dict[str, float]:
    """Signals of one frame by name, scaled or raw."""
    decoded = message.decode_simple(data, decode_choices=False, scaling=scaling)
    return {signal.name: cast(float, decoded[signal.name]) for signal in message.signals}


@cache
def layout(name: str) -> Layout:
    """The same DBC's message by shifts, for those who read or write many."""
    return Layout(database().get_message_by_name(name))


def pgn_and_source(can_id: int) -> tuple[int, int]:
    """Parameter group and source address of a 29-bit identifier (SAE J1939-21)."""
    group = (can_id >> 8) & 0x3FFFF
    if (group >> 8) & 0xFF < 240:  # PDU1: the low byte is a destination
        group &= 0x3FF00
    return group, can_id & 0xFF


@dataclass(frozen=True, slots=True)
class _Heard:
    t_s: float
    word: int  # all its bytes


class VehicleBus:
    """Remembers the newest value of each signal and how old it is."""

    def __init__(self, hand_wheel_ratio: float) -> None:
        self._hand_wheel_ratio = hand_wheel_ratio
        layouts = [layout(name) for name in HEARD]
        self._layouts = {pgn_and_source(known.can_id)[0]: known for known in layouts}
        self._heard: dict[str, _Heard] = {}
        self._vin = _VinReceiver()
        self._speeds: list[tuple[float, float]] = []

    def hear(self, message: can.Message, t_s: float) -> None:
        """Take one frame off the bus; what is not ours or too short is left alone."""
        if not message.is_extended_id or message.is_error_frame or message.is_remote_frame:
            return
        group, source = pgn_and_source(message.arbitration_id)
        self._vin.hear(group, source, bytes(message.data))
        known = self._layouts.get(group)
        if known is None or len(message.data) < BYTES:
            return
        self._heard[known.name] = _Heard(t_s, word_of(message.data))
        if known.name == "CCVS1":
            self._remember_speed(t_s)

    def state(self, t_s: float) -> VehicleState:
        """What is known now; stale or unavailable signals are None."""
        speed_kmh = self._value("CCVS1", "WheelBasedVehicleSpeed", t_s)
        turn = self._value("OEL", "TurnSignalSwitch", t_s)
        gear = self._value("ETC2", "SelectedGear", t_s)
        hand_wheel_rad = self._value("VDC2", "SteeringWheelAngle", t_s)
        return VehicleState(
            t_s=t_s,
            speed_mps=None if speed_kmh is None else speed_kmh * KMH_TO_MPS,
            yaw_rate_radps=self._value("VDC2", "YawRate", t_s),
            steer_rad=None if hand_wheel_rad is None else hand_wheel_rad / self._hand_wheel_ratio,
            accel_mps2=self._acceleration(t_s),
            indicator="unknown" if turn is None else TURN_SIGNAL.get(turn, "unknown"),
            accelerator_pct=self._value("EEC2", "AcceleratorPedalPosition", t_s),
            kickdown=_switch(self._value("EEC2", "KickdownSwitch", t_s)),
            brake_pedal=_switch(self._value("EBC1", "EBSBrakeSwitch", t_s)),
            forward_gear=None if gear is None else gear > 0,
            vin=self._vin.vin,
            braking_asked_mps2=self._braking_asked_mps2(t_s),
        )

    def _braking_asked_mps2(self, t_s: float) -> float:
        """What XBR asks of the brake; five frames missed release it."""
        heard = self._heard.get("XBR")
        if heard is None or t_s - heard.t_s > FRESH_S["XBR"]:
            return 0.0
        fields = layout("XBR").fields
        if fields["XBRControlMode"].raw(heard.word) not in ASKS_BRAKING:  # two bits, each a value
            return 0.0
        return max(0.0, -(fields["ExternalAccelerationDemand"].physical(heard.word) or 0.0))

    def _value(self, message: str, signal: str, t_s: float) -> float | None:
        heard = self._heard.get(message)
        if heard is None or t_s - heard.t_s > FRESH_S[message]:
            return None
        return layout(message).fields[signal].physical(heard.word)

    def _remember_speed(self, t_s: float) -> None:
        speed_kmh = self._value("CCVS1", "WheelBasedVehicleSpeed", t_s)
        if self._speeds and t_s - self._speeds[-1][0] > FRESH_S["CCVS1"]:
            self._speeds.clear()  # no slope across a gap
        if speed_kmh is None:
            self._speeds.clear()
            return
        self._speeds = [*self._speeds[-3:], (t_s, speed_kmh * KMH_TO_MPS)]

    def _acceleration(self, t_s: float) -> float | None:
        """Mean slope of the last wheel speeds, some 0.3 s; the sensor's own value is offset by slopes."""
        if len(self._speeds) < 2 or t_s - self._speeds[-1][0] > FRESH_S["CCVS1"]:
            return None
        (t0, v0), (t1, v1) = self._speeds[0], self._speeds[-1]
        return (v1 - v0) / (t1 - t0) if t1 > t0 else None


def _switch(value: float | None) -> bool | None:
    return None if value is None else value == 1


class _VinReceiver:
    """Puts together the broadcast announce of the VIN, one sender at a time."""

    def __init__(self) -> None:
        self.vin: str | None = None
        self._source: int | None = None
        self._length = 0
        self._parts: list[bytes] = []

    def hear(self, group: int, source: int, data: bytes) -> None:
        if group == PGN_TP_CM and len(data) == 8 and data[0] == BAM:
            if int.from_bytes(data[5:8], "little") == PGN_VIN:
                self._source, self._length, self._parts = source, int.from_bytes(data[1:3], "little"), []
            elif source == self._source:
                self._source = None
        elif group == PGN_TP_DT and source == self._source and len(data) == 8:
            self._part(data)

    def _part(self, data: bytes) -> None:
        if data[0] != len(self._parts) + 1:  # a packet is missing: wait for the next announcement
            self._source = None
            return
        self._parts.append(data[1:])
        if 7 * len(self._parts) >= self._length:
            text = b"".join(self._parts)[: self._length].split(b"*")[0]
            self.vin = text.decode("ascii", errors="replace")
            self._source = None
