"""Programs by name."""

from collections.abc import Mapping
from typing import Literal

from edge_controller.detection.stages import reproducible_lacks
from edge_controller.errors import InputError
from hil.programs.blind import ALWAYS_BRAKE, EMPTY, AlwaysBrake, Empty
from hil.programs.nearside import Nearside
from hil.programs.program import Start
from hil.programs.reference import RULES, Reference, Rule
from hil.sensing import Level

NEARSIDE = "nearside"


def _reference(name: str, rule: Rule) -> Start:
    return lambda encounter: Reference(encounter.fit, encounter.brake, name, rule)


PROGRAMS: Mapping[str, Start] = {
    NEARSIDE: lambda encounter: Nearside(encounter.fit),
    EMPTY: lambda encounter: Empty(encounter.fit),
    ALWAYS_BRAKE: lambda encounter: AlwaysBrake(encounter.fit),
    **{name: _reference(name, rule) for name, rule in RULES.items()},
}


def program_named(name: str) -> Start:
    """How to start that program for an encounter."""
    if name not in PROGRAMS:
        raise InputError(f"there is no program {name!r}, only {', '.join(PROGRAMS)}")
    return PROGRAMS[name]


def detection_of(level: Level, program: str) -> Literal["compiled", "base"] | None:
    """Which build of detection such a drive runs in this process; None where it runs none."""
    if level != "radar" or program != NEARSIDE:
        return None
    return "base" if reproducible_lacks() else "compiled"
