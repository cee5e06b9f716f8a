"""The bench's sub-commands of `nearside`."""

import sys
from pathlib import Path
from typing import Any, Literal

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from hil.board_command import board
from hil.out_option import out_option
from hil.perturb_option import MAX_SEED, Choice, perturb_of, perturb_options
from hil.scenario.commands import list_scenarios, run
from hil.sensing.commands import carry_model, compare_levels, fit_statistics
from hil.sweep.commands import sweep
from hil.truth import Truth, truth_option


@click.group()
def hil() -> None:
    """The bench: scenarios, and boards without hardware."""


hil.add_command(board)
hil.add_command(carry_model)
hil.add_command(compare_levels)
hil.add_command(fit_statistics)
hil.add_command(list_scenarios)
hil.add_command(run)
hil.add_command(sweep)


@click.command()
@click.option("--seed", type=click.IntRange(0, MAX_SEED), default=1, show_default=True)
@out_option("out/demo")
@click.option(
    "--near-side", type=click.Choice(["right", "left"]), help="The kerb's side; mirrors everything."
)
@click.option(
    "--cut-vehicle-bus", is_flag=True, help="Cut the vehicle bus at the gateway: nothing can brake."
)
@perturb_options
@truth_option
def demo(
    *,
    seed: int,
    out: Path,
    near_side: Literal["right", "left"] | None,
    cut_vehicle_bus: bool,
    perturb: Choice,
    pose_deg: float | None,
    truth: Truth,
) -> None:
    """A truck turns over a cyclist, and does not: the whole chain, simulated, in stepped time.

    Exit code 0 only if the truck hits without and stops with the system, else 1.
    """
    # Here, not above: `nearside --help` must not wait for SciPy and matplotlib.
    from edge_controller.config import load_fit, shipped_fit  # noqa: PLC0415
    from hil.compiling import compile_first  # noqa: PLC0415
    from hil.demo import guarded, run_demo  # noqa: PLC0415
    from hil.verdict import prevented  # noqa: PLC0415

    differs = perturb_of(perturb, pose_deg, seed)
    console = Console()
    bar = Progress(
        TextColumn("closed loop"), BarColumn(), TextColumn("{task.percentage:3.0f} %"), TimeElapsedColumn()
    )
    with guarded(out):  # before the bar: what is refused at once needs none
        compile_first([load_fit(shipped_fit("demo"), near_side)])
        with bar:
            task = bar.add_task("run", total=1.0)
            result = run_demo(
                out,
                seed=seed,
                near_side=near_side,
                perturb=differs,
                cut_vehicle_bus=cut_vehicle_bus,
                truth=truth,
                progress=lambda share: bar.update(task, completed=share),
            )
    console.print(_table(result))
    console.print(f"Everything simulated. Look at {out / 'report.html'}")
    sys.exit(0 if prevented(result) else 1)


def _table(result: dict[str, Any]) -> Table:
    table = Table(title=f"Near-side turn, seed {result['seed']}")
    table.add_column("")
    table.add_column("without")
    table.add_column("with Nearside")
    without, with_system = result["without_system"], result["with_system"]
    rows = (
        ("contact", "contact", ""),
        ("truck's speed at contact", "contact_speed_mps", "m/s"),
        ("where on the truck (x, y)", "contact_at_m", "m"),
        ("smallest clearance", "min_clearance_m", "m"),
        ("truck stands at the end", "stopped", ""),
        ("information", "information_s", "s"),
        ("warning", "warning_s", "s"),
        ("brake request", "request_s", "s"),
        ("XBR on the vehicle bus", "xbr_s", "s"),
        ("standstill", "standstill_s", "s"),
    )
    for name, key, unit in rows:
        table.add_row(name, _shown(without.get(key), unit), _shown(with_system.get(key), unit))
    return table


def _shown(value: object, unit: str) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(f"{one:.2f}" for one in value) + f" {unit}"
    return f"{value:.2f} {unit}"
