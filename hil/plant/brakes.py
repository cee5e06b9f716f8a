"""The brake chain: from what is asked of the valves to what slows the truck.

Chain: latency (bus to valve) -> dead time (filling) -> first-order rise -> what load and grip allow.
A pre-charge held for the dead time leaves a dead time of 0.05 s; that is an engineering assumption
to be measured on the truck first.
"""

import math
from collections import deque
from dataclasses import dataclass, replace

FILLED_DEAD_S = 0.05
EMPTIES_S = 0.5  # after this long without demand the brake has to be filled again
STEP_US = 1_000
RELEASED_MPS2 = 1e-4  # less is nothing
NEARLY = 0.95  # of the grip: from here on the anti-lock system is at work


@dataclass(frozen=True, slots=True)
class BrakeSet:
    """Figures of one brake system."""

    latency_s: float
    dead_s: float
    rise_s: float
    max_decel_mps2: float

    def by_foot(self) -> "BrakeSet":
        """The same brake behind the pedal: no bus in between."""
        return replace(self, latency_s=0.0)


class BrakeChain:
    """Deceleration that a demand leads to; `advance` in steps of a few milliseconds at most."""

    def __init__(self, brake: BrakeSet, grip_mps2: float = math.inf) -> None:
        self._brake = brake
        self._grip_mps2 = grip_mps2
        self._limit_mps2 = min(brake.max_decel_mps2, grip_mps2)
        self._demands: deque[tuple[float, float]] = deque([(0.0, 0.0)])  # (from t_s, m/s2)
        self._filled_s = 0.0
        self.decel_mps2 = 0.0

    def demand(self, decel_mps2: float, t_s: float) -> None:
        """What the ECU asks of the valves from now on."""
        if decel_mps2 != self._demands[-1][1]:
            self._demands.append((t_s, decel_mps2))

    def advance(self, t_s: float, dt_s: float) -> float:
        """Deceleration in m/s2 after a step that ends at `t_s`."""
        brake = self._brake
        if self._demanded(t_s - brake.latency_s) > 0:
            self._filled_s = min(brake.dead_s, self._filled_s + dt_s)
        else:
            self._filled_s = max(0.0, self._filled_s - dt_s * brake.dead_s / EMPTIES_S)
        filled = self._filled_s >= brake.dead_s - 1e-9
        target = self._demanded(t_s - brake.latency_s - FILLED_DEAD_S) if filled else 0.0
        target = min(target, self._limit_mps2)
        self.decel_mps2 += (target - self.decel_mps2) * min(1.0, dt_s / brake.rise_s)
        self._forget(t_s - brake.latency_s - FILLED_DEAD_S)
        return self.decel_mps2

    def over(self, from_us: int, to_us: int) -> float:
        """Mean deceleration from one instant to another; cheap while nothing is asked and nothing left."""
        if self.is_idle:
            return 0.0
        total = 0.0
        for t_us in range(from_us + STEP_US, to_us + 1, STEP_US):
            total += self.advance(t_us * 1e-6, STEP_US * 1e-6)
        if self.decel_mps2 < RELEASED_MPS2 and len(self._demands) == 1 and self._demands[0][1] == 0.0:
            self.decel_mps2 = 0.0
        return total * STEP_US / (to_us - from_us)

    @property
    def is_idle(self) -> bool:
        """Nothing asked, nothing under way, nothing filled."""
        return (
            self.decel_mps2 == 0.0
            and self._filled_s == 0.0
            and len(self._demands) == 1
            and self._demands[0][1] == 0.0
        )

    @property
    def is_slipping(self) -> bool:
        """The wheels would lock if they were let: the anti-lock system holds the brake back."""
        return self.decel_mps2 > NEARLY * self._grip_mps2 and self._demands[-1][1] > self._grip_mps2

    def _demanded(self, t_s: float) -> float:
        for since_s, decel_mps2 in reversed(self._demands):
            if since_s <= t_s:
                return decel_mps2
        return 0.0

    def _forget(self, t_s: float) -> None:
        while len(self._demands) > 1 and self._demands[1][0] <= t_s:
            self._demands.popleft()
