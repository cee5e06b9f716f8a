"""DCA1000 packets and files, read back by bytes typed out here."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest

from radar_sim import RadarSimulator, SceneError, cyclist, scene_of, write_bin
from tests.radar_sim.bench import DEMO, STANDING

FRAME_BYTES = 128 * 4 * 256 * 4


def frames(sim: RadarSimulator, name: str, count: int) -> list:
    rider = cyclist(-6.0, -3.0, 0.0, 4.0, 0.0)
    return [sim.frame(name, index, scene_of(STANDING, rider)) for index in range(count)]


def test_packets_reassemble_to_the_file(tmp_path: Path) -> None:
    sim = RadarSimulator(DEMO, 1)
    made = frames(sim, "corner", 2)
    packets = [packet for frame in made for packet in sim.packets(frame)]
    sidecar = write_bin(made, tmp_path / "corner.bin")
    data = bytearray()
    for count, packet in enumerate(packets, start=1):
        number, low, high = struct.unpack_from("<IIH", packet)
        assert number == count
        assert low + (high << 32) == len(data)
        assert 0 < len(packet) - 10 <= 1456
        data += packet[10:]
    assert bytes(data) == (tmp_path / "corner.bin").read_bytes()
    assert len(data) == 2 * FRAME_BYTES
    assert sidecar == tmp_path / "corner.json"
    note = json.loads(sidecar.read_text())
    assert note["shape"] == [2, 128, 4, 256]
    assert note["datatype"] == "ci16_le"
    assert note["seed"] == 1
    assert note["fit"]["profile"]["slope_mhz_per_us"] == 35.0


def test_each_radar_has_a_stream_of_its_own_and_a_frame_ends_with_a_packet() -> None:
    sim = RadarSimulator(DEMO, 1)
    corner, front = frames(sim, "corner", 1)[0], frames(sim, "front", 1)[0]
    sim.packets(corner)
    first = sim.packets(front)[0]
    assert struct.unpack_from("<IIH", first) == (1, 0, 0)
    again = sim.packets(corner)[0]
    number, low, high = struct.unpack_from("<IIH", again)
    assert low + (high << 32) == FRAME_BYTES
    assert number == -(-FRAME_BYTES // 1456) + 1


def test_words_are_two_i_then_two_q_receiver_by_receiver(tmp_path: Path) -> None:
    frame = frames(RadarSimulator(DEMO, 1), "front", 1)[0]
    write_bin(frame, tmp_path / "front.bin")
    words = np.fromfile(tmp_path / "front.bin", dtype="<i2")
    for chirp, rx, sample in [(0, 0, 0), (0, 0, 1), (0, 1, 7), (5, 3, 255), (127, 2, 130)]:
        at = ((chirp * 4 + rx) * 256 + sample // 2 * 2) * 2
        assert words[at + sample % 2] == frame.samples[chirp, rx, sample, 0]
        assert words[at + 2 + sample % 2] == frame.samples[chirp, rx, sample, 1]


def test_a_file_of_two_radars_or_none_is_refused(tmp_path: Path) -> None:
    sim = RadarSimulator(DEMO, 1)
    mixed = frames(sim, "corner", 1) + frames(sim, "front", 1)
    with pytest.raises(SceneError, match="one radar only"):
        write_bin(mixed, tmp_path / "a.bin")
    with pytest.raises(SceneError, match="no frame"):
        write_bin([], tmp_path / "a.bin")


def test_timing_in_whole_microseconds() -> None:
    sim = RadarSimulator(DEMO, 1)
    assert sim.radars == ("corner", "front")
    assert [sim.frame_period_us(name) for name in sim.radars] == [50_000, 50_000]
    assert [sim.frame_offset_us(name) for name in sim.radars] == [0, 16_700]
    assert [sim.frame_duration_us(name) for name in sim.radars] == [4557, 4557]  # 128 x 35.6 us, rounded up
