"""Perfect sensing: every road user in view is a track without any error, late by as much as a radar's."""

import math
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from edge_controller.messages import Track
from hil.encounter import Encounter
from hil.plant.truck import Pose
from hil.sensing.radar import DRAIN_US
from hil.sensing.sensing import Seen, Tracks
from hil.walker import Stance
from hil.world import World

SENSOR = "perfect"
BEHIND_M, AHEAD_M, BESIDE_M = 30.0, 20.0, 9.0  # of the front; beside either flank
SEEN_FOR_S = 0.3  # before he is told of: a radar needs as long to be sure
FORGOTTEN_S = 1.0  # out of view so long, he begins anew
SPEED_BASE_S, COURSE_BASE_S = 0.36, 1.0  # over which speed and course change; the tracker takes the same
SLOW_MPS = 0.1  # a course slower than this is the last one he had
SURE = np.diag([1e-4, 1e-4, 1e-4, 1e-4])  # (4, 4) of x, y, vx, vy


@dataclass(slots=True)
class Watched:
    """One road user since he came into view: time, speed, course over ground."""

    since_s: float
    last_s: float
    past: deque[tuple[float, float, float]] = field(default_factory=lambda: deque(maxlen=64))

    def note(self, t_s: float, speed_mps: float, course_rad: float) -> None:
        """Seen once more."""
        if speed_mps < SLOW_MPS and self.past:
            course_rad = self.past[-1][2]
        self.last_s = t_s
        self.past.append((t_s, speed_mps, course_rad))

    def course_lag_rad(self, over_s: float) -> float:
        """The mean course of so long less the one now, as one who needs the time to see a course has it."""
        now_s, _, course_rad = self.past[-1]
        turned = [math.remainder(c - course_rad, 2 * math.pi) for t, _, c in self.past if now_s - t <= over_s]
        return sum(turned) / len(turned)


class PerfectSensing:
    """One look at everybody in each frame period of the fit's radars."""

    perturbation: dict[str, Any] = {}  # noqa: RUF012 - there is nothing to be wrong

    def __init__(self, encounter: Encounter) -> None:
        self._encounter = encounter
        radar = encounter.fit.radars[0]
        self._period_us = round(radar.profile.frame_s * 1e6)
        self._delay_us = round(radar.dwell_s / 2 * 1e6) + DRAIN_US  # from the middle of a radar's frame
        self._watched: dict[int, Watched] = {}

    @property
    def sensors(self) -> tuple[str, ...]:
        """Only the one that sees all."""
        return (SENSOR,)

    def start_us(self, sensor: str, index: int) -> int:  # noqa: ARG002 - there is only one
        """From the beginning, once a frame period."""
        return index * self._period_us

    def delay_us(self, sensor: str) -> int:  # noqa: ARG002
        """As a radar's frame takes from its middle on."""
        return self._delay_us

    def look(self, sensor: str, index: int, world: World, t_us: int) -> list[Seen]:
        """Everybody in view, as he truly is."""
        pose, t_s = world.truck.pose(), t_us * 1e-6
        found = (self._track(n, stance, world, pose, t_s) for n, stance in enumerate(world.stances(t_us)))
        return [Tracks(sensor, index, t_s, tuple(track for track in found if track is not None))]

    def course_lag_rad(self, number: int, over_s: float) -> float:
        """Of somebody in view."""
        return self._watched[number].course_lag_rad(over_s)

    def _track(self, number: int, stance: Stance, world: World, pose: Pose, t_s: float) -> Track | None:
        user = self._encounter.users[number]
        length_m, width_m = user.lying_m if stance.lies else (user.length_m, user.width_m)
        heading_rad, speed_mps = stance.heading_rad, stance.speed_mps
        cos, sin = math.cos(pose.heading_rad), math.sin(pose.heading_rad)
        dx_m, dy_m = stance.x_m - pose.x_m, stance.y_m - pose.y_m
        x_m, y_m = dx_m * cos + dy_m * sin, dy_m * cos - dx_m * sin
        if not (in_view(x_m, y_m, self._encounter.fit.truck.width_m) and world.in_sight(number)):
            return None
        watched = self._watch(number, t_s, speed_mps, heading_rad)
        if t_s - watched.since_s < SEEN_FOR_S:
            return None
        along_mps2, across_mps2 = acceleration_mps2(watched)
        course_rad = heading_rad - pose.heading_rad
        ahead, aside = math.cos(course_rad), math.sin(course_rad)
        return Track(
            id=number + 1,
            t_s=t_s,
            x_m=x_m,
            y_m=y_m,
            vx_mps=speed_mps * ahead,
            vy_mps=speed_mps * aside,
            covariance=SURE,
            length_m=length_m,
            width_m=width_m,
            born_t_s=watched.since_s,
            hits=len(watched.past),
            confirmed=True,
            moving=True,  # known to be a road user, also where he stands
            radars=(SENSOR,),
            ax_mps2=along_mps2 * ahead - across_mps2 * aside,
            ay_mps2=along_mps2 * aside + across_mps2 * ahead,
        )

    def _watch(self, number: int, t_s: float, speed_mps: float, heading_rad: float) -> Watched:
        watched = self._watched.get(number)
        if watched is None or t_s - watched.last_s > FORGOTTEN_S:
            watched = self._watched[number] = Watched(t_s, t_s)
        watched.note(t_s, speed_mps, heading_rad)
        return watched


def in_view(x_m: float, y_m: float, width_m: float) -> bool:
    """Truck axes; `width_m` is the truck's."""
    return -BEHIND_M <= x_m <= AHEAD_M and abs(y_m) <= width_m / 2 + BESIDE_M


def acceleration_mps2(watched: Watched) -> tuple[float, float]:
    """Along the course and to its left, each over its own base; 0 until he has been watched so long."""
    now_s, speed_mps, course_rad = watched.past[-1]
    along_mps2 = across_mps2 = 0.0
    for then_s, then_mps, then_rad in watched.past:
        age_s = now_s - then_s
        if age_s >= COURSE_BASE_S - 0.025:
            across_mps2 = math.remainder(course_rad - then_rad, 2 * math.pi) * speed_mps / age_s
        if age_s >= SPEED_BASE_S - 0.025:
            along_mps2 = (speed_mps - then_mps) / age_s  # the youngest that is old enough
    return along_mps2, across_mps2
