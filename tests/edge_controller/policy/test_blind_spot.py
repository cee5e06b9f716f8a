"""The ladder: thresholds, latch, hold, release and what forbids braking. Limits typed again."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_controller.config import load_fit, shipped_fit
from edge_controller.messages import BrakeRequest, Hazard, State, Track, VehicleState
from edge_controller.policy import Policies

FIT = load_fit(shipped_fit("demo"))
TRUCK = VehicleState(0.0, 15 / 3.6, -0.1, -0.1, 0.0, "right", 20.0, False, False, True)
STANDING = replace(TRUCK, speed_mps=0.0)
TRACK = Track(7, 0.0, -3.0, -2.6, 5.0, 0.0, np.eye(4) * 0.01, 1.8, 0.6, -5.0, 50, True, True, ("corner",))
SAFE = Hazard(7, True, None, None, None, 1.7, 0.01, 0.0, 0.0, 0.0)
DEADLY = replace(SAFE, p_turn=0.97, p_contact=0.95, p_late=0.5, p_unrecoverable=0.6)


def one(
    hazard: Hazard | None = DEADLY, track: Track = TRACK, truck: VehicleState = TRUCK, t_s: float = 0.0
) -> BrakeRequest:
    """The first request of a fresh policy."""
    return Policies(FIT).update([hazard] if hazard else [], [track], truck, t_s)


@pytest.mark.parametrize(
    ("p_contact", "p_late", "p_unrecoverable", "state", "decel"),
    [
        (0.00, 0.00, 0.019, State.INFORM, 0.0),
        (0.00, 0.00, 0.021, State.WARN, 0.0),
        (0.11, 0.00, 0.000, State.WARN, 0.0),
        (0.11, 0.00, 0.049, State.WARN, 0.0),
        (0.11, 0.00, 0.050, State.PREPARE, 0.5),
        (0.11, 0.00, 0.499, State.PREPARE, 0.5),
        (0.11, 0.00, 0.500, State.SLOW, 1.0),
        (0.79, 0.60, 0.500, State.SLOW, 1.0),
        (0.80, 0.049, 0.500, State.SLOW, 1.0),
        (0.80, 0.050, 0.000, State.FULL, 5.0),
    ],
)
def test_thresholds(
    p_contact: float, p_late: float, p_unrecoverable: float, state: State, decel: float
) -> None:
    hazard = replace(SAFE, p_contact=p_contact, p_late=p_late, p_unrecoverable=p_unrecoverable)
    request = one(hazard)
    assert (request.state, request.decel_mps2) == (state, decel)
    assert request.track_id == 7
    assert (request.side, request.policy) == ("right", "blind_spot")


def test_nobody_there_is_standby_and_unknown_speed_is_off() -> None:
    assert one(None).state == State.STANDBY
    assert one(None, truck=replace(TRUCK, speed_mps=None)).state == State.OFF


@pytest.mark.parametrize(
    "truck",
    [
        replace(TRUCK, steer_rad=None),
        replace(TRUCK, yaw_rate_radps=None),
        replace(TRUCK, steer_rad=None, yaw_rate_radps=None),
        replace(TRUCK, forward_gear=False),
        replace(TRUCK, speed_mps=0.29),
    ],
)
def test_what_braking_needs_and_does_not_have_leaves_the_warning(truck: VehicleState) -> None:
    request = one(truck=truck)
    assert (request.state, request.decel_mps2) == (State.WARN, 0.0)


def test_above_30_kmh_there_is_nothing() -> None:
    assert one(truck=replace(TRUCK, speed_mps=30.5 / 3.6)).state == State.STANDBY
    assert one(truck=replace(TRUCK, speed_mps=29.5 / 3.6)).state == State.FULL


@pytest.mark.parametrize(
    "track",
    [
        replace(TRACK, moving=False),
        replace(TRACK, confirmed=False),
        replace(TRACK, born_t_s=-0.29),
        replace(TRACK, radars=()),
        replace(TRACK, id=8),
    ],
)
def test_nobody_brakes_for_what_is_not_well_known(track: Track) -> None:
    assert one(track=track).decel_mps2 == 0


def test_who_is_0_3_s_old_is_braked_for_whatever_the_clock_rounds() -> None:
    """4.60 - 4.30 is a little less than 0.30."""
    (request,) = run(
        Policies(FIT), [(4.6, DEADLY, replace(TRUCK, t_s=4.6))], replace(TRACK, t_s=4.6, born_t_s=4.3)
    )
    assert request.state == State.FULL


def run(
    policies: Policies, steps: Iterable[tuple[float, Hazard, VehicleState]], track: Track = TRACK
) -> list[BrakeRequest]:
    return [policies.update([hazard], [track], truck, t_s) for t_s, hazard, truck in steps]


def test_full_stays_to_standstill_whatever_the_hazard_says_then_holds() -> None:
    policies = Policies(FIT)
    rolling = run(policies, ((n * 0.05, DEADLY if n == 0 else SAFE, TRUCK) for n in range(100)))
    assert {(r.state, r.decel_mps2) for r in rolling} == {(State.FULL, 5.0)}
    stopped = run(policies, ((5 + n * 0.05, SAFE, STANDING) for n in range(200)))
    assert stopped[0].state == State.FULL
    assert [r.state for r in stopped if r.state != State.FULL] == [State.HOLD] * sum(
        r.state == State.HOLD for r in stopped
    )
    assert stopped[-1].state == State.HOLD  # the rider still stands there
    assert stopped[-1].decel_mps2 == 2.0


def test_full_survives_the_loss_of_every_input() -> None:
    policies = Policies(FIT)
    nothing = VehicleState(0.0, None, None, None, None, "unknown", None, None, None, None)
    run(policies, [(0.0, DEADLY, TRUCK)])
    assert policies.update([], [], nothing, 0.05).state == State.FULL


@pytest.mark.parametrize("gone_after_s", [0.0, 0.5, 3.0])
def test_hold_lasts_one_and_a_half_seconds_and_until_the_zone_is_clear(gone_after_s: float) -> None:
    policies = Policies(FIT)
    run(policies, [(0.0, DEADLY, TRUCK)])
    away = replace(TRACK, x_m=12.0)
    released = None
    for n in range(200):
        t_s = 1 + n * 0.05
        request = policies.update([SAFE], [TRACK if t_s - 1 < gone_after_s else away], STANDING, t_s)
        if request.decel_mps2 == 0:
            released = t_s - 1
            break
    assert released is not None
    assert released == pytest.approx(max(0.2 + 1.5, gone_after_s), abs=0.11)


def test_drivers_pedal_ends_the_hold_only_after_its_time() -> None:
    policies = Policies(FIT)
    run(policies, [(0.0, DEADLY, TRUCK)])
    pressed = replace(STANDING, brake_pedal=True)
    requests = run(policies, ((1 + n * 0.05, SAFE, pressed) for n in range(60)))
    assert all(r.decel_mps2 > 0 for r in requests if r.t_s < 1 + 1.5)
    assert requests[-1].decel_mps2 == 0


def test_a_fresh_kickdown_kept_100_ms_ends_braking_within_200_ms_and_none_begins_at_once() -> None:
    policies = Policies(FIT)
    run(policies, [(0.0, DEADLY, TRUCK)])
    kicked = replace(TRUCK, kickdown=True)
    requests = run(policies, ((0.05 + n * 0.05, DEADLY, kicked) for n in range(30)))
    ended = next(r.t_s for r in requests if r.decel_mps2 == 0)
    assert 0.05 + 0.1 <= ended <= 0.05 + 0.2
    assert all(r.state == State.WARN for r in requests if r.t_s >= ended)


def test_a_pedal_already_down_and_a_resting_foot_are_no_override() -> None:
    policies = Policies(FIT)
    down = replace(TRUCK, kickdown=True, accelerator_pct=100.0)
    requests = run(policies, ((n * 0.05, DEADLY, down) for n in range(40)))
    assert all(r.state == State.FULL for r in requests)


@pytest.mark.parametrize(("steer_rad", "ends"), [(0.051, True), (0.049, False), (-0.3, False)])
def test_steering_away_kept_100_ms_is_an_override_and_steering_in_none(steer_rad: float, ends: bool) -> None:
    """A radian of the hand wheel at 20 to 1. The gateway lets go after 50 ms and says why, we later."""
    policies = Policies(FIT)
    run(policies, [(0.0, DEADLY, TRUCK)])
    away = replace(TRUCK, steer_rad=steer_rad)
    requests = run(policies, ((0.05 + n * 0.025, DEADLY, away) for n in range(8)))
    ended = [r.t_s for r in requests if r.decel_mps2 == 0]
    assert bool(ended) is ends
    assert all(0.05 + 0.0999 <= t_s <= 0.05 + 0.2 for t_s in ended[:1])


def test_an_angle_that_jumps_away_for_two_frames_ends_no_braking() -> None:
    policies = Policies(FIT)
    away = replace(TRUCK, steer_rad=0.3)
    requests = run(
        policies, ((n * 0.025, DEADLY, away if n % 4 in (2, 3) and n > 3 else TRUCK) for n in range(40))
    )
    assert {r.state for r in requests} == {State.FULL}


def test_lower_stages_end_by_themselves_after_300_ms() -> None:
    policies = Policies(FIT)
    risky = replace(SAFE, p_unrecoverable=0.6)
    assert run(policies, [(0.0, risky, TRUCK)])[0].state == State.SLOW
    after = run(policies, ((0.05 + n * 0.05, SAFE, TRUCK) for n in range(12)))
    assert all(r.decel_mps2 > 0 for r in after if r.t_s < 0.29)
    assert all(r.decel_mps2 == 0 for r in after if r.t_s > 0.36)


def test_the_lamp_stays_on_a_metre_around_the_zone_but_is_not_lit_there() -> None:
    outside = replace(SAFE, in_information_zone=False, around_information_zone=True)
    policies = Policies(FIT)
    assert run(policies, [(0.0, outside, TRUCK)])[0].state == State.STANDBY
    run(policies, [(0.05, SAFE, TRUCK)])
    assert {r.state for r in run(policies, ((0.1 + n * 0.05, outside, TRUCK) for n in range(60)))} == {
        State.INFORM
    }
    gone = replace(outside, around_information_zone=False)
    assert run(policies, ((3.2 + n * 0.05, gone, TRUCK) for n in range(12)))[-1].state == State.STANDBY


FAR = replace(TRACK, id=9, x_m=-29.0, born_t_s=-1.0, confirmed=False, moving=False, likely=True)


@pytest.mark.parametrize(
    ("track", "state"),
    [
        (FAR, State.INFORM),
        (replace(FAR, x_m=-32.1), State.STANDBY),
        (replace(FAR, y_m=-1.25 - 5.3), State.STANDBY),
        (replace(FAR, likely=False), State.STANDBY),
        (replace(FAR, born_t_s=-0.2), State.STANDBY),
    ],
)
def test_who_is_only_likely_gets_the_lamp_and_nothing_else(track: Track, state: State) -> None:
    request = one(None, track)
    assert (request.state, request.decel_mps2) == (state, 0.0)
    assert request.track_id == (9 if state == State.INFORM else None)
    deadly = replace(DEADLY, track_id=9)
    assert one(deadly, track).state == state


def test_the_lamp_of_who_is_likely_wants_a_speed_that_the_rule_covers() -> None:
    assert one(None, FAR, replace(TRUCK, speed_mps=30.5 / 3.6)).state == State.STANDBY


def lamp_s(last: Track, seconds: float, after: Track | None = None) -> float:
    """How long the lamp burns on after `last` was the last look with him, in frames of 50 ms."""
    policies = Policies(FIT)
    assert policies.update([], [last], TRUCK, 0.0).state == State.INFORM
    burning_s = 0.0
    for n in range(1, round(seconds / 0.05) + 1):
        t_s = n * 0.05
        request = policies.update([], [replace(after, t_s=t_s)] if after else [], TRUCK, t_s)
        if request.state != State.INFORM:
            break
        assert request.decel_mps2 == 0.0
        burning_s = t_s
    return burning_s


RIDES_UP = replace(FAR, vx_mps=20 / 3.6)  # 1.4 m/s more than the truck


def test_the_lamp_burns_on_for_3_s_for_who_fades_far_off() -> None:
    assert lamp_s(RIDES_UP, 6.0) == pytest.approx(3.0 + 0.5, abs=0.11)


@pytest.mark.parametrize(
    "last",
    [
        replace(RIDES_UP, x_m=-19.5),  # so near no echo stays away for seconds
        replace(RIDES_UP, x_m=-31.9, vx_mps=2.0),  # falls back, out of the zone
    ],
)
def test_the_lamp_goes_out_for_who_was_near_or_falls_back(last: Track) -> None:
    assert lamp_s(last, 6.0) <= 0.6


def test_the_lamp_goes_out_for_who_is_seen_to_have_left() -> None:
    assert lamp_s(RIDES_UP, 6.0, after=replace(RIDES_UP, y_m=-7.0)) <= 0.6


def test_nobody_is_remembered_who_the_lamp_did_not_burn_for() -> None:
    policies = Policies(FIT)
    assert policies.update([], [replace(FAR, likely=False)], TRUCK, 0.0).state == State.STANDBY
    assert policies.update([], [], TRUCK, 0.05).state == State.STANDBY


def test_slow_is_a_speed_limit_not_a_stop() -> None:
    risky = replace(SAFE, p_unrecoverable=0.6)
    assert one(risky, truck=replace(TRUCK, speed_mps=2.1)).state == State.PREPARE
    assert one(risky, truck=replace(TRUCK, speed_mps=2.3)).state == State.SLOW


def test_the_brake_counts_as_filled_after_the_dead_time() -> None:
    policies = Policies(FIT)
    preparing = replace(SAFE, p_unrecoverable=0.1)
    run(policies, ((n * 0.05, preparing, TRUCK) for n in range(8)))
    assert not policies.brake_filled(0.2)
    assert policies.brake_filled(0.26)


probability = st.floats(0, 1)


@settings(max_examples=50)
@given(
    steps=st.lists(
        st.tuples(probability, probability, probability, st.floats(0.2, 10), st.booleans()),
        min_size=1,
        max_size=40,
    )
)
def test_braking_is_never_released_before_standstill(
    steps: list[tuple[float, float, float, float, bool]],
) -> None:
    """Whatever hazards come: once full, full while the truck rolls; decel only ever one of the ladder's."""
    policies, full = Policies(FIT), False
    for n, (p_contact, p_late, p_unrecoverable, speed, seen) in enumerate(steps):
        hazard = replace(SAFE, p_contact=p_contact, p_late=p_late, p_unrecoverable=p_unrecoverable)
        request = policies.update(
            [hazard] if seen else [], [TRACK], replace(TRUCK, speed_mps=speed), n * 0.05
        )
        assert request.decel_mps2 in {0.0, 0.5, 1.0, 5.0}
        assert not full or request.state == State.FULL
        full = request.state == State.FULL
