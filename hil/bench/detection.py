"""How fast detection is, beside the bare transform and beside others: what `nearside bench detection` runs.

One process, one thread, the same samples for all. Everything is simulated.
"""

import importlib.metadata
import importlib.util
import os
import platform
import resource
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from edge_controller.config import Fit, Radar, load_fit, shipped_fit
from edge_controller.detection import Detector
from edge_controller.messages import RadarFrame, VehicleState
from edge_controller.pipeline import State, step
from hil.bench import peers
from hil.bench.alone import answer
from hil.bench.cubes import crowd, frame_of, own_flank, standard_radars, standard_reflections
from hil.bench.row import Row
from hil.bench.timing import Ratio, Timed, milliseconds, ratio, turns

COMMAND = "nearside bench detection"
GOALS = {  # times the floor: base, fast, fast's moonshot; times faster than openradar: base, fast
    "S": (5.5, 2.0, 1.4, 8.0, 22.0),
    "M": (4.5, 1.8, 1.3, 6.5, 16.0),
    "L": (3.5, 1.6, 1.2, 5.0, 10.0),
}
WHOLE_STEP = 3.0  # times the fast detection
PAST_OWN = 1.05  # times the fast detection of the same frames: decision 0155
LEARNING = 60  # frames until the own flank is known
MOST_GROWTH_MB = 1.0
SETTLED_FRAMES = 500
CROWD = 64
TIGHT = "floor without gaps between the rows"  # for the record: the best known until the rows were parted
SEEDS = 15  # frames of other noise; the turns take one after the other
FAST = ("numba", "pyfftw")
PEERS = {"openradar": "mmwave", "xwr": "xwr"}  # distribution: module


def left_out() -> list[str]:
    """One sentence for each thing that is not installed."""
    said = []
    if any(importlib.util.find_spec(name) is None for name in FAST):
        said.append(
            "The extra `fast` is not installed: its stages, and the floor that FFTW is, are left out."
        )
    for name, module in PEERS.items():
        if importlib.util.find_spec(module) is None:
            said.append(f"{name} (extra `peers`) is not installed and left out.")
    return said


def measured(rounds: int, frames: int) -> Iterator[Row]:
    """All rows; `rounds` turns of each comparison, `frames` frames for the memory."""
    for name, radar in standard_radars().items():
        yield from _cube(name, radar, rounds)
    yield from _past_own(rounds)
    yield from _whole_step(rounds)
    yield from _memory(frames)


def _cube(name: str, radar: Radar, rounds: int) -> Iterator[Row]:
    frames = [frame_of(radar, standard_reflections(radar), seed) for seed in range(1, SEEDS + 1)]
    samples = frames[0].samples.copy()
    things = _things(radar, samples)
    times = list(turns(things, rounds, lambda turn: np.copyto(samples, frames[turn % SEEDS].samples)))
    for thing in things:
        yield Row(f"{name} {thing}", milliseconds(times, thing), "ms")
    base_goal, fast_goal, moonshot, base_faster, fast_faster = GOALS[name]
    for ours, goal, best, faster in (
        ("base", base_goal, None, base_faster),
        ("fast", fast_goal, moonshot, fast_faster),
    ):
        if ours in things and "floor" in things:
            yield _at_most(f"{name} {ours}, times the floor", ratio(times, ours, "floor"), goal, best)
        if ours in things and "openradar" in things:
            found = ratio(times, "openradar", ours)
            yield _at_least(f"{name} {ours}, times openradar's speed", found, faster)
        if ours in things and "xwr" in things:
            found = ratio(times, "xwr", ours)
            yield Row(f"{name} {ours}, times xwr's speed", found.median, "x", low=found.low, high=found.high)


def _things(radar: Radar, samples: NDArray[np.int16]) -> dict[str, Timed]:
    """Whatever is installed; each lays `samples` out as it receives them, as they have just come in."""
    things = {}
    fast = all(importlib.util.find_spec(name) is not None for name in FAST)
    if fast:
        layouts = {name: Timed(*pair) for name, pair in peers.floors(radar, samples).items()}
        things["floor"] = _fastest(layouts)
        things[TIGHT] = layouts["from a buffer"]
        _plan_as_installed(radar)
        things["fast"] = _ours(radar, samples, fast=True)
    things["base"] = _ours(radar, samples, fast=False)
    for name, make in (("openradar", peers.openradar), ("xwr", peers.xwr)):
        if importlib.util.find_spec(PEERS[name]) is not None:
            things[name] = Timed(*make(radar, samples))
    for one in things.values():
        one.prepare()
        one.work()  # plans, compiles, loads
    return things


def _plan_as_installed(radar: Radar) -> None:
    """What `nearside fit warm` does for a fitted unit, but not remembered."""
    from edge_controller.detection.fast.fftw import plan_patiently  # noqa: PLC0415 - an extra

    plan_patiently(radar)


def _fastest(layouts: dict[str, Timed]) -> Timed:
    """On this machine."""
    times = list(turns(layouts, 5))
    return layouts[min(layouts, key=lambda name: milliseconds(times, name))]


def _ours(radar: Radar, samples: NDArray[np.int16], *, fast: bool) -> Timed:
    detector = Detector(radar, fast=fast)
    frame = RadarFrame(radar.name, 0, 0.0, np.empty_like(samples))
    np.copyto(frame.samples, samples)
    found = len(detector.detect(frame))
    if found != len(standard_reflections(radar)):
        raise RuntimeError(f"{found} detections, not {len(standard_reflections(radar))}: nothing to be timed")
    return Timed(lambda: detector.detect(frame), lambda: np.copyto(frame.samples, samples))


def _past_own(rounds: int) -> Iterator[Row]:
    """What it takes to look past the own flank, on M: with its reflections in view, and somebody known."""
    fast = all(importlib.util.find_spec(name) is not None for name in FAST)
    radar = standard_radars()["M"]
    frame = frame_of(radar, [*standard_reflections(radar), *own_flank()], seed=1)
    for ours in (False, True) if fast else (False,):
        plain, past = Detector(radar, fast=ours), Detector(radar, fast=ours)
        past.flank.note(4.0, somebody=True)
        for _ in range(LEARNING):
            past.detect(frame)
        things = {
            "plain": Timed(lambda one=plain: one.detect(frame)),  # type: ignore[misc]
            "past": Timed(lambda one=past: one.detect(frame)),  # type: ignore[misc]
        }
        found = ratio(list(turns(things, rounds)), "past", "plain")
        name = f"M {'fast' if ours else 'base'} past the own flank, times without"
        if ours:
            yield _at_most(name, found, PAST_OWN, None)
        else:
            yield Row(name, found.median, "x", low=found.low, high=found.high)


def _whole_step(rounds: int) -> Iterator[Row]:
    """From int16 to the request on M, the truck rolling: the five of the cube, and for the record a crowd."""
    if any(importlib.util.find_spec(name) is None for name in FAST):
        return
    fit = load_fit(shipped_fit("tipper"))
    radar = fit.radar("corner")
    for reflections, goal in ((standard_reflections(radar), WHOLE_STEP), (crowd(radar, CROWD, seed=3), None)):
        frame = frame_of(radar, reflections, seed=1)
        detector = Detector(radar, fast=True)
        found = len(detector.detect(frame))
        things = {
            "step": Timed(_steps(fit, frame)),
            "detection": Timed(lambda one=detector, frame=frame: one.detect(frame)),  # type: ignore[misc]
        }
        times = list(turns(things, rounds))
        times_fast = ratio(times, "step", "detection")
        name = f"M whole step, {found} reflections"
        yield Row(name, milliseconds(times, "step"), "ms")
        if goal is not None:
            yield _at_most(f"{name}, times fast", times_fast, goal, None)
        else:
            yield Row(f"{name}, times fast", times_fast.median, "x", low=times_fast.low, high=times_fast.high)


def _steps(fit: Fit, seen: RadarFrame) -> peers.Work:
    """One step after the other of a truck that sees the same in each frame."""
    state, frame_s = State(fit, fast=True), fit.radar(seen.radar).profile.frame_s
    index = count(1)

    def step_on() -> object:
        now = next(index)
        t_s = now * frame_s
        return step(replace(seen, index=now, mid_t_s=t_s), _rolling(t_s), state, fit)

    return step_on


def _rolling(t_s: float) -> VehicleState:
    return VehicleState(t_s, 4.0, 0.0, 0.0, 0.0, "right", 10.0, False, False, True)


def _memory(frames: int) -> Iterator[Row]:
    """How much the process grows over many frames of a changing scene."""
    radar = standard_radars()["S"]
    fast = all(importlib.util.find_spec(name) is not None for name in FAST)
    detector = Detector(radar, fast=fast)
    scenes = [frame_of(radar, crowd(radar, count, seed=count), seed=count) for count in (0, 3, 5, 12)]
    for index in range(SETTLED_FRAMES):
        detector.detect(scenes[index % len(scenes)])
    before_mb = _resident_mb()
    for index in range(frames):
        detector.detect(replace(scenes[index % len(scenes)], index=index))
    grown_mb = _resident_mb() - before_mb
    name = f"S {'fast' if fast else 'base'}, growth in {frames} frames"
    yield Row(name, grown_mb, "MB", f"<= {MOST_GROWTH_MB:g}", None, grown_mb <= MOST_GROWTH_MB)


def _resident_mb() -> float:
    """Now where Linux tells, else the most so far."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text(encoding="ascii").split()[1]) * resource.getpagesize() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def _at_most(measure: str, found: Ratio, goal: float, moonshot: float | None) -> Row:
    best = None if moonshot is None else f"<= {moonshot:g}"
    return Row(measure, found.median, "x", f"<= {goal:g}", best, found.median <= goal, found.low, found.high)


def _at_least(measure: str, found: Ratio, goal: float) -> Row:
    return Row(measure, found.median, "x", f">= {goal:g}", None, found.median >= goal, found.low, found.high)


def main(rounds: int, frames: int) -> dict[str, Any]:
    """Rows, machine and what was left out; progress to standard error."""
    rows: list[Row] = []
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("measuring", total=41)
        for row in measured(rounds, frames):
            rows.append(row)
            bar.update(task, advance=1)
    machine = {
        "system": platform.system(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        **{name: importlib.metadata.version(name) for name in ("numpy", "scipy")},
    }
    told = [{**asdict(row), "command": COMMAND} for row in rows]
    return {"machine": machine, "left_out": left_out(), "rows": told}


if __name__ == "__main__":
    answer(lambda: main(int(sys.argv[1]), int(sys.argv[2])))
