"""Made-up results for the pages: one small file, its encounters ended as wished."""

import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from hil.gateway_host import Interpreter
from hil.scenario.counted import Counted
from hil.scenario.draw import Draw
from hil.scenario.encounter_result import EncounterResult, encounter_result
from hil.scenario.judge import Judgement
from hil.scenario.outcome import Outcome
from hil.scenario.parameters import OneOf, Range
from hil.scenario.reading import read_file
from hil.scenario.scenario_file import ScenarioFile
from hil.scenario.scenario_result import Conditions, ScenarioResult, scenario_result
from radar_sim import Perturb
from tests.hil.outcomes import CLEAR
from tests.hil.scenario.samples import TEXT

CPYTHON, MICROPYTHON = Interpreter("cpython", "3.11.2"), Interpreter("micropython", "1.29.0")
AVOIDED = Counted("avoided", "at_least", 0.75, "goal T1")
NO_FULL = Counted("full_braking", "none_in", 1000, "goal N1")
FEW_PARTIAL = Counted("partial_braking", "at_most", 0.01, "goal N2")
PARAMETERS = (
    Range("truck_kmh", 8.0, 20.0),
    Range("gap_m", 0.9, 2.5),
    OneOf("brake", ("typical_ebs", "fast_ebs"), (0.5, 0.5)),
)
FINE = Judgement("pass", "", (), ())
UNMET = Judgement("inconclusive", "radar_frames_lost is 3, must be ≤ 0 (all samples arrive)", (), ())
BROKEN = Judgement("bench error", "RuntimeError: the interpreter died", (), ())


@cache
def sample() -> ScenarioFile:
    """A near-side turn with two ranges and a choice."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "s1.yaml"
        path.write_text(TEXT, encoding="utf-8")
        return replace(read_file(path), family="T", parameters=PARAMETERS, corners=("truck_kmh", "gap_m"))


def named(identity: str, *counted: Counted, family: str = "T") -> ScenarioFile:
    """The sample under another name, counting something else."""
    return replace(
        sample(),
        id=identity,
        title=f"Title of {identity}",
        family=family,
        counted=counted,
        path=Path(f"{identity}.yaml"),
    )


def one_of(
    file: ScenarioFile,
    number: int,
    outcome: Outcome | None = CLEAR,
    judgement: Judgement = FINE,
    *,
    corner: bool = False,
    beside: dict[str, Outcome] | None = None,
) -> EncounterResult:
    """An encounter with values of its own."""
    rng = random.Random(number)
    values = {
        "truck_kmh": rng.uniform(8.0, 20.0),
        "gap_m": rng.uniform(0.9, 2.5),
        "brake": rng.choice(["typical_ebs", "fast_ebs"]),
    }
    draw = Draw(file.id, number, corner, values, number)
    return encounter_result(draw, judgement, outcome, file.counted, beside=beside)


def many(
    file: ScenarioFile, n: int, ended: Callable[[int], Outcome], others: Sequence[EncounterResult] = ()
) -> ScenarioResult:
    """n encounters, and others besides."""
    found = [one_of(file, number, ended(number)) for number in range(1, n + 1)]
    conditions = Conditions(7, Perturb(7), interpreter=CPYTHON)
    return scenario_result(file, conditions, [*found, *others])


def single(file: ScenarioFile, outcome: Outcome | None, judgement: Judgement) -> ScenarioResult:
    """One encounter only."""
    conditions = Conditions(7, Perturb(7), interpreter=MICROPYTHON)
    return scenario_result(file, conditions, [one_of(file, 1, outcome, judgement)])
