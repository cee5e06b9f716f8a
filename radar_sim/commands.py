"""The simulator's sub-commands of `nearside`."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click

from radar_sim.errors import SceneError
from radar_sim.run_commands import FILE, list_kinds, list_scenes, run, send, show

BAD_INPUT = 2


class _Refused(click.ClickException):
    exit_code = BAD_INPUT


class _Sim(click.Group):
    """Whatever scene or fit cannot be used becomes one sentence and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SceneError as error:
            raise _Refused(str(error)) from error


@click.group(cls=_Sim)
def sim() -> None:
    """The radar simulator on its own: scenes become raw samples."""


for _command in (list_scenes, list_kinds, run, send, show):
    sim.add_command(_command)


@sim.command()
@click.option("--json", "json_path", type=FILE, help="Also write the rows here.")
@click.option("--rounds", type=click.IntRange(3, 1000), default=15, show_default=True)
def bench(json_path: Path | None, rounds: int) -> None:
    """Speed and accuracy of the synthesis on one thread, beside its goals.

    Exit code 0 only if every goal is reached, else 1.
    """
    if json_path is not None and not json_path.parent.is_dir():
        raise click.BadParameter(f"{json_path.parent}: no such folder", param_hint="--json")
    # A library asks how many threads it may have when it is loaded, so this is a process of its own.
    threads = ("OMP", "OPENBLAS", "MKL", "NUMBA", "BLIS")
    one = {f"{name}_NUM_THREADS": "1" for name in threads}
    command = [sys.executable, "-m", "radar_sim.bench", str(rounds)]
    child = subprocess.run(command, env={**os.environ, **one}, stdout=subprocess.PIPE, check=False)
    if child.returncode:
        sys.exit(child.returncode)
    result = json.loads(child.stdout)
    if json_path is not None:
        _write(json_path, result)
    _show(result["rows"])
    sys.exit(0 if all(row["reached"] is not False for row in result["rows"]) else 1)


def _write(path: Path, result: object) -> None:
    try:
        path.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise click.BadParameter(
            f"{path}: cannot be written ({error.strerror})", param_hint="--json"
        ) from error


def _show(rows: list[dict[str, object]]) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(title="Synthesis, one thread; everything simulated")
    for title in ("measure", "value", "unit", "goal", "moonshot", ""):
        table.add_column(title, justify="right" if title == "value" else "left")
    for row in rows:
        judged = {True: "reached", False: "missed", None: ""}[row["reached"]]  # type: ignore[index]
        table.add_row(
            str(row["measure"]),
            f"{row['value']:.4g}",
            str(row["unit"]),
            str(row["goal"] or ""),
            str(row["moonshot"] or ""),
            judged,
        )
    Console().print(table)
