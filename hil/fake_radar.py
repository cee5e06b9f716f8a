"""A radar without hardware: TI's command line behind a pty, and a DCA1000 behind UDP, sending given frames.

What it was told is kept in order. It can be made to refuse or to be silent, as real ones are.
"""

import os
import pty
import select
import socket
import struct
import threading
import tty
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Self

HEADER, FOOTER = 0xA55A, 0xEEAA
CODES = {
    0x01: "reset FPGA",
    0x03: "FPGA configuration",
    0x05: "record start",
    0x06: "record stop",
    0x09: "connect",
    0x0B: "packet delay",
    0x0E: "FPGA version",
}
UNASKED = 0x0A
VERSION = 2 | 8 << 7  # 2.8, a record image
PROMPT = "mmwDemo:/>"
WAIT_S = 0.02

Packets = Callable[[bytes], Iterator[bytes]]


class FakeRadar:
    """A context manager: `port` while it is open, `told` what it was told.

    `packets` cuts the bytes of one frame as a board does (`radar_sim.output.dca1000.Stream().packets`).
    """

    def __init__(
        self,
        board: tuple[str, int],
        host: tuple[str, int],
        frames: Sequence[bytes] = (),
        new_stream: Callable[[], Packets] | None = None,
        *,
        period_s: float = 0.0,
        answers: Mapping[str, str] | None = None,
        statuses: Mapping[str, int | None] | None = None,
        unasked: int | None = None,
    ) -> None:
        self.told: list[str] = []
        self._frames, self._new_stream, self._period_s = frames, new_stream, period_s
        self._answers = dict(answers or {})  # by the first word of a line; "" is silence
        self._statuses = dict(statuses or {})  # by the name of a command; None is silence
        self._unasked = unasked  # a status of its own, told before it answers "record stop"
        self._data_to = host
        self._commands = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._commands.bind(board)
        self._ends = threading.Event()
        self._packets: Packets | None = None  # while it records
        self._starts = 0
        self.has_sent = threading.Event()  # a first frame
        self._running = threading.Event()
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._talk, self._obey, self._send)
        ]

    @property
    def command_port(self) -> int:
        """UDP port of the board."""
        return int(self._commands.getsockname()[1])

    def __enter__(self) -> Self:
        self._radar_end, self._port_end = pty.openpty()
        tty.setraw(self._port_end)
        self.port = os.ttyname(self._port_end)
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ends.set()
        for thread in self._threads:
            thread.join()
        self._commands.close()
        os.close(self._radar_end)
        os.close(self._port_end)

    def _talk(self) -> None:
        """The command line: echo, answer, prompt."""
        waiting = b""
        while not self._ends.is_set():
            if select.select([self._radar_end], [], [], WAIT_S)[0]:
                waiting += os.read(self._radar_end, 4096)
            while b"\n" in waiting:
                line, waiting = waiting.split(b"\n", 1)
                self._answer(line.decode())

    def _answer(self, line: str) -> None:
        word = line.split(maxsplit=1)[0]
        self.told.append(line)
        answer = self._answers.get(word, "Done")
        if not answer:
            return
        if answer == "Done" and word in ("sensorStart", "sensorStop"):
            self._starts += word == "sensorStart"
            (self._running.set if word == "sensorStart" else self._running.clear)()
        os.write(self._radar_end, f"{line}\n\r{answer}\n\n\r{PROMPT}".encode())

    def _obey(self) -> None:
        """The board's commands."""
        while not self._ends.is_set():
            if not select.select([self._commands], [], [], WAIT_S)[0]:
                continue
            packet, asker = self._commands.recvfrom(2048)
            header, code, size = struct.unpack_from("<HHH", packet)
            assert (header, len(packet), packet[-2:]) == (HEADER, size + 8, struct.pack("<H", FOOTER))
            name = CODES[code]
            self.told.append(f"{name} {packet[6:-2].hex()}".rstrip())
            status = self._statuses.get(name, VERSION if name == "FPGA version" else 0)
            if status is None:
                continue
            if name == "record start" and self._new_stream and not status:
                self._packets = self._new_stream()
            if name == "record stop":
                self._packets = None
            if name == "record stop" and self._unasked is not None:
                self._commands.sendto(struct.pack("<HHHH", HEADER, UNASKED, self._unasked, FOOTER), asker)
            self._commands.sendto(struct.pack("<HHHH", HEADER, code, status, FOOTER), asker)

    def _send(self) -> None:
        """Frames once the radar runs; a board that does not record sends nothing."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as data:
            while not self._ends.is_set():
                if not self._running.wait(WAIT_S):
                    continue
                start = self._starts
                for frame in self._frames:
                    packets = self._packets
                    if packets is None or not self._running.is_set() or self._ends.is_set():
                        break
                    if start != self._starts:
                        break
                    for packet in packets(frame):
                        data.sendto(packet, self._data_to)
                    self.has_sent.set()
                    self._ends.wait(self._period_s)  # the radar's own pace; its end cuts it short
                if start == self._starts:
                    self._running.clear()
