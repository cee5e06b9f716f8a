"""Files that people change while the office is open: read again when they changed, never served stale."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from edge_controller.registration.trust import Trust, read_trust

Content = TypeVar("Content")
Stamp = tuple[tuple[str, int, int, int], ...]


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
    return tuple(one for path in files for one in _seen(path))


def _seen(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return ()
    return ((str(path), found.st_mtime_ns, found.st_size, found.st_ino),)
