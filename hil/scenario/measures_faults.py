"""Measures of faults and of worn radars: how soon noticed, what the brake does meanwhile.

"The fault" is the first of the encounter's faults, or of its radars' scripts, that begins.
"""

from collections.abc import Callable
from itertools import pairwise

from hil.commissioning import refuses
from hil.faults import Forged
from hil.runlog import Tick
from hil.scenario.evidence import Condition, Evidence, first, longest_s, total_s
from hil.scenario.measure import BRAKING, Measure, faulty, nothing
from hil.scenario.scenario import Scenario

GRACE_S = 0.3  # within which braking may still be granted after a fault that forbids it


def fault_s(run: Evidence) -> float | None:
    """When the fault began; None where it did not."""
    encounter = run.scenario.encounter
    faults = (*encounter.faults, *encounter.sensors.values())
    names = {fault.name for fault in faults if not isinstance(fault, Forged)}
    return min((one.t_s for one in run.with_system.incidents if one.what in names), default=None)


def _granted(tick: Tick) -> bool:
    return tick.gateway_state in BRAKING


def _obeyed(tick: Tick) -> bool:
    return tick.xbr_mps2 > 0


def _after_ms(condition: Condition) -> Callable[[Evidence], float | None]:
    """From the fault until the condition first holds."""

    def measured(run: Evidence) -> float | None:
        since_s = fault_s(run)
        found = None if since_s is None else first(run.with_system, condition, since_s)
        return None if found is None or since_s is None else 1000 * (found.t_s - since_s)

    return measured


def _braking_at_fault_mps2(run: Evidence) -> float | None:
    since_s = fault_s(run)
    return None if since_s is None else run.at(since_s - 0.01).xbr_mps2


def _braking_after_fault_s(run: Evidence) -> float | None:
    since_s = fault_s(run)
    if since_s is None:
        return None
    return total_s(run.with_system, lambda tick: _granted(tick) or tick.xbr_mps2 > 0, since_s + GRACE_S)


def _begun_after_fault(run: Evidence) -> float | None:
    """How often braking came to be granted later than the grace after the fault."""
    since_s = fault_s(run)
    if since_s is None:
        return None
    ticks = [tick for tick in run.with_system.ticks if tick.t_s >= since_s + GRACE_S]
    return float(sum(_granted(b) and not _granted(a) for a, b in pairwise(ticks)))


def _ready_after_fault_ms(run: Evidence) -> float | None:
    """Until the fault lamp is out for good; 0 where it never lit, None where it is lit at the end."""
    since_s = fault_s(run)
    if since_s is None or faulty(run.with_system.ticks[-1]):
        return None
    lit = [tick.t_s for tick in run.with_system.ticks if tick.t_s >= since_s and faulty(tick)]
    return 1000 * (run.at(lit[-1] + 0.005).t_s - since_s) if lit else 0.0


def _named_s(run: Evidence) -> float | None:
    """When the edge first names a fault of a radar."""
    return next((step.t_s for step in run.with_system.steps if step.faults), None)


def _named_after_fault_ms(run: Evidence) -> float | None:
    since_s = fault_s(run)
    if since_s is None:
        return None
    named = (step.t_s for step in run.with_system.steps if step.faults and step.t_s >= since_s)
    found_s = next(named, None)
    return None if found_s is None else 1000 * (found_s - since_s)


def _named_before_fault(run: Evidence) -> float | None:
    since_s = fault_s(run)
    if since_s is None:
        return None
    return float(sum(bool(step.faults) for step in run.with_system.steps if step.t_s < since_s))


def _refuses(run: Evidence) -> float:
    return float(refuses(run.scenario.encounter))


def _a_fault(scenario: Scenario) -> str | None:
    encounter = scenario.encounter
    is_there = encounter.sensors or any(not isinstance(fault, Forged) for fault in encounter.faults)
    return None if is_there else "a fault that is not forged, or sensors"


# fmt: off
FAULT_MEASURES: dict[str, Measure] = {
    "braking_at_fault": Measure("m/s2", _braking_at_fault_mps2, _a_fault),
    "braking_ends_after_fault": Measure("ms", _after_ms(lambda tick: tick.xbr_mps2 == 0.0), _a_fault),
    "grant_ends_after_fault": Measure("ms", _after_ms(lambda tick: not _granted(tick)), _a_fault),
    "braking_after_fault": Measure("s", _braking_after_fault_s, _a_fault),
    "brakings_begun_after_fault": Measure("1", _begun_after_fault, _a_fault),
    "fault_lamp_after_fault": Measure("ms", _after_ms(faulty), _a_fault),
    "ready_after_fault": Measure("ms", _ready_after_fault_ms, _a_fault),
    "radar_fault_named": Measure("s", _named_s, nothing),
    "radar_fault_named_after_fault": Measure("ms", _named_after_fault_ms, _a_fault),
    "radar_fault_named_before_fault": Measure("1", _named_before_fault, _a_fault),
    "longest_braking": Measure("s", lambda run: longest_s(run.with_system, _obeyed), nothing),
    "radar_packets_lost": Measure("1", lambda run: float(run.with_system.lost_packets), nothing),
    "misplaced_frames": Measure("1", lambda run: float(run.with_system.misplaced_frames), _a_fault),
    "commissioning_refuses": Measure("1", _refuses, nothing),
}
# fmt: on
