"""From rest: information of UN R159 about who is ahead, and a hold when the driver sets off at him.

What is braked for and for how long: docs/explanation/decisions/0036-moving-off.md.
"""

from collections.abc import Sequence

from edge_controller.config import Fit
from edge_controller.messages import BrakeRequest, Hazard, State, Track, VehicleState
from edge_controller.policy.driver import DriverOverride
from edge_controller.policy.latch import Latch
from edge_controller.policy.truck import STANDING_MPS, Standing, knows_enough

CREEPING_MPS = 10 / 3.6  # UN R159: low-speed manoeuvre, straight on
STRAIGHT_RAD = 0.15
FIRST_METRES_M = 5.0
ACCELERATOR_PCT = 5.0
RELEASED_S = 3.0  # how long a pedal let go says that he is about to drive
LAMP_RELEASE_S = 0.5
HOLD_MPS2 = 2.0
HOLD_S = 1.0
CLEAR_S = 0.5
LOST_S = 3.0  # who was in the way and is seen no more
OVERRIDDEN_S = 2.0


class MovingOff:
    """Lamp while the truck stands; warning and hold once the driver moves off at somebody."""

    name = "moving_off"

    def __init__(self, fit: Fit) -> None:
        self._fit = fit
        self._inform, self._warn = Latch(LAMP_RELEASE_S), Latch(LAMP_RELEASE_S)
        self._driver = DriverOverride(fit.truck, steering_counts=False)
        self._standing = Standing()
        self._intent = Intent()
        self._latched: State | None = None  # FULL or HOLD
        self._track: int | None = None
        self._began_s = 0.0
        self._in_way: dict[int, float] = {}  # track -> when it was last seen in the way
        self._free_s = 0.0  # when somebody was last in the way
        self.overridden_s = -OVERRIDDEN_S
        self._overruled = False  # until the way is clear

    def update(
        self, hazards: Sequence[Hazard], tracks: Sequence[Track], truck: VehicleState, t_s: float
    ) -> BrakeRequest:
        """The request for this moment."""
        state = self._state(hazards, tracks, truck, t_s)
        decel_mps2 = {State.FULL: self._fit.brake.max_decel_mps2, State.HOLD: HOLD_MPS2}.get(state, 0.0)
        track = self._track if state >= State.INFORM else None
        return BrakeRequest(t_s, state, self._fit.truck.near_side, decel_mps2, self.name, track)

    def _state(
        self, hazards: Sequence[Hazard], tracks: Sequence[Track], truck: VehicleState, t_s: float
    ) -> State:
        standing_s = self._standing.update(truck, t_s)
        sets_off = self._intent.update(truck, t_s)
        in_way = [h for h in hazards if h.touched_on_moving_off]
        self._remember(in_way, tracks, t_s)
        if self._latched is not None:
            self._continue_latched(in_way, truck, standing_s, t_s)
        if self._latched is None:
            self._begin(in_way, truck, sets_off, t_s)
        if self._latched is not None:
            return self._latched
        return self._lamps(hazards, in_way, truck, sets_off, t_s)

    def _remember(self, in_way: list[Hazard], tracks: Sequence[Track], t_s: float) -> None:
        """Who is in the way, and who was when his track ended: a track that is still there has left it."""
        alive = {track.id for track in tracks}
        lost = {n: s for n, s in self._in_way.items() if n not in alive and t_s - s < LOST_S}
        self._in_way = lost | {h.track_id: t_s for h in in_way}
        if self._in_way:
            self._free_s = t_s
        else:
            self._overruled = False

    def _begin(self, in_way: list[Hazard], truck: VehicleState, sets_off: bool, t_s: float) -> None:
        if not (in_way and sets_off and self._may_begin(truck, t_s)) or truck.speed_mps is None:
            return
        if truck.speed_mps <= STANDING_MPS:
            self._latched = State.HOLD
        elif any(h.touched_if_late for h in in_way):
            self._latched = State.FULL
        else:
            return
        self._track, self._began_s = in_way[0].track_id, t_s
        self._driver.arm(truck)

    def _may_begin(self, truck: VehicleState, t_s: float) -> bool:
        return (
            knows_enough(truck)
            and not truck.brake_pedal
            and not self._overruled
            and t_s - self.overridden_s >= OVERRIDDEN_S
        )

    def _continue_latched(
        self, in_way: list[Hazard], truck: VehicleState, standing_s: float, t_s: float
    ) -> None:
        """Lost inputs never end it: a speed nobody knows is no standstill. The driver does."""
        if self._driver.update(truck, t_s):
            self._latched, self._overruled, self.overridden_s = None, True, t_s
            return
        rolls = truck.speed_mps is not None and truck.speed_mps > STANDING_MPS
        if rolls and in_way:
            self._latched = State.FULL
        elif standing_s > 0:
            self._latched = State.HOLD
        free = t_s - self._free_s >= CLEAR_S
        if t_s - self._began_s >= HOLD_S and (free or (standing_s > 0 and truck.brake_pedal)):
            self._latched = None

    def _lamps(
        self,
        hazards: Sequence[Hazard],
        in_way: list[Hazard],
        truck: VehicleState,
        sets_off: bool,
        t_s: float,
    ) -> State:
        if truck.speed_mps is None:
            self._inform.clear()
            self._warn.clear()
            return State.OFF
        zone = [h for h in hazards if h.in_moving_off_zone]
        serves = truck.speed_mps < CREEPING_MPS and truck.forward_gear is not False
        straight = truck.steer_rad is None or abs(truck.steer_rad) < STRAIGHT_RAD
        there = bool(zone) and serves and (truck.speed_mps <= STANDING_MPS or straight)
        danger = bool(in_way) and serves and sets_off
        inform, warn = self._inform.update(there, there, t_s), self._warn.update(danger, danger, t_s)
        if not (inform or warn):
            self._track = None
            return State.STANDBY
        if in_way or zone:
            self._track = (in_way or zone)[0].track_id
        return State.WARN if warn else State.INFORM


class Intent:
    """Is the driver moving off? By accelerator, by a brake pedal let go, or by rolling the first metres."""

    def __init__(self) -> None:
        self._pressed = False
        self._released_s: float | None = None
        self._rolled_m = FIRST_METRES_M
        self._t_s: float | None = None

    def update(self, truck: VehicleState, t_s: float) -> bool:
        """True from the first sign until he brakes, or the first metres are behind."""
        self._follow_pedal(truck, t_s)
        self._follow_way(truck, t_s)
        if truck.brake_pedal or self._rolled_m >= FIRST_METRES_M:
            return False
        accelerates = truck.accelerator_pct is not None and truck.accelerator_pct >= ACCELERATOR_PCT
        released = self._released_s is not None and t_s - self._released_s < RELEASED_S
        rolls = truck.speed_mps is not None and truck.speed_mps > STANDING_MPS
        return accelerates or released or rolls

    def _follow_pedal(self, truck: VehicleState, t_s: float) -> None:
        if truck.brake_pedal:
            self._released_s = None
        elif truck.brake_pedal is False and self._pressed:
            self._released_s = t_s
        self._pressed = bool(truck.brake_pedal)

    def _follow_way(self, truck: VehicleState, t_s: float) -> None:
        """The way rolled since the last standstill."""
        dt_s = 0.0 if self._t_s is None else max(0.0, t_s - self._t_s)
        self._t_s = t_s
        if truck.speed_mps is not None:
            standing = truck.speed_mps <= STANDING_MPS
            self._rolled_m = 0.0 if standing else self._rolled_m + truck.speed_mps * dt_s
