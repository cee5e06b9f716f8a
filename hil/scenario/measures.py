"""What can be measured of a run, by name: docs/reference/scenario-file.md. None is "did not happen"."""

import math
from collections.abc import Callable
from itertools import pairwise

from firmware import link
from hil.encounter import KMH_TO_MPS
from hil.faults import EdgeSilent, Forged
from hil.runlog import RunLog, Tick
from hil.scenario.evidence import Evidence, begins, first, longest_s, total_s
from hil.scenario.measure import BRAKING, STRONG, Measure, faulty, informed, nothing, stands, warned
from hil.scenario.measures_faults import FAULT_MEASURES
from hil.scenario.scenario import Scenario

Since = Callable[[Evidence], float | None]
HAND_WHEEL_AWAY_RAD = 1.0  # SR-12 calls this steering away
FRAMES_UNDER_WAY = 2  # begun, but not decided yet when a run ends
ANSWERED_S = 0.04  # two status frames of the gateway
REFUSED_AS = {
    "forged_wrong_crc": link.BAD_CRC,
    "forged_wrong_counter": link.REPEATED,
    "forged_replay": link.COUNTER_JUMP,
    "forged_out_of_range": link.TOO_HARD,
    "forged_wrong_mode": link.BAD_VALUE,
}


# ---- lamps ----
def _information_distance_m(run: Evidence) -> float | None:
    lit, collision_m = first(run.with_system, informed), run.scenario.collision_x_m
    return None if lit is None or collision_m is None else collision_m - lit.truck.x_m


def _information_dark_s(run: Evidence) -> float | None:
    """Between its first lighting and the collision point."""
    log, collision_m = run.with_system, run.scenario.collision_x_m
    lit = first(log, informed)
    if lit is None or collision_m is None:
        return None
    return total_s(log, lambda tick: not informed(tick) and tick.truck.x_m < collision_m, lit.t_s)


def _beyond_near_side_m(run: Evidence, tick: Tick) -> float:
    """How far the first road user's middle is outside the truck's near side; the truck stands straight."""
    fit = run.scenario.encounter.fit.truck
    return fit.near_sign * (tick.users_m[0][1] - tick.truck.y_m) - fit.width_m / 2


def _information_outboard_m(run: Evidence) -> float | None:
    lit = first(run.with_system, informed)
    return None if lit is None else _beyond_near_side_m(run, lit)


def _information_behind_m(run: Evidence) -> float | None:
    """How far the first road user's middle is behind the front; the truck stands straight."""
    lit = first(run.with_system, informed)
    return None if lit is None else lit.truck.x_m - lit.users_m[0][0]


def _information_kept_to_m(run: Evidence) -> float | None:
    """How far beyond the off side the first road user is when the lamp first goes out again."""
    lit = first(run.with_system, informed)
    if lit is None:
        return None
    out = first(run.with_system, lambda tick: not informed(tick), lit.t_s) or run.with_system.ticks[-1]
    return -_beyond_near_side_m(run, out) - run.scenario.encounter.fit.truck.width_m


# ---- braking ----
def _braking_xbr_frames(run: Evidence) -> float:
    return sum(frame.decel_mps2 > 0 for frame in run.with_system.xbr)


def _braking_requested_s(run: Evidence) -> float:
    return total_s(run.with_system, lambda tick: tick.edge_state in BRAKING)


def _strong_braking_s(run: Evidence) -> float:
    return total_s(run.with_system, lambda tick: tick.gateway_state in STRONG)


def _end_speed_kmh(run: Evidence) -> float:
    return run.with_system.ticks[-1].truck.speed_mps / KMH_TO_MPS


def _travel_m(run: Evidence) -> float:
    start = run.with_system.ticks[0].truck
    return max(math.hypot(t.truck.x_m - start.x_m, t.truck.y_m - start.y_m) for t in run.with_system.ticks)


def _jerk_mps3(run: Evidence) -> float:
    """Steepest rise of the truck's deceleration, over 100 ms."""
    decel = [tick.truck.decel_mps2 for tick in run.with_system.ticks]
    return max((b - a for a, b in zip(decel, decel[10:], strict=False)), default=0.0) / 0.1


def _strong_before_answer_s(run: Evidence) -> float | None:
    """How long strong braking had been asked for when the driver's foot came to the brake."""
    foot = first(run.with_system, lambda tick: tick.foot_mps2 > 0)
    strong = first(run.with_system, lambda tick: tick.edge_state in STRONG)
    if foot is None or strong is None:
        return None if foot is None else 0.0
    return max(0.0, foot.t_s - strong.t_s)


# ---- standing before a turn ----
def _before_turn(run: Evidence, tick: Tick) -> bool:
    encounter = run.scenario.encounter
    turn_at_m = encounter.driver.turn_at_x_m
    return turn_at_m is not None and tick.truck.x_m + encounter.body.no_side_slip_x_m < turn_at_m


def _stood_before_turn_s(run: Evidence) -> float:
    return longest_s(run.with_system, lambda tick: stands(tick) and _before_turn(run, tick))


def _stood_without_s(run: Evidence) -> float:
    return longest_s(run.without, lambda tick: stands(tick) and _before_turn(run, tick))


def _warned_before_turn_s(run: Evidence) -> float | None:
    """From the first warning to the steer-in, negative where it comes too late."""
    log = run.with_system
    turns, warns = first(log, lambda tick: not _before_turn(run, tick)), first(log, warned)
    return None if turns is None or warns is None else turns.t_s - warns.t_s


def _stops(kind: str) -> Callable[[Evidence], float]:
    """How often right_turn_stop recorded that kind of stop."""

    def measured(run: Evidence) -> float:
        return float(sum(event.kind == kind for event in run.with_system.events))

    return measured


def _braked_in_turn_s(run: Evidence) -> float:
    return total_s(run.with_system, lambda t: t.gateway_state in STRONG and not _before_turn(run, t))


# ---- faults and the driver ----
def _incident_s(what: str) -> Since:
    return lambda run: run.with_system.first_s(what)


def _wheel_away_s(run: Evidence) -> float | None:
    """The hand wheel is a radian past centre, away from the near side."""
    truck = run.scenario.encounter.fit.truck
    away_rad = HAND_WHEEL_AWAY_RAD / truck.hand_wheel_ratio
    since_s = run.with_system.first_s("steers_away")
    if since_s is None:
        return None
    away = first(run.with_system, lambda tick: -truck.near_sign * tick.truck.steer_rad >= away_rad, since_s)
    return None if away is None else away.t_s


def _ends_after_ms(since: Since) -> Callable[[Evidence], float | None]:
    """From then until the brake is asked for nothing any more."""

    def measured(run: Evidence) -> float | None:
        since_s = since(run)
        ended = (
            None if since_s is None else first(run.with_system, lambda tick: tick.xbr_mps2 == 0.0, since_s)
        )
        return None if ended is None or since_s is None else 1000 * (ended.t_s - since_s)

    return measured


def _braking_at(since: Since) -> Callable[[Evidence], float | None]:
    """What the brake was asked for when it happened."""

    def measured(run: Evidence) -> float | None:
        since_s = since(run)
        return None if since_s is None else run.at(since_s - 0.01).xbr_mps2

    return measured


def _fault_lamp_after_ms(what: str) -> Callable[[Evidence], float | None]:
    def measured(run: Evidence) -> float | None:
        since_s = run.with_system.first_s(what)
        lit = None if since_s is None else first(run.with_system, faulty, since_s)
        return None if lit is None or since_s is None else 1000 * (lit.t_s - since_s)

    return measured


def _fault_lamp_dark_s(run: Evidence) -> float | None:
    """Out again after the off key had lit it."""
    since_s = run.with_system.first_s("switches_off")
    lit = None if since_s is None else first(run.with_system, faulty, since_s)
    return None if lit is None else total_s(run.with_system, lambda tick: not faulty(tick), lit.t_s)


def _deceleration_above_both_mps2(run: Evidence) -> float:
    ticks = run.with_system.ticks
    asked_mps2 = max(max(tick.xbr_mps2, tick.foot_mps2) for tick in ticks)
    return max(tick.truck.decel_mps2 for tick in ticks) - asked_mps2


def _fault_lamp_before_s(run: Evidence) -> float | None:
    """In the second before the first incident."""
    if not run.with_system.incidents:
        return None
    at_s = run.with_system.incidents[0].t_s
    return total_s(run.with_system, lambda tick: faulty(tick) and tick.t_s < at_s, at_s - 1.0)


def _refusals(reason: int) -> Callable[[Evidence], float]:
    """Status frames with that reason."""
    return lambda run: run.with_system.refused.get(link.REASON_NAMES[reason], 0)


def _forged_s(log: RunLog) -> list[tuple[float, str]]:
    return [(one.t_s, one.what) for one in log.incidents if one.what.startswith("forged_")]


def _forged_frames(run: Evidence) -> float:
    return len(_forged_s(run.with_system))


def _forged_refused(run: Evidence) -> float:
    """Forged frames that the gateway refused for the right reason within two status frames."""
    refusals = run.with_system.refusals
    return sum(
        any(
            refusal.reason == link.REASON_NAMES[REFUSED_AS[what]] and -1e-9 <= refusal.t_s - t_s <= ANSWERED_S
            for refusal in refusals
        )
        for t_s, what in _forged_s(run.with_system)
    )


def _forged_accepted(run: Evidence) -> float:
    """Answers that grant braking and braking XBR frames, from the first forged frame on."""
    log = run.with_system
    since_s = min((t_s for t_s, _ in _forged_s(log)), default=math.inf)
    granted = sum(one.t_s >= since_s and (one.decel_mps2 > 0 or one.state in BRAKING) for one in log.answers)
    return granted + sum(frame.t_s >= since_s and frame.decel_mps2 > 0 for frame in log.xbr)


# ---- was the run what it should be ----
def _speed_error_kmh(run: Evidence) -> float:
    """Truck against its script, until it is braked."""
    speed_mps = run.scenario.encounter.driver.speed_mps
    return max((abs(t.truck.speed_mps - speed_mps) for t in run.before_braking()), default=0.0) / KMH_TO_MPS


def _lateral_error_m(run: Evidence) -> float:
    """First road user beside the body side against the script, until the truck is braked or turns."""
    fit = run.scenario.encounter.fit.truck
    asked_m = fit.near_sign * run.scenario.encounter.users[0].y_m - fit.width_m / 2
    straight = (t for t in run.before_braking() if t.truck.steer_rad == 0.0)
    return max((abs(_beyond_near_side_m(run, tick) - asked_m) for tick in straight), default=0.0)


def _radar_frames_lost(run: Evidence) -> float:
    """Gaps in the frame numbers of every sensor, frames that never came at all, and lost packets."""
    log = run.with_system
    lost = log.lost_packets
    radars = {radar.name: radar.profile.frame_s for radar in run.scenario.encounter.fit.radars}
    for name, period_s in (log.sensors or radars).items():
        seen = [step.frame for step in log.steps if step.radar == name]
        due = math.floor(log.ticks[-1].t_s / period_s + 1e-6) - FRAMES_UNDER_WAY
        lost += max(0, due - len(seen)) + sum(b - a - 1 for a, b in pairwise(seen))
    return lost


def _a_user(scenario: Scenario) -> str | None:
    return None if scenario.encounter.users else "a road user"


def _a_point(scenario: Scenario) -> str | None:
    return None if scenario.collision_x_m is not None else "collision_x_m"


def _a_turn(scenario: Scenario) -> str | None:
    return None if scenario.encounter.driver.turn_at_x_m is not None else "driver.turn"


def _silence(scenario: Scenario) -> str | None:
    faults = scenario.encounter.faults
    return None if any(isinstance(fault, EdgeSilent) for fault in faults) else "a fault edge_silent"


def _forgery(scenario: Scenario) -> str | None:
    faults = scenario.encounter.faults
    return None if any(isinstance(fault, Forged) for fault in faults) else "a fault forged"


def _kickdown(scenario: Scenario) -> str | None:
    return None if scenario.encounter.driver.kicks_down is not None else "driver.kicks_down"


def _steering(scenario: Scenario) -> str | None:
    return None if scenario.encounter.driver.steers_away is not None else "driver.steers_away"


def _answer(scenario: Scenario) -> str | None:
    return None if scenario.encounter.driver.habits.presses_brake is not None else "driver.presses_brake"


def _off_key(scenario: Scenario) -> str | None:
    return None if scenario.encounter.driver.switches_off is not None else "driver.switches_off"


# fmt: off
MEASURES: dict[str, Measure] = {
    "information_distance": Measure("m", _information_distance_m, _a_point),
    "information_dark": Measure("s", _information_dark_s, _a_point),
    "information_outboard": Measure("m", _information_outboard_m, _a_user),
    "information_behind": Measure("m", _information_behind_m, _a_user),
    "information_kept_to": Measure("m", _information_kept_to_m, _a_user),
    "informations": Measure("1", lambda run: begins(run.with_system, informed), nothing),
    "warnings": Measure("1", lambda run: begins(run.with_system, warned), nothing),
    "braking_requested": Measure("s", _braking_requested_s, nothing),
    "braking_xbr_frames": Measure("1", _braking_xbr_frames, nothing),
    "strong_braking": Measure("s", _strong_braking_s, nothing),
    "contacts": Measure("1", lambda run: float(run.with_system.contact is not None), _a_user),
    "contacts_without_system": Measure("1", lambda run: float(run.without.contact is not None), _a_user),
    "clearance": Measure("m", lambda run: run.with_system.min_clearance_m, _a_user),
    "end_speed": Measure("km/h", _end_speed_kmh, nothing),
    "travel": Measure("m", _travel_m, nothing),
    "jerk": Measure("m/s3", _jerk_mps3, nothing),
    "strong_before_answer": Measure("s", _strong_before_answer_s, _answer),
    "stood_before_turn": Measure("s", _stood_before_turn_s, _a_turn),
    "stood_without_system": Measure("s", _stood_without_s, _a_turn),
    "warned_before_turn": Measure("s", _warned_before_turn_s, _a_turn),
    "stops_kept": Measure("1", _stops("kept"), _a_turn),
    "stops_enforced": Measure("1", _stops("enforced"), _a_turn),
    "stops_skipped": Measure("1", _stops("skipped"), _a_turn),
    "braked_in_turn": Measure("s", _braked_in_turn_s, _a_turn),
    "braking_ends_after_silence": Measure("ms", _ends_after_ms(_incident_s("edge_silent")), _silence),
    "braking_at_silence": Measure("m/s2", _braking_at(_incident_s("edge_silent")), _silence),
    "fault_lamp_after_silence": Measure("ms", _fault_lamp_after_ms("edge_silent"), _silence),
    "fault_lamp_before": Measure("s", _fault_lamp_before_s, nothing),
    "braking_ends_after_kickdown": Measure("ms", _ends_after_ms(_incident_s("kicks_down")), _kickdown),
    "braking_at_kickdown": Measure("m/s2", _braking_at(_incident_s("kicks_down")), _kickdown),
    "braking_ends_after_key": Measure("ms", _ends_after_ms(_incident_s("switches_off")), _off_key),
    "braking_at_key": Measure("m/s2", _braking_at(_incident_s("switches_off")), _off_key),
    "braking_ends_after_steering": Measure("ms", _ends_after_ms(_wheel_away_s), _steering),
    "braking_at_steering": Measure("m/s2", _braking_at(_wheel_away_s), _steering),
    "fault_lamp_after_key": Measure("ms", _fault_lamp_after_ms("switches_off"), _off_key),
    "fault_lamp_dark_after_key": Measure("s", _fault_lamp_dark_s, _off_key),
    "switched_off_refusals": Measure("1", _refusals(link.SWITCHED_OFF), nothing),
    "deceleration_above_both": Measure("m/s2", _deceleration_above_both_mps2, nothing),
    "override_refusals": Measure("1", _refusals(link.DRIVER_OVERRIDES), nothing),
    "forged_frames": Measure("1", _forged_frames, _forgery),
    "forged_refused": Measure("1", _forged_refused, _forgery),
    "forged_accepted": Measure("1", _forged_accepted, _forgery),
    "speed_error": Measure("km/h", _speed_error_kmh, nothing),
    "lateral_error": Measure("m", _lateral_error_m, _a_user),
    "radar_frames_lost": Measure("1", _radar_frames_lost, nothing),
    **FAULT_MEASURES,
}
# fmt: on
