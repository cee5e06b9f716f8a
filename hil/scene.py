"""Truth for the radar simulator: the world's poses become scatterers, its samples become packets."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from hil.encounter import Encounter
from hil.figures import By, user_thing
from hil.housing import housings, outside
from hil.plant.body import Body, Pose
from hil.roadside import names, stirs, thing
from hil.statics import Static
from hil.sway import sway_of, swayed
from hil.walker import Stance
from hil.weather import own_wheels, passing_radars, spray_of, wheels_of, world_of
from radar_sim import Perturb, RadarSimulator, Scene, SimulatedFrame, Thing, TruckPose, no_scatterers
from radar_sim.figures.own_truck import own_truck
from radar_sim.figures.trailer import AHEAD_OF_PIN_M
from radar_sim.fit import load_fit

OPENING_M = 16.0  # width of the side road the truck turns into


class RadarScene:
    """One encounter as the simulator sees it."""

    def __init__(self, encounter: Encounter, seed: int, perturb: Perturb | None) -> None:
        fit = encounter.fit
        side = fit.truck.near_side
        self._encounter = encounter
        self._seed = seed
        # Truth of who is where is the world's own here.
        self._simulator = RadarSimulator(fit.path, seed, side, perturb, with_truth=False)
        self._named = tuple(zip(encounter.statics, names(encounter.statics), strict=True))
        self._still = tuple(self._static(*one, 0.0) for one in self._named if not stirs(one[0]))
        self._stood: dict[int, tuple[Stance, Thing]] = {}  # by road user: who stands looks the same again
        self._sways = tuple(sway_of(user, n, By("", seed, side)) for n, user in enumerate(encounter.users))
        worn = {name: script.sensor for name, script in encounter.sensors.items()}
        # With the same draws: what is not worn stays as it was.
        self._worn = (
            RadarSimulator(fit.path, seed, side, perturb, sensors=worn, with_truth=False)
            if worn
            else self._simulator
        )
        self._begun_s: dict[str, float] = {}  # by radar: since when it is as its script says
        self._fit = load_fit(fit.path, side)  # the simulator's own reading
        self._radars_m = [radar.position_m for radar in self._fit.radars]
        near_sign = fit.truck.near_sign
        self._passing = passing_radars(encounter.environment.interferers, self._fit, seed, near_sign)
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

    def frame(self, name: str, index: int, pose: Pose, stances: Sequence[Stance]) -> SimulatedFrame:
        """Raw samples of one frame that starts now, with the road users in their stances."""
        body, t_s = self._encounter.body, self.start_us(name, index) * 1e-6
        truck = TruckPose(
            pose.x_m, pose.y_m, pose.heading_rad, pose.speed_mps, pose.yaw_rate_radps, body.no_side_slip_x_m
        )
        things = self.things(t_s, pose, stances)
        full = self._encounter.truth == "full"
        world = world_of(self._encounter.environment, self._passing, t_s, road=full)
        # Plain: the rivets the simulator has anyway. A trailer is never left out: it hides people.
        own = self._own(pose, t_s) if full or body.trailer is not None else None
        simulator = self._worn if name in self._begun_s else self._simulator
        return simulator.frame(name, index, Scene(truck, no_scatterers(), things, world, own))

    def notice(self, t_s: float, braking_since_s: float | None) -> None:
        """Scripts of radars begin whose moment has come."""
        for name, script in self._encounter.sensors.items():
            if name not in self._begun_s and script.when.reached(t_s, braking_since_s):
                self._begun_s[name] = t_s

    def things(self, t_s: float, pose: Pose, stances: Sequence[Stance]) -> tuple[Thing, ...]:
        """All that has a name: road users, what stands beside the road, spray."""
        radars = housings(self._radars_m, pose)
        users = tuple(outside(self._user(n, stance, t_s), radars) for n, stance in enumerate(stances))
        stirred = tuple(self._static(*one, t_s) for one in self._named if stirs(one[0]))
        return (*users, *self._still, *stirred, *self._spray(pose, stances, t_s))

    def _own(self, pose: Pose, t_s: float) -> Thing:
        trailer = trailer_of(self._encounter.body, pose)
        return own_truck(self._fit, pose.speed_mps, t_s, steer_rad=pose.steer_rad, seed=self._seed, **trailer)

    def packets(self, frame: SimulatedFrame) -> list[bytes]:
        """What arrives of the frame as the capture card sends it."""
        sent, name = self._simulator.packets(frame), frame.name
        if name not in self._begun_s:
            return sent
        t_s, draw = self.start_us(name, frame.index) * 1e-6, (self._seed, frame.index)
        return self._encounter.sensors[name].arriving(sent, self._begun_s[name], t_s, draw)

    def _static(self, static: Static, name: str, t_s: float) -> Thing:
        encounter = self._encounter
        side, opening = encounter.fit.truck.near_side, opening_x_m(encounter)
        return thing(static, self._seed, side, opening, encounter.truth, name=name, t_s=t_s)

    def _user(self, number: int, stance: Stance, t_s: float) -> Thing:
        return swayed(self._drawn(number, stance), stance, self._sways[number], t_s)

    def _drawn(self, number: int, stance: Stance) -> Thing:
        user, side = self._encounter.users[number], self._encounter.fit.truck.near_side
        stood = self._stood.get(number)
        if stood is not None and stood[0] == stance._replace(own_s=stood[0].own_s):
            return stood[1]
        drawn = user_thing(user, stance, By(f"{user.kind} {number + 1}", self._seed, side))
        if stance.speed_mps == 0:
            self._stood[number] = stance, drawn
        return drawn

    def _spray(self, pose: Pose, stances: Sequence[Stance], t_s: float) -> tuple[Thing, ...]:
        encounter, near_sign = self._encounter, self._encounter.fit.truck.near_sign
        if encounter.environment.spray == "none":
            return ()
        wheels = [*own_wheels(encounter.body, pose, near_sign)]
        for user, stance in zip(encounter.users, stances, strict=True):
            wheels += wheels_of(user, stance, near_sign)
        return spray_of(encounter.environment, wheels, t_s, self._seed, encounter.fit.truck.near_side)


def trailer_of(body: Body, pose: Pose) -> dict[str, Any]:
    """Size and angle of the trailer against the truck, as the simulator's own truck takes them."""
    trailer = body.trailer
    if trailer is None:
        return {}
    behind_rad = pose.trailer_heading_rad - pose.heading_rad
    rate_radps = pose.speed_mps * math.sin(-behind_rad) / trailer.wheelbase_m - pose.yaw_rate_radps
    return {
        "trailer_length_m": trailer.behind_kingpin_m + AHEAD_OF_PIN_M,
        "trailer_width_m": trailer.width_m,
        "hitch_x_m": body.no_side_slip_x_m,
        "articulation_rad": behind_rad,
        "articulation_rate_radps": rate_radps,
    }


def opening_x_m(encounter: Encounter) -> tuple[float, float] | None:
    """Where the side road leaves: around the line the truck's middle takes after its turn."""
    driver = encounter.driver
    if driver.turn_at_x_m is None:
        return None
    middle_x_m = driver.turn_at_x_m + encounter.turn_radius_m + driver.ramp_way_m() / 2
    return middle_x_m - OPENING_M / 2, middle_x_m + OPENING_M / 2
