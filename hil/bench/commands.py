"""`nearside bench`: the program's own speed beside its goals."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import click

from edge_controller.errors import InputError
from edge_controller.finite_range import FiniteRange
from edge_controller.named_path import File, check_results, check_written, json_option
from hil.bench.alone import alone


@click.group()
def bench() -> None:
    """Measure what this program costs, beside its goals and beside others."""


OUTPUT = Path("-")
to_json = json_option("json_to", "Also write the rows; to standard output without FILE.", Path)


@bench.command()
@to_json
@click.option("--plot", type=File(), help="Also draw bars, as PNG.")
@click.option("--rounds", type=click.IntRange(15, 1000), default=15, show_default=True)
@click.option(
    "--frames",
    type=click.IntRange(100, 1_000_000),
    default=2000,
    show_default=True,
    help="Frames whose memory is watched.",
)
def detection(json_to: Path | None, plot: Path | None, rounds: int, frames: int) -> None:
    """Speed of detection on one thread: ours twice, the bare transform, and other programs.

    Exit code 0 only if every goal is reached, else 1.
    """
    check_results(json_to=json_to, plot=plot)
    result = alone("hil.bench.detection", rounds, frames)
    tell(result, json_to, plot)
    sys.exit(0 if all(row["reached"] is not False for row in result["rows"]) else 1)


@bench.command()
@to_json
@click.option("--rounds", type=click.IntRange(1, 1000), default=3, show_default=True, help="Drives of each.")
def loop(json_to: Path | None, rounds: int) -> None:
    """Speed of the stepped closed loop, simulated seconds per second of processor.

    Exit code 0 only if every goal is reached, else 1.
    """
    check_written("--json", json_to)
    result = alone("hil.bench.loop", rounds)
    _show(result, "Closed loop, one thread; everything simulated", to_errors=json_to == OUTPUT)
    if json_to is not None:
        _write(json_to, result)
    sys.exit(0 if all(row["reached"] is not False for row in result["rows"]) else 1)


def tell(result: dict[str, Any], json_to: Path | None, plot: Path | None) -> None:
    """Shown first: minutes of measuring must not be lost to a file that cannot be written."""
    _show(result, "Detection, one thread; everything simulated", to_errors=json_to == OUTPUT)
    if json_to is not None:
        _write(json_to, result)
    if plot is not None:
        from hil.bench.picture import draw  # noqa: PLC0415 - matplotlib takes a second

        draw(result["rows"], plot)


@bench.command()
@click.option("--minutes", type=FiniteRange(0.02, 1440), default=1.0, show_default=True)
@click.option("--radars", type=click.IntRange(1, 3), default=2, show_default=True)
@click.option(
    "--size",
    type=click.Choice(["S", "M"]),
    default="M",
    show_default=True,
    help="S: 64 loops x 2 transmitters, M: 128 x 3; 4 receivers, 256 samples.",
)
@click.option(
    "--stage",
    type=click.Choice(["detection", "service"]),
    default="detection",
    show_default=True,
    help="How far: to detections, or the whole service to its decision.",
)
@click.option(
    "--realtime", is_flag=True, help="Before all else that runs on the computer (needs the privilege)."
)
@to_json
def capture(
    *,
    minutes: float,
    radars: int,
    size: str,
    stage: Literal["detection", "service"],
    realtime: bool,
    json_to: Path | None,
) -> None:
    """Radars at 20 frames/s through UDP: frames dropped, latency from the last packet.

    The receiver has one core, the sender another where there is one. Exit code 1 if anything was lost.
    """
    from rich.console import Console  # noqa: PLC0415

    from hil.bench.capture import as_rows, as_table, measure  # noqa: PLC0415 - `nearside --help` must stay quick

    check_written("--json", json_to)
    click.echo(
        f"renders the frames, then measures for {minutes:g} min without a word, so as not to disturb itself",
        err=True,
    )
    figures = measure(minutes * 60, radars, size, stage, realtime)
    Console(stderr=json_to == OUTPUT).print(as_table(figures))
    if json_to is not None:
        words = f"--minutes {minutes:g} --radars {radars} --size {size} --stage {stage}"
        command = f"nearside bench capture {words}{' --realtime' if realtime else ''}"
        rows = [asdict(row) for row in as_rows(figures, command)]
        _write(json_to, {"rows": rows, "figures": asdict(figures)})
    sys.exit(1 if figures.dropped_frames or figures.lost_packets else 0)


def _write(path: Path, result: object) -> None:
    text = json.dumps(result, indent=2)
    if path == OUTPUT:
        click.echo(text)
        return
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"--json {path}: cannot be written ({error.strerror})") from error


def _show(result: dict[str, Any], title: str, *, to_errors: bool) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(title=title)
    for heading in ("measure", "value", "95 %", "unit", "goal", "moonshot", ""):
        table.add_column(heading, justify="right" if heading == "value" else "left")
    for row in result["rows"]:
        within = "" if row["low"] is None else f"{row['low']:.3g} to {row['high']:.3g}"
        judged = {True: "reached", False: "missed", None: ""}[row["reached"]]
        goal, moonshot = row["goal"] or "", row["moonshot"] or ""
        table.add_row(row["measure"], f"{row['value']:.3g}", within, row["unit"], goal, moonshot, judged)
    console = Console(stderr=to_errors)
    console.print(table)
    for sentence in result["left_out"]:
        console.print(sentence)
