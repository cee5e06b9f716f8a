"""A process that sends pre-rendered frames as so many capture boards would, at the pace of the radars.

A board empties its buffer a little after the last chirp, so a frame's packets are spread over the dwell and
that time. They go out in small heaps, as a sleeping process and a network card both make them.
"""

import os
import socket
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

PAYLOAD = 1456
DRAIN_S = 0.006
HEAP_S = 0.0005  # packets of that time go out together


@dataclass(frozen=True, slots=True)
class Board:
    """One radar's frames, sent over and over."""

    port: int
    offset_s: float
    dwell_s: float
    frames: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class SentFrames:
    """Per board and frame, on the system's monotonic clock: when its last packet went out, how late."""

    last_s: list[list[float]]
    late_s: list[list[float]]


def send(boards: Sequence[Board], count: int, period_s: float, core: int | None, results: Any) -> None:
    """Send `count` frames of each board; put SentFrames into the queue `results`."""
    if core is not None:
        os.sched_setaffinity(0, {core})
    streams = [_Stream(board, count) for board in boards]
    begin_s = time.monotonic() + 0.2
    left = True
    while left:
        now_s = time.monotonic() - begin_s
        left = False
        for stream in streams:
            left |= stream.send_until(now_s, begin_s, period_s)
        time.sleep(HEAP_S)
    for stream in streams:
        stream.close()
    results.put(SentFrames([stream.last_s for stream in streams], [stream.late_s for stream in streams]))


class _Stream:
    """Counts of one board, and where in its frames it is."""

    def __init__(self, board: Board, count: int) -> None:
        self._board, self._count = board, count
        cuts = [range(0, len(frame), PAYLOAD) for frame in board.frames]
        self._parts = [
            [frame[at : at + PAYLOAD] for at in cut] for frame, cut in zip(board.frames, cuts, strict=True)
        ]
        self._frame = self._packet = self._number = self._bytes = 0
        self.last_s: list[float] = []
        self.late_s: list[float] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
        self._socket.connect(("127.0.0.1", board.port))

    def close(self) -> None:
        """All is sent."""
        self._socket.close()

    def send_until(self, now_s: float, begin_s: float, period_s: float) -> bool:
        """Everything due by now; whether anything is left."""
        board = self._board
        spread_s = board.dwell_s + DRAIN_S
        while self._frame < self._count:
            parts = self._parts[self._frame % len(self._parts)]
            start_s = board.offset_s + self._frame * period_s
            due = min(int((now_s - start_s) / spread_s * len(parts)), len(parts))
            while self._packet < due:
                self._put(parts[self._packet])
                self._packet += 1
            if self._packet < len(parts):
                return True
            self.last_s.append(time.monotonic())
            self.late_s.append(self.last_s[-1] - begin_s - start_s - spread_s)
            self._frame, self._packet = self._frame + 1, 0
        return False

    def _put(self, part: bytes) -> None:
        self._number += 1
        head = struct.pack(
            "<IIH", self._number & 0xFFFFFFFF, self._bytes & 0xFFFFFFFF, self._bytes >> 32 & 0xFFFF
        )
        self._bytes += len(part)
        self._socket.send(head + part)
