"""Packets on a real socket, put together by the edge, at the pace a clock in the test says."""

import socket
from pathlib import Path

import numpy as np
import pytest

from edge_controller.config import load_fit
from edge_controller.radar.dca1000 import FrameAssembler
from radar_sim import RadarSimulator, SceneError, load_scene
from radar_sim.output.udp import Burst, Sender, address, bursts, timetable
from tests.radar_sim.bench import DEMO
from tests.radar_sim.tool.scenes import one_reflector

PACKETS = 361  # of one frame: 524 288 bytes, 1456 in each


class Clock:
    """Time that moves only when somebody waits."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def read(self) -> float:
        return self.now_s

    def wait(self, seconds: float) -> None:
        self.now_s += seconds


def test_the_edge_puts_the_frames_of_a_socket_together(tmp_path: Path) -> None:
    scene = load_scene(one_reflector(tmp_path), DEMO).only(("corner",))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear, Sender("127.0.0.1") as sender:
        ear.bind(("127.0.0.1", 0))
        ear.settimeout(10.0)
        heard: list[bytes] = []
        clock, waits = Clock(), []

        def wait_and_listen(seconds: float) -> None:
            """What was sent before is taken before the next goes out: a socket's buffer is small."""
            clock.wait(seconds)
            heard.extend(ear.recv(2048) for _ in waits[len(heard) :])
            waits.append(seconds)

        made = bursts(scene, ear.getsockname()[1])
        order = [packet for _, _, packet in timetable(made)]
        told = sender.send(made, 1.0, clock.read, wait_and_listen)
        while len(heard) < len(order):
            heard.append(ear.recv(2048))
    assert heard == order
    assert (told.packets, told.bytes) == (2 * PACKETS, 2 * (524_288 + 10 * PACKETS))
    radar = next(radar for radar in load_fit(DEMO).radars if radar.name == "corner")
    assembler = FrameAssembler(radar, lambda index: 0.05 * index)
    frames = [frame for packet in heard for frame in assembler.push(packet)]
    simulator = RadarSimulator(DEMO, 3, with_own_body=False)
    assert len(frames) == 2
    for index, frame in enumerate(frames):
        own = simulator.frame("corner", index, scene.at(0.05 * index))
        assert np.array_equal(frame.samples, own.samples)


@pytest.mark.parametrize("rate", [0.5, 1.0, 4.0])
def test_the_pace_is_that_of_the_chirps_times_the_rate(tmp_path: Path, rate: float) -> None:
    scene = load_scene(one_reflector(tmp_path), DEMO)
    clock = Clock()
    with Sender("127.0.0.1") as sender:
        told = sender.send(bursts(scene, 9), rate, clock.read, clock.wait)
    # The last packet: frame 1 of the front radar begins at 66.7 ms and has 128 chirps of 35.6 us, rounded up.
    assert clock.now_s - 100.0 == pytest.approx((0.0667 + 4557e-6) / rate, abs=1e-6)
    assert told.late_s == 0.0


def test_a_sender_that_is_held_up_says_how_late_it_was() -> None:
    clock = Clock()
    burst = Burst(0.0, 1.0, 9, (b"a", b"b"))  # due at 0.5 s and 1.0 s

    def slow_wait(seconds: float) -> None:
        clock.wait(seconds + 0.75)

    with Sender("127.0.0.1") as sender:
        told = sender.send([burst], 1.0, clock.read, slow_wait)
    assert told.late_s == pytest.approx(0.25)


def test_two_radars_share_the_time_and_not_the_port(tmp_path: Path) -> None:
    made = bursts(load_scene(one_reflector(tmp_path), DEMO), 5000)
    assert [burst.port for burst in made] == [5000, 5001, 5000, 5001]
    times = [at_s for at_s, _, _ in timetable(made)]
    assert times == sorted(times)
    for port in (5000, 5001):
        numbers = [int.from_bytes(packet[:4], "little") for _, to, packet in timetable(made) if to == port]
        assert numbers == list(range(1, 2 * PACKETS + 1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.0.0.5", ("10.0.0.5", 4098)),
        ("edge:5000", ("edge", 5000)),
        ("[::1]:5000", ("::1", 5000)),
        ("[::1]", ("::1", 4098)),
        ("::1", ("::1", 4098)),
    ],
)
def test_addresses(text: str, expected: tuple[str, int]) -> None:
    assert address(text) == expected


@pytest.mark.parametrize("text", ["", ":5000", "host:", "host:0", "host:65536", "host:five"])
def test_no_address(text: str) -> None:
    with pytest.raises(SceneError, match=r"--to .*HOST:PORT"):
        address(text)


def test_a_small_buffer_is_told() -> None:
    with Sender("127.0.0.1") as sender, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8 * 2**20)
        granted = probe.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
        assert (f"{granted} bytes" in sender.warning) == (granted < 8 * 2**20)


def test_more_than_the_memory_bound_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    # 524 288 bytes a frame: 2 GiB are 4096 frames of one radar, 2048 of two.
    path = one_reflector(tmp_path)
    path.write_text(path.read_text().replace("frames: 2", "frames: 2049"))
    with pytest.raises(SceneError, match=r"line 3: frames needs 2\.00 GiB of memory .* bound is 2\.00 GiB"):
        bursts(load_scene(path, DEMO), 4098)
