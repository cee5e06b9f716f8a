"""`nearside hil list` and `nearside hil run`: the test engineer's door."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from edge_controller.named_path import File
from hil.out_option import out_option
from hil.perturb_option import MAX_SEED, Choice, perturb_options
from hil.stopping import stopping
from hil.sweep.commands import check_programs, compile_for, drivable, jobs_option, sensing_options
from hil.sweep.progress import progress_of
from hil.truth import Truth, truth_option

if TYPE_CHECKING:
    from hil.scenario.scenario_file import ScenarioFile
    from hil.sensing import Level
    from hil.sweep.engine import Found
    from hil.sweep.job import Job

Side = Literal["right", "left"]
USUAL = 100  # encounters of a row


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Machine readable.")
def list_scenarios(as_json: bool) -> None:
    """Every scenario that comes with the program, one a line: id, family, tags, requirements."""
    from hil.scenario.catalogue import shipped  # noqa: PLC0415 - `nearside --help` must stay quick
    from hil.scenario.listing import described, line_of  # noqa: PLC0415

    known = shipped()
    if as_json:
        click.echo(json.dumps([described(file) for file in known], indent=2, ensure_ascii=False))
        return
    for file in known:
        click.echo(line_of(file))


@click.command()
@click.argument("what", nargs=-1, required=True)
@click.option(
    "-n",
    "encounters",
    type=click.IntRange(1, 100_000),
    help="Encounters of each; 100 unless said, 1 where nothing is drawn. "
    "With 1 the next is drawn where its needs are not met, at most five times.",
)
@click.option("--seed", type=click.IntRange(0, MAX_SEED), default=1, show_default=True)
@click.option(
    "--bench",
    "bench_file",
    type=File(),
    help="YAML file of the bench; stepped, in this process, unless said.",
)
@out_option("out/hil")
@click.option("--near-side", type=click.Choice(["right", "left"]), help="The kerb's side; mirrors all.")
@click.option("--encounter", type=click.IntRange(1), help="Only the draw of that number.")
@click.option("--corner", type=click.IntRange(1), help="Only that corner of the parameters.")
@sensing_options
@jobs_option
@perturb_options
@truth_option
def run(
    what: tuple[str, ...],
    *,
    encounters: int | None,
    seed: int,
    bench_file: Path | None,
    out: Path,
    near_side: Side | None,
    encounter: int | None,
    corner: int | None,
    level: "Level",
    program: str,
    processes: int | None,
    perturb: Choice,
    pose_deg: float | None,
    truth: Truth,
) -> None:
    """Run WHAT: ids, rows of the matrix, families, tags, `all`, YAML files.

    results.json, junit.xml and report.html go into --out.

    Exit code 0 pass, 1 fail, 3 inconclusive, 4 bench error, the worst of all runs; 2 bad input.
    """
    from hil.perturb_option import perturb_of  # noqa: PLC0415 - `nearside --help` must stay quick
    from hil.scenario.bench_file import STEPPED, read_bench  # noqa: PLC0415
    from hil.scenario.catalogue import asked_for  # noqa: PLC0415
    from hil.scenario.folder import results_of_files, writing_into  # noqa: PLC0415
    from hil.scenario.judge import EXIT_CODES, worst  # noqa: PLC0415
    from hil.scenario.table import print_results, screen  # noqa: PLC0415
    from hil.sweep.job import Plan, jobs_of, only  # noqa: PLC0415
    from hil.sweep.once import driven_once  # noqa: PLC0415
    from hil.sweep.report import results_of, write_all  # noqa: PLC0415
    from hil.sweep.reruns import with_page  # noqa: PLC0415
    from hil.workers import cores  # noqa: PLC0415

    if [encounters, encounter, corner].count(None) < 2:
        raise click.UsageError("-n, --encounter and --corner exclude one another")
    check_programs(program, level, ())
    perturb_of(perturb, pose_deg, seed)  # refuses what does not go together before anything is driven
    bench = STEPPED if bench_file is None else read_bench(bench_file)
    files = drivable(asked_for(what, near_side), level)
    plan = Plan(seed, near_side, perturb, pose_deg, truth, level, program, sweeping=False, bench=bench)
    if encounter is None and corner is None:
        counts = [(encounters or USUAL) if file.parameters else 1 for file in files]
        jobs = jobs_of(files, counts, plan, corners=encounters != 1)
    else:
        jobs = only(files, encounter, corner, plan)
    ours = results_of_files(files)
    with writing_into(out, ours=ours), stopping("a run keeps nothing of what it drove; a sweep does"):
        compile_for(files, level, program)
        if encounters == 1:
            once = driven_once(files, with_page(jobs, out), processes or cores())
            done, shown = results_of(files, plan, once.found, once.before), once.jobs
        else:
            found, shown = _driven(files, jobs, out, processes)
            done = results_of(files, plan, found)
        page = write_all(out, done, shown)
    console = screen()
    print_results(done, f"Runs, seed {seed}", console)
    console.print(f"Everything but the gateway's firmware is simulated. Look at {page}", soft_wrap=True)
    sys.exit(EXIT_CODES[worst(one.tally.verdict for one in done)])


def _driven(
    files: "list[ScenarioFile]", jobs: "list[Job]", out: Path, processes: int | None
) -> "tuple[Found, list[Job]]":
    """One encounter of a file with its page at once; of many the pages of a few afterwards."""
    from hil.sweep.engine import driven  # noqa: PLC0415
    from hil.sweep.reruns import shown_jobs, with_page  # noqa: PLC0415
    from hil.workers import cores  # noqa: PLC0415

    many = processes or cores()
    jobs = with_page(jobs, out)
    with progress_of("encounters") as told:
        found = driven(files, jobs, many, told)
    shown = [job for job in jobs if job.folder is not None]
    again = shown_jobs(found, [job for job in jobs if job.folder is None], out)
    if again:
        with progress_of("replays") as told:
            driven(files, again, many, told)
    return found, shown + again
