"""One encounter of each file (`-n 1`): where it was not what it should be, the next number is drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hil.scenario.encounter_result import EncounterResult
from hil.scenario.scenario_file import ScenarioFile
from hil.sweep.engine import Found, driven
from hil.sweep.job import Job
from hil.sweep.progress import progress_of

MOST_AGAIN = 5  # more would look for a draw that suits the system


@dataclass(frozen=True, slots=True)
class Once:
    """What decides of each file, the jobs that drove it, and what was left out before it."""

    found: Found
    jobs: list[Job]
    before: Found


def driven_once(files: Sequence[ScenarioFile], jobs: Sequence[Job], processes: int) -> Once:
    """`jobs` are the first encounter of each file; where its needs were not met, the next follows."""
    with progress_of("encounters") as told:
        found = driven(files, jobs, processes, told)
    last = {job.file_id: job for job in jobs}
    before: Found = {file.id: [] for file in files}
    for _ in range(MOST_AGAIN):
        again = [replace(last[name], number=last[name].number + 1) for name in _left_out(files, found)]
        if not again:
            break
        with progress_of("drawn again") as told:
            more = driven(files, again, processes, told)
        for job in again:
            before[job.file_id] += found[job.file_id]
            found[job.file_id] = more[job.file_id]
            last[job.file_id] = job
    return Once(found, list(last.values()), before)


def _left_out(files: Sequence[ScenarioFile], found: Mapping[str, Sequence[EncounterResult]]) -> list[str]:
    """Of a file that draws nothing the next would be the same."""
    return [
        file.id
        for file in files
        if file.parameters and any(one.verdict == "inconclusive" for one in found[file.id])
    ]
