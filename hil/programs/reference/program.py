"""A reference policy in place of the edge computer: it judges finished tracks, never raw samples."""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from edge_controller.config import Fit
from edge_controller.messages import BrakeRequest, RadarFrame, Step, Track, VehicleState
from edge_controller.messages import State as Ladder
from firmware.link import HEALTH_GOOD
from hil.plant.brakes import BrakeSet
from hil.programs.reference.contacts import Contacts, contacts
from hil.programs.reference.futures import Rider
from hil.programs.reference.rules import Rule
from hil.programs.reference.turning import Driving, Memory
from hil.sensing import Seen

OFF_AFTER_S = 0.3  # below its threshold
KNOWN_S = 0.3  # so long a road user must have been tracked
MOVES_MPS = 0.3
READY_MPS2 = 0.5  # below the stop lamp's level
SLOW_OFF, SLOW_MPS, SLOW_OFF_MPS = 0.12, 2.2, 1.9
STEERED_RAD = 0.03
INDICATED_LIKELY = 0.8
ACCEL_OVER_S, COURSE_OVER_S = 0.36, 1.0


class Reference:
    """One rule, and what it remembers of the drive."""

    def __init__(self, fit: Fit, brake: BrakeSet, name: str, rule: Rule) -> None:
        self._fit = fit
        self._brake = brake  # it knows its brake, as those of the study did
        self._name = name
        self._rule = rule
        self._memory = Memory(fit.truck)
        self._riders: dict[int, deque[tuple[float, float, float]]] = {}  # t, velocity over ground
        self._held_s: dict[str, float] = {}  # stage -> last time its condition held
        self._filled_since_s: float | None = None
        self._stopping = False
        self._partial = False

    def decide(self, seen: Seen, truck: VehicleState, t_s: float) -> Step:  # noqa: ARG002
        """Judged for the middle of the look."""
        if isinstance(seen, RadarFrame):
            raise TypeError(f"{self._name} judges tracks; it cannot read raw samples")
        at_s = seen.mid_t_s
        driving = self._memory.look(truck, at_s)
        state, decel_mps2 = Ladder.STANDBY, 0.0
        if driving is not None:
            state, decel_mps2 = self._stage(driving, self._known(seen.tracks, driving, at_s), at_s)
        request = BrakeRequest(at_s, state, self._fit.truck.near_side, decel_mps2, self._name, None)
        return Step(at_s, seen.index, seen.radar, truck, (), seen.tracks, (), request)

    def health(self) -> int:
        """Nothing is wrong with it."""
        return HEALTH_GOOD

    def _known(self, tracks: Sequence[Track], now: Driving, t_s: float) -> list[Rider]:
        return [self._rider(track, now, t_s) for track in tracks if t_s - track.born_t_s >= KNOWN_S - 1e-9]

    def _rider(self, track: Track, now: Driving, t_s: float) -> Rider:
        """What has become of his velocity over ground, whose axes do not turn with the truck."""
        near = self._fit.truck.near_sign
        vx, vy = track.vx_mps, near * track.vy_mps
        cos, sin = math.cos(now.heading_rad), math.sin(now.heading_rad)
        past = self._riders.setdefault(track.id, deque(maxlen=64))
        past.append((t_s, vx * cos - vy * sin, vx * sin + vy * cos))
        accel_mps2, turned_rad = _changes(past)
        half_m = (track.length_m / 2, track.width_m / 2)
        return Rider(track.x_m, near * track.y_m, vx, vy, accel_mps2, turned_rad, *half_m)

    def _stage(self, now: Driving, riders: Sequence[Rider], t_s: float) -> tuple[Ladder, float]:
        brake, rule = self._brake, self._rule
        if self._stopping:
            return Ladder.FULL, brake.max_decel_mps2
        if now.speed_mps <= MOVES_MPS:
            return Ladder.STANDBY, 0.0
        worst = self._worst(now, riders, t_s)
        self._partial |= self._is_indicated(now, riders, t_s)
        if worst.contact >= rule.full_at and worst.late >= rule.late_at:
            self._stopping = True
            return Ladder.FULL, brake.max_decel_mps2
        if self._partial and rule.indicated_mps2 is not None:
            return Ladder.SLOW, rule.indicated_mps2
        return self._gentle(now, worst.unrecoverable, t_s)

    def _gentle(self, now: Driving, unrecoverable: float, t_s: float) -> tuple[Ladder, float]:
        rule = self._rule
        ready = rule.ready_at is not None and self._holds("ready", unrecoverable >= rule.ready_at, t_s)
        slow = rule.slow_at is not None and self._slows(now, unrecoverable, t_s)
        filling = slow or (ready and rule.precharges)
        if not filling:
            self._filled_since_s = None
        elif self._filled_since_s is None:
            self._filled_since_s = t_s
        if slow:
            return Ladder.SLOW, rule.slow_mps2
        if ready:
            return Ladder.PREPARE, READY_MPS2 if rule.precharges else 0.0
        return Ladder.STANDBY, 0.0

    def _slows(self, now: Driving, unrecoverable: float, t_s: float) -> bool:
        """A limit of speed that depends on gap and speed; on above one pair of figures, off below another."""
        slow_at = self._rule.slow_at or 0.0
        begun = "slow" in self._held_s
        least, least_mps = (min(SLOW_OFF, slow_at), SLOW_OFF_MPS) if begun else (slow_at, SLOW_MPS)
        return self._holds("slow", unrecoverable >= least and now.speed_mps > least_mps, t_s)

    def _holds(self, stage: str, wanted: bool, t_s: float) -> bool:
        """On at once, off after 0.3 s below."""
        if wanted:
            self._held_s[stage] = t_s
        elif t_s - self._held_s.get(stage, -math.inf) >= OFF_AFTER_S:
            self._held_s.pop(stage, None)
        return stage in self._held_s

    def _is_filled(self, t_s: float) -> bool:
        since_s = self._filled_since_s
        return since_s is not None and t_s - since_s >= self._brake.dead_s

    def _worst(self, now: Driving, riders: Sequence[Rider], t_s: float) -> Contacts:
        """Of all road users, each probability by itself; the study knew one only."""
        foreseen = _foreseen(now, self._rule)
        if foreseen is None:
            return Contacts(0.0, 0.0, 0.0, 0.0)
        found = contacts(foreseen, riders, self._fit.truck, self._brake, self._is_filled(t_s))
        first = max(found, key=lambda one: (one.contact >= self._rule.full_at, one.late), default=None)
        if first is None:
            return Contacts(0.0, 0.0, 0.0, 0.0)
        unrecoverable = max(one.unrecoverable for one in found)
        return Contacts(first.contact, first.late, unrecoverable, first.turned)

    def _is_indicated(self, now: Driving, riders: Sequence[Rider], t_s: float) -> bool:
        if self._rule.indicated_mps2 is None or not now.indicated:
            return False
        found = contacts(now, riders, self._fit.truck, self._brake, self._is_filled(t_s))
        return any(one.turned >= INDICATED_LIKELY for one in found)


def _foreseen(now: Driving, rule: Rule) -> Driving | None:
    """The estimate replaced by what the rule believes; None where it does not act at all."""
    if rule.turning == "estimated":
        return now
    if rule.turning == "steered" and now.steer_rad < STEERED_RAD:
        return None
    p_turn = 1.0 if rule.turning == "steered" else 0.0
    return replace(now, p_turn=p_turn, as_it_is=True)


def _changes(past: Sequence[tuple[float, float, float]]) -> tuple[float, float]:
    """Acceleration along the course over 0.36 s, and how far the course turned in the last second."""
    t_s, vx, vy = past[-1]
    speed_mps = math.hypot(vx, vy)
    accel_mps2 = turned_rad = 0.0
    for then_s, then_vx, then_vy in past:
        then_mps = math.hypot(then_vx, then_vy)
        if t_s - then_s >= ACCEL_OVER_S - 0.025:
            accel_mps2 = (speed_mps - then_mps) / (t_s - then_s)
        if t_s - then_s >= COURSE_OVER_S - 0.025 and min(speed_mps, then_mps) > 0.3:
            turned_rad = math.atan2(then_vx * vy - then_vy * vx, then_vx * vx + then_vy * vy)
    return accel_mps2, turned_rad
