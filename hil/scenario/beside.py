"""What others with perfect sensing come to in the same encounter: to print beside, and to judge by."""

from collections.abc import Iterator

from hil.programs.names import NEARSIDE
from hil.programs.reference import RECOMMENDED, RULES
from hil.runlog import RunLog
from hil.scenario.counted import AS_GOOD, UNDEGRADED
from hil.scenario.draw import Draw
from hil.scenario.encounters import Setup, run_encounter, run_undegraded
from hil.scenario.outcome import Outcome
from hil.scenario.running import Hosted
from hil.scenario.scenario_file import ScenarioFile
from hil.truth import Truth
from radar_sim import Perturb

BESIDE = (NEARSIDE, RECOMMENDED)
REFERENCE = f"{RECOMMENDED}, perfect"  # the policy that the matrix is set by


def beside(
    file: ScenarioFile,
    draw: Draw,
    perturb: Perturb | None,
    programs: tuple[str, ...] = BESIDE,
    *,
    setup: Setup = Setup("radar", NEARSIDE, "cpython"),  # noqa: B008 - frozen
    truth: Truth = "plain",
    without: RunLog | None = None,
) -> dict[str, Outcome]:
    """By `PROGRAM, perfect`; nothing where the file counts nothing that compares.

    Where a file counts what falls, also as with `setup` the same encounter goes undegraded. `without`: the
    drive without the system, which is the same for all programs, where it has been made.
    """
    if not any(counted.outcome in AS_GOOD for counted in file.counted):
        return {}
    others = _driven(file, draw, perturb, programs, without)
    return {**dict(others), **dict(_undegraded(file, draw, perturb, setup, truth))}


def _undegraded(
    file: ScenarioFile, draw: Draw, perturb: Perturb | None, setup: Setup, truth: Truth
) -> Iterator[tuple[str, Outcome]]:
    if any(counted.side == "falls_at_most" for counted in file.counted):
        run = run_undegraded(file, draw, perturb, setup, truth)
        if run.outcome is not None:
            yield UNDEGRADED, run.outcome


def _driven(
    file: ScenarioFile,
    draw: Draw,
    perturb: Perturb | None,
    programs: tuple[str, ...],
    without: RunLog | None,
) -> Iterator[tuple[str, Outcome]]:
    for program in programs:
        hosted: Hosted = "obedient" if program in RULES else "cpython"
        run = run_encounter(file, draw, perturb, Setup("perfect", program, hosted), without=without)
        if run.outcome is not None:
            yield f"{program}, perfect", run.outcome
