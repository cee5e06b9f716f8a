"""The bytes of a DCA1000's UDP stream in their places: every frame whole, or with counted gaps; none shifted.

A packet is a 4-byte sequence number (first is 1), a 6-byte count of the payload bytes sent before it, and
the payload; all little-endian (TI SPRUIJ4, "Raw mode data packet").

Number and count are two witnesses. A packet that follows the last one by both is placed at once, and so is
one that by both comes after so many lost ones, or fills a gap. Any other is held until those behind it
continue it: then the stream was cut, or the board began anew. What is there already is never written over.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from edge_controller.errors import InputError
from edge_controller.radar.received import HEADER, HEADER_BYTES, PAYLOAD_BYTES, Received, side_by_side

REORDER_PACKETS = 32  # how many may overtake one before its place counts as lost
REORDER_BYTES = REORDER_PACKETS * PAYLOAD_BYTES
MAX_JUMP_FRAMES = 20  # one second: frames missed within it are given out empty, beyond it a new stream begins
AHEAD, BEHIND = 2, 4  # packets that must continue one another to be believed
COUNT, NUMBER = 1 << 48, 1 << 32  # where the two wrap
NEVER = 1 << 62
FEW = 24  # packets that came together: fewer are sooner placed one by one


@dataclass(frozen=True, slots=True)
class RawFrame:
    """The payload bytes of one frame; gaps are zeros."""

    index: int
    data: bytearray
    lost_packets: int  # gaps in full packets, a begun one counts whole


@dataclass(frozen=True, slots=True)
class Gap:
    """Bytes [begin, end) that should come with the sequence numbers first to last."""

    begin: int
    end: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet; `begin` counts on where its 48 bits wrap."""

    begin: int
    number: int
    payload: memoryview

    @property
    def end(self) -> int:
        """Where the packet after it begins."""
        return self.begin + len(self.payload)


@dataclass(slots=True)
class Counts:
    """What became of the packets."""

    packets: int = 0
    lost: int = 0  # never came: zeros in a frame given out
    late: int = 0  # came when their frame was gone
    doubled: int = 0  # were there already
    bad: int = 0  # no packets of this stream
    restarts: int = 0  # the board began to count anew, or the stream was cut for long

    def told(self) -> str:
        """For a person."""
        return (
            f"{self.packets} packets; {self.lost} lost, {self.late} late, {self.doubled} doubled, "
            f"{self.bad} bad, {self.restarts} restarts of the stream"
        )


class StreamAssembler:
    """Packets in, frames of bytes out; remembers frames begun, gaps, and packets in doubt."""

    def __init__(self, frame_bytes: int, name: str) -> None:
        self.counts = Counts()
        self.last_bad: InputError | None = None
        self._size = frame_bytes
        self._where = f"DCA1000 packet of {name}"
        self._begun = False
        self._end = 0  # of the furthest packet placed
        self._next = 0  # frame to be given out next
        # What the packet that follows in line will say, and where it goes.
        self._count = self._number = -1
        self._filling = memoryview(b"")
        self._at = 0
        self._limit = 0  # where more than placing is to be done: a frame ends, or is to be given out
        self._open: dict[int, bytearray] = {}
        self._gaps: list[Gap] = []
        self._first = b""  # payload of packet 1: the same again is a double, another begins a new stream
        self._doubted: list[Packet] = []
        self._doubted_at = 0  # where the stream ended when the last of them came

    def push(self, packet: bytes) -> list[RawFrame]:
        """Place one packet; the frames that it completes, in order. Bad packets are counted, not raised."""
        return self.push_all((packet,))

    def push_all(self, packets: Iterable[bytes]) -> list[RawFrame]:
        """The same of many, in the order they came."""
        if isinstance(packets, list) and len(packets) >= FEW:
            packets = side_by_side(packets) or packets
        if isinstance(packets, Received) and len(packets) >= FEW:
            return self._push_received(packets)
        frames: list[RawFrame] = []
        unpack = HEADER.unpack_from
        count, number, at, limit, filling = self._line()
        for packet in packets:
            self.counts.packets += 1
            if len(packet) > HEADER_BYTES:
                said, low, high = unpack(packet)
                if said == number and low | high << 32 == count:  # as nearly all: 65 000 in a second
                    payload = packet[HEADER_BYTES:]
                    stop = at + len(payload)
                    if stop < limit and not stop % 2:
                        filling[at:stop] = payload
                        count, number, at = count + stop - at, number + 1, stop
                        continue
            self._stand_at(count, number, at)
            frames += self._pushed(packet)
            count, number, at, limit, filling = self._line()
        self._stand_at(count, number, at)
        return frames

    def _push_received(self, packets: Received) -> list[RawFrame]:
        """Those that follow the last one are placed together, the others one by one."""
        frames: list[RawFrame] = []
        n = 0
        while n < len(packets):
            room = (self._limit - 1 - self._at) // PAYLOAD_BYTES
            follow = packets.in_line(n, room, self._number, self._count) if room > 0 else 0
            if follow:
                stop = self._at + follow * PAYLOAD_BYTES
                place = np.frombuffer(self._filling, np.uint8)[self._at : stop].reshape(follow, -1)
                place[:] = packets.payloads(n, follow)
                self._stand_at(self._count + stop - self._at, self._number + follow, stop)
            else:
                frames += self._pushed(packets.packet(n))
                follow = 1
            self.counts.packets += follow
            n += follow
        return frames

    def _line(self) -> tuple[int, int, int, int, memoryview]:
        return self._count, self._number, self._at, self._limit, self._filling

    def _stand_at(self, count: int, number: int, at: int) -> None:
        self._end += at - self._at
        self._count, self._number, self._at = count, number, at

    def _pushed(self, packet: bytes) -> list[RawFrame]:
        size = len(packet) - HEADER_BYTES
        if size <= 0:
            return self._refused(f"{len(packet)} bytes are no header of {HEADER_BYTES} and a payload")
        number, low, high = HEADER.unpack_from(packet)
        begin = low | high << 32
        if size % 2 or begin % 2:
            return self._refused(f"number {number}: payload or byte count is odd, samples have two bytes")
        return self._placed(Packet(self._unwrapped(begin), number, memoryview(packet)[HEADER_BYTES:]))

    def flush(self) -> list[RawFrame]:
        """All frames begun, gaps filled with zeros: the stream has ended."""
        self._forget_doubted()
        return self._given_out(max(self._open) + 1) if self._open else []

    def _refused(self, why: str) -> list[RawFrame]:
        self.counts.bad += 1
        self.last_bad = InputError(f"{self._where}: {why}")
        return []

    def _unwrapped(self, count: int) -> int:
        """The byte count nearest to where the stream is that has these 48 bits."""
        if not self._begun:
            return count
        return self._end + (count - self._end + COUNT // 2) % COUNT - COUNT // 2

    def _placed(self, packet: Packet) -> list[RawFrame]:
        if not self._begun:
            self._begin_at(packet)
            return self._appended(packet)
        if packet.begin >= self._end:
            return self._appended(packet) if self._follows(packet) else self._in_doubt(packet)
        if self._fills(packet):
            return self._finished()
        if self._begins_anew(packet):
            return self._begun_anew([packet])
        if packet.end <= self._end - REORDER_BYTES and packet.payload != self._first:
            return self._in_doubt(packet)
        self._came_again(packet)
        return []

    def _begins_anew(self, packet: Packet) -> bool:
        """Packet 1 again, but not the same; where the stream's own never came, that may be it, very late."""
        if packet.number != 1 or packet.begin % COUNT or packet.payload == self._first:
            return False
        return bool(self._first) or self._number > REORDER_PACKETS

    def _continues_doubted(self, packet: Packet) -> bool:
        """What lies behind the stream must come in one piece, with nothing of the stream in between."""
        if not self._doubted:
            return False
        last, end = self._doubted[-1], self._doubted_at
        in_one_piece = last.begin >= end or self._end == end
        return in_one_piece and packet.begin == last.end and packet.number == (last.number + 1) % NUMBER

    def _follows(self, packet: Packet) -> bool:
        """Whether as many packets are lost by the numbers as by the counts.

        A board may cut a packet short where a frame ends, or never.
        """
        lost = (packet.number - self._number) % NUMBER
        if lost > REORDER_PACKETS:
            return False
        return packet.begin in (self._end + lost * PAYLOAD_BYTES, self._after(self._end, lost))

    def _after(self, place: int, packets: int) -> int:
        """Where the stream is so many packets on if they end with their frames."""
        frame_end = (place // self._size + 1) * self._size
        in_frame = -(-(frame_end - place) // PAYLOAD_BYTES)
        if packets < in_frame:
            return place + packets * PAYLOAD_BYTES
        frames, rest = divmod(packets - in_frame, -(-self._size // PAYLOAD_BYTES))
        return frame_end + frames * self._size + rest * PAYLOAD_BYTES

    def _fills(self, packet: Packet) -> bool:
        """Put it into the gap it belongs to by number and count; False where there is none."""
        for n, gap in enumerate(self._gaps):
            if gap.begin <= packet.begin and packet.end <= gap.end and self._belongs(packet, gap):
                before = Gap(gap.begin, packet.begin, gap.first, (packet.number - 1) % NUMBER)
                behind = Gap(packet.end, gap.end, (packet.number + 1) % NUMBER, gap.last)
                self._gaps[n : n + 1] = [rest for rest in (before, behind) if rest.begin < rest.end]
                self._write(packet)
                return True
        return False

    def _belongs(self, packet: Packet, gap: Gap) -> bool:
        before, behind = (packet.number - gap.first) % NUMBER, (gap.last - packet.number) % NUMBER
        if before + behind != (gap.last - gap.first) % NUMBER:
            return False
        from_begin = (gap.begin + before * PAYLOAD_BYTES, self._after(gap.begin, before))
        if packet.begin in from_begin or packet.end + behind * PAYLOAD_BYTES == gap.end:
            return True
        is_cut_by_frame = packet.begin % self._size % PAYLOAD_BYTES == 0
        return is_cut_by_frame and self._after(packet.end, behind) == gap.end

    def _came_again(self, packet: Packet) -> None:
        """A little behind the end and in no gap."""
        if packet.end <= self._next * self._size:
            self.counts.late += 1
        elif any(gap.begin < packet.end and packet.begin < gap.end for gap in self._gaps):
            self._refused(f"number {packet.number}: does not belong at its byte count {packet.begin}")
        else:
            self.counts.doubled += 1

    def _in_doubt(self, packet: Packet) -> list[RawFrame]:
        """Hold a packet that may begin something new; believe it when others have continued it."""
        if not self._continues_doubted(packet):
            self._forget_doubted()
        # The receiver's buffer may be used again: what is held is copied.
        self._doubted.append(Packet(packet.begin, packet.number, memoryview(bytes(packet.payload))))
        self._doubted_at = self._end
        if len(self._doubted) < (AHEAD if packet.begin >= self._end else BEHIND):
            return []
        believed, self._doubted = self._doubted, []
        return self._begun_anew(believed)

    def _forget_doubted(self) -> None:
        for packet in self._doubted:
            if packet.begin < self._end:
                self.counts.late += 1
            else:
                self._refused(f"number {packet.number}: byte count {packet.begin} is off the stream")
        self._doubted = []

    def _begun_anew(self, believed: list[Packet]) -> list[RawFrame]:
        frames: list[RawFrame] = []
        jump = believed[0].begin // self._size - self._next
        if jump > MAX_JUMP_FRAMES or believed[0].begin < self._end:
            self.counts.restarts += 1
            frames = self._given_out(max(self._open) + 1) if self._open else []
            believed = [Packet(one.begin % COUNT, one.number, one.payload) for one in believed]
            self._begin_at(believed[0])
        for packet in believed:
            frames += self._appended(packet)
        return frames

    def _begin_at(self, packet: Packet) -> None:
        """As if nothing had been before; what the packet's frame lacks is lost, or comes yet."""
        self._next = packet.begin // self._size
        self._end = self._next * self._size
        before = -(-(packet.begin - self._end) // PAYLOAD_BYTES)
        self._number = (packet.number - before) % NUMBER
        self._begun = True
        self._gaps = []
        self._open = {}
        self._first = b""

    def _appended(self, packet: Packet) -> list[RawFrame]:
        """Place a packet behind all others; what it leaves out is a gap."""
        if self._doubted and self._doubted[0].begin < self._end:
            self._forget_doubted()  # the stream goes on as it was: they were late
        if packet.begin > self._end:
            last = (packet.number - 1) % NUMBER
            self._gaps.append(Gap(self._end, packet.begin, self._number, last))
        self._write(packet)
        self._end, self._number = packet.end, (packet.number + 1) % NUMBER
        return self._finished()

    def _write(self, packet: Packet) -> None:
        begin, payload = packet.begin, packet.payload
        if begin == 0:
            self._first = bytes(payload)
        while payload:
            index, at = divmod(begin, self._size)
            part = payload[: self._size - at]
            if index >= self._next:
                if index not in self._open:
                    self._open[index] = bytearray(self._size)
                memoryview(self._open[index])[at : at + len(part)] = part
            begin += len(part)
            payload = payload[len(part) :]

    def _finished(self) -> list[RawFrame]:
        whole = min((gap.begin for gap in self._gaps), default=self._end)
        upto = max(whole, self._end - REORDER_BYTES) // self._size
        frames = self._given_out(upto) if upto > self._next else []
        self._look_ahead()
        return frames

    def _look_ahead(self) -> None:
        """Where the packet in line goes: on into the frame begun; one that begins a frame opens it first."""
        self._count = self._end % COUNT
        index, self._at = divmod(self._end, self._size)
        self._limit = 0
        if self._at:
            self._filling = memoryview(self._open[index])
            due = (self._next + 1) * self._size + REORDER_BYTES if self._gaps else NEVER
            self._limit = min(self._size, due - index * self._size)

    def _given_out(self, upto: int) -> list[RawFrame]:
        frames = [self._given_frame(index) for index in range(self._next, upto)]
        self._next = max(self._next, upto)
        return frames

    def _given_frame(self, index: int) -> RawFrame:
        begin, end = index * self._size, (index + 1) * self._size
        holes = [(max(gap.begin, begin), min(gap.end, end)) for gap in self._gaps]
        holes.append((max(self._end, begin), end))  # at the end of a stream
        lost = sum(-(-(high - low) // PAYLOAD_BYTES) for low, high in holes if low < high)
        self._gaps = [
            Gap(max(gap.begin, end), gap.end, gap.first, gap.last) for gap in self._gaps if gap.end > end
        ]
        self.counts.lost += lost
        return RawFrame(index, self._open.pop(index, bytearray(0)) or bytearray(self._size), lost)
