"""The folder a person gave for results: what cannot be written there is named."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge_controller.errors import InputError

FILES = ("results.json", "junit.xml", "report.html", "encounters.jsonl")  # that lie beside the runs' folders
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # told while writing, when the system names no file


@contextmanager
def writing_into(out: Path) -> Iterator[None]:
    """Make the folder; an OSError about something in it becomes one sentence."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--out {out}: cannot be made a folder ({error.strerror})") from error
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno in NO_ROOM:
            raise InputError(f"--out {out}: cannot be written ({error.strerror})") from error
        if not isinstance(error.filename, str | Path) or not Path(error.filename).is_relative_to(out):
            raise
        raise InputError(f"--out {out}: {error.filename} cannot be written ({error.strerror})") from error
