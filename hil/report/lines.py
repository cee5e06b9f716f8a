"""Lines across the lane where a test has its limits, and where the information came on."""

from dataclasses import dataclass

from firmware import link
from hil.report.timeline import lit_s
from hil.scenario.running import ScenarioRun

MEASURE = "information_distance"
FIRST = ("first point of information", "最早提示点", "first 最早")
LAST = ("last point of information", "最晚提示点", "last 最晚")


@dataclass(frozen=True, slots=True)
class RoadLine:
    """At x, world axes; a limit of the test, or where something came about."""

    x_m: float
    name: str
    chinese: str
    short: str  # where the picture is small
    is_limit: bool = True


def lines_of(run: ScenarioRun) -> tuple[RoadLine, ...]:
    """Points of information as the limits state them, and where the front was when the lamp lit."""
    collision_x_m = run.scenario.collision_x_m
    limits = [limit for limit in run.scenario.expect if limit.measure == MEASURE]
    if collision_x_m is None or not limits:
        return ()
    lines = [RoadLine(collision_x_m, "collision point", "碰撞点", "collision 碰撞")]
    for limit in limits:
        for way_m, words in ((limit.at_most, FIRST), (limit.at_least, LAST)):
            if way_m is not None:
                lines.append(RoadLine(collision_x_m - way_m, *words))
    return (*lines, *_came_on(run))


def _came_on(run: ScenarioRun) -> list[RoadLine]:
    log = run.with_system
    lit = None if log is None else lit_s(log, link.LAMP_INFORM)
    if log is None or lit is None:
        return []
    front_x_m = next(tick.truck.x_m for tick in log.ticks if tick.t_s == lit)
    return [RoadLine(front_x_m, "information came on", "提示亮起", "came on 亮起", is_limit=False)]
