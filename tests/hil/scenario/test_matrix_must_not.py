"""Rows N and O of the matrix: every row is there, says what it must not do, and is paired with a must."""

from functools import cache

import pytest

from hil.programs.blind import ALWAYS_BRAKE
from hil.scenario.draw import drawn
from hil.scenario.encounters import Setup, run_encounter
from hil.scenario.outcome import Name
from hil.scenario.scenario_file import ScenarioFile
from tests.hil import shipped

# Of the project's goals: outcome, and in how many encounters none, or which share at most.
GOALS: dict[str, set[tuple[Name, float]]] = {
    "N1": {("full_braking", 1000)},
    "N2": {("full_braking", 1000), ("partial_braking", 0.01)},
    "N3": {("partial_braking", 1000)},
    "N4": {("partial_braking", 1000)},
    "N5": {("full_braking", 1000), ("partial_braking", 0.02)},
    "N6": {("partial_braking", 0.02)},
    "N7": {("partial_braking", 0.005)},
    "N8": {("full_braking", 1000)},
    "N9": {("partial_braking", 1000)},
    "N10": {("full_braking", 1000)},
    "N11": {("partial_braking", 10 / 3600)},
    "N12": {("full_braking", 0.0), ("warning", 0.0)},  # by the encounters a kilometre has, below
}
SHARES: tuple[Name, ...] = ("avoided", "clear", "mitigated")


@cache
def files() -> dict[str, ScenarioFile]:
    return {name: file for name, file in shipped.files().items() if file.family in ("N", "O", "T")}


def of_row(row: str) -> list[ScenarioFile]:
    return [file for file in files().values() if file.row == row]


def is_must(file: ScenarioFile) -> bool:
    """Somebody is in the way, and the empty program must not pass."""
    return file.draws == "colliding" and any(row.outcome in SHARES for row in file.counted)


def must_not(row: str) -> list[ScenarioFile]:
    return [file for file in of_row(row) if not is_must(file)]


@pytest.mark.parametrize("row", GOALS)
def test_each_must_not_has_its_goal_and_is_paired_with_a_must(row: str) -> None:
    assert must_not(row)
    for file in must_not(row):
        said = {(one.outcome, one.limit) for one in file.counted}
        assert {name for name, _ in GOALS[row]} <= {name for name, _ in said}
        if row != "N12":
            for name, limit in GOALS[row]:
                assert any(one == name and at == pytest.approx(limit, rel=0.02) for one, at in said)
        pairs = [tag.removeprefix("pair:") for tag in file.tags if tag.startswith("pair:")]
        assert pairs
        for pair in pairs:
            assert is_must(files()[pair])


@pytest.mark.parametrize("row", GOALS)
def test_nobody_who_must_not_be_braked_for_is_touched_without_the_system(row: str) -> None:
    for file in must_not(row):
        assert file.draws == "touching_nobody" or not file.middle().encounter.users


def test_a_mixed_drive_is_bound_by_one_full_braking_in_1000_km_and_one_warning_in_10_km() -> None:
    """No event in 3000 km shows fewer than one in 1000 km at 95 %."""
    full_per_km, warnings_per_km = 0.0, 0.0
    for file in must_not("N12"):
        assert file.encounters_per_km is not None
        by = {one.outcome: one.limit for one in file.counted}
        full_per_km += 3.0 / by["full_braking"] * file.encounters_per_km
        warnings_per_km += by["warning"] * file.encounters_per_km
    assert full_per_km <= 1 / 1000 + 1e-9
    assert warnings_per_km <= 1 / 10 * 1.01


@pytest.mark.parametrize("row", ["O1", "O2", "O3", "O4"])
def test_the_driver_s_rows_judge_every_encounter(row: str) -> None:
    assert of_row(row)
    for file in of_row(row):
        assert file.middle().expect
        assert any(limit.measure == "contacts_without_system" for limit in file.middle().needs)


@pytest.mark.parametrize("row", ["N3-rail", "N4-corner", "N9-trailer", "N12-road"])
def test_always_braking_fails_where_nobody_is_in_the_way(row: str) -> None:
    file = files()[row]
    outcome = run_encounter(file, drawn(file, 1, 1), None, Setup("perfect", ALWAYS_BRAKE, "cpython")).outcome
    assert outcome is not None
    assert any(one.is_against(outcome) for one in file.counted)
