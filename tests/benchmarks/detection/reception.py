"""Two and three radars through UDP: frames dropped, latency. Two minutes in all; ten are a command away."""

import json
import subprocess
import sys
import tempfile
from dataclasses import fields
from pathlib import Path

from tests.benchmarks.rows import Row

NEARSIDE = Path(sys.executable).parent / "nearside"
RUNS = ((2, "S"), (3, "S"), (2, "M"), (3, "M"))
MINUTES = 0.5


def measure() -> list[Row]:
    """Of each size: what was lost, and how long detections take after the last packet."""
    return [one for radars, size in RUNS for one in _rows(radars, size)]


def _rows(radars: int, size: str) -> list[Row]:
    """Before all else that runs, where the system allows it: what others take is not the receiver's."""
    words = ["bench", "capture", "--minutes", str(MINUTES), "--radars", str(radars), "--size", size]
    names = [field.name for field in fields(Row)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.json"
        for more in (["--realtime"], []):
            done = subprocess.run([NEARSIDE, *words, *more, "--json", path], check=False, capture_output=True)
            if path.exists():
                break
        else:
            raise RuntimeError(f"nearside bench capture: {done.stderr.decode()}")
        found = json.loads(path.read_text(encoding="utf-8"))["rows"]
    return [Row(**{name: one[name] for name in names}) for one in found]
