"""`nearside bench capture` sends what it says and counts what came. How fast is the affair of the machine."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from hil.bench.capture import MID
from hil.bench.commands import bench


@pytest.mark.parametrize("stage", ["detection", "service"])
def test_a_second_of_one_radar(tmp_path: Path, stage: str) -> None:
    file = tmp_path / "figures.json"
    words = [
        "capture",
        "--minutes",
        "0.02",
        "--radars",
        "1",
        "--size",
        "S",
        "--stage",
        stage,
        "--json",
        str(file),
    ]
    told = CliRunner().invoke(bench, words, catch_exceptions=False)
    written = json.loads(file.read_text(encoding="utf-8"))
    figures, rows = written["figures"], {row["measure"]: row for row in written["rows"]}
    assert figures["frames_sent"] == 24  # 1.2 s at 20 frames/s
    counts = figures["counts"]["corner"]
    # 64 x 2 x 4 x 256 x 4 bytes in packets of 1456: 361 a frame, each received or lost.
    assert counts["packets"] <= 24 * 361
    assert counts["packets"] + counts["lost"] >= (24 - figures["dropped_frames"]) * 361
    assert figures["lost_packets"] == counts["lost"]
    assert (counts["bad"], counts["restarts"]) == (0, 0)
    assert 0 < figures["latency_median_ms"] <= figures["latency_p99_ms"] <= figures["latency_max_ms"]
    assert told.exit_code == (1 if figures["dropped_frames"] or figures["lost_packets"] else 0)
    dropped = rows["reception, 1 of S, frames dropped"]
    assert (dropped["value"], dropped["goal"]) == (figures["dropped_frames"], "<= 0")
    assert dropped["reached"] == (figures["dropped_frames"] == 0)
    assert dropped["command"].startswith("nearside bench capture --minutes 0.02 --radars 1")
    assert "simulated" in told.output


def test_the_third_radar_is_that_of_the_full_fit() -> None:
    assert 'profile = "near"' in MID
    assert "yaw_deg = -70.0" in MID


def test_minutes_are_a_number() -> None:
    told = CliRunner().invoke(bench, ["capture", "--minutes", "nan"])
    assert told.exit_code == 2
    assert "'--minutes': nan is not a number" in told.output
