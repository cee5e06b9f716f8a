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
    from hil.scenario.scenario import Scenario
    from radar_sim import Perturb

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
@perturb_options
@truth_option
def run(
    what: tuple[str, ...],
    *,
    seed: int,
    out: Path,
    near_side: Side | None,
    perturb: Choice,
    pose_deg: float | None,
    truth: Truth,
) -> None:
    """Run WHAT: ids or their first parts, families, `all`, YAML files.

    results.json, junit.xml and report.html go into --out.

    Exit code 0 pass, 1 fail, 3 inconclusive, 4 bench error, the worst of all runs; 2 bad input.
    """
    from hil.scenario.catalogue import chosen, shipped  # noqa: PLC0415
    from hil.scenario.draw import drawn  # noqa: PLC0415
    from hil.scenario.folder import writing_into  # noqa: PLC0415
    from hil.scenario.judge import EXIT_CODES, worst  # noqa: PLC0415
    from hil.scenario.results import write_results  # noqa: PLC0415

    files = chosen(what, near_side, shipped(near_side))
    scenarios = [file.scenario(drawn(file, seed, 1)).in_truth(truth) for file in files]
    perturbs = [perturb_of(perturb, pose_deg, seed, scenario.perturb) for scenario in scenarios]
    with writing_into(out):
        runs = _run_all(scenarios, seed, perturbs, out)
        write_results(out, runs)
        page = _write_pages(out, runs)
    Console().print(_table(runs))
    for one in runs:
        if one.judgement.why:
            Console().print(f"{one.scenario.id}: {one.judgement.why}", markup=False, highlight=False)
    Console().print(f"Everything but the gateway's firmware is simulated. Look at {page}", soft_wrap=True)
    sys.exit(EXIT_CODES[worst(one.judgement.verdict for one in runs)])


def _run_all(
    scenarios: "list[Scenario]", seed: int, perturbs: "list[Perturb | None]", out: Path
) -> "list[ScenarioRun]":
    from hil.scenario.folder import folder_of  # noqa: PLC0415
    from hil.scenario.running import run_scenario  # noqa: PLC0415

    runs = []
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:3.0f} %"))
    with Progress(*columns, TimeElapsedColumn()) as progress:
        for scenario, perturb in zip(scenarios, perturbs, strict=True):
            task = progress.add_task(scenario.id, total=1.0)
            done = run_scenario(
                scenario,
                seed,
                perturb,
                folder_of(out, scenario),
                lambda share, task=task: progress.update(task, completed=share),  # type: ignore[misc]
            )
            progress.update(task, completed=1.0, description=f"{scenario.id} {done.judgement.verdict}")
            runs.append(done)
    return runs


def _write_pages(out: Path, runs: "list[ScenarioRun]") -> Path:
    """`report.html` is where to look first: the one run, or a line for each of several and its own page."""
    from hil.report import write_index, write_scenario_report  # noqa: PLC0415
    from hil.scenario.folder import folder_of  # noqa: PLC0415

    first = out / "report.html"
    if len(runs) == 1:
        write_scenario_report(first, runs[0])
        return first
    reports = [(one, folder_of(out, one.scenario) / "report.html") for one in runs]
    for one, path in reports:
        write_scenario_report(path, one)
    write_index(first, reports)
    return first


def _table(runs: "list[ScenarioRun]") -> Table:
    table = Table(title=f"Runs, seed {runs[0].seed}")
    for name in ("scenario, measure", "value", "limit", "margin", "verdict"):
        table.add_column(name, no_wrap=name != "limit")
    for one in runs:
        verdict = one.judgement.verdict
        table.add_row(Text(one.scenario.id, "bold"), "", "", "", Text(verdict, COLOURS[verdict]))
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
