"""The folder a person gave for results: what cannot be written there is named."""

import errno
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from edge_controller.errors import InputError

if TYPE_CHECKING:
    from hil.scenario.scenario_file import ScenarioFile

FILES = ("results.json", "junit.xml", "report.html", "encounters.jsonl")  # that lie beside the runs' folders
BEGINNING = 4096  # bytes
PAGE = rb"<!doctype html>\n<html[^\n]*\n<head>\n<meta charset[^\n]*\n<meta[^\n]*default-src 'none'; style-src"
TRACE = rb"date [^\n]*\n(?:[^\n]*\n){2}Begin Triggerblock [^\n]* (?:1969|1970)\n"  # in virtual time
COMPARISON = rb'\{\n "encounters": \d+,\n "minutes": \['
RESULTS: dict[str, bytes] = {  # how each of them begins, whatever version wrote it
    "results.json": rb'\{\n  "schema": \d+,\n  "simulated": "',
    "junit.xml": rb'<\?xml[^\n]*\?>\n<testsuites name="nearside hil"',
    "report.html": PAGE,
}
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # told while writing, when the system names no file


def results_of_files(files: "Sequence[ScenarioFile]") -> dict[str, bytes]:
    """`RESULTS`, and what is put into the folder of each file."""
    own = {f"{file.id}/report.html": PAGE for file in files}
    return RESULTS | own | {f"{file.id}/can.asc": TRACE for file in files}


@contextmanager
def writing_into(out: Path, option: str = "--out", ours: Mapping[str, bytes] | None = None) -> Iterator[None]:
    """Make the folder; an OSError about something in it becomes one sentence, before the work if it can.

    `ours`: files that are written over there, and how each begins if it is one of ours; a stranger's stays.
    """
    named = f"{option} {out}"
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{named}: cannot be made a folder ({error.strerror})") from error
    _check_takes_files(out, named)
    for name, beginning in (ours or {}).items():
        _check_ours(out / name, beginning, named)
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno in NO_ROOM:
            raise InputError(f"{named}: cannot be written ({error.strerror})") from error
        if not isinstance(error.filename, str | Path) or not Path(error.filename).is_relative_to(out):
            raise
        raise InputError(f"{named}: {error.filename} cannot be written ({error.strerror})") from error


def _check_takes_files(out: Path, named: str) -> None:
    """What is written after hours must not be lost to what could be seen before them."""
    try:
        TemporaryFile(dir=out).close()
    except OSError as error:
        raise InputError(f"{named}: nothing can be written there ({error.strerror})") from error


def _check_ours(path: Path, beginning: bytes, named: str) -> None:
    """An empty file loses nothing: a full disk leaves such."""
    if path.is_dir():
        raise InputError(f"{named}: {path} is a folder, a file of results has to go there")
    if not path.exists():
        return
    if not path.is_file():
        raise InputError(f"{named}: {path} is a device, a file of results has to go there")
    try:
        with path.open("rb") as file:
            content = file.read(BEGINNING)
    except OSError as error:
        raise InputError(f"{named}: {path} cannot be read ({error.strerror})") from error
    if content and not re.match(beginning, content):
        raise InputError(
            f"{named}: {path} is not of such a run and would be written over; name another folder"
        )
