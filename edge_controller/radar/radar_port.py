"""The command line of TI's radars on their UART: one line out, `Done` or a complaint back."""

import os
from types import TracebackType
from typing import Self

import serial

from edge_controller.errors import InputError
from edge_controller.radar.ti_cfg import Line

BAUD = 115_200
PROMPT = b":/>"  # mmwDemo:/>
GOOD = ("Done", "Ignored", "Skipped")  # the last two: nothing to do, as a sensorStop of a stopped one


class RadarPort:
    """An open port; `send` returns when the radar has answered."""

    def __init__(self, port: str, baud: int = BAUD, timeout_s: float = 3.0) -> None:
        self._port, self._timeout_s = port, timeout_s
        try:
            self._serial = serial.Serial(port, baud, timeout=timeout_s, write_timeout=timeout_s)
            self._serial.reset_input_buffer()
        except (OSError, ValueError) as error:  # pyserial's own are OSErrors
            raise InputError(f"{port}: cannot be opened ({_short(error)})") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._serial.close()

    def send(self, line: Line) -> None:
        """InputError says which line failed and what the radar said."""
        text = " ".join((line.name, *line.words))
        try:
            self._serial.write(text.encode() + b"\n")
            answer = self._serial.read_until(PROMPT)
        except OSError as error:
            raise InputError(f"{self._port}: is gone ({_short(error)}), at {line.where}: {text}") from error
        said = self._said(answer, text)
        if not answer.endswith(PROMPT):
            heard = f"only {said!r}" if said else "nothing"
            raise InputError(
                f"{line.where}: {text}: no answer on {self._port} within {self._timeout_s:g} s, {heard}"
            )
        if not any(part.startswith(GOOD) for part in said.split("; ")) or "Error" in said:
            raise InputError(f"{line.where}: {text}: the radar says {said!r}")

    @staticmethod
    def _said(answer: bytes, echo: str) -> str:
        """What is neither echo nor prompt, as one line."""
        lines = answer.decode(errors="replace").replace("\r", "\n").split("\n")
        parts = [line.strip() for line in lines]
        return "; ".join(
            part for part in parts if part and part != echo and not part.endswith(PROMPT.decode())
        )


def _short(error: Exception) -> str:
    """pyserial says more than a sentence can hold; the system's own reason is enough."""
    number = getattr(error, "errno", None)
    return os.strerror(number) if number else " ".join(str(error).split())
