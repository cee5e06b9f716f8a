"""Vehicle messages against vectors and layouts of SAE J1939-71, typed by hand."""

import pytest

from firmware import j1939
from hil.gateway_host import CPythonGateway
from tests.firmware.bench import SLOW, Rig

UNKNOWN = -0x10000000


@pytest.mark.parametrize(
    ("can_id", "decel", "counter", "typed"),
    [
        (0x0C040BA0, 4000, 0, "7F 5D E2 FA FF FF FF 70"),
        (0x0C040BA0, 5000, 0, "7F 55 E2 FA FF FF FF E0"),
        (0x0C040BA0, 7000, 0, "7F 45 E2 FA FF FF FF D0"),
        (0x0C040B2A, 4000, 1, "7F 5D E2 FA FF FF FF A1"),
        (0x0C040B2A, 5000, 1, "7F 55 E2 FA FF FF FF 21"),
        (0x0C040BA0, 0, 0, "7F 7D CC 00 FF FF FF 80"),
    ],
)
def test_xbr_vectors(can_id: int, decel: int, counter: int, typed: str) -> None:
    data = bytearray(8)
    j1939.pack_xbr(data, can_id, decel, counter, 0, 0)
    assert data == bytes.fromhex(typed)


def test_the_demand_is_never_more_than_asked() -> None:
    data = bytearray(8)
    for decel in range(1, 6001):
        j1939.pack_xbr(data, 0x0C040BA0, decel, 0, 0, 0)
        demand_mps2 = (data[0] | data[1] << 8) / 2048 - 32127 / 2048
        assert -decel / 1000 <= demand_mps2 <= -decel / 1000 + 1 / 2048


def test_a_makers_own_frame() -> None:
    """PGN 0xEF00 from 0x2A to 0x0B, key 5, nibbles of the low byte of the sum; summed here by hand."""
    data = bytearray(8)
    j1939.pack_xbr(data, 0x0CEF0B2A, 5000, 3, 1, 5)
    total = 0x7F + 0x55 + 0xE2 + 0xFA + 3 * 0xFF + 3 + 0x0C + 0xEF + 0x0B + 0x2A + 5
    assert total == 0x6E5
    assert data[7] == (0xE + 0x5 & 0x0F) << 4 | 3
    with CPythonGateway(released=1, xbr_pf=0xEF, xbr_source=0x2A, xbr_checksum=1, xbr_key=5) as host:
        rig = Rig(host).run(200)
        rig.ask(SLOW, 900, 40)
        assert rig.frames(0x0CEF0B2A)


@pytest.mark.parametrize(("source", "limiting", "counter", "typed"), [
    (0xA0, True, 0, "C3 FF FA 7D FF F0 FF"),
    (0x2A, True, 7, "C3 FF FA 7D FF F0 FF"),
    (0xA0, False, 5, "C0 FF FF FF FF FF FF"),
])  # fmt: skip
def test_tsc1(source: int, limiting: bool, counter: int, typed: str) -> None:
    """Checksum as SPN 4207 has it: bits of the sum of seven bytes, counter and identifier bytes."""
    data = bytearray(8)
    j1939.pack_tsc1(data, 0x0C000000 | source, limiting, counter)
    assert data[:7] == bytes.fromhex(typed)
    total = sum(bytes.fromhex(typed)) + counter + 0x0C + source
    assert data[7] & 0x0F == counter
    assert data[7] >> 4 == ((total >> 6 & 3) + (total >> 3) + total) % 8


@pytest.mark.parametrize(
    ("raw", "speed_mmps"),
    [(0, 0), (256, 278), (3840, 4167), (7680, 8333), (64255, 69721), (64256, UNKNOWN), (0xFFFF, UNKNOWN)],
)
def test_speed(raw: int, speed_mmps: int) -> None:
    """SPN 84, 1/256 km/h: 1, 15, 30 km/h; 0xFAFF is the largest value."""
    assert j1939.speed_mmps(bytes([0xFF, raw & 0xFF, raw >> 8, 255, 255, 255, 255, 255])) == speed_mmps


@pytest.mark.parametrize(("off", "mrad"), [(0, 0), (1024, 1000), (10240, 10000), (1, 0), (2, 1)])
def test_steering_left_is_positive_and_right_its_mirror(off: int, mrad: int) -> None:
    for sign in (1, -1):
        raw = 32127 + sign * off
        data = bytes([raw & 0xFF, raw >> 8, 255, 255, 255, 255, 255, 255])
        assert j1939.steering_mrad(data) == sign * mrad
        assert j1939.yaw_mradps(data) == UNKNOWN


@pytest.mark.parametrize(("off", "mradps"), [(0, 0), (8192, 1000), (819, 99), (8, 0), (9, 1)])
def test_yaw_left_is_positive_and_right_its_mirror(off: int, mradps: int) -> None:
    for sign in (1, -1):
        raw = 32113 + sign * off
        data = bytes([0xFF, 0xFF, 255, raw & 0xFF, raw >> 8, 255, 255, 255])
        assert j1939.yaw_mradps(data) == sign * mradps
        assert j1939.steering_mrad(data) == UNKNOWN


@pytest.mark.parametrize(
    ("first", "pedal", "says"),
    [
        (0xF3, 0, 0), (0xF7, 0, 1), (0xF3, 250, 0), (0xFB, 250, 1), (0xFF, 238, 1), (0xFF, 237, 0),
        (0xFF, 251, UNKNOWN), (0xFB, 254, UNKNOWN), (0xFF, 255, UNKNOWN),
    ],
)  # fmt: skip
def test_kickdown(first: int, pedal: int, says: int) -> None:
    assert j1939.kickdown(bytes([first, pedal, 255, 255, 255, 255, 255, 255])) == says


@pytest.mark.parametrize(
    ("second", "state", "mode"),
    [(0x03, 0, 0), (0x37, 1, 3), (0x2B, 2, 2), (0xFF, UNKNOWN, UNKNOWN), (0x43, 0, UNKNOWN)],
)
def test_ebc5(second: int, state: int, mode: int) -> None:
    data = bytes([255, second, 255, 255, 255, 255, 255, 255])
    assert (j1939.xbr_state(data), j1939.xbr_active_mode(data)) == (state, mode)


@pytest.mark.parametrize(
    ("first", "state"), [(0x06, 6), (0xF7, 7), (0x13, 3), (0x08, UNKNOWN), (0xFE, UNKNOWN)]
)
def test_aebs1(first: int, state: int) -> None:
    assert j1939.aeb_state(bytes([first, *[255] * 7])) == state


@pytest.mark.parametrize(
    ("selected", "current", "gear"),
    [(255, 126, 1), (255, 124, -1), (124, 255, -1), (125, 255, 0), (124, 126, 1), (251, 254, UNKNOWN)],
)
def test_gear(selected: int, current: int, gear: int) -> None:
    assert j1939.gear(bytes([selected, 255, 255, current, 255, 255, 255, 255])) == gear
