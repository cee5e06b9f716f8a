"""Radar drives in a folder: what is there is not driven again, the rest on all cores."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from hil.sensing.told import Told, read_told, write_told


@dataclass(frozen=True, slots=True)
class Wanted:
    """One drive, and where it is kept."""

    path: Path
    drive: Callable[..., Told]  # a function of a module, with arguments that go to another process
    arguments: tuple[Any, ...]


def kept(wanted: Sequence[Wanted], processes: int) -> Iterator[tuple[Told, bool]]:
    """In order, each with whether it was driven now; each is on the disk before it is told."""
    # Workers start afresh, so that they are alike on every system; without work none starts.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        try:
            under_way = [(one, _begin(pool, one)) for one in wanted]
            for one, future in under_way:
                if future is not None:
                    future.result()
                yield read_told(one.path), future is not None
        finally:
            pool.shutdown(cancel_futures=True)


def _begin(pool: ProcessPoolExecutor, one: Wanted) -> "Future[None] | None":
    return None if one.path.exists() else pool.submit(_drive, one)


def _drive(one: Wanted) -> None:
    write_told(one.path, one.drive(*one.arguments))
