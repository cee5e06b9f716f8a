"""Is the driver about to turn to the near side? A logistic estimate from a few seconds of driving.

In this package the near side is positive: steering, yaw, curvature and y alike.
"""

import math
from collections import deque
from dataclasses import dataclass

from edge_controller.config import Trailer, Truck
from edge_controller.messages import VehicleState
from edge_controller.own_motion.articulation import Articulation

STEER_FILTER_S = 0.06
ACCEL_FILTER_S = 0.3
RATE_BASE_S = 0.12
HISTORY_S = 3.0
SWING_S = 2.5
STRAIGHT_RAD = 0.03
LANE_MEMORY_S = 1.5
MIN_STEERABLE_MPS = 1.0  # below, yaw rate says nothing about the wheels

# Logistic regression on simulated drives (turn 35 %, straight with indicator 20, straight 10, bend 25,
# yield 10 %); a start to be refitted on recorded drives. See docs/explanation/hazard.md.
BIAS = -4.38
WEIGHTS = (
    1.65,  # indicator
    0.79,  # slowing
    -1.38,  # slowing with indicator
    -0.78,  # angle: a steady one is a bend
    0.45,  # angle with indicator
    1.87,  # rate: a growing angle is a turn
    -0.24,  # rate with indicator
    -1.38,  # speed
    -0.29,  # speed with indicator
    0.70,  # swing-out with indicator
    0.49,  # speed lost with indicator
    1.00,  # angle and rate together
    -0.78,  # creeping with indicator
    -2.10,  # sharper than any bend
    1.37,  # fast rate off centre
)


@dataclass(frozen=True, slots=True)
class Motion:
    """How the truck moves now, filtered; near side positive."""

    speed_mps: float
    accel_mps2: float
    steer_rad: float
    steer_rate_radps: float
    lane_rad: float  # direction of the lane left behind, in truck axes
    indicator: bool  # to the near side
    p_turn: float  # steer-in has begun or begins within 0.6 s
    trailer_rad: float = 0.0  # heading of the trailer against the truck's


@dataclass(frozen=True, slots=True)
class _Sample:
    t_s: float
    speed_mps: float
    steer_rad: float


class TurnMemory:
    """What the estimate needs to remember: three seconds of speed and steering, the trailer's angle."""

    def __init__(self, truck: Truck, trailer: Trailer | None = None) -> None:
        self._truck = truck
        self._articulation = Articulation(trailer, truck) if trailer else None
        self._past: deque[_Sample] = deque()
        self._accel_mps2 = 0.0
        self._across_rad = 0.0  # heading relative to the lane

    def update(self, truck: VehicleState, t_s: float) -> Motion | None:
        """The motion at `t_s`, or None while the speed is unknown."""
        if truck.speed_mps is None:
            self._past.clear()
            return None
        speed_mps = truck.speed_mps
        last = self._past[-1] if self._past else None
        dt_s = max(0.0, t_s - last.t_s) if last else 0.0
        steer_rad = (
            _filtered(last.steer_rad, self._steer(truck), dt_s, STEER_FILTER_S)
            if last
            else self._steer(truck)
        )
        self._accel_mps2 = _filtered(self._accel_mps2, self._accel(truck, last, dt_s), dt_s, ACCEL_FILTER_S)
        self._turn_from_lane(truck, speed_mps, steer_rad, dt_s)
        self._past.append(_Sample(t_s, speed_mps, steer_rad))
        while t_s - self._past[0].t_s > HISTORY_S:
            self._past.popleft()
        return self._motion(truck)

    def _steer(self, truck: VehicleState) -> float:
        near = self._truck.near_sign
        if truck.steer_rad is not None:
            return near * truck.steer_rad
        if truck.yaw_rate_radps is None or (truck.speed_mps or 0.0) < MIN_STEERABLE_MPS:
            return 0.0
        return near * math.atan(self._truck.wheelbase_m * truck.yaw_rate_radps / (truck.speed_mps or 1.0))

    def _accel(self, truck: VehicleState, last: _Sample | None, dt_s: float) -> float:
        if truck.accel_mps2 is not None:
            return truck.accel_mps2
        if last is None or dt_s <= 0 or truck.speed_mps is None:
            return self._accel_mps2
        return (truck.speed_mps - last.speed_mps) / dt_s

    def _turn_from_lane(self, truck: VehicleState, speed_mps: float, steer_rad: float, dt_s: float) -> None:
        """The heading across the lane; while driving straight on, the lane is where the truck points.

        The trailer comes round after it.
        """
        if truck.yaw_rate_radps is not None:
            yaw_rate = self._truck.near_sign * truck.yaw_rate_radps
        else:
            yaw_rate = speed_mps * math.tan(steer_rad) / self._truck.wheelbase_m
        if self._articulation is not None:
            self._articulation.move(dt_s, speed_mps, yaw_rate, forward=truck.forward_gear is not False)
        self._across_rad += yaw_rate * dt_s
        if abs(steer_rad) < STRAIGHT_RAD:
            self._across_rad *= math.exp(-dt_s / LANE_MEMORY_S)

    def _motion(self, truck: VehicleState) -> Motion:
        now = self._past[-1]
        rate_radps = self._steer_rate()
        indicator = truck.indicator == self._truck.near_side
        off_side_rad = max(-p.steer_rad for p in self._past if now.t_s - p.t_s <= SWING_S)
        features = _features(
            indicator=float(indicator),
            speed_mps=now.speed_mps,
            accel_mps2=self._accel_mps2,
            steer_rad=now.steer_rad,
            rate_radps=rate_radps,
            off_side_rad=off_side_rad,
            lost_mps=max(0.0, self._past[0].speed_mps - now.speed_mps),
        )
        score = BIAS + sum(w * f for w, f in zip(WEIGHTS, features, strict=True))
        return Motion(
            speed_mps=now.speed_mps,
            accel_mps2=self._accel_mps2,
            steer_rad=now.steer_rad,
            steer_rate_radps=rate_radps,
            lane_rad=-self._across_rad,
            indicator=indicator,
            p_turn=1 / (1 + math.exp(-score)),
            trailer_rad=self._articulation.angle_rad if self._articulation else 0.0,
        )

    def _steer_rate(self) -> float:
        now = self._past[-1]
        for then in reversed(self._past):
            if now.t_s - then.t_s >= RATE_BASE_S - 1e-3:
                return (now.steer_rad - then.steer_rad) / (now.t_s - then.t_s)
        return 0.0


def _features(
    *,
    indicator: float,
    speed_mps: float,
    accel_mps2: float,
    steer_rad: float,
    rate_radps: float,
    off_side_rad: float,
    lost_mps: float,
) -> tuple[float, ...]:
    """Clipped, so that no single odd reading decides; same order as WEIGHTS."""
    slowing = _clip(-accel_mps2, -0.5, 2.0)
    angle = _clip(steer_rad, -0.1, 0.15) / 0.03
    rate = _clip(rate_radps, -0.1, 0.25) / 0.1
    speed = _clip((speed_mps * 3.6 - 15) / 10, -1.5, 2.0)
    return (
        indicator,
        slowing,
        indicator * slowing,
        angle,
        indicator * angle,
        rate,
        indicator * rate,
        speed,
        indicator * speed,
        indicator * _clip(off_side_rad - 0.02, 0.0, 0.12) / 0.04,
        indicator * min(lost_mps, 4.0),
        max(angle, 0.0) * max(rate, 0.0),
        indicator * (speed_mps < 2.5),
        _clip(steer_rad - 0.2, 0.0, 0.2) / 0.1,
        (steer_rad > 0.04) * _clip(rate_radps - 0.1, 0.0, 0.2) / 0.1,
    )


def _clip(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def _filtered(before: float, now: float, dt_s: float, time_s: float) -> float:
    """First-order low pass, right for any step."""
    return now + (before - now) * math.exp(-dt_s / time_s)
