"""The bird's-eye picture at one instant as inline SVG: what shows where scripts are off."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from hil.encounter import Encounter
from hil.plant.geometry import Outline, placed, rectangle
from hil.report.lines import RoadLine
from hil.report.replay import at_rest_s, boxes_of, decisive_tick, nearest_tick, to_world
from hil.report.road import road_of
from hil.report.standing import Standing, line_reach_m, standing_of
from hil.report.words import look_of
from hil.runlog import RunLog, Tick

HEIGHT = 340
PX_PER_M = 616 / 30.0
CAB_M = 2.3
STAR_POINTS = 5
STAR_PX = (13.0, 5.5)


@dataclass(frozen=True, slots=True)
class Shape:
    """One closed or open outline in pixels; the class names it for the style sheet."""

    css: str
    points: str
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Words:
    """A text at a pixel."""

    css: str
    x: float
    y: float
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Still:
    """A picture and what it shows."""

    shapes: list[Shape]
    labels: list[Words]
    caption: str
    caption_chinese: str
    width: int
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class _View:
    x_m: float
    y_m: float
    width: int

    def pixel(self, x_m: float, y_m: float) -> tuple[float, float]:
        return self.width / 2 + (x_m - self.x_m) * PX_PER_M, HEIGHT / 2 - (y_m - self.y_m) * PX_PER_M

    def points(self, outline: Outline | tuple[tuple[float, float], ...]) -> str:
        return _joined([self.pixel(float(x), float(y)) for x, y in outline])


def still_of(
    encounter: Encounter,
    log: RunLog,
    *,
    shown_m: float = 30.0,
    seed: int | None = None,
    lines: Sequence[RoadLine] = (),
    t_s: float | None = None,
) -> Still:
    """The drive at that time; without one as it ended: contact, else standstill, else the last instant."""
    tick = decisive_tick(log) if t_s is None else nearest_tick(log, t_s, [tick.t_s for tick in log.ticks])
    pose, body = tick.truck, encounter.body
    width = round(shown_m * PX_PER_M)
    view = _View(*to_world(-body.length_m / 3, encounter.fit.truck.near_sign * 1.5, pose), width)
    shapes = [*_ground(encounter, view), *_standing(standing_of(encounter, seed), view)]
    reach_m = line_reach_m(encounter)
    shapes += [_line(line, reach_m, view) for line in lines]
    for css, front_m, rear_m in (("body", -CAB_M, -body.length_m), ("cab", 0.0, -CAB_M)):
        part = rectangle(front_m, rear_m, body.width_m / 2)
        shapes.append(Shape(css, view.points(placed(part, pose.x_m, pose.y_m, pose.heading_rad))))
    for user, box in zip(encounter.users, boxes_of(encounter, tick), strict=True):
        shapes.append(Shape(look_of(user), view.points(box)))
    if log.contact is not None and tick.t_s >= log.contact.t_s:
        shapes.append(Shape("star", _star(*view.pixel(*to_world(*log.contact.at_m, pose)))))
    labels = [_line_label(line, reach_m, view) for line in lines]
    return Still(shapes, labels, *_caption(log, tick), width)


def _ground(encounter: Encounter, view: _View) -> list[Shape]:
    road = road_of(encounter)
    shapes = [Shape("surface", view.points(line)) for line in road.surface]
    shapes += [Shape("kerb", view.points(line), closed=False) for line in road.kerbs]
    return shapes + [Shape("lane-line", view.points(line), closed=False) for line in road.lane_lines]


def _standing(standing: Standing, view: _View) -> list[Shape]:
    shapes = [Shape("static", view.points(body)) for body in standing.bodies]
    shapes += [Shape("rail", view.points(rail), closed=False) for rail in standing.rails]
    boxes = [("post", place, 0.15) for place in standing.points]
    boxes += [("sign", place, 0.3) for place in standing.signs]
    return shapes + [
        Shape(css, view.points(placed(rectangle(h, -h, h), *place, 0.0))) for css, place, h in boxes
    ]


def _line(line: RoadLine, reach_m: tuple[float, float], view: _View) -> Shape:
    ends = tuple((line.x_m, y_m) for y_m in reach_m)
    return Shape("limit" if line.is_limit else "came-on", view.points(ends), closed=False)


def _line_label(line: RoadLine, reach_m: tuple[float, float], view: _View) -> Words:
    """Beyond the near-side end, in two rows: a limit and what came about may lie close together."""
    near_m, off_m = reach_m
    x, y = view.pixel(line.x_m, near_m)
    css, row = ("limit-name", 15) if line.is_limit else ("came-on-name", 31)
    y += row if near_m < off_m else 8 - row
    return Words(css, round(x, 1), round(y, 1), "middle", f"{line.name} {line.chinese}")


def _star(x: float, y: float) -> str:
    angles = [n * math.pi / STAR_POINTS for n in range(2 * STAR_POINTS)]
    radii = [STAR_PX[n % 2] for n in range(2 * STAR_POINTS)]
    return _joined([(x + r * math.sin(a), y - r * math.cos(a)) for r, a in zip(radii, angles, strict=True)])


def _joined(pixels: list[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in pixels)


def _caption(log: RunLog, tick: Tick) -> tuple[str, str]:
    at = f"at {tick.t_s:.2f} s"
    if tick.t_s != decisive_tick(log).t_s:
        return f"as it was {at}", "当时情况"
    if log.contact is not None:
        return f"contact (red star) {at}", "发生碰撞（红星）"
    if at_rest_s(log) is not None:
        return f"standstill {at}", "停住"
    return f"end of the run {at}", "运行结束"
