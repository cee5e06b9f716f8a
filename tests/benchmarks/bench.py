"""Time and size: what `make bench` measures."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from rich.progress import track

from edge_controller.config import shipped_fit
from edge_controller.detection import Detector
from edge_controller.messages import RadarFrame
from hil.encounter import near_side_turn
from hil.gateway_host import MicroPythonGateway
from hil.scene import RadarScene
from hil.world import World
from radar_sim import Perturb
from tests.benchmarks.detection import cfar, direction, health, interference, near, peaks, reception
from tests.benchmarks.rows import Row, row

NEARSIDE = Path(sys.executable).parent / "nearside"
REPLAY_TOML = "tests/data/doppler_example_1.toml"
REPEATS = 15
# Detection's Monte Carlo and its reception: some twenty minutes.
QUALITY = tuple(part.measure for part in (cfar, peaks, direction, interference, near, health, reception))


def measure() -> Iterator[list[Row]]:
    """All of it, part by part; the demo first."""
    parts = (_demo, _replay, _detection, _detection_speed, *QUALITY, _simulator, _loop, _gateway)
    for part in track(parts, "bench"):
        yield part()


def _demo() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        started_s = time.perf_counter()
        subprocess.run([NEARSIDE, "demo", "--seed", "1", "--out", folder], check=True, capture_output=True)
        wall_s = time.perf_counter() - started_s
    return [row("demo, wall time after set-up", round(wall_s, 1), "nearside demo --seed 1")]


def _replay() -> list[Row]:
    shared = os.environ.get("NEARSIDE_SHARED")
    if shared is None:
        return []
    capture = Path(shared) / "data" / "doppler_example_1.npy"
    done = subprocess.run(
        [NEARSIDE, "replay", capture, "--radar", REPLAY_TOML, "--json"], check=True, capture_output=True
    )
    found = json.loads(done.stdout)["frames"][0]["detections"]
    command = f"nearside replay {capture.name} --radar {REPLAY_TOML} --json"
    return [row("real frame, detections", len(found), command)]


def _detection() -> list[Row]:
    rows = []
    for name in ("demo", "tipper"):
        encounter = near_side_turn(shipped_fit(name))
        scene, world = RadarScene(encounter, 1, Perturb(1)), World(encounter)
        pose = world.advance(4_000_000)
        for radar in encounter.fit.radars:
            raw = scene.frame(radar.name, 0, pose, world.stances(4_000_000))
            frame, detector = RadarFrame(radar.name, 0, 0.0, raw.samples), Detector(radar)
            times_ms = []
            for _ in range(REPEATS):
                started_s = time.perf_counter()
                detector.detect(frame)
                times_ms.append(1e3 * (time.perf_counter() - started_s))
            measure_name = f"detection, {name} {radar.name}, median of {REPEATS}"
            rows.append(row(measure_name, round(statistics.median(times_ms), 2), "make bench", "ms"))
    return rows


def _simulator() -> list[Row]:
    """The simulator judges its own rows: it must be able to without this repository's tests."""
    return _rows_of("sim", "bench")


def _loop() -> list[Row]:
    """The closed loop beside the time it simulates."""
    return _rows_of("bench", "loop")


def _detection_speed() -> list[Row]:
    """Beside the bare transform and other programs; the long form of the memory."""
    return _rows_of("bench", "detection", "--frames", "100000")


def _rows_of(*arguments: str) -> list[Row]:
    """Rows that a sub-command of `nearside` judges itself."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "rows.json")
        done = subprocess.run([NEARSIDE, *arguments, "--json", path], check=False, capture_output=True)
        if not path.exists():
            raise RuntimeError(f"nearside {' '.join(arguments)}: {done.stderr.decode()}")
        found = json.loads(path.read_text(encoding="utf-8"))["rows"]
    names = [field.name for field in fields(Row)]
    return [Row(**{name: one[name] for name in names}) for one in found]


def _gateway() -> list[Row]:
    with MicroPythonGateway(released=1) as gateway:
        started_s = time.perf_counter()
        for tick in range(5000):
            gateway.step(10 * tick, [])
        rate = 5000 / (time.perf_counter() - started_s)
    return [row("gateway in MicroPython, steps per second", round(rate), "make bench", "1/s")]
