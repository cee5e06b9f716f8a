"""What an installer runs: `nearside gateway`, `nearside install`."""

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from edge_controller.errors import InputError
from edge_controller.named_path import File, Folder, Name, check_written, json_option

if TYPE_CHECKING:
    from edge_controller.install.text import CheckFailedError

BITRATES = ("250000", "500000")
CHECK_FAILED = 1
INTERRUPTED = (
    "\n中断：已完成的步骤保存在{out}，重新运行同一命令即可继续。\n"
    "Interrupted: the steps done are kept in {out}; run the same command again to go on."
)


@click.group()
def gateway() -> None:
    """The gateway board: put firmware on it."""


@gateway.command()
@click.option(
    "--port", type=Name(), required=True, help="Serial port of the board, its service strap closed."
)
@click.option(
    "--key",
    "key_file",
    type=File(),
    help="32 bytes to sign with; without it the board's own, or a fresh one for a new board.",
)
@click.option("--near-side", type=click.Choice(["right", "left"]), default="right", show_default=True)
@click.option("--vehicle-bitrate", type=click.Choice(BITRATES), default=BITRATES[0], show_default=True)
@click.option(
    "--released/--shadow", default=False, show_default=True, help="Whether the gateway may brake at all."
)
@json_option("json_to", "The result as JSON.")
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

    check_written("--json", json_to, key_file)
    key = None if key_file is None else read_board_key(key_file)
    settings = SignedSettings(released, near_side, int(vehicle_bitrate))
    columns = (TextColumn("writing"), BarColumn(), TextColumn("{task.percentage:3.0f} %"))
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("flash", total=1.0)
        done = flash_board(
            port, settings, key, progress=lambda count, total: bar.update(task, completed=count / total)
        )
    if json_to != "-":  # first: what is on the board is told even where the file cannot be written
        mode = "released" if done.released else "in shadow"
        click.echo(
            f"{done.port}: slot {done.slot} holds version {done.version}, {done.files} files, "
            f"{done.bytes} bytes, all read back; it starts next, {mode}\n"
            f"firmware_sha256 {done.firmware_sha256}"
        )
    if json_to is not None:
        write_json(json_to, done.as_dict())


@click.command()
@click.option(
    "--simulated", is_flag=True, required=True, help="Beside a simulated truck; a real one comes later."
)
@click.option(
    "--answers",
    "answers_file",
    metavar="FILE.toml",
    type=File(),
    help="Answers instead of questions; may give the simulated truck faults.",
)
@click.option("--out", required=True, type=Folder(), help="Folder of this fitting; kept, continued.")
@click.option(
    "--office",
    "office_file",
    metavar="office.toml",
    type=File(),
    help="Deliver the record there at the end.",
)
@json_option("json_to", "What each step came to.")
def install(
    *,
    simulated: bool,  # noqa: ARG001 - required until there is another kind of truck
    answers_file: Path | None,
    out: Path,
    office_file: Path | None,
    json_to: str | None,
) -> None:
    """Fit a unit to a truck, step by step, to a signed installation record with QR code and paper.

    安装向导：逐步检查，签署安装记录，生成二维码和打印件。

    Exit code 0: fitted; 1: a check fails, nothing is signed; 2: an answer or a file cannot be used.
    """
    # Here, not above: `nearside --help` must not wait for SciPy.
    from edge_controller.install.faces import FileFace, TerminalFace  # noqa: PLC0415
    from edge_controller.install.steps import STEPS  # noqa: PLC0415
    from edge_controller.install.text import CheckFailedError  # noqa: PLC0415
    from edge_controller.install.truck import truck_kind  # noqa: PLC0415
    from edge_controller.install.wizard import RECORD, Fitting, run  # noqa: PLC0415
    from edge_controller.registration.delivery import read_address  # noqa: PLC0415

    check_written("--json", json_to, answers_file, office_file, made=out)
    if json_to not in (None, "-") and _is_of_fitting(Path(str(json_to)), out):
        raise InputError(f"--json {json_to}: is among the files of the fitting in {out}")
    to_stderr = json_to == "-"
    face = FileFace(answers_file, STEPS, to_stderr) if answers_file else TerminalFace(to_stderr)
    kind = truck_kind("simulated")
    office = None if office_file is None else read_address(office_file)
    fitting = Fitting(out, kind, kind.options(face.simulated), int(time.time()), office)
    told: list[dict[str, Any]] = []
    failed: CheckFailedError | None = None
    try:
        for step in run(fitting, STEPS, face):
            told.append(step)
    except CheckFailedError as error:
        failed = error
        face.failed(error, out / RECORD)
    except (KeyboardInterrupt, EOFError, click.Abort):
        click.echo(INTERRUPTED.format(out=out), err=True)
        raise
    if json_to is not None:
        write_json(json_to, {"steps": told, "failed": _failure(failed)})
    if failed:
        sys.exit(CHECK_FAILED)


def _is_of_fitting(path: Path, out: Path) -> bool:
    """All that lies in its folder is; but for a .json of another name than the wizard's own."""
    from edge_controller.install.wizard import STATE  # noqa: PLC0415 - `nearside --help` must stay quick

    path, out = path.resolve(), out.resolve()
    return out in path.parents and (path.parent != out or path.suffix != ".json" or path.name == STATE)


def _failure(error: "CheckFailedError | None") -> dict[str, str] | None:
    if error is None:
        return None
    return {
        "code": error.code,
        "cause": error.cause.en,
        "cause_zh": error.cause.zh,
        "remedy": error.remedy.en,
        "remedy_zh": error.remedy.zh,
    }


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
