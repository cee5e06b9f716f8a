"""`nearside hil sweep` and `hil run -n`: on all cores, resumed, killed, the same bytes whatever happened."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from edge_controller.errors import InputError
from hil.commands import hil
from hil.scenario.reading import read_file
from hil.sweep.job import Plan, only, run_job
from hil.sweep.journal import NAME

# A truck between 10 and 20 km/h; whoever is slower than 18 km/h fails.
DRAWN = """\
id: X1
title: Straight on, nobody there
title_zh: 直行，无人
family: X
source: made up
fit: demo
brake: fit
perturb: true
duration_s: 0.5
gateway: {released: 1}
parameters:
  kmh: {from: 10, to: 20}
corners: [kmh]
driver:
  speed_kmh: = kmh
road_users: []
statics: []
faults: []
counted:
  - {outcome: kept, at_least: 0.9, requirement: made up}
needs:
  - {measure: radar_frames_lost, at_most: 0, unit: "1", requirement: all arrive}
expect:
  - {measure: end_speed, at_least: 18, unit: km/h, requirement: fast}
"""

# The command, and a line on its output for each encounter that the journal has taken.
TELLS = """\
import sys
from hil.commands import hil
from hil.sweep.journal import Journal
keep = Journal.keep
Journal.keep = lambda journal, done: (keep(journal, done), print("kept", flush=True))
hil(sys.argv[1:], prog_name="hil")
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "x1.yaml"
    path.write_text(DRAWN, encoding="utf-8")
    return path


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(hil, arguments)


def swept(scenario: Path, out: Path, n: int, *more: str) -> Result:
    return invoke("sweep", str(scenario), "-n", f"{n}", "--sensor", "perfect", "--out", str(out), *more)


def results(out: Path) -> dict[str, Any]:
    return dict(json.loads((out / "results.json").read_text(encoding="utf-8")))


def test_a_sweep_counts_every_encounter_once_and_judges_by_its_interval(
    scenario: Path, tmp_path: Path
) -> None:
    result = swept(scenario, tmp_path / "out", 12, "--jobs", "2")
    assert result.exit_code == 1, result.output
    (run,) = results(tmp_path / "out")["runs"]
    assert [one["number"] for one in run["encounters"]] == list(range(1, 13))
    assert [one["number"] for one in run["corners"]] == [1, 2]
    kept = sum(one["values"]["kmh"] >= 18 for one in run["encounters"])
    (row,) = run["counted"]
    assert (row["n"], row["events"]) == (12, kept)
    low, high = row["interval"]
    assert low <= kept / 12 <= high < 0.9
    assert run["sensor"] == "perfect"
    assert run["encounters"][0]["same_in_micropython"] is True
    assert {one["same_in_micropython"] for one in run["encounters"][1:]} == {None}


def test_a_larger_sweep_goes_on_and_comes_to_the_same_bytes(scenario: Path, tmp_path: Path) -> None:
    swept(scenario, tmp_path / "out", 3)
    lines = (tmp_path / "out" / NAME).read_bytes().splitlines()
    swept(scenario, tmp_path / "out", 6, "--jobs", "2")
    swept(scenario, tmp_path / "at_once", 6, "--jobs", "1")
    assert (tmp_path / "out" / NAME).read_bytes().splitlines()[: len(lines)] == lines
    for name in ("results.json", "junit.xml"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "at_once" / name).read_bytes()


def test_another_seed_needs_another_folder_or_a_fresh_beginning(scenario: Path, tmp_path: Path) -> None:
    swept(scenario, tmp_path / "out", 2)
    result = swept(scenario, tmp_path / "out", 2, "--seed", "2")
    assert isinstance(result.exception, InputError)
    assert "other seed" in str(result.exception)
    assert swept(scenario, tmp_path / "out", 2, "--seed", "2", "--fresh").exit_code == 1
    assert results(tmp_path / "out")["seed"] == 2


def test_a_killed_sweep_loses_nothing_that_was_counted(scenario: Path, tmp_path: Path) -> None:
    """Its processes end with it; the same command goes on and comes to the bytes of one never killed."""
    words = ("sweep", str(scenario), "-n", "40", "--sensor", "perfect", "--jobs", "2")
    out = tmp_path / "killed"
    process = subprocess.Popen(
        [sys.executable, "-c", TELLS, *words, "--out", str(out)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for _ in range(5):  # waits until so many are kept; ends, too, if the sweep does
        assert process.stdout.readline() == "kept\n"
    journal = out / NAME
    process.kill()
    process.communicate(timeout=60)  # until the last that has its output is gone
    before = journal.read_bytes().count(b"\n")
    assert invoke(*words, "--out", str(out)).exit_code == 1
    keys = [json.loads(line)["key"] for line in journal.read_bytes().splitlines()[1:]]
    assert len(keys) == len(set(keys)) == 42
    assert before < 43
    assert invoke(*words, "--out", str(tmp_path / "whole")).exit_code == 1
    assert (out / "results.json").read_bytes() == (tmp_path / "whole" / "results.json").read_bytes()


def test_a_file_that_changes_under_way_is_not_counted_as_what_it_was(scenario: Path) -> None:
    (asked,) = only([read_file(scenario)], 1, None, Plan(1, level="perfect"))
    scenario.write_text(scenario.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    with pytest.raises(InputError, match="was changed while it was being driven"):
        run_job(asked)


def test_rows_for_a_results_page(scenario: Path, tmp_path: Path) -> None:
    swept(scenario, tmp_path / "out", 4, "--json", str(tmp_path / "rows.json"))
    (row,) = json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))
    assert row["measure"] == "X1, kept"
    assert {"value", "unit", "goal", "reached", "command"} <= set(row)
    assert row["n"] == 4


def test_rows_on_standard_output_are_nothing_but_rows(scenario: Path, tmp_path: Path) -> None:
    result = swept(scenario, tmp_path / "out", 1, "--json")
    assert json.loads(result.stdout)[0]["n"] == 1
    assert "Look at" in result.stderr


def test_rows_that_cannot_be_written_lose_nothing(scenario: Path, tmp_path: Path) -> None:
    result = swept(scenario, tmp_path / "out", 1, "--json", "/dev/full")
    assert str(result.exception) == "--json /dev/full: cannot be written (No space left on device)"
    assert results(tmp_path / "out")["runs"][0]["encounters_counted"] == 1
    journal = tmp_path / "out" / NAME
    before = journal.read_bytes()
    again = swept(scenario, tmp_path / "out", 1, "--json", str(journal))
    assert "a file the sweep itself writes" in str(again.exception)
    assert journal.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--program", "nobody"), "there is no program 'nobody'"),
        (("--program", "recommended", "--sensor", "radar"), "needs --sensor perfect"),
        (("--beside", "nobody"), "there is no program 'nobody'"),
        (("--json", "/no/such/folder/rows.json"), "no such folder"),
        (("--json", "my-own.yaml"), "the name of a scenario file"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_driven(
    scenario: Path, tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    result = swept(scenario, tmp_path / "out", 2, *words)
    assert isinstance(result.exception, InputError)
    assert says in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_run_draws_many_and_shows_the_gravest(scenario: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = invoke("run", str(scenario), "-n", "5", "--sensor", "perfect", "--out", str(out))
    assert result.exit_code in {1, 3}, result.output
    (run,) = results(out)["runs"]
    failed = [one for one in run["encounters"] + run["corners"] if one["verdict"] == "fail"]
    assert failed
    assert (out / "report.html").is_file()
    pages = sorted(path.parent.name for path in (out / "X1").glob("*/report.html"))
    assert len(pages) == min(3, len(failed))
    named = {f"{'corner' if one['corner'] else 'encounter'}-{one['number']}" for one in failed}
    assert set(pages) <= named


@pytest.mark.parametrize("program", ["empty", "always_brake"])
def test_a_program_that_does_not_look_passes_no_part_of_the_matrix(program: str, tmp_path: Path) -> None:
    """Who does nothing fails the turn that collides, who always brakes the pass that touches nobody."""
    words = ("run", "T1", "N1", "-n", "1", "--sensor", "perfect", "--program", program)
    result = invoke(*words, "--out", str(tmp_path / "out"))
    assert result.exit_code == 1, result.output
    verdicts = {run["id"]: run["verdict"] for run in results(tmp_path / "out")["runs"]}
    assert "fail" in verdicts.values()


def test_our_own_program_passes_where_those_fail(tmp_path: Path) -> None:
    right = invoke("run", "T1", "N1", "-n", "1", "--sensor", "perfect", "--out", str(tmp_path / "right"))
    assert right.exit_code == 0, right.output
