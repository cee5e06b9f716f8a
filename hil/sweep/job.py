"""One encounter as a worker process gets it, and what it sends back."""

import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from edge_controller.messages import Side
from hil.perturb_option import Choice, perturb_of
from hil.programs.names import NEARSIDE
from hil.scenario.beside import beside
from hil.scenario.draw import Draw, DrawError, corner_draws, drawn
from hil.scenario.encounter_result import EncounterResult, encounter_result
from hil.scenario.encounters import EncounterRun, Setup, run_encounter, sweep_encounter
from hil.scenario.judge import bench_error
from hil.scenario.reading import read_file
from hil.scenario.scenario_file import ScenarioFile
from hil.sensing import Level
from hil.truth import Truth


@dataclass(frozen=True, slots=True)
class Plan:
    """What holds for every encounter of a sweep."""

    seed: int
    near_side: Side | None = None
    perturb: Choice = None
    pose_deg: float | None = None
    truth: Truth = "plain"
    level: Level = "radar"
    program: str = NEARSIDE
    beside: tuple[str, ...] = ()  # programs with perfect sensing that drive the same draws
    sweeping: bool = (
        True  # firmware in CPython, one in a hundred again in MicroPython; else all in MicroPython
    )


@dataclass(frozen=True, slots=True)
class Job:
    """One encounter of one file."""

    path: Path
    file_id: str
    number: int
    corner: bool
    plan: Plan

    @property
    def key(self) -> str:
        """Names the encounter in a journal."""
        return f"{self.file_id} {'corner' if self.corner else 'encounter'} {self.number}"


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a job."""

    key: str
    file_id: str
    result: EncounterResult


def jobs_of(files: Sequence[ScenarioFile], counts: Sequence[int], plan: Plan, *, corners: bool) -> list[Job]:
    """Corners of each file first, for they are few; then its encounters 1 to n."""
    jobs = []
    for file, count in zip(files, counts, strict=True):
        of_corners = range(1, len(corner_draws(file)) + 1) if corners else range(0)
        numbered = [(number, True) for number in of_corners]
        numbered += [(number, False) for number in range(1, count + 1)]
        jobs += [Job(file.path, file.id, number, corner, plan) for number, corner in numbered]
    return jobs


def run_job(job: Job) -> Done:
    """In a worker: drive it. Whatever breaks becomes a bench error; InputError is the asker's to hear."""
    file = _file(job.path, job.plan.near_side)
    try:
        draw = _draw(file, job)
    except DrawError as error:
        return broken(job, error)
    run, plan = _driven(file, draw, job.plan), job.plan
    perturb = _perturb(file, draw, plan)
    others = beside(file, draw, perturb, plan.beside) if run.outcome is not None and plan.beside else {}
    result = encounter_result(draw, run.judgement, run.outcome, file.counted, beside=others)
    result = replace(result, frames_sha256=run.frames_sha256, same_in_micropython=run.same_in_micropython)
    return Done(job.key, file.id, result)


def broken(job: Job, error: BaseException) -> Done:
    """Nothing was measured."""
    draw = Draw(job.file_id, job.number, job.corner, {})
    trace = {"trace": "".join(traceback.format_exception(error))}
    return Done(job.key, job.file_id, encounter_result(draw, bench_error(error), None, (), seen=trace))


def _draw(file: ScenarioFile, job: Job) -> Draw:
    seed = job.plan.seed
    return corner_draws(file, seed)[job.number - 1] if job.corner else drawn(file, seed, job.number)


def _driven(file: ScenarioFile, draw: Draw, plan: Plan) -> EncounterRun:
    run = sweep_encounter if plan.sweeping else run_encounter
    return run(file, draw, _perturb(file, draw, plan), Setup(plan.level, plan.program), plan.truth)


def _perturb(file: ScenarioFile, draw: Draw, plan: Plan):  # type: ignore[no-untyped-def]
    return perturb_of(plan.perturb, plan.pose_deg, draw.seed, file.perturb)


@lru_cache(maxsize=256)
def _file(path: Path, near_side: Side | None) -> ScenarioFile:
    """Read once in each process."""
    return read_file(path, near_side)
