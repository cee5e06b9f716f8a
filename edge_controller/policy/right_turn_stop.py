"""右转必停: the truck stands still before a near-side turn, for a set time and until the zone is clear.

Where it begins, what it may not do and why: docs/explanation/decisions/0037-stop-before-a-near-side-turn.md.
"""

import math
from collections.abc import Sequence
from enum import Enum, auto

from edge_controller.config import Fit, RightTurnStop
from edge_controller.hazard.moving_off import in_moving_off_zone
from edge_controller.messages import BrakeRequest, Hazard, PolicyEvent, State, Track, VehicleState
from edge_controller.policy.driver import DriverOverride
from edge_controller.policy.truck import STANDING_MPS, Standing, knows_enough

REMIND_MPS = 20 / 3.6
BEGIN_MPS = 19 / 3.6
STOPPING_S = 4.5  # who would stand that soon is stopping himself
FOOT_S = 0.5  # foot down to a deceleration that tells how hard: 0.3 in the bench's trucks (decision 0150)
FOOT_AGAIN_S = 5.0  # who pumps the pedal gets that time once
TURNED_IN_RAD = 0.06  # road wheels; lane keeping needs less
LEFT_LANE_RAD = 0.15  # of heading
TURNED_RAD = 0.35  # of heading: a turn, no lane change
TURN_OVER_S = 2.0  # indicator off
MUST_STOP_MPS2 = 2.0
MUST_STOP_S = 5.5  # the gateway ends it at 6 s
STANDING_S = 0.2
HOLD_MPS2 = 2.0
HOLD_S = 25.0  # the gateway ends it at 30 s
ACCELERATOR_PCT = 5.0
OVERRIDDEN_S = 2.0

# Who forbids the release: beside the whole truck up to the reach of UN R151, or there within 3 s.
BESIDE_BEHIND_M = 1.5
BESIDE_AHEAD_M = 4.0
BESIDE_OUT_M = 4.25
COMING_S = 3.0


class Phase(Enum):
    """Of one turn."""

    IDLE = auto()  # none is signalled
    ASKED = auto()  # signalled, not yet stopped for
    BRAKING = auto()  # must_stop
    HOLDING = auto()
    SERVED = auto()  # stopped for: nothing more is asked for this turn
    OVERRULED = auto()  # by the driver: likewise, but it was not stopped for
    OVER = auto()  # turned in; waiting for the indicator to go off


class RightTurnStopPolicy:
    """One stop for each signalled turn; `events` are those of the last update."""

    name = "right_turn_stop"

    def __init__(self, fit: Fit, settings: RightTurnStop) -> None:
        self._truck = fit.truck
        self._settings = settings
        self._driver = DriverOverride(fit.truck)
        self._standing = Standing()
        self._foot = Foot()
        self._turn = Turn(fit)
        self._phase = Phase.IDLE
        self._since_s = 0.0  # of the phase
        self.overridden_s = -math.inf  # when the driver last said no, to whichever policy
        self.events: tuple[PolicyEvent, ...] = ()

    def update(
        self, hazards: Sequence[Hazard], tracks: Sequence[Track], truck: VehicleState, t_s: float
    ) -> BrakeRequest:
        """The request for this moment; `hazards` are the other policies' business."""
        del hazards
        self.events = ()
        standing_s = self._standing.update(truck, t_s)
        self._foot.update(truck, t_s)
        self._turn.update(truck, t_s)
        self._follow_indicator(t_s)
        if self._phase in (Phase.BRAKING, Phase.HOLDING):
            self._continue(tracks, truck, standing_s, t_s)
        if self._phase is Phase.ASKED:
            self._ask(tracks, truck, standing_s, t_s)
        if self._phase in (Phase.ASKED, Phase.OVERRULED) and self._turn.is_taken:
            self._end("skipped", Phase.OVER, t_s)
        state = self._state(truck, standing_s)
        decel_mps2 = {State.MUST_STOP: MUST_STOP_MPS2, State.HOLD: HOLD_MPS2}.get(state, 0.0)
        return BrakeRequest(t_s, state, self._truck.near_side, decel_mps2, self.name, None)

    def _follow_indicator(self, t_s: float) -> None:
        if self._phase is Phase.IDLE and self._turn.signalled:
            self._enter(Phase.ASKED, t_s)
        elif self._phase not in (Phase.IDLE, Phase.BRAKING, Phase.HOLDING) and self._turn.is_over(t_s):
            self._enter(Phase.IDLE, t_s)

    def _ask(self, tracks: Sequence[Track], truck: VehicleState, standing_s: float, t_s: float) -> None:
        """The driver's own stop counts; without one, and if the fit says so, we make it."""
        complete = standing_s >= self._settings.stop_s and not self._anybody(tracks)
        if complete:
            self._end("kept", Phase.SERVED, t_s)
        elif t_s - self.overridden_s < OVERRIDDEN_S:
            self._enter(Phase.OVERRULED, t_s)
        elif self._settings.mode == "enforce" and self._may_begin(truck):
            self._begin(truck, standing_s, t_s)

    def _may_begin(self, truck: VehicleState) -> bool:
        return knows_enough(truck) and self._turn.signalled and not self._turn.has_begun

    def _begin(self, truck: VehicleState, standing_s: float, t_s: float) -> None:
        if truck.speed_mps is None or truck.speed_mps > BEGIN_MPS:
            return
        if truck.speed_mps > STANDING_MPS:
            if _is_stopping(truck) or self._foot.has_just_gone_down(t_s):
                return
            self._enter(Phase.BRAKING, t_s)
        elif standing_s > 0 and _sets_off(truck):
            self._enter(Phase.HOLDING, t_s)
        else:
            return
        self._driver.arm(truck)

    def _continue(self, tracks: Sequence[Track], truck: VehicleState, standing_s: float, t_s: float) -> None:
        if self._driver.update(truck, t_s):
            self.overridden_s = t_s
            self._enter(Phase.OVERRULED, t_s)
        elif not knows_enough(truck):
            self._enter(Phase.OVERRULED, t_s)  # by ourselves: nobody is known to be in danger
        elif self._phase is Phase.BRAKING:
            self._brake(standing_s, t_s)
        else:
            self._hold(tracks, truck, standing_s, t_s)

    def _brake(self, standing_s: float, t_s: float) -> None:
        if standing_s >= STANDING_S:
            self._enter(Phase.HOLDING, t_s)
        elif t_s - self._since_s >= MUST_STOP_S:
            self._enter(Phase.OVERRULED, t_s)

    def _hold(self, tracks: Sequence[Track], truck: VehicleState, standing_s: float, t_s: float) -> None:
        complete = standing_s >= self._settings.stop_s and not self._anybody(tracks)
        too_long = t_s - self._since_s >= HOLD_S
        if complete or (too_long and standing_s >= self._settings.stop_s):
            self._end("skipped" if self._turn.is_taken else "enforced", Phase.SERVED, t_s)
        elif too_long:
            self._enter(Phase.OVERRULED, t_s)
        elif truck.speed_mps is not None and truck.speed_mps > STANDING_MPS and not self._turn.has_begun:
            self._enter(Phase.BRAKING, t_s)  # it rolled on before the hold bit

    def _state(self, truck: VehicleState, standing_s: float) -> State:
        if truck.speed_mps is None:
            return State.OFF
        if self._phase is Phase.BRAKING:
            return State.MUST_STOP
        if self._phase is Phase.HOLDING:
            return State.HOLD
        reminds = self._phase is Phase.ASKED and self._settings.mode != "record" and self._turn.signalled
        pressing = truck.speed_mps <= REMIND_MPS and not _is_stopping(truck)
        waits = standing_s > 0 and not _sets_off(truck)
        return State.WARN if reminds and pressing and not waits else State.STANDBY

    def _enter(self, phase: Phase, t_s: float) -> None:
        self._phase, self._since_s = phase, t_s

    def _end(self, kind: str, phase: Phase, t_s: float) -> None:
        self.events = (PolicyEvent(t_s, self.name, kind),)
        self._enter(phase, t_s)

    def _anybody(self, tracks: Sequence[Track]) -> bool:
        users = [track for track in tracks if track.confirmed and track.moving]
        return any(in_moving_off_zone(track, self._truck) or self._is_beside(track) for track in users)

    def _is_beside(self, track: Track) -> bool:
        truck = self._truck
        out_m = truck.near_sign * track.y_m - truck.width_m / 2
        low_m, high_m = sorted((track.x_m, track.x_m + COMING_S * track.vx_mps))
        meets = low_m < BESIDE_AHEAD_M and high_m > -truck.length_m - BESIDE_BEHIND_M
        return meets and track.x_m < BESIDE_AHEAD_M and -truck.width_m / 2 < out_m < BESIDE_OUT_M


class Foot:
    """When the driver's foot went to the brake."""

    def __init__(self) -> None:
        self._down_s = -math.inf  # the last time it counted
        self._is_down = False
        self._is_known = False

    def update(self, truck: VehicleState, t_s: float) -> None:
        """One more moment; a pedal nobody knows is as it was, and says nothing."""
        self._is_known = truck.brake_pedal is not None
        if truck.brake_pedal and not self._is_down and t_s - self._down_s >= FOOT_AGAIN_S:
            self._down_s = t_s
        if truck.brake_pedal is not None:
            self._is_down = truck.brake_pedal

    def has_just_gone_down(self, t_s: float) -> bool:
        """It still brakes, and too short a time for the deceleration to tell how hard."""
        return self._is_known and self._is_down and 0 <= t_s - self._down_s < FOOT_S


class Turn:
    """What the indicator and the wheels say of a near-side turn."""

    def __init__(self, fit: Fit) -> None:
        self._truck = fit.truck
        self._signalled_s: float | None = None
        self._t_s: float | None = None
        self._steer_rad = 0.0
        self._heading_rad = 0.0  # turned to the near side since it was signalled
        self.signalled = False

    def update(self, truck: VehicleState, t_s: float) -> None:
        """One more moment; an indicator nobody knows is as it was."""
        dt_s = 0.0 if self._t_s is None else max(0.0, t_s - self._t_s)
        self._t_s = t_s
        near = self._truck.near_sign
        if truck.steer_rad is not None:
            self._steer_rad = near * truck.steer_rad
        if truck.yaw_rate_radps is not None and truck.speed_mps is not None:
            moves = truck.speed_mps > STANDING_MPS  # standing, a yaw rate is the sensor's offset
            self._heading_rad += near * truck.yaw_rate_radps * dt_s * moves
        if truck.indicator == self._truck.near_side:
            if self._signalled_s is None:
                self._heading_rad = 0.0
            self._signalled_s, self.signalled = t_s, True
        elif truck.indicator != "unknown":
            self.signalled = False
            if self.is_over(t_s):
                self._signalled_s = None

    def is_over(self, t_s: float) -> bool:
        """The indicator has been off for a while."""
        return self._signalled_s is None or (not self.signalled and t_s - self._signalled_s >= TURN_OVER_S)

    @property
    def has_begun(self) -> bool:
        """The wheels have turned in, or the truck has left its lane: no place to begin braking."""
        return self._steer_rad >= TURNED_IN_RAD or self._heading_rad >= LEFT_LANE_RAD

    @property
    def is_taken(self) -> bool:
        """So far round that it was a turn."""
        return self._heading_rad >= TURNED_RAD


def _is_stopping(truck: VehicleState) -> bool:
    """He would stand soon at his present deceleration."""
    if truck.speed_mps is None or truck.accel_mps2 is None:
        return False
    return truck.speed_mps <= STANDING_MPS or truck.speed_mps <= -truck.accel_mps2 * STOPPING_S


def _sets_off(truck: VehicleState) -> bool:
    pressed = truck.accelerator_pct is not None and truck.accelerator_pct >= ACCELERATOR_PCT
    return pressed and not truck.brake_pedal
