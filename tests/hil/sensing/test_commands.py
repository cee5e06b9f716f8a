"""The three commands; radar drives are there already, so that nothing takes long."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from edge_controller.config import shipped_fit
from edge_controller.errors import InputError
from hil.commands import hil
from hil.sensing import driving
from hil.sensing.chain import chain_sha256
from hil.sensing.comparing import Comparison, read_comparison, write_comparison
from hil.sensing.model import read_model, write_model
from hil.sensing.sharing import Off, kept_at
from hil.sensing.told import Told, ToldTrack, write_told
from tests.hil.sensing.synthetic import STEP_S, drive, rider, track, wandering
from tests.hil.shipped import files


def told(seed: int) -> Told:
    x_m = wandering(np.random.default_rng(seed), 0.2, 0.5, 200)

    def tracks(t_s: float) -> list[ToldTrack]:
        return [track(1, -6.0 + x_m[round(t_s / STEP_S)])] if t_s > 0.4 else []

    return drive(lambda _t: [rider()], tracks, number=seed)


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(hil, [str(word) for word in words])


def test_a_fit_of_kept_drives_writes_a_model_that_says_what_it_was_fitted_on(tmp_path: Path) -> None:
    for number in range(1, 7):
        write_told(driving.kept_at(tmp_path, shipped_fit("demo"), 5, number), told(number))
    out = tmp_path / "fitted" / "model.json"
    done = run("fit-statistics", "--drives", "6", "--folder", tmp_path, "--out", out, "--json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    model = read_model(out)
    assert model.provenance == said["provenance"]
    assert (model.provenance["drives"], model.provenance["seed"]) == (6, 5)
    again = tmp_path / "fitted" / "again.json"
    assert run("fit-statistics", "--drives", "6", "--folder", tmp_path, "--out", again).exit_code == 0
    assert again.read_bytes() == out.read_bytes()


def test_too_few_drives_are_refused_in_words(tmp_path: Path) -> None:
    nobody = drive(lambda _t: [], lambda _t: [])
    write_told(driving.kept_at(tmp_path, shipped_fit("demo"), 5, 1), nobody)
    done = run("fit-statistics", "--drives", "1", "--folder", tmp_path, "--out", tmp_path / "model.json")
    assert done.exit_code != 0
    assert "1 drives tell of somebody 0 times, too few for a fit" in str(done.exception)


@pytest.mark.parametrize("name", ["R1-2"])
def test_a_comparison_shows_both_levels_and_few_encounters_are_inconclusive(
    tmp_path: Path, name: str
) -> None:
    file = files()[name]
    write_told(kept_at(tmp_path, file, 1, 2, off=Off()), told(1))
    done = run("compare-levels", name, "-n", "1", "--out", tmp_path, "--json")
    assert done.exit_code == 3, done.output
    said = json.loads(done.stdout)
    assert said == {**json.loads((tmp_path / "comparison.json").read_text()), "reasons": said["reasons"]}
    assert "held against the radars on 1 shared encounters, not on 200" in said["reasons"]
    table = run("compare-levels", name, "-n", "1", "--out", tmp_path).stdout
    assert "median error of place" in table
    assert "inconclusive" in table


def test_scenarios_with_what_the_level_does_not_know_are_left_out_and_named(tmp_path: Path) -> None:
    write_told(kept_at(tmp_path, files()["R1-2"], 1, 2, off=Off()), told(1))
    done = run("compare-levels", "R1-2", "D6", "T10", "-n", "1", "--out", tmp_path, "--json")
    assert json.loads(done.stdout)["left_out"] == ["D6", "T10"]
    table = run("compare-levels", "R1-2", "D6", "-n", "1", "--out", tmp_path).stdout
    assert "Left out, for what this level does not know: D6" in table
    alone = run("compare-levels", "D6", "-n", "1", "--out", tmp_path)
    assert "the statistical level knows none of D6" in str(alone.exception)


def test_scenarios_with_other_radars_are_left_out_and_named_unless_alone(
    tmp_path: Path,
) -> None:
    """R1-1 has the radars of `tipper`."""
    words = ("-n", "1", "--jobs", "1", "--sensor", "statistical", "--out", tmp_path)
    result = run("run", "R1-1", "N1", *words)
    assert "left out" in result.stderr
    assert "R1-1" in result.stderr
    found = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert [one["id"] for one in found["runs"]] == ["N1"]
    alone = run("run", "R1-1", *words)
    assert isinstance(alone.exception, InputError)
    assert "has not been fitted to these radars" in str(alone.exception)


def fitted_level(folder: Path) -> Path:
    """A level fitted on six kept drives to a chain that is not today's, and held against the radars."""
    for number in range(1, 7):
        write_told(driving.kept_at(folder, shipped_fit("demo"), 5, number), told(number))
    level = folder / "level"
    fitted = run("fit-statistics", "--drives", "6", "--folder", folder, "--out", level / "model.json")
    assert fitted.exit_code == 0, fitted.output
    model = read_model(level / "model.json")
    write_model(
        level / "model.json", replace(model, provenance={**model.provenance, "chain_sha256": "older"})
    )
    held_against(level)
    return level


def held_against(level: Path) -> None:
    digest = hashlib.sha256((level / "model.json").read_bytes()).hexdigest()
    write_comparison(level / "comparison.json", Comparison(200, (1.0, 3.0), (), digest))


def contents(level: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in level.iterdir()}


def test_a_level_is_carried_to_a_chain_that_tells_the_same(tmp_path: Path) -> None:
    level = fitted_level(tmp_path)
    before = read_model(level / "model.json")
    done = run("carry-model", "--model", level, "--drives", "3", "--folder", tmp_path)
    assert done.exit_code == 0, done.output
    assert "3 of 6 drives tell the same" in done.stdout
    after, comparison = read_model(level / "model.json"), read_comparison(level / "comparison.json")
    assert after.provenance["chain_sha256"] == chain_sha256()
    assert after.provenance["carried"] == [{"from": "older", "drives_the_same": 3}]
    assert replace(after, provenance=before.provenance) == before
    assert comparison.model_sha256 == hashlib.sha256((level / "model.json").read_bytes()).hexdigest()
    now = contents(level)
    again = run("carry-model", "--model", level, "--folder", tmp_path)
    assert again.exit_code == 0
    assert "of this chain already" in again.stdout
    assert contents(level) == now


def test_a_level_is_left_as_it_is_where_one_drive_tells_otherwise(tmp_path: Path) -> None:
    level = fitted_level(tmp_path)
    was = contents(level)
    write_told(driving.kept_at(tmp_path, shipped_fit("demo"), 5, 5), told(50))
    done = run("carry-model", "--model", level, "--drives", "3", "--folder", tmp_path)  # 1, 3 and 5
    assert done.exit_code == 3, done.output
    assert done.stdout.strip().endswith("drives 5")
    assert contents(level) == was


def test_a_level_that_cannot_be_carried_is_refused_in_words(tmp_path: Path) -> None:
    level = fitted_level(tmp_path)
    model = level / "model.json"

    def says() -> str:
        return str(run("carry-model", "--model", level, "--folder", tmp_path).exception)

    model.write_text(model.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert "comparison.json is of another model.json" in says()
    whole = read_model(model)
    for missing, words in (("told_sha256", "not say what its drives told"), ("fit_sha256", "of another fit")):
        kept_words = {name: said for name, said in whole.provenance.items() if name != missing}
        write_model(model, replace(whole, provenance=kept_words))
        held_against(level)
        assert words in says()
    nowhere = run("carry-model", "--model", level, "--fit", tmp_path / "no.toml")
    assert isinstance(nowhere.exception, InputError)
    assert "no.toml" in str(nowhere.exception)
    model.unlink()
    assert "model.json: cannot be read" in says()


@pytest.mark.parametrize("command", ["fit-statistics", "carry-model"])
@pytest.mark.parametrize("name", ["tiper", "../demo", ""])
def test_an_unknown_fit_is_named_with_those_there_are(command: str, name: str) -> None:
    result = run(command, "--fit", name)
    assert isinstance(result.exception, InputError)
    assert (
        str(result.exception)
        == f"--fit {name!r}: no shipped fit (demo, mixer, tipper) and no path of a .toml"
    )
