"""A scene sent as its DCA1000 boards would: one board a radar, UDP packets at the pace of the chirps."""

import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from radar_sim.errors import SceneError
from radar_sim.run import (
    MAX_MEMORY_BYTES,
    Progress,
    frame_bytes,
    frame_of,
    refuse_above,
    simulator_of,
    tasks_of,
)
from radar_sim.scene_files.scene_file import SceneFile

DATA_PORT = 4098  # TI DCA1000EVM user's guide
BUFFER_BYTES = 8 * 2**20  # several frames, so that the pace is ours and not the system's


@dataclass(frozen=True, slots=True)
class Burst:
    """The packets of one frame."""

    start_s: float
    dwell_s: float
    port: int
    packets: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """What went out; `late_s` is the most a packet was behind its time."""

    packets: int
    bytes: int
    late_s: float


def address(text: str) -> tuple[str, int]:
    """HOST or HOST:PORT; an IPv6 host stands in brackets where a port follows."""
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]") or (":" in host and not host.startswith("[")):
        host, port = text, str(DATA_PORT)
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    is_port = port.isascii() and port.isdigit() and len(port) <= 5 and 1 <= int(port) <= 65535
    if not host or set(host) & set("[]") or not is_port:
        raise SceneError(f"--to {text}: not HOST or HOST:PORT with a port from 1 to 65535")
    return host, int(port)


def bursts(scene: SceneFile, port: int, progress: Progress = lambda _done, _all: None) -> list[Burst]:
    """Every frame as packets, in the order of the files; the second radar goes to the port after `port`."""
    tasks, simulator = tasks_of(scene), simulator_of(scene)
    if port + len(scene.radars) - 1 > 65535:
        raise SceneError(f"--to: {len(scene.radars)} radars from port {port} on go beyond 65535")
    radars = {radar.name: radar for radar in scene.fit.radars}
    held = sum(frame_bytes(radars[radar], 4) for radar, _ in tasks)
    why = "of memory for the packets, which are all made before the first is sent"
    refuse_above(scene, why, held, MAX_MEMORY_BYTES)
    made = []
    progress(0, len(tasks))
    for done, (radar, index) in enumerate(tasks, start=1):
        frame, _ = frame_of(scene, simulator, radar, index)
        start_s, dwell_s = simulator.start_s(radar, index), simulator.frame_duration_us(radar) * 1e-6
        to = port + scene.radars.index(radar)
        made.append(Burst(start_s, dwell_s, to, tuple(simulator.packets(frame))))
        progress(done, len(tasks))
    return made


class Sender:
    """One UDP socket to one host; `warning` says if the system keeps its buffer small."""

    def __init__(self, host: str) -> None:
        try:
            family, _, _, _, where = socket.getaddrinfo(host, DATA_PORT, type=socket.SOCK_DGRAM)[0]
            self._socket = socket.socket(family, socket.SOCK_DGRAM)
        except (OSError, UnicodeError) as error:
            raise SceneError(f"--to {host}: no such host ({error})") from error
        self._host = str(where[0])
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)
        granted = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
        self.warning = ""
        if granted < BUFFER_BYTES:
            self.warning = (
                f"the system grants a send buffer of {granted} bytes in place of {BUFFER_BYTES}"
                " (Linux: sysctl net.core.wmem_max); packets may go out unevenly"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def send(
        self,
        bursts: Iterable[Burst],
        rate: float,
        clock: Callable[[], float],
        wait: Callable[[float], None],
        progress: Progress = lambda _done, _all: None,
    ) -> Sent:
        """Each packet when its last sample would have been taken, `rate` times as fast as real time."""
        begin_s = clock()
        count = size = 0
        late_s = 0.0
        rows = timetable(bursts)
        for at_s, port, packet in rows:
            left_s = begin_s + at_s / rate - clock()
            if left_s > 0:
                wait(left_s)
            late_s = max(late_s, -left_s)
            self._put(packet, port)
            count, size = count + 1, size + len(packet)
            progress(count, len(rows))
        return Sent(count, size, late_s)

    def _put(self, packet: bytes, port: int) -> None:
        try:
            self._socket.sendto(packet, (self._host, port))
        except ConnectionRefusedError:
            pass  # nobody listens yet, as a board would not know either
        except OSError as error:
            raise SceneError(f"--to {self._host}: packets cannot be sent ({error.strerror})") from error


def timetable(bursts: Iterable[Burst]) -> list[tuple[float, int, bytes]]:
    """Time from the start, port and packet, in the order of time; packets of one port keep their order."""
    rows = [
        (burst.start_s + burst.dwell_s * (n + 1) / len(burst.packets), burst.port, packet)
        for burst in bursts
        for n, packet in enumerate(burst.packets)
    ]
    return sorted(rows, key=lambda row: row[0])
