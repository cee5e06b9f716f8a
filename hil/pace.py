"""How far somebody has gone by when, and how fast he is: constant speeds with ramps between them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Move:
    """From `from_s` on he moves at this speed, until the next move begins."""

    from_s: float
    speed_mps: float
    rate_mps2: float = math.inf  # how fast he comes to it; the first move's speed he has from the start


class Going(NamedTuple):
    """Way and speed at one instant."""

    way_m: float
    speed_mps: float
    accel_mps2: float


@dataclass(frozen=True, slots=True)
class Leg:
    """From a time, place on the way and speed on: towards another speed, and then at that."""

    from_s: float
    way_m: float
    speed_mps: float
    wanted_mps: float
    rate_mps2: float = math.inf

    def at(self, t_s: float) -> Going:
        """Way and speed then."""
        since_s, wanted_mps = t_s - self.from_s, self.wanted_mps
        missing_mps = wanted_mps - self.speed_mps
        if missing_mps == 0 or math.isinf(self.rate_mps2):
            return Going(self.way_m + wanted_mps * since_s, wanted_mps, 0.0)
        ramp_s = abs(missing_mps) / self.rate_mps2
        if since_s < ramp_s:
            accel_mps2 = math.copysign(self.rate_mps2, missing_mps)
            speed_mps = self.speed_mps + accel_mps2 * since_s
            return Going(self.way_m + (self.speed_mps + speed_mps) / 2 * since_s, speed_mps, accel_mps2)
        ramp_m = (self.speed_mps + wanted_mps) / 2 * ramp_s
        return Going(self.way_m + ramp_m + wanted_mps * (since_s - ramp_s), wanted_mps, 0.0)


def legs_of(moves: Sequence[Move]) -> list[Leg]:
    """The script as legs, in order of time."""
    first = moves[0]
    return continued([Leg(first.from_s, 0.0, first.speed_mps, first.speed_mps)], moves[1:])


def continued(legs: Sequence[Leg], moves: Sequence[Move]) -> list[Leg]:
    """Further moves after those legs."""
    all_legs = list(legs)
    for move in moves:
        going = all_legs[-1].at(move.from_s)
        all_legs.append(Leg(move.from_s, going.way_m, going.speed_mps, move.speed_mps, move.rate_mps2))
    return all_legs


def going_at(legs: Sequence[Leg], t_s: float) -> Going:
    """By the leg that holds then."""
    for leg in reversed(legs):
        if leg.from_s <= t_s:
            return leg.at(t_s)
    return legs[0].at(t_s)
