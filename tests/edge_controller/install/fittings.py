"""A fitting of the shipped example, and the same with one thing changed."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

import edge_controller.install
from edge_controller.install.commands import install

EXAMPLE = Path(edge_controller.install.__file__).parent / "examples" / "muck_truck.toml"
VIN = "LNS8X4TP0T1000001"


def answers(folder: Path, changes: Mapping[str, Any] | None = None, leave_out: str = "") -> Path:
    """The example with `table.key` set to other values; None leaves one out."""
    tables = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    for name, value in (changes or {}).items():
        table, key = name.split(".")
        tables.setdefault(table, {})[key] = value
    if leave_out:
        table, key = leave_out.split(".")
        del tables[table][key]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "answers.toml"
    lines = []
    for table, values in tables.items():
        lines += [f"[{table}]", *(f"{key} = {_toml(value)}" for key, value in values.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _toml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True)
class Ran:
    """One run of the command."""

    result: Result
    told: dict[str, Any]

    @property
    def steps(self) -> dict[str, dict[str, Any]]:
        return {step["step"]: step for step in self.told["steps"]}


def fit(out: Path, answers_file: Path, *more: str) -> Ran:
    """The command as a person runs it, and its JSON."""
    told = out.parent / f"{out.name}.json"
    command = ["--simulated", "--out", str(out), "--answers", str(answers_file), "--json", str(told), *more]
    result = CliRunner().invoke(install, command)
    return Ran(result, json.loads(told.read_bytes()) if told.exists() else {})
