"""Encounters of a sweep: one draw is one drive, both interpreters agree, the blind are caught."""

from dataclasses import replace
from pathlib import Path

import pytest

from hil.scenario.draw import drawn
from hil.scenario.encounters import EncounterRun, Setup, run_encounter, sweep_encounter
from hil.scenario.expression import Values
from hil.scenario.reading import read_file
from hil.scenario.scenario import Scenario
from hil.scenario.scenario_file import ScenarioFile
from radar_sim import Perturb

SCENARIOS = Path(__file__).parents[3] / "hil" / "scenarios"
PERFECT = Setup("perfect", interpreter="cpython")
GAP = """\
parameters:
  gap_m: {from: 0.9, to: 2.5}
"""


@pytest.fixture
def turn(tmp_path: Path) -> ScenarioFile:
    """The drive of the demo with the gap drawn."""
    text = (SCENARIOS / "T1-demo.yaml").read_text(encoding="utf-8").replace("\ndriver:", f"\n{GAP}driver:")
    assert "from_side_m: 2.0" in text
    path = tmp_path / "T1-drawn.yaml"
    path.write_text(text.replace("from_side_m: 2.0", 'from_side_m: "= gap_m"'), encoding="utf-8")
    return read_file(path)


def run(file: ScenarioFile, number: int = 1, setup: Setup = PERFECT) -> EncounterRun:
    return run_encounter(file, drawn(file, 7, number), Perturb(number), setup)


def test_one_draw_is_one_drive_and_another_is_another(turn: ScenarioFile) -> None:
    first, again, other = run(turn), run(turn), run(turn, 2)
    assert first == again
    assert first.frames_sha256 != other.frames_sha256
    assert first.draw.values != other.draw.values


def test_nearside_with_perfect_sensing_avoids_it_and_the_empty_program_does_not(turn: ScenarioFile) -> None:
    with_system, without = run(turn), run(turn, setup=replace(PERFECT, program="empty"))
    assert with_system.outcome is not None
    assert without.outcome is not None
    assert with_system.outcome.avoided
    assert not without.outcome.avoided
    assert without.judgement.verdict == "fail"
    assert without.outcome.contact_speed_mps == without.outcome.contact_speed_without_mps


def test_always_braking_fails_where_nobody_is_in_the_way() -> None:
    file = read_file(SCENARIOS / "N1.yaml")
    quiet, braked = run(file).outcome, run(file, setup=replace(PERFECT, program="always_brake")).outcome
    assert quiet is not None
    assert braked is not None
    assert [row.is_against(quiet) for row in file.counted] == [False, False]
    assert all(row.is_against(braked) for row in file.counted)


def test_the_first_of_a_hundred_is_the_same_in_micropython(turn: ScenarioFile) -> None:
    first = sweep_encounter(turn, drawn(turn, 7, 1), Perturb(1), PERFECT)
    assert first.same_in_micropython is True
    assert first.setup.interpreter == "cpython"
    assert first == replace(run(turn), same_in_micropython=True)
    assert sweep_encounter(turn, drawn(turn, 7, 2), Perturb(2), PERFECT).same_in_micropython is None


def test_ctrl_c_that_meets_a_compiled_function_is_no_bench_error(
    turn: ScenarioFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def torn(*_: object) -> object:
        raise SystemError("a result with an exception set") from KeyboardInterrupt()

    monkeypatch.setattr("hil.scenario.encounters.run_without_system", torn)
    with pytest.raises(SystemError, match="exception set"):
        run(turn)


def test_a_gateway_that_does_not_start_is_a_bench_error(turn: ScenarioFile) -> None:
    def broken(values: Values) -> Scenario:
        scenario = turn.built(values)
        return replace(scenario, encounter=replace(scenario.encounter, settings={"released": 7}))

    draw = drawn(turn, 7, 1)
    spoilt = run_encounter(replace(turn, built=broken), draw, None, PERFECT)
    assert spoilt.judgement.verdict == "bench error"
    assert "neither 0 nor 1" in spoilt.judgement.why
    assert spoilt.outcome is None
    assert "Traceback" in spoilt.trace
