"""Faults an encounter may have, and what they do to the buses while it runs."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hil.forgery import Forger, Kind
from hil.frames import CanFrame
from hil.moment import Moment


@dataclass(frozen=True, slots=True)
class EdgeSilent:
    """The edge box sends nothing any more."""

    when: Moment


@dataclass(frozen=True, slots=True)
class VehicleBusCut:
    """The vehicle bus ends before the gateway."""

    when: Moment


@dataclass(frozen=True, slots=True)
class Forged:
    """A stranger on the private bus sends `count` requests of one kind, one every `every_s`."""

    when: Moment
    kind: Kind
    count: int
    every_s: float


Fault = EdgeSilent | VehicleBusCut | Forged


@dataclass(slots=True)
class Faults:
    """Remembers which faults have begun, and when."""

    faults: Sequence[Fault]
    begun_s: dict[Fault, float] = field(default_factory=dict)
    forged: list[tuple[float, Kind]] = field(default_factory=list)
    _forger: Forger = field(default_factory=Forger)

    def update(self, t_s: float, braking_since_s: float | None) -> None:
        """Begin what is due."""
        for fault in self.faults:
            if fault not in self.begun_s and fault.when.reached(t_s, braking_since_s):
                self.begun_s[fault] = t_s

    def since_s(self, kind: type[Fault]) -> float | None:
        """When the first fault of that kind began; None while none has."""
        return min((t_s for fault, t_s in self.begun_s.items() if isinstance(fault, kind)), default=None)

    def hear(self, frame: CanFrame) -> None:
        """The stranger listens to the private bus, so that he can repeat and go on counting."""
        self._forger.hear(frame)

    def frames(self, t_s: float) -> list[CanFrame]:
        """What the stranger sends in this tick."""
        sent = []
        for fault, begun_s in self.begun_s.items():
            if isinstance(fault, Forged) and self._is_due(fault, begun_s, t_s):
                sent.append(self._forger.frame(fault.kind))
                self.forged.append((t_s, fault.kind))
        return sent

    def _is_due(self, fault: Forged, begun_s: float, t_s: float) -> bool:
        sent = sum(kind == fault.kind for at_s, kind in self.forged if at_s >= begun_s)
        return sent < fault.count and t_s >= begun_s + sent * fault.every_s - 1e-9
