"""`nearside bench`: what the edge costs on this machine."""

from pathlib import Path

import click


@click.group()
def bench() -> None:
    """How fast the edge is on this machine."""


@bench.command()
@click.option("--minutes", type=click.FloatRange(0.02, 1440), default=1.0, show_default=True)
@click.option("--radars", type=click.IntRange(1, 3), default=2, show_default=True)
@click.option(
    "--size",
    type=click.Choice(["S", "M"]),
    default="M",
    show_default=True,
    help="S: 64 loops x 2 transmitters, M: 128 x 3; 4 receivers, 256 samples.",
)
@click.option("--json", "json_to", type=click.Path(path_type=Path), help="Write the figures there as well.")
def capture(minutes: float, radars: int, size: str, json_to: Path | None) -> None:
    """Radars at 20 frames/s through UDP into the running service: frames dropped, latency.

    The sender is a process of its own with a core of its own, where there are two. Exit code 1 if a frame
    was dropped.
    """
    import sys  # noqa: PLC0415

    from rich.console import Console  # noqa: PLC0415

    from hil.bench.capture import as_table, measure, write  # noqa: PLC0415 - `nearside --help` must stay quick

    figures = measure(minutes * 60, radars, size)
    Console().print(as_table(figures))
    if json_to is not None:
        write(json_to, figures)
    sys.exit(1 if figures.dropped_frames else 0)
