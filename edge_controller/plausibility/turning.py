"""Do steering angle and yaw rate tell of the same turn? One message has both, no delay lies between them.

yaw rate = speed * tan(road-wheel angle) / wheelbase, the angle anything it has been over the last moment: a
truck's nose follows its wheels late, never the other way round. What differs all the time is an offset, and
learnt. Where they disagree the radars' own yaw rate tells who is right, if they see enough that stands.
"""

import math
from collections import deque
from dataclasses import dataclass

from edge_controller.config import Truck
from edge_controller.messages import OwnMotion, VehicleState
from edge_controller.plausibility.speed import bus_range, seen_speed

SLOWEST_MPS = 2.0  # below, an angle makes hardly any yaw rate
FOLLOWS_S = 0.2  # tyres need a metre of way to build up their side force
# What may lie between them: unevenness of the road, play and ratio of the steering.
YAW_RADPS = 0.010
PLAY_RAD, RATIO_SHARE = 0.006, 0.08
LOOKS = 2  # in a row
FROZEN_RADPS = 0.012  # that wheels which go over must change it by, and 100 counts of SPN 1808
FROZEN_VALUES = 4  # in a row, the same to the last count
# An offset is learnt while the truck drives straight on, in some seconds.
STRAIGHT_RAD, LEARNS_S, MOST_OFFSET_RADPS = 0.03, 3.0, 0.025
OWN_SIGMAS, OWN_RADPS = 3.0, 0.01
HEALED_RAD = 0.06  # of the road wheels, gone through in agreement by both

NOBODY, YAW_RATE, STEERING, EITHER = range(4)
WORDS = {
    YAW_RATE: "truck: its yaw rate is contradicted by the steering and what stands",
    STEERING: "truck: its steering angle is contradicted by the yaw rate and what stands",
    EITHER: "truck: its steering angle and its yaw rate contradict each other",
}
FROZEN = "truck: its yaw rate stands still while the wheels go over"


@dataclass(frozen=True, slots=True)
class _Said:
    t_s: float
    steer_rad: float


class Turning:
    """Memory of the last moment, of the offset between both, and of who is doubted."""

    def __init__(self, truck: Truck) -> None:
        self._wheelbase_m = truck.wheelbase_m
        self._said: deque[_Said] = deque()
        self._offset_radps = 0.0  # what the yaw rate says more than the steering
        self._odd = 0  # looks in a row at which they disagreed
        self._same_radps: float | None = None  # yaw rate, the same for some time
        self._same_count = 0
        self._same_steer_rad = 0.0  # when it began
        self._gone_rad: tuple[float, float] | None = (
            None  # least and most steering in agreement since doubted
        )
        self.doubted = NOBODY
        self.faults: tuple[str, ...] = ()

    def update(self, truck: VehicleState, own: OwnMotion | None) -> None:
        """Take in one moment; a signal that is missing is somebody else's fault."""
        steer_rad, yaw_radps, t_s = truck.steer_rad, truck.yaw_rate_radps, truck.t_s
        span_mps, seen_mps = bus_range(truck), seen_speed(truck, own)
        if steer_rad is None or yaw_radps is None or span_mps is None:
            self._said.clear()
            self._odd, self._same_radps = 0, None
            return
        self._remember(_Said(t_s, steer_rad), yaw_radps)
        speed_mps = (truck.speed_mps or 0.0) if seen_mps is None else seen_mps
        if seen_mps is not None:  # while the truck brakes only one end of the span is told by the radars
            span_mps = seen_mps, span_mps[1] if truck.braking_asked_mps2 > 0 else seen_mps
        if speed_mps < SLOWEST_MPS:
            self._odd = 0
            return
        if self._is_frozen(speed_mps):
            self._doubt(YAW_RATE, FROZEN)
        elif self._is_odd(yaw_radps, span_mps):
            self._odd += 1
            if self._odd >= LOOKS:
                due_radps = self._due_radps(steer_rad, speed_mps)
                who = self._liar(yaw_radps, due_radps, None if seen_mps is None else own)
                self._doubt(who, WORDS[who])
        else:
            self._odd = 0
            self._agree(steer_rad, yaw_radps, speed_mps)

    def _remember(self, said: _Said, yaw_radps: float) -> None:
        if yaw_radps != self._same_radps:
            self._same_radps, self._same_count, self._same_steer_rad = yaw_radps, 0, said.steer_rad
        self._same_count += 1
        self._said.append(said)
        while said.t_s - self._said[0].t_s > FOLLOWS_S:
            self._said.popleft()

    def _due_radps(self, steer_rad: float, speed_mps: float) -> float:
        return speed_mps * math.tan(steer_rad) / self._wheelbase_m

    def _is_frozen(self, speed_mps: float) -> bool:
        due_radps = self._due_radps(self._said[-1].steer_rad, speed_mps)
        change_radps = due_radps - self._due_radps(self._same_steer_rad, speed_mps)
        return self._same_count >= FROZEN_VALUES and abs(change_radps) > FROZEN_RADPS

    def _is_odd(self, yaw_radps: float, span_mps: tuple[float, float]) -> bool:
        """Whether no angle of the last moment, within its tolerance, explains the yaw rate."""
        due = [self._due_radps(one.steer_rad, speed_mps) for one in self._said for speed_mps in span_mps]
        most_rad = max(abs(one.steer_rad) for one in self._said)
        per_rad = span_mps[1] / self._wheelbase_m
        allowed_radps = YAW_RADPS + per_rad * (PLAY_RAD + RATIO_SHARE * most_rad)
        seen_radps = yaw_radps - self._offset_radps
        return seen_radps > max(due) + allowed_radps or seen_radps < min(due) - allowed_radps

    def _liar(self, yaw_radps: float, due_radps: float, own: OwnMotion | None) -> int:
        """Who of the two is not with the radars."""
        if own is None:
            return EITHER
        near_radps = OWN_RADPS + OWN_SIGMAS * own.yaw_rate_sigma_radps
        yaw_is_off = abs(yaw_radps - self._offset_radps - own.yaw_rate_radps) > near_radps
        steering_is_off = abs(due_radps - own.yaw_rate_radps) > near_radps
        if yaw_is_off == steering_is_off:
            return EITHER
        return YAW_RATE if yaw_is_off else STEERING

    def _doubt(self, who: int, words: str) -> None:
        if self.doubted == NOBODY:
            self.doubted, self.faults = who, (words,)
        self._gone_rad = None

    def _agree(self, steer_rad: float, yaw_radps: float, speed_mps: float) -> None:
        """Straight on the offset is learnt; who is doubted has to go through a turn to be believed again."""
        if self.doubted == NOBODY:
            if abs(steer_rad) < STRAIGHT_RAD and len(self._said) > 1:
                dt_s = self._said[-1].t_s - self._said[-2].t_s
                off_radps = yaw_radps - self._due_radps(steer_rad, speed_mps) - self._offset_radps
                learnt = self._offset_radps + off_radps * min(1.0, dt_s / LEARNS_S)
                self._offset_radps = min(MOST_OFFSET_RADPS, max(-MOST_OFFSET_RADPS, learnt))
            return
        least, most = self._gone_rad or (steer_rad, steer_rad)
        self._gone_rad = min(least, steer_rad), max(most, steer_rad)
        turned_rad = math.atan((yaw_radps - self._offset_radps) * self._wheelbase_m / speed_mps)
        if self._gone_rad[1] - self._gone_rad[0] > HEALED_RAD and abs(turned_rad) > HEALED_RAD / 2:
            self.doubted, self.faults, self._gone_rad = NOBODY, (), None
