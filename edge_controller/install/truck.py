"""What the wizard needs of the truck it stands beside. A simulated one joins by entry point, from the bench.

The truck owns the clock: a real one waits in `advance`, a simulated one computes.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Literal, NamedTuple, Protocol, cast

import can

from edge_controller.config import Fit
from edge_controller.errors import InputError
from edge_controller.messages import RadarFrame
from edge_controller.toml_table import Table

TRUCKS = "nearside.trucks"
BusName = Literal["vehicle", "private"]
# What the person at the wheel is asked to do; a simulated driver does it by the name.
Move = Literal[
    "rest", "press_brake", "press_accelerator", "kick_down", "indicate", "steer_left", "steer_right",
    "roll", "roll_in_a_curve",
]  # fmt: skip


class GatewayDeadError(Exception):
    """The gateway does not start, or dies: a fault of the unit, for a person to hear of."""


class Heard(NamedTuple):
    """One frame of either bus at the truck's time."""

    t_s: float
    bus: BusName
    message: can.Message


class Running(NamedTuple):
    """What the gateway runs after power-on."""

    interpreter: str  # as it calls itself
    firmware_sha256: str


@dataclass(frozen=True, slots=True)
class Order:
    """Which truck: what it is said to be, and where the fitting keeps its things."""

    fit: Fit
    vin: str
    folder: Path


class Truck(Protocol):
    """A truck with its unit: two buses, the gateway's service port, radars, somebody at the wheel."""

    @property
    def simulated(self) -> bool:
        """Whether it is no truck at all."""
        ...

    @property
    def now_s(self) -> float:
        """The truck's clock."""
        ...

    def service(self) -> AbstractContextManager[str]:
        """The gateway in service: its serial port."""
        ...

    def start(self) -> "Running":
        """Power on: the gateway runs what its flash holds, or GatewayDeadError."""
        ...

    def move(self, move: Move) -> None:
        """The driver begins to do what was asked."""
        ...

    def send(self, message: can.Message) -> None:
        """The edge speaks on the private bus."""
        ...

    def advance(self, to_s: float) -> list[Heard]:
        """Until then; every frame that came meanwhile, oldest first."""
        ...

    def reflector(self, radar: str, place_m: tuple[float, float, float], count: int) -> list[RadarFrame]:
        """Frames of one radar while the reflector stands there, truck axes, the truck at rest."""
        ...

    def close(self) -> None:
        """Leave it."""
        ...


class TruckKind(Protocol):
    """What an entry point of `nearside.trucks` gives."""

    def options(self, table: Table | None) -> object:
        """Read its own table of an answers file; InputError names file and key."""
        ...

    def connect(self, order: Order, options: object) -> Truck:
        """Reach that truck."""
        ...


def truck_kind(name: str) -> TruckKind:
    """The kind of truck of that name, or InputError where nothing installed brings it."""
    for entry in entry_points(group=TRUCKS, name=name):
        return cast(TruckKind, entry.load())
    raise InputError(f"no kind of truck {name!r} is installed (entry points {TRUCKS})")
