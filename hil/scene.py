"""Truth for the radar simulator: the world's poses become scatterers, its samples become packets."""

from collections.abc import Callable, Sequence

from hil.encounter import Encounter
from hil.plant.truck import Pose
from hil.road_user import RoadUser
from hil.statics import thing
from radar_sim import (
    Perturb,
    RadarSimulator,
    Road,
    Scene,
    SimulatedFrame,
    Thing,
    TruckPose,
    World,
    adult,
    child,
    cyclist,
    no_scatterers,
)
from radar_sim.figures.own_truck import own_truck
from radar_sim.fit import load_fit

GROWN_UP_M = 1.4  # who is smaller walks as a child
OPENING_M = 16.0  # width of the side road the truck turns into


class RadarScene:
    """One encounter as the simulator sees it."""

    def __init__(self, encounter: Encounter, seed: int, perturb: Perturb | None) -> None:
        fit = encounter.fit
        side = fit.truck.near_side
        self._encounter = encounter
        self._seed = seed
        self._simulator = RadarSimulator(fit.path, seed, side, perturb)
        opening = opening_x_m(encounter)
        self._statics = tuple(
            thing(static, seed, side, opening, encounter.truth) for static in encounter.statics
        )
        self._fit = load_fit(fit.path, side)  # the simulator's own reading
        self._dwell_s = {radar.name: radar.dwell_s for radar in fit.radars}
        self.radars = self._simulator.radars
        self.perturbation = self._simulator.perturbation

    def start_us(self, name: str, index: int) -> int:
        """Instant of the first chirp of a frame."""
        return self._simulator.frame_offset_us(name) + index * self._simulator.frame_period_us(name)

    def duration_us(self, name: str) -> int:
        """All chirps of a frame."""
        return self._simulator.frame_duration_us(name)

    def mid_time(self, name: str) -> Callable[[int], float]:
        """Frame number to the middle of its chirps in seconds."""
        return lambda index: self.start_us(name, index) * 1e-6 + self._dwell_s[name] / 2

    def frame(self, name: str, index: int, pose: Pose, user_times_s: Sequence[float]) -> SimulatedFrame:
        """Raw samples of one frame that starts now; each road user is as far on his path as his time says."""
        body = self._encounter.body
        truck = TruckPose(
            pose.x_m, pose.y_m, pose.heading_rad, pose.speed_mps, pose.yaw_rate_radps, body.no_side_slip_x_m
        )
        users = zip(self._encounter.users, user_times_s, strict=True)
        things = tuple(self._thing(n, user, t_s) for n, (user, t_s) in enumerate(users))
        world, own = self._around(pose, self.start_us(name, index) * 1e-6)
        scene = Scene(truck, no_scatterers(), (*things, *self._statics), world, own)
        return self._simulator.frame(name, index, scene)

    def _around(self, pose: Pose, t_s: float) -> tuple[World, Thing | None]:
        """The road, and the truck's own body; plain: no bounce, and the rivets the simulator has anyway."""
        if self._encounter.truth == "plain":
            return World(), None
        own = own_truck(self._fit, pose.speed_mps, t_s, steer_rad=pose.steer_rad, seed=self._seed)
        return World(road=Road()), own

    def packets(self, frame: SimulatedFrame) -> list[bytes]:
        """The frame as the capture card would send it."""
        return self._simulator.packets(frame)

    def _thing(self, number: int, user: RoadUser, t_s: float) -> Thing:
        side = self._encounter.fit.truck.near_side
        name = f"{user.kind} {number + 1}"
        where = (*user.at(t_s), user.heading_rad, user.speed_at(t_s), t_s)
        if user.kind == "cyclist":
            return cyclist(*where, seed=self._seed, near_side=side, name=name)
        figure = adult if user.height_m >= GROWN_UP_M else child
        return figure(*where, seed=self._seed, near_side=side, name=name, height_m=user.height_m)


def opening_x_m(encounter: Encounter) -> tuple[float, float] | None:
    """Where the side road leaves: around the line the truck's middle takes after its turn."""
    driver = encounter.driver
    if driver.turn_at_x_m is None:
        return None
    middle_x_m = driver.turn_at_x_m + encounter.turn_radius_m + driver.ramp_way_m() / 2
    return middle_x_m - OPENING_M / 2, middle_x_m + OPENING_M / 2
