"""Files of a fitting: whole or not there, whatever interrupts."""

import os
import tempfile
from pathlib import Path

from edge_controller.install.text import RefusedError, Text


def write_whole(path: Path, content: bytes) -> None:
    """On the disk under its name when this returns; the old content until then."""
    try:
        handle, name = tempfile.mkstemp(prefix=".unfinished-", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise RefusedError(
            Text(f"{path}无法写入（{error.strerror}）。", f"{path} cannot be written ({error.strerror}).")
        ) from error


def make_folder(path: Path) -> None:
    """With all above it."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RefusedError(
            Text(
                f"{path}无法建为文件夹（{error.strerror}）。",
                f"{path} cannot be made a folder ({error.strerror}).",
            )
        ) from error
