"""A MicroPython board on a serial port, by mpremote: run a line, write a file, hash a file.

Whatever goes wrong on the way becomes one sentence that names the port.
"""

import contextlib
import io
import struct
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Self

import serial
from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport

from edge_controller.install.text import RefusedError, Text

COMES_BACK_S = 1  # whole seconds: a USB port goes away while its board resets
READ_S = 1.0  # within which the next byte comes from a board that answers at all
ATTEMPTS, ATTEMPT_S = 4, 1.0  # to get a raw REPL: a board that has just been reset hears nothing at first
ANSWER_S = 5.0  # an STM32 erases its largest sector in 2 s
CHUNK_BYTES = 512
NO_ROOM = ("ENOSPC", "OSError: 28")
Written = Callable[[int], None]  # bytes on the board since the last call


class PortError(RefusedError):
    """One sentence that names the port."""

    def __init__(self, port: str, text: Text) -> None:
        super().__init__(Text(f"{port}：{text.zh}", f"{port}: {text.en}"))


class _Transport(SerialTransport):  # type: ignore[misc]  # mpremote has no types
    """mpremote waits for ever for a silent board in places; nothing here waits longer than ANSWER_S."""

    def read_until(
        self,
        min_num_bytes: int,
        ending: bytes,
        timeout: float | None = None,
        data_consumer: Any = None,
        timeout_overall: float | None = None,
    ) -> bytes:
        patience_s = ANSWER_S if timeout is None else min(timeout, ANSWER_S)
        found: bytes = super().read_until(min_num_bytes, ending, patience_s, data_consumer, timeout_overall)
        return found


class BoardPort:
    """A context manager; inside, the board waits in its raw REPL."""

    def __init__(self, port: str) -> None:
        self.port = port

    def __enter__(self) -> Self:
        with self._told(Text("无法作为串口打开。", "It cannot be opened as a serial port.")):
            self._transport = _Transport(self.port, timeout=READ_S, wait=COMES_BACK_S)
        self._transport.serial.write_timeout = ANSWER_S
        try:
            with self._told(
                Text(
                    "没有MicroPython应答（检修跳线是否短接？是否通电？）。",
                    "No MicroPython answers there (service strap closed? board powered?).",
                )
            ):
                self._enter(ATTEMPTS)
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _enter(self, attempts: int) -> None:
        try:
            self._transport.enter_raw_repl(soft_reset=False, timeout_overall=ATTEMPT_S)
        except TransportError:
            if attempts == 1:
                raise
            self._enter(attempts - 1)

    def _close(self) -> None:
        with contextlib.suppress(OSError):  # a port that was pulled out
            self._transport.close()

    def run(self, script: str) -> str:
        """What the script prints on the board."""
        with self._told(Text("网关板停止应答。", "The board stopped answering.")):
            said: bytes = self._transport.exec(script)
            return said.decode(errors="replace").strip()

    def write(self, path: str, content: bytes, written: Written) -> None:
        """The whole file, byte by byte as given."""
        with self._told(
            Text(f"写入{path}时网关板停止应答。", f"The board stopped answering while {path} was written.")
        ):
            self._transport.exec(f"f=open({path!r},'wb')\nw=f.write")
            for at in range(0, len(content), CHUNK_BYTES):
                piece = content[at : at + CHUNK_BYTES]
                self._transport.exec(f"w({piece!r})")
                written(len(piece))
            self._transport.exec("f.close()")

    def sha256(self, path: str) -> str:
        """Of the file as the board reads it back; empty where there is none."""
        with self._told(
            Text(f"读回{path}时网关板停止应答。", f"The board stopped answering while {path} was read back.")
        ):
            try:
                digest: bytes = self._transport.fs_hashfile(path, "sha256", CHUNK_BYTES)
            except FileNotFoundError:
                return ""
            return digest.hex()

    def reset(self) -> None:
        """Start the board anew; nobody waits for an answer."""
        with self._told(Text("复位前网关板停止应答。", "The board stopped answering before its reset.")):
            self._transport.exec_raw_no_follow("import machine\nmachine.reset()")

    @contextlib.contextmanager
    def _told(self, what: Text) -> Iterator[None]:
        try:
            # mpremote prints what it does not understand.
            with contextlib.redirect_stdout(io.StringIO()):
                yield
        except TransportExecError as error:
            lines = error.error_output.strip().splitlines() or ["no reason given"]
            if any(sign in lines[-1] for sign in NO_ROOM):
                raise PortError(
                    self.port, Text("网关板空间不足。", "There is no room left on the board.")
                ) from error
            said = lines[-1]
            raise PortError(
                self.port, Text(f"网关板拒绝：{said}。", f"The board refuses: {said}.")
            ) from error
        except (
            TransportError,
            serial.SerialException,
            OSError,
            ValueError,
            SyntaxError,
            struct.error,
        ) as error:
            raise PortError(self.port, what) from error
