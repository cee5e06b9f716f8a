"""The bird's-eye picture at one instant as inline SVG: what shows where scripts are off."""

import math
from dataclasses import dataclass

from hil.encounter import Encounter
from hil.plant.geometry import Outline, placed, rectangle
from hil.report.replay import boxes_of, decisive_tick, to_world
from hil.report.road import road_of
from hil.runlog import RunLog, Tick

WIDTH, HEIGHT = 616, 340
SHOWN_M = 30.0
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
class Still:
    """A picture and what it shows."""

    shapes: list[Shape]
    caption: str
    caption_chinese: str


@dataclass(frozen=True, slots=True)
class _View:
    x_m: float
    y_m: float

    def pixel(self, x_m: float, y_m: float) -> tuple[float, float]:
        scale = WIDTH / SHOWN_M
        return WIDTH / 2 + (x_m - self.x_m) * scale, HEIGHT / 2 - (y_m - self.y_m) * scale

    def points(self, outline: Outline | tuple[tuple[float, float], ...]) -> str:
        return _joined([self.pixel(float(x), float(y)) for x, y in outline])


def still_of(encounter: Encounter, log: RunLog) -> Still:
    """How the run ended: the contact, else the standstill, else the last instant."""
    tick = decisive_tick(log)
    pose, body = tick.truck, encounter.body
    view = _View(*to_world(-body.length_m / 3, encounter.fit.truck.near_sign * 1.5, pose))
    road = road_of(encounter)
    shapes = [Shape("surface", view.points(line)) for line in road.surface]
    shapes += [Shape("kerb", view.points(line), closed=False) for line in road.kerbs]
    shapes += [Shape("lane-line", view.points(line), closed=False) for line in road.lane_lines]
    for css, front_m, rear_m in (("body", -CAB_M, -body.length_m), ("cab", 0.0, -CAB_M)):
        part = rectangle(front_m, rear_m, body.width_m / 2)
        shapes.append(Shape(css, view.points(placed(part, pose.x_m, pose.y_m, pose.heading_rad))))
    for user, box in zip(encounter.users, boxes_of(encounter, tick), strict=True):
        shapes.append(Shape(user.kind, view.points(box)))
    if log.contact is not None:
        shapes.append(Shape("star", _star(*view.pixel(*to_world(*log.contact.at_m, pose)))))
    return Still(shapes, *_caption(log, tick))


def _star(x: float, y: float) -> str:
    angles = [n * math.pi / STAR_POINTS for n in range(2 * STAR_POINTS)]
    radii = [STAR_PX[n % 2] for n in range(2 * STAR_POINTS)]
    return _joined([(x + r * math.sin(a), y - r * math.cos(a)) for r, a in zip(radii, angles, strict=True)])


def _joined(pixels: list[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in pixels)


def _caption(log: RunLog, tick: Tick) -> tuple[str, str]:
    if log.contact is not None:
        return f"contact (red star) at {tick.t_s:.2f} s", "发生碰撞（红星）"
    if log.standstill_s is not None:
        return f"standstill at {tick.t_s:.2f} s", "停住"
    return f"end of the run at {tick.t_s:.2f} s", "运行结束"
