"""A small scenario file to change, and drives made up tick by tick."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from hil.plant.truck import Pose
from hil.runlog import RunLog, Tick
from hil.scenario.evidence import Evidence
from hil.scenario.reading import read_scenario
from hil.scenario.scenario import Limit, Scenario

INFORM, WARN, HELD_OFF = 0x01, 0x02, 0x80  # docs/reference/link-protocol.md
TEXT = """\
id: S1
title: A sample
title_zh: 样例
family: S
source: made up
fit: demo
brake: typical_ebs
perturb: false
duration_s: 2.0
collision_x_m: 20.0
gateway: {released: 1}
driver:
  speed_kmh: 18
  signals_at_x_m: 5
  turn: {at_x_m: 15, radius_m: 12}
  kicks_down: {after_braking_s: 0.3}
road_users:
  - kind: cyclist
    x_m: -5.0
    from_side_m: 1.5
    heading: along
    moves:
      - {from_s: 0, speed_kmh: 18}
statics:
  - kind: street
faults:
  - kind: edge_silent
    when: {at_s: 1.0}
  - kind: forged
    forgery: wrong_crc
    when: {at_s: 1.0}
    count: 3
    every_s: 0.1
needs:
  - measure: radar_frames_lost
    at_most: 0
    unit: "1"
    requirement: all samples arrive
expect:
  - measure: clearance
    at_least: 0.3
    unit: m
    requirement: goal
"""


def write(folder: Path, old: str = "", new: str = "", name: str = "s1.yaml") -> Path:
    """The sample with one piece of text exchanged."""
    assert old in TEXT
    path = folder / name
    path.write_text(TEXT.replace(old, new, 1) if old else TEXT, encoding="utf-8")
    return path


def scenario(folder: Path) -> Scenario:
    """The sample, read."""
    return read_scenario(write(folder))


def tick(
    t_s: float,
    *,
    x_m: float = 0.0,
    y_m: float = -2.75,
    speed_mps: float = 5.0,
    lamps: int = HELD_OFF,
    xbr_mps2: float = 0.0,
    gateway: str = "standby",
    clearance_m: float = 1.15,
) -> Tick:
    """Straight on; the road user is level with the front, by default 1.5 m beside the body."""
    pose = Pose(x_m, 0.0, 0.0, speed_mps, 0.0, 0.0, 0.0)
    return Tick(t_s, pose, ((x_m, y_m),), clearance_m, xbr_mps2, gateway, gateway, "allow", lamps)


def drive(seconds: float, at: Callable[[float], Tick]) -> RunLog:
    """A log of ticks every 10 ms."""
    return RunLog(system=True, ticks=[at(round(n * 0.01, 2)) for n in range(round(seconds * 100) + 1)])


def evidence(sample: Scenario, log: RunLog, measure: str, unit: str, **bounds: float) -> Evidence:
    """Judged by one measure only, with no needs."""
    limit = Limit(measure, bounds.get("at_least"), bounds.get("at_most"), unit, "typed in the test")
    return Evidence(replace(sample, needs=(), expect=(limit,)), RunLog(system=False), log)
