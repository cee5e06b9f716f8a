"""The two buses of the bench, with a node for each who listens or speaks."""

import itertools
import os
from collections import defaultdict
from collections.abc import Callable
from typing import Protocol, Self

import can

_runs = itertools.count()


class Node(Protocol):
    """One station on a bus; it does not hear itself."""

    def send(self, message: can.Message) -> None:
        """To all others on the bus."""
        ...

    def drain(self) -> list[can.Message]:
        """Everything that waits, oldest first."""
        ...

    def close(self) -> None:
        """Leave the bus."""
        ...


class VirtualNode:
    """A python-can bus inside this process, as a real bench would open one; a copy for each listener."""

    def __init__(self, channel: str) -> None:
        self._bus = can.Bus(interface="virtual", channel=channel, preserve_timestamps=True)

    def send(self, message: can.Message) -> None:
        """Through python-can."""
        self._bus.send(message)

    def drain(self) -> list[can.Message]:
        """Whatever python-can has queued."""
        messages = []
        while (message := self._bus.recv(timeout=0)) is not None:
            messages.append(message)
        return messages

    def close(self) -> None:
        """Shut the bus down."""
        self._bus.shutdown()


class Hub:
    """Plain queues for sweeps: same frames in the same order, a message is shared and must not be changed."""

    def __init__(self) -> None:
        self._channels: dict[str, list[HubNode]] = defaultdict(list)

    def node(self, channel: str) -> "HubNode":
        """One more station on that channel."""
        node = HubNode()
        for other in self._channels[channel]:
            other.others.append(node)
            node.others.append(other)
        self._channels[channel].append(node)
        return node


class HubNode:
    """One station of a hub."""

    def __init__(self) -> None:
        self.others: list[HubNode] = []
        self._waiting: list[can.Message] = []

    def send(self, message: can.Message) -> None:
        """Into the queues of all others."""
        for other in self.others:
            other._waiting.append(message)

    def drain(self) -> list[can.Message]:
        """The queue, which is empty then."""
        waiting, self._waiting = self._waiting, []
        return waiting

    def close(self) -> None:
        """Nothing to end."""


class Buses:
    """Private and vehicle bus in this process; `node` opens one station on a channel."""

    def __init__(self, node: Callable[[str], Node] = VirtualNode) -> None:
        run = f"{os.getpid()}-{next(_runs)}"
        private, vehicle = f"private-{run}", f"vehicle-{run}"
        self.edge_private = node(private)
        self.gateway_private = node(private)
        self.stranger_private = node(private)
        self.trace_private = node(private)
        self.edge_vehicle = node(vehicle)
        self.plant_vehicle = node(vehicle)
        self.stranger_vehicle = node(vehicle)
        self.trace_vehicle = node(vehicle)
        self.gateway_vehicle = node(vehicle)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for node in vars(self).values():
            node.close()


def in_memory() -> Buses:
    """Both buses on a hub."""
    return Buses(Hub().node)
