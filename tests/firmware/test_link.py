"""The link frames against vectors typed by hand from docs/reference/link-protocol.md."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_controller.messages import State
from firmware import link

PROTOCOL = Path(__file__).parents[2] / "docs" / "reference" / "link-protocol.md"

REQUESTS = [  # counter, state, side, decel, lifetime, health
    ("00 01 00 00 3C 0F AB 49", (0, 1, 0, 0, 60, 0x0F)),
    ("2A 07 88 13 3C 0F EC 75", (42, 7, 0, 5000, 60, 0x0F)),
    ("FF 14 F4 01 3C 0F 95 58", (255, 4, 1, 500, 60, 0x0F)),
    ("01 09 DC 05 3C 0D A5 22", (1, 9, 0, 1500, 60, 0x0D)),
    ("2B 07 88 13 3C 1F 7D 22", (43, 7, 0, 5000, 60, 0x1F)),
]
STATUSES = [  # counter, request counter, state, reason, decel, lamps
    ("75 2A 00 88 13 8F 70 31", (5, 42, 7, 0, 5000, 0x8F)),
    ("30 FF 1B 00 00 87 BF 4C", (0, 255, 3, 27, 0, 0x87)),
    ("0F 00 0B 00 00 00 57 06", (15, 0, 0, 11, 0, 0)),
]


def fields(request: link.Request) -> tuple[int, ...]:
    asked = (request.counter, request.state, request.side, request.decel_mmps2)
    return (*asked, request.lifetime_ms, request.health)


@pytest.mark.parametrize(("typed", "values"), REQUESTS)
def test_a_request_is_the_typed_bytes(typed: str, values: tuple[int, ...]) -> None:
    buffer, request = bytearray(8), link.Request()
    link.pack_request(buffer, *values)
    assert buffer == bytes.fromhex(typed)
    assert link.unpack_request(bytes.fromhex(typed), 8, request) == 0
    assert fields(request) == values


@pytest.mark.parametrize(("typed", "values"), STATUSES)
def test_a_status_is_the_typed_bytes(typed: str, values: tuple[int, ...]) -> None:
    buffer, status = bytearray(8), link.Status()
    link.pack_status(buffer, *values)
    assert buffer == bytes.fromhex(typed)
    assert link.unpack_status(bytes.fromhex(typed), 8, status) == 0
    got = (
        status.counter,
        status.request_counter,
        status.state,
        status.reason,
        status.decel_mmps2,
        status.lamps,
    )
    assert got == values


def test_the_vectors_are_those_of_the_page() -> None:
    page = re.findall(r"`((?:[0-9A-F]{2} ){7}[0-9A-F]{2})`", PROTOCOL.read_text(encoding="utf-8"))
    assert page == [typed for typed, _ in REQUESTS + STATUSES]


ANY_REQUEST = st.tuples(
    *(st.integers(*limits) for limits in [(0, 255), (0, 9), (0, 1), (0, 0xFFFF), (1, 60), (0, 31)])
)


@given(ANY_REQUEST)
def test_unpacking_gives_what_was_packed(values: tuple[int, int, int, int, int, int]) -> None:
    buffer, request = bytearray(8), link.Request()
    link.pack_request(buffer, *values)
    assert link.unpack_request(buffer, 8, request) == 0
    assert fields(request) == values


@pytest.mark.parametrize("typed", [typed for typed, _ in REQUESTS])
@pytest.mark.parametrize("flips", [1, 2])
def test_any_flipped_bit_is_refused_and_leaves_the_request_as_it_was(typed: str, flips: int) -> None:
    for first in range(64):
        for second in range(64) if flips == 2 else [None]:
            if second == first:
                continue
            data = bytearray(bytes.fromhex(typed))
            for bit in (first, second):
                if bit is not None:
                    data[bit // 8] ^= 1 << bit % 8
            request = link.Request()
            assert link.unpack_request(data, 8, request) == 2
            assert fields(request) == (0, 0, 0, 0, 60, 0)


@pytest.mark.parametrize("typed", [typed for typed, _ in STATUSES])
def test_any_flipped_bit_of_a_status_is_refused(typed: str) -> None:
    for bit in range(64):
        data = bytearray(bytes.fromhex(typed))
        data[bit // 8] ^= 1 << bit % 8
        assert link.unpack_status(data, 8, link.Status()) == 2


@pytest.mark.parametrize("length", [0, 1, 7, 9])
def test_another_length_is_no_frame(length: int) -> None:
    assert link.unpack_request(bytes.fromhex(REQUESTS[0][0]), length, link.Request()) == 1


@pytest.mark.parametrize(
    ("state", "side", "decel"), [(10, 0, 0), (-1, 0, 0), (1, 2, 0), (7, 0, -1), (7, 0, 65536)]
)
def test_what_cannot_be_said_is_not_packed(state: int, side: int, decel: int) -> None:
    with pytest.raises(ValueError, match="cannot be packed"):
        link.pack_request(bytearray(8), 0, state, side, decel, 60, 15)


def test_the_ladder_has_the_numbers_of_the_edge() -> None:
    for state in State:
        assert link.STATE_NAMES[state] == state.name.lower()
        assert getattr(link, state.name) == state


def test_every_reason_has_one_name() -> None:
    source = Path(link.__file__).read_text(encoding="utf-8")
    block = source[source.index("\nALLOW = ") : source.index("REASON_NAMES")]
    codes = [int(code) for code in re.findall(r"^[A-Z_]+ = (\d+)", block, re.MULTILINE)]
    assert len(codes) == len(set(codes)) > 20
    assert set(link.REASON_NAMES) == set(codes)
    assert len(set(link.REASON_NAMES.values())) == len(link.REASON_NAMES)
