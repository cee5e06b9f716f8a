"""The files and pages of many encounters."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from hil.perturb_option import perturb_of
from hil.report import write_index, write_tally_page
from hil.scenario.encounter_result import EncounterResult
from hil.scenario.results import write_results
from hil.scenario.scenario_file import ScenarioFile
from hil.scenario.scenario_result import Conditions, ScenarioResult, scenario_result
from hil.scenario.single import options_of
from hil.sweep.gateways import interpreter_of
from hil.sweep.job import PAGE, Job, Plan


def results_of(
    files: Sequence[ScenarioFile],
    plan: Plan,
    found: Mapping[str, Sequence[EncounterResult]],
    before: Mapping[str, Sequence[EncounterResult]] | None = None,
) -> list[ScenarioResult]:
    """Counted and judged, in the order of the files; `before`: what gave way to those of `found`."""
    interpreter = interpreter_of(plan)
    options = options_of(plan.near_side, plan.perturb, plan.pose_deg, plan.truth, plan.level, plan.program)
    options += plan.bench.options
    return [
        scenario_result(
            file,
            Conditions(
                plan.seed,
                perturb_of(plan.perturb, plan.pose_deg, plan.seed, file.perturb),
                plan.truth,
                plan.level,
                plan.program,
                interpreter,
                options,
            ),
            found[file.id],
            (before or {}).get(file.id, ()),
        )
        for file in files
    ]


def write_all(out: Path, done: Sequence[ScenarioResult], shown: Sequence[Job]) -> Path:
    """results.json, junit.xml, a page for each scenario, and the first page; returns that one.

    The first page of a single scenario is its own.
    """
    write_results(out, done)
    first = out / PAGE
    if len(done) == 1:
        _write_page(first, done[0], shown)
        return first
    pages = {one.file.id: out / one.file.id / PAGE for one in done}
    for one in done:
        _write_page(pages[one.file.id], one, shown)
    write_index(first, done, pages)
    return first


def _write_page(path: Path, one: ScenarioResult, shown: Sequence[Job]) -> None:
    """Of its only encounter the replay, which lies in its folder already; of many what they come to."""
    replays = {
        (job.corner, job.number): job.folder / PAGE
        for job in shown
        if job.file_id == one.file.id and job.folder is not None
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    if len(one.results) > 1 or not replays:
        write_tally_page(path, one, replays)
        return
    (own,) = replays.values()
    if own != path:
        path.write_bytes(own.read_bytes())
