"""Results of `make bench` and `make safety`: NumPy's numbers are written, and what was measured stays."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tests.benchmarks import run
from tests.benchmarks.rows import Row, row


def measured() -> Iterator[list[Row]]:
    name = "scenario N1, runs not passed"  # at most 0
    yield [row(name, np.int64(0), "a"), row("how long", np.float64(2.5), "b", "s")]
    yield [row(name, np.float32(1), "c"), row("how long until it ends", np.inf, "d", "s")]


def breaks() -> Iterator[list[Row]]:
    yield [row("how long", 2.5, "b", "s")]
    raise RuntimeError("a part that breaks")


def no_json(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def test_numbers_of_numpy_are_judged_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(run.KINDS, "bench", measured)
    done = CliRunner().invoke(run.main, ["bench", "--out", str(tmp_path)])
    assert done.exit_code == 1  # one goal is missed
    written = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"), parse_constant=no_json)
    assert written["complete"] is True
    rows = written["rows"]
    told = [(one["value"], one["reached"]) for one in rows]
    assert told == [(0, True), (2.5, None), (1, False), (None, None)]
    assert rows[1]["goal"] is None
    assert rows[2]["goal"] == "<= 0"


def test_what_was_measured_before_a_part_broke_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(run.KINDS, "bench", breaks)
    done = CliRunner().invoke(run.main, ["bench", "--out", str(tmp_path)])
    assert isinstance(done.exception, RuntimeError)
    written = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    assert written["complete"] is False
    (kept,) = written["rows"]
    assert (kept["measure"], kept["value"]) == ("how long", 2.5)
