"""`nearside hil fit-statistics`, `carry-model`, `compare-levels`: the statistical level made, and tried."""

import json
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from edge_controller.named_path import File, Folder
from hil.out_option import out_option
from hil.perturb_option import MAX_SEED, Choice, perturb_options
from hil.stopping import stopping
from hil.sweep.commands import compile_for, jobs_option

if TYPE_CHECKING:
    from hil.sensing.comparing import Comparison, Row
    from hil.sensing.matching import Matched
    from hil.sensing.model import Model

Side = Literal["right", "left"]
FOUND_WITHIN_S = 2.0  # of a truck at rest


@click.command("fit-statistics")
@click.option("--fit", default="demo", show_default=True, help="A shipped fit, or a TOML.")
@click.option("--drives", type=click.IntRange(1, 100_000), default=240, show_default=True)
@click.option("--seed", type=click.IntRange(0, MAX_SEED), default=5, show_default=True)
@click.option("--folder", type=Folder(), default=Path("out/statistics"), show_default=True)
@click.option("--out", type=File(), default=Path("out/model.json"))
@jobs_option
@click.option("--json", "as_json", is_flag=True, help="Machine readable.")
def fit_statistics(
    *, fit: str, drives: int, seed: int, folder: Path, out: Path, processes: int | None, as_json: bool
) -> None:
    """Drive with simulated radars on drives of its own and fit the statistical level to what they tell.

    Drives are kept in --folder: what this very chain has driven is not driven again.
    """
    # Here, not above: `nearside --help` must not wait for the simulator.
    from edge_controller.config import load_fit  # noqa: PLC0415
    from hil.compiling import compile_first  # noqa: PLC0415
    from hil.scenario.folder import writing_into  # noqa: PLC0415
    from hil.sensing.driving import digests_in, drives_in, fit_path, provenance  # noqa: PLC0415
    from hil.sensing.fitting import fitted  # noqa: PLC0415
    from hil.sensing.matching import match  # noqa: PLC0415
    from hil.sensing.model import write_model  # noqa: PLC0415
    from hil.workers import cores  # noqa: PLC0415

    path = fit_path(fit)
    loaded = load_fit(path)
    width_m = loaded.truck.width_m
    found: list[Matched] = []
    kept = f"what was driven is kept in {folder}, the same command goes on"
    with writing_into(out.parent), writing_into(folder, "--folder"), stopping(kept):
        compile_first([loaded])
        driving = drives_in(folder, path, seed, drives, processes or cores())
        with _bar() as bar, closing(driving):
            task = bar.add_task("drives", total=drives)
            for told, _ in driving:
                found.append(match(told, width_m))
                bar.advance(task)
    told_sha256 = digests_in(folder, path, seed, range(1, drives + 1))
    model = fitted(found, width_m, provenance(path, seed, found, told_sha256))
    with writing_into(out.parent):
        write_model(out, model)
    rows = _model_rows(model)
    if as_json:
        click.echo(json.dumps({"out": str(out), "provenance": model.provenance, "rows": rows}, indent=2))
        return
    console = Console()
    console.print(_table("What the drives showed", ("what", "value", "unit"), rows))
    console.print(f"Everything simulated. The model is {out}")


@click.command("carry-model")
@click.option("--fit", default="demo", show_default=True, help="A shipped fit, or a TOML.")
@click.option("--model", type=Folder(), help="Where model.json and comparison.json lie; else the shipped.")
@click.option("--drives", type=click.IntRange(1, 100_000), default=24, show_default=True, help="Driven anew.")
@click.option("--folder", type=Folder(), default=Path("out/carried"), show_default=True, help="Keeps them.")
@jobs_option
def carry_model(*, fit: str, model: Path | None, drives: int, folder: Path, processes: int | None) -> None:
    """Take the statistical level over to a chain that was changed and tells the same to the last bit.

    So many of the drives it was fitted on are driven anew. Where all tell what they told, model.json and
    comparison.json become this chain's. For changes that are meant to change nothing, as for speed.

    Exit code 0 if they are this chain's now, else 3: then the level has to be fitted anew.
    """
    from edge_controller.config import load_fit  # noqa: PLC0415
    from hil.compiling import compile_first  # noqa: PLC0415
    from hil.scenario.folder import writing_into  # noqa: PLC0415
    from hil.sensing.carrying import Fitted  # noqa: PLC0415
    from hil.sensing.driving import fit_path, some_drives_in  # noqa: PLC0415
    from hil.sensing.model import SHIPPED  # noqa: PLC0415
    from hil.workers import cores  # noqa: PLC0415

    path = fit_path(fit)
    loaded = load_fit(path)  # before all else: it says what is wrong with the file
    level = Fitted.of(model or SHIPPED / path.stem, path)
    if level.is_of_this_chain:
        click.echo(f"{level.folder}: is of this chain already")
        return
    numbers = level.spread(drives)
    with (
        writing_into(folder, "--folder"),
        stopping(f"what was driven is kept in {folder}, the same command goes on"),
    ):
        compile_first([loaded])
        driving = some_drives_in(folder, path, level.seed, numbers, processes or cores())
        with _bar() as bar, closing(driving):
            task = bar.add_task("drives", total=len(numbers))
            for _ in driving:
                bar.advance(task)
        differ = level.differ(folder, numbers)
    if differ:
        others = ", ".join(str(number) for number in differ)
        click.echo(f"{level.folder}: left as it is; told otherwise than when it was fitted: drives {others}")
        raise SystemExit(3)
    with writing_into(level.folder, "--model"):
        level.carry(len(numbers))
    click.echo(
        f"{level.folder}: {len(numbers)} of {level.drives} drives tell the same, so it is this chain's now"
    )


@click.command("compare-levels")
@click.argument("what", nargs=-1, required=True)
@click.option("-n", "count", type=click.IntRange(1, 100_000), default=200, show_default=True)
@click.option("--seed", type=click.IntRange(0, MAX_SEED), default=1, show_default=True)
@out_option("out/levels")
@click.option("--near-side", type=click.Choice(["right", "left"]), help="The kerb's side; mirrors all.")
@jobs_option
@click.option("--json", "as_json", is_flag=True, help="Machine readable.")
@perturb_options
def compare_levels(
    what: tuple[str, ...],
    *,
    count: int,
    seed: int,
    out: Path,
    near_side: Side | None,
    processes: int | None,
    as_json: bool,
    perturb: Choice,
    pose_deg: float | None,
) -> None:
    """Drive -n encounters of WHAT with radars and statistically, and show errors and false tracks of both.

    Encounters are taken from each scenario by turns; scenarios with what this level does not know, where
    a sweep is inconclusive anyway, are left out and named. Radar drives are kept in --out: what this
    very chain has driven is not driven again. Writes comparison.json there.

    Exit code 0 if both levels agree within a factor of 1.5 on 200 encounters, else 3.
    """
    from hil.programs.names import NEARSIDE  # noqa: PLC0415
    from hil.scenario.catalogue import asked_for  # noqa: PLC0415
    from hil.scenario.folder import COMPARISON, writing_into  # noqa: PLC0415
    from hil.sensing.comparing import compared, write_comparison  # noqa: PLC0415
    from hil.sensing.sharing import Off, comparable, model_of, shared  # noqa: PLC0415
    from hil.workers import cores  # noqa: PLC0415

    files, left_out = comparable(asked_for(what, near_side))
    pairs = []
    kept = f"what was driven is kept in {out}, the same command goes on"
    with writing_into(out, ours={"comparison.json": COMPARISON}), stopping(kept):
        compile_for(files, "radar", NEARSIDE)
        driving = shared(files, seed, count, out, Off(perturb, pose_deg), processes=processes or cores())
        with _bar() as bar, closing(driving):
            task = bar.add_task("encounters", total=count)
            for one in driving:
                pairs.append(one.levels)
                bar.advance(task)
        comparison = compared(pairs, model_of(files), left_out)
        write_comparison(out / "comparison.json", comparison)
    _show(comparison, as_json)
    raise SystemExit(3 if comparison.reasons() else 0)


def _bar() -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f}"),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=Console(stderr=True))


def _show(comparison: "Comparison", as_json: bool) -> None:
    reasons = comparison.reasons()
    if as_json:
        click.echo(json.dumps({**asdict(comparison), "reasons": reasons}, indent=2))
        return
    console = Console()
    title = f"{comparison.encounters} shared encounters, {comparison.minutes[0]:.1f} min with radars"
    head = "measure", "unit", "radars", "statistical", "ratio", "95 %", "judged"
    console.print(_table(title, head, [_cells(row) for row in comparison.rows]))
    if comparison.left_out:
        console.print(f"Left out, for what this level does not know: {', '.join(comparison.left_out)}")
    for reason in reasons:
        console.print(f"Sweeps at the statistical level are inconclusive: {reason}")


def _cells(row: "Row") -> list[str]:
    interval = " to ".join(_number(end) for end in row.interval)
    judged = "-" if not row.judged else "near" if row.is_near else "apart"
    figures = (_number(value) for value in (row.radar, row.statistical, row.ratio))
    return [row.name, row.unit, *figures, interval, judged]


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}"


def _model_rows(model: "Model") -> list[list[str]]:
    from hil.sensing.model import RESTS_S, chance_of  # noqa: PLC0415

    rows = []
    for name, per_s in model.false_per_s.items():
        rows.append([f"false tracks begun, {name}", f"{60 * per_s:.3g}", "1/min"])
    for name, chances in model.chances.items():
        rows.append([f"lost, {name}", f"{60 * chances.lost_per_s:.3g}", "1/min"])
    for name, rates_per_s in model.found_per_s.items():
        found = chance_of(rates_per_s, 0.0, FOUND_WITHIN_S, RESTS_S)
        rows.append([f"found to breathe within {FOUND_WITHIN_S:g} s, {name}", f"{100 * found:.0f}", "%"])
    return rows


def _table(title: str, head: tuple[str, ...], rows: list[list[str]]) -> Table:
    table = Table(title=title)
    for name in head:
        table.add_column(name)
    for row in rows:
        table.add_row(*row)
    return table
