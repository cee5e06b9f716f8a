"""Ctrl-C ends a command with one sentence, however often it is pressed."""

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from types import FrameType

import click

from edge_controller.errors import is_ctrl_c

INTERRUPTED = 130
PUTS_AWAY_S = 10.0  # who presses again sooner means the same; later, that the first was not heard


@contextmanager
def stopping(kept: str) -> Iterator[None]:
    """A sentence that says what is kept, and exit code 130."""
    heard = signal.getsignal(signal.SIGINT)
    stop = _Stop()
    if heard is not signal.SIG_IGN:  # whoever began us deaf meant it
        signal.signal(signal.SIGINT, stop)
    try:
        yield
    except (KeyboardInterrupt, SystemError) as error:
        if not is_ctrl_c(error):
            raise
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # nothing is left but to end
        click.echo(f"stopped; {kept}", err=True)
        sys.exit(INTERRUPTED)
    finally:
        if signal.getsignal(signal.SIGINT) is stop:
            signal.signal(signal.SIGINT, heard)


class _Stop:
    """The first Ctrl-C raises; what it sets to work is not torn by a second."""

    def __init__(self) -> None:
        self._since_s: float | None = None

    def __call__(self, _signal: int, _frame: FrameType | None) -> None:
        now_s = time.monotonic()
        if self._since_s is None or now_s - self._since_s > PUTS_AWAY_S:
            self._since_s = now_s
            raise KeyboardInterrupt


@contextmanager
def deaf_children() -> Iterator[None]:
    """Processes begun in here hear no Ctrl-C, not even before they have begun: a terminal sends it to all.

    One that comes meanwhile is heard at the end, so that none is left half begun. For the main thread.
    """
    resource_tracker.ensure_running()  # else it begins in here, and lets the signal through again
    came: list[int] = []
    heard = signal.signal(signal.SIGINT, lambda number, _frame: came.append(number))
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        signal.signal(signal.SIGINT, heard)
        if came:
            signal.raise_signal(signal.SIGINT)
