"""The true world of one run: truck, road users, their clearance. Knows nothing of radar or edge."""

import math

from hil.encounter import Encounter
from hil.plant.engine import Engine
from hil.plant.geometry import Outline, local, nearest, placed, rectangle
from hil.plant.signals import NEAR_SIGNAL, Cab
from hil.plant.truck import Pose, Truck
from hil.runlog import Contact


class World:
    """Advances the truck and judges clearance and contact; time in microseconds."""

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
        self._hit_s: dict[int, float] = {}  # by road user
        self._outline = rectangle(0.0, -encounter.body.length_m, encounter.body.width_m / 2)

    def advance(self, to_us: int) -> Pose:
        """Move on and return the pose then."""
        self.truck.torque_limited = self.engine.limited(to_us)
        self.truck.advance(to_us)
        return self.truck.pose()

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

    def users_m(self, t_us: int) -> tuple[tuple[float, float], ...]:
        """Middle of each road user; who was hit lies where it happened."""
        times_s = self.user_times_s(t_us)
        return tuple(user.at(t_s) for user, t_s in zip(self._encounter.users, times_s, strict=True))

    def user_times_s(self, t_us: int) -> list[float]:
        """How far each road user has followed his path: until he was hit."""
        return [min(t_us * 1e-6, self._hit_s.get(n, math.inf)) for n in range(len(self._encounter.users))]

    def clearance_m(self, pose: Pose, t_us: int) -> float | None:
        """Body to the nearest road user's box now; remembers the first touch."""
        body = placed(self._outline, pose.x_m, pose.y_m, pose.heading_rad)
        times_s = self.user_times_s(t_us)
        return min((self._to_user_m(n, t_s, body, pose, t_us) for n, t_s in enumerate(times_s)), default=None)

    def _to_user_m(self, n: int, on_path_s: float, body: Outline, pose: Pose, t_us: int) -> float:
        clearance_m, point = nearest(body, self._encounter.users[n].outline(on_path_s))
        if clearance_m == 0.0 and n not in self._hit_s:
            self._hit_s[n] = t_us * 1e-6
            if self.contact is None:
                x_m, y_m = local(point[None, :], pose.x_m, pose.y_m, pose.heading_rad)[0]
                self.contact = Contact(t_us * 1e-6, pose.speed_mps, (float(x_m), float(y_m)), n)
        return clearance_m
