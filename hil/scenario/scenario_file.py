"""A scenario file as it was read: one situation for each draw of its parameters."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from edge_controller.errors import InputError
from hil.scenario.counted import Counted
from hil.scenario.draw import Draw, middle_draw
from hil.scenario.expression import Values
from hil.scenario.parameters import Parameter
from hil.scenario.scenario import Scenario

Draws = Literal["any", "colliding", "touching_nobody"]


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """What holds for every encounter of it, and how each is built."""

    id: str
    title: str
    title_zh: str
    family: str
    tags: tuple[str, ...]
    requirements: tuple[str, ...]  # ids
    source: str
    path: Path
    sha256: str
    perturb: bool
    parameters: tuple[Parameter, ...]
    corners: tuple[str, ...]  # names of parameters
    draws: Draws
    clear_by_m: float  # with `touching_nobody`: nor comes the truck nearer than this to anybody
    counted: tuple[Counted, ...]  # empty: every encounter must keep `expect`
    encounters_per_km: float | None  # as the file states them; None: it says nothing of kilometres
    built: Callable[[Values], Scenario]

    @property
    def row(self) -> str:
        """The row of the matrix it belongs to: `M2` of `M2-kept`."""
        return self.id.partition("-")[0]

    def scenario(self, draw: Draw) -> Scenario:
        """That encounter; raises InputError with file, line, key and the values drawn."""
        try:
            scenario = self.built(draw.values)
        except InputError as error:
            if not draw.values:
                raise
            raise InputError(f"{error} ({draw.in_words()}: {draw.values_in_words()})") from error
        return scenario.of_draw(draw)

    def middle(self) -> Scenario:
        """The middle of everything."""
        return self.scenario(middle_draw(self))
