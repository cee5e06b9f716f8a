"""What a scenario file says, read."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from hil.encounter import Encounter
from hil.truth import Truth

if TYPE_CHECKING:
    from hil.scenario.draw import Draw

COUNT = "1"  # the unit of what is counted


@dataclass(frozen=True, slots=True)
class Limit:
    """What one measure must be; at least one of the two bounds is there."""

    measure: str
    at_least: float | None
    at_most: float | None
    unit: str
    requirement: str  # where it comes from, for a person

    def in_words(self) -> str:
        """The bounds for a table."""
        bounds = [("≥", self.at_least), ("≤", self.at_most)]
        return " and ".join(f"{sign} {self.told(bound)}" for sign, bound in bounds if bound is not None)

    def told(self, value: float) -> str:
        """A value with its unit; a count has none to tell."""
        return f"{value:.4g}" if self.unit == COUNT else f"{value:.4g} {self.unit}"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One situation, what the run must have been like to count, and what is expected."""

    id: str
    title: str
    title_zh: str
    family: str
    source: str
    note: str
    path: Path
    sha256: str
    fit_sha256: str
    brake_name: str
    perturb: bool
    encounter: Encounter
    collision_x_m: float | None  # theoretical collision point, world axes: the front starts at x = 0
    needs: tuple[Limit, ...]
    expect: tuple[Limit, ...]  # may be empty where outcomes are counted
    draw: "Draw | None" = None  # which encounter of its file; None where it came of none

    def of_draw(self, draw: "Draw") -> "Scenario":
        """The same, as that encounter of its file."""
        return replace(self, draw=draw, encounter=replace(self.encounter, seed=draw.seed))

    def in_truth(self, truth: Truth) -> "Scenario":
        """The same situation in a plainer or fuller world."""
        return replace(self, encounter=replace(self.encounter, truth=truth))
