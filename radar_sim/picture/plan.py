"""A scene from above: truck, radars and their fields, things, and which of their points one radar sees."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import Normalize
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Wedge

from radar_sim.geometry import FIELD_RAD
from radar_sim.picture.sighting import sighting
from radar_sim.propagation import View
from radar_sim.scene.bodies import Box, Place
from radar_sim.scene.scene import Scene, Thing, TruckPose, to_world
from radar_sim.truth import Seen

LEAST_M = 28.0  # width and height of the picture, at least
MOST_M = 60.0
EDGE_M = 3.0
WEDGE_M = 11.0
LOW_DBSM, HIGH_DBSM = -30.0, 10.0
TRUCK, CAB, MIRROR, BODY = "#37474f", "#90a4ae", "#1565c0", "#b0bec5"
CHOSEN, OTHER, MOVES = "#e65100", "#1565c0", "#b71c1c"
LABEL = (0.17, 0.035)  # width and height of a label as parts of the picture
Window = tuple[tuple[float, float], tuple[float, float]]
LONG_M = 8.0  # longer things do not widen the picture, and have no one place a mark could stand for
CAB_M = 2.3
ARROW_S = 1.0  # an arrow is the way of this long


def draw_plan(axes: Axes, now: Scene, views: Sequence[View], chosen: View, truth: Sequence[Seen]) -> None:
    """The scene in world axes, points coloured by the cross section that `chosen` sees."""
    for thing in now.things:
        _bodies(axes, thing)
    image = _points(axes, now, chosen)
    _truck(axes, now.truck, chosen)
    for view in views:
        _radar(axes, now.truck, view, view.radar.name == chosen.radar.name)
    window = _window(now, chosen)
    _names(axes, now, truth, window)
    _frame(axes, window, any(thing.mirrors for thing in now.things))
    axes.figure.colorbar(
        image, ax=axes, label="cross section of a point as this radar sees it, dBsm",
        location="bottom", shrink=0.7, pad=0.02, extend="both",
    )  # fmt: skip


def _bodies(axes: Axes, thing: Thing) -> None:
    for box in thing.boxes:
        axes.add_patch(Polygon(_corners(box), facecolor=BODY, alpha=0.35, edgecolor="0.4", zorder=1))
    for mirror in thing.mirrors:
        (x0, y0), (x1, y1) = mirror.start_m, mirror.end_m
        axes.plot([x0, x1], [y0, y1], color=MIRROR, linewidth=2.5, alpha=0.8, zorder=2)


def _corners(box: Box) -> list[tuple[float, float]]:
    cos, sin = math.cos(box.heading_rad), math.sin(box.heading_rad)
    ends = [(a * box.length_m / 2, b * box.width_m / 2) for a, b in ((1, 1), (1, -1), (-1, -1), (-1, 1))]
    return [(box.x_m + cos * x - sin * y, box.y_m + sin * x + cos * y) for x, y in ends]


def _points(axes: Axes, now: Scene, view: View) -> PathCollection:
    points = now.all_scatterers()
    seen, seen_m2 = sighting(now, view)
    x, y, _ = points.position_m.T
    axes.scatter(x[~seen], y[~seen], s=7, color="0.72", linewidths=0, zorder=3)
    dbsm = 10 * np.log10(np.maximum(seen_m2, 1e-9))
    colours = Normalize(LOW_DBSM, HIGH_DBSM)
    return axes.scatter(
        x[seen], y[seen], c=dbsm[seen], s=16, cmap="plasma", norm=colours, linewidths=0, zorder=4
    )


def _truck(axes: Axes, truck: TruckPose, view: View) -> None:
    body = view.fit.body
    half = body.width_m / 2
    for start, end, colour in ((-body.length_m, 0.0, TRUCK), (-CAB_M, 0.0, CAB)):
        corners = [
            to_world(truck, x, y) for x, y in ((start, -half), (end, -half), (end, half), (start, half))
        ]
        axes.add_patch(Polygon(corners, facecolor=colour, edgecolor="black", linewidth=1.2, zorder=6))
    axes.annotate(
        "truck", to_world(truck, -body.length_m / 2, 0), color="white", ha="center", va="center", zorder=8
    )
    ahead = truck.speed_mps * ARROW_S
    _arrow(axes, to_world(truck, 0, 0), to_world(truck, ahead, truck.yaw_rate_radps * ahead / 2), "black")


def _radar(axes: Axes, truck: TruckPose, view: View, is_chosen: bool) -> None:
    x, y = to_world(truck, view.mount.position_m[0], view.mount.position_m[1])
    middle = math.degrees(truck.heading_rad + view.mount.yaw_rad)
    wide = math.degrees(FIELD_RAD)
    colour, shade = (CHOSEN, 0.13) if is_chosen else (OTHER, 0.05)
    axes.add_patch(
        Wedge((x, y), WEDGE_M, middle - wide, middle + wide, color=colour, alpha=shade, linewidth=0, zorder=0)
    )
    axes.plot([x], [y], marker="D", color=colour, markersize=8, markeredgecolor="white", zorder=9)
    beyond = 1.8 * np.array([math.cos(math.radians(middle)), math.sin(math.radians(middle))])
    axes.annotate(
        view.radar.name, (x, y), (x + beyond[0], y + beyond[1]), color=colour, ha="center", va="center",
        fontweight="bold" if is_chosen else "normal", zorder=9,
    )  # fmt: skip


def _names(axes: Axes, now: Scene, truth: Sequence[Seen], window: Window) -> None:
    taken = [thing.place_m[:2] for thing in now.things]
    for thing, seen in zip(now.things, truth, strict=True):
        vx, vy, _ = thing.velocity_mps
        if vx or vy:
            start = thing.place_m[:2]
            _arrow(axes, start, (start[0] + vx * ARROW_S, start[1] + vy * ARROW_S), MOVES)
        places = _label_place(thing, window, taken)
        if places is None:
            continue
        taken.append(places[1])
        axes.annotate(
            f"{thing.name}: {100 * seen.visible:.0f} %", *places, ha="center", va="center", fontsize=9.5,
            clip_on=True, zorder=10, arrowprops={"arrowstyle": "-", "color": "0.5", "linewidth": 0.7},
            bbox={"boxstyle": "round,pad=0.2", "facecolor": "white", "alpha": 0.75, "linewidth": 0},
        )  # fmt: skip


def _label_place(thing: Thing, window: Window, taken: Sequence[Place]) -> tuple[Place, Place] | None:
    """Middle of what is shown of it, and a free place below, above or beside; None if all is outside."""
    (x0, x1), (y0, y1) = window
    wide, high = LABEL[0] * (x1 - x0), LABEL[1] * (y1 - y0)
    x, y, _ = thing.scatterers.position_m.T
    inside = (x > x0 + wide / 2) & (x < x1 - wide / 2) & (y > y0 + 2 * high) & (y < y1 - 2 * high)
    if not inside.any():
        return None
    x, y = x[inside], y[inside]
    middle = float(np.median(x))
    below, above, centre = float(y.min()), float(y.max()), float(np.median(y))
    rows = [row * high for row in (0.9, 2.0, 3.1)]
    choices = [place for row in rows for place in ((middle, below - row), (middle, above + row))]
    choices += [(float(x.max()) + 0.6 * wide, centre), (float(x.min()) - 0.6 * wide, centre)]
    others = [place for place in taken if place != thing.place_m[:2]]
    free = (c for c in choices if all(abs(c[0] - t[0]) > wide or abs(c[1] - t[1]) > high for t in others))
    return (middle, centre), next(free, choices[0])


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
    if start != end:
        axes.annotate(
            "", end, start, arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 1.8}, zorder=7
        )


def _window(now: Scene, view: View) -> Window:
    """A square that holds the truck and the short things near it."""
    corners = [to_world(now.truck, x, 0) for x in (EDGE_M, -view.fit.body.length_m - EDGE_M)]
    for thing in now.things:
        points_m = thing.scatterers.position_m
        if len(points_m) and np.ptp(points_m[:, :2], axis=0).max() < LONG_M:
            corners += [(x - EDGE_M, y - EDGE_M) for x, y in [points_m[:, :2].min(axis=0)]]
            corners += [(x + EDGE_M, y + EDGE_M) for x, y in [points_m[:, :2].max(axis=0)]]
    low, high = np.min(corners, axis=0), np.max(corners, axis=0)
    half = min(max(float((high - low).max()), LEAST_M), MOST_M) / 2
    x, y = (low + high) / 2
    return (x - half, x + half), (y - half, y + half)


def _frame(axes: Axes, window: Window, has_mirrors: bool) -> None:
    axes.set(xlim=window[0], ylim=window[1], aspect="equal", xlabel="x, m", ylabel="y, m")
    axes.set_title("From above; per cent: how much of a thing this radar sees", loc="left", fontweight="bold")
    axes.grid(color="0.9", zorder=0)
    axes.set_axisbelow(True)
    legend = [
        Line2D([], [], marker="D", color=CHOSEN, linewidth=0, label="radar of the maps, its field shaded"),
        Line2D([], [], marker="D", color=OTHER, linewidth=0, label="other radars"),
        Line2D([], [], marker="o", color="0.72", linewidth=0, markersize=4, label="point it cannot see"),
        Line2D([], [], color=MOVES, label="way of one second"),
    ]
    if has_mirrors:
        legend.append(Line2D([], [], color=MIRROR, linewidth=2.5, label="surface that mirrors"))
    axes.legend(handles=legend, loc="upper left", fontsize=9, framealpha=0.85)
