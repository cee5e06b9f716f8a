"""A scene file becomes a folder of recordings, frame by frame, in one process or several.

What is held in memory is a few frames, whatever the length. A frame depends on seed, radar and number only,
so the files are the same, byte for byte, whoever made which.
"""

import hashlib
import json
import math
import os
import platform
import re
import shutil
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from multiprocessing import get_context, parent_process
from pathlib import Path

import numpy as np

from radar_sim.errors import SceneError
from radar_sim.fit import Radar
from radar_sim.output.dca1000 import SimulatedFrame
from radar_sim.output.files import RadarFiles, truth_line
from radar_sim.output.whole import WholeFolder
from radar_sim.scene.scene import Scene, to_world
from radar_sim.scene_files.scene_file import SceneFile
from radar_sim.sensor.imperfection import Perturb
from radar_sim.simulator import RadarSimulator

GIB = 2**30
MAX_MEMORY_BYTES = 2 * GIB  # of all frames being made at once, or held for sending
MAX_DISK_BYTES = 64 * GIB
WORK_BYTES = 48  # a sample while it is made: complex128, two float64, float32 noise, int16
FILE_BYTES = {"bin": 4, "npy": 8}
FILE_NAME = re.compile(r"[\w-]{1,60}")
NEAR_M = 0.5  # a thing this close to a radar is the one a refusal is about
LAST = "run.json"
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Task = tuple[str, int]
Progress = Callable[[int, int], None]
Made = tuple[SimulatedFrame, Scene]  # with the scene at its start


def simulator_of(scene: SceneFile) -> RadarSimulator:
    """The radars as the scene file wants them."""
    try:
        return _simulator(scene)
    except SceneError as error:
        raise SceneError(f"{scene.path}: {scene.fit.path}: {error}") from error


def _simulator(scene: SceneFile) -> RadarSimulator:
    return RadarSimulator(
        scene.fit.path,
        scene.seed,
        scene.fit.near_side,
        None if scene.perturb is None else Perturb(scene.perturb),
        sensors=scene.sensors,
        losses=scene.losses,
        with_own_body=scene.own_body,
    )


def frame_of(scene: SceneFile, simulator: RadarSimulator, radar: str, index: int) -> Made:
    """One frame and the scene at its start; what is refused is told with the thing's line in the file."""
    start_s = simulator.start_s(radar, index)
    try:
        now = scene.at(start_s)
    except SceneError as error:
        raise SceneError(f"{scene.path}: at {start_s:.3f} s: {error}") from error
    around = _around(scene, now, radar)
    if around is not None:
        raise SceneError(f"{_line(scene, around)}at {start_s:.3f} s: radar {radar} lies inside its body")
    try:
        return simulator.frame(radar, index, now), now
    except SceneError as error:
        raise SceneError(f"{_whose_fault(scene, now, radar)}at {start_s:.3f} s: {error}") from error


def tasks_of(scene: SceneFile) -> list[Task]:
    """Every frame to be made, in the order of the files."""
    counts = {radar: scene.count(radar) for radar in scene.radars}
    if not all(counts.values()):
        empty = next(radar for radar, count in counts.items() if not count)
        raise SceneError(f"{scene.length_said_at} ends before the first frame of radar {empty} begins")
    return [(r, n) for n in range(max(counts.values())) for r in scene.radars if n < counts[r]]


def run(
    scene: SceneFile,
    out: Path,
    *,
    jobs: int = 1,
    formats: tuple[str, ...] = ("bin",),
    progress: Progress = lambda _done, _all: None,
) -> Path:
    """Write every file of a scene into `out`; the path of `run.json`, which is written last."""
    tasks = tasks_of(scene)
    _refuse_names(scene)
    _refuse_too_large(scene, out, jobs, formats)
    radars = {radar.name: radar for radar in scene.fit.radars if radar.name in scene.radars}
    simulator = simulator_of(scene)
    with WholeFolder(out) as folder:
        truth = folder.open("truth.jsonl")
        files = {
            name: RadarFiles(
                folder,
                radar,
                scene.count(name),
                formats,
                is_mirrored=scene.fit.body.mirror < 0,
                takes_turns=scene.takes_turns(name),
            )
            for name, radar in radars.items()
        }
        progress(0, len(tasks))
        for done, (frame, now) in enumerate(_made(scene, simulator, tasks, jobs), start=1):
            files[frame.name].append(frame)
            truth.write(truth_line(frame, simulator.start_s(frame.name, frame.index), now))
            progress(done, len(tasks))
        hashes = {name: digest for one in files.values() for name, digest in one.finish().items()}
        folder.open(LAST).write(_note(scene, simulator, hashes).encode())
        folder.finish(LAST)
    return out / LAST


def frame_bytes(radar: Radar, each: int) -> int:
    """Size of one frame at so many bytes a complex sample."""
    return radar.chirps * len(radar.rx_m) * radar.profile.samples * each


def refuse_above(scene: SceneFile, what: str, need: int, bound: int) -> None:
    """SceneError where more bytes are needed than the bound allows."""
    if need > bound:
        raise SceneError(f"{scene.length_said_at} needs {_size(need)} {what}; the bound is {_size(bound)}")


def _size(count: int) -> str:
    for unit, size in (("GiB", GIB), ("MiB", 2**20), ("KiB", 2**10)):
        if count >= size:
            return f"{count / size:.2f} {unit}"
    return f"{count} bytes"


def _refuse_names(scene: SceneFile) -> None:
    """Radars name files; `run` would be two of them."""
    for name in scene.radars:
        if not FILE_NAME.fullmatch(name) or name == Path(LAST).stem:
            raise SceneError(
                f"{scene.fit.path}: radar {name[:80]!r} cannot name files: letters, digits, _ and - only,"
                f" at most 60, not {Path(LAST).stem}"
            )


def _refuse_too_large(scene: SceneFile, out: Path, jobs: int, formats: tuple[str, ...]) -> None:
    radars = [radar for radar in scene.fit.radars if radar.name in scene.radars]
    memory = max(frame_bytes(radar, WORK_BYTES) for radar in radars) * jobs
    refuse_above(scene, f"of memory for the frames of {jobs} jobs", memory, MAX_MEMORY_BYTES)
    each = sum(FILE_BYTES[kind] for kind in formats)
    disk = sum(frame_bytes(radar, each) * scene.count(radar.name) for radar in radars)
    refuse_above(scene, "on disk", disk, MAX_DISK_BYTES)
    there = next(folder for folder in (out, *out.absolute().parents) if folder.exists())
    refuse_above(scene, f"on disk, more than is free at {out}", disk, shutil.disk_usage(there).free)


def _made(scene: SceneFile, simulator: RadarSimulator, tasks: list[Task], jobs: int) -> Iterator[Made]:
    """Frames in the order of the tasks, with not many more ahead than there are jobs."""
    if jobs == 1:
        yield from (frame_of(scene, simulator, *task) for task in tasks)
        return
    with ExitStack() as stack:
        # Spawned, not forked: threads of numerical libraries do not survive a fork.
        pool = ProcessPoolExecutor(jobs, get_context("spawn"), _begin, (scene,))
        stack.callback(pool.shutdown, cancel_futures=True)
        waiting: deque[Future[Made]] = deque()
        for task in tasks:
            with _undisturbed():
                waiting.append(pool.submit(_work, task))
            if len(waiting) > 2 * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Signals wait: a worker that is being started would read half a message, and say so at length."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# What a worker process works on; set once when it begins.
_worker: list[tuple[SceneFile, RadarSimulator]] = []


def _begin(scene: SceneFile) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _worker[:] = [(scene, simulator_of(scene))]


def _end_with_parent() -> None:
    """A parent that was killed cannot tell; without this its workers would wait for ever."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _work(task: Task) -> Made:
    scene, simulator = _worker[0]
    return frame_of(scene, simulator, *task)


def _around(scene: SceneFile, now: Scene, radar: str) -> str | None:
    """The thing whose body holds a radar, where there is one: its points could all be far enough away."""
    x_m, y_m, z_m = _radar_place(scene, now, radar)
    for thing in now.things:
        for box in thing.boxes:
            cos, sin = math.cos(box.heading_rad), math.sin(box.heading_rad)
            dx, dy = x_m - box.x_m, y_m - box.y_m
            is_along = abs(cos * dx + sin * dy) < box.length_m / 2
            is_across = abs(cos * dy - sin * dx) < box.width_m / 2
            if is_along and is_across and box.low_m < z_m < box.high_m:
                return thing.name
    return None


def _radar_place(scene: SceneFile, now: Scene, radar: str) -> tuple[float, float, float]:
    x_m, y_m, z_m = next(r.position_m for r in scene.fit.radars if r.name == radar)
    return *to_world(now.truck, x_m, y_m), z_m


def _whose_fault(scene: SceneFile, now: Scene, radar: str) -> str:
    """File and line of the thing that is nearest to a radar, where one is near."""
    place_m = np.array(_radar_place(scene, now, radar))
    best = (NEAR_M, "")
    for thing in now.things:
        offsets = thing.scatterers.position_m - place_m
        nearest_m = float(np.sqrt((offsets**2).sum(axis=1)).min(initial=np.inf))
        best = min(best, (nearest_m, thing.name))
    if not best[1]:
        return f"{scene.path}: "
    return _line(scene, best[1])


def _line(scene: SceneFile, thing: str) -> str:
    return f"{scene.path}: line {scene.line_of(thing)}: {thing}, "


def _note(scene: SceneFile, simulator: RadarSimulator, hashes: dict[str, str]) -> str:
    """What was simulated, from what, and by which versions; nothing of when or by how many processes."""
    fit_hash = hashlib.sha256(scene.fit.path.read_bytes()).hexdigest()
    note = {
        "simulated": True,
        "scene": {"name": scene.name, "file": scene.path.name, "sha256": scene.sha256},
        "fit": {"file": scene.fit.path.name, "sha256": fit_hash},
        "near_side": scene.fit.near_side,
        "seed": scene.seed,
        "frames": {radar: scene.count(radar) for radar in scene.radars},
        "perturb": "off" if scene.perturb is None else scene.perturb,
        "perturbation": simulator.perturbation,
        "sha256": hashes,
        "versions": {
            "nearside": version("nearside"),
            "numpy": version("numpy"),
            "python": platform.python_version(),
        },
    }
    return json.dumps(note, indent=2, sort_keys=True, allow_nan=False) + "\n"
