"""How the truck is driven, and how likely it turns within 0.6 s; in this package near side is positive."""

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from edge_controller.config import Truck
from edge_controller.messages import VehicleState

ANGLE_S, ACCEL_S = 0.06, 0.3  # low passes
RATE_OVER_S = 0.12
SPEED_LOST_OVER_S, SWING_OVER_S = 3.0, 2.5
STRAIGHT_RAD, STRAIGHT_S = 0.03, 1.5  # straight on, the lane is where the truck has pointed lately


@dataclass(frozen=True, slots=True)
class Driving:
    """The truck at one moment."""

    speed_mps: float
    accel_mps2: float
    steer_rad: float
    steer_radps: float
    indicated: bool
    across_rad: float  # heading against the lane
    heading_rad: float  # since the beginning
    p_turn: float
    as_it_is: bool = False  # the angle is thought to stay, and nobody to follow a bend or keep a lane


@dataclass(frozen=True, slots=True)
class _Past:
    t_s: float
    speed_mps: float
    steer_rad: float


class Memory:
    """Three seconds of driving."""

    def __init__(self, truck: Truck) -> None:
        self._truck = truck
        self._past: deque[_Past] = deque()
        self._accel_mps2 = 0.0
        self._across_rad = 0.0
        self._heading_rad = 0.0

    def look(self, truck: VehicleState, t_s: float) -> Driving | None:
        """What the bus says at `t_s`; None without speed or steering angle: then these policies are blind."""
        if truck.speed_mps is None or truck.steer_rad is None:
            return None
        last = self._past[-1] if self._past else _Past(t_s, truck.speed_mps, self._near(truck.steer_rad))
        dt_s = t_s - last.t_s
        steer_rad = _passed(last.steer_rad, self._near(truck.steer_rad), dt_s, ANGLE_S)
        self._accel_mps2 = _passed(self._accel_mps2, truck.accel_mps2 or 0.0, dt_s, ACCEL_S)
        self._turn(truck, steer_rad, dt_s)
        self._past.append(_Past(t_s, truck.speed_mps, steer_rad))
        while self._past[0].t_s < t_s - SPEED_LOST_OVER_S:
            self._past.popleft()
        return self._driving(truck.indicator == self._truck.near_side)

    def _near(self, to_left: float) -> float:
        return self._truck.near_sign * to_left

    def _turn(self, truck: VehicleState, steer_rad: float, dt_s: float) -> None:
        yaw_radps = (truck.speed_mps or 0.0) * math.tan(steer_rad) / self._truck.wheelbase_m
        if truck.yaw_rate_radps is not None:
            yaw_radps = self._near(truck.yaw_rate_radps)
        self._heading_rad += yaw_radps * dt_s
        self._across_rad += yaw_radps * dt_s
        if abs(steer_rad) < STRAIGHT_RAD:
            self._across_rad *= math.exp(-dt_s / STRAIGHT_S)

    def _driving(self, indicated: bool) -> Driving:
        now = self._past[-1]
        steer_radps = self._rate()
        recent = [past for past in self._past if past.t_s >= now.t_s - SWING_OVER_S]
        weighed = _weighed(
            float(indicated),
            _clip(-self._accel_mps2, -0.5, 2.0),
            now.steer_rad,
            steer_radps,
            now.speed_mps,
            swing_rad=-min(past.steer_rad for past in recent),
            lost_mps=max(0.0, self._past[0].speed_mps - now.speed_mps),
        )
        return Driving(
            now.speed_mps,
            self._accel_mps2,
            now.steer_rad,
            steer_radps,
            indicated,
            self._across_rad,
            self._heading_rad,
            p_turn=1.0 / (1.0 + math.exp(-sum(weighed))),
        )

    def _rate(self) -> float:
        now = self._past[-1]
        old = [past for past in self._past if past.t_s <= now.t_s - RATE_OVER_S + 1e-3]
        return (now.steer_rad - old[-1].steer_rad) / (now.t_s - old[-1].t_s) if old else 0.0


def _weighed(
    indicated: float,
    slowing: float,
    steer_rad: float,
    steer_radps: float,
    speed_mps: float,
    *,
    swing_rad: float,
    lost_mps: float,
) -> Iterable[float]:
    """Weight times feature, one line each; a steady angle is a bend, a growing one a turn."""
    q = _clip(steer_rad, -0.1, 0.15) / 0.03
    u = _clip(steer_radps, -0.1, 0.25) / 0.1
    k = _clip((speed_mps * 3.6 - 15.0) / 10.0, -1.5, 2.0)
    yield -4.38
    yield 1.65 * indicated
    yield (0.79 - 1.38 * indicated) * slowing
    yield (-0.78 + 0.45 * indicated) * q
    yield (1.87 - 0.24 * indicated) * u
    yield (-1.38 - 0.29 * indicated) * k
    yield 0.70 * indicated * _clip(swing_rad - 0.02, 0.0, 0.12) / 0.04
    yield 0.49 * indicated * min(lost_mps, 4.0)
    yield 1.00 * max(q, 0.0) * max(u, 0.0)
    yield -0.78 * indicated * (speed_mps < 2.5)
    yield -2.10 * _clip(steer_rad - 0.2, 0.0, 0.2) / 0.1
    if steer_rad > 0.04:
        yield 1.37 * _clip(steer_radps - 0.1, 0.0, 0.2) / 0.1


def _clip(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def _passed(before: float, now: float, dt_s: float, time_s: float) -> float:
    return now + (before - now) * math.exp(-dt_s / time_s)
