"""How fast and how exact the synthesis is, beside its goals: what `nearside sim bench` runs.

What is compared takes turns (frame, matrix product, frame, ...), timed by what the thread took of the
processor: others on the machine then disturb both alike and little. A ratio is one of medians.
"""

import hashlib
import json
import math
import multiprocessing
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from radar_sim.figures import cyclist, street
from radar_sim.fit import Radar, load_fit
from radar_sim.geometry import Mount
from radar_sim.moving import antennas
from radar_sim.paths import Antennas, Ends, Paths, Sending
from radar_sim.scene.scatterers import Floats, Scatterers, join
from radar_sim.scene.scene import Scene, TruckPose
from radar_sim.sensor.sending import time_division
from radar_sim.simulator import RadarSimulator
from radar_sim.synthesis import beat, chirp_times_s
from radar_sim.synthesis.exact import exact_beat

COMMAND = "nearside sim bench"
FIT = Path(__file__).with_name("bench_fit.toml")
TURNING = TruckPose(0.0, 0.0, 0.0, 4.0, 0.1, -7.125)
HARD_PATHS, FEW, MANY = 60, 500, 5000
PROCESSES = 3
Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure beside its goal and moonshot; `reached` speaks of the goal, None where there is none."""

    measure: str
    value: float
    unit: str
    goal: str | None = None
    moonshot: str | None = None
    reached: bool | None = None
    command: str = COMMAND


def measured(rounds: int) -> Iterator[Row]:
    """All rows; `rounds` runs of each timed thing, a third of it for the long ones."""
    few_rounds = max(3, rounds // 3)
    for slope, radar in ((35, "flat"), (80, "steep")):
        error_db = error_of(hard_scene(_radar(radar), seed=1))
        yield _at_most(f"error, hard scene, {slope} MHz/us", error_db, "dB", -65, -80)
    frame, exact = took(
        min(few_rounds, 5),
        _frame("flat", crowd(FEW)),
        lambda: exact_beat(*hard_scene(_radar("flat"), 1, FEW)),
    )
    yield _at_least(
        f"whole frame, faster than the exact kernel, {FEW} scatterers", exact / frame, "x", 45, 60
    )
    for count, turns, goal, moonshot in ((FEW, rounds, 1.4, 1.0), (MANY, few_rounds, 1.1, 0.6)):
        product = _matrix_product(count)
        fresh, pooled, bare = took(
            turns, _frame("flat", crowd(count)), _frame("flat", crowd(count), "pooled"), product
        )
        name = f"whole frame to cgemm, {count} scatterers"
        yield _at_most(f"{name}, fresh noise", fresh / bare, "x", goal, moonshot)
        yield _at_most(f"{name}, pooled noise", pooled / bare, "x", goal, moonshot)
        yield Row(f"whole frame, {count} scatterers, fresh noise", fresh * 1e3, "ms")
        yield Row(f"cgemm 1536 x {count} x 256", bare * 1e3, "ms")
    around, rider = street(seed=1).scatterers, cyclist(-6.0, -3.5, 0.0, 5.0, 0.2).scatterers
    empty, demo = took(rounds, _frame("flat", around), _frame("small", join(around, rider)))
    yield Row("whole frame, empty street", empty * 1e3, "ms")
    yield Row("whole frame of 64 x 8 x 256, street and cyclist", demo * 1e3, "ms")
    yield _at_most(f"frames that differ in {PROCESSES} processes", different_frames(), "frames", 0, None)


def hard_scene(
    radar: Radar, seed: int, count: int = HARD_PATHS
) -> tuple[Paths, Antennas, Sending, Any, Floats]:
    """Arguments of `beat`: 1 to 34 m, 8 m/s and 20 m/s2 in all directions, a turning truck, equal echoes."""
    rng = np.random.default_rng(seed)
    range_m, azimuth_rad = rng.uniform(1, 34, count), rng.uniform(-1.2, 1.2, count)
    place_m = np.stack(
        [range_m * np.cos(azimuth_rad), range_m * np.sin(azimuth_rad), rng.uniform(-0.5, 0.5, count)], axis=1
    )
    ends = Ends(place_m, 8 * _directions(rng, count), 20 * _directions(rng, count), np.zeros((count, 3)))
    gains = [
        rng.uniform(0.5, 1, (2, len(side), count)).astype(np.float32) for side in (radar.tx_m, radar.rx_m)
    ]
    times_s = chirp_times_s(radar)
    places = antennas(
        radar, Mount((0.0, 0.0, 0.0), 0.0, 0.0), replace(TURNING, no_side_slip_x_m=-7.0), times_s
    )
    channel = np.exp(1j * rng.uniform(-1, 1, (len(radar.tx_m), len(radar.rx_m)))).astype(np.complex64)
    paths = Paths(ends, ends, gains[0] * np.float32(range_m**2), gains[1], rng.uniform(0, 1, count))
    return paths, places, Sending(time_division(radar), channel), radar.profile, times_s


def error_of(scene: tuple[Paths, Antennas, Sending, Any, Floats]) -> float:
    """Power of the difference to the exact kernel, over the exact kernel's, dB."""
    exact = exact_beat(*scene)
    difference = beat(*scene) - exact
    return 10 * math.log10(float(np.sum(np.abs(difference) ** 2) / np.sum(np.abs(exact) ** 2)))


def crowd(count: int) -> Scatterers:
    """Moving points, all of them in the bench radar's field and band."""
    rng = np.random.default_rng(7)
    range_m, bearing_rad = rng.uniform(1, 34, count), np.radians(-140) + rng.uniform(-0.7, 1.2, count)
    place_m = np.stack(
        [
            -0.25 + range_m * np.cos(bearing_rad),
            -1.3 + range_m * np.sin(bearing_rad),
            rng.uniform(0.3, 1.8, count),
        ],
        axis=1,
    )
    return Scatterers(
        place_m,
        5 * _directions(rng, count),
        rng.uniform(0.01, 1.0, count),
        acceleration_mps2=20 * _directions(rng, count),
    )


def took(rounds: int, *works: Work) -> tuple[float, ...]:
    """Median processor time of each in seconds, run in turns after one run that is not counted."""
    times: list[list[float]] = [[] for _ in works]
    for turn in range(rounds + 1):
        for work, of_work in zip(works, times, strict=True):
            start = time.thread_time()
            work()
            if turn:
                of_work.append(time.thread_time() - start)
    return tuple(statistics.median(of_work) for of_work in times)


def different_frames() -> int:
    """How many of some frames have other bytes when other processes make them."""
    here = [_digest(index) for index in range(2 * PROCESSES)]
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        there = pool.map(_digest, range(2 * PROCESSES), chunksize=1)
    return sum(a != b for a, b in zip(here, there, strict=True))


def _digest(index: int) -> str:
    frame = RadarSimulator(FIT, 3).frame("small", index, Scene(TURNING, crowd(50)))
    return hashlib.sha256(frame.samples.tobytes()).hexdigest()


def _directions(rng: np.random.Generator, count: int) -> Floats:
    vectors = rng.standard_normal((count, 3))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1)[:, None])


def _radar(name: str) -> Radar:
    return next(radar for radar in load_fit(FIT).radars if radar.name == name)


def _frame(name: str, points: Scatterers, noise: Any = "fresh") -> Work:
    simulator, scene = RadarSimulator(FIT, 1, noise=noise), Scene(TURNING, points)
    return lambda: simulator.frame(name, 0, scene)


def _matrix_product(inner: int) -> Work:
    rng = np.random.default_rng(1)
    left, right = ((rng.random(shape) + 1j).astype(np.complex64) for shape in ((1536, inner), (inner, 256)))
    return lambda: left @ right


def _at_most(measure: str, value: float, unit: str, goal: float, moonshot: float | None) -> Row:
    best = None if moonshot is None else f"<= {moonshot:g}"
    return Row(measure, value, unit, f"<= {goal:g}", best, bool(value <= goal))


def _at_least(measure: str, value: float, unit: str, goal: float, moonshot: float) -> Row:
    return Row(measure, value, unit, f">= {goal:g}", f">= {moonshot:g}", bool(value >= goal))


def main(rounds: int) -> None:
    """Rows and machine as JSON to standard output, progress to standard error."""
    rows: list[Row] = []
    console = Console(stderr=True)
    with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task("measuring", total=14)
        for row in measured(rounds):
            rows.append(row)
            bar.update(task, advance=1)
    machine = {"system": platform.system(), "processor": platform.machine(), "numpy": np.__version__}
    sys.stdout.write(json.dumps({"machine": machine, "rows": [asdict(row) for row in rows]}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
