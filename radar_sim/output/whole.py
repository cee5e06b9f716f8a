"""A folder of results whose files get their names only when all of them are whole."""

import fcntl
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from radar_sim.errors import SceneError


class WholeFolder:
    """Remembers its open files; they are called `.NAME.part` until `finish`, and gone after an error."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._open: dict[str, BinaryIO] = {}
        self._was_there = out.exists()
        self._outdated: list[str] = []

    def __enter__(self) -> Self:
        try:
            self._out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SceneError(f"{self._out}: cannot be made a folder ({error.strerror})") from error
        self._lock()
        return self

    def _lock(self) -> None:
        """One run at a time; the system lets go of the lock however this one ends."""
        self._held = os.open(self._out, os.O_RDONLY)
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._held)
            raise SceneError(f"{self._out}: another run is writing into this folder") from error
        except OSError:
            pass  # a network's file system without locks

    def open(self, name: str) -> BinaryIO:
        """A new file to write bytes into."""
        try:
            self._open[name] = self._part(name).open("wb")
        except OSError as error:
            raise self._refusal(name, error) from error
        return self._open[name]

    def without(self, name: str) -> None:
        """A file of an earlier run that would no longer be true; it goes when all is whole."""
        self._outdated.append(name)

    def finish(self, last: str) -> None:
        """Give every file its name, `last` at the end: where it is, the others are whole and belong to it."""
        try:
            for file in self._open.values():
                file.close()
            (self._out / last).unlink(missing_ok=True)
            for name in self._outdated:
                (self._out / name).unlink(missing_ok=True)
            for name in [*(name for name in self._open if name != last), last]:
                os.replace(self._part(name), self._out / name)
        except OSError as error:
            raise self._refusal(str(error.filename or last), error) from error
        self._open.clear()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name, file in self._open.items():
            with suppress(OSError):  # a full disk refuses the rest of a buffer once more
                file.close()
            with suppress(OSError):
                self._part(name).unlink(missing_ok=True)
        if not self._was_there:
            with suppress(OSError):  # not empty
                self._out.rmdir()
        os.close(self._held)
        if isinstance(error, OSError):
            raise self._refusal("a file in it", error) from error

    def _part(self, name: str) -> Path:
        return self._out / f".{name}.part"

    def _refusal(self, name: str, error: OSError) -> SceneError:
        return SceneError(f"{self._out}: {name} cannot be written ({error.strerror})")


def write_whole(path: Path, content: bytes) -> None:
    """One file, whole or not at all: an earlier one stays where this cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number, part = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    try:
        with open(number, "wb") as file:
            file.write(content)
        os.chmod(part, 0o666 & ~_umask())
        os.replace(part, path)
    except BaseException:
        os.unlink(part)
        raise


def _umask() -> int:
    """What new files may not have; the only way to ask is to set it."""
    now = os.umask(0o077)
    os.umask(now)
    return now
