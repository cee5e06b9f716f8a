"""Files and a plan in, results out: what the journal has is not driven again."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hil.programs.names import detection_of
from hil.scenario.encounter_result import EncounterResult
from hil.scenario.scenario_file import ScenarioFile
from hil.sweep.code import code_sha256
from hil.sweep.job import Job, Plan, run_job
from hil.sweep.journal import Journal
from hil.sweep.pool import run_all
from hil.sweep.progress import Told

Found = dict[str, list[EncounterResult]]


def swept(
    files: Sequence[ScenarioFile],
    jobs: Sequence[Job],
    out: Path,
    processes: int,
    told: Told,
    *,
    fresh: bool = False,
) -> Found:
    """Results by file id; each is on the disk before it is told, and none is driven that was before.

    Unless it begins afresh: then what was before is forgotten.
    """
    found: Found = {file.id: [] for file in files}
    wanted = {job.key for job in jobs}
    with Journal(out, identity_of(files, jobs[0].plan), fresh=fresh) as journal:
        kept = [done for key, done in journal.done.items() if key in wanted]
        for done in kept:
            found[done.file_id].append(done.result)
        told(len(kept), len(jobs))
        missing = [job for job in jobs if job.key not in journal.done]
        with closing(run_all(missing, processes, run_job)) as driving:  # ends its workers, whatever stops us
            for count, done in enumerate(driving, len(kept) + 1):
                journal.keep(done)
                found[done.file_id].append(done.result)
                told(count, len(jobs))
    return found


def driven(files: Sequence[ScenarioFile], jobs: Sequence[Job], processes: int, told: Told) -> Found:
    """Results by file id, nothing kept on the way; a single one in this process."""
    found: Found = {file.id: [] for file in files}
    told(0, len(jobs))
    if len(jobs) == 1:
        done = run_job(jobs[0], lambda share: told(share, 1))
        return {**found, done.file_id: [done.result]}
    with closing(run_all(longest_first(files, jobs), processes, run_job)) as driving:
        for count, done in enumerate(driving, 1):
            found[done.file_id].append(done.result)
            told(count, len(jobs))
    return found


def longest_first(files: Sequence[ScenarioFile], jobs: Sequence[Job]) -> list[Job]:
    """By how long they may last, so that the processes end together."""
    lasts_s = {
        file.id: file.middle().encounter.duration_s
        * (2 if any(one.side == "falls_at_most" for one in file.counted) else 1)  # undegraded, too
        for file in files
    }
    return sorted(jobs, key=lambda job: -lasts_s[job.file_id])


def identity_of(files: Sequence[ScenarioFile], plan: Plan) -> dict[str, Any]:
    """What must be the same for a sweep to go on; how many encounters there are to be is not of it."""
    return {
        "scenarios": {file.id: file.sha256 for file in files},
        **asdict(plan),
        "program code": code_sha256(),
        "detection": detection_of(plan.level, plan.program),
    }
