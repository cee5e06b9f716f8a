"""One picture of a scene: from above, and what one radar makes of one frame."""

import base64
import html
import io
import math
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from radar_sim.errors import SceneError
from radar_sim.fit import Radar
from radar_sim.output.dca1000 import SimulatedFrame
from radar_sim.output.whole import write_whole
from radar_sim.picture.fonts import fonts
from radar_sim.picture.maps import Maps, folded_mps, maps
from radar_sim.picture.plan import LONG_M, draw_plan
from radar_sim.run import MAX_MEMORY_BYTES, frame_bytes, frame_of, refuse_above, simulator_of
from radar_sim.scene.scene import Scene
from radar_sim.scene_files.scene_file import SceneFile
from radar_sim.truth import Seen

ENDINGS = (".png", ".svg", ".html")
DPI = 100
MAP_BYTES = 160  # of each sample of a frame: spectra of twice its length in complex128, and their powers
STYLE: dict[Any, Any] = {
    "font.size": 11,
    "svg.fonttype": "none",
    "axes.titlesize": 12,
    "text.parse_math": False,  # a $ in a name is a $
}
LOW_DB, HIGH_DB = 0.0, 60.0
NEAREST_RANGE_M = 15.0  # the maps reach at least this far
SEEN = 0.02  # of its cross section; below it a thing is told as hidden


def draw(scene: SceneFile, index: int, out: Path, radar: str | None = None) -> str:
    """Write the picture of one frame; the name of the radar whose maps it shows, given or the best."""
    if out.suffix not in ENDINGS:
        raise SceneError(f"--out {out}: a picture ends in {', '.join(ENDINGS)}")
    candidates = scene.only((radar,)).radars if radar else scene.radars
    _refuse_no_such_frame(scene, candidates, index)
    simulator = simulator_of(scene)
    frames = {name: frame_of(scene, simulator, name, index) for name in candidates}
    radar = max(candidates, key=lambda name: sum(seen.visible for seen in _marked(*frames[name])))
    letters = "".join([scene.name, radar, *(seen.name for seen in frames[radar][0].truth)])
    with mpl.rc_context(STYLE | {"font.family": fonts(letters)}):
        figure = _figure(scene, *frames[radar], simulator.start_s(radar, index))
        content = _rendered(figure, out.suffix, frames[radar][0], scene)
    try:
        write_whole(out, content)
    except OSError as error:
        raise SceneError(f"--out {out}: cannot be written ({error.strerror})") from error
    return radar


def _refuse_no_such_frame(scene: SceneFile, radars: tuple[str, ...], index: int) -> None:
    for name in radars:
        if index >= scene.count(name):
            raise SceneError(
                f"--frame {index}: radar {name} has {scene.count(name)} frames, counted from 0,"
                f" by {scene.length_said_at}"
            )
    sizes = [frame_bytes(radar, MAP_BYTES) for radar in scene.fit.radars if radar.name in radars]
    refuse_above(scene, "of memory for the maps of one frame", max(sizes), MAX_MEMORY_BYTES)


def _figure(scene: SceneFile, frame: SimulatedFrame, now: Scene, t_s: float) -> Figure:
    simulator = simulator_of(scene)
    view = simulator.view(frame.name)
    shown = maps(frame.samples_complex, view.radar, simulator.code(frame.name))
    figure = Figure(figsize=(16, 9), dpi=DPI, layout="constrained", facecolor="white")
    figure.suptitle(
        f"{scene.name}\nradar {frame.name}, frame {frame.index} at {t_s:.2f} s, seed {scene.seed}; simulated",
        fontsize=15,
    )
    halves = figure.add_gridspec(1, 2, width_ratios=[1.0, 0.82])
    left, right = figure.add_subfigure(halves[0]), figure.add_subfigure(halves[1])
    draw_plan(left.subplots(), now, [simulator.view(name) for name in scene.radars], view, frame.truth)
    top, bottom = right.subplots(2, 1)
    marked = _marked(frame, now)
    reach_m = _reach_m(marked, shown)
    _range_doppler(top, shown, marked, reach_m, view.radar)
    _range_azimuth(bottom, shown, marked, reach_m, frame.name)
    return figure


def _marked(frame: SimulatedFrame, now: Scene) -> list[Seen]:
    """What the maps can show as one mark: seen, and not longer than a lorry's body."""
    short = []
    for seen, thing in zip(frame.truth, now.things, strict=True):
        points_m = thing.scatterers.position_m
        if len(points_m) and float(np.max(np.ptp(points_m, axis=0))) < LONG_M and seen.visible > SEEN:
            short.append(seen)
    return short


def _reach_m(marked: list[Seen], shown: Maps) -> float:
    furthest = max((seen.range_m for seen in marked), default=0.0)
    return min(max(NEAREST_RANGE_M, 1.35 * furthest), float(shown.range_m[-1]))


def _range_doppler(axes: Axes, shown: Maps, marked: list[Seen], reach_m: float, radar: Radar) -> None:
    image = axes.pcolormesh(
        shown.range_m, shown.speed_mps, shown.range_doppler_db, cmap="inferno", vmin=LOW_DB, vmax=HIGH_DB,
        shading="gouraud", rasterized=True,
    )  # fmt: skip
    axes.set(xlim=(0, reach_m), xlabel="range, m", ylabel="radial speed, m/s   (below 0: comes nearer)")
    axes.set_title(f"Range and speed: radar {radar.name}", loc="left", fontweight="bold")
    for number, seen in enumerate(marked):
        _mark(axes, seen.name, (seen.range_m, folded_mps(seen.radial_speed_mps, radar)), number)
    axes.figure.colorbar(image, ax=axes, label="dB over noise", extend="both")


def _range_azimuth(axes: Axes, shown: Maps, marked: list[Seen], reach_m: float, name: str) -> None:
    near = shown.range_m <= reach_m
    across = np.outer(np.sin(shown.azimuth_rad), shown.range_m[near])
    ahead = np.outer(np.cos(shown.azimuth_rad), shown.range_m[near])
    image = axes.pcolormesh(
        -across, ahead, shown.range_azimuth_db[:, near], cmap="inferno", vmin=LOW_DB, vmax=HIGH_DB,
        shading="gouraud", rasterized=True,
    )  # fmt: skip
    axes.set(xlabel="right of the boresight, m", ylabel="along the boresight, m", aspect="equal")
    axes.set_title(f"Range and direction: radar {name}", loc="left", fontweight="bold")
    axes.set_facecolor("0.93")
    for number, seen in enumerate(marked):
        x, y = -seen.range_m * math.sin(seen.azimuth_rad), seen.range_m * math.cos(seen.azimuth_rad)
        _mark(axes, seen.name, (x, y), number)
    axes.figure.colorbar(image, ax=axes, label="dB over noise", extend="both")


def _mark(axes: Axes, name: str, place: tuple[float, float], number: int) -> None:
    """A circle and a name, above and below in turn, as neighbours are often near."""
    axes.scatter(*place, s=150, facecolors="none", edgecolors="white", linewidths=1.8, zorder=5)
    box = {"boxstyle": "round,pad=0.15", "facecolor": "black", "alpha": 0.55, "linewidth": 0}
    up = (9, -17, 23, -31)[number % 4]
    axes.annotate(
        name, place, (9, up), textcoords="offset points", color="white", fontsize=10, zorder=6, bbox=box
    )


def _rendered(figure: Figure, ending: str, frame: SimulatedFrame, scene: SceneFile) -> bytes:
    picture = io.BytesIO()
    kind = "svg" if ending == ".svg" else "png"
    # Nothing of the day in the file: one seed gives one picture.
    figure.savefig(picture, format=kind, metadata={"Date": None} if kind == "svg" else {"Software": None})
    return _page(picture.getvalue(), frame, scene) if ending == ".html" else picture.getvalue()


def _page(png: bytes, frame: SimulatedFrame, scene: SceneFile) -> bytes:
    """The picture and the truth of every thing as a table, in one file without network."""
    heads = "<th>thing<th>range, m<th>azimuth, deg<th>radial speed, m/s<th>seen, %"
    rows = "".join(
        f"<tr><td>{html.escape(seen.name)}<td>{seen.range_m:.2f}<td>{math.degrees(seen.azimuth_rad):.1f}"
        f"<td>{seen.radial_speed_mps:.2f}<td>{100 * seen.visible:.0f}"
        for seen in frame.truth
    )
    title = html.escape(scene.name)
    style = (
        "body{font-family:sans-serif;margin:1em}img{max-width:100%}td,th{padding:.2em .8em;text-align:right}"
    )
    return (
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{style}</style>'
        f'<img alt="{title}: plan and maps" src="data:image/png;base64,{base64.b64encode(png).decode()}">'
        f"<table><tr>{heads}{rows}</table>"
    ).encode()
