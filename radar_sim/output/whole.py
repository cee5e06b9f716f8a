"""A folder of results whose files get their names only when all of them are whole."""

import os
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

    def __enter__(self) -> Self:
        try:
            self._out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SceneError(f"{self._out}: cannot be made a folder ({error.strerror})") from error
        return self

    def open(self, name: str) -> BinaryIO:
        """A new file to write bytes into."""
        try:
            self._open[name] = self._part(name).open("wb")
        except OSError as error:
            raise self._refusal(name, error) from error
        return self._open[name]

    def finish(self, last: str) -> None:
        """Give every file its name, `last` at the end: where it is, the others are whole and belong to it."""
        try:
            for file in self._open.values():
                file.close()
            (self._out / last).unlink(missing_ok=True)
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
            self._part(name).unlink(missing_ok=True)
        if not self._was_there and not any(self._out.iterdir()):
            self._out.rmdir()
        if isinstance(error, OSError):
            raise self._refusal("a file in it", error) from error

    def _part(self, name: str) -> Path:
        return self._out / f".{name}.part"

    def _refusal(self, name: str, error: OSError) -> SceneError:
        return SceneError(f"{self._out}: {name} cannot be written ({error.strerror})")
