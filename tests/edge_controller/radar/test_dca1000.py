"""Whatever order packets come in, a frame holds each sample in its place or zero."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_controller.config import Array, Radar, load_fit, shipped_fit
from edge_controller.errors import InputError
from edge_controller.messages import RadarFrame
from edge_controller.radar.dca1000 import FrameAssembler

PAYLOAD = 1456


def small_radar(loops: int = 8, samples: int = 64) -> Radar:
    corner = load_fit(shipped_fit("demo")).radar("corner")
    return replace(corner, profile=replace(corner.profile, loops=loops, samples=samples))


def assembler(radar: Radar) -> FrameAssembler:
    return FrameAssembler(radar, lambda index: 100.0 + 0.05 * index)


def cubes(radar: Radar, frames: int, seed: int = 1) -> np.ndarray:
    chirps = radar.profile.loops * 2
    draw = np.random.default_rng(seed)
    shape = (frames, chirps, 4, radar.profile.samples, 2)
    return draw.integers(1, 32768, shape).astype(np.int16)  # no zeros: zero means lost


def stream(cubes: np.ndarray) -> bytes:
    """Two-lane order, written out one value at a time: I0 I1 Q0 Q1 ..., receiver after receiver."""
    values = []
    for line in cubes.reshape(-1, cubes.shape[-2], 2):
        for n in range(0, len(line), 2):
            values += [line[n, 0], line[n + 1, 0], line[n, 1], line[n + 1, 1]]
    return np.array(values, "<i2").tobytes()


def packets(payload: bytes, first_byte: int = 0) -> list[bytes]:
    answer = []
    for number, begin in enumerate(range(0, len(payload), PAYLOAD)):
        count = (first_byte + begin).to_bytes(6, "little")
        answer.append((number + 1).to_bytes(4, "little") + count + payload[begin : begin + PAYLOAD])
    return answer


def pushed(receiver: FrameAssembler, sent: list[bytes]) -> list[RadarFrame]:
    return [frame for packet in sent for frame in receiver.push(packet)]


def test_frames_come_out_as_they_went_in_each_with_its_time() -> None:
    radar = small_radar()
    sent = cubes(radar, 3)
    frames = pushed(assembler(radar), packets(stream(sent)))
    assert [frame.index for frame in frames] == [0, 1, 2]
    assert [frame.mid_t_s for frame in frames] == pytest.approx([100.0, 100.05, 100.1])
    assert all(frame.radar == "corner" and frame.lost_packets == 0 for frame in frames)
    assert np.array_equal(np.stack([frame.samples for frame in frames]), sent)


@given(data=st.data())
@settings(max_examples=30)
def test_disorder_doubles_and_loss_never_shift_a_frame(data: st.DataObject) -> None:
    radar = small_radar()
    sent = cubes(radar, 4)
    whole = packets(stream(sent))
    jitter = data.draw(st.lists(st.floats(0, 8), min_size=len(whole), max_size=len(whole)))
    lost = data.draw(st.sets(st.integers(1, len(whole) - 1), max_size=6))
    doubled = data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=6))
    numbers = [n for n in range(len(whole)) if n not in lost]
    numbers += [n for n in doubled if n not in lost]
    numbers.sort(key=lambda n: n + jitter[n])
    if numbers[0] * PAYLOAD >= sent[0].nbytes:
        numbers.insert(0, 0)  # the stream begins with its first frame
    receiver = assembler(radar)
    frames = pushed(receiver, [whole[n] for n in numbers]) + receiver.flush()
    received = np.frombuffer(
        b"".join(b"\0" * (len(p) - 10) if n in lost else p[10:] for n, p in enumerate(whole)), "<i2"
    )
    assert [frame.index for frame in frames] == list(range(len(frames)))
    for frame, should in zip(frames, received.reshape(4, -1), strict=False):
        got = np.frombuffer(stream(frame.samples[None]), "<i2")
        assert np.array_equal(got, should)
        assert (frame.lost_packets > 0) == bool(np.any(should == 0))
    assert receiver.counts.bad == 0


def test_lost_packets_are_counted_where_they_are_missing() -> None:
    radar = small_radar(loops=16, samples=256)  # 131072 bytes a frame, 90.02 packets
    whole = packets(stream(cubes(radar, 3)))
    receiver = assembler(radar)
    kept = [p for n, p in enumerate(whole) if n not in (3, 10, 11, 95)]
    frames = pushed(receiver, kept) + receiver.flush()
    assert [frame.lost_packets for frame in frames] == [3, 1, 0]
    # Packet 3 holds values 2184 to 2911 of the stream: chirp 1 begins at 2048, its receiver 0 ends at 2559.
    assert np.all(frames[0].samples[1, 0, 68:] == 0)
    assert np.all(frames[0].samples[1, 0, :68] != 0)


def test_a_gap_does_not_hold_up_the_frames_behind_it() -> None:
    radar = small_radar(loops=16, samples=256)
    whole = packets(stream(cubes(radar, 2)))
    del whole[5]
    receiver = assembler(radar)
    early = pushed(receiver, whole[:140])  # 50 packets into the second frame
    assert [frame.lost_packets for frame in early] == [1]


@pytest.mark.parametrize("loss", ["a frame", "the end"])
def test_what_never_came_is_zero_and_counted(loss: str) -> None:
    radar = small_radar(loops=16, samples=256)
    whole = packets(stream(cubes(radar, 3)))
    kept = whole[:90] + whole[182:] if loss == "a frame" else whole[:100]
    receiver = assembler(radar)
    frames = pushed(receiver, kept) + receiver.flush()
    assert frames[1].lost_packets >= 80
    assert np.count_nonzero(frames[1].samples == 0) >= 80 * PAYLOAD // 2


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (b"", "header"),
        (b"\1\0\0\0\0\0", "header"),
        (b"\1" + b"\0" * 9, "header"),
        (b"\1" + b"\0" * 9 + b"abc", "odd"),
        (b"\1\0\0\0" + (7).to_bytes(6, "little") + b"abcd", "odd"),
        (b"\1\0\0\0" + (2**47).to_bytes(6, "little") + b"abcd", "off the stream"),
    ],
)
def test_what_is_no_packet_is_counted_and_changes_nothing(bad: bytes, says: str) -> None:
    radar = small_radar()
    sent = cubes(radar, 2)
    whole = packets(stream(sent))
    receiver = assembler(radar)
    frames = pushed(receiver, [*whole[:3], bad, *whole[3:]]) + receiver.flush()
    assert np.array_equal(np.stack([frame.samples for frame in frames]), sent)
    assert receiver.counts.bad == 1
    assert says in str(receiver.last_bad)
    assert "corner" in str(receiver.last_bad)
    assert "\n" not in str(receiver.last_bad)


def test_a_packet_cut_short_on_the_way_is_a_gap() -> None:
    radar = small_radar()
    whole = packets(stream(cubes(radar, 2)))
    whole[2] = whole[2][:-100]
    receiver = assembler(radar)
    frames = pushed(receiver, whole) + receiver.flush()
    assert [frame.lost_packets for frame in frames] == [1, 0]
    assert np.count_nonzero(frames[0].samples == 0) == 50


def test_a_packet_that_comes_too_late_is_counted() -> None:
    radar = small_radar()
    whole = packets(stream(cubes(radar, 2)))
    receiver = assembler(radar)
    pushed(receiver, whole)
    assert receiver.push(whole[0]) == []
    assert receiver.counts.late == 1


def test_after_a_long_cut_the_stream_goes_on_at_its_own_place() -> None:
    radar = small_radar()
    sent = cubes(radar, 2)
    receiver = assembler(radar)
    pushed(receiver, packets(stream(sent)))
    far = 1000 * sent[0].nbytes
    frames = pushed(receiver, packets(stream(sent), far)) + receiver.flush()
    assert [frame.index for frame in frames] == [1000, 1001]
    # The first far packet had to be doubted, and was believed when the second followed it.
    assert (receiver.counts.bad, receiver.counts.restarts, receiver.counts.lost) == (0, 1, 0)
    assert np.array_equal(np.stack([frame.samples for frame in frames]), sent)


def test_frames_smaller_than_a_packet_come_out_together() -> None:
    radar = small_radar(loops=1, samples=4)
    one_antenna = Array("one", ((0.0, 0.0),), ((0.0, 0.0),), (0,))
    radar = replace(radar, array=one_antenna)
    values = np.arange(1, 81, dtype="<i2")  # ten frames of 1 x 1 x 4 x 2
    frames = assembler(radar).push(packets(values.tobytes())[0])
    assert [frame.index for frame in frames] == list(range(10))
    assert frames[1].samples.tolist() == [[[[9, 11], [10, 12], [13, 15], [14, 16]]]]


@pytest.mark.parametrize("bad", [b"", b"x" * 11])
def test_a_stream_may_begin_with_rubbish(bad: bytes) -> None:
    radar = small_radar()
    sent = cubes(radar, 1)
    frames = pushed(assembler(radar), [bad, *packets(stream(sent))])
    assert np.array_equal(frames[0].samples, sent[0])


def test_two_lanes_cannot_carry_an_odd_number_of_samples() -> None:
    one_antenna = Array("one", ((0.0, 0.0),), ((0.0, 0.0),), (0,))
    with pytest.raises(InputError, match=r"corner.*even"):
        assembler(replace(small_radar(loops=1, samples=5), array=one_antenna))
