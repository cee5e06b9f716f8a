"""Two and three radars through UDP: frames dropped, latency. Two minutes in all; ten are a command away."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.rows import Row, row

NEARSIDE = Path(sys.executable).parent / "nearside"
RUNS = ((2, "S"), (3, "S"), (2, "M"), (3, "M"))
MINUTES = 0.5


def measure() -> list[Row]:
    """Of each size: what was lost, and how long detections take after the last packet."""
    return [one for radars, size in RUNS for one in _rows(radars, size)]


def _rows(radars: int, size: str) -> list[Row]:
    words = ["bench", "capture", "--minutes", str(MINUTES), "--radars", str(radars), "--size", size]
    command = f"nearside {' '.join(words)}"
    figures = _figures(words)
    of = f"reception, {radars} radars {size}"
    return [
        row(f"{of}, frames dropped", figures["dropped_frames"], command),
        row(f"{of}, packets lost", figures["lost_packets"], command),
        row(f"{of}, last packet to detections, median", figures["latency_median_ms"], command, "ms"),
        row(f"{of}, last packet to detections, 99 %", figures["latency_p99_ms"], command, "ms"),
        row(f"{of}, receiver's share of its core", figures["receiver_cpu"], command, "share"),
    ]


def _figures(words: list[str]) -> dict[str, Any]:
    """Before all else that runs, where the system allows it: what others take is not the receiver's."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "figures.json"
        for more in (["--realtime"], []):
            subprocess.run([NEARSIDE, *words, *more, "--json", path], check=False, capture_output=True)
            if path.exists():
                break
        figures: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return figures
