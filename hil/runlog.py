"""What one run of the bench leaves behind, for verdict, report and record."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from edge_controller.messages import PolicyEvent, Step
from hil.plant.truck import Pose

STANDS_MPS = 0.14  # 0.5 km/h: the truck counts as stopped


@dataclass(slots=True)  # not frozen: a hundred are made for each second driven
class Tick:
    """The world and the ladder at one gateway tick of 10 ms."""

    t_s: float
    truck: Pose
    users_m: tuple[tuple[float, float], ...]  # middle of each road user, world axes
    clearance_m: float | None  # body to the nearest road user's box
    xbr_mps2: float  # what the brake ECU obeys
    edge_state: str  # what the edge asks for
    gateway_state: str  # what the gateway grants
    reason: str  # why the gateway grants less, or ALLOW
    lamps: int = 0  # bits of firmware.link, as the gateway last said
    users_rad: tuple[float, ...] = ()  # where each road user faces; as he started where nothing is said
    users_lie: tuple[bool, ...] = ()
    foot_mps2: float = 0.0  # what the driver asks of the brake


@dataclass(frozen=True, slots=True)
class Contact:
    """First touch of body and road user."""

    t_s: float
    speed_mps: float  # the truck's
    at_m: tuple[float, float]  # truck axes
    user: int = 0  # which of the encounter's road users


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway says on the private bus, when it changes."""

    t_s: float
    state: str
    reason: str
    decel_mps2: float
    lamps: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """One status frame of the gateway that objects."""

    t_s: float
    reason: str


@dataclass(frozen=True, slots=True)
class XbrFrame:
    """One XBR on the vehicle bus; 0 m/s2 releases."""

    t_s: float
    decel_mps2: float


@dataclass(frozen=True, slots=True)
class Incident:
    """Something the script of the encounter set off: a fault, a forged frame, an act of the driver."""

    t_s: float
    what: str  # edge_silent, vehicle_bus_cut, forged_<kind>, kicks_down, steers_away, switches_off


@dataclass(slots=True)
class RunLog:
    """One run, tick by tick and step by step."""

    system: bool
    level: str = "radar"  # of sensing
    sensors: dict[str, float] = field(default_factory=dict)  # who looked, and every how many seconds
    ticks: list[Tick] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    xbr: list[XbrFrame] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    lost_packets: int = 0
    misplaced_frames: int = 0  # with a sample that is neither as it was sent nor a counted gap
    perturbation: dict[str, Any] = field(default_factory=dict)  # how sensors truly differ from the fit
    contact: Contact | None = None
    information_s: float | None = None
    warning_s: float | None = None
    request_s: float | None = None
    xbr_s: float | None = None
    standstill_s: float | None = None

    @property
    def min_clearance_m(self) -> float | None:
        """Smallest clearance of the run; None without a road user."""
        found = [tick.clearance_m for tick in self.ticks if tick.clearance_m is not None]
        return min(found) if found else None

    @property
    def stopped(self) -> bool:
        """The truck stands when the run ends."""
        return bool(self.ticks) and self.ticks[-1].truck.speed_mps <= STANDS_MPS

    @property
    def refused(self) -> dict[str, int]:
        """How many status frames objected, by reason."""
        return dict(sorted(Counter(refusal.reason for refusal in self.refusals).items()))

    @property
    def events(self) -> list[PolicyEvent]:
        """What the policies recorded, in order."""
        return [event for step in self.steps for event in step.events]

    def first_s(self, what: str) -> float | None:
        """When the script first set that off; None where it did not."""
        return next((incident.t_s for incident in self.incidents if incident.what == what), None)
