"""One scenario file as it was driven: with what, each encounter, and what they come to."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from hil.gateway_host import Interpreter
from hil.programs.names import NEARSIDE
from hil.scenario.catalogue import SHIPPED
from hil.scenario.encounter_result import EncounterResult
from hil.scenario.scenario_file import ScenarioFile
from hil.scenario.tally import Tally, doubted, tally_of
from hil.sensing import Level
from hil.sensing.statistical import doubts_of
from hil.truth import Truth
from radar_sim import Perturb


@dataclass(frozen=True, slots=True)
class Conditions:
    """With what all encounters were driven; `options` of the command line that say so again."""

    seed: int
    perturb: Perturb | None  # of the first encounter; each draws with its own seed unless the options say one
    truth: Truth = "plain"
    level: Level = "radar"
    program: str = NEARSIDE
    interpreter: Interpreter | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """Encounters in the order of their numbers, then corners."""

    file: ScenarioFile
    conditions: Conditions
    results: tuple[EncounterResult, ...]
    tally: Tally
    before: tuple[EncounterResult, ...] = ()  # of one that stands alone: draws left out, it took their place

    def rerun(self, one: EncounterResult) -> str:
        """The line that drives that encounter alone again."""
        which = ["--corner" if one.corner else "--encounter", str(one.number)]
        if not self.file.parameters and not one.corner and one.number == 1:
            which = []
        words = ("nearside", "hil", "run", _named(self.file), "--seed", str(self.conditions.seed), *which)
        return shlex.join((*words, *self.conditions.options))

    @property
    def said_before(self) -> list[str]:
        """One line for each draw that gave way to the next."""
        return [f"left out, the next was drawn: {one.in_words()}: {one.why}" for one in self.before]

    @property
    def reruns(self) -> list[str]:
        """One line for each encounter that did not pass."""
        return [self.rerun(one) for one in self.results if one.verdict != "pass"]


def scenario_result(
    file: ScenarioFile,
    conditions: Conditions,
    results: Sequence[EncounterResult],
    before: Sequence[EncounterResult] = (),
) -> ScenarioResult:
    """In whatever order they came from their processes."""
    ordered = tuple(sorted(results, key=lambda one: (one.corner, one.number)))
    tally = tally_of(file.counted, ordered)
    if conditions.level == "statistical":
        tally = doubted(tally, doubts_of(file.middle().in_truth(conditions.truth).encounter))
    return ScenarioResult(file, conditions, ordered, tally, tuple(before))


def _named(file: ScenarioFile) -> str:
    """A shipped one by its id, another by its path."""
    return file.id if file.path.parent == SHIPPED else str(file.path)
