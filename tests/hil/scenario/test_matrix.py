"""Every row of the matrix has files that can be read, judge something, and name their pairs both ways."""

import tomllib

import pytest

from hil.scenario.catalogue import asked_for
from hil.scenario.scenario_file import ScenarioFile
from tests.benchmarks.rows import GOALS
from tests.benchmarks.safety import DRAWN
from tests.hil.shipped import files

ROWS = {"R": 7, "T": 14, "M": 4, "N": 12, "D": 7, "F": 9, "O": 4}  # 57
STUDY = ("clear-turn", "straight-indicated", "straight", "bend", "driver-yields", "person-standing")

# Shares of encounters avoided that the matrix asks for.
AVOIDED = {
    "T1": 0.75,
    "T2": 0.95,
    "T3": 0.75,
    "T4": 0.95,
    "T5": 0.95,
    "T6": 0.85,
    "T9": 0.75,
    "T10": 0.85,
    "T11": 0.85,
    "T13-moving": 0.85,
    "T13-standing": 0.85,
    "T14": 0.55,
}
MITIGATED = {"T7": 0.8, "T8-hedge": 0.8, "T8-parked": 0.8}


def pairs(file: ScenarioFile) -> list[str]:
    return [tag.removeprefix("pair:") for tag in file.tags if tag.startswith("pair:")]


def test_who_is_named_by_id_is_found_by_the_name_of_his_file_in_any_case() -> None:
    assert {name: file.path.stem for name, file in files().items()} == {name: name for name in files()}
    one, other = asked_for(("n4-LEAVES", "T1", "t1"))
    assert (one.id, other.id) == ("N4-leaves", "T1")
    assert {file.id for file in asked_for(("T1", "M1"))} > {"T1", "M1-corner"}  # a row beside an id


@pytest.mark.parametrize("family", ROWS)
def test_every_row_of_the_matrix_is_there(family: str) -> None:
    rows = {file.row for file in files().values() if file.family == family}
    assert rows == {f"{family}{n}" for n in range(1, ROWS[family] + 1)}


def test_the_needless_sets_are_there_and_touch_nobody() -> None:
    for name in STUDY:
        file = files()[f"set-{name}"]
        assert (file.family, file.draws) == ("set", "touching_nobody")
        assert any(one.outcome == "full_braking" and one.side == "at_most" for one in file.counted)


def test_every_turn_with_braking_draws_collisions_and_has_the_matrix_s_limit() -> None:
    for limits, outcome in ((AVOIDED, "avoided"), (MITIGATED, "mitigated")):
        for name, share in limits.items():
            file = files()[name]
            assert file.draws == "colliding"
            [counted] = file.counted
            assert (counted.outcome, counted.side, counted.limit) == (outcome, "at_least", share)


def test_who_names_a_pair_is_named_by_it() -> None:
    for file in files().values():
        for name in pairs(file):
            others = [other for other in files().values() if name in (other.id, other.row)]
            assert others, f"{file.id} names {name}, which is not there"
            named = {back for other in others for back in pairs(other)}
            assert {file.id, file.row} & named, f"{file.id} names {name}, which does not name it"


def test_what_make_safety_drives_has_a_goal_and_no_goal_is_left_undriven() -> None:
    goals = tomllib.loads(GOALS.read_text(encoding="utf-8"))
    judged = {name.split()[1].rstrip(",") for name in goals if name.endswith("runs not passed")}
    assert judged == {file.id for file in files().values() if not file.parameters or file.id in DRAWN}
    assert {"T1-demo", "N1", "M2-kept"} <= judged
