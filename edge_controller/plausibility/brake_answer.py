"""Does the truck slow when the brake is asked? EBC5 tells what the brake means to do, the speed what it does.

Asked is what stands in XBR on the vehicle bus, whoever sent it. Expected is what the fit's brake makes of it:
valve, filling, rise. A brake much slower than the fit says is told too, until it has bitten.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from edge_controller.config import Brake
from edge_controller.messages import OwnMotion, VehicleState
from edge_controller.plausibility.speed import BUS_LATE_S, seen_speed

FILLED_DEAD_S = 0.05
EMPTIES_S = 0.5
STEP_S = 0.005
WINDOW_S = 0.25
STRONG_MPS2 = 2.0
ROLLS_MPS = 1.0
TELLS_MPS = 0.18  # to be lost in the window: six times what the radars' speed strays
# From two thirds of it on a look is the first of the two that have to agree: a frame sooner, and no sooner
# misled by a brake that is 50 ms late.
BEGINS_MPS = 0.12
MISSING, THERE = 0.4, 0.6  # of it; wet mud (friction 0.25) leaves 0.5 of what is expected
MISSING_LESS_DRAG = 0.25  # where engine drag and slope are known from before the bite, and taken off
FRAMES = 2
COASTING_LOOKS = 8


@dataclass(frozen=True, slots=True)
class _Point:
    t_s: float
    due_mps: float  # lost since the beginning, if the brake answers
    speed_mps: float


class BrakeAnswer:
    """Remembers what was asked, what should have come of it, and what came."""

    def __init__(self, brake: Brake) -> None:
        self._brake = brake
        self._asked: deque[tuple[float, float]] = deque()  # (from t_s, m/s2)
        self._t_s: float | None = None
        self._filled_s = self._due_mps2 = self._due_mps = 0.0
        self._past: deque[_Point] = deque()
        self._by_radar = False
        self._coasting: deque[float] = deque(maxlen=COASTING_LOOKS)  # lost in the window before it bites
        self._missing = 0
        self._words: tuple[str, ...] = ()

    @property
    def faults(self) -> tuple[str, ...]:
        """Until a braking proves that it works again."""
        return self._words

    def update(self, truck: VehicleState, own: OwnMotion | None) -> None:
        """Take in one moment."""
        self._expect(truck.t_s, truck.braking_asked_mps2)
        seen_mps = seen_speed(truck, own)
        # Braking, the bus contradicts nobody any more: who was wrong when it began stays out.
        may = self._by_radar or truck.braking_asked_mps2 == 0.0
        by_radar = may and seen_mps is not None
        speed_mps = seen_mps if by_radar else truck.speed_mps
        if by_radar != self._by_radar or speed_mps is None:
            self._past.clear()
        self._by_radar = by_radar
        if speed_mps is None:
            return
        self._past.append(_Point(truck.t_s, self._due_mps, speed_mps))
        self._judge(truck.braking_asked_mps2)

    def _expect(self, t_s: float, asked_mps2: float) -> None:
        if not self._asked or self._asked[-1][1] != asked_mps2:
            self._asked.append((t_s, asked_mps2))
        since_s = t_s if self._t_s is None or not 0 < t_s - self._t_s < 1 else self._t_s
        self._t_s = t_s
        if self._is_idle():
            return
        for at_s in _steps(since_s, t_s):
            self._answer(at_s)
        while len(self._asked) > 1 and self._asked[1][0] < t_s - 1:
            self._asked.popleft()

    def _is_idle(self) -> bool:
        return len(self._asked) == 1 and self._asked[0][1] == 0.0 and self._due_mps2 < 1e-3

    def _answer(self, t_s: float) -> None:
        """One step of the fit's brake: valve, filling, rise."""
        brake, at_s = self._brake, t_s - self._brake.latency_s
        if self._asked_at(at_s) > 0:
            self._filled_s = min(brake.dead_s, self._filled_s + STEP_S)
        else:
            self._filled_s = max(0.0, self._filled_s - STEP_S * brake.dead_s / EMPTIES_S)
        is_filled = self._filled_s >= brake.dead_s - 1e-9
        target = min(self._asked_at(at_s - FILLED_DEAD_S), brake.max_decel_mps2) if is_filled else 0.0
        self._due_mps2 += (target - self._due_mps2) * min(1.0, STEP_S / brake.rise_s)
        self._due_mps += self._due_mps2 * STEP_S

    def _asked_at(self, t_s: float) -> float:
        return next((asked for since_s, asked in reversed(self._asked) if since_s <= t_s), 0.0)

    def _judge(self, asked_mps2: float) -> None:
        now, late_s = self._past[-1], 0.0 if self._by_radar else BUS_LATE_S
        while len(self._past) > 1 and self._past[1].t_s <= now.t_s - WINDOW_S - late_s:
            self._past.popleft()
        then = self._past[0]
        if asked_mps2 < STRONG_MPS2 or now.speed_mps < ROLLS_MPS or now.t_s - then.t_s < WINDOW_S + late_s:
            self._missing = 0
            self._coasting.clear()
            return
        due_mps = self._due_at(now.t_s - late_s) - then.due_mps
        lost_mps = self._speed_at(then.t_s + late_s) - now.speed_mps
        if due_mps < BEGINS_MPS:
            self._coasting.append(lost_mps - due_mps)
            return
        missing = MISSING
        if self._coasting:
            missing = MISSING_LESS_DRAG
            lost_mps -= sum(self._coasting) / len(self._coasting)
        self._missing = self._missing + 1 if lost_mps < missing * due_mps else 0
        if due_mps < TELLS_MPS:
            return
        if self._missing >= FRAMES:
            self._words = ("brake: it is asked for and the truck does not slow",)
        elif lost_mps > THERE * due_mps:
            self._words = ()

    def _due_at(self, t_s: float) -> float:
        return next(one.due_mps for one in reversed(self._past) if one.t_s <= t_s)

    def _speed_at(self, t_s: float) -> float:
        return next(one.speed_mps for one in self._past if one.t_s >= t_s)


def _steps(since_s: float, to_s: float) -> Iterator[float]:
    count = round((to_s - since_s) / STEP_S)
    return (since_s + (n + 1) * STEP_S for n in range(count))
