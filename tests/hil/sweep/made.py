"""Jobs and runs that no bench drove, for what only moves them about."""

import os
import signal
from pathlib import Path

from edge_controller.errors import InputError
from hil.scenario.draw import Draw
from hil.scenario.encounters import EncounterRun, Setup
from hil.scenario.judge import Judgement, Row
from hil.scenario.outcome import Outcome
from hil.scenario.scenario import Limit
from hil.sweep.job import Conditions, Done, Job

PERFECT = Setup("perfect")
CONDITIONS = Conditions(1, None, None, None, "plain")
LIMIT = Limit("contacts", None, 0.0, "1", "nobody is touched")


def job(folder: Path, number: int) -> Job:
    """Its path is a folder, in which a worker may leave a mark."""
    return Job(folder, "T1", number, False, (PERFECT,), CONDITIONS, sweeping=True)


def outcome(*, avoided: bool = True) -> Outcome:
    """A turn that was avoided with 0.4 m to spare, or not at all."""
    return Outcome(
        avoided=avoided,
        clear=avoided,
        mitigated=avoided,
        kept=avoided,
        full_braking=True,
        partial_braking=True,
        gentle=True,
        warning=True,
        information=False,
        contact=not avoided,
        contact_without=True,
        contact_speed_mps=None if avoided else 2.5,
        contact_speed_without_mps=4.0,
        min_clearance_m=0.4 if avoided else 0.0,
    )


def run_of(number: int, *, avoided: bool = True) -> EncounterRun:
    """One encounter of T1."""
    row = Row(LIMIT, 0.0 if avoided else 1.0, 0.0 if avoided else -1.0, avoided)
    verdict = "pass" if avoided else "fail"
    judgement = Judgement(verdict, "" if avoided else row.in_words(), (), (row,))
    draw = Draw("T1", number, False, {"gap_m": 1.5, "brake": "slow_valve"}, 77)
    return EncounterRun(draw, PERFECT, judgement, outcome(avoided=avoided), "ab" * 32, True)


def work(job: Job) -> Done:
    """Leaves a mark, so that each time it ran can be counted."""
    _mark(job)
    return Done(job.key, (run_of(job.number),))


def work_third_dies_once(job: Job) -> Done:
    """The process of encounter 3 is killed the first time."""
    times = _mark(job)
    if job.number == 3 and times == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return Done(job.key, (run_of(job.number),))


def work_third_always_dies(job: Job) -> Done:
    """The process of encounter 3 is killed every time."""
    _mark(job)
    if job.number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return Done(job.key, (run_of(job.number),))


def work_refuses(job: Job) -> Done:
    """The input was bad."""
    raise InputError(f"{job.file_id}: line 3: bad")


def _mark(job: Job) -> int:
    path = job.path / f"{job.number}"
    with path.open("a") as file:
        file.write("x")
    return path.stat().st_size
