"""The request stream of the edge as link-protocol.md has it; a refusal must not end the braking for good."""

from itertools import pairwise

import can
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_controller.can.gateway_link import GatewayLink
from edge_controller.messages import BrakeRequest, Side, State
from hil.frames import CanFrame
from hil.gateway_host import CPythonGateway
from tests.firmware import bench

RAMP_PER_FRAME_MMPS2 = 800  # 40 m/s3 at 20 ms
GOOD = 0x0F


def request(t_s: float, state: State = State.FULL, decel_mps2: float = 5.0) -> BrakeRequest:
    return BrakeRequest(t_s, state, "right", decel_mps2, "blind_spot", 1)


def decel_mmps2(message: can.Message) -> int:
    return message.data[2] | message.data[3] << 8


def status(request_counter: int, state: int, granted_mmps2: int, reason: int = 0) -> can.Message:
    body = bytes([state << 4, request_counter, reason, granted_mmps2 & 0xFF, granted_mmps2 >> 8, 0x80])
    data = body + bench.crc16(b"\x53\x4e" + body).to_bytes(2, "little")
    return can.Message(arbitration_id=0x120, is_extended_id=False, data=data)


@pytest.mark.parametrize(("side", "bit"), [("right", 0), ("left", 1)])
def test_a_request_is_the_frame_of_the_protocol(side: Side, bit: int) -> None:
    link = GatewayLink(side)
    link.request_frame(request(0.0), 0.0, GOOD)
    message = link.request_frame(request(0.02), 0.02, GOOD)
    body = bytes([1, 7 | bit << 4, 800 & 0xFF, 800 >> 8, 60, GOOD])
    assert (message.arbitration_id, message.is_extended_id) == (0x110, False)
    assert bytes(message.data) == body + bench.crc16(b"\x51\x4e" + body).to_bytes(2, "little")


def test_the_counter_runs_round_and_a_frame_goes_out_without_any_decision() -> None:
    link = GatewayLink("right")
    frames = [link.request_frame(None, n * 0.02, GOOD) for n in range(258)]
    assert [frame.data[0] for frame in frames] == [n & 0xFF for n in range(258)]
    assert all(bytes(frame.data[1:6]) == bytes([1, 0, 0, 60, 0]) for frame in frames)


@pytest.mark.parametrize(
    ("state", "decel", "kept"),
    [
        (State.PREPARE, 0.5, (1, 0)),
        (State.SLOW, 1.0, (1, 0)),
        (State.WARN, 0.0, (1, 0)),
        (State.FULL, 5.0, (7, 5000)),
        (State.HOLD, 2.0, (8, 2000)),
    ],
)
def test_without_fresh_decisions_only_a_latched_braking_goes_on(
    state: State, decel: float, kept: tuple[int, int]
) -> None:
    """Decision 0004: a lost radar must not free the truck, nor begin anything."""
    link = GatewayLink("right")
    for n in range(10):
        link.request_frame(request(0.0, state, decel), n * 0.02, GOOD)
    at_limit = link.request_frame(request(0.0, state, decel), 0.2, GOOD)
    beyond = link.request_frame(request(0.0, state, decel), 0.22, GOOD)
    assert (at_limit.data[1], decel_mmps2(at_limit)) == (int(state), round(decel * 1000))
    assert at_limit.data[5] == GOOD
    assert (beyond.data[1], decel_mmps2(beyond)) == kept
    assert beyond.data[5] == 0  # whatever goes on, the gateway may begin nothing on it


@given(
    wanted_mmps2=st.lists(st.integers(0, 6000), min_size=2, max_size=40),
    pauses_ms=st.lists(st.integers(20, 200), min_size=40, max_size=40),
)
def test_no_frame_rises_faster_than_the_ramp_and_a_fall_is_at_once(
    wanted_mmps2: list[int], pauses_ms: list[int]
) -> None:
    link, t_ms, before = GatewayLink("right"), 0, 0
    for wanted, pause_ms in zip(wanted_mmps2, pauses_ms, strict=False):
        t_ms += pause_ms
        asked = decel_mmps2(
            link.request_frame(request(t_ms / 1000, decel_mps2=wanted / 1000), t_ms / 1000, GOOD)
        )
        assert asked <= before + RAMP_PER_FRAME_MMPS2
        assert asked <= wanted
        assert asked == wanted or asked >= before
        before = asked


def rises(link: GatewayLink, since_s: float, decel_mps2: float, frames: int, *, foot: bool) -> list[int]:
    times = [since_s + n * 0.02 for n in range(frames)]
    wanted = [request(t_s, decel_mps2=decel_mps2) for t_s in times]
    asked = [
        decel_mmps2(link.request_frame(one, t_s, GOOD, driver_brakes=foot))
        for one, t_s in zip(wanted, times, strict=True)
    ]
    return [after - before for before, after in pairwise(asked)]


def test_beside_the_drivers_foot_the_ramp_is_gentler_and_gentlest_from_nothing() -> None:
    """Decision 0114: 25 m/s3 from a request that stands, 14 m/s3 from none, 40 m/s3 without him."""
    link = GatewayLink("right")
    assert rises(link, 0.0, 0.5, 4, foot=True) == [280, 220, 0]
    assert rises(link, 0.08, 5.0, 4, foot=True) == [500, 500, 500]
    assert rises(GatewayLink("right"), 0.0, 5.0, 4, foot=True) == [280, 280, 280]
    assert rises(GatewayLink("right"), 0.0, 5.0, 4, foot=False) == [800, 800, 800]


def test_a_foot_that_comes_or_goes_changes_the_ramp_and_takes_nothing_back() -> None:
    link = GatewayLink("right")
    assert rises(link, 0.0, 5.0, 3, foot=False) == [800, 800]
    assert rises(link, 0.06, 5.0, 3, foot=True) == [280, 280]
    assert rises(link, 0.12, 5.0, 3, foot=False) == [800, 800]


def test_the_ramp_begins_again_from_what_was_granted() -> None:
    link = GatewayLink("right")
    for n in range(4):
        last = link.request_frame(request(n * 0.02), n * 0.02, GOOD)
    assert decel_mmps2(last) == 2400
    link.hear(status(3, 7, 1600, 23))
    assert decel_mmps2(link.request_frame(request(0.08), 0.08, GOOD)) == 2400
    link.hear(status(2, 7, 1600, 23))  # from before the ramp began again
    assert decel_mmps2(link.request_frame(request(0.10), 0.10, GOOD)) == 3200


def test_an_answer_to_an_earlier_request_does_not_slow_the_ramp() -> None:
    link = GatewayLink("right")
    for n in range(8):
        last = link.request_frame(request(n * 0.02), n * 0.02, GOOD)
        if n > 0:
            link.hear(status(n - 1, 7, (n - 1) * 800))
    assert decel_mmps2(last) == 5000


@pytest.mark.parametrize("flaw", ["crc", "short", "extended", "identifier", "reason"])
def test_a_damaged_answer_is_no_answer(flaw: str) -> None:
    link, good = GatewayLink("right"), status(0, 7, 1234)
    data = bytearray(good.data)
    if flaw == "crc":
        data[3] ^= 1
    if flaw == "reason":
        data = bytearray(status(0, 7, 1234, 99).data)
    link.hear(
        can.Message(
            arbitration_id=0x121 if flaw == "identifier" else 0x120,
            is_extended_id=flaw == "extended",
            data=data[:7] if flaw == "short" else data,
        )
    )
    assert link.answer is None
    link.hear(good)
    assert link.answer is not None
    assert (link.answer.state, link.answer.decel_mps2) == ("full", 1.234)


def granted_mps2(refuses_until_ms: int = 0, silent_ms: range = range(0)) -> float:
    """What the real firmware grants at last to 5 m/s2 asked from 600 ms on at 4 m/s."""
    gateway, link = CPythonGateway(released=1, near_side=0), GatewayLink("right")
    for t_ms in range(0, 1500, 10):
        received = [bench.vdc2(0), bench.ebc5(state=2 if t_ms < refuses_until_ms else 0)]
        received += [bench.eec2()] if t_ms % 50 == 0 else []
        received += [bench.ccvs1(4000)] if t_ms % 100 == 0 else []
        if t_ms % 20 == 0 and t_ms not in silent_ms:
            asks = request(t_ms / 1000) if t_ms >= 600 else request(t_ms / 1000, State.STANDBY, 0.0)
            sent = link.request_frame(asks, t_ms / 1000, GOOD)
            received.append(CanFrame("private", sent.arbitration_id, bytes(sent.data)))
        for frame in gateway.step(t_ms, received):
            if frame.bus == "private":
                link.hear(can.Message(arbitration_id=frame.can_id, is_extended_id=False, data=frame.data))
    assert link.answer is not None
    return link.answer.decel_mps2


@pytest.mark.parametrize(
    ("refuses_until_ms", "silent_ms"),
    [(0, range(0)), (660, range(0)), (0, range(640, 660)), (0, range(800, 900))],
    ids=["allowed", "refused in the ramp", "one frame late", "edge silent while braking"],
)
def test_what_passes_does_not_end_the_braking_for_good(refuses_until_ms: int, silent_ms: range) -> None:
    assert granted_mps2(refuses_until_ms, silent_ms) == 5.0
