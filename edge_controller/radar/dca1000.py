"""The DCA1000's UDP stream as radar frames."""

from collections.abc import Callable, Iterable

import numpy as np

from edge_controller.config import Radar
from edge_controller.errors import InputError
from edge_controller.messages import RadarFrame
from edge_controller.radar.sample_order import Order, fits_order, frame_bytes, ordered
from edge_controller.radar.stream import Counts, RawFrame, StreamAssembler


class FrameAssembler:
    """Packets in, frames out; what could not be used is counted.

    `mid_time(index)` gives the middle of the chirps of a frame on the edge's clock.
    """

    def __init__(self, radar: Radar, mid_time: Callable[[int], float], order: Order = "iiqq") -> None:
        if not fits_order(radar, order):
            raise InputError(
                f"radar {radar.name}: order {order!r} needs an even number of samples in a frame"
            )
        self._radar = radar
        self._mid_time = mid_time
        self._order: Order = order
        self._stream = StreamAssembler(frame_bytes(radar), f"radar {radar.name}")

    @property
    def counts(self) -> Counts:
        """What became of the packets so far."""
        return self._stream.counts

    @property
    def last_bad(self) -> InputError | None:
        """Why the last bad packet was none of the stream."""
        return self._stream.last_bad

    def push(self, packet: bytes) -> list[RadarFrame]:
        """Place one packet; the frames that it completes, in order. Bad packets are counted, not raised."""
        return self.push_all((packet,))

    def push_all(self, packets: Iterable[bytes]) -> list[RadarFrame]:
        """The same of many, in the order they came."""
        return [self._frame(raw) for raw in self._stream.push_all(packets)]

    def flush(self) -> list[RadarFrame]:
        """All frames begun, gaps filled with zeros: the stream has ended."""
        return [self._frame(one) for one in self._stream.flush()]

    def _frame(self, raw: RawFrame) -> RadarFrame:
        return RadarFrame(
            radar=self._radar.name,
            index=raw.index,
            mid_t_s=self._mid_time(raw.index),
            samples=ordered(np.frombuffer(raw.data, "<i2"), self._radar, self._order),
            lost_packets=raw.lost_packets,
        )
