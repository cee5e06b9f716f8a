"""One encounter as a worker process gets it, and what it sends back."""

import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from edge_controller.errors import InputError
from edge_controller.messages import Side
from hil.perturb_option import Choice, perturb_of
from hil.programs.names import NEARSIDE
from hil.report import write_scenario_report
from hil.scenario.bench_file import STEPPED, Bench
from hil.scenario.beside import BESIDE, beside
from hil.scenario.draw import FIRST, Draw, DrawError, check_there, corner_draws
from hil.scenario.encounter_result import EncounterResult, encounter_result
from hil.scenario.encounters import Setup, run_encounter, sweep_encounter
from hil.scenario.judge import bench_error
from hil.scenario.reading import read_file
from hil.scenario.running import Progress
from hil.scenario.scenario_file import ScenarioFile
from hil.scenario.single import Asked, drive
from hil.sensing import Level
from hil.truth import Truth

PAGE = "report.html"


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
    beside: tuple[str, ...] = BESIDE  # programs with perfect sensing that drive the same draws
    sweeping: bool = (
        True  # firmware in CPython, one in a hundred again in MicroPython; else as the bench says
    )
    bench: Bench = STEPPED


@dataclass(frozen=True, slots=True)
class Job:
    """One encounter of one file."""

    path: Path
    file_id: str
    number: int
    corner: bool
    plan: Plan
    folder: Path | None = None  # where its page and its CAN trace go; None: neither is kept
    sha256: str | None = None  # of the file as it was when it was asked for; None: whatever is there

    @property
    def key(self) -> str:
        """Names the encounter in a journal."""
        return key_of(self.file_id, self.number, corner=self.corner)


def key_of(file_id: str, number: int, *, corner: bool) -> str:
    """`T1 corner 2`."""
    return f"{file_id} {'corner' if corner else 'encounter'} {number}"


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
        jobs += [
            Job(file.path, file.id, number, corner, plan, sha256=file.sha256) for number, corner in numbered
        ]
    return jobs


def only(files: Sequence[ScenarioFile], encounter: int | None, corner: int | None, plan: Plan) -> list[Job]:
    """One encounter or corner of each file; InputError where a file does not have it."""
    for file in files:
        check_there(file, encounter, corner)
    number = (encounter or FIRST) if corner is None else corner
    return [Job(file.path, file.id, number, corner is not None, plan, sha256=file.sha256) for file in files]


def run_job(job: Job, progress: Progress = lambda _share: None) -> Done:
    """In a worker: drive it. Whatever breaks becomes a bench error; InputError is the asker's to hear."""
    file = _file(job.path, job.plan.near_side)
    if job.sha256 not in {None, file.sha256}:
        raise InputError(f"{job.path}: was changed while it was being driven; begin again")
    result = _counted(file, job) if job.folder is None else _shown(file, job, job.folder, progress)
    return Done(job.key, file.id, result)


def asked_of(job: Job) -> Asked:
    """The same encounter, as one that is driven with its logs."""
    plan = job.plan
    return Asked(
        plan.seed,
        encounter=FIRST if job.corner else job.number,
        corner=job.number if job.corner else None,
        perturb=plan.perturb,
        pose_deg=plan.pose_deg,
        truth=plan.truth,
        level=plan.level,
        program=plan.program,
        bench=plan.bench,
    )


def _shown(file: ScenarioFile, job: Job, folder: Path, progress: Progress) -> EncounterResult:
    folder.mkdir(parents=True, exist_ok=True)
    run, done = drive(file, asked_of(job), folder, progress)
    write_scenario_report(folder / PAGE, run)
    return done.results[0]


def _counted(file: ScenarioFile, job: Job) -> EncounterResult:
    plan = job.plan
    try:
        draw = asked_of(job).draw(file)
    except DrawError as error:
        return broken(job, error).result
    perturb = perturb_of(plan.perturb, plan.pose_deg, draw.seed, file.perturb)
    setup = Setup(plan.level, plan.program, plan.bench.gateway)
    run = (sweep_encounter if plan.sweeping else run_encounter)(file, draw, perturb, setup, plan.truth)
    if run.outcome is None:
        return replace(encounter_result(draw, run.judgement, None, file.counted), seen={"trace": run.trace})
    hosted = Setup(plan.level, plan.program, "cpython")
    others = beside(file, draw, perturb, plan.beside, setup=hosted, truth=plan.truth)
    result = encounter_result(draw, run.judgement, run.outcome, file.counted, beside=others)
    return replace(result, frames_sha256=run.frames_sha256, same_in_micropython=run.same_in_micropython)


def broken(job: Job, error: BaseException) -> Done:
    """Nothing was measured."""
    draw = Draw(job.file_id, job.number, job.corner, {})
    trace = {"trace": "".join(traceback.format_exception(error))}
    return Done(job.key, job.file_id, encounter_result(draw, bench_error(error), None, (), seen=trace))


@lru_cache(maxsize=256)
def _file(path: Path, near_side: Side | None) -> ScenarioFile:
    """Read once in each process."""
    return read_file(path, near_side)
