"""The times of a run of `nearside bench detection` as bars."""

from pathlib import Path
from typing import Any

from edge_controller.errors import InputError

SIZES = ("S", "M", "L")
ORDER = ("floor", "fast", "base", "openradar", "xwr")


def draw(rows: list[dict[str, Any]], path: Path) -> None:
    """One group of bars per cube, logarithmic, the milliseconds over each bar."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    times_ms = {row["measure"]: row["value"] for row in rows if row["unit"] == "ms"}
    names = [name for name in ORDER if f"S {name}" in times_ms]
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    width = 0.8 / len(names)
    for place, name in enumerate(names):
        at = [group + (place - (len(names) - 1) / 2) * width for group in range(len(SIZES))]
        bars = axes.bar(at, [times_ms[f"{size} {name}"] for size in SIZES], width, label=name)
        axes.bar_label(bars, fmt="%.3g", fontsize=7)
    axes.set_yscale("log")
    axes.set_xticks(range(len(SIZES)), SIZES)
    axes.set_ylabel("ms a frame, one thread")
    axes.set_title("int16 samples to detections with azimuth (simulated samples)")
    axes.legend()
    try:
        figure.savefig(path, dpi=150)
    except OSError as error:
        raise InputError(f"--plot {path}: cannot be written ({error.strerror})") from error
