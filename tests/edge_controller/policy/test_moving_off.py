"""From rest: lamp, warning, hold, and what ends the hold. Limits typed again."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_controller.config import load_fit, shipped_fit
from edge_controller.messages import BrakeRequest, Hazard, State, Track, VehicleState
from edge_controller.policy import Policies
from edge_controller.policy.moving_off import MovingOff

FIT = load_fit(shipped_fit("demo"))
# Standing on the brake pedal with a forward gear.
WAITING = VehicleState(0.0, 0.0, 0.0, 0.0, 0.0, "none", 0.0, False, True, True)
SETS_OFF = replace(WAITING, brake_pedal=False, accelerator_pct=20.0)
ROLLS = replace(SETS_OFF, speed_mps=0.5)
TRACK = Track(4, 0.0, 1.1, 0.0, 0.0, 0.0, np.eye(4) * 0.01, 1.8, 0.6, -9.0, 80, True, True, ("front",))
BESIDE = Hazard(4, False, None, None, None, 1.0, 0.01, 0.0, 0.0, 0.0)
AHEAD = replace(BESIDE, in_moving_off_zone=True)
BEFORE_IT = replace(AHEAD, touched_on_moving_off=True)
LATE = replace(BEFORE_IT, touched_if_late=True)
STEP_S = 0.05

Step = tuple[VehicleState, Hazard | None]


def steps(
    policy: MovingOff | Policies,
    sequence: Iterable[Step],
    from_s: float = 0.0,
    tracks: Iterable[Track] = (TRACK,),
) -> list[BrakeRequest]:
    kept = list(tracks)
    return [
        policy.update([hazard] if hazard else [], kept, truck, from_s + n * STEP_S)
        for n, (truck, hazard) in enumerate(sequence)
    ]


def after_waiting(*sequence: Step) -> list[BrakeRequest]:
    """The answers to a sequence after two seconds of waiting for somebody ahead."""
    policy = MovingOff(FIT)
    steps(policy, [(WAITING, BEFORE_IT)] * 40)
    return steps(policy, sequence, 2.0)


def test_somebody_ahead_of_a_waiting_truck_lights_the_lamp_and_nothing_else() -> None:
    requests = steps(MovingOff(FIT), [(WAITING, LATE)] * 200)
    assert {(r.state, r.decel_mps2, r.track_id) for r in requests} == {(State.INFORM, 0.0, 4)}


def test_the_lamp_stays_while_he_stays_and_half_a_second_longer() -> None:
    requests = after_waiting(*[(WAITING, AHEAD)] * 100, *[(WAITING, BESIDE)] * 20)
    last = max(r.t_s for r in requests if r.state == State.INFORM)
    assert 2.0 + 5.0 + 0.4 <= last <= 2.0 + 5.0 + 0.5
    assert requests[-1].state == State.STANDBY


@pytest.mark.parametrize(
    ("truck", "state"),
    [
        (replace(WAITING, forward_gear=False), State.STANDBY),
        (replace(WAITING, forward_gear=None), State.INFORM),
        (replace(WAITING, speed_mps=None), State.OFF),
        (replace(WAITING, speed_mps=9.9 / 3.6), State.INFORM),
        (replace(WAITING, speed_mps=10.1 / 3.6), State.STANDBY),
        (replace(WAITING, speed_mps=1.0, steer_rad=0.2), State.STANDBY),
        (replace(WAITING, steer_rad=0.2), State.INFORM),
    ],
)
def test_the_lamp_serves_standing_and_straight_creeping_below_10_kmh(
    truck: VehicleState, state: State
) -> None:
    (request,) = steps(MovingOff(FIT), [(truck, AHEAD)])
    assert (request.state, request.decel_mps2) == (state, 0.0)


SIGNS = {
    "accelerator": replace(WAITING, brake_pedal=None, accelerator_pct=6.0),
    "pedal let go": replace(WAITING, brake_pedal=False),
    "rolls": replace(WAITING, brake_pedal=None, speed_mps=0.15),
}


@pytest.mark.parametrize("sign", ["accelerator", "pedal let go"])
def test_setting_off_at_somebody_is_held_at_once(sign: str) -> None:
    request = after_waiting((SIGNS[sign], BEFORE_IT))[0]
    assert (request.state, request.decel_mps2, request.policy) == (State.HOLD, 2.0, "moving_off")
    assert request.track_id == 4


def test_rolling_at_somebody_warns_first_and_brakes_fully_when_it_gets_late() -> None:
    warns, brakes = after_waiting((SIGNS["rolls"], BEFORE_IT), (SIGNS["rolls"], LATE))
    assert (warns.state, warns.decel_mps2) == (State.WARN, 0.0)
    assert (brakes.state, brakes.decel_mps2) == (State.FULL, 5.0)


@pytest.mark.parametrize(
    "truck",
    [
        replace(WAITING, accelerator_pct=20.0),  # both feet: he brakes
        replace(WAITING, brake_pedal=None, accelerator_pct=4.9),
        replace(WAITING, brake_pedal=None, accelerator_pct=None),
    ],
)
def test_what_is_no_setting_off_brings_no_hold(truck: VehicleState) -> None:
    assert [r.state for r in after_waiting(*[(truck, LATE)] * 20)] == [State.INFORM] * 20


def test_a_brake_pedal_never_pressed_is_none_let_go() -> None:
    """A truck on its parking brake while people cross: lamp only."""
    requests = steps(MovingOff(FIT), [(replace(WAITING, brake_pedal=False), BEFORE_IT)] * 100)
    assert {r.state for r in requests} == {State.INFORM}


def test_a_pedal_let_go_counts_for_three_seconds() -> None:
    released = replace(WAITING, brake_pedal=False)
    requests = after_waiting(*[(released, AHEAD)] * 70, (released, BEFORE_IT))
    assert requests[-1].decel_mps2 == 0
    requests = after_waiting(*[(released, AHEAD)] * 50, (released, BEFORE_IT))
    assert requests[-1].state == State.HOLD


@pytest.mark.parametrize(
    "lost",
    [{"steer_rad": None}, {"yaw_rate_radps": None}, {"forward_gear": False}, {"speed_mps": None}],
)
def test_what_braking_needs_and_does_not_have_brings_none(lost: dict[str, None]) -> None:
    requests = after_waiting(*[(replace(SETS_OFF, **lost), LATE)] * 10)
    assert all(r.decel_mps2 == 0 for r in requests)


def test_beyond_the_first_five_metres_it_is_no_moving_off_any_more() -> None:
    faster = replace(ROLLS, speed_mps=2.0)
    requests = after_waiting(*[(faster, None)] * 48, (faster, LATE))
    assert requests[-1].decel_mps2 == 5.0  # 4.9 m
    requests = after_waiting(*[(faster, None)] * 51, (faster, LATE))
    assert requests[-1].decel_mps2 == 0


def test_the_hold_goes_on_until_the_way_is_free_for_half_a_second() -> None:
    held = [(SETS_OFF, BEFORE_IT)] * 200
    requests = after_waiting(*held, *[(SETS_OFF, AHEAD)] * 20)
    assert all((r.state, r.decel_mps2) == (State.HOLD, 2.0) for r in requests[:200])
    released = next(r.t_s for r in requests if r.decel_mps2 == 0)
    assert 12.0 + 0.4 <= released <= 12.0 + 0.55


def test_the_hold_lasts_at_least_a_second() -> None:
    requests = after_waiting((SETS_OFF, BEFORE_IT), *[(SETS_OFF, BESIDE)] * 40)
    released = next(r.t_s for r in requests if r.decel_mps2 == 0)
    assert 3.0 <= released <= 3.06


def test_who_is_lost_in_the_way_is_held_for_three_seconds_more_and_who_left_is_not() -> None:
    policy = MovingOff(FIT)
    steps(policy, [(WAITING, BEFORE_IT)] * 40)
    steps(policy, [(SETS_OFF, BEFORE_IT)] * 40, 2.0)
    requests = steps(policy, [(SETS_OFF, None)] * 100, 4.0, tracks=())
    released = next(r.t_s for r in requests if r.decel_mps2 == 0)
    assert released == pytest.approx(4.0 + 3.0 + 0.5, abs=0.11)


def test_the_drivers_own_brake_ends_the_hold_and_it_comes_back_when_he_lets_go() -> None:
    requests = after_waiting(
        *[(SETS_OFF, BEFORE_IT)] * 30, *[(WAITING, BEFORE_IT)] * 10, *[(SETS_OFF, BEFORE_IT)] * 2
    )
    states = [r.state for r in requests]
    assert states[29] == State.HOLD
    assert states[30:40] == [State.INFORM] * 10
    assert states[40:] == [State.HOLD] * 2


def test_a_fresh_kickdown_ends_it_and_nothing_begins_until_the_way_is_clear() -> None:
    kicked = replace(SETS_OFF, kickdown=True)
    requests = after_waiting(*[(SETS_OFF, LATE)] * 10, *[(kicked, LATE)] * 100, *[(SETS_OFF, LATE)] * 50)
    ended = next(r.t_s for r in requests if r.decel_mps2 == 0)
    assert 2.5 + 0.1 <= ended <= 2.5 + 0.2
    after = [r for r in requests if r.t_s >= ended]
    assert {(r.state, r.decel_mps2) for r in after} == {(State.WARN, 0.0)}
    again = after_waiting(
        *[(SETS_OFF, LATE)] * 10, *[(kicked, LATE)] * 50, *[(WAITING, None)] * 50, (SETS_OFF, LATE)
    )
    assert again[-1].state == State.HOLD


def test_steering_away_is_no_override_here() -> None:
    away = replace(SETS_OFF, steer_rad=0.2)
    assert all(r.state == State.HOLD for r in after_waiting(*[(SETS_OFF, LATE)] * 5, *[(away, LATE)] * 20))


def test_a_hold_that_did_not_bite_becomes_full_and_full_becomes_a_hold_at_rest() -> None:
    requests = after_waiting((SETS_OFF, LATE), (ROLLS, LATE), (ROLLS, BESIDE), *[(SETS_OFF, LATE)] * 3)
    assert [r.state for r in requests][:3] == [State.HOLD, State.FULL, State.FULL]
    assert requests[-1].state == State.HOLD


def test_lost_inputs_do_not_end_a_hold() -> None:
    nothing = VehicleState(0.0, None, None, None, None, "unknown", None, None, None, None)
    policy = MovingOff(FIT)
    steps(policy, [(WAITING, BEFORE_IT)] * 40)
    steps(policy, [(SETS_OFF, BEFORE_IT)] * 10, 2.0)
    # Without a speed there are no hazards either; the track lives on.
    requests = steps(policy, [(nothing, BEFORE_IT)] * 20, 2.5)
    assert all(r.decel_mps2 == 2.0 for r in requests)


def test_a_hold_nobody_grants_ends_when_the_truck_has_driven_off() -> None:
    """In shadow the gateway refuses: the request must not go down the road with the truck."""
    driven = [(replace(ROLLS, speed_mps=3.0), None)] * 40
    assert after_waiting((SETS_OFF, BEFORE_IT), *driven)[-1].state == State.STANDBY


@settings(max_examples=50)
@given(
    sequence=st.lists(
        st.tuples(st.sampled_from([WAITING, SETS_OFF, ROLLS]), st.sampled_from([None, BESIDE, AHEAD])),
        max_size=60,
    )
)
def test_nobody_in_the_way_no_braking(sequence: list[Step]) -> None:
    assert all(r.decel_mps2 == 0 for r in steps(MovingOff(FIT), sequence))


def test_the_fit_decides_and_the_higher_of_the_ladder_wins() -> None:
    policies = Policies(FIT)
    steps(policies, [(WAITING, BEFORE_IT)] * 40)
    (request,) = steps(policies, [(SETS_OFF, BEFORE_IT)], 2.0)
    assert (request.state, request.policy) == (State.HOLD, "moving_off")
    deadly = replace(LATE, p_contact=0.95, p_late=0.5)
    settled = replace(TRACK, born_t_s=-5.0)
    (request,) = steps(policies, [(replace(ROLLS, speed_mps=2.0), deadly)], 2.05, [settled])
    assert (request.state, request.decel_mps2) == (State.FULL, 5.0)
    only_blind_spot = replace(FIT, policy=replace(FIT.policy, names=("blind_spot",)))
    policies = Policies(only_blind_spot)
    steps(policies, [(WAITING, BEFORE_IT)] * 40)
    assert steps(policies, [(SETS_OFF, BEFORE_IT)], 2.0)[0].state == State.STANDBY
