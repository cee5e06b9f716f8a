"""What happened, appended: one JSON line a step, so that a run can be read, searched and replayed."""

import json
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from edge_controller.errors import InputError
from edge_controller.messages import Step


class Recorder:
    """Appends steps to a file, also to one that is there; what is written is complete line by line.

    A disk that takes no more costs lines, never the service: `lost` says how many.
    """

    def __init__(self, path: Path) -> None:
        self.lost = 0
        try:
            self._file = path.open("ab", buffering=0)
        except OSError as error:
            raise InputError(f"{path}: cannot be written ({error.strerror})") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def append(self, step: Step) -> None:
        """Write one step, or count it as lost."""
        line = (json.dumps(plain(step), allow_nan=False) + "\n").encode()
        try:
            written = self._file.write(line)
            if written == len(line):
                return
            self._file.truncate(self._file.tell() - written)  # half a line is none
        except OSError:
            pass
        self.lost += 1


def plain(value: Any) -> Any:
    """Dataclasses, arrays, complex numbers and states as JSON has them."""
    if isinstance(value, Enum):
        return value.name.lower()
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, complex):
        return [value.real, value.imag]
    return value
