"""Which faults have begun, and what those do that need a memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import can

from hil.faults.brake import BrakeFault
from hil.faults.bus import BusLoad, BusOff, VehicleBusCut
from hil.faults.clock import GatewayClockWraps
from hil.faults.disk import DiskFull
from hil.faults.edge import EdgeCrashed, EdgeInsists, EdgeSilent, EdgeStuck
from hil.faults.forgery import Forger, Kind
from hil.faults.signals import SignalFault, Spoiler
from hil.faults.strangers import Forged, SecondSender
from hil.faults.supply import SupplyDip
from hil.frames import Bus, CanFrame
from hil.moment import Moment

Fault = (
    EdgeSilent
    | EdgeCrashed
    | EdgeStuck
    | EdgeInsists
    | VehicleBusCut
    | BusOff
    | BusLoad
    | Forged
    | SecondSender
    | SignalFault
    | BrakeFault
    | SupplyDip
    | GatewayClockWraps
    | DiskFull
)
F = TypeVar("F", bound="Begins")


class Begins(Protocol):
    """All that the memory asks of a fault."""

    @property
    def when(self) -> Moment: ...

    @property
    def name(self) -> str: ...


@dataclass(slots=True)
class Faults:
    """Remembers which faults have begun, and when."""

    faults: Sequence[Begins]
    near_sign: int = -1
    begun_s: dict[Begins, float] = field(default_factory=dict)
    forged: list[tuple[float, Kind]] = field(default_factory=list)
    _forger: Forger = field(default_factory=Forger)
    _spoiler: Spoiler = field(init=False)
    _seconds: int = 0  # XBR the second sender has sent

    def __post_init__(self) -> None:
        self._spoiler = Spoiler(self.near_sign)

    def update(
        self, t_s: float, braking_since_s: float | None, faults: Sequence[Begins] | None = None
    ) -> None:
        """Begin what is due, of those or of all."""
        for fault in self.faults if faults is None else faults:
            if fault not in self.begun_s and fault.when.reached(t_s, braking_since_s):
                self.begun_s[fault] = t_s

    def begun(self, kind: type[F]) -> Sequence[tuple[F, float]]:
        """Those of a kind that have begun, and when."""
        if not self.begun_s:  # asked a dozen times a tick
            return ()
        return [(fault, t_s) for fault, t_s in self.begun_s.items() if isinstance(fault, kind)]

    def since_s(self, kind: type[Begins]) -> float | None:
        """When the first fault of that kind began; None while none has."""
        return min((t_s for _, t_s in self.begun(kind)), default=None)

    def named(self, kind: type[F]) -> F | None:
        """The first of a kind that the encounter has, begun or not."""
        return next((fault for fault in self.faults if isinstance(fault, kind)), None)

    # ---- the truck's own frames ----
    def spoilt(self, messages: Sequence[can.Message]) -> list[can.Message]:
        """As faulty sensors and wires leave them."""
        left: list[can.Message | None] = list(messages)
        for fault, _ in self.begun(SignalFault):
            left = [None if one is None else self._spoiler.spoilt(one, fault) for one in left]
        return [one for one in left if one is not None]

    # ---- buses ----
    def load(self, t_s: float) -> BusLoad | None:
        """What fills the vehicle bus now."""
        return next((fault for fault, since_s in self.begun(BusLoad) if fault.is_on(since_s, t_s)), None)

    def is_cut(self, bus: Bus, t_s: float) -> bool:
        """The gateway neither hears nor reaches that bus."""
        if bus == "vehicle" and self.since_s(VehicleBusCut) is not None:
            return True
        return any(fault.bus == bus and fault.is_off(since_s, t_s) for fault, since_s in self.begun(BusOff))

    # ---- strangers ----
    def hear(self, frame: CanFrame) -> None:
        """The stranger listens to the private bus, so that he can repeat and go on counting."""
        self._forger.hear(frame)

    def frames(self, t_s: float) -> list[CanFrame]:
        """What strangers send in this tick."""
        sent = []
        for fault, begun_s in self.begun(Forged):
            if self._is_due(fault, begun_s, t_s):
                sent.append(self._forger.frame(fault.kind))
                self.forged.append((t_s, fault.kind))
        for second, begun_s in self.begun(SecondSender):
            if self._seconds < second.count and t_s >= begun_s + self._seconds * second.every_s - 1e-9:
                sent.append(second.frame(self._seconds))
                self._seconds += 1
        return sent

    def _is_due(self, fault: Forged, begun_s: float, t_s: float) -> bool:
        sent = sum(kind == fault.kind for at_s, kind in self.forged if at_s >= begun_s)
        return sent < fault.count and t_s >= begun_s + sent * fault.every_s - 1e-9

    # ---- power ----
    def is_dark(self, t_s: float) -> bool:
        """No gateway runs: its supply has gone, or it starts."""
        spans = (dip.dark_s(since_s) for dip, since_s in self.begun(SupplyDip))
        return any(span is not None and span[0] <= t_s < span[1] - 1e-9 for span in spans)

    def is_down(self, t_s: float) -> bool:
        """No edge box runs: it has crashed and is not back."""
        return any(fault.is_down(since_s, t_s) for fault, since_s in self.begun(EdgeCrashed))
