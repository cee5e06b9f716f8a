"""`nearside sim bench`: its rows and its bad input; how fast anything is, no test asks."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from radar_sim.commands import sim


def test_every_row_stands_beside_its_goal_and_what_no_clock_decides_is_reached(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    made = CliRunner().invoke(sim, ["bench", "--rounds", "3", "--json", str(file)])
    rows = {row["measure"]: row for row in json.loads(file.read_text())["rows"]}
    assert all(
        set(row) >= {"measure", "value", "unit", "goal", "reached", "command"} for row in rows.values()
    )
    for slope in (35, 80):
        row = rows[f"error, hard scene, {slope} MHz/us"]
        assert row["goal"] == "<= -65"
        assert row["value"] < -80
        assert row["reached"] is True
    assert rows["frames that differ in 3 processes"]["value"] == 0
    judged = [row["reached"] for row in rows.values() if row["goal"]]
    assert len(judged) == 8
    assert made.exit_code == (0 if all(judged) else 1)
    for said in ("moonshot", "cgemm", "<= -65"):
        assert said in made.output


@pytest.mark.parametrize("arguments", [["--rounds", "2"], ["--json", "/no/such/folder/bench.json"]])
def test_bad_input_is_told_before_anything_is_measured(arguments: list[str]) -> None:
    made = CliRunner().invoke(sim, ["bench", *arguments])
    assert made.exit_code == 2
    assert arguments[0] in made.output
