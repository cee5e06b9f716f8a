"""What one run of the bench leaves behind, for verdict, report and record."""

from dataclasses import dataclass, field

from edge_controller.messages import Step
from hil.plant.truck import Pose

STANDS_MPS = 0.14  # 0.5 km/h: the truck counts as stopped


@dataclass(frozen=True, slots=True)
class Tick:
    """The world and the ladder at one gateway tick of 10 ms."""

    t_s: float
    truck: Pose
    cyclist_m: tuple[float, float] | None  # middle of the bicycle, world axes
    clearance_m: float | None  # body to bicycle box
    xbr_mps2: float  # what the brake ECU obeys
    edge_state: str  # what the edge asks for
    gateway_state: str  # what the gateway grants
    reason: str  # why the gateway grants less, or ALLOW


@dataclass(frozen=True, slots=True)
class Contact:
    """First touch of body and bicycle."""

    t_s: float
    speed_mps: float  # the truck's
    at_m: tuple[float, float]  # truck axes


@dataclass(slots=True)
class RunLog:
    """One run, tick by tick and step by step."""

    system: bool
    ticks: list[Tick] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
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
