"""How one encounter ended: what is counted over many."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from hil.runlog import STANDS_MPS, Contact, RunLog, Tick
from hil.scenario.evidence import Evidence
from hil.scenario.judge import is_kept
from hil.scenario.measure import BRAKING, STRONG, informed, warned

CLEAR_M = 0.3
PARTIAL_MPS2 = 0.7  # from here on stop lamps light

Name = Literal[
    "avoided",
    "clear",
    "mitigated",
    "kept",
    "full_braking",
    "partial_braking",
    "gentle",
    "warning",
    "information",
    "contact",
]
NAMES: tuple[Name, ...] = get_args(Name)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Each stronger braking is also each weaker one, and what is avoided is mitigated, too."""

    avoided: bool  # no contact, or the truck stood when it came
    clear: bool  # nobody nearer than 0.3 m
    mitigated: bool  # avoided, or the truck at most half as fast at the contact as without the system
    kept: bool  # all of `expect`
    full_braking: bool  # full or must_stop granted
    partial_braking: bool  # the brake ECU obeyed 0.7 m/s2 or more
    gentle: bool  # braked at all, or torque taken off
    warning: bool
    information: bool
    contact: bool
    contact_without: bool  # in the same drive without the system
    contact_speed_mps: float | None  # the truck's
    contact_speed_without_mps: float | None
    min_clearance_m: float | None  # None: nobody there

    def has(self, name: Name) -> bool:
        """One of the booleans by its name."""
        return bool(getattr(self, name))


def outcome_of(evidence: Evidence) -> Outcome:
    """From both drives."""
    log, without = evidence.with_system, evidence.without.contact
    contact, clearance_m = log.contact, log.min_clearance_m
    avoided = _is_avoided(contact)
    return Outcome(
        avoided=avoided,
        clear=clearance_m is None or clearance_m >= CLEAR_M,
        mitigated=avoided or _is_halved(contact, without),
        kept=is_kept(evidence),
        full_braking=_ever(log, lambda tick: tick.gateway_state in STRONG),
        partial_braking=_ever(log, lambda tick: tick.xbr_mps2 >= PARTIAL_MPS2),
        gentle=_ever(log, lambda tick: tick.xbr_mps2 > 0 or tick.gateway_state in BRAKING),
        warning=_ever(log, warned),
        information=_ever(log, informed),
        contact=contact is not None,
        contact_without=without is not None,
        contact_speed_mps=None if contact is None else _rounded(contact.speed_mps),
        contact_speed_without_mps=None if without is None else _rounded(without.speed_mps),
        min_clearance_m=None if clearance_m is None else _rounded(clearance_m),
    )


def _is_avoided(contact: Contact | None) -> bool:
    return contact is None or contact.speed_mps <= STANDS_MPS


def _is_halved(contact: Contact | None, without: Contact | None) -> bool:
    return contact is not None and without is not None and contact.speed_mps <= without.speed_mps / 2


def _rounded(value: float) -> float:
    """As results.json has it, so that what was read back from it is the same."""
    return round(value, 4)


def _ever(log: RunLog, condition: Callable[[Tick], bool]) -> bool:
    return any(condition(tick) for tick in log.ticks)
