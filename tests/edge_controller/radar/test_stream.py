"""Whatever a network or a board does to the packets: what comes out is in its place, or zero and counted."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge_controller.radar.received import Received
from edge_controller.radar.stream import FEW, RawFrame, StreamAssembler

FULL = 1456
WINDOW = 32  # packets that may overtake one
WRAP = 2**48


@dataclass(frozen=True)
class Sent:
    """Packets of a stream and the truth of its frames, by what each byte pair says of itself."""

    packets: list[bytes]
    frames: dict[int, bytes]
    size: int


def sent(
    frame_bytes: int, frames: int, *, by_frame: bool, mark: int = 0, count: int = 0, number: int = 1
) -> Sent:
    """Every value says of which stream and place it is, none is zero; packets may end with frames."""
    first = count // frame_bytes
    values = [1 + (mark * 17_389 + n) % 65_535 for n in range(frames * frame_bytes // 2)]
    data = struct.pack(f"<{len(values)}H", *values)
    cuts = (
        [f * frame_bytes + k for f in range(frames) for k in range(0, frame_bytes, FULL)]
        if by_frame
        else list(range(0, len(data), FULL))
    )
    packets = [
        struct.pack("<I", (number + n) % 2**32)
        + struct.pack("<Q", (count + begin) % WRAP)[:6]
        + data[begin:end]
        for n, (begin, end) in enumerate(zip(cuts, [*cuts[1:], len(data)], strict=True))
    ]
    truth = {first + f: data[f * frame_bytes : (f + 1) * frame_bytes] for f in range(frames)}
    return Sent(packets, truth, frame_bytes)


def received(assembler: StreamAssembler, packets: list[bytes]) -> list[RawFrame]:
    """One by one; and the same comes of them however many come together."""
    others = [
        (StreamAssembler(assembler._size, "heaps"), come(packets, heap))
        for heap in (7, FEW, 97, 256)
        for come in (heaps, lists)
    ]
    frames = [frame for packet in packets for frame in assembler.push(packet)] + assembler.flush()
    for other, together in others:
        found = [frame for some in together for frame in other.push_all(some)] + other.flush()
        assert found == frames
        assert other.counts == assembler.counts
    return frames


def lists(packets: list[bytes], size: int) -> Iterator[list[bytes]]:
    """As the simulator gives them."""
    return (packets[first : first + size] for first in range(0, len(packets), size))


def heaps(packets: list[bytes], size: int) -> Iterator[Received]:
    """As a socket gives them, each heap in the buffer of the one before."""
    rows, sizes = np.zeros((size, 2048), np.uint8), np.zeros(size, np.uint32)
    together = Received(rows, sizes)
    for first in range(0, len(packets), size):
        heap = packets[first : first + size]
        for n, packet in enumerate(heap):
            rows[n, : len(packet)], sizes[n] = np.frombuffer(packet, np.uint8), len(packet)
        together.count = len(heap)
        yield together
        rows[:] = 0xFF  # nothing of it may be looked at any more


def is_right_or_zero(data: bytes, truth: bytes) -> bool:
    got, should = np.frombuffer(data, "<i2"), np.frombuffer(truth, "<i2")
    return got.shape == should.shape and bool(np.all((got == should) | (got == 0)))


def jittered(draw: st.DrawFn, count: int, doubles: int, reach: float = WINDOW / 2 - 1) -> list[int]:
    """Numbers 0 to count - 1, some twice, none overtaken by as many as the window."""
    numbers = list(range(count)) + draw(st.lists(st.integers(0, count - 1), max_size=doubles))
    late = draw(st.lists(st.floats(0, reach), min_size=len(numbers), max_size=len(numbers)))
    calm = draw(st.booleans())
    keys = {n: number + (0 if calm and n % 7 else late[n]) for n, number in enumerate(numbers)}
    return [numbers[n] for n in sorted(keys, key=lambda n: keys[n])]


sizes = st.sampled_from([2, 24, 1456, 4096, 5000, 9000, 14_560])


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[Sent, list[int], set[int]]:
    """A stream, the order in which its packets come, and which do not."""
    size = draw(sizes)
    frames = draw(st.integers(1, max(2, min(12, 60_000 // size))))
    stream = sent(size, frames, by_frame=draw(st.booleans()))
    order = jittered(draw, len(stream.packets), 8)
    lost = draw(st.sets(st.integers(0, len(stream.packets) - 1), max_size=8))
    return stream, order, lost


@given(arrived=arrivals())
@settings(max_examples=60)
def test_disorder_and_doubles_lose_nothing_and_loss_is_zeros(
    arrived: tuple[Sent, list[int], set[int]],
) -> None:
    stream, order, lost = arrived
    first = min(set(order) - lost, default=None)
    assembler = StreamAssembler(stream.size, "one")
    # The stream is known from its first packet on: which one that is, is no matter of luck here.
    kept = [n for n in order if n not in lost and n != first]
    frames = received(assembler, [stream.packets[n] for n in ([first] if first is not None else []) + kept])
    should = bytearray(b"".join(stream.frames.values()))
    for n in lost:
        begin = int.from_bytes(stream.packets[n][4:10], "little")
        should[begin : begin + len(stream.packets[n]) - 10] = bytes(len(stream.packets[n]) - 10)
    for frame in frames:
        begin = frame.index * stream.size
        assert frame.data == should[begin : begin + stream.size]
        gap = bool(np.any(np.frombuffer(should, "<i2")[begin // 2 : (begin + stream.size) // 2] == 0))
        assert (frame.lost_packets > 0) == gap
    indices = [frame.index for frame in frames]
    assert indices == list(range(indices[0], indices[0] + len(indices))) if indices else not kept
    if not lost:
        assert indices == list(stream.frames)
    assert assembler.counts.bad == 0
    assert assembler.counts.restarts == 0


@given(arrived=arrivals(), data=st.data())
@settings(max_examples=60)
def test_a_corrupt_header_never_shifts_a_frame(
    arrived: tuple[Sent, list[int], set[int]], data: st.DataObject
) -> None:
    stream, order, lost = arrived
    packets = [stream.packets[n] for n in order if n not in lost]
    for _ in range(data.draw(st.integers(1, 4))):
        if len(packets) < 2:
            return
        hit = data.draw(st.integers(1, len(packets) - 1))
        flips = data.draw(st.integers(1, 2**48 - 1))
        count = int.from_bytes(packets[hit][4:10], "little") ^ flips
        packets[hit] = packets[hit][:4] + count.to_bytes(6, "little") + packets[hit][10:]
    for frame in received(StreamAssembler(stream.size, "one"), packets):
        if frame.index in stream.frames:
            truth = stream.frames[frame.index]
            assert is_right_or_zero(bytes(frame.data), truth)
            assert frame.lost_packets > 0 or bytes(frame.data) == truth


@given(
    size=sizes.filter(lambda size: size > 24),
    by_frame=st.booleans(),
    before=st.integers(1, 40),
    lost=st.sets(st.integers(0, 60), max_size=4),
)
@example(size=9000, by_frame=True, before=34, lost=set())  # behind the end, but less than the window
@example(size=9000, by_frame=False, before=2, lost=set())
@settings(max_examples=30)
def test_a_board_that_begins_anew_is_followed_and_streams_are_not_mixed(
    size: int, by_frame: bool, before: int, lost: set[int]
) -> None:
    old = sent(size, -(-before * FULL // size), by_frame=by_frame)
    new = sent(size, -(-80 * FULL // size), by_frame=by_frame, mark=1)
    assembler = StreamAssembler(size, "one")
    kept = [packet for n, packet in enumerate(new.packets) if n - 40 not in lost]
    frames = received(assembler, old.packets[:before] + kept)
    assert assembler.counts.restarts == 1
    turn = [n for n, frame in enumerate(frames) if frame.index == 0][-1]
    for stream, part in ((old, frames[:turn]), (new, frames[turn:])):
        for frame in part:
            truth = stream.frames[frame.index]
            assert is_right_or_zero(bytes(frame.data), truth)
            assert frame.lost_packets > 0 or bytes(frame.data) == truth
    if not lost:
        assert [bytes(frame.data) for frame in frames[turn:]] == list(new.frames.values())


@pytest.mark.parametrize("by_frame", [True, False])
@pytest.mark.parametrize("size", [4096, 9000])
def test_both_counters_may_wrap(size: int, by_frame: bool) -> None:
    begin = (WRAP // size - 3) * size
    stream = sent(size, 8, by_frame=by_frame, count=begin, number=2**32 - 5)
    assembler = StreamAssembler(size, "one")
    order = [0, *range(2, len(stream.packets), 1)]
    order.insert(9, 1)  # and one comes late
    frames = received(assembler, [stream.packets[n] for n in order])
    assert {frame.index: bytes(frame.data) for frame in frames} == stream.frames
    assert assembler.counts.lost == 0


def test_a_cut_of_a_few_frames_is_empty_frames_and_a_long_one_begins_anew() -> None:
    stream = sent(9000, 60, by_frame=True)  # seven packets a frame
    assembler = StreamAssembler(9000, "one")
    frames = received(assembler, stream.packets[:14] + stream.packets[70:77])
    assert [(frame.index, frame.lost_packets > 0) for frame in frames] == [
        (0, False), (1, False), *((n, True) for n in range(2, 10)), (10, False)
    ]  # fmt: skip
    assert not any(any(frame.data) for frame in frames[2:10])
    assert assembler.counts.restarts == 0
    assembler = StreamAssembler(9000, "one")
    frames = received(assembler, stream.packets[:17] + stream.packets[7 * 40 :])
    assert [frame.index for frame in frames] == [0, 1, 2, *range(40, 60)]
    assert [frame.lost_packets for frame in frames] == [0, 0, 4] + 20 * [0]
    assert assembler.counts.restarts == 1


def test_a_wrong_count_does_not_fit_a_gap_by_the_end_of_a_frame() -> None:
    stream = sent(1456, 9, by_frame=True)
    wrong = stream.packets[2][:4] + (2912 + 128).to_bytes(6, "little") + stream.packets[2][10:]
    assembler = StreamAssembler(1456, "one")
    frames = received(assembler, [stream.packets[0], stream.packets[4], wrong, *stream.packets[5:]])
    assert [frame.lost_packets for frame in frames] == [0, 1, 1, 1, 0, 0, 0, 0, 0]
    assert all(frame.data == stream.frames[frame.index] for frame in frames if not frame.lost_packets)
    assert assembler.counts.bad == 1


def test_a_first_packet_that_comes_late_is_no_new_stream() -> None:
    stream = sent(1456, 9, by_frame=True)
    assembler = StreamAssembler(1456, "one")
    frames = received(assembler, [*stream.packets[1:5], stream.packets[0], *stream.packets[5:]])
    assert [frame.index for frame in frames] == list(range(1, 9))
    assert (assembler.counts.restarts, assembler.counts.late) == (0, 1)


def test_what_comes_is_counted() -> None:
    stream = sent(9000, 20, by_frame=True)
    packets = stream.packets
    assembler = StreamAssembler(9000, "one")
    received(
        assembler,
        [*packets[:10], packets[9], *packets[12:80], packets[11], b"odd", *packets[80:]],
    )
    counts = assembler.counts
    assert (counts.doubled, counts.late, counts.bad, counts.restarts) == (1, 1, 1, 0)
    assert counts.lost == 2
    assert counts.packets == len(packets) + 1


def test_a_stream_heard_from_its_middle_on_begins_with_the_frame_it_is_in() -> None:
    stream = sent(9000, 6, by_frame=False)
    assembler = StreamAssembler(9000, "one")
    frames = received(assembler, stream.packets[15:])  # byte 21840 is in frame 2
    assert [frame.index for frame in frames] == [2, 3, 4, 5]
    assert frames[0].lost_packets == 3
    assert is_right_or_zero(bytes(frames[0].data), stream.frames[2])
    assert [bytes(frame.data) for frame in frames[1:]] == [stream.frames[n] for n in (3, 4, 5)]
