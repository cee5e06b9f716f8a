"""右转必停: when it asks, begins, holds, lets go, and what it writes down. Limits typed again."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_controller.config import RightTurnStop, load_fit, shipped_fit
from edge_controller.messages import BrakeRequest, Hazard, PolicyEvent, Side, State, Track, VehicleState
from edge_controller.policy import Policies
from edge_controller.policy.right_turn_stop import RightTurnStopPolicy

MIXER = load_fit(shipped_fit("mixer"))
DRIVES = VehicleState(0.0, 12 / 3.6, 0.0, 0.0, 0.0, "none", 20.0, False, False, True)
SIGNALS = replace(DRIVES, indicator="right")
STANDS = replace(SIGNALS, speed_mps=0.0, accelerator_pct=0.0, brake_pedal=True)
SETS_OFF = replace(STANDS, accelerator_pct=20.0, brake_pedal=False)
TURNS = replace(SIGNALS, steer_rad=-0.3, yaw_rate_radps=-0.2)
CYCLIST = Track(9, 0.0, -4.0, -3.0, 0.0, 0.0, np.eye(4) * 0.01, 1.8, 0.6, -9.0, 80, True, True, ("corner",))
STEP_S = 0.05


@dataclass
class Drive:
    """A policy on its way: feeds states, keeps answers and events."""

    mode: str = "enforce"
    side: Side = "right"
    t_s: float = 0.0
    requests: list[BrakeRequest] = field(default_factory=list)
    events: list[PolicyEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        modes = {"record": "record", "remind": "remind", "enforce": "enforce"}
        settings_ = RightTurnStop(modes[self.mode], 3.0)  # type: ignore[arg-type]
        self.policy = RightTurnStopPolicy(load_fit(shipped_fit("mixer"), self.side), settings_)

    def on(self, truck: VehicleState, for_s: float = STEP_S, users: Iterable[Track] = ()) -> "Drive":
        """Goes on like this for a while."""
        for _ in range(round(for_s / STEP_S)):
            self.requests.append(self.policy.update([], list(users), truck, self.t_s))
            self.events += self.policy.events
            self.t_s += STEP_S
        return self

    @property
    def last(self) -> State:
        return self.requests[-1].state

    @property
    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]

    @property
    def brakes(self) -> bool:
        return any(r.decel_mps2 > 0 for r in self.requests)


def test_a_signalled_turn_at_low_speed_is_braked_for_held_and_let_go_once() -> None:
    drive = Drive().on(DRIVES, 1).on(SIGNALS)
    first = drive.requests[-1]
    assert (first.state, first.decel_mps2, first.policy) == (State.MUST_STOP, 2.0, "right_turn_stop")
    assert (first.side, first.track_id) == ("right", None)
    drive.on(SIGNALS, 1.5)
    assert drive.last == State.MUST_STOP
    standing_from = drive.t_s
    drive.on(STANDS, 2.9)
    assert (drive.last, drive.requests[-1].decel_mps2) == (State.HOLD, 2.0)
    assert drive.kinds == []
    drive.on(STANDS, 0.2)
    assert drive.last == State.STANDBY
    assert drive.kinds == ["enforced"]
    assert drive.events[0].t_s == pytest.approx(standing_from + 3.0, abs=0.051)
    drive.on(SETS_OFF, 1).on(SIGNALS, 1).on(TURNS, 4)
    assert drive.last == State.STANDBY
    assert drive.kinds == ["enforced"]


@pytest.mark.parametrize(
    ("truck", "state"),
    [
        (replace(SIGNALS, speed_mps=20.1 / 3.6), State.STANDBY),
        (replace(SIGNALS, speed_mps=19.9 / 3.6), State.WARN),
        (replace(SIGNALS, speed_mps=19.1 / 3.6), State.WARN),
        (replace(SIGNALS, speed_mps=18.9 / 3.6), State.MUST_STOP),
        (replace(SIGNALS, indicator="left"), State.STANDBY),
        (replace(SIGNALS, indicator="unknown"), State.STANDBY),
        (replace(SIGNALS, steer_rad=-0.059), State.MUST_STOP),
        (replace(SIGNALS, steer_rad=-0.061), State.WARN),
        (replace(SIGNALS, steer_rad=0.10), State.MUST_STOP),  # swings out first
        (replace(SIGNALS, forward_gear=False), State.WARN),
        (replace(SIGNALS, steer_rad=None), State.WARN),
        (replace(SIGNALS, yaw_rate_radps=None), State.WARN),
        (replace(SIGNALS, speed_mps=None), State.OFF),
    ],
)
def test_where_it_begins(truck: VehicleState, state: State) -> None:
    drive = Drive().on(DRIVES, 1).on(truck)
    assert drive.last == state
    assert drive.brakes is (state == State.MUST_STOP)


@pytest.mark.parametrize(("mode", "state"), [("record", State.STANDBY), ("remind", State.WARN)])
def test_the_other_modes_never_brake_and_record_all_the_same(mode: str, state: State) -> None:
    drive = Drive(mode).on(DRIVES, 1).on(SIGNALS, 1)
    assert drive.last == state
    drive.on(TURNS, 4)
    assert drive.kinds == ["skipped"]
    assert not drive.brakes
    drive.on(DRIVES, 3).on(SIGNALS, 1).on(STANDS, 3.2)
    assert drive.kinds == ["skipped", "kept"]
    assert drive.last == State.STANDBY


def test_never_begins_once_the_wheels_have_turned_in_and_says_skipped_once() -> None:
    drive = Drive().on(DRIVES, 1).on(replace(SIGNALS, speed_mps=19.5 / 3.6), 1)
    drive.on(replace(TURNS, speed_mps=14 / 3.6), 5).on(replace(SIGNALS, speed_mps=10 / 3.6), 1)
    assert not drive.brakes
    assert drive.kinds == ["skipped"]


def test_straight_again_but_out_of_the_lane_is_inside_the_junction_too() -> None:
    """0.2 rad of heading, less than a turn."""
    drive = Drive().on(DRIVES, 1).on(replace(TURNS, speed_mps=19.5 / 3.6), 1.05)
    assert not drive.on(SIGNALS, 1).brakes


BRAKES = replace(SIGNALS, brake_pedal=True)


def test_who_has_just_begun_to_brake_is_given_half_a_second_to_show_how_hard() -> None:
    """0150: the deceleration lags behind his foot."""
    assert not Drive().on(DRIVES, 1).on(BRAKES, 0.45).brakes
    too_gentle = Drive().on(DRIVES, 1).on(replace(BRAKES, accel_mps2=-0.5), 0.6)
    assert too_gentle.last == State.MUST_STOP
    stops = replace(BRAKES, accel_mps2=-1.0)  # from 12 km/h: 3.3 s
    assert not Drive().on(DRIVES, 1).on(BRAKES, 0.45).on(stops, 1).brakes


def test_a_foot_that_was_down_long_before_the_signal_or_goes_up_again_gives_no_time() -> None:
    assert Drive().on(replace(DRIVES, brake_pedal=True), 1).on(BRAKES).last == State.MUST_STOP
    assert Drive().on(DRIVES, 1).on(BRAKES, 0.2).on(SIGNALS).last == State.MUST_STOP
    assert Drive().on(DRIVES, 1).on(replace(SIGNALS, brake_pedal=None)).last == State.MUST_STOP


def test_a_switch_that_drops_out_for_a_frame_is_no_foot_that_went_down() -> None:
    held = Drive().on(replace(DRIVES, brake_pedal=True), 6).on(replace(DRIVES, brake_pedal=None))
    assert held.on(BRAKES).last == State.MUST_STOP


def test_a_clock_that_went_back_gives_no_time() -> None:
    drive = Drive().on(DRIVES, 3).on(replace(DRIVES, brake_pedal=True))
    drive.t_s -= 2
    assert drive.on(BRAKES).last == State.MUST_STOP


def test_the_reminder_does_not_wait_for_the_foot() -> None:
    assert Drive("remind").on(DRIVES, 1).on(BRAKES).last == State.WARN


def test_who_pumps_the_pedal_gets_that_time_once() -> None:
    """Once before the signal, as little as 0.1 s, and again 1 s later: it is the same stop."""
    drive = Drive().on(replace(DRIVES, brake_pedal=True), 0.1).on(DRIVES, 1).on(BRAKES)
    assert drive.last == State.MUST_STOP
    assert not Drive().on(replace(DRIVES, brake_pedal=True), 0.1).on(DRIVES, 5.1).on(BRAKES, 0.45).brakes


def test_the_stop_the_driver_makes_himself_is_kept_without_a_request() -> None:
    drive = Drive().on(DRIVES, 1)
    speed_mps = 15 / 3.6
    while speed_mps > 0:
        drive.on(replace(SIGNALS, speed_mps=speed_mps, accel_mps2=-1.0, brake_pedal=True))
        speed_mps -= 1.0 * STEP_S
    drive.on(STANDS, 3.2)
    assert not drive.brakes
    assert drive.kinds == ["kept"]
    drive.on(SETS_OFF, 1).on(SIGNALS, 1).on(TURNS, 4)
    assert not drive.brakes
    assert drive.kinds == ["kept"]


def test_who_lets_the_brake_go_before_he_stands_is_braked_for() -> None:
    drive = Drive().on(DRIVES, 1).on(replace(SIGNALS, accel_mps2=-1.2), 1)
    assert not drive.brakes
    assert drive.on(replace(SIGNALS, speed_mps=2.0, accel_mps2=-0.2)).last == State.MUST_STOP


@pytest.mark.parametrize(
    "sign", [SETS_OFF, replace(SETS_OFF, speed_mps=0.3, accelerator_pct=0.0)], ids=["pedal", "rolls"]
)
def test_who_sets_off_too_early_is_held(sign: VehicleState) -> None:
    drive = Drive().on(DRIVES, 1).on(replace(SIGNALS, accel_mps2=-1.2), 1).on(STANDS, 1.5).on(sign)
    assert drive.requests[-1].decel_mps2 == 2.0
    drive.on(SETS_OFF, 4)
    assert drive.kinds == ["enforced"]
    assert drive.last == State.STANDBY


def test_standing_before_the_signal_counts() -> None:
    """At a red light for ten seconds, the indicator only just before setting off."""
    drive = Drive().on(replace(STANDS, indicator="none"), 10).on(STANDS, 0.1)
    assert drive.kinds == ["kept"]
    assert not drive.on(SETS_OFF, 1).on(SIGNALS, 1).on(TURNS, 4).brakes


PEOPLE = {
    "beside": CYCLIST,
    "ahead": replace(CYCLIST, x_m=2.0, y_m=0.5),
    "coming from behind": replace(CYCLIST, x_m=-20.0, vx_mps=5.0),
    "beside the tail": replace(CYCLIST, x_m=-10.5),
}


@pytest.mark.parametrize("who", PEOPLE)
def test_it_is_held_until_nobody_is_ahead_or_beside(who: str) -> None:
    drive = Drive().on(DRIVES, 1).on(SIGNALS, 1.5).on(STANDS, 8, [PEOPLE[who]])
    assert drive.last == State.HOLD
    assert drive.kinds == []
    drive.on(STANDS, 0.1)
    assert drive.last == State.STANDBY
    assert drive.kinds == ["enforced"]


@pytest.mark.parametrize(
    "nobody",
    [
        replace(CYCLIST, moving=False),
        replace(CYCLIST, confirmed=False),
        replace(CYCLIST, x_m=6.0, vx_mps=4.0),  # gone ahead
        replace(CYCLIST, x_m=-20.0),  # stands far behind
        replace(CYCLIST, y_m=-1.25 - 4.4),
        replace(CYCLIST, x_m=-5.0, y_m=2.0),  # on the off side
    ],
)
def test_who_is_no_road_user_in_the_zone_holds_nobody(nobody: Track) -> None:
    drive = Drive().on(DRIVES, 1).on(SIGNALS, 1.5).on(STANDS, 3.2, [nobody])
    assert drive.kinds == ["enforced"]


def test_the_zone_keeps_a_driver_who_stopped_himself_too() -> None:
    drive = Drive().on(STANDS, 6, [CYCLIST])
    assert not drive.brakes
    assert drive.on(SETS_OFF, 0.1, [CYCLIST]).last == State.HOLD


def test_a_hold_ends_after_25_seconds_whoever_is_there() -> None:
    """The gateway lets go after 30 s: ours is the earlier end, and it is written down."""
    drive = Drive().on(DRIVES, 1).on(SIGNALS, 1.5).on(STANDS, 25.0, [CYCLIST])
    assert drive.last == State.HOLD
    drive.on(STANDS, 0.5, [CYCLIST])
    assert drive.last == State.STANDBY
    assert drive.kinds == ["enforced"]


def test_must_stop_ends_before_the_gateways_six_seconds() -> None:
    drive = Drive().on(DRIVES, 1).on(SIGNALS, 7)
    asked_s = sum(r.state == State.MUST_STOP for r in drive.requests) * STEP_S
    assert 5.3 <= asked_s <= 5.6
    assert drive.on(TURNS, 4).kinds == ["skipped"]


@pytest.mark.parametrize(
    "says_no", [replace(SIGNALS, kickdown=True), replace(SIGNALS, steer_rad=0.08)], ids=["kick-down", "away"]
)
def test_the_driver_wins_for_this_turn_and_it_is_skipped(says_no: VehicleState) -> None:
    drive = Drive().on(DRIVES, 1).on(SIGNALS, 1)
    from_s = drive.t_s
    drive.on(says_no, 0.5)
    ended = next(r.t_s for r in drive.requests if r.t_s >= from_s and r.decel_mps2 == 0)
    assert ended <= from_s + 0.2
    drive.on(SIGNALS, 5).on(TURNS, 4)
    assert all(r.decel_mps2 == 0 for r in drive.requests if r.t_s >= ended)
    assert drive.kinds == ["skipped"]
    drive.on(DRIVES, 3).on(SIGNALS)
    assert drive.last == State.MUST_STOP  # the next turn


@pytest.mark.parametrize("lost", ["speed_mps", "steer_rad", "yaw_rate_radps"])
@pytest.mark.parametrize("phase", [SIGNALS, STANDS], ids=["braking", "holding"])
def test_lost_inputs_end_it(lost: str, phase: VehicleState) -> None:
    drive = Drive().on(DRIVES, 1).on(SIGNALS, 1).on(phase, 1)
    assert drive.requests[-1].decel_mps2 == 2.0
    drive.on(replace(phase, **{lost: None}))
    assert drive.requests[-1].decel_mps2 == 0


def test_an_indicator_nobody_knows_for_a_moment_is_no_new_turn() -> None:
    drive = Drive().on(STANDS, 3.2).on(replace(STANDS, indicator="unknown"), 5).on(SIGNALS, 1)
    assert drive.kinds == ["kept"]
    assert not drive.brakes


def test_two_turns_are_two_stops() -> None:
    drive = Drive().on(STANDS, 3.2).on(SIGNALS, 1).on(TURNS, 4).on(DRIVES, 2.5).on(SIGNALS)
    assert drive.last == State.MUST_STOP


def test_a_bend_or_a_turn_without_the_indicator_is_nothing() -> None:
    drive = Drive().on(DRIVES, 1).on(replace(TURNS, indicator="none"), 8)
    assert not drive.brakes
    assert drive.kinds == []


def test_a_stop_that_ends_inside_the_junction_is_skipped_but_not_broken_off() -> None:
    drive = Drive().on(DRIVES, 1).on(SIGNALS, 0.5).on(TURNS, 2)
    assert drive.last == State.MUST_STOP
    drive.on(replace(STANDS, steer_rad=-0.3), 3.2)
    assert drive.kinds == ["skipped"]


def test_the_left_near_side_is_the_mirror() -> None:
    drive = Drive(side="left").on(DRIVES, 1).on(replace(SIGNALS, indicator="left"))
    assert (drive.last, drive.requests[-1].side) == (State.MUST_STOP, "left")
    assert not Drive(side="left").on(DRIVES, 1).on(SIGNALS, 1).brakes
    held = Drive(side="left").on(DRIVES, 1).on(replace(SIGNALS, indicator="left"), 1)
    held.on(replace(STANDS, indicator="left"), 5, [replace(CYCLIST, y_m=3.0)])
    assert held.last == State.HOLD


def test_who_overrode_one_policy_has_overridden_all() -> None:
    """Full braking for a cyclist at 19.5 km/h, kicked down; the stop that would begin below 19 does not."""
    deadly = Hazard(9, True, 1.0, None, None, 0.0, 0.97, 0.95, 0.5, 0.6)
    fast = replace(SIGNALS, speed_mps=19.5 / 3.6)
    for kicked, last_mps2 in ((True, 0.0), (False, 2.0)):
        policies = Policies(MIXER)
        braked = policies.update([deadly] if kicked else [], [CYCLIST], fast, 0.0)
        assert (braked.state == State.FULL) is kicked
        for n in range(5):
            policies.update([], [], replace(fast, kickdown=kicked), 0.05 + n * STEP_S)
        assert policies.update([], [], SIGNALS, 0.4).decel_mps2 == last_mps2


def test_of_the_policies_of_a_fit_the_highest_request_wins_and_events_come_out() -> None:
    policies = Policies(MIXER)
    deadly = Hazard(9, True, 1.0, None, None, 0.0, 0.97, 0.95, 0.5, 0.6)
    assert policies.update([], [], SIGNALS, 0.0).state == State.MUST_STOP
    both = policies.update([deadly], [CYCLIST], SIGNALS, 0.05)
    assert (both.state, both.policy, both.decel_mps2) == (State.FULL, "blind_spot", 5.0)
    kinds = []
    for n in range(200):
        policies.update([], [], STANDS, 0.1 + n * STEP_S)
        kinds += [event.kind for event in policies.events]
    assert kinds == ["enforced"]
    assert Policies(load_fit(shipped_fit("demo"))).events == ()


MOMENTS = [DRIVES, SIGNALS, STANDS, SETS_OFF, TURNS, replace(SIGNALS, speed_mps=None)]


@settings(max_examples=80)
@given(moments=st.lists(st.tuples(st.sampled_from(MOMENTS), st.integers(1, 60)), max_size=12))
def test_braking_never_begins_in_a_turn_and_each_turn_is_told_at_most_once(
    moments: list[tuple[VehicleState, int]],
) -> None:
    drive = Drive()
    for truck, count in moments:
        for _ in range(count):
            before = drive.requests[-1].decel_mps2 if drive.requests else 0.0
            drive.on(truck)
            assert not (truck is TURNS and before == 0 and drive.requests[-1].decel_mps2 > 0)
    signalled = sum(
        moments[n][0].indicator == "right" and (n == 0 or moments[n - 1][0].indicator != "right")
        for n in range(len(moments))
    )
    assert len(drive.events) <= signalled
