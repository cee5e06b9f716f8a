"""How far many encounters are: a bar on a terminal, a line now and then where there is none."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

COLUMNS = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
LINES = 20  # of a log file, at most

Told = Callable[[float, int], None]  # how many are done, of how many


@contextmanager
def progress_of(what: str, console: Console | None = None) -> Iterator[Told]:
    """On standard error unless told: not among the results."""
    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield _lines(what, console)
        return
    with Progress(*COLUMNS, TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def _lines(what: str, console: Console) -> Told:
    """One whenever another twentieth is done."""
    told = 0

    def tell(done: float, of: int) -> None:
        nonlocal told
        reached = int(LINES * done / of) if of else LINES
        if reached > told:
            told = reached
            console.print(f"{what}: {done:g} of {of}", highlight=False)

    return tell
