"""The edge's own sub-commands of `nearside`."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from edge_controller.config import FITS, load_fit
from edge_controller.errors import InputError, is_ctrl_c
from edge_controller.named_path import File, Name, check_results, check_written, json_option

if TYPE_CHECKING:
    from edge_controller.config import Radar
    from edge_controller.messages import RadarFrame
    from edge_controller.radar.recording import Capture


@click.group()
def fit() -> None:
    """Kinds of fit: which radars, where, and what they can see."""


@fit.command()
@click.argument("fit_toml", metavar="FIT.toml", type=File())
@click.option("--plot", metavar="PNG", type=File(), help="Draw beams over the zones.")
@json_option("json_to", "As JSON; to standard output without FILE.")
@click.option("--near-side", type=click.Choice(["right", "left"]), help="Overrule the file.")
def show(
    fit_toml: Path, plot: Path | None, json_to: str | None, near_side: Literal["right", "left"] | None
) -> None:
    """Show what a fit sees of the UN R151 and UN R159 zones; refuse one that cannot do its policy."""
    # Here and not above: matplotlib takes a second to load, and `nearside --help` should not.
    from edge_controller.coverage import require_capable  # noqa: PLC0415
    from edge_controller.coverage.picture import draw  # noqa: PLC0415
    from edge_controller.coverage.report import as_json, as_tables, report  # noqa: PLC0415

    check_results(fit_toml, json_to=json_to, plot=plot)
    shown = report(load_fit(fit_toml, near_side))
    if json_to is not None:
        _write_json(json_to, as_json(shown))
    if json_to != "-":
        Console().print(as_tables(shown))
    if plot:
        draw(shown, plot)
    # Last: of a refused fit, too, one wants to see why.
    require_capable(shown.fit)


@fit.command()
@click.argument("fit_tomls", metavar="[FIT.toml]...", nargs=-1, type=File())
def warm(fit_tomls: tuple[Path, ...]) -> None:
    """Prepare the fast detection of these fits, or of all shipped ones: once, at installation.

    Compiles its stages and plans its transforms, so that no start of the unit has to. Needs the extra `fast`.
    """
    from edge_controller.detection.warm_up import warm_up  # noqa: PLC0415

    fits = [load_fit(path) for path in fit_tomls or sorted(FITS.glob("*.toml"))]
    radars = tuple(radar for one in fits for radar in one.radars)
    columns = (
        TextColumn("warming up"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("warm", total=1.0)
        path = warm_up(radars, lambda share: bar.update(task, completed=share))
    click.echo(f"{len(radars)} radars of {len(fits)} fits are ready for fast detection; remembered in {path}")


@click.command()
@click.argument("capture", type=File())
@click.option(
    "--radar",
    "radar_toml",
    type=File(),
    help="[profile], [array], one [[radar]] of a fit, and [capture]; else CAPTURE's name with .toml.",
)
@click.option("--cfg", type=File(), help="Instead: the .cfg the radar was set up with,")
@click.option("--antennas", type=Name(), help="and its board (xwr1843, ...), or a TOML with one [array].")
@json_option("json_to", "Write JSON to FILE, or to standard output.")
@click.option("--plot", metavar="PNG", type=File(), help="Draw one frame's maps.")
@click.option("--frame", "index", type=click.IntRange(0), help="Which; else the one with most detections.")
def replay(
    *,
    capture: Path,
    radar_toml: Path | None,
    cfg: Path | None,
    antennas: str | None,
    json_to: str | None,
    plot: Path | None,
    index: int | None,
) -> None:
    """Put a recorded frame or recording through detection and tracking, the truck standing."""
    # Here, not above: `nearside fit` must not wait for SciPy.
    from edge_controller import replay as replaying  # noqa: PLC0415
    from edge_controller.radar.recording import frame_count, left_over, read_recording  # noqa: PLC0415
    from edge_controller.tracking import Tracker  # noqa: PLC0415

    if index is not None and plot is None:
        raise click.UsageError("--frame says which frame --plot draws")
    toml = None if cfg else radar_toml or capture.with_suffix(".toml")
    check_results(capture, toml, cfg, antennas, json_to=json_to, plot=plot)
    radar, layout = _described(capture, radar_toml, cfg, antennas)
    recording = read_recording(capture, radar, layout)
    if note := left_over(capture, radar, layout):
        click.echo(f"{capture}: {note}", err=True)
    count = frame_count(capture, radar, layout)
    if index is not None:
        replaying.require_frame(index, count, capture)  # before the work, not after it
    with _replaying(count) as passed:
        frames = replaying.replay(map(passed, recording), radar, Tracker((radar,), None))
    # Values before the picture: should that fail, they are not lost.
    if json_to is not None:
        _write_json(json_to, {"frames": frames})
    if plot is not None:
        from edge_controller.replay_picture import draw  # noqa: PLC0415 - matplotlib takes a second

        chosen = replaying.most_seen(frames) if index is None else index
        drawn = next(islice(read_recording(capture, radar, layout), chosen, None))
        draw(capture, drawn, radar, frames[chosen], plot)
        told = f"{plot}: frame {chosen} of {count}, {len(frames[chosen]['detections'])} detections"
        click.echo(told, err=json_to == "-")
    elif json_to is None:
        click.echo(replaying.table(frames))


@contextmanager
def _replaying(count: int) -> "Iterator[Callable[[RadarFrame], RadarFrame]]":
    """Frames so far on standard error, where that is a terminal; the function lets a frame pass."""
    columns = (TextColumn("replay"), BarColumn(), TextColumn("{task.completed} of {task.total} frames"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("replay", total=count)

        def passed(frame: "RadarFrame") -> "RadarFrame":
            bar.advance(task)
            return frame

        yield passed


def _described(
    capture: Path, toml: Path | None, cfg: Path | None, antennas: str | None
) -> "tuple[Radar, Capture]":
    """The radar and the order of its file, by a TOML or by its own .cfg."""
    from edge_controller.radar.recording import read_replay_cfg, read_replay_toml  # noqa: PLC0415

    if cfg is None:
        if antennas is not None:
            raise click.UsageError("--antennas belongs to --cfg, a TOML has its own")
        beside = capture.with_suffix(".toml")
        if toml is None and not beside.exists():
            raise InputError(
                f"{beside}: is not there, and nothing else says how {capture} was recorded: "
                "--radar TOML, or --cfg and --antennas"
            )
        return read_replay_toml(toml or beside)
    if toml is not None:
        raise click.UsageError("--radar and --cfg: one of them")
    if antennas is None:
        raise click.UsageError("--cfg says nothing of the antennas: --antennas BOARD or a TOML is needed")
    return read_replay_cfg(cfg, antennas)


@click.command()
@click.argument("service_toml", metavar="SERVICE.toml", type=File())
@click.option("--record", metavar="FILE", type=File(), help="Append each step as JSON.")
def run(service_toml: Path, record: Path | None) -> None:
    """Run the edge on a truck or a bench: radar packets and two CAN buses, in real time."""
    from edge_controller.app import Service, load_settings  # noqa: PLC0415
    from edge_controller.detection.rehearsal import rehearse  # noqa: PLC0415
    from edge_controller.record import Recorder  # noqa: PLC0415

    settings = load_settings(service_toml)
    check_written("--record", record, service_toml, settings.fit.path, settings.learned)
    for radar in settings.fit.radars:
        rehearse(radar)  # the first frames must not wait for what is loaded on first use
    with ExitStack() as stack:
        recorder = stack.enter_context(Recorder(record)) if record else None
        listener = recorder.append if recorder else lambda _step: None
        service = stack.enter_context(Service(settings, listener))
        for radar in settings.fit.radars:
            click.echo(f"{radar.name}: listening on UDP port {service.port(radar.name)}", err=True)
        for note in service.notes():
            click.echo(note, err=True)
        try:
            service.run()
        except (KeyboardInterrupt, SystemError) as error:
            if not is_ctrl_c(error):
                raise
            click.echo("stopped", err=True)
        for radar in settings.fit.radars:
            click.echo(f"{radar.name}: {service.counts(radar.name).told()}", err=True)
        if recorder is not None and recorder.lost:
            click.echo(f"{record}: {recorder.lost} steps could not be written", err=True)
    if service.lost is not None:
        click.echo(service.lost, err=True)


def _write_json(to: str, values: object) -> None:
    text = json.dumps(values, indent=2, allow_nan=False)
    if to == "-":
        click.echo(text)
        return
    try:
        Path(to).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{to}: cannot be written ({error.strerror})") from error
