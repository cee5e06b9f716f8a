"""`nearside radar`: start, stop and record a real radar."""

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from edge_controller.errors import InputError
from edge_controller.finite_range import FiniteRange
from edge_controller.named_path import File, Folder, Name

if TYPE_CHECKING:
    from edge_controller.radar.capture_board import CaptureBoard
    from edge_controller.radar.radar_port import RadarPort
    from edge_controller.radar.ti_cfg import TiCfg

BOARD, HOST = "192.168.33.180", "192.168.33.30"


def _options(*options: Callable[..., Any]) -> Callable[..., Any]:
    def of(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return of


BOARD_OPTIONS = _options(
    click.option(
        "--board", type=Name(), default=BOARD, show_default=True, help="The DCA1000's; none where none is."
    ),
    click.option(
        "--host", type=Name(), default=HOST, show_default=True, help="This computer, as the board knows it."
    ),
    click.option(
        "--command-port", type=click.IntRange(1, 65_535), default=4096, show_default=True, help="The board's."
    ),
)
PORT_OPTIONS = _options(
    click.option("--baud", type=click.IntRange(300, 10_000_000), default=115_200, show_default=True),
    click.option(
        "--timeout",
        "timeout_s",
        type=FiniteRange(0.05, 600),
        default=3.0,
        show_default=True,
        help="Seconds that the radar may take for a line.",
    ),
)
DELAY = click.option(
    "--packet-delay",
    "delay_us",
    type=FiniteRange(5, 500),
    default=25.0,
    show_default=True,
    help="Microseconds between two packets of the board.",
)
CFG = click.option("--cfg", required=True, type=File(), help="The radar's .cfg.")


@click.group()
def radar() -> None:
    """A real radar: TI's over its UART, raw data by a DCA1000."""


@radar.command()
@CFG
@click.option("--port", type=Name(), required=True, help="Serial port of the radar's command line.")
@click.option("--reset", is_flag=True, help="Reset the capture board's FPGA first.")
@PORT_OPTIONS
@BOARD_OPTIONS
@DELAY
def start(
    *,
    cfg: Path,
    port: str,
    reset: bool,
    baud: int,
    timeout_s: float,
    board: str,
    host: str,
    command_port: int,
    delay_us: float,
) -> None:
    """Send a .cfg to the radar and let the capture board send its samples."""
    from edge_controller.radar.radar_port import RadarPort  # noqa: PLC0415 - `nearside --help` must stay quick
    from edge_controller.radar.starting import start as begin  # noqa: PLC0415
    from edge_controller.radar.ti_cfg import commands  # noqa: PLC0415

    lines = commands(cfg)
    with ExitStack() as stack:
        capture = _board(stack, board, host, command_port)
        if capture and reset:
            capture.reset()
        opened = stack.enter_context(RadarPort(port, baud, timeout_s))
        begin(lines, opened, capture, delay_us, lambda text: click.echo(text, err=True))
    click.echo(f"{cfg}: {len(lines)} lines sent, the radar runs")


@radar.command()
@click.option(
    "--port", type=Name(), help="Serial port of the radar's command line; without it the board only."
)
@PORT_OPTIONS
@BOARD_OPTIONS
def stop(*, port: str | None, baud: int, timeout_s: float, board: str, host: str, command_port: int) -> None:
    """Stop the radar, then the capture board."""
    from edge_controller.radar.radar_port import RadarPort  # noqa: PLC0415
    from edge_controller.radar.starting import stop as end  # noqa: PLC0415

    if not port and board == "none":
        raise click.UsageError("nothing to stop: --board is none and --port names no radar")
    with ExitStack() as stack:
        capture = _board(stack, board, host, command_port)
        end(stack.enter_context(RadarPort(port, baud, timeout_s)) if port else None, capture)
        _tell_unasked(capture)
    click.echo("stopped")


@radar.command()
@click.option("--out", required=True, type=Folder(), help="Folder for .bin, .toml and .cfg.")
@CFG
@click.option(
    "--antennas",
    type=Name(),
    required=True,
    help="The board's name (xwr1843, ...), or a TOML with one [array].",
)
@click.option(
    "--port", type=Name(), help="Serial port of the radar: start it for the recording, and stop it again."
)
@click.option("--frames", type=click.IntRange(1, 100_000_000), help="End after so many.")
@click.option("--seconds", type=FiniteRange(0.001, 1e7), help="End after so many frames as this takes.")
@click.option("--data-port", type=click.IntRange(1, 65_535), default=4098, show_default=True)
@PORT_OPTIONS
@BOARD_OPTIONS
@DELAY
def record(
    *,
    out: Path,
    cfg: Path,
    antennas: str,
    port: str | None,
    frames: int | None,
    seconds: float | None,
    data_port: int,
    baud: int,
    timeout_s: float,
    board: str,
    host: str,
    command_port: int,
    delay_us: float,
) -> None:
    """Capture a radar's raw frames to NAME.bin, with a NAME.toml that `nearside replay` reads.

    Ends after --frames or --seconds, when the radar is silent, or at Ctrl-C with the frame on its way.
    """
    from edge_controller.radar.radar_port import RadarPort  # noqa: PLC0415
    from edge_controller.radar.reception import Listening  # noqa: PLC0415
    from edge_controller.radar.recorder import Recorder  # noqa: PLC0415
    from edge_controller.radar.recorder import record as capture_to  # noqa: PLC0415
    from edge_controller.radar.sample_order import frame_bytes  # noqa: PLC0415
    from edge_controller.radar.starting import start as begin  # noqa: PLC0415
    from edge_controller.radar.ti_cfg import commands, radar_of, read_cfg  # noqa: PLC0415

    if frames and seconds:
        raise click.UsageError("--frames and --seconds: one of them")
    said = read_cfg(cfg)
    described = radar_of(said, antennas)
    most = _most(said, frames, seconds)
    with ExitStack() as stack:
        listening = stack.enter_context(Listening((host, data_port)))
        if listening.warning:
            click.echo(listening.warning, err=True)
        capture = _board(stack, board, host, command_port) if port else None
        opened = stack.enter_context(RadarPort(port, baud, timeout_s)) if port else None
        begun_utc = datetime.now(UTC).isoformat(timespec="seconds")
        recorder = Recorder(out, said, described.array, frame_bytes(described), begun_utc)
        # Before the radar starts: Ctrl-C from now on ends with a whole frame.
        ending = stack.enter_context(_told_to_end())
        with _stopped_afterwards(opened, capture), closing(recorder):
            if opened:
                begin(commands(cfg), opened, capture, delay_us, lambda text: click.echo(text, err=True))
            with _bar(most) as progress:
                recorded = capture_to(listening, recorder, most, ending, progress)
            # Before radar and board are stopped: should that fail, the recording is there all the same.
            lost = sum(packets for _, packets in recorded.lost)
            click.echo(
                f"{recorder.path}: {recorded.frames} frames, "
                f"{lost} packets lost in {len(recorded.lost)} of them, {recorded.counts.late} late, "
                f"{recorded.counts.doubled} doubled, {recorded.counts.bad} bad"
            )


def _board(stack: ExitStack, board: str, host: str, port: int) -> "CaptureBoard | None":
    from edge_controller.radar.capture_board import CaptureBoard  # noqa: PLC0415

    return None if board == "none" else stack.enter_context(CaptureBoard(board, host, port))


@contextmanager
def _stopped_afterwards(port: "RadarPort | None", board: "CaptureBoard | None") -> Iterator[None]:
    """A radar that was started is stopped, however its recording ends; of two reasons the first is told."""
    from edge_controller.radar.starting import stop as end  # noqa: PLC0415

    try:
        yield
    except InputError:
        with suppress(InputError):
            if port is not None:
                end(port, board)
        _tell_unasked(board)
        raise
    if port is not None:
        end(port, board)
    _tell_unasked(board)


def _tell_unasked(board: "CaptureBoard | None") -> None:
    """What the board said of itself, as that nothing comes over LVDS."""
    for said in dict.fromkeys(board.said if board is not None else ()):
        click.echo(f"capture board: {said}", err=True)


def _most(cfg: "TiCfg", frames: int | None, seconds: float | None) -> int | None:
    """Frames wanted, or those the radar itself ends after; None for ever."""
    if seconds is not None:
        frames = max(1, round(seconds / cfg.profile.frame_s))
    bounds = [count for count in (frames, cfg.frames) if count]
    return min(bounds, default=None)


@contextmanager
def _told_to_end() -> Iterator[Callable[[], bool]]:
    """Ctrl-C and an end from outside become a question: the frame on its way is waited for."""
    told: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda number, _frame: told.append(number)) for number in numbers}
    try:
        yield lambda: bool(told)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _bar(most: int | None) -> Iterator[Callable[[int], None]]:
    """Frames so far on standard error."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.completed} frames"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("frames", total=most)
        yield lambda done: bar.update(task, completed=done)
