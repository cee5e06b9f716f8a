"""What a measure is, and the conditions of a tick that several ask for."""

from collections.abc import Callable
from dataclasses import dataclass

from firmware import link
from hil.runlog import STANDS_MPS, Tick
from hil.scenario.evidence import Evidence
from hil.scenario.scenario import Scenario

BRAKING = ("prepare", "slow", "must_stop", "full", "hold")
STRONG = ("must_stop", "full")


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of a run, in its unit; `lacks` says what of the scenario it would need."""

    unit: str
    of: Callable[[Evidence], float | None]
    lacks: Callable[[Scenario], str | None]


def informed(tick: Tick) -> bool:
    """The information lamp is lit."""
    return bool(tick.lamps & link.LAMP_INFORM)


def warned(tick: Tick) -> bool:
    """The warning lamp is lit."""
    return bool(tick.lamps & link.LAMP_WARN)


def faulty(tick: Tick) -> bool:
    """The fault lamp is lit: nobody holds it off."""
    return not tick.lamps & link.FAULT_LAMP_HELD_OFF


def stands(tick: Tick) -> bool:
    """At most 0.5 km/h."""
    return tick.truck.speed_mps <= STANDS_MPS


def nothing(_: Scenario) -> None:
    """It needs nothing of the scenario."""
    return
