"""Statistical sensing: perfect sensing with the misses, errors and false tracks of the raw chain drawn in."""

import hashlib
import math
from functools import lru_cache
from pathlib import Path
from typing import Any

from edge_controller.config import Radar, load_fit, shipped_fit
from edge_controller.errors import InputError
from edge_controller.messages import Side, Track
from hil.encounter import Encounter
from hil.environment import CLEAR
from hil.faults import BusLoad, EdgeCrashed, SignalFault, VehicleBusCut
from hil.sensing.chain import chain_sha256
from hil.sensing.comparing import read_comparison
from hil.sensing.drawn_false import DrawnFalse, Now
from hil.sensing.drawn_user import DrawnUser, scores_of
from hil.sensing.matching import COURSE_S, Carrier, company_of, in_reach, turned, who_is
from hil.sensing.model import SHIPPED, Model, read_model
from hil.sensing.perfect import PerfectSensing
from hil.sensing.sensing import Seen, Tracks
from hil.sensing.surroundings import Surroundings
from hil.world import World

SENSOR = "statistical"
MODEL, COMPARISON = "model.json", "comparison.json"


class StatisticalSensing:
    """One look a frame period at everybody; all chance follows from the seed and the road user's number."""

    perturbation: dict[str, Any] = {}  # noqa: RUF012 - the drives it was fitted on had theirs

    def __init__(self, encounter: Encounter, seed: int, model: Model | None = None) -> None:
        model = model or model_for(encounter)
        self._perfect = PerfectSensing(encounter)
        self._near = encounter.fit.truck.near_sign
        self._width_m = encounter.fit.truck.width_m
        step_s = (self._perfect.start_us(SENSOR, 1) - self._perfect.start_us(SENSOR, 0)) * 1e-6
        self._surroundings = Surroundings(encounter.statics)
        scores, users = scores_of(model, step_s), tuple(who_is(user.kind) for user in encounter.users)
        self._users = [
            None if who == "vehicle" else DrawnUser(who, n, seed, model, scores)
            for n, who in enumerate(users)
        ]  # of a vehicle all tracks are beside it: it has no middle that a radar sees
        self._who = users
        self._kinds = tuple(user.kind for user in encounter.users)
        self._false = DrawnFalse(users, seed, model, step_s)

    @property
    def sensors(self) -> tuple[str, ...]:
        """One that stands for all radars."""
        return (SENSOR,)

    def start_us(self, sensor: str, index: int) -> int:
        """As perfect sensing."""
        return self._perfect.start_us(sensor, index)

    def delay_us(self, sensor: str) -> int:
        """As perfect sensing."""
        return self._perfect.delay_us(sensor)

    def look(self, sensor: str, index: int, world: World, t_us: int) -> list[Seen]:
        """Who is told of, as he seems; then who is not there at all."""
        t_s, near = t_us * 1e-6, self._near
        pose = world.truck.pose()
        truck_mps, setting = pose.speed_mps, self._surroundings.at(pose)
        true = self._true(sensor, index, world, t_us)
        tracks: list[Track] = []
        told = self._vehicles(world, t_us)
        company = company_of(self._who[n] for n in (*true, *told))
        for n, user in enumerate(self._users):
            if user is None:
                continue
            lag_rad = near * self._perfect.course_lag_rad(n, COURSE_S) if n in true else 0.0
            his = user.look(
                true.get(n), lag_rad, truck_mps, near, width_m=self._width_m, around=setting.around
            )
            if his is not None:
                tracks.append(his)
                told[n] = Carrier(true[n].x_m, near * true[n].y_m, true[n].vx_mps, near * true[n].vy_mps)
        at = pose.x_m, near * pose.y_m, near * pose.heading_rad
        tracks += self._false.look(t_s, Now(truck_mps, company, setting, at), told, near)
        return [Tracks(SENSOR, index, t_s, tuple(tracks))]

    def _vehicles(self, world: World, t_us: int) -> dict[int, Carrier]:
        """All that are within reach and in sight, by number."""
        there = {n: self._carrier(world, t_us, n) for n, who in enumerate(self._who) if who == "vehicle"}
        return {n: one for n, one in there.items() if in_reach(one.x_m, one.near_m) and world.in_sight(n)}

    def _carrier(self, world: World, t_us: int, number: int) -> Carrier:
        near, pose, stance = self._near, world.truck.pose(), world.stances(t_us)[number]
        x_m, y_m = turned(stance.x_m - pose.x_m, stance.y_m - pose.y_m, -pose.heading_rad)
        course_rad = near * (stance.heading_rad - pose.heading_rad)
        vx_mps, vnear_mps = stance.speed_mps * math.cos(course_rad), stance.speed_mps * math.sin(course_rad)
        return Carrier(x_m, near * y_m, vx_mps, vnear_mps, self._kinds[number])

    def _true(self, sensor: str, index: int, world: World, t_us: int) -> dict[int, Track]:
        """Everybody in view but vehicles, by number, as perfect sensing has him."""
        (seen,) = self._perfect.look(sensor, index, world, t_us)
        assert isinstance(seen, Tracks)
        return {track.id - 1: track for track in seen.tracks if self._users[track.id - 1] is not None}


def model_for(encounter: Encounter) -> Model:
    """That of the fit with the same radars in the same places; raises InputError where there is none."""
    return read_shipped(folder_for(encounter))


def folder_for(encounter: Encounter) -> Path:
    """Where that model is, and how it compares with the radars."""
    folder = _folder(encounter)
    if folder is None:
        raise InputError(
            f"{encounter.fit.path}: the statistical level has not been fitted to these radars; "
            "`nearside hil fit-statistics` does it"
        )
    return folder


def is_fitted(encounter: Encounter) -> bool:
    """Whether there is a model for its radars."""
    return _folder(encounter) is not None


def _folder(encounter: Encounter) -> Path | None:
    radars, side = encounter.fit.radars, encounter.fit.truck.near_side
    return next((one for one in sorted(SHIPPED.iterdir()) if _radars(one.name, side) == radars), None)


@lru_cache
def read_shipped(folder: Path) -> Model:
    """Once in a process."""
    return read_model(folder / MODEL)


@lru_cache
def _radars(name: str, near_side: Side) -> tuple[Radar, ...]:
    return load_fit(shipped_fit(name), near_side).radars


def doubts_of(encounter: Encounter) -> list[str]:
    """Why a sweep of it at this level is inconclusive; none where it may be believed."""
    unknown = [f"the statistical level knows nothing of {what}" for what in unknown_of(encounter)]
    return [*unknown, *_compared(folder_for(encounter))]


def unknown_of(encounter: Encounter) -> list[str]:
    """What it has that changes what radars tell and that the model has not seen."""
    kinds = (
        ("radars that are worn or fail", bool(encounter.sensors)),
        ("rain, spray and other radars", encounter.environment != CLEAR),
        ("the full truth", encounter.truth == "full"),
        ("a trailer of one's own", encounter.fit.trailer is not None),
        ("an edge computer that fails or is told a wrong motion of the truck or none", _is_misled(encounter)),
    )
    return [what for what, is_there in kinds if is_there]


def _is_misled(encounter: Encounter) -> bool:
    """Steering and yaw rate come in one message; on a bus that is full, speed and yaw rate are lost."""
    return any(
        isinstance(fault, EdgeCrashed | VehicleBusCut | BusLoad)
        or (isinstance(fault, SignalFault) and fault.signal in ("speed", "yaw_rate", "steering"))
        for fault in encounter.faults
    )


def _compared(folder: Path) -> list[str]:
    if not (folder / COMPARISON).exists():
        return ["the statistical level has not been held against the radars"]
    if read_shipped(folder).provenance["chain_sha256"] != chain_sha256():
        return ["the statistical level was fitted to another simulator, detection or tracker than these"]
    comparison = read_comparison(folder / COMPARISON)
    if comparison.model_sha256 != sha256_of(folder / MODEL):
        return ["the statistical level has been fitted anew since it was held against the radars"]
    return comparison.reasons()


def sha256_of(path: Path) -> str:
    """Of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
