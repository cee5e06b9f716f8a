"""`nearside bench loop` tells four figures beside their goals. How fast is the affair of the machine."""

import json
from pathlib import Path

from click.testing import CliRunner

from hil.bench.commands import bench


def test_rows_beside_their_goals(tmp_path: Path) -> None:
    file = tmp_path / "loop.json"
    told = CliRunner().invoke(bench, ["loop", "--rounds", "1", "--json", str(file)], catch_exceptions=False)
    rows = json.loads(file.read_text(encoding="utf-8"))["rows"]
    assert [row["goal"] for row in rows] == [">= 1.5", ">= 20", ">= 10", "<= 30"]
    assert [row["unit"] for row in rows] == ["x", "x", "x", "ms"]
    limits = ((1.5, 1), (20.0, 1), (10.0, 1), (30.0, -1))
    for row, (limit, sign) in zip(rows, limits, strict=True):
        assert row["value"] > 0
        assert row["reached"] == (sign * row["value"] >= sign * limit)
    assert told.exit_code == (0 if all(row["reached"] for row in rows) else 1)


def test_a_folder_that_is_not_there_is_told_before_anything_is_measured(tmp_path: Path) -> None:
    told = CliRunner().invoke(bench, ["loop", "--json", str(tmp_path / "none" / "loop.json")])
    assert isinstance(told.exception, Exception)
    assert "there is no folder" in str(told.exception)
