"""The stepped closed loop beside the time it simulates: what `nearside bench loop` shows.

Counted is what all processes of a drive take of the processors, the gateway's interpreter with its start
among them. `nearside bench loop` starts this as a process of its own, on one thread.
"""

import resource
import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, replace
from typing import Any

from edge_controller.config import shipped_fit
from hil.bench.alone import answer
from hil.bench.row import Row
from hil.buses import in_memory
from hil.closed_loop import Loop, run_without_system
from hil.encounter import Encounter, near_side_turn
from hil.gateway_host import CPythonGateway, GatewayHost, MicroPythonGateway
from hil.sensing import Level
from radar_sim import Perturb

VIN = "LNS8X4TP0T1000001"
SEED = 1
RADAR_GOALS, PERFECT_GOALS, STATISTICAL_GOALS = (1.5, 4.0), (20.0, 100.0), (10.0, 30.0)  # and moonshots
WITHOUT_GOAL_MS = 30.0
FIRST_S = 0.5  # simulated, uncounted: what is imported and loaded once


Start = Callable[[dict[str, int]], GatewayHost]


def main(rounds: int) -> dict[str, Any]:
    """The rows, as `python -m hil.bench.loop ROUNDS` tells them."""
    return {"rows": [asdict(one) for one in measured(rounds)], "left_out": []}


def measured(rounds: int) -> Iterator[Row]:
    """Of the demo's near-side turn, two radars at 20 frames/s, each figure the median of `rounds` drives."""
    encounter = near_side_turn(shipped_fit("demo"))
    levels: tuple[tuple[str, Level, Start, tuple[float, float]], ...] = (
        ("radar level, gateway in MicroPython", "radar", MicroPythonGateway.of, RADAR_GOALS),
        ("perfect sensing, gateway in CPython", "perfect", _cpython, PERFECT_GOALS),
        ("statistical level, gateway in CPython", "statistical", _cpython, STATISTICAL_GOALS),
    )
    command = f"nearside bench loop --rounds {rounds}"
    for name, level, start, (goal, moonshot) in levels:
        _times_real_time(replace(encounter, duration_s=FIRST_S), level, start)
        value = statistics.median(_times_real_time(encounter, level, start) for _ in range(rounds))
        yield Row(
            f"{name}, times real time", value, "x", f">= {goal:g}", f">= {moonshot:g}", value >= goal,
            command=command,
        )  # fmt: skip
    took_ms = 1e3 * statistics.median(_without_s(encounter) for _ in range(rounds))
    yield Row(
        "drive without the system", took_ms, "ms", f"<= {WITHOUT_GOAL_MS:g}", None,
        took_ms <= WITHOUT_GOAL_MS, command=command,
    )  # fmt: skip


def _cpython(settings: dict[str, int]) -> GatewayHost:
    return CPythonGateway(**settings)


def _times_real_time(encounter: Encounter, level: Level, start: Start) -> float:
    """Simulated seconds per second of processor."""
    before_s = _used_s()
    with closing(start(encounter.gateway_settings())) as gateway:
        log = Loop(encounter, SEED, gateway, VIN, Perturb(SEED), level=level, buses=in_memory).run()
    return log.ticks[-1].t_s / (_used_s() - before_s)


def _without_s(encounter: Encounter) -> float:
    before_s = _used_s()
    run_without_system(encounter)
    return _used_s() - before_s


def _used_s() -> float:
    """Of processors, by this process and those it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    answer(lambda: main(int(sys.argv[1])))
