"""The folder a person gave for results: what cannot be written there is named."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from edge_controller.errors import InputError

FILES = ("results.json", "junit.xml", "report.html", "encounters.jsonl")  # that lie beside the runs' folders
WRITTEN_LAST = FILES[:3]
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # told while writing, when the system names no file


@contextmanager
def writing_into(out: Path, option: str = "--out") -> Iterator[None]:
    """Make the folder; an OSError about something in it becomes one sentence, before the work if it can."""
    named = f"{option} {out}"
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{named}: cannot be made a folder ({error.strerror})") from error
    _check_taken(out, named)
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno in NO_ROOM:
            raise InputError(f"{named}: cannot be written ({error.strerror})") from error
        if not isinstance(error.filename, str | Path) or not Path(error.filename).is_relative_to(out):
            raise
        raise InputError(f"{named}: {error.filename} cannot be written ({error.strerror})") from error


def _check_taken(out: Path, named: str) -> None:
    """What is written after hours must not be lost to what could be seen before them."""
    for name in WRITTEN_LAST:
        if (out / name).is_dir():
            raise InputError(f"{named}: {out / name} is a folder, a file of results has to go there")
    try:
        TemporaryFile(dir=out).close()
    except OSError as error:
        raise InputError(f"{named}: nothing can be written there ({error.strerror})") from error
