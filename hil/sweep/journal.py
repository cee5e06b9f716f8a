"""What a sweep has driven so far, a line an encounter, on the disk before the next one is counted.

A torn last line - the power went, the disk was full - is cut off; that encounter is driven again. Only one
sweep at a time has it: two would drive everything twice and write over each other's lines. Each line ends
with a digest of it and of the first line: what was changed by hand or comes of another sweep is refused.
"""

import fcntl
import hashlib
import json
import os
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, NoReturn, Self

from edge_controller.errors import InputError
from edge_controller.toml_table import shown
from hil.scenario.encounter_result import EncounterResult
from hil.sweep.job import Done

NAME = "encounters.jsonl"
SCHEMA = 2
FIRST = b'{"schema": '
DIGEST = b', "sha256": "'  # its name as the last of a line, before 64 digits
ANOTHER = "name another folder or begin it --fresh"


class Journal:
    """Opens where an earlier sweep ended; `done` is what need not be driven again, by key."""

    def __init__(self, folder: Path, identity: dict[str, Any], *, fresh: bool = False) -> None:
        self._fresh = fresh  # what is there is forgotten
        self.path = folder / NAME
        self.done: dict[str, Done] = {}
        self._file: BinaryIO | None = None
        self._head = {"schema": SCHEMA, **identity}

    def __enter__(self) -> Self:
        if self.path.exists() and not self.path.is_file():
            raise InputError(f"{self.path}: is a folder or a device, not the journal of a sweep")
        self._file = self.path.open("a+b")
        try:
            self._claim(self._file)
            if self._fresh:
                self._forget(self._file)
            self._begin(self._file)
        except BaseException:
            self._file.close()
            raise
        return self

    def _claim(self, file: BinaryIO) -> None:
        """Until it is closed, or the process ends however it may."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InputError(f"{self.path}: another sweep is under way in this folder") from error
        except OSError:
            pass  # a network's file system without locks

    def _forget(self, file: BinaryIO) -> None:
        """A sweep, of whatever schema or torn in its first line; never what somebody else keeps there."""
        file.seek(0)
        beginning = file.read(len(FIRST))
        if not FIRST.startswith(beginning):
            self._refuse()
        file.truncate(0)

    def _begin(self, file: BinaryIO) -> None:
        file.seek(0)
        content = file.read()
        *lines, torn = content.split(b"\n")
        if not lines and not self._head_line().startswith(torn):
            self._refuse()
        if lines:
            self._check(lines[0])
        for number, line in enumerate(lines[1:], 2):
            done = self._read(line, number)
            if done.key in self.done:
                raise InputError(f"{self.path}: line {number}: {done.key} is there twice")
            self.done[done.key] = done
        file.truncate(len(content) - len(torn))
        if not lines:
            self._write(self._head_line())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def keep(self, done: Done) -> None:
        """On the disk when this returns; the same encounter twice is a fault of ours."""
        assert done.key not in self.done, done.key
        told = _json({"key": done.key, "file": done.file_id, **done.result.as_json()})
        self._write(self._with_digest(told) + b"\n")
        self.done[done.key] = done

    def _head_line(self) -> bytes:
        return _json(self._head) + b"\n"

    def _with_digest(self, told: bytes) -> bytes:
        digest = hashlib.sha256(self._head_line() + told).hexdigest()
        return told[:-1] + DIGEST + digest.encode() + b'"}'

    def _write(self, line: bytes) -> None:
        assert self._file is not None
        self._file.write(line)
        self._file.flush()
        os.fsync(self._file.fileno())

    def _refuse(self) -> NoReturn:
        raise InputError(f"{self.path}: line 1: not the journal of a sweep; name another folder")

    def _check(self, line: bytes) -> None:
        try:
            head = json.loads(line)
        except ValueError:
            self._refuse()
        if not isinstance(head, dict) or "schema" not in head:
            self._refuse()
        if head["schema"] != SCHEMA:
            raise InputError(
                f"{self.path}: is a journal of schema {shown(head['schema'])}, not {SCHEMA}; {ANOTHER}"
            )
        told = json.loads(self._head_line())
        other = [name for name in {**told, **head} if told.get(name) != head.get(name)]
        if other:
            raise InputError(f"{self.path}: belongs to a sweep with other {', '.join(other)}; {ANOTHER}")

    def _read(self, line: bytes, number: int) -> Done:
        told = line.rpartition(DIGEST)[0] + b"}"
        if line != self._with_digest(told):
            raise InputError(
                f"{self.path}: line {number}: is not as this sweep wrote it; without that line the encounter"
                f" is driven again, or {ANOTHER}"
            )
        kept = json.loads(told)
        return Done(kept["key"], kept["file"], EncounterResult.from_json(kept))


def _json(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, allow_nan=False, default=str).encode()
