"""What an installer runs: `nearside gateway`, `nearside install`."""

import json
from pathlib import Path
from typing import Literal

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from edge_controller.errors import InputError

BITRATES = ("250000", "500000")


@click.group()
def gateway() -> None:
    """The gateway board: put firmware on it."""


@gateway.command()
@click.option("--port", required=True, help="Serial port of the board, its service strap closed.")
@click.option(
    "--key",
    "key_file",
    type=click.Path(path_type=Path),
    help="32 bytes to sign with; without it the board's own, or a fresh one for a new board.",
)
@click.option("--near-side", type=click.Choice(["right", "left"]), default="right", show_default=True)
@click.option("--vehicle-bitrate", type=click.Choice(BITRATES), default=BITRATES[0], show_default=True)
@click.option(
    "--released/--shadow", default=False, show_default=True, help="Whether the gateway may brake at all."
)
@click.option(
    "--json", "json_to", metavar="[FILE]", is_flag=False, flag_value="-", help="The result as JSON."
)
def flash(
    *,
    port: str,
    key_file: Path | None,
    near_side: Literal["right", "left"],
    vehicle_bitrate: str,
    released: bool,
    json_to: str | None,
) -> None:
    """Write the installed firmware into the slot that does not run, check it, make it the next to start.

    Whatever breaks on the way (exit code 2) leaves the slot that ran before to start again.
    """
    # Here, not above: `nearside --help` must not wait for mpremote.
    from edge_controller.install.flash import flash as flash_board  # noqa: PLC0415
    from edge_controller.install.image import SignedSettings, read_board_key  # noqa: PLC0415

    key = None if key_file is None else read_board_key(key_file)
    settings = SignedSettings(released, near_side, int(vehicle_bitrate))
    columns = (TextColumn("writing"), BarColumn(), TextColumn("{task.percentage:3.0f} %"))
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("flash", total=1.0)
        done = flash_board(
            port, settings, key, progress=lambda count, total: bar.update(task, completed=count / total)
        )
    if json_to is not None:
        write_json(json_to, done.as_dict())
    if json_to != "-":
        mode = "released" if done.released else "in shadow"
        click.echo(
            f"{done.port}: slot {done.slot} holds version {done.version}, {done.files} files, "
            f"{done.bytes} bytes, all read back; it starts next, {mode}\n"
            f"firmware_sha256 {done.firmware_sha256}"
        )


def write_json(to: str, values: object) -> None:
    """To a file, or to standard output for `-`."""
    text = json.dumps(values, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    if to == "-":
        click.echo(text.encode(), nl=False)
        return
    try:
        Path(to).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{to}: cannot be written ({error.strerror})") from error
