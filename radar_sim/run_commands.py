"""`nearside sim list`, `run`, `show` and `send`: the simulator's door for people."""

import json
import math
import signal
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from radar_sim.scene_files.scene_file import SceneFile

MAX_SEED = 2**32 - 1
MAX_FRAMES = 1_000_000


class SeedOrOff(click.ParamType[int]):
    """A seed, or the word off."""

    name = "SEED|off"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """-1 for off, as None means that nothing was said."""
        if value == "off":
            return -1
        if not str(value).isascii() or not str(value).isdigit() or int(value) > MAX_SEED:
            self.fail(f"{value!r} is neither off nor a whole number from 0 to {MAX_SEED}.", param, ctx)
        return int(value)


class Named(click.Path):
    """A path with a name: an empty one would be the current folder without saying so."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; refused where it is empty."""
        if value == "":
            self.fail("is empty; the current folder is '.'" if self.dir_okay else "is empty", param, ctx)
        return super().convert(value, param, ctx)


FOLDER, FILE = Named(path_type=Path), Named(path_type=Path, dir_okay=False)


def _fit_path(ctx: click.Context, _param: click.Parameter, value: str) -> Path:  # noqa: ARG001
    """A path, or the plain name of a fit that comes with the program: its data, never its code."""
    if "/" in value or value.endswith(".toml"):
        return Path(value)
    edge = find_spec("edge_controller")
    folders = [Path(place) / "fits" for place in (edge.submodule_search_locations or [])] if edge else []
    named = {path.stem: path for folder in folders for path in folder.glob("*.toml")}
    if value not in named:
        raise click.BadParameter(f"there is no fit {value!r}, only {', '.join(sorted(named))}, or a path")
    return named[value]


def _no_nan(ctx: click.Context, param: click.Parameter, value: float) -> float:
    """A range lets nan through: it is neither below nor above."""
    if math.isnan(value):
        raise click.BadParameter("nan is not a number", ctx, param)
    return value


def _fit_option(**more: Any) -> Callable[..., Any]:
    what = "The truck and its radars: a TOML, or the name of a shipped fit."
    return click.option("--fit", metavar="FIT.toml", callback=_fit_path, help=what, **more)


SEED = click.option("--seed", type=click.IntRange(0, MAX_SEED), help="Overrules the file's.")
FRAMES = click.option(
    "--frames", type=click.IntRange(1, MAX_FRAMES), help="Of each radar; overrules the file."
)
PERTURB = click.option("--perturb", type=SeedOrOff(), help="Sensors that differ from the fit, drawn by SEED.")
RADARS = click.option("--radar", "radars", multiple=True, help="Only this radar; may be given again.")


@click.command("list")
def list_scenes() -> None:
    """Every scene that comes with the program."""
    from radar_sim.scene_files.reading import described, shipped  # noqa: PLC0415 - `nearside --help` must stay quick

    table = Table("scene", "what", title="Scenes", title_justify="left")
    for path in shipped():
        table.add_row(path.stem, Text(described(path)))
    Console().print(table)


@click.command("kinds")
@click.option("--markdown", is_flag=True, help="The table of the reference page.")
def list_kinds(markdown: bool) -> None:
    """Every kind of thing a scene can hold, its keys and their defaults."""
    from radar_sim.scene_files.kinds import as_markdown, in_words, kinds  # noqa: PLC0415

    if markdown:
        click.echo(as_markdown(), nl=False)
        return
    table = Table("kind", "what", "own keys", title="Things", title_justify="left")
    for kind in kinds():
        keys = "\n".join(in_words(option) for option in kind.keys)
        table.add_row(kind.name, Text(kind.what), Text(keys))
    Console().print(table)


@click.command()
@click.argument("scene")
@_fit_option(required=True)
@click.option("--out", type=FOLDER, required=True, help="Folder for the files.")
@SEED
@FRAMES
@PERTURB
@RADARS
@click.option("--jobs", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes.")
@click.option("--format", "formats", default="bin", show_default=True, help="bin, npy or bin,npy.")
def run(
    scene: str,
    *,
    fit: Path,
    out: Path,
    seed: int | None,
    frames: int | None,
    perturb: int | None,
    radars: tuple[str, ...],
    jobs: int,
    formats: str,
) -> None:
    """Write the raw samples of SCENE, a YAML file or a name from `list`, into a folder.

    Per radar: .bin (DCA1000) with .json, .cfg (mmWave SDK) and .toml (`nearside replay`), .npy if asked for;
    truth.jsonl, and run.json once all is whole. One seed gives the same bytes whatever --jobs is.
    """
    from radar_sim.run import run as make  # noqa: PLC0415

    kinds = _formats(formats)
    wanted = _wanted(scene, fit, seed=seed, frames=frames, perturb=perturb, radars=radars)
    _check_ours(out, wanted.radars)
    with _ended_kindly(), _bar("frames") as progress:
        make(wanted, out, jobs=jobs, formats=kinds, progress=progress)
    what = ", ".join(f"{radar} {wanted.count(radar)} frames" for radar in wanted.radars)
    for radar in wanted.radars:
        if not wanted.takes_turns(radar):
            click.echo(f"{radar}: no .cfg and .toml, neither can say that all transmitters send at once")
    click.echo(f"{out}: {what}; seed {wanted.seed}, perturb {_said(wanted)}. Simulated, none of it measured.")


@click.command()
@click.argument("scene")
@_fit_option(default="demo", show_default=True)
@click.option("--out", type=FILE, required=True, help="A .png, .svg or .html.")
@click.option("--frame", type=click.IntRange(0, MAX_FRAMES), default=0, show_default=True)
@click.option("--radar", help="The radar of the two maps; else the one that sees most.")
@SEED
@PERTURB
def show(
    scene: str, *, fit: Path, out: Path, frame: int, radar: str | None, seed: int | None, perturb: int | None
) -> None:
    """Draw SCENE from above, and what one radar makes of it: range-Doppler and range-azimuth."""
    from radar_sim.picture.show import draw  # noqa: PLC0415

    wanted = _wanted(scene, fit, seed=seed, perturb=perturb, radars=())
    with warnings.catch_warnings(record=True) as told:
        seen_by = draw(wanted, frame, out, radar)
    if any("missing from font" in str(warning.message) for warning in told):
        click.echo("no font here has all letters of the names: boxes stand for them in the picture", err=True)
    click.echo(f"{out}: frame {frame} of radar {seen_by}, simulated")


@click.command()
@click.argument("scene")
@_fit_option(required=True)
@click.option("--to", required=True, metavar="HOST[:PORT]", help="Port 4098 unless said.")
@click.option(
    "--rate",
    type=click.FloatRange(0.001, 1e6),
    callback=_no_nan,
    default=1.0,
    show_default=True,
    help="1 is real time.",
)
@SEED
@FRAMES
@PERTURB
@RADARS
@click.option("--loss", type=click.FloatRange(0, 1, max_open=True), help="Share of packets that get lost.")
@click.option("--reorder", type=click.IntRange(0, 10_000), help="Packets that may pass a late one.")
def send(
    scene: str,
    *,
    loss: float | None,
    reorder: int | None,
    fit: Path,
    to: str,
    rate: float,
    seed: int | None,
    frames: int | None,
    perturb: int | None,
    radars: tuple[str, ...],
) -> None:
    """Send SCENE as DCA1000 boards would: UDP packets in real time, the second radar to the next port.

    All frames are made first, then sent.
    """
    from radar_sim.output import udp  # noqa: PLC0415

    host, port = udp.address(to)
    wanted = _wanted(scene, fit, seed=seed, frames=frames, perturb=perturb, radars=radars)
    wanted = wanted.losing(loss, reorder)
    with udp.Sender(host) as sender:
        with _bar("frames made") as progress:
            bursts = udp.bursts(wanted, port, progress)
        if sender.warning:
            click.echo(sender.warning, err=True)
        for number, radar in enumerate(wanted.radars):
            click.echo(f"{radar} -> {host}:{port + number}", err=True)
        with _bar("packets sent") as progress:
            sent = sender.send(bursts, rate, time.monotonic, time.sleep, progress)
    click.echo(f"{sent.packets} packets, {sent.bytes} bytes, at most {sent.late_s * 1e3:.0f} ms late")


def _formats(text: str) -> tuple[str, ...]:
    from radar_sim.output.files import FORMATS  # noqa: PLC0415

    kinds = tuple(part.strip() for part in text.split(","))
    if not set(kinds) <= set(FORMATS) or len(set(kinds)) < len(kinds):
        raise click.BadParameter(f"{text!r} is not a list of {' and '.join(FORMATS)}", param_hint="--format")
    return kinds


def _check_ours(out: Path, radars: Iterable[str]) -> None:
    """SceneError where files of somebody else would be written over: run.json says which a run wrote."""
    from radar_sim.errors import SceneError  # noqa: PLC0415 - `nearside --help` must stay quick
    from radar_sim.output.files import ENDINGS  # noqa: PLC0415
    from radar_sim.run import LAST  # noqa: PLC0415

    written = _written(out / LAST)
    names = [LAST, "truth.jsonl", *(f"{radar}.{ending}" for radar in radars for ending in ENDINGS)]
    for path in (out / name for name in names):
        if path.is_dir():
            raise SceneError(f"--out {out}: {path} is a folder, a file has to go there")
        if path.exists() and path.stem not in written:
            raise SceneError(
                f"--out {out}: {path} is not of such a run and would be written over; name another folder"
            )


def _written(note: Path) -> set[str]:
    """Stems of the files that a run wrote, by its run.json."""
    try:
        said = json.loads(note.read_bytes())
    except (OSError, ValueError, RecursionError):
        return set()
    if not isinstance(said, dict) or said.get("simulated") is not True or "scene" not in said:
        return set()
    frames = said.get("frames")
    return {note.stem, "truth", *(frames if isinstance(frames, dict) else ())}


def _wanted(
    scene: str,
    fit: Path,
    *,
    seed: int | None,
    perturb: int | None,
    radars: tuple[str, ...],
    frames: int | None = None,
) -> "SceneFile":
    """The scene file with what the command line overrules."""
    from radar_sim.scene_files.reading import load_scene  # noqa: PLC0415

    wanted = load_scene(scene, fit, seed)
    if frames is not None:
        wanted = replace(wanted, frames=frames, length_said_at="--frames")
    if perturb is not None:
        wanted = replace(wanted, perturb=None if perturb < 0 else perturb)
    return wanted.only(radars) if radars else wanted


def _said(scene: "SceneFile") -> str:
    return "off" if scene.perturb is None else str(scene.perturb)


@contextmanager
def _ended_kindly() -> Iterator[None]:
    """A run that is told to end, or whose terminal goes, clears up as after Ctrl-C."""

    def end(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    except SystemError as error:
        if isinstance(error.__cause__, SystemExit):  # that a compiled function made of it, as it was called
            raise error.__cause__ from None
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error, once there is progress: what is refused at once needs none."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True))
    task = bar.add_task(what, total=None)

    def tell(done: int, count: int) -> None:
        bar.start()  # once; it may be called again
        bar.update(task, completed=done, total=count)

    try:
        yield tell
    finally:
        if bar.live.is_started:
            bar.stop()
