"""Truth and tracks of one drive side by side, frame by frame: what errors are measured on."""

import gzip
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from edge_controller.errors import InputError
from edge_controller.messages import Step, Track
from hil.encounter import Encounter
from hil.plant.body import Pose
from hil.road_user import Kind
from hil.runlog import RunLog, Tick
from hil.sensing.surroundings import Setting, Surroundings
from hil.sight import Screen, in_sight, screen
from hil.statics import screens_of
from hil.walker import Stance, outline_of

TICK_S = 0.01


@dataclass(frozen=True, slots=True)
class TrueUser:
    """One road user as he is, truck axes with the near side positive; velocity over ground."""

    number: int  # in the encounter
    kind: Kind
    x_m: float
    near_m: float
    vx_mps: float
    vnear_mps: float
    speed_mps: float
    course_rad: float  # over ground, world axes, near side positive
    in_sight: bool


@dataclass(frozen=True, slots=True)
class ToldTrack:
    """A track that is proven to be a road user's, in the same axes."""

    id: int
    x_m: float
    near_m: float
    vx_mps: float
    vnear_mps: float
    ax_mps2: float
    anear_mps2: float
    place_sigma_m: float  # as the tracker states it, mean of both axes
    velocity_sigma_mps: float
    length_m: float
    width_m: float
    born_t_s: float
    moving: bool  # else he was only ever seen to stand and breathe
    seen: bool  # by any radar lately; nobody is braked for else


@dataclass(frozen=True, slots=True)
class Frame:
    """One look: the truck, who is there, who is told of."""

    t_s: float
    truck_mps: float
    yaw_rate_radps: float  # near side positive
    users: tuple[TrueUser, ...]
    tracks: tuple[ToldTrack, ...]
    setting: Setting  # what stands beside the truck


@dataclass(frozen=True, slots=True)
class Told:
    """One drive."""

    number: int
    scene: str
    period_s: float  # from look to look
    frames: tuple[Frame, ...]

    @property
    def lasts_s(self) -> float:
        """From first to last look."""
        return self.frames[-1].t_s - self.frames[0].t_s if self.frames else 0.0


def told(log: RunLog, encounter: Encounter, number: int, scene: str) -> Told:
    """Every look of a run until somebody is touched."""
    end_s = math.inf if log.contact is None else log.contact.t_s
    steps = [step for step in log.steps if step.t_s < min(end_s, log.ticks[-1].t_s)]
    beside = screens_of(encounter.statics), Surroundings(encounter.statics)
    frames = tuple(_frame(step, log.ticks, encounter, *beside) for step in steps)
    return Told(number, scene, min(log.sensors.values()) / len(log.sensors), frames)


def _frame(
    step: Step,
    ticks: Sequence[Tick],
    encounter: Encounter,
    statics: tuple[Screen, ...],
    surroundings: Surroundings,
) -> Frame:
    near = encounter.fit.truck.near_sign
    first = min(int(step.t_s / TICK_S), len(ticks) - 2)
    before, after = ticks[first], ticks[first + 1]
    share = (step.t_s - before.t_s) / TICK_S
    pose = _between(before.truck, after.truck, share)
    seen = _in_sight(before, encounter, statics)
    moment = _Moment(before, after, share, pose)
    users = tuple(_user(n, moment, encounter, seen[n]) for n in range(len(encounter.users)))
    tracks = tuple(_track(track, near) for track in step.tracks if track.is_road_user)
    turns_radps, setting = near * pose.yaw_rate_radps, surroundings.at(pose)
    return Frame(step.t_s, pose.speed_mps, turns_radps, users, tracks, setting)


def _between(before: Pose, after: Pose, share: float) -> Pose:
    mixed = (a + share * (b - a) for a, b in zip(_figures(before), _figures(after), strict=True))
    return Pose(*mixed)


def _figures(pose: Pose) -> tuple[float, ...]:
    return (
        pose.x_m,
        pose.y_m,
        pose.heading_rad,
        pose.speed_mps,
        pose.steer_rad,
        pose.yaw_rate_radps,
        pose.decel_mps2,
    )


def _user(n: int, moment: "_Moment", encounter: Encounter, seen: bool) -> TrueUser:
    near, pose = encounter.fit.truck.near_sign, moment.truck
    before, after, share = moment.before, moment.after, moment.share
    (x0, y0), (x1, y1) = before.users_m[n], after.users_m[n]
    vx, vy = (x1 - x0) / TICK_S, (y1 - y0) / TICK_S
    cos, sin = math.cos(pose.heading_rad), math.sin(pose.heading_rad)
    dx, dy = x0 + share * (x1 - x0) - pose.x_m, y0 + share * (y1 - y0) - pose.y_m
    return TrueUser(
        n,
        encounter.users[n].kind,
        dx * cos + dy * sin,
        near * (dy * cos - dx * sin),
        vx * cos + vy * sin,
        near * (vy * cos - vx * sin),
        math.hypot(vx, vy),
        near * before.users_rad[n],
        seen,
    )


@dataclass(frozen=True, slots=True)
class _Moment:
    """An instant between two ticks."""

    before: Tick
    after: Tick
    share: float  # of the way from the one to the other
    truck: Pose


def _in_sight(tick: Tick, encounter: Encounter, statics: tuple[Screen, ...]) -> list[bool]:
    """As `World.in_sight` has it, from a tick of the log."""
    body, pose = encounter.body, tick.truck
    side_m = encounter.driver.near_sign * body.width_m / 2
    cos, sin = math.cos(pose.heading_rad), math.sin(pose.heading_rad)
    corner = pose.x_m - side_m * sin, pose.y_m + side_m * cos
    flank = corner[0] - body.length_m / 2 * cos, corner[1] - body.length_m / 2 * sin
    places = zip(tick.users_m, tick.users_rad, strict=True)
    outlines = [
        screen(outline_of(user, Stance(*at_m, facing_rad, 0.0, tick.t_s))) if user.is_vehicle else None
        for user, (at_m, facing_rad) in zip(encounter.users, places, strict=True)
    ]
    seen = []
    for n, at_m in enumerate(tick.users_m):
        others = [one for m, one in enumerate(outlines) if one is not None and m != n]
        seen.append(any(in_sight(place_m, at_m, (*statics, *others)) for place_m in (corner, flank)))
    return seen


def _track(track: Track, near: int) -> ToldTrack:
    covariance = track.covariance
    return ToldTrack(
        track.id,
        track.x_m,
        near * track.y_m,
        track.vx_mps,
        near * track.vy_mps,
        track.ax_mps2,
        near * track.ay_mps2,
        math.sqrt(float(np.trace(covariance[:2, :2])) / 2),
        math.sqrt(float(np.trace(covariance[2:, 2:])) / 2),
        track.length_m,
        track.width_m,
        track.born_t_s,
        track.moving,
        bool(track.radars),
    )


def write_told(path: Path, one: Told) -> None:
    """Whole or not at all: a run that is broken off leaves no half file."""
    part = path.with_suffix(".part")
    with gzip.GzipFile(part, "wb", mtime=0) as file:
        file.write(json.dumps(asdict(one)).encode())
    part.replace(path)


def read_told(path: Path) -> Told:
    """What `write_told` wrote."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            content = json.load(file)
        return Told(**{**content, "frames": tuple(_frame_of(frame) for frame in content["frames"])})
    except (OSError, EOFError, ValueError, TypeError, KeyError) as error:
        raise InputError(f"{path}: is no drive kept by this program ({error}); delete it") from error


def _frame_of(content: dict[str, Any]) -> Frame:
    users = tuple(TrueUser(**user) for user in content["users"])
    tracks = tuple(ToldTrack(**one) for one in content["tracks"])
    return Frame(**{**content, "users": users, "tracks": tracks, "setting": Setting(**content["setting"])})
