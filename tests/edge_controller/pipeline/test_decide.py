"""Closed loop in the synthetic world: the near miss ends before contact, and nothing else brakes."""

import math
from dataclasses import replace

import numpy as np
import pytest

from edge_controller.config import load_fit, shipped_fit
from edge_controller.messages import Detection, State, VehicleState
from edge_controller.pipeline import State as Memory
from edge_controller.pipeline import decide
from tests.edge_controller.synthetic import Case, Run, drive

SPEED_15_KMH = 15 / 3.6
STRAIGHT = {"radius_m": None, "indicator_before_s": None, "end_s": 5.0}


def test_without_the_system_the_truck_hits() -> None:
    for x in (-9.0, -6.0, -4.0):
        run = drive(Case(0, system=False, rider_x_m=x))
        assert run.contact
        assert run.contact_speed_mps == pytest.approx(SPEED_15_KMH)


@pytest.fixture(scope="module")
def near_misses() -> list[Run]:
    return [drive(Case(seed, rider_x_m=x)) for seed, x in ((11, -9.0), (12, -6.0), (13, -5.0), (14, -6.0))]


def test_with_it_the_truck_stands_before_contact(near_misses: list[Run]) -> None:
    for run in near_misses:
        assert not run.contact
        assert run.stopped_t_s is not None
        assert run.min_clearance_m > 0.05


def test_information_before_warning_before_request(near_misses: list[Run]) -> None:
    for run in near_misses:
        inform, warn = run.first(State.INFORM), run.first(State.WARN)
        ask = next(step.t_s for step in run.steps if step.request.decel_mps2 > 0)
        assert inform is not None
        assert warn is not None
        assert inform < warn <= ask
        assert inform < 1.5


def test_it_holds_after_standstill(near_misses: list[Run]) -> None:
    for run in near_misses:
        assert run.stopped_t_s is not None
        after = [s for s in run.steps if s.t_s > run.stopped_t_s + 0.1]
        assert after
        assert all(s.request.decel_mps2 >= 2.0 for s in after)
        assert after[-1].request.state == State.HOLD


@pytest.mark.parametrize(
    "case",
    [
        Case(21, rider_x_m=None, end_s=7.0),
        Case(22, rider_x_m=-2.0, rider_mps=SPEED_15_KMH, **STRAIGHT),
        Case(23, rider_x_m=-5.0, rider_mps=18 / 3.6, **STRAIGHT),
        Case(24, rider_x_m=2.0, rider_mps=13 / 3.6, steer_offset_rad=math.radians(-3) / 20, **STRAIGHT),
    ],
    ids=["turn without cyclist", "equal speed beside", "overtakes straight on", "falls behind"],
)
def test_no_decel_is_asked_for(case: Case) -> None:
    run = drive(case)
    assert not run.asked_decel
    assert max(step.request.state for step in run.steps) <= State.WARN


def test_left_is_the_exact_mirror() -> None:
    """The same random numbers: the ladder is identical, tick by tick."""
    right, left = (drive(Case(5, side=side, rider_x_m=-6.0, end_s=5.5)) for side in ("right", "left"))
    assert [(s.t_s, s.request.state, s.request.decel_mps2, s.request.track_id) for s in right.steps] == [
        (s.t_s, s.request.state, s.request.decel_mps2, s.request.track_id) for s in left.steps
    ]
    assert {s.request.side for s in left.steps} == {"left"}
    for a, b in zip(right.steps, left.steps, strict=True):
        assert [(t.x_m, t.y_m) for t in a.tracks] == [(t.x_m, -t.y_m) for t in b.tracks]
        assert [h.p_contact for h in a.hazards] == [h.p_contact for h in b.hazards]


@pytest.mark.parametrize("lost", ["steer_rad", "yaw_rate_radps"])
def test_without_steering_or_yaw_rate_it_only_warns(lost: str) -> None:
    run = drive(Case(6, rider_x_m=-6.0), lambda truck: replace(truck, **{lost: None}))
    assert not run.asked_decel
    assert run.first(State.WARN) is not None


def test_unknown_everything_is_off_and_raises_nothing() -> None:
    fit = load_fit(shipped_fit("demo"))
    memory = Memory(fit)
    nothing = VehicleState(0.0, None, None, None, None, "unknown", None, None, None, None)
    for n in range(5):
        step = decide([], "corner", n, nothing, n * 0.05, state=memory, fit=fit)
        assert (step.request.state, step.request.decel_mps2) == (State.OFF, 0.0)
    assert step.tracks == ()
    assert step.hazards == ()


def test_health_needs_both_radars_on_time_and_the_truck() -> None:
    """Bits of the link: 1 sensing, 2 vehicle data, 4 aligned, 8 on time."""
    fit = load_fit(shipped_fit("demo"))
    memory = Memory(fit)
    known = VehicleState(0.0, 4.0, 0.0, 0.0, 0.0, "none", 0.0, False, False, True)
    assert memory.health() & 0x0B == 0
    decide([], "corner", 0, known, 0.0, state=memory, fit=fit)
    assert memory.health() == 0x0E
    decide([], "front", 0, known, 0.017, state=memory, fit=fit)
    assert memory.health() == 0x0F
    decide([], "corner", 1, replace(known, steer_rad=None), 0.05, state=memory, fit=fit)
    assert memory.health() == 0x0D
    decide([], "corner", 2, known, 0.30, state=memory, fit=fit)
    assert memory.health() == 0x06


def test_an_indicator_left_on_is_bit_16_and_forbids_nothing() -> None:
    fit = load_fit(shipped_fit("demo"))
    memory = Memory(fit)
    drives = VehicleState(0.0, 4.0, 0.0, 0.0, 0.0, "right", 20.0, False, False, True)
    for n in range(260):
        for radar, late_s in (("corner", 0.0), ("front", 0.017)):
            step = decide([], radar, n, drives, 0.05 * n + late_s, state=memory, fit=fit)
    assert step.faults == ("truck: the indicator is stuck or left on",)
    assert memory.health() == 0x1F


def test_an_angle_that_contradicts_the_yaw_rate_takes_the_truck_s_bit_and_stays_in_the_record() -> None:
    fit = load_fit(shipped_fit("demo"))
    memory = Memory(fit)
    turns = VehicleState(0.0, 4.0, 0.14, -0.2, 0.0, "right", 20.0, False, False, True)
    for n in range(4):
        for radar, late_s in (("corner", 0.0), ("front", 0.017)):
            step = decide([], radar, n, turns, 0.05 * n + late_s, state=memory, fit=fit)
    assert step.faults == ("truck: its steering angle and its yaw rate contradict each other",)
    assert step.truck.steer_rad == -0.2
    assert memory.health() == 0x0D


def test_what_a_policy_wants_remembered_is_in_the_step() -> None:
    """A mixer that stands with its near-side indicator on, nobody about: the stop is kept, once."""
    fit = load_fit(shipped_fit("mixer"))
    memory = Memory(fit)
    waits = VehicleState(0.0, 0.0, 0.0, 0.0, 0.0, "right", 0.0, False, True, True)
    steps = [decide([], "front", n, waits, n * 0.05, state=memory, fit=fit) for n in range(100)]
    (event,) = (event for step in steps for event in step.events)
    assert (event.policy, event.kind) == ("right_turn_stop", "kept")
    assert event.t_s == pytest.approx(3.0, abs=0.051)


def test_what_is_found_past_the_own_flank_tells_nothing_of_the_road() -> None:
    """Neither speed nor film nor who breathes are judged by it; the record has it."""
    fit = load_fit(shipped_fit("demo"))
    drives = VehicleState(0.0, 4.0, 0.0, 0.0, 0.0, "none", 0.0, False, False, True)
    places = np.linspace(-0.9, 0.9, 12)
    stands = [standing(4.0 + n, float(azimuth_rad)) for n, azimuth_rad in enumerate(places)]
    level = replace(stands[0], range_rate_mps=0.0, azimuth_rad=-0.4, past_own=True)
    alone, beside = Memory(fit), Memory(fit)
    for n in range(40):
        one = decide(stands, "corner", n, drives, 0.05 * n, state=alone, fit=fit)
        other = decide([*stands, level], "corner", n, drives, 0.05 * n, state=beside, fit=fit)
        assert one.own_motion is not None
        assert (other.own_motion, other.faults, other.tracks) == (one.own_motion, one.faults, one.tracks)
        assert other.detections == (*stands, level)


def test_who_is_found_by_his_sway_is_tracked_and_tells_nothing_of_the_road() -> None:
    """Beside a truck at rest he is a road user within half a second, and still one four seconds unseen."""
    fit = load_fit(shipped_fit("demo"))
    rests = VehicleState(0.0, 0.0, 0.0, 0.0, 0.0, "right", 0.0, False, True, True)
    places = np.linspace(-0.9, 0.9, 12)
    road = [
        replace(standing(4.0 + n, float(azimuth_rad)), range_rate_mps=0.0)
        for n, azimuth_rad in enumerate(places)
    ]
    him = replace(road[0], range_m=3.35, azimuth_rad=-0.55, azimuth_sigma_rad=0.08, sways=True)
    alone, beside = Memory(fit), Memory(fit)
    known_s = []
    for n in range(120):
        t_s = 0.05 * n
        at_rest = [replace(one, t_s=t_s) for one in road]
        hidden = [replace(him, t_s=t_s)] if 20 <= n < 40 else []
        one = decide(at_rest, "corner", n, rests, t_s, state=alone, fit=fit)
        other = decide([*at_rest, *hidden], "corner", n, rests, t_s, state=beside, fit=fit)
        assert one.own_motion is not None
        assert (other.own_motion, other.faults) == (one.own_motion, one.faults)
        assert not any(track.is_road_user for track in one.tracks)
        known_s += [t_s for track in other.tracks if track.is_road_user]
    assert known_s[0] - 20 * 0.05 <= 0.5
    assert known_s[-1] >= 39 * 0.05 + 4.0


def standing(range_m: float, azimuth_rad: float) -> Detection:
    """As the demo's corner radar sees what stands while the truck drives 4 m/s."""
    rate_mps = -4.0 * math.cos(math.radians(-140) + azimuth_rad)
    peak = np.zeros(8, np.complex64)
    return Detection("corner", 0.0, range_m, rate_mps, azimuth_rad, 0.006, 40.0, 30.0, None, peak)
