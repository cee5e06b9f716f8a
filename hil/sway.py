"""How somebody who stands sways: nobody stands as still as a post.

His middle wanders by a few millimetres, slower than once a second, more ahead than aside. Amplitudes and the
share of a kind are engineering values; decision 0049 says what else a standing person does that is left out.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from hil.figures import By
from hil.road_user import Kind, RoadUser
from hil.walker import Stance
from radar_sim import Thing

AHEAD_M, ASIDE_M = 0.003, 0.002  # root mean square of a person of the middle kind
LEAST, MOST = 0.5, 1.5  # from person to person
SWAYS_HZ = (0.15, 0.3, 0.6, 1.0)  # amplitudes as 1 / f: each has the same speed
SPREAD = 0.2  # of each frequency, so that no two people sway alike
# Who sits moves little of what reflects, who kneels has a lower middle.
SHARE: dict[Kind, float] = {"wheelchair": 0.3, "kneeling": 0.6}
PURPOSE = 70  # part of the seed


@dataclass(frozen=True, slots=True)
class Sway:
    """Two sums of sines, ahead of him and to his left."""

    rates_radps: tuple[tuple[float, ...], tuple[float, ...]]
    phases_rad: tuple[tuple[float, ...], tuple[float, ...]]
    rms_m: tuple[float, float]

    def at(self, t_s: float) -> tuple[tuple[float, float], tuple[float, float]]:
        """Offset ahead and to the left, and its speed."""
        ahead, left = (self._axis(axis, t_s) for axis in (0, 1))
        return (ahead[0], left[0]), (ahead[1], left[1])

    def _axis(self, axis: int, t_s: float) -> tuple[float, float]:
        rates, phases = self.rates_radps[axis], self.phases_rad[axis]
        scale_m = self.rms_m[axis] / math.sqrt(sum(0.5 / rate**2 for rate in rates))
        turns = [rate * t_s + phase for rate, phase in zip(rates, phases, strict=True)]
        offset_m = sum(math.sin(turn) / rate for turn, rate in zip(turns, rates, strict=True))
        return scale_m * offset_m, scale_m * sum(math.cos(turn) for turn in turns)


def sway_of(user: RoadUser, number: int, by: By) -> Sway | None:
    """Drawn once for each road user; vehicles have none."""
    if user.is_vehicle:
        return None
    draw = np.random.default_rng([by.seed, PURPOSE, number])
    share = SHARE.get(user.kind, 1.0) * draw.uniform(LEAST, MOST)
    mirrored = 1.0 if by.side == "right" else -1.0
    rates = 2 * math.pi * np.array(SWAYS_HZ) * draw.uniform(1 - SPREAD, 1 + SPREAD, (2, len(SWAYS_HZ)))
    phases = draw.uniform(0, 2 * math.pi, (2, len(SWAYS_HZ)))
    return Sway(
        (tuple(map(float, rates[0])), tuple(map(float, rates[1]))),
        (tuple(map(float, phases[0])), tuple(map(float, phases[1]))),
        (AHEAD_M * share, ASIDE_M * share * mirrored),
    )


def swayed(thing: Thing, stance: Stance, sway: Sway | None, t_s: float) -> Thing:
    """Who stands, where his sway has him at that time; he who goes or lies is left as he is."""
    if sway is None or stance.speed_mps != 0 or stance.lies:
        return thing
    cos, sin = math.cos(stance.heading_rad), math.sin(stance.heading_rad)
    turn = np.array([[cos, sin, 0.0], [-sin, cos, 0.0]])
    offset_m, speed_mps = (np.array(pair) @ turn for pair in sway.at(t_s))
    points = thing.scatterers
    moved = replace(
        points, position_m=points.position_m + offset_m, velocity_mps=points.velocity_mps + speed_mps
    )
    return replace(thing, scatterers=moved)
