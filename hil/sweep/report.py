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
    files: Sequence[ScenarioFile], plan: Plan, found: Mapping[str, Sequence[EncounterResult]]
) -> list[ScenarioResult]:
    """Counted and judged, in the order of the files."""
    interpreter = interpreter_of(plan)
    options = options_of(plan.near_side, plan.perturb, plan.pose_deg, plan.truth, plan.level, plan.program)
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
        )
        for file in files
    ]


def write_all(out: Path, done: Sequence[ScenarioResult], shown: Sequence[Job]) -> Path:
    """results.json, junit.xml, a page for each scenario, and the first page; returns that one."""
    write_results(out, done)
    replays = {(job.file_id, job.corner, job.number): job.folder for job in shown}
    pages: dict[str, Path] = {}
    for one in done:
        of_file = {
            (result.corner, result.number): folder / PAGE
            for result in one.results
            if (folder := replays.get((one.file.id, result.corner, result.number))) is not None
        }
        single = len(one.results) == 1 and of_file
        path = next(iter(of_file.values())) if single else out / one.file.id / PAGE
        if not single:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_tally_page(path, one, of_file)
        pages[one.file.id] = path
    first = out / PAGE
    write_index(first, done, pages)
    return first
