"""The true world of one run: truck, road users, their clearance. Knows nothing of radar or edge."""

import math

from hil.encounter import Encounter
from hil.gap import Placed, at_least_m, gap_m, placed_box
from hil.plant.engine import Engine
from hil.plant.geometry import local, nearest
from hil.plant.signals import NEAR_SIGNAL, Cab
from hil.plant.truck import Pose, Truck
from hil.reaction import TruckSeen
from hil.runlog import STANDS_MPS, Contact
from hil.sight import Place, Screen, in_sight, screen
from hil.statics import screens_of
from hil.walker import Stance, Walker, box_of, outline_of

TICK_US = 10_000  # road users look at the truck so often


class World:
    """Advances truck and road users, judges clearance and contact; time in microseconds."""

    def __init__(self, encounter: Encounter) -> None:
        self._encounter = encounter
        self.truck = Truck(
            encounter.body,
            encounter.brake,
            encounter.driver,
            encounter.driver.start_speed_mps,
            ground=encounter.ground,
            road=encounter.road,
            seed=encounter.seed,
            holds_at_rest=encounter.holds_at_rest,
        )
        self.engine = Engine()
        self.contact: Contact | None = None
        self._walkers = tuple(Walker(user) for user in encounter.users)
        self._reacting = tuple(walker for walker in self._walkers if walker.reacts)
        self._look_us = 0
        self._t_us = 0
        self._stances: tuple[int, tuple[Stance, ...]] = (-1, ())  # of the instant asked for last
        self._stood_s = 0.0
        self._screens = screens_of(encounter.statics)
        self._reach_m = 0.0, -encounter.body.length_m, encounter.body.width_m / 2  # of the truck's own box

    def advance(self, to_us: int) -> Pose:
        """Move on and return the pose then."""
        self.truck.torque_limited = self.engine.limited(to_us)
        while self._reacting and self._look_us <= to_us:
            self.truck.advance(self._look_us)
            self._look(self._look_us)
            self._look_us += TICK_US
        self.truck.advance(to_us)
        self._t_us = to_us
        return self.truck.pose()

    def _look(self, t_us: int) -> None:
        """Those who may react look at the truck."""
        pose, t_s = self.truck.pose(), t_us * 1e-6
        self._stood_s = self._stood_s + TICK_US * 1e-6 if pose.speed_mps <= STANDS_MPS else 0.0
        near_sign, since_s = self._encounter.driver.near_sign, self.truck.braking_since_s
        for walker in self._reacting:
            gap_m = self._to_truck_m(walker, t_s, pose) if walker.asks_gap else math.inf
            turned_rad = near_sign * pose.heading_rad
            seen = TruckSeen(pose.x_m, pose.speed_mps, turned_rad, gap_m, self._stood_s, since_s)
            walker.notice(t_s, seen)
        self._stances = (-1, ())

    def _to_truck_m(self, walker: Walker, t_s: float, pose: Pose) -> float:
        box = box_of(walker.user, walker.stance(t_s))
        return min(gap_m(part, box) for part in self._parts(pose))

    def cab(self, t_us: int) -> Cab:
        """Switches and pedals now."""
        driver, pedals = self._encounter.driver, self.truck.pedals()
        return Cab(
            turn_signal=NEAR_SIGNAL[driver.near_sign] if driver.signals(self.truck.way_m) else 0,
            accelerator_pct=pedals.accelerator_pct,
            kickdown=pedals.kickdown,
            brake_pedal=pedals.brake_pedal,
            moving_gear=True,
            xbr_mode=self.truck.ecu.active_mode(t_us, pedals.brake_pedal),
            xbr_state=self.truck.ecu.system_state,
            abs_active=self.truck.is_slipping(),
        )

    def stances(self, t_us: int) -> tuple[Stance, ...]:
        """Each road user; who was hit lies where it happened."""
        if self._stances[0] != t_us:
            self._stances = t_us, tuple([walker.stance(t_us * 1e-6) for walker in self._walkers])
        return self._stances[1]

    def users_m(self, t_us: int) -> tuple[tuple[float, float], ...]:
        """Middle of each road user."""
        return tuple(stance[:2] for stance in self.stances(t_us))

    def visible(self, user: int, from_m: Place) -> bool:
        """The road user's middle, at the time last advanced to, is seen from a place in world axes.

        Walls, hedges and other vehicles hide; the truck's own body, rails, fences and posts do not.
        """
        stance = self._walkers[user].stance(self._t_us * 1e-6)
        screens = (*self._screens, *self._vehicles(user))
        return in_sight(from_m, (stance.x_m, stance.y_m), screens)

    def lookouts_m(self) -> tuple[Place, Place]:
        """Front corner and middle of the flank of the near side, where one looks out for road users."""
        body, pose = self._encounter.body, self.truck.pose()
        side_m = self._encounter.driver.near_sign * body.width_m / 2
        cos, sin = math.cos(pose.heading_rad), math.sin(pose.heading_rad)
        corner_m = pose.x_m - side_m * sin, pose.y_m + side_m * cos
        return corner_m, (corner_m[0] - body.length_m / 2 * cos, corner_m[1] - body.length_m / 2 * sin)

    def in_sight(self, user: int) -> bool:
        """Seen from the front corner or the middle of the flank."""
        return any(self.visible(user, place_m) for place_m in self.lookouts_m())

    def _vehicles(self, but: int) -> list[Screen]:
        t_s = self._t_us * 1e-6
        return [
            screen(outline_of(walker.user, walker.stance(t_s)))
            for n, walker in enumerate(self._walkers)
            if n != but and walker.user.is_vehicle
        ]

    def clearance_m(self, pose: Pose, t_us: int) -> float | None:
        """Body and trailer to the nearest road user's box now; remembers the first touch."""
        if not self._walkers:
            return None
        nearest_m, parts = math.inf, self._parts(pose)
        for walker, stance in zip(self._walkers, self.stances(t_us), strict=True):
            box = box_of(walker.user, stance)
            for part in parts:
                if nearest_m < math.inf and at_least_m(part, box) >= nearest_m:
                    continue
                to_m = gap_m(part, box)
                nearest_m = min(nearest_m, to_m)
                if to_m == 0.0 and walker.hit_s == math.inf:
                    self._touch(walker, stance, pose, t_us)
        return nearest_m

    def _touch(self, walker: Walker, stance: Stance, pose: Pose, t_us: int) -> None:
        walker.hit_s = t_us * 1e-6
        if self.contact is not None:
            return
        outline, body = outline_of(walker.user, stance), self._encounter.body
        _, point = min((nearest(part, outline) for part in body.outlines(pose)), key=lambda found: found[0])
        x_m, y_m = local(point[None, :], pose.x_m, pose.y_m, pose.heading_rad)[0]
        self.contact = Contact(
            walker.hit_s, pose.speed_mps, (float(x_m), float(y_m)), self._walkers.index(walker)
        )

    def _parts(self, pose: Pose) -> tuple[Placed, ...]:
        """Truck, and trailer where there is one."""
        body = self._encounter.body
        truck = placed_box(pose.x_m, pose.y_m, pose.heading_rad, self._reach_m)
        behind = body.trailer
        if behind is None:
            return (truck,)
        reach_m = behind.before_kingpin_m, -behind.behind_kingpin_m, behind.width_m / 2
        return truck, placed_box(*body.hitch(pose), pose.trailer_heading_rad, reach_m)
