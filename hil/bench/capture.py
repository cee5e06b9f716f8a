"""Radars at 20 frames/s through UDP into the running service: what is dropped, and how long it takes.

The packets are simulated, the sockets and the service are the real ones; the two CAN buses are virtual.
"""

import json
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.table import Table

from edge_controller.app import Service, Settings
from edge_controller.config import Fit, Radar, load_fit, shipped_fit
from edge_controller.messages import Step
from edge_controller.radar.stream import Counts
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


@dataclass(frozen=True, slots=True)
class Figures:
    """One run."""

    size: str
    radars: int
    seconds: float
    frames_sent: int
    dropped_frames: int  # sent and not worked on whole
    counts: dict[str, Counts]
    latency_median_ms: float  # last packet sent -> detections, tracks and decision handed out
    latency_p99_ms: float
    latency_max_ms: float
    sender_late_p99_ms: float  # what the machine took of the sender's time: as much is not the edge's
    receiver_cpu: float  # of one core
    own_core: bool  # whether the sender had another
    warnings: tuple[str, ...]


def measure(seconds: float, radars: int, size: str) -> Figures:
    """One run of so many radars; sizes as in docs/explanation/detection.md."""
    with tempfile.TemporaryDirectory() as folder:
        path = _fit_of(Path(folder), size, radars)
        fit = load_fit(path)
        rendered = {radar.name: _rendered(path, radar.name) for radar in fit.radars[:radars]}
        return _run(fit, fit.radars[:radars], rendered, seconds, size)


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
    fit: Fit, radars: tuple[Radar, ...], rendered: dict[str, tuple[bytes, ...]], seconds: float, size: str
) -> Figures:
    cores = sorted(os.sched_getaffinity(0))
    own_core = len(cores) > 1
    period_s = radars[0].profile.frame_s
    count = max(1, round(seconds / period_s))
    handed_s: dict[tuple[str, int], float] = {}

    def listener(step: Step) -> None:
        handed_s[step.radar, step.frame] = time.monotonic()

    vehicle, private = ({"interface": "virtual", "channel": f"bench-{name}"} for name in ("vehicle", "edge"))
    ports = {radar.name: ("127.0.0.1", 0) for radar in fit.radars}
    with _on_core(cores[0]), Service(Settings(fit, vehicle, private, ports), listener) as service:
        boards = [
            Board(service.port(radar.name), radar.frame_offset_s, radar.dwell_s, rendered[radar.name])
            for radar in radars
        ]
        context = multiprocessing.get_context("spawn")
        results = context.Queue()
        core = cores[1] if own_core else None
        sender = context.Process(target=send, args=(boards, count, period_s, core, results), daemon=True)
        sender.start()
        cpu_s, cpu_begin_s = time.process_time(), time.monotonic()
        sent = _served(service, results, len(radars) * count, handed_s)
        cpu = (time.process_time() - cpu_s) / (time.monotonic() - cpu_begin_s)
        sender.join()
        counts = {radar.name: service.counts(radar.name) for radar in radars}
        warnings = service.warnings
    return _figures(
        size=size,
        radars=radars,
        sent=sent,
        handed_s=handed_s,
        counts=counts,
        cpu=cpu,
        own_core=own_core,
        warnings=warnings,
    )


def _served(
    service: Service,
    results: "multiprocessing.Queue[SentFrames]",
    frames: int,
    handed: dict[tuple[str, int], float],
) -> SentFrames:
    """Run the service until all is sent and worked on, or nothing more comes of it."""
    sent: list[SentFrames] = []
    ended_s: list[float] = []

    def keep_going() -> bool:
        if not sent and not results.empty():
            sent.append(results.get())
            ended_s.append(time.monotonic())
        return not sent or (len(handed) < frames and time.monotonic() - ended_s[0] < DRAIN_WAIT_S)

    service.run(keep_going)
    return sent[0]


def _figures(
    *,
    size: str,
    radars: tuple[Radar, ...],
    sent: SentFrames,
    handed_s: dict[tuple[str, int], float],
    counts: dict[str, Counts],
    cpu: float,
    own_core: bool,
    warnings: tuple[str, ...],
) -> Figures:
    latencies_ms = sorted(
        1e3 * (handed_s[radar.name, index] - last_s)
        for radar, lasts_s in zip(radars, sent.last_s, strict=True)
        for index, last_s in enumerate(lasts_s)
        if (radar.name, index) in handed_s
    )
    late_ms = sorted(1e3 * late for lates in sent.late_s for late in lates)
    total = sum(len(lasts) for lasts in sent.last_s)
    return Figures(
        size=size,
        radars=len(radars),
        seconds=len(sent.last_s[0]) * radars[0].profile.frame_s,
        frames_sent=total,
        dropped_frames=total - len(latencies_ms) + sum(count.lost > 0 for count in counts.values()),
        counts=counts,
        latency_median_ms=statistics.median(latencies_ms),
        latency_p99_ms=_share(latencies_ms, 0.99),
        latency_max_ms=latencies_ms[-1],
        sender_late_p99_ms=_share(late_ms, 0.99),
        receiver_cpu=cpu,
        own_core=own_core,
        warnings=warnings,
    )


def _share(ascending: list[float], share: float) -> float:
    return ascending[min(len(ascending) - 1, int(share * len(ascending)))]


@contextmanager
def _on_core(core: int) -> Iterator[None]:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def as_table(figures: Figures) -> Table:
    """For a person."""
    table = Table(title=f"{figures.radars} radars of size {figures.size}, {figures.seconds:.0f} s, simulated")
    table.add_column("")
    table.add_column("", justify="right")
    rows = (
        ("frames sent", f"{figures.frames_sent}"),
        ("frames dropped or with gaps", f"{figures.dropped_frames}"),
        ("packets", f"{sum(count.packets for count in figures.counts.values())}"),
        ("packets lost", f"{sum(count.lost for count in figures.counts.values())}"),
        ("last packet to decision, median", f"{figures.latency_median_ms:.1f} ms"),
        ("last packet to decision, 99 %", f"{figures.latency_p99_ms:.1f} ms"),
        ("last packet to decision, longest", f"{figures.latency_max_ms:.1f} ms"),
        ("sender behind its time, 99 %", f"{figures.sender_late_p99_ms:.1f} ms"),
        ("service's share of its core", f"{figures.receiver_cpu:.0%}"),
        ("sender on another core", "yes" if figures.own_core else "no"),
        *(("warning", warning) for warning in figures.warnings),
    )
    for row in rows:
        table.add_row(*row)
    return table


def write(path: Path, figures: Figures) -> None:
    """As JSON."""
    path.write_text(json.dumps(asdict(figures), indent=2) + "\n", encoding="utf-8")
