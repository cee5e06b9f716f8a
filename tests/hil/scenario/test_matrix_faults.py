"""Rows D, F and R5 of the matrix: every row is there with its limits, and a few are driven."""

from functools import cache

import pytest

from hil.programs.blind import EMPTY
from hil.programs.names import NEARSIDE
from hil.scenario.draw import drawn
from hil.scenario.encounters import EncounterRun, Setup, run_encounter
from hil.scenario.scenario_file import ScenarioFile
from tests.hil.shipped import files

# Upper limits of the project's matrix, which every file of a row has.
LIMITS: dict[str, dict[str, float]] = {
    "R5": {"fault_lamp_after_fault": 10_000},
    "D3": {"radar_fault_named_after_fault": 10_000, "fault_lamp_after_fault": 10_000},
    "D5": {"radar_fault_named_after_fault": 1000, "strong_braking": 0},
    "D6": {"misplaced_frames": 0},
    "F6": {"ready_after_fault": 3000},
    "F7": {"fault_lamp_after_fault": 500},
    "F9": {"longest_braking": 5.2},
}
ROWS = ("R5", *(f"D{n}" for n in range(1, 8)), *(f"F{n}" for n in range(1, 10)))
FALLS = {"D1-turn": 0.05, "D2-turn": 0.10, "F4-offset-turn": 0.05, "F8-clock": 0.05, "F8-disk": 0.05}


def of_row(row: str) -> list[ScenarioFile]:
    return [file for file in files().values() if file.row == row]


@cache
def driven(name: str, program: str = NEARSIDE) -> EncounterRun:
    file = files()[name]
    return run_encounter(file, drawn(file, 1, 1), None, Setup("perfect", program, "cpython"))


@pytest.mark.parametrize("row", ROWS)
def test_each_row_has_files_that_name_it_and_say_what_they_need(row: str) -> None:
    assert of_row(row)
    for file in of_row(row):
        assert file.middle().needs
        assert file.requirements == (row,)
        assert file.family == row[0]


@pytest.mark.parametrize("row", LIMITS)
def test_limits_are_those_of_the_matrix(row: str) -> None:
    for file in of_row(row):
        limits = {one.measure: one.at_most for one in file.middle().expect}
        for measure, most in LIMITS[row].items():
            limit = limits[measure]
            assert limit is not None
            assert limit <= most


def test_what_must_not_fall_names_its_points() -> None:
    found = {
        file.id: one.limit for file in files().values() for one in file.counted if one.side == "falls_at_most"
    }
    assert found == FALLS


@pytest.mark.parametrize(
    "name",
    ["F1-crashed", "F3-bus-off", "F3-second-sender", "F4-steering-lost", "F6-braking", "F7-deaf", "F9"],
)
def test_a_row_of_faults_runs_and_is_kept(name: str) -> None:
    run = driven(name)
    assert (run.judgement.verdict, run.judgement.why) == ("pass", "")


@pytest.mark.parametrize("name", ["F1-crashed", "F3-speed", "F6-braking"])
def test_who_never_brakes_shows_nothing_of_braking(name: str) -> None:
    assert driven(name, EMPTY).judgement.verdict == "inconclusive"


def test_who_never_warns_misses_the_limit() -> None:
    assert driven("F4-steering-lost", EMPTY).judgement.verdict == "fail"


def test_commissioning_refuses_the_wrong_truck_and_not_the_right_one() -> None:
    assert driven("D7-swapped").judgement.verdict == "pass"
    assert driven("D7-right").judgement.verdict == "pass"


def test_what_must_not_fall_must_also_be_avoided() -> None:
    """A program that never brakes falls by nothing."""
    for name in FALLS:
        assert any(one.outcome == "avoided" and one.side == "at_least" for one in files()[name].counted)
