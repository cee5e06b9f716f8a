"""Files that people change while the office is open: read again when they changed, never served stale."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from edge_controller.registration.trust import Trust, read_trust
from edge_controller.toml_table import MAX_BYTES

Content = TypeVar("Content")
Stamp = tuple[tuple[str, bytes], ...]


class Reread(Generic[Content]):
    """The content of some files as they are now."""

    def __init__(self, files: Callable[[], list[Path]], read: Callable[[], Content]) -> None:
        self._files, self._read, self._lock = files, read, Lock()
        # The stamp is taken before reading: what changes meanwhile is read again next time.
        self._stamp, self._content = _stamp(files()), read()

    def now(self) -> Content:
        """InputError where the files cannot be used as they are now: an old list is no answer."""
        with self._lock:
            stamp = _stamp(self._files())
            if stamp != self._stamp:
                self._content = self._read()
                self._stamp = stamp
            return self._content


def trust_folder(folder: Path) -> Reread[Trust]:
    """A trust folder; a misspelt file in it counts as a change too."""
    return Reread(lambda: sorted(folder.glob("*.toml")), lambda: read_trust(folder))


def _stamp(files: list[Path]) -> Stamp:
    """Content, not time of change: two changes within one tick of a file system's clock look alike."""
    return tuple((str(path), _head(path)) for path in files)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES)
    except OSError:
        return b""
