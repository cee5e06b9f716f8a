"""Range-Doppler maps as PNG inside the page."""

import base64
import io
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection import range_doppler_db
from edge_controller.messages import Detection, RadarFrame

INCHES = (6.1, 3.3)
DOTS_PER_INCH = 110
NOISE_FLOOR_DB = -3.0  # over the median cell; darker says nothing
SPAN_DB = 55.0


@dataclass(frozen=True, slots=True)
class RangeDopplerMap:
    """One frame of one radar: dB over the median cell, and what was detected in it."""

    t_s: float
    power_db: NDArray[np.float64]  # (range rate, range)
    range_rate_mps: NDArray[np.float64]  # ascending
    range_m: NDArray[np.float64]
    detections: tuple[Detection, ...] = ()


def picture_of(frame: RadarFrame, radar: Radar, detections: tuple[Detection, ...] = ()) -> RangeDopplerMap:
    """The map that `detect` looked at, with what it found."""
    seen = range_doppler_db(frame, radar)
    return RangeDopplerMap(frame.mid_t_s, seen.power_db, seen.range_rate_mps, seen.range_m, detections)


def png_base64(picture: RangeDopplerMap) -> str:
    """The map drawn, as base64 text of a PNG."""
    figure = Figure(figsize=INCHES, dpi=DOTS_PER_INCH, layout="constrained")
    axes = figure.subplots()
    top_db = min(float(picture.power_db.max()), SPAN_DB)
    image = axes.imshow(
        picture.power_db,
        extent=_extent(picture),
        origin="lower",
        aspect="auto",
        interpolation="nearest",
        cmap="magma",
        vmin=NOISE_FLOOR_DB,
        vmax=max(top_db, NOISE_FLOOR_DB + 1.0),
    )
    if picture.detections:
        range_m = [detection.range_m for detection in picture.detections]
        rate_mps = _folded(np.array([d.range_rate_mps for d in picture.detections]), picture)
        axes.plot(range_m, rate_mps, "o", mfc="none", mec="#7fe7ff", ms=7, mew=1.2, label="detection")
        axes.legend(loc="upper right", fontsize=8, framealpha=0.85)
    axes.set(xlabel="range, m", ylabel="range rate, m/s (negative closes)")
    axes.set(xlim=_extent(picture)[:2], ylim=_extent(picture)[2:])
    figure.colorbar(image, ax=axes, label="dB over the median cell")
    png = io.BytesIO()
    figure.savefig(png, format="png", metadata={"Software": None})
    return base64.b64encode(png.getvalue()).decode("ascii")


def _extent(picture: RangeDopplerMap) -> tuple[float, float, float, float]:
    """Outer edges of the outer cells: range, then range rate."""
    half_m, half_mps = _cell(picture.range_m) / 2, _cell(picture.range_rate_mps) / 2
    ranges, rates = picture.range_m, picture.range_rate_mps
    return (
        float(ranges[0]) - half_m,
        float(ranges[-1]) + half_m,
        float(rates[0]) - half_mps,
        float(rates[-1]) + half_mps,
    )


def _folded(rate_mps: NDArray[np.float64], picture: RangeDopplerMap) -> NDArray[np.float64]:
    """Unfolded range rates back to where the map shows them."""
    _, _, lowest, highest = _extent(picture)
    return np.asarray(lowest + np.mod(rate_mps - lowest, highest - lowest))


def _cell(centres: NDArray[np.float64]) -> float:
    return float(centres[1] - centres[0])
