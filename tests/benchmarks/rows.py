"""Rows of a results file: measure, value, unit, goal, reached, command."""

import json
import math
import os
import platform
import tomllib
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

GOALS = Path(__file__).parent / "goals.toml"


@dataclass(frozen=True, slots=True)
class Row:
    """One measured figure beside its goal; `reached` is None where there is no goal."""

    measure: str
    value: float
    unit: str
    goal: str | None
    reached: bool | None
    command: str


def row(measure: str, value: float, command: str, unit: str | None = None) -> Row:
    """The figure, NumPy's too, judged by goals.toml; a measure that is not there needs its unit."""
    goal: dict[str, Any] = tomllib.loads(GOALS.read_text(encoding="utf-8")).get(measure, {})
    value = float(value)
    if "at_most" in goal:
        return Row(measure, value, goal["unit"], f"<= {goal['at_most']:g}", value <= goal["at_most"], command)
    if "at_least" in goal:
        return Row(
            measure, value, goal["unit"], f">= {goal['at_least']:g}", value >= goal["at_least"], command
        )
    assert unit is not None, f"{measure} has neither goal nor unit"
    return Row(measure, value, unit, None, None, command)


def write(path: Path, rows: list[Row], *, complete: bool) -> None:
    """Rows with date and machine, and whether they are all; infinity, which JSON does not know, is null."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "system": platform.system(),
            "processor": platform.machine(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
        },
        "complete": complete,
        "rows": [asdict(one) | {"value": one.value if math.isfinite(one.value) else None} for one in rows],
    }
    path.write_text(json.dumps(content, indent=2, allow_nan=False) + "\n", encoding="utf-8")
