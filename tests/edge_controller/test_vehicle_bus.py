"""The truck's bus as SAE J1939-71 lays it out, bytes typed by hand: scales, codes, age, the VIN."""

import can
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_controller.can.vehicle_bus import VehicleBus, pgn_and_source
from edge_controller.messages import VehicleState

CCVS1, VDC2, ETC2, EEC2 = 0x18FEF100, 0x18F0090B, 0x18F00503, 0x0CF00300
XBR = 0x0C040BA0
EBC1, OEL, TP_CM, TP_DT = 0x18F0010B, 0x18FDCC21, 0x1CECFF00, 0x1CEBFF00
RATIO = 20.0
VIN = "LNS8X4TP0T1000001"


def frame(can_id: int, data: bytes) -> can.Message:
    return can.Message(arbitration_id=can_id, is_extended_id=True, data=data)


def filled(*parts: tuple[int, int]) -> bytes:
    """All bits 1, "not available", but for (byte from 1, value)."""
    data = bytearray(b"\xff" * 8)
    for place, value in parts:
        data[place - 1] = value
    return bytes(data)


def speed(raw: int) -> bytes:
    return filled((2, raw & 0xFF), (3, raw >> 8))


def heard(can_id: int, data: bytes, age_s: float = 0.0) -> VehicleState:
    bus = VehicleBus(RATIO)
    bus.hear(frame(can_id, data), 10.0)
    return bus.state(10.0 + age_s)


def test_values_have_the_scales_of_the_standard() -> None:
    assert heard(CCVS1, speed(15 * 256)).speed_mps == pytest.approx(15 / 3.6)
    wheel = round((-2.0 + 31.374) * 1024)
    yaw = round((-0.25 + 3.92) * 8192)
    state = heard(VDC2, filled((1, wheel & 0xFF), (2, wheel >> 8), (4, yaw & 0xFF), (5, yaw >> 8)))
    assert state.steer_rad == pytest.approx(-2.0 / RATIO, abs=1 / 1024 / RATIO)  # to the right
    assert state.yaw_rate_radps == pytest.approx(-0.25, abs=1 / 8192)
    assert heard(EEC2, filled((2, 125))).accelerator_pct == pytest.approx(50.0)


@pytest.mark.parametrize(
    ("raw", "says"), [(0, "none"), (1, "left"), (2, "right"), (14, "unknown"), (15, "unknown")]
)
def test_turn_signal_switch(raw: int, says: str) -> None:
    assert heard(OEL, filled((2, 0xF0 | raw))).indicator == says


@pytest.mark.parametrize(
    ("mode", "raw", "asked_mps2"),
    [(2, 32127 - 5 * 2048, 5.0), (1, 32127 - 2048, 1.0), (0, 32127 - 5 * 2048, 0.0), (2, 32127 + 2048, 0.0)],
)
def test_what_is_asked_of_the_brake(mode: int, raw: int, asked_mps2: float) -> None:
    """SPN 2916 and SPN 2920: 1/2048 m/s2, 32127 counts are none."""
    asks = filled((1, raw & 0xFF), (2, raw >> 8), (3, 0xC2 | mode << 4))
    assert heard(XBR, asks).braking_asked_mps2 == pytest.approx(asked_mps2, abs=1 / 1024)
    assert heard(XBR, asks, age_s=0.11).braking_asked_mps2 == 0.0


@pytest.mark.parametrize(
    ("raw", "forward"), [(124, False), (125, False), (126, True), (251, None), (255, None)]
)
def test_gear(raw: int, forward: bool | None) -> None:
    assert heard(ETC2, filled((1, raw))).forward_gear is forward


@pytest.mark.parametrize(("code", "says"), [(0, False), (1, True), (2, None), (3, None)])
def test_switches_have_two_bits(code: int, says: bool | None) -> None:
    assert heard(EEC2, filled((1, 0xF3 | code << 2))).kickdown is says
    assert heard(EBC1, filled((1, 0x3F | code << 6))).brake_pedal is says


@pytest.mark.parametrize("raw", [0xFB00, 0xFE00, 0xFEFF, 0xFF00, 0xFFFF])
def test_what_the_bus_calls_error_or_not_available_is_unknown(raw: int) -> None:
    assert heard(CCVS1, speed(raw)).speed_mps is None
    steer = filled((1, raw & 0xFF), (2, raw >> 8))
    assert heard(VDC2, steer).steer_rad is None
    assert heard(CCVS1, speed(0xFAFF)).speed_mps == pytest.approx(0xFAFF / 256 / 3.6)


@pytest.mark.parametrize(
    ("can_id", "data", "field", "lasts_s"),
    [
        (CCVS1, speed(100), "speed_mps", 0.3),
        (VDC2, filled((1, 0), (2, 0x7D)), "steer_rad", 0.1),
        (EEC2, filled((2, 10)), "accelerator_pct", 0.2),
        (ETC2, filled((1, 130)), "forward_gear", 0.3),
        (EBC1, filled((1, 0x3F)), "brake_pedal", 0.3),
    ],
)
def test_values_grow_stale(can_id: int, data: bytes, field: str, lasts_s: float) -> None:
    assert getattr(heard(can_id, data, lasts_s - 0.001), field) is not None
    assert getattr(heard(can_id, data, lasts_s + 0.001), field) is None


def test_nothing_heard_is_nothing_known() -> None:
    state = VehicleBus(RATIO).state(1.0)
    known = {name: getattr(state, name) for name in VehicleState.__dataclass_fields__}
    assert known.pop("t_s") == 1.0
    assert known.pop("indicator") == "unknown"
    assert known.pop("braking_asked_mps2") == 0.0
    assert set(known.values()) == {None}


@given(can_id=st.integers(0, 2**29 - 1), data=st.binary(max_size=8))
def test_no_frame_of_the_bus_upsets_it(can_id: int, data: bytes) -> None:
    bus = VehicleBus(RATIO)
    bus.hear(frame(can_id, data), 0.0)
    bus.hear(frame(CCVS1, data[:7]), 0.0)
    assert pgn_and_source(can_id)[1] == can_id & 0xFF
    if can_id & 0x3FFFF00 != 0xFEF100:
        assert bus.state(0.0).speed_mps is None


def test_an_eleven_bit_identifier_is_not_ours() -> None:
    bus = VehicleBus(RATIO)
    bus.hear(can.Message(arbitration_id=CCVS1 & 0x7FF, is_extended_id=False, data=speed(100)), 0.0)
    assert bus.state(0.0).speed_mps is None


def test_acceleration_is_the_slope_of_the_wheel_speed() -> None:
    bus = VehicleBus(RATIO)
    for n in range(6):
        bus.hear(frame(CCVS1, speed(round((20 - 3.6 * 2.0 * n * 0.1) * 256))), n * 0.1)
    assert bus.state(0.5).accel_mps2 == pytest.approx(-2.0, abs=0.02)


def test_no_slope_is_drawn_across_a_gap() -> None:
    bus = VehicleBus(RATIO)
    bus.hear(frame(CCVS1, speed(20 * 256)), 0.0)
    bus.hear(frame(CCVS1, speed(20 * 256)), 0.1)
    bus.hear(frame(CCVS1, speed(0)), 3.0)
    assert bus.state(3.0).accel_mps2 is None


def vin_packets(text: str = VIN + "*") -> list[can.Message]:
    raw = text.encode()
    count = -(-len(raw) // 7)
    announce = bytes([0x20, len(raw), 0, count, 0xFF, 0xEC, 0xFE, 0x00])
    parts = [raw[7 * n : 7 * n + 7].ljust(7, b"\xff") for n in range(count)]
    return [frame(TP_CM, announce)] + [frame(TP_DT, bytes([n + 1]) + part) for n, part in enumerate(parts)]


def vin_after(messages: list[can.Message]) -> str | None:
    bus = VehicleBus(RATIO)
    for message in messages:
        bus.hear(message, 0.0)
    return bus.state(0.0).vin


def test_the_vin_comes_in_packets() -> None:
    assert vin_after(vin_packets()) == VIN


def test_packets_of_another_sender_are_kept_apart() -> None:
    mixed = []
    for message in vin_packets():
        mixed += [message, frame(TP_DT + 0x0B, b"\x01XXXXXXX")]
    assert vin_after(mixed) == VIN


@pytest.mark.parametrize("lost", [0, 1, 2, 3])
def test_a_vin_with_a_hole_is_none_until_it_comes_again(lost: int) -> None:
    packets = vin_packets()
    broken = packets[:lost] + packets[lost + 1 :]
    assert vin_after(broken) is None
    assert vin_after(broken + packets) == VIN


def test_packets_out_of_order_are_no_vin() -> None:
    announce, first, second, third = vin_packets()
    assert vin_after([announce, second, first, third]) is None


def test_another_announcement_of_the_same_sender_ends_the_vin() -> None:
    announce, first, second, third = vin_packets()
    other = frame(TP_CM, bytes([0x20, 9, 0, 2, 0xFF, 0xCA, 0xFE, 0x00]))
    assert vin_after([announce, first, other, second, third]) is None
