"""Replay pages of some encounters of many: driven once more, for their logs are not kept."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from hil.scenario.encounter_result import EncounterResult
from hil.sweep.job import Job

MOST = 3  # pages of a file: the gravest first
GRAVEST = ("bench error", "fail", "inconclusive")


def worth_showing(results: Sequence[EncounterResult]) -> list[EncounterResult]:
    """Those that did not pass; where all did, the first."""
    bad = [one for one in results if one.verdict != "pass" and one.outcome is not None]
    bad.sort(key=lambda one: (GRAVEST.index(one.verdict), one.corner, one.number))
    return bad[:MOST] or [one for one in results if one.number == 1 and not one.corner][:1]


def with_page(jobs: Sequence[Job], out: Path) -> list[Job]:
    """The only encounter of a file has its page in the folder of that file."""
    of_file = Counter(job.file_id for job in jobs)
    return [replace(job, folder=out / job.file_id) if of_file[job.file_id] == 1 else job for job in jobs]


def shown_jobs(done: Mapping[str, Sequence[EncounterResult]], jobs: Sequence[Job], out: Path) -> list[Job]:
    """Each of them again, with a folder of its own for its page."""
    many = {job.file_id for job in jobs}
    by_key = {(job.file_id, job.corner, job.number): job for job in jobs}
    return [
        replace(by_key[file_id, one.corner, one.number], folder=out / file_id / named(one))
        for file_id, results in done.items()
        if file_id in many
        for one in worth_showing(results)
    ]


def named(one: EncounterResult) -> str:
    """`corner-2`."""
    return one.in_words().replace(" ", "-")
