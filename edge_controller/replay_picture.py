"""The picture of a replayed frame: range-Doppler and range-azimuth, with the detections on them."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.maps import Maps, maps
from edge_controller.errors import InputError
from edge_controller.messages import RadarFrame
from edge_controller.replay import ReplayedFrame

LEAST_DB, MOST_DB = 20.0, 70.0  # of the colour scale's upper end
ROOM = 1.3  # beyond the furthest detection
ENDS = 0.97  # of the band: the last bins show what stands before range 0


def draw(source: Path, frame: RadarFrame, radar: Radar, replayed: ReplayedFrame, path: Path) -> None:
    """Write the picture as PNG; InputError where the file cannot be written."""
    shown = maps(frame, radar)
    figure = Figure(figsize=(13, 6.5), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(_drawable(_title(source, radar, replayed)), fontsize=11)
    left, right = figure.subplots(1, 2)
    top_m = _top_m(radar, replayed)
    within = shown.range_m < top_m
    highest = [
        power_db[:, within].max(initial=0.0) for power_db in (shown.range_doppler_db, shown.range_azimuth_db)
    ]
    top_db = float(np.clip(max(highest), LEAST_DB, MOST_DB))
    mesh = _range_doppler(left, shown, radar, replayed, top_db)
    _range_azimuth(right, shown, replayed, top_db)
    for axes in (left, right):
        axes.set_ylabel("range m")
        axes.set_ylim(0, top_m)
    figure.colorbar(mesh, ax=(left, right), label="dB over noise", fraction=0.03)
    try:
        figure.savefig(path, format="png", dpi=100)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror})") from error


def _drawable(text: str) -> str:
    """As the font has it: it knows no Chinese, and takes dollars for mathematics."""
    return text.encode("latin-1", "replace").decode("latin-1").replace("$", r"\$")


def _title(source: Path, radar: Radar, replayed: ReplayedFrame) -> str:
    profile, array = radar.profile, radar.array
    return (
        f"{source.name}, frame {replayed['frame']}, t {replayed['t_s']:.3f} s: "
        f"{len(replayed['detections'])} detections\n"
        f"radar {radar.name}: {profile.centre_hz / 1e9:.2f} GHz, "
        f"{len(array.tx_order)} TX x {len(array.rx_m)} RX, {profile.loops} loops x {profile.samples} "
        f"samples, bins of {profile.range_bin_m:.3f} m and {radar.range_rate_bin_mps:.3f} m/s"
    )


def _top_m(radar: Radar, replayed: ReplayedFrame) -> float:
    """To a little beyond the furthest detection, at most to the end of the band."""
    end_m = ENDS * radar.profile.samples * radar.profile.range_bin_m
    ranges_m = [one["range_m"] or 0.0 for one in replayed["detections"]]
    return min(end_m, ROOM * max(ranges_m)) if ranges_m else end_m


def _range_doppler(axes: Axes, shown: Maps, radar: Radar, replayed: ReplayedFrame, top_db: float) -> QuadMesh:
    mesh = axes.pcolormesh(
        shown.range_rate_mps, shown.range_m, shown.range_doppler_db.T, vmin=0, vmax=top_db, cmap="viridis"
    )
    axes.set_title("range-Doppler, all channels")
    axes.set_xlabel("range rate m/s (negative closes)")
    width_mps = 2 * radar.max_range_rate_mps
    rates = np.array([one["range_rate_mps"] for one in replayed["detections"]], dtype=float)
    places = np.array([one["range_m"] for one in replayed["detections"]], dtype=float)
    folded = (rates + width_mps / 2) % width_mps - width_mps / 2
    is_folded = np.abs(rates - folded) > width_mps / 4
    _mark(axes, folded[~is_folded], places[~is_folded], "o", "detection")
    _mark(axes, folded[is_folded], places[is_folded], "^", "faster: shown where it folds to")
    _legend(axes)
    return mesh


def _range_azimuth(axes: Axes, shown: Maps, replayed: ReplayedFrame, top_db: float) -> None:
    axes.set_title("range-azimuth, strongest range rate")
    axes.set_xlabel("azimuth deg (positive left)")
    axes.set_xlim(75, -75)  # left is left
    if not shown.azimuth_rad.size:
        axes.text(0.5, 0.5, "antennas tell no azimuth", ha="center", transform=axes.transAxes)
        return
    degrees = np.degrees(shown.azimuth_rad)
    axes.pcolormesh(degrees, shown.range_m, shown.range_azimuth_db.T, vmin=0, vmax=top_db, cmap="viridis")
    azimuths = [math.degrees(one["azimuth_rad"] or 0.0) for one in replayed["detections"]]
    places = [one["range_m"] or 0.0 for one in replayed["detections"]]
    _mark(axes, azimuths, places, "o", "detection")
    _legend(axes)


def _mark(
    axes: Axes,
    x: Sequence[float] | NDArray[np.float64],
    y: Sequence[float] | NDArray[np.float64],
    marker: str,
    label: str,
) -> None:
    if len(x):
        for colour, width, said in (("white", 1.6, None), ("red", 0.9, label)):
            axes.scatter(
                x, y, s=45, marker=marker, facecolors="none", edgecolors=colour, linewidths=width, label=said
            )


def _legend(axes: Axes) -> None:
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper right", bbox_to_anchor=(1.0, -0.07), ncols=2, fontsize=8, frameon=False)
