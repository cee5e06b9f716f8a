"""The first drive of raw samples on a computer compiles detection; whoever waits for it is told why."""

from collections.abc import Iterable

import click

from edge_controller.config import FITS, Fit, load_fit
from edge_controller.detection.warm_up import compile_once, is_compiled
from hil.workers import workers


def compile_first(fits: Iterable[Fit]) -> None:
    """Before any bar moves and any worker starts; in a process of its own.

    Where the stages were compiled they run in other last bits than where they are read from the cache.
    """
    radars = tuple(radar for fit in fits for radar in fit.radars)
    if not is_compiled(radars):
        click.echo("compiling detection for this computer, once: this takes about a minute", err=True)
        with workers(1) as pool:
            pool.submit(compile_once, radars).result()


if __name__ == "__main__":  # `make setup`
    compile_first(load_fit(path) for path in sorted(FITS.glob("*.toml")))
