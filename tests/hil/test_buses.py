"""Both kinds of node keep what a CAN bus promises: all others hear every frame, in order, nobody himself."""

from collections.abc import Callable

import can
import pytest

from hil.buses import Buses, in_memory
from hil.closed_loop import Loop
from hil.encounter import Encounter
from hil.gateway_host import CPythonGateway
from tests.hil.programs.test_blind import VIN, turn

Open = Callable[[], Buses]
kinds = pytest.mark.parametrize("open_buses", [Buses, in_memory], ids=["python-can", "in memory"])


def frame(number: int) -> can.Message:
    return can.Message(timestamp=0.01, arbitration_id=number, is_extended_id=False, data=bytes([number]))


@kinds
def test_all_others_hear_in_order_and_once(open_buses: Open) -> None:
    with open_buses() as buses:
        for number in (3, 1, 2):
            buses.edge_private.send(frame(number))
        for node in (buses.gateway_private, buses.stranger_private, buses.trace_private):
            assert [message.arbitration_id for message in node.drain()] == [3, 1, 2]
            assert node.drain() == []
        assert buses.edge_private.drain() == []
        assert buses.gateway_vehicle.drain() == []


@kinds
def test_two_benches_do_not_hear_each_other(open_buses: Open) -> None:
    with open_buses() as here, open_buses() as there:
        here.plant_vehicle.send(frame(1))
        assert there.gateway_vehicle.drain() == []


def test_a_drive_has_the_same_frames_on_either() -> None:
    drives = [_frames(turn(), buses) for buses in (Buses, in_memory)]
    assert drives[0] == drives[1]
    assert len(drives[0]) > 1000


def _frames(encounter: Encounter, buses: Open) -> list[tuple[str, float, int, bytes]]:
    heard = []

    def on_can(bus: str, message: can.Message) -> None:
        heard.append((bus, message.timestamp, message.arbitration_id, bytes(message.data)))

    with CPythonGateway(**encounter.gateway_settings()) as gateway:
        Loop(encounter, 1, gateway, VIN, None, on_can=on_can, level="perfect", buses=buses).run()
    return heard
