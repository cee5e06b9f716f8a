"""The service on a fitted truck: packets and bus frames in, a request frame every 20 ms out.

The only file of the edge that owns a clock, and only in `run`.
"""

import gc
import select
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import can

from edge_controller.can.gateway_link import GatewayLink
from edge_controller.can.vehicle_bus import VehicleBus
from edge_controller.config import Fit, Radar, load_fit
from edge_controller.coverage import require_capable
from edge_controller.errors import InputError
from edge_controller.learned.keeper import Keeper
from edge_controller.learned.kept import KeptFile
from edge_controller.messages import RadarFrame, Step
from edge_controller.pipeline import State, step
from edge_controller.radar.dca1000 import FrameAssembler
from edge_controller.radar.reception import Listening
from edge_controller.radar.sample_order import COMPLEX_ORDERS, Order, order_named
from edge_controller.radar.stream import Counts
from edge_controller.toml_table import Table, load

EDGE_FRAME_S = 0.020
DRAIN_S = 0.006  # the capture board empties its buffer after the last chirp; assumed 4 to 8 ms
WAIT_S = 0.002
DRIFT = 2e-4  # how much slower than ours a radar's clock may run
NEW_STREAM_S = 1.0  # further off than this, the board has begun to count anew

Listener = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """What differs between one bench or truck and the next."""

    fit: Fit
    vehicle_bus: dict[str, Any]  # arguments of can.Bus
    private_bus: dict[str, Any]
    ports: dict[str, tuple[str, int]]  # radar -> address its packets come to
    orders: dict[str, Order] = field(default_factory=dict)  # radar -> order of its samples, else I I Q Q
    learned: Path | None = None  # file that keeps what the road taught over a switch-off


def load_settings(path: Path) -> Settings:
    """Read a service TOML: `fit`, [bus.vehicle], [bus.private] and one [[capture]] per radar."""
    top = load(path)
    fit = load_fit(path.parent / top.string("fit"))
    buses = top.table("bus")
    vehicle, private = _bus(buses.table("vehicle")), _bus(buses.table("private"))
    buses.finish()
    ports: dict[str, tuple[str, int]] = {}
    orders: dict[str, Order] = {}
    for table in top.array("capture"):
        name = table.string("radar", tuple(radar.name for radar in fit.radars))
        if name in ports:
            raise InputError(f"{table.where('radar')} is {name!r} a second time")
        ports[name] = (table.string("host"), table.integer("port", 0, 65_535))
        if table.has("order"):
            orders[name] = order_named(table.string("order", COMPLEX_ORDERS))
        table.finish()
    learned = path.parent / top.string("learned") if top.has("learned") else None
    top.finish()
    missing = [radar.name for radar in fit.radars if radar.name not in ports]
    if missing:
        raise InputError(f"{path}: radar {missing[0]} of the fit has no [[capture]]")
    return Settings(fit, vehicle, private, ports, orders, learned)


def _bus(table: Table) -> dict[str, Any]:
    settings: dict[str, Any] = {"interface": table.string("interface"), "channel": table.string("channel")}
    if table.has("bitrate"):
        settings["bitrate"] = table.integer("bitrate", 10_000, 1_000_000)
    table.finish()
    return settings


class FrameClock:
    """When a radar's frames were taken, by our clock: the board has no other, so the promptest frame tells.

    A frame that waited in a buffer is old, and must not be taken for new.
    """

    def __init__(self, radar: Radar) -> None:
        self._frame_s = radar.profile.frame_s
        self._before_s = DRAIN_S + radar.dwell_s / 2
        self._zero_s: float | None = None  # middle of frame 0

    def mid_t_s(self, index: int, now_s: float) -> float:
        """Middle of the chirps of a frame that is complete now."""
        latest_s = now_s - self._before_s - index * self._frame_s
        if self._zero_s is None or abs(latest_s - self._zero_s) > NEW_STREAM_S:
            self._zero_s = latest_s
        self._zero_s = min(latest_s, self._zero_s + DRIFT * self._frame_s)
        return self._zero_s + index * self._frame_s


class Service:
    """Everything the edge does, one `poll` after the other; sends on the private bus only."""

    def __init__(
        self,
        settings: Settings,
        listener: Listener = lambda _step: None,
        utc_s: Callable[[], float] = time.time,
    ) -> None:
        require_capable(settings.fit)
        self._fit = settings.fit
        self._listener = listener
        self._state = State(settings.fit)
        self._keeper = Keeper(KeptFile(settings.learned, settings.fit), utc_s) if settings.learned else None
        self._kept_note: tuple[str, ...] = ()
        if self._keeper is not None:
            self._state.statics, note = self._keeper.start()
            self._kept_note = (note,)
        self._vehicle = VehicleBus(settings.fit.truck.hand_wheel_ratio)
        self._link = GatewayLink(settings.fit.truck.near_side)
        self._newest: Step | None = None
        self._now_s = 0.0
        self._due_s: float | None = None
        with ExitStack() as opened:
            self._vehicle_bus = opened.enter_context(_opened(settings.vehicle_bus))
            self._private_bus = opened.enter_context(_opened(settings.private_bus))
            self._sockets = {
                name: opened.enter_context(Listening(address)) for name, address in settings.ports.items()
            }
            self._opened = opened.pop_all()  # to be closed at the end, and not now as after an error
        self._assemblers = {
            radar.name: FrameAssembler(radar, self._mid_time(radar), settings.orders.get(radar.name, "iiqq"))
            for radar in settings.fit.radars
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()
        if self._keeper is not None:
            self._keeper.close(self._state.statics)

    def notes(self) -> list[str]:
        """Which stages each radar's detection runs on, and why; then what a person should mend."""
        stages = [f"{name}: {one.stages.note}" for name, one in self._state.detectors.items()]
        return [*stages, *self._kept_note, *self.warnings]

    @property
    def lost(self) -> str | None:
        """Why what the road taught could not be kept, None while it could."""
        return self._keeper.lost if self._keeper is not None else None

    def port(self, radar: str) -> int:
        """The UDP port that a radar's packets must come to."""
        return self._sockets[radar].port

    @property
    def warnings(self) -> tuple[str, ...]:
        """Where the system keeps receive buffers too small."""
        return tuple(listening.warning for listening in self._sockets.values() if listening.warning)

    def counts(self, radar: str) -> Counts:
        """What became of a radar's packets so far."""
        return self._assemblers[radar].counts

    def poll(self, t_s: float) -> None:
        """Work through what has come by `t_s` and send the request frame when it is due."""
        self._now_s = t_s
        while (message := self._vehicle_bus.recv(timeout=0)) is not None:
            self._vehicle.hear(message, t_s)
        while (message := self._private_bus.recv(timeout=0)) is not None:
            self._link.hear(message)
        for frame in sorted(self._frames(), key=lambda one: (one.mid_t_s, one.radar)):
            self._newest = step(frame, self._vehicle.state(t_s), self._state, self._fit)
            self._listener(self._newest)
        if self._due_s is None or t_s >= self._due_s:
            self._send(t_s)
        if self._keeper is not None:
            self._keeper.update(self._state.statics, t_s)

    def _frames(self) -> list[RadarFrame]:
        """What has come, but never so much at once that the request frame has to wait."""
        found = []
        for name, listening in self._sockets.items():
            found += self._assemblers[name].push_all(listening.packets())
        return found

    def _send(self, t_s: float) -> None:
        # From the due time, not from now: the rate must not drift; after a stall it starts anew.
        late = self._due_s is None or t_s - self._due_s > EDGE_FRAME_S
        self._due_s = (t_s if late else self._due_s or t_s) + EDGE_FRAME_S
        request = None if self._newest is None else self._newest.request
        brakes = self._vehicle.state(t_s).brake_pedal is True
        message = self._link.request_frame(request, t_s, self._state.health(), driver_brakes=brakes)
        self._private_bus.send(message)

    def _mid_time(self, radar: Radar) -> Callable[[int], float]:
        clock = FrameClock(radar)
        return lambda index: clock.mid_t_s(index, self._now_s)

    def run(self, keep_going: Callable[[], bool] = lambda: True) -> None:
        """Poll in real time until `keep_going` says no.

        What was built until now stays: Python would look through it for waste for 0.1 s, two radar frames.
        """
        gc.collect()
        gc.freeze()
        try:
            while keep_going():
                select.select(list(self._sockets.values()), [], [], WAIT_S)
                self.poll(time.monotonic())
        finally:
            gc.unfreeze()


def _opened(settings: dict[str, Any]) -> can.BusABC:
    try:
        return can.Bus(**settings)
    except (can.CanError, OSError, ValueError) as error:
        raise InputError(f"CAN bus {settings}: cannot be opened ({error})") from error
