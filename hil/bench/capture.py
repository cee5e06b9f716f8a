"""Radars at 20 frames/s through UDP: what is dropped, and how long it takes.

The packets are simulated; sockets, detection and service are the real ones, the two CAN buses virtual.
"""

import multiprocessing
import os
import select
import signal
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Literal, Protocol

from rich.table import Table

from edge_controller.app import WAIT_S, Service, Settings
from edge_controller.config import Fit, Radar, load_fit, shipped_fit
from edge_controller.detection import Detector
from edge_controller.errors import InputError
from edge_controller.radar.dca1000 import FrameAssembler
from edge_controller.radar.reception import Listening
from edge_controller.radar.stream import Counts
from hil.bench.row import Row
from hil.bench.sending import Board, SentFrames, send
from radar_sim.output.dca1000 import payload
from radar_sim.run import frame_of, simulator_of
from radar_sim.scene_files.reading import load_scene

SCENE, SEED = "turn_with_cyclist", 1
RENDERED = 10  # frames of each radar, sent over and over
SIZES = {"S": "demo", "M": "tipper"}
DRAIN_WAIT_S = 3.0
# The third radar of the full fit: on the flank between the axles, looking right and a little forward.
MID = """
[[radar]]
name = "mid"
position_m = [-5.60, -1.30, 0.80]
yaw_deg = -70.0
pitch_deg = 0.0
profile = "near"
array = "az12"
frame_offset_ms = 33.3
"""


Stage = Literal["detection", "service"]
Handed = Callable[[str, int], None]  # radar, frame


@dataclass(frozen=True, slots=True)
class Figures:
    """One run."""

    size: str
    stage: Stage
    radars: int
    seconds: float
    frames_sent: int
    dropped_frames: int  # sent, and never handed out
    lost_packets: int  # zeros in frames handed out
    counts: dict[str, Counts]
    latency_median_ms: float  # from the last packet's sending until the stage has handed out what it makes
    latency_p99_ms: float
    latency_max_ms: float
    sender_late_p99_ms: float  # what the machine took of the sender's time: as much is not the edge's
    receiver_cpu: float  # of one core
    own_core: bool  # whether the sender had another
    realtime: bool  # whether other programs had to wait for both
    notes: tuple[str, ...]  # which stages detection runs on, and what the system does not grant


class Receiver(Protocol):
    """What is measured: the service, or its part up to the detections."""

    def port(self, radar: str) -> int:
        """The UDP port that a radar's packets must come to."""
        ...

    def counts(self, radar: str) -> Counts:
        """What became of its packets."""
        ...

    def notes(self) -> list[str]:
        """Which stages each radar's detection runs on; then what the system does not grant."""
        ...

    def run(self, keep_going: Callable[[], bool]) -> None:
        """Receive until `keep_going` says no."""
        ...


class UpToDetections:
    """Sockets, assemblers and detectors of so many radars, as the service has them."""

    def __init__(self, radars: tuple[Radar, ...], handed: Handed) -> None:
        self._handed = handed
        self._sockets = {radar.name: Listening(("127.0.0.1", 0)) for radar in radars}
        self._assemblers = {radar.name: FrameAssembler(radar, lambda _index: 0.0) for radar in radars}
        self._detectors = {radar.name: Detector(radar) for radar in radars}

    def port(self, radar: str) -> int:
        return self._sockets[radar].port

    def counts(self, radar: str) -> Counts:
        return self._assemblers[radar].counts

    def notes(self) -> list[str]:
        stages = [f"{name}: {one.stages.note}" for name, one in self._detectors.items()]
        return stages + [one.warning for one in self._sockets.values() if one.warning]

    def run(self, keep_going: Callable[[], bool]) -> None:
        while keep_going():
            select.select(list(self._sockets.values()), [], [], WAIT_S)
            for name, listening in self._sockets.items():
                for frame in self._assemblers[name].push_all(listening.packets()):
                    self._detectors[name].detect(frame)
                    self._handed(name, frame.index)

    def close(self) -> None:
        """No more packets."""
        for listening in self._sockets.values():
            listening.socket.close()


@contextmanager
def _receiver(fit: Fit, radars: tuple[Radar, ...], stage: Stage, handed: Handed) -> Iterator[Receiver]:
    if stage == "detection":
        with closing(UpToDetections(radars, handed)) as part:
            yield part
        return
    vehicle, private = ({"interface": "virtual", "channel": f"bench-{name}"} for name in ("vehicle", "edge"))
    ports = {radar.name: ("127.0.0.1", 0) for radar in fit.radars}
    settings = Settings(fit, vehicle, private, ports)
    with Service(settings, lambda step: handed(step.radar, step.frame)) as service:
        yield service


def measure(seconds: float, radars: int, size: str, stage: Stage, realtime: bool = False) -> Figures:
    """One run of so many radars; sizes as in docs/explanation/detection.md."""
    with tempfile.TemporaryDirectory() as folder:
        path = _fit_of(Path(folder), size, radars)
        fit = load_fit(path)
        rendered = {radar.name: _rendered(path, radar.name) for radar in fit.radars[:radars]}
        return _run(fit, fit.radars[:radars], rendered, seconds, size=size, stage=stage, realtime=realtime)


def _fit_of(folder: Path, size: str, radars: int) -> Path:
    text = shipped_fit(SIZES[size]).read_text(encoding="utf-8")
    path = folder / "fit.toml"
    path.write_text(text + (MID if radars == 3 else ""), encoding="utf-8")
    return path


def _rendered(fit: Path, radar: str) -> tuple[bytes, ...]:
    scene = load_scene(SCENE, fit, SEED)
    simulator = simulator_of(scene)
    return tuple(payload(frame_of(scene, simulator, radar, index)[0].samples) for index in range(RENDERED))


def _run(
    fit: Fit,
    radars: tuple[Radar, ...],
    rendered: dict[str, tuple[bytes, ...]],
    seconds: float,
    *,
    size: str,
    stage: Stage,
    realtime: bool,
) -> Figures:
    cores = sorted(os.sched_getaffinity(0))
    core = cores[1] if len(cores) > 1 else None
    period_s = radars[0].profile.frame_s
    count = max(1, round(seconds / period_s))
    handed_s: dict[tuple[str, int], float] = {}

    def handed(radar: str, frame: int) -> None:
        handed_s[radar, frame] = time.monotonic()

    with _on_core(cores[0], realtime), _receiver(fit, radars, stage, handed) as receiver:
        boards = [
            Board(receiver.port(radar.name), radar.frame_offset_s, radar.dwell_s, rendered[radar.name])
            for radar in radars
        ]
        context = multiprocessing.get_context("spawn")
        results = context.Queue()
        sender = context.Process(target=send, args=(boards, count, period_s, core, results), daemon=True)
        _started_deaf(sender)
        cpu_s, cpu_begin_s = time.process_time(), time.monotonic()
        try:
            sent = _served(receiver, results, len(radars) * count, handed_s)
        except BaseException:  # Ctrl-C: before the sockets it sends to are closed
            sender.terminate()
            raise
        cpu = (time.process_time() - cpu_s) / (time.monotonic() - cpu_begin_s)
        sender.join()
        counts = {radar.name: receiver.counts(radar.name) for radar in radars}
        notes = tuple(receiver.notes())
    latencies_ms, late_ms = _latencies_ms(radars, sent, handed_s), _late_ms(sent)
    return Figures(
        size=size,
        stage=stage,
        radars=len(radars),
        seconds=count * period_s,
        frames_sent=count * len(radars),
        dropped_frames=count * len(radars) - len(latencies_ms),
        lost_packets=sum(one.lost for one in counts.values()),
        counts=counts,
        latency_median_ms=statistics.median(latencies_ms),
        latency_p99_ms=_share(latencies_ms, 0.99),
        latency_max_ms=latencies_ms[-1],
        sender_late_p99_ms=_share(late_ms, 0.99),
        receiver_cpu=cpu,
        own_core=core is not None,
        realtime=realtime,
        notes=notes,
    )


def _started_deaf(sender: BaseProcess) -> None:
    """Ctrl-C is the receiver's, which ends the sender: a process inherits what is ignored."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        sender.start()
    finally:
        signal.signal(signal.SIGINT, before)


def _served(
    receiver: Receiver,
    results: "multiprocessing.Queue[SentFrames]",
    frames: int,
    handed: dict[tuple[str, int], float],
) -> SentFrames:
    """Run the receiver until all is sent and worked on, or nothing more comes of it."""
    sent: list[SentFrames] = []
    ended_s: list[float] = []

    def keep_going() -> bool:
        if not sent and not results.empty():
            sent.append(results.get())
            ended_s.append(time.monotonic())
        return not sent or (len(handed) < frames and time.monotonic() - ended_s[0] < DRAIN_WAIT_S)

    receiver.run(keep_going)
    return sent[0]


def _latencies_ms(
    radars: tuple[Radar, ...], sent: SentFrames, handed_s: dict[tuple[str, int], float]
) -> list[float]:
    return sorted(
        1e3 * (handed_s[radar.name, index] - last_s)
        for radar, lasts_s in zip(radars, sent.last_s, strict=True)
        for index, last_s in enumerate(lasts_s)
        if (radar.name, index) in handed_s
    )


def _late_ms(sent: SentFrames) -> list[float]:
    return sorted(1e3 * late for lates in sent.late_s for late in lates)


def _share(ascending: list[float], share: float) -> float:
    return ascending[min(len(ascending) - 1, int(share * len(ascending)))]


@contextmanager
def _on_core(core: int, realtime: bool) -> Iterator[None]:
    """The sender inherits the priority."""
    cores, policy, priority = os.sched_getaffinity(0), os.sched_getscheduler(0), os.sched_getparam(0)
    os.sched_setaffinity(0, {core})
    if realtime:
        try:
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
        except OSError as error:
            raise InputError(f"--realtime: the system does not allow it ({error.strerror})") from error
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)
        os.sched_setscheduler(0, policy, priority)


def as_rows(figures: Figures, command: str) -> list[Row]:
    """For a program."""
    of = f"reception, {figures.radars} of {figures.size}"
    nothing = (("frames dropped", figures.dropped_frames), ("packets lost", figures.lost_packets))
    others = (
        (f"last packet to {figures.stage}, median", figures.latency_median_ms, "ms"),
        (f"last packet to {figures.stage}, 99 %", figures.latency_p99_ms, "ms"),
        ("receiver's share of its core", figures.receiver_cpu, "share"),
    )
    return [
        *(
            Row(f"{of}, {name}", count, name.split()[0], "<= 0", reached=count == 0, command=command)
            for name, count in nothing
        ),
        *(Row(f"{of}, {name}", value, unit, command=command) for name, value, unit in others),
    ]


def as_table(figures: Figures) -> Table:
    """For a person."""
    title = f"{figures.radars} radars of size {figures.size}, to {figures.stage}, {figures.seconds:.0f} s"
    table = Table(title=f"{title}, simulated")
    table.add_column("")
    table.add_column("", justify="right")
    rows = (
        ("frames sent", f"{figures.frames_sent}"),
        ("frames dropped", f"{figures.dropped_frames}"),
        ("packets", f"{sum(count.packets for count in figures.counts.values())}"),
        ("packets lost", f"{figures.lost_packets}"),
        (f"last packet to {figures.stage}, median", f"{figures.latency_median_ms:.1f} ms"),
        (f"last packet to {figures.stage}, 99 %", f"{figures.latency_p99_ms:.1f} ms"),
        (f"last packet to {figures.stage}, longest", f"{figures.latency_max_ms:.1f} ms"),
        ("sender behind its time, 99 %", f"{figures.sender_late_p99_ms:.1f} ms"),
        ("receiver's share of its core", f"{figures.receiver_cpu:.0%}"),
        ("sender on another core", "yes" if figures.own_core else "no"),
        ("other programs wait", "yes" if figures.realtime else "no"),
        *(("", note) for note in figures.notes),
    )
    for row in rows:
        table.add_row(*row)
    return table
