"""The picture of a fit: beams over the zones of the rules, truck to scale, SNR at each test point."""

import math
import textwrap
from itertools import groupby
from pathlib import Path
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Polygon, Rectangle

from edge_controller.config import Fit, Radar
from edge_controller.coverage.budget import first_range_m, free_part, reach_m
from edge_controller.coverage.capability import DETECTED_DB, tenths
from edge_controller.coverage.report import CELL_M, Finding, Report, ZoneView, policies
from edge_controller.errors import InputError

RADAR_COLOURS = ("#1f6fb4", "#8a4fbf", "#00868b", "#b4761f")
VERDICT_COLOURS = {"seen": "#1a7f37", "given up": "#d98200", "lacking": "#c62828", "not needed": "#777777"}
LABEL_BOX = {"fc": "white", "ec": "none", "pad": 0.8}
SEEN, UNSEEN = "#b9e3c0", "#f4b6b0"


def draw(shown: Report, path: Path) -> None:
    """Write the picture as PNG; InputError where the file cannot be written."""
    figure = Figure(figsize=(14, 10), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(_drawable(_title(shown)), fontsize=13)
    rooms = figure.subplot_mosaic([["all", "all"], ["front", "snr"]], height_ratios=[1.0, 1.0])
    _overview(rooms["all"], shown)
    _front(rooms["front"], shown)
    _bars(rooms["snr"], shown)
    try:
        figure.savefig(path, format="png", dpi=100)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror})") from error


def _drawable(text: str) -> str:
    """Words from the fit as the font has them: it knows no Chinese, and takes dollars for mathematics."""
    return text.encode("latin-1", "replace").decode("latin-1").replace("$", r"\$")


def _title(shown: Report) -> str:
    fit = shown.fit
    head = f"{fit.path.name}: {fit.truck.kind}, {policies(fit)}, near side {fit.truck.near_side}"
    if shown.open_shortcomings:
        said = "REFUSED: " + "; ".join(lack.text for lack in shown.open_shortcomings)
    elif fit.policy.gives_up:
        said = "openly gives up " + ", ".join(fit.policy.gives_up)
    else:
        said = "gives nothing up"
    return head + "\n" + textwrap.fill(textwrap.shorten(said, 330, placeholder=" ..."), 140)


def _overview(axes: Axes, shown: Report) -> None:
    near = shown.fit.truck.near_sign
    axes.set(xlim=(-36, 13), ylim=sorted((near * 8.0, -near * 6.0)))
    _ground(axes, shown)
    _mark(axes, shown.findings, "UN R151 row ")
    _legend(axes, shown)
    share = " and ".join(f"{100 * view.share:.0f} % of the {view.zone.name} zone" for view in shown.zones)
    axes.set_title(f"From above: {share} seen. Circles: the bicycle of UN R151 rows 1 to 7", fontsize=11)
    axes.annotate("", (12.3, 0), (9.3, 0), arrowprops={"arrowstyle": "-|>", "lw": 2, "color": "black"})
    axes.text(10.8, 0.35, "drives", ha="center", fontsize=9)


def _legend(axes: Axes, shown: Report) -> None:
    """On the off side, where no zone lies."""
    handles = axes.get_legend_handles_labels()[0]
    handles += [
        Patch(fc=colour, ec="#444444", ls="--", label=label)
        for colour, label in ((SEEN, f"zone seen with {DETECTED_DB:.0f} dB"), (UNSEEN, "zone not seen"))
    ]
    place: Literal["upper left", "lower left"] = (
        "upper left" if shown.fit.truck.near_side == "right" else "lower left"
    )
    axes.legend(handles=handles, loc=place, fontsize=9, framealpha=0.9).set_zorder(9)


def _front(axes: Axes, shown: Report) -> None:
    axes.set(xlim=(-2.6, 8.2), ylim=(-4.4, 4.4))
    _ground(axes, shown)
    _mark(axes, shown.findings, "UN R159 case ")
    axes.set_title("The front. Circles: crossing targets of UN R159 cases 1 to 6", fontsize=11)


def _ground(axes: Axes, shown: Report) -> None:
    """What both plan views share."""
    axes.set_aspect("equal")
    axes.set(xlabel="x, m ahead of the front bumper", ylabel="y, m to the left")
    for view in shown.zones:
        _zone(axes, view)
    truck = shown.fit.truck
    body = (-truck.length_m, -truck.width_m / 2)
    axes.add_patch(Rectangle(body, truck.length_m, truck.width_m, fc="#d7d7d7", ec="black", lw=1.5, zorder=5))
    axes.text(-1.0, 0, "cab", ha="center", va="center", rotation=90, zorder=6, clip_on=True)
    for n, radar in enumerate(shown.fit.radars):
        _beam(axes, shown.fit, radar, RADAR_COLOURS[n % len(RADAR_COLOURS)])


def _zone(axes: Axes, view: ZoneView) -> None:
    (x0, y0), (x1, y1) = view.zone.low_m, view.zone.high_m
    across = max(1, round((y1 - y0) / CELL_M))
    seen = np.array(view.seen, dtype=float).reshape(-1, across).T
    axes.imshow(
        seen,
        extent=(x0, x1, y0, y1),
        origin="lower",
        cmap=ListedColormap([UNSEEN, SEEN]),
        vmin=0,
        vmax=1,
        aspect="equal",
        zorder=1,
    )
    axes.add_patch(Rectangle((x0, y0), x1 - x0, y1 - y0, fill=False, ec="#444444", lw=1.2, ls="--", zorder=2))
    # Low and to the front: clear of the circles, and inside both views.
    place = max(x1 - 2.2, (x0 + x1) / 2), y0 + 0.35 * (y1 - y0)
    axes.text(*place, view.zone.name, ha="center", va="center", fontsize=9, clip_on=True, zorder=6)


def _beam(axes: Axes, fit: Fit, radar: Radar, colour: str) -> None:
    """Field of view from the first to the last usable range, cut where the truck itself is in the way."""
    reach, first, half = reach_m(radar), first_range_m(radar), fit.radio.field_of_view_rad
    bearings = radar.yaw_rad + np.linspace(-half, half, 561)
    rim = np.column_stack([np.cos(bearings), np.sin(bearings), np.zeros(bearings.size)])
    start = np.array(radar.position_m)
    free = np.maximum(reach * free_part(fit.truck, radar, start + reach * rim), first)
    outline = np.vstack([start + free[:, None] * rim, (start + first * rim)[::-1]])[:, :2]
    axes.add_patch(Polygon(outline, fc=colour, alpha=0.13, zorder=3))
    axes.add_patch(Polygon(outline, fill=False, ec=colour, lw=1.2, zorder=4))
    x, y, _ = radar.position_m
    ahead = (x + 2.0 * math.cos(radar.yaw_rad), y + 2.0 * math.sin(radar.yaw_rad))
    axes.annotate("", ahead, (x, y), arrowprops={"arrowstyle": "->", "color": colour, "lw": 2}, zorder=7)
    label = f"radar {_drawable(radar.name)}, {first:.2f} to {reach:.1f} m"
    axes.plot(x, y, "s", ls="", color=colour, ms=8, mec="black", label=label, zorder=8)


def _mark(axes: Axes, findings: tuple[Finding, ...], prefix: str) -> None:
    """A numbered circle at each point; points at one place share it."""
    wanted = [finding for finding in findings if finding.point.name.startswith(prefix)]
    wanted.sort(key=_place)
    for (x, y), together in groupby(wanted, key=_place):
        here = list(together)
        worst = max(here, key=lambda finding: list(VERDICT_COLOURS).index(finding.verdict))
        numbers = ",".join(finding.point.name.removeprefix(prefix) for finding in here)
        axes.plot(
            x,
            y,
            "o",
            ms=17 if len(here) == 1 else 23,
            color=VERDICT_COLOURS[worst.verdict],
            mec="white",
            zorder=7,
        )
        axes.text(x, y, numbers, color="white", weight="bold", ha="center", va="center", fontsize=9, zorder=8)


def _place(finding: Finding) -> tuple[float, float]:
    return round(finding.point.position_m[0], 3), round(finding.point.position_m[1], 3)


def _bars(axes: Axes, shown: Report) -> None:
    """Green: seen; orange: openly given up; red: the reason to refuse."""
    labels, heights, colours = [], [], []
    for finding in shown.findings:
        labels.append(finding.point.name.removeprefix("UN ").replace(" case", "").replace(" row", ""))
        heights.append(0.0 if finding.sight.hindrance else finding.counted_snr_db)
        colours.append(VERDICT_COLOURS[finding.verdict])
    places = np.arange(len(labels))
    axes.bar(places, heights, color=colours)
    for place, height, finding in zip(places, heights, shown.findings, strict=True):
        said = "no view" if finding.sight.hindrance else tenths(height)
        axes.text(float(place), max(height, 0) + 0.8, said, ha="center", fontsize=9, bbox=LABEL_BOX)
    axes.axhline(DETECTED_DB, color="black", ls="--", lw=1.2, zorder=0.5)
    axes.set_xticks(places, labels, rotation=60)
    axes.set(ylabel="SNR, dB", ylim=(0, max(70.0, *heights)))
    axes.set_title(
        f"SNR where the signal must be on ({DETECTED_DB:.0f} dB needed). Orange: given up. Red: lacking",
        fontsize=11,
    )
