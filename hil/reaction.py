"""What makes a road user change his mind, and what he then does."""

import math
from dataclasses import dataclass

from hil.runlog import STANDS_MPS

SLIDES_MPS2 = 4.0  # clothes and metal on dry asphalt


@dataclass(frozen=True, slots=True)
class TruckSeen:
    """The truck as a road user sees it."""

    front_x_m: float
    speed_mps: float
    turned_rad: float  # towards the near side
    gap_m: float  # between its body and his box; infinite where his cue does not ask
    stood_s: float = 0.0  # how long it has been standing
    braking_since_s: float | None = None  # first strong braking by the system


@dataclass(frozen=True, slots=True)
class Cue:
    """Exactly one of these; when it holds, he notices."""

    at_s: float | None = None
    after_braking_s: float | None = None
    way_m: float | None = None  # his own
    truck_within_m: float | None = None
    truck_turned_rad: float | None = None
    truck_x_m: float | None = None  # its front, along the road
    truck_stood_s: float | None = None

    def holds(self, t_s: float, way_m: float, truck: TruckSeen) -> bool:
        """Now."""
        since_s = truck.braking_since_s
        reached = (
            (self.at_s, t_s),
            (self.after_braking_s, -math.inf if since_s is None else t_s - since_s),
            (self.way_m, way_m),
            (self.truck_turned_rad, truck.turned_rad),
            (self.truck_x_m, truck.front_x_m),
            (self.truck_stood_s, truck.stood_s),
        )
        if self.truck_within_m is not None:
            return truck.gap_m <= self.truck_within_m
        return any(limit is not None and value >= limit for limit, value in reached)


@dataclass(frozen=True, slots=True)
class Yields:
    """Brakes and waits while the cue holds and the truck moves; goes on as before `waits_s` after that."""

    when: Cue
    decel_mps2: float
    after_s: float = 0.0  # his reaction time
    waits_s: float = 1.0
    accel_mps2: float = 1.0

    def sees(self, t_s: float, way_m: float, truck: TruckSeen) -> bool:
        """A reason to wait, now."""
        return truck.speed_mps > STANDS_MPS and self.when.holds(t_s, way_m, truck)


@dataclass(frozen=True, slots=True)
class Stops:
    """Brakes and stands for good."""

    when: Cue
    decel_mps2: float
    after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Starts:
    """Goes at a new speed, from rest or not."""

    when: Cue
    speed_mps: float
    accel_mps2: float
    after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Falls:
    """Lies from that moment, slides on as friction lets him, and stays."""

    when: Cue
    after_s: float = 0.0


Once = Stops | Starts | Falls
Reaction = Yields | Once
