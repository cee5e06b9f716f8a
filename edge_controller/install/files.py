"""Files of a fitting: whole or not there, whatever interrupts."""

from pathlib import Path

from edge_controller.install.text import RefusedError, Text
from edge_controller.registration.disk import READABLE, replace_whole


def write_whole(path: Path, content: bytes) -> None:
    """On the disk under its name when this returns; the old content until then."""
    try:
        replace_whole(path, content, READABLE)
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
