"""`-n 1`: a draw that is not what it should be gives way to the next; short drives with perfect sensing."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from edge_controller.errors import InputError
from hil.commands import hil
from hil.scenario.draw import drawn
from hil.scenario.reading import read_file

NEEDS_FAST = """\
id: X1
title: Straight on, nobody there
title_zh: 直行，无人
family: X
source: made up
fit: demo
brake: fit
perturb: true
duration_s: 0.5
gateway: {{released: 1}}
parameters:
  kmh: {{from: 10, to: 20}}
driver:
  speed_kmh: = kmh
road_users: []
statics: []
faults: []
counted:
  - {{outcome: kept, at_least: 0.9, requirement: made up}}
needs:
  - {{measure: end_speed, at_least: {needed}, unit: km/h, requirement: it must be fast}}
expect:
  - {{measure: end_speed, at_least: 12, unit: km/h, requirement: fast}}
"""


@pytest.fixture
def needs(tmp_path: Path) -> Any:
    def written(needed: float) -> Path:
        path = tmp_path / "x1.yaml"
        path.write_text(NEEDS_FAST.format(needed=needed), encoding="utf-8")
        return path

    return written


def run(path: Path, out: Path, *more: str) -> tuple[Result, dict[str, Any]]:
    done = CliRunner().invoke(hil, ["run", str(path), "--sensor", "perfect", "--out", str(out), *more])
    assert not isinstance(done.exception, InputError), done.exception
    content = json.loads((out / "results.json").read_text(encoding="utf-8"))
    return done, content["runs"][0]


def speeds(path: Path, seed: int, numbers: range) -> dict[int, float]:
    file = read_file(path, None)
    return {number: float(drawn(file, seed, number).values["kmh"]) for number in numbers}


@pytest.mark.parametrize("seed", [1, 3, 6])
def test_the_first_encounter_that_is_what_it_should_be_decides(needs: Any, tmp_path: Path, seed: int) -> None:
    path = needs(16.0)
    kmh = speeds(path, seed, range(1, 7))
    fast = [number for number, one in kmh.items() if one > 16.1]
    assert fast, "a seed of this test must have one"
    assert all(abs(one - 16) > 0.1 for one in kmh.values()), "nor one on the limit"
    done, ran = run(path, tmp_path / "out", "-n", "1", "--seed", str(seed))
    assert done.exit_code == 0, done.output
    assert [one["number"] for one in ran["encounters"]] == fast[:1]
    assert [one["number"] for one in ran["left_out_before"]] == list(range(1, fast[0]))
    assert ran["encounters_left_out"] == fast[0] - 1
    assert (ran["encounters_counted"], ran["verdict"]) == (1, "pass")
    told = [line for line in done.output.replace("\n", " ").split("X1: ") if line.startswith("left out")]
    assert len(told) == fast[0] - 1
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert f"kmh {kmh[fast[0]]:.4g}" in page


def test_after_six_draws_it_stays_inconclusive(needs: Any, tmp_path: Path) -> None:
    done, ran = run(needs(25.0), tmp_path / "out", "-n", "1")
    assert done.exit_code == 3
    assert [one["number"] for one in (*ran["left_out_before"], *ran["encounters"])] == [1, 2, 3, 4, 5, 6]
    assert {one["verdict"] for one in (*ran["left_out_before"], *ran["encounters"])} == {"inconclusive"}
    assert ran["encounters_counted"] == 0


def test_whoever_asks_for_a_number_gets_it(needs: Any, tmp_path: Path) -> None:
    done, alone = run(needs(25.0), tmp_path / "alone", "--encounter", "1")
    assert ([one["number"] for one in alone["encounters"]], alone["left_out_before"]) == ([1], [])
    assert done.exit_code == 3
