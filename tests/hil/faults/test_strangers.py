"""Forged requests are right in all but one thing: without that one thing the gateway would believe them."""

import pytest

from firmware import link
from hil.faults import EdgeSilent, Faults, Forged, VehicleBusCut
from hil.faults.forgery import KINDS, Forger, Kind
from hil.frames import CanFrame
from hil.moment import Moment


def true_request(counter: int, side: int = link.RIGHT) -> CanFrame:
    data = bytearray(8)
    link.pack_request(data, counter, link.STANDBY, side, 0, 60, link.HEALTH_GOOD)
    return CanFrame("private", 0x110, bytes(data))


def forged(kind: Kind, counter: int = 41, side: int = link.RIGHT) -> bytes:
    forger = Forger()
    forger.hear(true_request(counter, side))
    forger.hear(CanFrame("private", 0x120, bytes(8)))  # the gateway's own word is no request
    frame = forger.frame(kind)
    assert (frame.bus, frame.can_id) == ("private", 0x110)
    return frame.data


# What unpacking says, and counter, state and deceleration where it says ALLOW.
EXPECTED = {
    "wrong_crc": (link.BAD_CRC, None),
    "wrong_counter": (link.ALLOW, (41, link.FULL, 5000)),
    "replay": (link.ALLOW, (31, link.FULL, 5000)),
    "out_of_range": (link.ALLOW, (42, link.FULL, 9000)),
    "wrong_mode": (link.BAD_VALUE, None),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("side", [link.RIGHT, link.LEFT])
def test_a_forged_request_is_wrong_in_exactly_one_way(kind: Kind, side: int) -> None:
    request = link.Request()
    flaw, figures = EXPECTED[kind]
    assert link.unpack_request(forged(kind, side=side), 8, request) == flaw
    if figures is not None:
        assert (request.counter, request.state, request.decel_mmps2) == figures
        assert (request.side, request.health, request.lifetime_ms) == (side, link.HEALTH_GOOD, 60)


def test_counters_wrap() -> None:
    request = link.Request()
    assert link.unpack_request(forged("out_of_range", counter=255), 8, request) == link.ALLOW
    assert request.counter == 0
    assert link.unpack_request(forged("replay", counter=3), 8, request) == link.ALLOW
    assert request.counter == 249


def test_the_stranger_sends_as_many_as_told_and_as_often() -> None:
    faults = Faults(
        [Forged(Moment(at_s=1.0), "wrong_crc", 3, 0.1), Forged(Moment(at_s=1.1), "replay", 2, 0.05)]
    )
    for n in range(200):
        faults.update(n * 0.01, None)
        faults.frames(n * 0.01)
    times: dict[str, list[float]] = {"wrong_crc": [], "replay": []}
    for t_s, kind in faults.forged:
        times[kind].append(t_s)
    assert times["wrong_crc"] == pytest.approx([1.0, 1.1, 1.2])
    assert times["replay"] == pytest.approx([1.1, 1.15])


def test_a_fault_begins_once_and_stays() -> None:
    faults = Faults([EdgeSilent(Moment(after_braking_s=0.2))])
    faults.update(0.5, None)
    assert faults.since_s(EdgeSilent) is None
    faults.update(1.19, 1.0)
    assert faults.since_s(EdgeSilent) is None
    faults.update(1.2, 1.0)
    faults.update(5.0, 1.0)
    assert faults.since_s(EdgeSilent) == 1.2
    assert faults.since_s(VehicleBusCut) is None
