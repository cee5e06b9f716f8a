"""Radar drives in a folder: what is there is not driven again, the rest on all cores."""

import gzip
import hashlib
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hil.sensing.told import Told, read_told, write_told
from hil.stopping import deaf_children
from hil.workers import workers


@dataclass(frozen=True, slots=True)
class Wanted:
    """One drive, and where it is kept."""

    path: Path
    drive: Callable[..., Told]  # a function of a module, with arguments that go to another process
    arguments: tuple[Any, ...]


def kept(wanted: Sequence[Wanted], processes: int) -> Generator[tuple[Told, bool], None, None]:
    """In order, each with whether it was driven now; each is on the disk before it is told."""
    with workers(processes) as pool:
        under_way = [(one, _begin(pool, one)) for one in wanted]
        for one, future in under_way:
            if future is not None:
                future.result()
            yield read_told(one.path), future is not None


def sha256_of_kept(path: Path) -> str:
    """Of what a kept drive tells, however it was packed."""
    return hashlib.sha256(gzip.decompress(path.read_bytes())).hexdigest()


def _begin(pool: ProcessPoolExecutor, one: Wanted) -> "Future[None] | None":
    if one.path.exists():
        return None
    with deaf_children():
        return pool.submit(_drive, one)


def _drive(one: Wanted) -> None:
    write_told(one.path, one.drive(*one.arguments))
