"""The first drive of raw samples on a computer compiles detection; whoever waits for it is told why."""

from collections.abc import Iterable

import click

from edge_controller.config import FITS, Fit, load_fit
from edge_controller.detection.warm_up import compile_once, is_compiled


def compile_first(fits: Iterable[Fit]) -> None:
    """Before any bar moves and any worker starts."""
    radars = tuple(radar for fit in fits for radar in fit.radars)
    if not is_compiled(radars):
        click.echo("compiling detection for this computer, once: this takes about a minute", err=True)
        compile_once(radars)


if __name__ == "__main__":  # `make setup`
    compile_first(load_fit(path) for path in sorted(FITS.glob("*.toml")))
