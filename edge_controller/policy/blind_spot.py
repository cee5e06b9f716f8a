"""The near-side turn: information and warning of UN R151, and the brake ladder above them."""

from collections.abc import Callable, Iterable, Sequence

from edge_controller.config import Fit
from edge_controller.hazard.assess import in_information_zone
from edge_controller.messages import BrakeRequest, Hazard, State, Track, VehicleState
from edge_controller.policy.driver import DriverOverride
from edge_controller.policy.faded import Faded
from edge_controller.policy.latch import Latch
from edge_controller.policy.truck import Standing, knows_enough

MAX_SPEED_MPS = 30 / 3.6  # UN R151, 5.3: standstill to 30 km/h
MIN_BRAKE_SPEED_MPS = 0.3
TRACKED_S = 0.3  # existence, before anybody is warned or braked for
ROUNDING_S = 1e-3  # 4.60 - 4.30 is less than 0.30: a frame of 50 ms would be lost
RELEASE_S = 0.3
LAMP_RELEASE_S = 0.5  # a lamp that flickers is not believed

WARN_UNRECOVERABLE = 0.02  # below PREPARE, above what the indicator brings for a rider who is clear
WARN_CONTACT = 0.10
PREPARE_UNRECOVERABLE = 0.05
PREPARE_MPS2 = 0.5  # fills the brake; below the 0.7 m/s2 of the stop lamps
SLOW_UNRECOVERABLE = 0.50  # more likely than not; see decision 0143
SLOW_OFF_UNRECOVERABLE = 0.30
SLOW_SPEED_MPS = 2.2
SLOW_OFF_SPEED_MPS = 1.9
SLOW_MPS2 = 1.0
FULL_CONTACT = 0.80
FULL_LATE = 0.05

STANDING_S = 0.2
HOLD_MPS2 = 2.0  # a slope of 20 %; see decision 0033
HOLD_S = 1.5
CLEAR_AHEAD_M = 4.0
CLEAR_BESIDE_M = 1.5
OVERRIDDEN_S = 2.0

Measure = Callable[[Hazard], float]


class BlindSpot:
    """The ladder of one policy. Full braking is latched to standstill and then held."""

    name = "blind_spot"

    def __init__(self, fit: Fit) -> None:
        self._fit = fit
        self._inform, self._warn = Latch(LAMP_RELEASE_S), Latch(LAMP_RELEASE_S)
        self._prepare, self._slow = Latch(RELEASE_S), Latch(RELEASE_S)
        self._driver = DriverOverride(fit.truck)
        self._latched: State | None = None  # FULL or HOLD
        self._latched_track: int | None = None
        self._standing = Standing()
        self._hold_since_s = 0.0
        self._likely: int | None = None  # track in the zone that the lamp burns for before it is proven
        self._faded = Faded(fit)
        self.overridden_s = -OVERRIDDEN_S  # when the driver last said no

    def update(
        self, hazards: Sequence[Hazard], tracks: Sequence[Track], truck: VehicleState, t_s: float
    ) -> BrakeRequest:
        """The request for this moment."""
        old = [t for t in tracks if t_s - t.born_t_s >= TRACKED_S - ROUNDING_S]
        tracked = {t.id: t for t in old if t.is_road_user}
        seen = [h for h in hazards if h.track_id in tracked]
        known = [h for h in seen if tracked[h.track_id].radars]
        likely = [t for t in old if self._likely_in_zone(t)]
        self._likely = likely[0].id if likely else None
        in_zone = [tracked[h.track_id] for h in seen if h.in_information_zone]
        faded = self._faded.update(in_zone + likely, tracks, truck, t_s)
        state, track_id = self._state(seen, known, tracks, truck, t_s, faded=faded)
        decel_mps2 = self._decel_mps2(state)
        return BrakeRequest(t_s, state, self._fit.truck.near_side, decel_mps2, self.name, track_id)

    def _decel_mps2(self, state: State) -> float:
        asks = {
            State.PREPARE: PREPARE_MPS2,
            State.SLOW: SLOW_MPS2,
            State.FULL: self._fit.brake.max_decel_mps2,
            State.HOLD: HOLD_MPS2,
        }
        return asks.get(state, 0.0)

    def _state(
        self,
        seen: list[Hazard],
        hazards: list[Hazard],
        tracks: Sequence[Track],
        truck: VehicleState,
        t_s: float,
        *,
        faded: bool,
    ) -> tuple[State, int | None]:
        if self._latched is not None:
            self._continue_latched(tracks, truck, t_s)
        lower = self._lower_stages(seen, hazards, truck, t_s, faded=faded)
        if self._latched is None and self._full_begins(hazards, truck, t_s):
            self._latched = State.FULL
            self._latched_track = _worst(hazards, _p_contact)
            self._standing.clear()
            self._driver.arm(truck)
        if self._latched is not None:
            return self._latched, self._latched_track
        return lower

    def _lower_stages(
        self, seen: list[Hazard], hazards: list[Hazard], truck: VehicleState, t_s: float, *, faded: bool
    ) -> tuple[State, int | None]:
        """The highest stage below full, and for whom."""
        if truck.speed_mps is None:
            for latch in (self._inform, self._warn, self._prepare, self._slow):
                latch.clear()
            self._faded.clear()
            return State.OFF, None
        slow_enough = truck.speed_mps <= MAX_SPEED_MPS
        zone = slow_enough and (any(h.in_information_zone for h in seen) or self._likely is not None)
        around = slow_enough and (faded or any(h.around_information_zone for h in seen))
        risk = slow_enough and any(
            h.p_unrecoverable >= WARN_UNRECOVERABLE or h.p_contact >= WARN_CONTACT for h in hazards
        )
        unrecoverable = _highest(hazards, _p_unrecoverable)
        may = slow_enough and self._may_begin(truck, t_s)
        prepare = may and unrecoverable >= PREPARE_UNRECOVERABLE
        slow = may and unrecoverable >= SLOW_UNRECOVERABLE and truck.speed_mps > SLOW_SPEED_MPS
        slow_on = may and unrecoverable >= SLOW_OFF_UNRECOVERABLE and truck.speed_mps > SLOW_OFF_SPEED_MPS
        stages = (
            (State.SLOW, self._slow.update(slow, slow_on, t_s), _p_unrecoverable),
            (State.PREPARE, self._prepare.update(prepare, prepare, t_s), _p_unrecoverable),
            (State.WARN, self._warn.update(risk, risk, t_s), _p_contact),
            (State.INFORM, self._inform.update(zone, zone or around, t_s), _in_zone),
        )
        for state, on, measure in stages:
            if on:
                worst = _worst(hazards or seen, measure)
                return state, self._likely if worst is None else worst
        return State.STANDBY, None

    def _likely_in_zone(self, track: Track) -> bool:
        return track.likely and not track.is_road_user and in_information_zone(track, self._fit.truck)

    def _may_begin(self, truck: VehicleState, t_s: float) -> bool:
        """What must be known and true before any decel is asked for."""
        return (
            knows_enough(truck)
            and truck.speed_mps is not None
            and truck.speed_mps > MIN_BRAKE_SPEED_MPS
            and t_s - self.overridden_s >= OVERRIDDEN_S
        )

    def _full_begins(self, hazards: list[Hazard], truck: VehicleState, t_s: float) -> bool:
        return (
            self._may_begin(truck, t_s)
            and truck.speed_mps is not None
            and truck.speed_mps <= MAX_SPEED_MPS
            and any(h.p_contact >= FULL_CONTACT and h.p_late >= FULL_LATE for h in hazards)
        )

    def _continue_latched(self, tracks: Sequence[Track], truck: VehicleState, t_s: float) -> None:
        """Full to standstill, then hold; lost inputs never end it, the driver does."""
        if self._driver.update(truck, t_s):
            self._let_go()
            self.overridden_s = t_s
            return
        standing_s = self._standing.update(truck, t_s)
        if self._latched is State.FULL:
            if standing_s >= STANDING_S:
                self._latched = State.HOLD
                self._hold_since_s = t_s
        elif t_s - self._hold_since_s >= HOLD_S and (truck.brake_pedal or not self._someone_close(tracks)):
            self._let_go()

    def _let_go(self) -> None:
        self._latched, self._latched_track = None, None
        self._prepare.clear()
        self._slow.clear()

    def _someone_close(self, tracks: Iterable[Track]) -> bool:
        """A road user where the truck would touch him within its first metres."""
        truck = self._fit.truck
        return any(
            t.is_road_user
            and -truck.length_m - CLEAR_BESIDE_M < t.x_m < CLEAR_AHEAD_M
            and -truck.width_m / 2 < truck.near_sign * t.y_m < truck.width_m / 2 + CLEAR_BESIDE_M
            for t in tracks
        )


def _p_contact(hazard: Hazard) -> float:
    return hazard.p_contact


def _p_unrecoverable(hazard: Hazard) -> float:
    return hazard.p_unrecoverable


def _in_zone(hazard: Hazard) -> float:
    return float(hazard.in_information_zone)


def _highest(hazards: Iterable[Hazard], measure: Measure) -> float:
    return max((measure(h) for h in hazards), default=0.0)


def _worst(hazards: Sequence[Hazard], measure: Measure) -> int | None:
    return max(hazards, key=measure).track_id if hazards else None
