"""One road user during a run: follows his script, reacts to the truck, stays where he is hit."""

import math
from typing import NamedTuple

from hil.gap import Placed, placed_box
from hil.pace import Going, Leg, continued, going_at, legs_of
from hil.plant.geometry import Outline, placed, rectangle
from hil.reaction import SLIDES_MPS2, Falls, Once, Starts, Stops, TruckSeen, Yields
from hil.road_user import RoadUser


class Stance(NamedTuple):
    """Where a road user's middle is at one instant and how he moves, world axes."""

    x_m: float
    y_m: float
    heading_rad: float
    speed_mps: float  # along the heading
    own_s: float  # his own time, which moves limbs and wheels; it ends with a contact
    accel_mps2: float = 0.0  # along the heading
    yaw_rate_radps: float = 0.0
    lies: bool = False


class Walker:
    """Remembers how he goes on; pace and place follow from that exactly, whenever one asks."""

    def __init__(self, user: RoadUser) -> None:
        self.user = user
        self.reacts = bool(user.reactions)
        self.asks_gap = any(reaction.when.truck_within_m is not None for reaction in user.reactions)
        self.hit_s = math.inf
        self._legs = legs_of(user.moves)
        self._script = list(self._legs)
        self._once = [reaction for reaction in user.reactions if not isinstance(reaction, Yields)]
        self._yields = [reaction for reaction in user.reactions if isinstance(reaction, Yields)]
        self._noticed_s: dict[Once | Yields, float] = {}
        self._threat_s = -math.inf  # last time there was a reason to yield
        self._yielding: Yields | None = None
        self._fell_s = math.inf

    def stance(self, t_s: float) -> Stance:
        """Where he is; after a hit as in that moment."""
        own_s = min(t_s, self.hit_s)
        going = self._going(own_s)
        spot = self.user.spot(going.way_m)
        return Stance(
            spot.x_m,
            spot.y_m,
            spot.heading_rad,
            going.speed_mps,
            own_s,
            going.accel_mps2,
            going.speed_mps * spot.curvature_per_m,
            own_s >= self._fell_s,
        )

    def _going(self, t_s: float) -> Going:
        going = going_at(self._legs, t_s)
        end_m = self.user.stops_after_m
        return going if going.way_m < end_m else Going(end_m, 0.0, 0.0)

    def notice(self, t_s: float, truck: TruckSeen) -> None:
        """One look at the truck; every 10 ms, in order of time."""
        if t_s >= min(self.hit_s, self._fell_s):
            return
        way_m = self._going(t_s).way_m
        for reaction in list(self._once):
            if reaction.when.holds(t_s, way_m, truck):
                self._noticed_s.setdefault(reaction, t_s)
            if t_s >= self._noticed_s.get(reaction, math.inf) + reaction.after_s:
                self._once.remove(reaction)
                self._do(reaction, t_s)
        self._yield(t_s, way_m, truck)

    def _do(self, reaction: Once, t_s: float) -> None:
        self._yields = []  # his mind is made up
        self._yielding = None
        if isinstance(reaction, Starts):
            self._go_on(t_s, reaction.speed_mps, reaction.accel_mps2)
        elif isinstance(reaction, Stops):
            self._go_on(t_s, 0.0, reaction.decel_mps2)
        elif isinstance(reaction, Falls):
            self._fell_s = t_s
            self._once = []
            self._go_on(t_s, 0.0, SLIDES_MPS2)

    def _yield(self, t_s: float, way_m: float, truck: TruckSeen) -> None:
        for reaction in self._yields:
            if not reaction.sees(t_s, way_m, truck):
                continue
            self._threat_s = t_s
            self._noticed_s.setdefault(reaction, t_s)
            if self._yielding is None and t_s >= self._noticed_s[reaction] + reaction.after_s:
                self._yielding = reaction
                self._go_on(t_s, 0.0, reaction.decel_mps2)
        if self._yielding is not None and t_s >= self._threat_s + self._yielding.waits_s:
            self._resume(t_s, self._yielding.accel_mps2)

    def _resume(self, t_s: float, accel_mps2: float) -> None:
        self._yielding = None
        self._noticed_s.clear()
        speed_mps = going_at(self._script, t_s).speed_mps
        self._go_on(t_s, speed_mps, accel_mps2)
        self._legs = continued(self._legs, [move for move in self.user.moves if move.from_s > t_s])

    def _go_on(self, t_s: float, speed_mps: float, rate_mps2: float) -> None:
        """From now on towards that speed, whatever the script says."""
        before = [leg for leg in self._legs if leg.from_s < t_s]
        going = self._going(t_s)
        self._legs = [*before, Leg(t_s, going.way_m, going.speed_mps, speed_mps, rate_mps2)]


def size_m(user: RoadUser, stance: Stance) -> tuple[float, float]:
    """Length and width of his box."""
    return user.lying_m if stance.lies else user.upright_m


def outline_of(user: RoadUser, stance: Stance) -> Outline:
    """His box in world axes."""
    length_m, width_m = size_m(user, stance)
    box = rectangle(length_m / 2, -length_m / 2, width_m / 2)
    return placed(box, stance.x_m, stance.y_m, stance.heading_rad)


def box_of(user: RoadUser, stance: Stance) -> Placed:
    """The same in plain numbers."""
    length_m, width_m = size_m(user, stance)
    reach_m = length_m / 2, -length_m / 2, width_m / 2
    return placed_box(stance.x_m, stance.y_m, stance.heading_rad, reach_m)
