"""When in a run a measure was decided: where the replay jumps to."""

import math
from collections.abc import Callable
from itertools import pairwise

from firmware import link
from hil.report.replay import at_rest_s
from hil.report.timeline import lit_s, policy_events
from hil.runlog import RunLog, Tick
from hil.scenario.running import ScenarioRun

Moment = Callable[[RunLog], float | None]


def moment_s(measure: str, run: ScenarioRun) -> float | None:
    """Time in the run with the system; None where the measure has no moment, or it never came."""
    log = run.without if measure.endswith("_without_system") else run.with_system
    moment = MOMENTS.get(measure)
    return None if log is None or moment is None else moment(log)


def _information(log: RunLog) -> float | None:
    return lit_s(log, link.LAMP_INFORM)


def _information_out(log: RunLog) -> float | None:
    """When it first went out again."""
    lit = _information(log)
    if lit is None:
        return None
    return _first(log, lambda tick: tick.t_s > lit and not tick.lamps & link.LAMP_INFORM)


def _warning(log: RunLog) -> float | None:
    return lit_s(log, link.LAMP_WARN)


def _nearest(log: RunLog) -> float | None:
    """Contact, else the smallest clearance."""
    if log.contact is not None:
        return log.contact.t_s
    there = [(tick.clearance_m, tick.t_s) for tick in log.ticks if tick.clearance_m is not None]
    return min(there, default=(None, None))[1]


def _strong(log: RunLog) -> float | None:
    return _first(log, lambda tick: tick.gateway_state in ("must_stop", "full"))


def _end(log: RunLog) -> float:
    return log.ticks[-1].t_s


def _furthest(log: RunLog) -> float | None:
    start = log.ticks[0].truck
    ways_m = [math.hypot(tick.truck.x_m - start.x_m, tick.truck.y_m - start.y_m) for tick in log.ticks]
    return log.ticks[ways_m.index(max(ways_m))].t_s


def _steepest(log: RunLog) -> float | None:
    rises = [(b.truck.decel_mps2 - a.truck.decel_mps2, a.t_s) for a, b in pairwise(log.ticks[::10])]
    return max(rises, default=(0.0, None))[1]


def _hardest(log: RunLog) -> float | None:
    return max(log.ticks, key=lambda tick: tick.truck.decel_mps2).t_s if log.ticks else None


def _incident(what: str) -> Moment:
    return lambda log: log.first_s(what)


def _forged(log: RunLog) -> float | None:
    return next((one.t_s for one in log.incidents if one.what.startswith("forged_")), None)


def _ends_after(what: str) -> Moment:
    """When the brake was no longer asked for anything."""

    def ended(log: RunLog) -> float | None:
        since_s = log.first_s(what)
        if since_s is None:
            return None
        return _first(log, lambda tick: tick.t_s >= since_s and tick.xbr_mps2 == 0)

    return ended


def _fault_lamp_after(what: str) -> Moment:
    def lit(log: RunLog) -> float | None:
        since_s = log.first_s(what)
        if since_s is None:
            return None
        return _first(log, lambda tick: tick.t_s >= since_s and not tick.lamps & link.FAULT_LAMP_HELD_OFF)

    return lit


def _refused(reason: int) -> Moment:
    name = link.REASON_NAMES[reason]
    return lambda log: next((one.t_s for one in log.refusals if one.reason == name), None)


def _recorded(what: str) -> Moment:
    return lambda log: next((t_s for t_s, event in policy_events(log) if event == what), None)


def _first(log: RunLog, condition: Callable[[Tick], bool]) -> float | None:
    return next((tick.t_s for tick in log.ticks if condition(tick)), None)


# fmt: off
MOMENTS: dict[str, Moment] = {
    "information_distance": _information,
    "information_dark": _information_out,
    "information_outboard": _information,
    "information_kept_to": _information_out,
    "informations": _information,
    "warnings": _warning,
    "braking_requested": lambda log: log.request_s,
    "braking_xbr_frames": lambda log: log.xbr_s,
    "strong_braking": _strong,
    "contacts": _nearest,
    "contacts_without_system": _nearest,
    "clearance": _nearest,
    "end_speed": _end,
    "travel": _furthest,
    "jerk": _steepest,
    "strong_before_answer": _strong,
    "stood_before_turn": at_rest_s,
    "stood_without_system": at_rest_s,
    "stops_kept": _recorded("right_turn_stop_kept"),
    "stops_enforced": _recorded("right_turn_stop_enforced"),
    "stops_skipped": _recorded("right_turn_stop_skipped"),
    "braked_in_turn": _strong,
    "braking_ends_after_silence": _ends_after("edge_silent"),
    "braking_at_silence": _incident("edge_silent"),
    "fault_lamp_after_silence": _fault_lamp_after("edge_silent"),
    "fault_lamp_before": _incident("edge_silent"),
    "braking_ends_after_kickdown": _ends_after("kicks_down"),
    "braking_at_kickdown": _incident("kicks_down"),
    "braking_ends_after_key": _ends_after("switches_off"),
    "braking_at_key": _incident("switches_off"),
    "braking_ends_after_steering": _ends_after("steers_away"),
    "braking_at_steering": _incident("steers_away"),
    "fault_lamp_after_key": _fault_lamp_after("switches_off"),
    "fault_lamp_dark_after_key": _fault_lamp_after("switches_off"),
    "switched_off_refusals": _refused(link.SWITCHED_OFF),
    "deceleration_above_both": _hardest,
    "override_refusals": _refused(link.DRIVER_OVERRIDES),
    "forged_frames": _forged,
    "forged_refused": _forged,
    "forged_accepted": _forged,
}
# fmt: on
