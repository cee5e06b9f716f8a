"""Packets of a DCA1000 that came together, side by side in one buffer: looked at in one go."""

import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

HEADER = struct.Struct("<IIH")  # sequence number, byte count: low and high
HEADER_BYTES = HEADER.size
PAYLOAD_BYTES = 1456  # of a full packet
FULL_BYTES = HEADER_BYTES + PAYLOAD_BYTES

HEAD = np.dtype([("number", "<u4"), ("low", "<u4"), ("high", "<u2")])


class Received:
    """The first `count` rows of a buffer, one packet in each, which those after them overwrite.

    Made once for a buffer: views of it cost more than a small heap of packets does.
    """

    def __init__(self, rows: NDArray[np.uint8], sizes: NDArray[np.uint32]) -> None:
        self.count = len(rows)
        self._sizes, self._whole, self._width = sizes, rows.data.cast("B"), rows.shape[1]
        self._heads = rows[:, :HEADER_BYTES].view(HEAD)[:, 0]
        self._payloads = rows[:, HEADER_BYTES:FULL_BYTES]

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[bytes]:
        return (self.packet(n) for n in range(self.count))

    def packet(self, n: int) -> bytes:
        """A copy of one."""
        first = n * self._width
        return bytes(self._whole[first : first + self._sizes.item(n)])

    def in_line(self, first: int, most: int, number: int, count: int) -> int:
        """How many full packets from `first` on say this number and byte count and what follows of them."""
        some = slice(first, min(first + most, self.count))
        heads = self._heads[some]
        step = np.arange(len(heads), dtype=np.uint64)
        said = heads["low"] | heads["high"].astype(np.uint64) << np.uint64(32)
        good = self._sizes[some] == FULL_BYTES
        good &= heads["number"] == np.uint64(number) + step
        good &= said == np.uint64(count) + np.uint64(PAYLOAD_BYTES) * step
        return len(good) if good.all() else int(good.argmin())

    def payloads(self, first: int, count: int) -> NDArray[np.uint8]:
        """(packet, byte) of full packets."""
        return self._payloads[first : first + count]


def side_by_side(packets: list[bytes]) -> Received | None:
    """Copies of them in one buffer; none where one before the last is no full packet."""
    sizes = np.fromiter(map(len, packets), np.uint32, len(packets))
    if not packets or (sizes[:-1] != FULL_BYTES).any() or sizes[-1] > FULL_BYTES:
        return None
    whole = b"".join([*packets, bytes(FULL_BYTES - sizes.item(-1))])
    return Received(np.frombuffer(whole, np.uint8).reshape(-1, FULL_BYTES), sizes)
