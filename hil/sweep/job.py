"""One encounter as a worker process gets it, and what it sends back."""

import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from edge_controller.messages import Side
from hil.perturb_option import Choice, perturb_of
from hil.programs.reference import RECOMMENDED
from hil.scenario.draw import Draw, DrawError, corner_draws, drawn
from hil.scenario.encounters import EncounterRun, Setup, run_encounter, sweep_encounter
from hil.scenario.judge import bench_error
from hil.scenario.reading import read_file
from hil.scenario.scenario_file import ScenarioFile
from hil.truth import Truth


@dataclass(frozen=True, slots=True)
class Conditions:
    """What holds for every encounter of a sweep."""

    seed: int
    near_side: Side | None
    perturb: Choice
    pose_deg: float | None
    truth: Truth


@dataclass(frozen=True, slots=True)
class Job:
    """One encounter of one file, driven once in each setup: all of them meet the same draw."""

    path: Path
    file_id: str
    number: int
    corner: bool
    setups: tuple[Setup, ...]
    conditions: Conditions
    sweeping: bool  # firmware in CPython, one in a hundred again in MicroPython

    @property
    def key(self) -> str:
        """Names the encounter in a journal."""
        return f"{self.file_id} {'corner' if self.corner else 'encounter'} {self.number}"


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a job, one run for each setup, in that order."""

    key: str
    runs: tuple[EncounterRun, ...]


def jobs_of(
    files: Sequence[ScenarioFile],
    counts: Sequence[int],
    setups: tuple[Setup, ...],
    conditions: Conditions,
    *,
    corners: bool,
    sweeping: bool,
) -> list[Job]:
    """Encounters 1 to n of each file, after its corners."""
    jobs = []
    for file, count in zip(files, counts, strict=True):
        of_corners = range(1, len(corner_draws(file)) + 1) if corners else ()
        numbered = [(number, True) for number in of_corners]
        numbered += [(number, False) for number in range(1, count + 1)]
        jobs += [
            Job(file.path, file.id, number, corner, setups, conditions, sweeping)
            for number, corner in numbered
        ]
    return jobs


def run_job(job: Job) -> Done:
    """In a worker: drive it. Whatever breaks becomes a bench error; InputError is the asker's to hear."""
    file = _file(job.path, job.conditions.near_side)
    try:
        draw = _draw(file, job)
    except DrawError as error:
        draw = Draw(file.id, job.number, job.corner, {})
        return Done(job.key, tuple(broken(draw, setup, error) for setup in job.setups))
    return Done(job.key, tuple(_driven(file, draw, setup, job) for setup in job.setups))


def broken(draw: Draw, setup: Setup, error: BaseException) -> EncounterRun:
    """Nothing was measured."""
    trace = "".join(traceback.format_exception(error))
    return EncounterRun(draw, setup, bench_error(error), None, "", trace=trace)


def _draw(file: ScenarioFile, job: Job) -> Draw:
    seed = job.conditions.seed
    return corner_draws(file, seed)[job.number - 1] if job.corner else drawn(file, seed, job.number)


def _driven(file: ScenarioFile, draw: Draw, setup: Setup, job: Job) -> EncounterRun:
    conditions = job.conditions
    perturb = perturb_of(conditions.perturb, conditions.pose_deg, draw.seed, file.perturb)
    run = sweep_encounter if job.sweeping else run_encounter
    return run(file, draw, perturb, setup, conditions.truth)


@lru_cache(maxsize=256)
def _file(path: Path, near_side: Side | None) -> ScenarioFile:
    """Read once in each process."""
    return read_file(path, near_side)


REFERENCE = Setup("perfect", RECOMMENDED, "obedient")
