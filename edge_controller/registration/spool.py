"""Signed documents waiting for the office: an append-only folder, safe against power loss at any moment."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge_controller.errors import InputError
from edge_controller.registration.disk import replace_whole, sync_folder, written_aside

SUFFIX = ".cose"
RECEIVED = "received"  # holds the number up to which the office has everything


class Spool:
    """Numbered from 1 in the order of arrival; nothing is ever overwritten."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{folder}: no spool can be kept there ({error.strerror})") from error

    def append(self, document: bytes) -> int:
        """Keep a document and return its number; it is on the disk when this returns."""
        with self._told("nothing can be written there"):
            temporary = written_aside(self._folder, document)
            number = self._last() + 1
            while not self._linked(temporary, number):
                number += 1
            temporary.unlink()
            sync_folder(self._folder)
        return number

    def waiting(self) -> list[int]:
        """Numbers the office has not confirmed, oldest first."""
        received = self.received()
        return [number for number in self.numbers() if number > received]

    def numbers(self) -> list[int]:
        """Numbers of all documents ever kept, oldest first."""
        return sorted(int(path.stem) for path in self._folder.glob(f"*{SUFFIX}") if path.stem.isdigit())

    def read(self, number: int) -> bytes:
        """The document of that number."""
        with self._told(f"document {number} cannot be read"):
            return self._path(number).read_bytes()

    def received(self) -> int:
        """The office has everything up to this number; 0 where it has nothing."""
        path = self._folder / RECEIVED
        if not path.exists():
            return 0
        text = path.read_text(encoding="ascii", errors="replace").strip()
        if not (text.isascii() and text.isdigit()):
            raise InputError(f"{path}: holds {text!r}, not a number")
        return int(text)

    def confirm(self, number: int) -> None:
        """Note that the office has everything up to `number`. Saying it twice changes nothing."""
        if number > self._last():
            raise ValueError(f"document {number} was never in {self._folder}")
        if number <= self.received():
            return
        with self._told("what the office has cannot be noted there, so it will be sent once more"):
            replace_whole(self._folder / RECEIVED, f"{number}\n".encode())

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:  # a full disk, a worn card
            raise InputError(f"{self._folder}: {what} ({error.strerror})") from error

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:012d}{SUFFIX}"

    def _last(self) -> int:
        return max(self.numbers(), default=0)

    def _linked(self, temporary: Path, number: int) -> bool:
        # A link, unlike a rename, fails where the name is taken: two writers never lose a document.
        try:
            os.link(temporary, self._path(number))
        except FileExistsError:
            return False
        return True
