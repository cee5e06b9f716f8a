"""Jobs and runs that no bench drove, for what only moves them about."""

import os
import signal
from dataclasses import replace
from pathlib import Path

from edge_controller.errors import InputError
from hil.scenario.encounter_result import EncounterResult
from hil.scenario.judge import Row
from hil.scenario.outcome import Outcome
from hil.scenario.scenario import Limit
from hil.sweep.job import Done, Job, Plan
from tests.hil.outcomes import CLEAR

AVOIDED = replace(
    CLEAR,
    full_braking=True,
    partial_braking=True,
    gentle=True,
    warning=True,
    information=False,
    contact_speed_without_mps=4.0,
    min_clearance_m=0.4,
)
HIT = replace(
    AVOIDED,
    avoided=False,
    clear=False,
    mitigated=False,
    kept=False,
    contact=True,
    contact_speed_mps=2.5,
    min_clearance_m=0.0,
)
LIMIT = Limit("contacts", None, 0.0, "1", "nobody is touched")


def job(folder: Path, number: int) -> Job:
    """Its path is a folder, in which a worker may leave a mark."""
    return Job(folder, "T1", number, False, Plan(1, level="perfect"))


def outcome(*, avoided: bool = True) -> Outcome:
    """A turn that was avoided with 0.4 m to spare, or not at all."""
    return AVOIDED if avoided else HIT


def result_of(number: int, *, avoided: bool = True) -> EncounterResult:
    """One encounter of T1."""
    row = Row(LIMIT, 0.0 if avoided else 1.0, 0.0 if avoided else -1.0, avoided)
    return EncounterResult(
        number=number,
        corner=False,
        seed=77,
        values={"gap_m": 1.5, "brake": "slow_valve"},
        verdict="pass" if avoided else "fail",
        why="" if avoided else row.in_words(),
        measures=(row,),
        outcome=outcome(avoided=avoided),
        beside={"recommended, perfect": outcome()},
        frames_sha256="ab" * 32,
        same_in_micropython=True,
    )


def done_of(number: int, *, avoided: bool = True) -> Done:
    """As a worker sends it."""
    return Done(f"T1 encounter {number}", "T1", result_of(number, avoided=avoided))


def work(job: Job) -> Done:
    """Leaves a mark, so that each time it ran can be counted."""
    _mark(job)
    return done_of(job.number)


def work_third_dies_once(job: Job) -> Done:
    """The process of encounter 3 is killed the first time."""
    times = _mark(job)
    if job.number == 3 and times == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return done_of(job.number)


def work_third_always_dies(job: Job) -> Done:
    """The process of encounter 3 is killed every time."""
    _mark(job)
    if job.number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return done_of(job.number)


def work_refuses(job: Job) -> Done:
    """The input was bad."""
    raise InputError(f"{job.file_id}: line 3: bad")


def _mark(job: Job) -> int:
    path = job.path / f"{job.number}"
    with path.open("a") as file:
        file.write("x")
    return path.stat().st_size
