"""Limits against made-up drives: what is on the limit keeps it, what did not happen does not."""

from dataclasses import replace

import pytest

from edge_controller.messages import BrakeRequest, PolicyEvent, State, Step, VehicleState
from hil.gateway_host import GatewayError
from hil.runlog import Answer, Contact, Incident, Refusal, RunLog, Tick, XbrFrame
from hil.scenario.evidence import Evidence
from hil.scenario.judge import EXIT_CODES, Judgement, bench_error, judge, worst
from hil.scenario.measures import MEASURES
from hil.scenario.scenario import Limit, Scenario
from tests.hil.scenario.samples import HELD_OFF, INFORM, WARN, drive, evidence, tick
from tests.hil.scenario.samples import scenario as read


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """Truck of 2.5 m width at 5 m/s, steer-in with the front at 15 m, collision point at 20 m."""
    return read(tmp_path_factory.mktemp("sample"))


def value(sample: Scenario, log: RunLog, measure: str) -> float | None:
    return MEASURES[measure].of(Evidence(sample, RunLog(system=False), log))


def rolling(t_s: float, lamps: int = HELD_OFF) -> Tick:
    return tick(t_s, x_m=5.0 * t_s, lamps=lamps)


@pytest.mark.parametrize(
    ("clearance_m", "verdict", "margin"),
    [(0.31, "pass", 0.01), (0.30, "pass", 0.0), (0.29, "fail", -0.01), (0.3 - 1e-9, "pass", 0.0)],
)
def test_the_limit_itself_is_kept(sample: Scenario, clearance_m: float, verdict: str, margin: float) -> None:
    log = drive(1.0, lambda t_s: tick(t_s, clearance_m=clearance_m if t_s == 0.5 else 2.0))
    found = judge(evidence(sample, log, "clearance", "m", at_least=0.3))
    assert (found.verdict, found.measures[0].margin) == (verdict, pytest.approx(margin))
    assert (found.why == "") == (verdict == "pass")


@pytest.mark.parametrize(("ends_s", "verdict"), [(0.70, "pass"), (0.71, "fail")])
def test_200_ms_are_200_ms_whatever_the_floats_say(sample: Scenario, ends_s: float, verdict: str) -> None:
    """0.7 s - 0.5 s is a little less than 0.2 s in binary, 0.98 s - 0.78 s a little more."""
    for shift_s in (0.0, 0.28):
        log = drive(2.0, lambda t_s, end_s=ends_s + shift_s: tick(t_s, xbr_mps2=4.0 * (t_s < end_s - 1e-9)))
        log.incidents.append(Incident(0.5 + shift_s, "edge_silent"))
        found = judge(evidence(sample, log, "braking_ends_after_silence", "ms", at_most=200))
        assert found.verdict == verdict


def test_what_never_happened_is_missed_not_kept(sample: Scenario) -> None:
    still_braking = drive(1.0, lambda t_s: tick(t_s, xbr_mps2=4.0))
    still_braking.incidents.append(Incident(0.5, "edge_silent"))
    found = judge(evidence(sample, still_braking, "braking_ends_after_silence", "ms", at_most=200))
    assert found.verdict == "fail"
    assert (found.measures[0].value, found.measures[0].margin) == (None, None)
    assert "did not happen" in found.why
    dark = drive(1.0, rolling)
    found = judge(evidence(sample, dark, "information_distance", "m", at_most=1000.0))
    assert found.verdict == "fail"


def test_a_run_that_shows_nothing_is_inconclusive_even_where_its_measures_are_missed(
    sample: Scenario,
) -> None:
    need = Limit("contacts_without_system", 1.0, None, "1", "must hit without")
    goal = Limit("contacts", None, 0.0, "1", "must not hit")
    log = drive(1.0, tick)
    hit = drive(1.0, tick)
    hit.contact = Contact(0.5, 5.0, (0.0, -1.25))
    asked = replace(sample, needs=(need,), expect=(goal,))
    assert judge(Evidence(asked, hit, log)).verdict == "pass"
    assert judge(Evidence(asked, hit, hit)).verdict == "fail"
    assert judge(Evidence(asked, log, log)).verdict == "inconclusive"
    both = judge(Evidence(asked, log, hit))
    assert both.verdict == "inconclusive"
    assert "must hit without" in both.why
    assert not both.measures[0].is_kept  # told all the same


def test_false_braking_cannot_hide_behind_the_tolerance_of_the_speed(sample: Scenario) -> None:
    """The script's speed is judged only until the system brakes; after that a change is its doing."""
    log = drive(2.0, lambda t_s: tick(t_s, speed_mps=5.0 if t_s < 1.0 else 1.0))
    assert value(sample, log, "speed_error") == pytest.approx(4.0 * 3.6)
    log.xbr_s = 1.0
    assert value(sample, log, "speed_error") == pytest.approx(0.0)


def test_bench_error_keeps_the_first_cause() -> None:
    try:
        try:
            raise GatewayError("died\n(exit code 7)\x1b")
        except GatewayError as first:
            raise RuntimeError("cannot go on") from first
    except RuntimeError as error:
        found = bench_error(error)
    assert found == Judgement("bench error", "GatewayError: died (exit code 7)?", (), ())


def test_exit_codes_are_the_four_and_the_worst_counts() -> None:
    assert EXIT_CODES == {"pass": 0, "fail": 1, "inconclusive": 3, "bench error": 4}
    assert worst(["pass", "inconclusive", "pass"]) == "inconclusive"
    assert worst(["inconclusive", "fail", "pass"]) == "fail"
    assert worst(["fail", "bench error", "inconclusive"]) == "bench error"
    assert worst(["pass"]) == "pass"


def test_information_distance_is_from_the_front_to_the_collision_point(sample: Scenario) -> None:
    log = drive(3.0, lambda t_s: rolling(t_s, HELD_OFF | (INFORM if t_s >= 1.0 else 0)))
    assert value(sample, log, "information_distance") == pytest.approx(15.0)
    assert value(sample, log, "information_dark") == pytest.approx(0.0)


def test_information_that_goes_out_before_the_collision_point_counts_as_dark(sample: Scenario) -> None:
    log = drive(
        5.0, lambda t_s: rolling(t_s, HELD_OFF | (INFORM if not 2.0 <= t_s < 2.5 and t_s < 4.5 else 0))
    )
    assert value(sample, log, "information_dark") == pytest.approx(0.5)  # beyond 4 s the point is behind
    assert value(sample, log, "informations") == 2


def test_crossing_is_measured_from_both_sides_of_the_body(sample: Scenario) -> None:
    """Walks 1 m/s from 3 m beside the near side; lit from 2 m, out when 0.6 m beyond the other side."""
    far_s = 3.0 + 2.5 + 0.6
    log = drive(
        7.0,
        lambda t_s: tick(t_s, y_m=-4.25 + t_s, lamps=HELD_OFF | (INFORM if 1.0 <= t_s < far_s - 1e-9 else 0)),
    )
    assert value(sample, log, "information_outboard") == pytest.approx(2.0)
    assert value(sample, log, "information_kept_to") == pytest.approx(0.6)


def test_warnings_and_braking_frames_are_counted(sample: Scenario) -> None:
    log = drive(2.0, lambda t_s: tick(t_s, lamps=HELD_OFF | (WARN if 0.5 <= t_s < 0.6 or t_s > 1.5 else 0)))
    log.xbr += [XbrFrame(0.5, 0.5), XbrFrame(0.52, 4.0), XbrFrame(0.54, 0.0)]
    assert value(sample, log, "warnings") == 2
    assert value(sample, log, "braking_xbr_frames") == 2
    strong = drive(1.0, lambda t_s: tick(t_s, gateway="full" if 0.2 <= t_s < 0.5 else "prepare"))
    assert value(sample, strong, "strong_braking") == pytest.approx(0.3)


def test_standing_counts_only_before_the_steer_in_and_in_one_piece(sample: Scenario) -> None:
    def at(t_s: float) -> Tick:
        stands = 1.0 <= t_s <= 3.0 or 4.0 <= t_s <= 4.5 or t_s >= 6.0
        return tick(t_s, x_m=14.0 if t_s < 5.0 else 20.0, speed_mps=0.1 if stands else 3.0)

    assert value(sample, drive(20.0, at), "stood_before_turn") == pytest.approx(2.0)


@pytest.mark.parametrize(("speed_mps", "stood_s"), [(0.14, 1.0), (0.15, 0.0)])
def test_half_a_kilometre_an_hour_still_stands(sample: Scenario, speed_mps: float, stood_s: float) -> None:
    log = drive(1.0, lambda t_s: tick(t_s, speed_mps=speed_mps))
    assert value(sample, log, "stood_before_turn") == pytest.approx(stood_s)


def test_travel_is_the_farthest_from_the_start(sample: Scenario) -> None:
    log = drive(2.0, lambda t_s: tick(t_s, x_m=0.25 if t_s == 1.0 else 0.0))
    assert value(sample, log, "travel") == pytest.approx(0.25)


def test_fault_lamp_is_timed_from_the_silence(sample: Scenario) -> None:
    log = drive(2.0, lambda t_s: tick(t_s, lamps=0 if t_s < 0.2 or t_s >= 1.08 else HELD_OFF))
    log.incidents.append(Incident(1.0, "edge_silent"))
    assert value(sample, log, "fault_lamp_after_silence") == pytest.approx(80.0)
    assert value(sample, log, "fault_lamp_before") == pytest.approx(0.2)


def test_each_forged_frame_must_be_refused_for_its_own_reason(sample: Scenario) -> None:
    log = drive(1.0, tick)
    log.incidents += [Incident(0.2, "forged_wrong_crc"), Incident(0.4, "forged_wrong_mode")]
    log.refusals += [Refusal(0.2, "bad CRC"), Refusal(0.42, "bad CRC")]
    assert value(sample, log, "forged_frames") == 2
    assert value(sample, log, "forged_refused") == 1
    log.refusals.append(Refusal(0.44, "bad value"))
    assert value(sample, log, "forged_refused") == 2
    late = drive(1.0, tick)
    late.incidents += [Incident(0.2, "forged_wrong_crc")]
    late.refusals += [Refusal(0.25, "bad CRC"), Refusal(0.19, "bad CRC")]
    assert value(sample, late, "forged_refused") == 0


def test_any_grant_or_braking_xbr_after_a_forged_frame_is_an_acceptance(sample: Scenario) -> None:
    log = drive(1.0, tick)
    log.answers.append(Answer(0.1, "full", "allow", 5.0, HELD_OFF))
    log.xbr.append(XbrFrame(0.1, 5.0))
    log.incidents.append(Incident(0.2, "forged_wrong_crc"))
    assert value(sample, log, "forged_accepted") == 0
    log.answers.append(Answer(0.3, "full", "too steep", 0.0, HELD_OFF))
    log.xbr.append(XbrFrame(0.31, 0.5))
    assert value(sample, log, "forged_accepted") == 2


def test_override_refusals_are_those_of_the_driver(sample: Scenario) -> None:
    log = drive(1.0, tick)
    log.refusals += [
        Refusal(0.1, "driver overrides"),
        Refusal(0.2, "too steep"),
        Refusal(0.3, "driver overrides"),
    ]
    assert value(sample, log, "override_refusals") == 2
    assert log.refused == {"driver overrides": 2, "too steep": 1}


def test_the_off_key_lights_the_fault_lamp_and_it_stays_lit(sample: Scenario) -> None:
    def at(t_s: float) -> Tick:
        return tick(t_s, lamps=0 if 0.8 <= t_s < 0.9 or t_s >= 0.95 else HELD_OFF)

    log = drive(1.5, at)
    log.incidents.append(Incident(0.3, "switches_off"))
    log.refusals += [Refusal(0.9, "switched off"), Refusal(0.95, "too steep")]
    assert value(sample, log, "fault_lamp_after_key") == pytest.approx(500.0)
    assert value(sample, log, "fault_lamp_dark_after_key") == pytest.approx(0.05)
    assert value(sample, log, "switched_off_refusals") == 1


def test_an_override_counts_from_the_key_and_from_the_hand_wheel_past_centre(sample: Scenario) -> None:
    """Near side on the right: away is to the left; 1 rad at a ratio of 20 is 0.05 rad of the road wheel."""

    def at(t_s: float) -> Tick:
        made = tick(t_s, xbr_mps2=4.0 if t_s < 0.695 else 0.0)
        return replace(made, truck=replace(made.truck, steer_rad=-0.2 + 0.5 * t_s))

    log = drive(1.0, at)
    log.incidents += [Incident(0.3, "switches_off"), Incident(0.1, "steers_away")]
    assert value(sample, log, "braking_at_key") == pytest.approx(4.0)
    assert value(sample, log, "braking_ends_after_key") == pytest.approx(400.0)
    assert value(sample, log, "braking_at_steering") == pytest.approx(4.0)
    assert value(sample, log, "braking_ends_after_steering") == pytest.approx(200.0, abs=10.1)
    never = drive(0.3, at)
    never.incidents += [Incident(0.1, "steers_away")]
    assert value(sample, never, "braking_ends_after_steering") is None


def test_braking_above_both_is_what_neither_asked_for(sample: Scenario) -> None:
    def at(t_s: float, *, decel_mps2: float = 3.0) -> Tick:
        made = tick(t_s, xbr_mps2=3.0 if t_s > 0.5 else 0.0)
        return replace(made, foot_mps2=2.5, truck=replace(made.truck, decel_mps2=decel_mps2))

    assert value(sample, drive(1.0, at), "deceleration_above_both") == pytest.approx(0.0)
    added = drive(1.0, lambda t_s: at(t_s, decel_mps2=5.5 if t_s > 0.8 else 2.5))
    assert value(sample, added, "deceleration_above_both") == pytest.approx(2.5)


@pytest.mark.parametrize(("foot_s", "late_s"), [(0.4, 0.0), (0.6, 0.1), (2.0, None)])
def test_an_answer_comes_before_strong_braking_is_asked_for(
    sample: Scenario, foot_s: float, late_s: float | None
) -> None:
    def at(t_s: float, *, strong: bool = True) -> Tick:
        asked = "full" if strong and t_s >= 0.5 - 1e-9 else "prepare"
        return replace(tick(t_s), edge_state=asked, foot_mps2=1.0 if t_s >= foot_s - 1e-9 else 0.0)

    found = value(sample, drive(1.0, at), "strong_before_answer")
    assert found == (None if late_s is None else pytest.approx(late_s))
    if late_s is not None:
        assert value(sample, drive(1.0, lambda t_s: at(t_s, strong=False)), "strong_before_answer") == 0.0


def test_radar_frames_that_never_came_are_lost(sample: Scenario) -> None:
    assert (
        value(sample, drive(2.0, tick), "radar_frames_lost") == 2 * 38
    )  # two radars, 20 Hz, two frames late


def test_stops_are_those_the_policies_recorded(sample: Scenario) -> None:
    log = drive(1.0, tick)
    for t_s, kind in ((0.2, "enforced"), (0.4, "kept"), (0.6, "kept")):
        request = BrakeRequest(t_s, State.STANDBY, "right", 0.0, "right_turn_stop", None)
        truck = VehicleState(t_s, 0.0, 0.0, 0.0, 0.0, "right", 0.0, False, True, True)
        events = (PolicyEvent(t_s, "right_turn_stop", kind),)
        log.steps.append(Step(t_s, 0, "front", truck, (), (), (), request, events))
    assert [value(sample, log, f"stops_{kind}") for kind in ("kept", "enforced", "skipped")] == [2, 1, 0]
