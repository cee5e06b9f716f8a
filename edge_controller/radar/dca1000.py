"""The DCA1000's UDP stream: payload is placed by its byte count, so no frame is ever shifted.

A packet is a 4-byte sequence number (first is 1), a 6-byte count of the payload bytes sent before it, and
the payload; all little-endian (TI SPRUIJ4, "Raw mode data packet").
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.errors import InputError
from edge_controller.messages import RadarFrame
from edge_controller.radar.sample_order import Order, fits_order, frame_bytes, ordered

HEADER_BYTES = 10
PAYLOAD_BYTES = 1456  # of a full packet
REORDER_BYTES = 32 * PAYLOAD_BYTES  # how much later data may overtake before a gap counts as lost
MAX_JUMP_FRAMES = 20  # one second; further away a byte count must be confirmed by the packet after it


class FrameAssembler:
    """Packets in, frames out; remembers the frames begun and what could not be used.

    `mid_time(index)` gives the middle of the chirps of a frame on the edge's clock.
    """

    def __init__(self, radar: Radar, mid_time: Callable[[int], float], order: Order = "iiqq") -> None:
        if not fits_order(radar, order):
            raise InputError(f"radar {radar.name}: order 'iiqq' needs an even number of samples in a frame")
        self._radar = radar
        self._mid_time = mid_time
        self._order = order
        self._frame_bytes = frame_bytes(radar)
        self._open: dict[int, _Filling] = {}
        self._next: int | None = None  # frame to be given out next; None before the first packet
        self._doubted_end: int | None = None  # where the packet after a far jump would have to begin
        self.bad_packets = 0  # no packet of this stream at all
        self.late_packets = 0  # of a frame already given out
        self.last_bad: InputError | None = None

    def push(self, packet: bytes) -> list[RadarFrame]:
        """Place one packet; the frames that it completes, in order. Bad packets are counted, not raised."""
        try:
            begin, payload = self._parsed(packet)
        except InputError as error:
            self.bad_packets += 1
            self.last_bad = error
            return []
        if self._next is None:
            self._next = begin // self._frame_bytes
        if (begin + len(payload) - 1) // self._frame_bytes < self._next:
            self.late_packets += 1
            return []
        self._place(begin, payload)
        return self._finished(begin + len(payload))

    def flush(self) -> list[RadarFrame]:
        """All frames begun, gaps filled with zeros: the stream has ended."""
        return self._given_out(max(self._open) + 1) if self._open else []

    def _parsed(self, packet: bytes) -> tuple[int, bytes]:
        where = f"DCA1000 packet of radar {self._radar.name}"
        if len(packet) <= HEADER_BYTES:
            raise InputError(f"{where}: {len(packet)} bytes are no header of {HEADER_BYTES} and a payload")
        sequence = int.from_bytes(packet[:4], "little")
        begin, payload = int.from_bytes(packet[4:HEADER_BYTES], "little"), packet[HEADER_BYTES:]
        if len(payload) % 2 or begin % 2:
            raise InputError(f"{where} {sequence}: payload or byte count is odd, samples have two bytes")
        self._check_jump(begin, begin + len(payload), f"{where} {sequence}")
        return begin, payload

    def _check_jump(self, begin: int, end: int, where: str) -> None:
        if self._next is None:
            return
        frames = begin // self._frame_bytes - self._next
        if abs(frames) <= MAX_JUMP_FRAMES:
            self._doubted_end = None
        elif self._doubted_end == begin:  # two packets agree: the stream was cut or began anew
            self._open.clear()
            self._next = None
            self._doubted_end = None
        else:
            self._doubted_end = end
            raise InputError(f"{where}: byte count {begin} lies {abs(frames)} frames away from the stream")

    def _place(self, begin: int, payload: bytes) -> None:
        assert self._next is not None
        data = np.frombuffer(payload, dtype="<i2")
        while data.size:
            index, offset = divmod(begin, self._frame_bytes)
            part = data[: (self._frame_bytes - offset) // 2]
            if index >= self._next:
                if index not in self._open:
                    self._open[index] = _Filling(self._frame_bytes // 2)
                self._open[index].place(offset // 2, part)
            begin += 2 * part.size
            data = data[part.size :]

    def _finished(self, end: int) -> list[RadarFrame]:
        assert self._next is not None
        upto = max(self._next, (end - REORDER_BYTES) // self._frame_bytes)
        while upto in self._open and self._open[upto].missing == 0:
            upto += 1
        return self._given_out(upto)

    def _given_out(self, upto: int) -> list[RadarFrame]:
        assert self._next is not None
        frames = [self._frame(index) for index in range(self._next, upto)]
        self._next = max(self._next, upto)
        return frames

    def _frame(self, index: int) -> RadarFrame:
        filling = self._open.pop(index, None) or _Filling(self._frame_bytes // 2)
        return RadarFrame(
            radar=self._radar.name,
            index=index,
            mid_t_s=self._mid_time(index),
            samples=ordered(filling.values, self._radar, self._order),
            lost_packets=filling.lost_packets(),
        )


class _Filling:
    """One frame's values, zero until they come."""

    def __init__(self, values: int) -> None:
        self.values: NDArray[np.int16] = np.zeros(values, np.int16)
        self._here: NDArray[np.bool_] = np.zeros(values, np.bool_)
        self.missing = values

    def place(self, offset: int, part: NDArray[np.int16]) -> None:
        here = self._here[offset : offset + part.size]
        self.missing -= part.size - int(np.count_nonzero(here))
        here[:] = True
        self.values[offset : offset + part.size] = part

    def lost_packets(self) -> int:
        """Gaps in full packets, a begun one counts whole."""
        if not self.missing:
            return 0
        edges = np.flatnonzero(np.diff(self._here, prepend=True, append=True))
        gaps = 2 * (edges[1::2] - edges[::2])
        return int(np.sum(-(-gaps // PAYLOAD_BYTES)))
