"""One encounter of a scenario file: the values its parameters have, and how they are drawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from edge_controller.errors import InputError
from hil.closed_loop import run_without_system
from hil.runlog import STANDS_MPS
from hil.scenario.expression import Values
from hil.scenario.parameters import corner_values, drawn_values, middle_values

if TYPE_CHECKING:
    from hil.scenario.scenario_file import ScenarioFile

MIDDLE, FIRST = 0, 1  # number of the draw that takes the middle of everything, and of the first encounter
MOST_TRIES = 400
CORNER = 2**31  # sets the seeds of corners apart from those of encounters


class DrawError(Exception):
    """No draw was as the file asks: the bench has nothing to drive."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Which encounter, and the value of each parameter; encounters and corners count from 1."""

    scenario_id: str
    number: int
    corner: bool
    values: Values
    seed: int = 0  # of all that is left to chance in it; the first one's is the run's own

    def in_words(self) -> str:
        """For a table and for a sentence."""
        named = "corner" if self.corner else "encounter"
        return f"{named} {self.number}" if self.number != MIDDLE else "middle"

    def values_in_words(self) -> str:
        """For a table and for a sentence."""
        return values_in_words(self.values)


def values_in_words(values: Values) -> str:
    """`truck_kmh 12.3, brake typical_ebs`."""
    told = (value if isinstance(value, str) else f"{value:.4g}" for value in values.values())
    return ", ".join(f"{name} {value}" for name, value in zip(values, told, strict=True))


def middle_draw(file: "ScenarioFile", seed: int = 0) -> Draw:
    """The middle of every range."""
    return Draw(file.id, MIDDLE, False, middle_values(file.parameters), seed)


def corner_draws(file: "ScenarioFile", seed: int = 0) -> list[Draw]:
    """All combinations of the ends of the parameters the file names, the rest in the middle."""
    return [
        Draw(file.id, number, True, values, _own_seed(file, seed, number + CORNER))
        for number, values in enumerate(corner_values(file.parameters, file.corners), 1)
    ]


def check_there(file: "ScenarioFile", encounter: int | None, corner: int | None) -> None:
    """InputError where a person asks for one that the file does not have."""
    if corner is not None and corner > (count := len(corner_draws(file))):
        raise InputError(f"--corner {corner}: {file.id} has {count}")
    if encounter not in {None, FIRST} and not file.parameters:
        raise InputError(
            f"--encounter {encounter}: {file.id} draws nothing: it is one; another --seed is other noise"
        )


def drawn(file: "ScenarioFile", seed: int, number: int) -> Draw:
    """Encounter `number` of a seed: the same whatever else is drawn, before it or on other processes."""
    own_seed = seed if number == FIRST else _own_seed(file, seed, number)
    for values in _tries(file, seed, number):
        draw = Draw(file.id, number, False, values, own_seed)
        if file.draws == "any" or _suits(file, draw):
            return draw
    asked = f"encounter {number} of seed {seed}"
    tries = MOST_TRIES if file.parameters else 1
    raise DrawError(f"{file.id}: none of {tries} draws for {asked} {_lacks(file)}")


def _own_seed(file: "ScenarioFile", seed: int, number: int) -> int:
    return int(np.random.SeedSequence([seed, crc32(file.id.encode()), number]).generate_state(1)[0])


def _tries(file: "ScenarioFile", seed: int, number: int) -> Iterator[Values]:
    name = crc32(file.id.encode())
    for attempt in range(MOST_TRIES if file.parameters else 1):
        yield drawn_values(file.parameters, np.random.default_rng([seed, name, number, attempt]))


def _suits(file: "ScenarioFile", draw: Draw) -> bool:
    log = run_without_system(file.scenario(draw).encounter)
    contact, nearest_m = log.contact, log.min_clearance_m
    if file.draws == "touching_nobody":
        return contact is None and (nearest_m is None or nearest_m >= file.clear_by_m)
    return contact is not None and contact.speed_mps > STANDS_MPS


def _lacks(file: "ScenarioFile") -> str:
    if file.draws == "touching_nobody":
        by = f" and {file.clear_by_m:g} m from everybody" if file.clear_by_m else ""
        return f"goes by without a contact{by} where there is no system"
    return "ends in a contact of the moving truck where there is no system"
