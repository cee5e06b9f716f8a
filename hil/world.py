"""The true world of one run: truck, road user, their clearance. Knows nothing of radar or edge."""

from hil.encounter import Encounter
from hil.plant.engine import Engine
from hil.plant.geometry import local, nearest, placed, rectangle
from hil.plant.signals import Cab
from hil.plant.truck import Pose, Truck
from hil.runlog import Contact

NEAR_SIGNAL = {-1: 2, 1: 1}  # SPN 2876: 2 right, 1 left


class World:
    """Advances the truck and judges clearance and contact; time in microseconds."""

    def __init__(self, encounter: Encounter) -> None:
        self._encounter = encounter
        self.truck = Truck(encounter.body, encounter.brake, encounter.driver, encounter.driver.speed_mps)
        self.engine = Engine()
        self.contact: Contact | None = None
        self._outline = rectangle(0.0, -encounter.body.length_m, encounter.body.width_m / 2)

    def advance(self, to_us: int) -> Pose:
        """Move on and return the pose then."""
        self.truck.torque_limited = self.engine.limited(to_us)
        self.truck.advance(to_us)
        return self.truck.pose()

    def cab(self, pose: Pose, t_us: int) -> Cab:
        """Switches and pedals now."""
        driver = self._encounter.driver
        bogie_x_m = self.truck.bogie_x_m
        return Cab(
            turn_signal=NEAR_SIGNAL[driver.near_sign] if driver.signals(bogie_x_m) else 0,
            accelerator_pct=max(0.0, 10.0 + 50.0 * driver.drive_mps2(pose.speed_mps)),
            kickdown=False,
            brake_pedal=False,
            moving_gear=True,
            xbr_active=self.truck.ecu.active(t_us),
        )

    def cyclist_m(self, t_us: int) -> tuple[float, float] | None:
        """Middle of the bicycle; after a contact it lies where it was hit."""
        cyclist = self._encounter.cyclist
        return None if cyclist is None else cyclist.at(self._cyclist_time_s(t_us))

    def clearance_m(self, pose: Pose, t_us: int) -> float | None:
        """Body to bicycle box now; remembers the first touch."""
        cyclist = self._encounter.cyclist
        if cyclist is None:
            return None
        body = placed(self._outline, pose.x_m, pose.y_m, pose.heading_rad)
        clearance_m, point = nearest(body, cyclist.outline(self._cyclist_time_s(t_us)))
        if clearance_m == 0.0 and self.contact is None:
            x_m, y_m = local(point[None, :], pose.x_m, pose.y_m, pose.heading_rad)[0]
            self.contact = Contact(t_us * 1e-6, pose.speed_mps, (float(x_m), float(y_m)))
        return clearance_m

    def _cyclist_time_s(self, t_us: int) -> float:
        return t_us * 1e-6 if self.contact is None else min(t_us * 1e-6, self.contact.t_s)
