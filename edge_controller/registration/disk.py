"""Files that are whole or not there, whatever interrupts: written aside, on the disk, and only then named."""

import os
import tempfile
from pathlib import Path

PRIVATE = 0o600
READABLE = 0o644


def written_aside(folder: Path, content: bytes) -> Path:
    """A new file in `folder`, readable by its owner only; OSError (a full disk) leaves none behind."""
    handle, name = tempfile.mkstemp(prefix="unfinished-", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        Path(name).unlink()
        raise
    return Path(name)


def replace_whole(path: Path, content: bytes, mode: int = PRIVATE) -> None:
    """On the disk under its name when this returns; what was there before until then. Raises OSError."""
    unfinished = written_aside(path.parent, content)
    try:
        unfinished.chmod(mode)
        unfinished.replace(path)
    except OSError:
        unfinished.unlink()
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """The names in it are on the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
