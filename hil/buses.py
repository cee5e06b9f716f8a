"""The two buses of the bench, every node with a python-can bus of its own."""

import itertools
import os
from typing import Self

import can

_runs = itertools.count()


class Buses:
    """Private and vehicle bus in this process."""

    def __init__(self) -> None:
        run = f"{os.getpid()}-{next(_runs)}"
        private, vehicle = f"private-{run}", f"vehicle-{run}"
        self._all: list[can.BusABC] = []
        self.edge_private = self._node(private)
        self.gateway_private = self._node(private)
        self.stranger_private = self._node(private)
        self.trace_private = self._node(private)
        self.edge_vehicle = self._node(vehicle)
        self.plant_vehicle = self._node(vehicle)
        self.trace_vehicle = self._node(vehicle)
        self.gateway_vehicle = self._node(vehicle)

    def _node(self, channel: str) -> can.BusABC:
        bus = can.Bus(interface="virtual", channel=channel, preserve_timestamps=True)
        self._all.append(bus)
        return bus

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for bus in self._all:
            bus.shutdown()


def drain(bus: can.BusABC) -> list[can.Message]:
    """Everything that waits on a bus, oldest first."""
    messages = []
    while (message := bus.recv(timeout=0)) is not None:
        messages.append(message)
    return messages
