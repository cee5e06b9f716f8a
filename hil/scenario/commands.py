"""`nearside hil list` and `nearside hil run`: the test engineer's door."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from hil.perturb_option import MAX_SEED, Choice, perturb_of, perturb_options
from hil.truth import Truth, truth_option

if TYPE_CHECKING:
    from hil.scenario.running import ScenarioRun
    from hil.scenario.scenario_file import ScenarioFile
    from hil.scenario.scenario_result import ScenarioResult
    from hil.scenario.single import Asked

COLOURS = {"pass": "green", "fail": "red", "inconclusive": "yellow", "bench error": "magenta"}
Side = Literal["right", "left"]


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
@click.option("--seed", type=click.IntRange(0, MAX_SEED), default=1, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default=Path("out/hil"), show_default=True)
@click.option("--near-side", type=click.Choice(["right", "left"]), help="The kerb's side; mirrors all.")
@click.option("--encounter", type=click.IntRange(1), default=1, show_default=True, help="Which draw.")
@click.option("--corner", type=click.IntRange(1), help="A corner of the parameters instead of a draw.")
@perturb_options
@truth_option
def run(
    what: tuple[str, ...],
    *,
    seed: int,
    out: Path,
    near_side: Side | None,
    encounter: int,
    corner: int | None,
    perturb: Choice,
    pose_deg: float | None,
    truth: Truth,
) -> None:
    """Run WHAT: ids, rows of the matrix, families, tags, `all`, YAML files.

    results.json, junit.xml and report.html go into --out.

    Exit code 0 pass, 1 fail, 3 inconclusive, 4 bench error, the worst of all runs; 2 bad input.
    """
    from hil.scenario.catalogue import chosen, shipped  # noqa: PLC0415
    from hil.scenario.folder import writing_into  # noqa: PLC0415
    from hil.scenario.judge import EXIT_CODES, worst  # noqa: PLC0415
    from hil.scenario.results import write_results  # noqa: PLC0415
    from hil.scenario.single import Asked, options_of  # noqa: PLC0415

    files = chosen(what, near_side, shipped(near_side))
    options = options_of(near_side, perturb, pose_deg, truth)
    asked = Asked(seed, encounter, corner, perturb, pose_deg, truth, options)
    perturb_of(perturb, pose_deg, seed)  # refuses what does not go together before anything is driven
    with writing_into(out):
        runs, done = _drive_all(files, asked, out)
        write_results(out, done)
        page = _write_pages(out, runs, done)
    Console().print(_table(runs, seed))
    for one in done:
        _print_why(one)
    Console().print(f"Everything but the gateway's firmware is simulated. Look at {page}", soft_wrap=True)
    sys.exit(EXIT_CODES[worst(one.judgement.verdict for one in runs)])


def _drive_all(
    files: "list[ScenarioFile]", asked: "Asked", out: Path
) -> "tuple[list[ScenarioRun], list[ScenarioResult]]":
    from hil.scenario.folder import folder_of  # noqa: PLC0415
    from hil.scenario.single import drive  # noqa: PLC0415

    runs, done = [], []
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:3.0f} %"))
    with Progress(*columns, TimeElapsedColumn()) as progress:
        for file in files:
            task = progress.add_task(file.id, total=1.0)
            run, result = drive(
                file,
                asked,
                folder_of(out, file.id),
                lambda share, task=task: progress.update(task, completed=share),  # type: ignore[misc]
            )
            progress.update(task, completed=1.0, description=f"{file.id} {run.judgement.verdict}")
            runs.append(run)
            done.append(result)
    return runs, done


def _print_why(done: "ScenarioResult") -> None:
    """What did not pass, and the line that drives it again."""
    console = Console()
    if done.tally.why:
        console.print(f"{done.file.id}: {done.tally.why}", markup=False, highlight=False)
    for line in done.reruns:
        console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)


def _write_pages(out: Path, runs: "list[ScenarioRun]", done: "list[ScenarioResult]") -> Path:
    """`report.html` is where to look first: the one run, or a line for each of several and its own page."""
    from hil.report import write_index, write_scenario_report  # noqa: PLC0415
    from hil.scenario.folder import folder_of  # noqa: PLC0415

    first = out / "report.html"
    if len(runs) == 1:
        write_scenario_report(first, runs[0])
        return first
    pages = {one.scenario.id: folder_of(out, one.scenario.id) / "report.html" for one in runs}
    for one in runs:
        write_scenario_report(pages[one.scenario.id], one)
    write_index(first, done, pages)
    return first


def _table(runs: "list[ScenarioRun]", seed: int) -> Table:
    table = Table(title=f"Runs, seed {seed}")
    for name in ("scenario, measure", "value", "limit", "margin", "verdict"):
        table.add_column(name, no_wrap=name != "limit")
    for one in runs:
        verdict = one.judgement.verdict
        table.add_row(Text(one.scenario.id, "bold"), "", "", "", Text(verdict, COLOURS[verdict]))
        for counted in one.counted:
            limit = counted.counted
            value = "yes" if counted.events else "no"
            missed = Text("" if counted.verdict == "pass" else "missed", "red")
            table.add_row(f"  {limit.outcome}", value, limit.in_words(), "-", missed)
        for row in one.judgement.measures:
            table.add_row(
                f"  {row.limit.measure}",
                "-" if row.value is None else row.limit.told(row.value),
                row.limit.in_words(),
                "-" if row.margin is None else f"{row.margin:.3g}",
                Text("" if row.is_kept else "missed", "red"),
            )
        table.add_section()
    return table
