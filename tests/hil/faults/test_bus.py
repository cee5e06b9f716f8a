"""A full bus carries what wins arbitration; bus-off and dips end when they should."""

import can
import pytest

from hil.faults import BusLoad, BusOff, Faults, SupplyDip, VehicleBusCut
from hil.faults.bus import Arbiter
from hil.moment import Moment

NOW = Moment(at_s=0.0)
TSC1, XBR, SPEED = 0x0C0000A0, 0x0C040BA0, 0x18FEF100  # priority 3, 3 and 6


def frame(can_id: int, first: int = 0) -> can.Message:
    return can.Message(arbitration_id=can_id, is_extended_id=True, data=[first] + [0] * 7)


def carried(load: BusLoad | None, offered: list[can.Message], ticks: int = 1) -> list[can.Message]:
    arbiter, through = Arbiter(), []
    arbiter.carry(load)
    for message in offered:
        arbiter.offer(message, through.append)
    for _ in range(ticks):
        arbiter.carry(load)
    return through


def test_a_free_bus_carries_all_at_once_in_their_order() -> None:
    offered = [frame(SPEED), frame(TSC1), frame(XBR)]
    assert carried(None, offered, ticks=0) == offered


@pytest.mark.parametrize(
    ("priority", "through"),
    [(7, {TSC1, XBR, SPEED}), (6, {TSC1, XBR}), (4, {TSC1, XBR}), (3, set()), (0, set())],
)
def test_a_full_bus_carries_only_what_is_more_urgent(priority: int, through: set[int]) -> None:
    load = BusLoad(NOW, 100, priority, 9)
    got = carried(load, [frame(SPEED), frame(TSC1), frame(XBR)], ticks=50)
    assert {message.arbitration_id for message in got} == through


def test_what_waits_is_replaced_by_what_is_newer() -> None:
    arbiter, through = Arbiter(), []
    load = BusLoad(NOW, 100, 0, 9)
    arbiter.carry(load)
    for n in range(5):
        arbiter.offer(frame(XBR, n), through.append)
        arbiter.carry(load)
    assert through == []
    arbiter.carry(None)
    assert [message.data[0] for message in through] == [4]


def test_half_a_bus_carries_about_half_of_its_frames() -> None:
    """250 kbit/s are some 1900 frames of 131 bits a second: half of it nine in a tick of 10 ms."""
    many = [frame(0x18F00000 + n) for n in range(40)]
    assert 8 <= len(carried(BusLoad(NOW, 50, 0, 9), many)) <= 11


def test_bus_off_is_of_one_bus_and_ends_and_a_cut_does_not() -> None:
    faults = Faults([BusOff(Moment(at_s=1.0), "private", 0.5)])
    faults.update(0.99, None)
    assert not faults.is_cut("private", 0.99)
    faults.update(1.0, None)
    assert faults.is_cut("private", 1.49)
    assert not faults.is_cut("vehicle", 1.2)
    assert not faults.is_cut("private", 1.5)
    cut = Faults([VehicleBusCut(NOW)])
    cut.update(0.0, None)
    assert cut.is_cut("vehicle", 1e6)


@pytest.mark.parametrize(
    ("to_v", "for_s", "restarts"),
    [
        (9.0, 0.5, False),
        (24.0, 0.5, False),
        (0.0, 0.01, False),
        (0.0, 0.1, True),
        (6.0, 0.5, True),
        (6.0, 0.03, False),
    ],
)
def test_short_and_shallow_dips_are_ridden_through(to_v: float, for_s: float, restarts: bool) -> None:
    span = SupplyDip(NOW, to_v, for_s).dark_s(2.0)
    assert (span is not None) == restarts
    if span is not None:
        assert 2.0 < span[0] < 2.0 + for_s < span[1]
        assert span[1] <= 2.0 + for_s + 3.0
