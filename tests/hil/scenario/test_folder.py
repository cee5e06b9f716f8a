"""The folder of the results is looked at before the work, not after hours of it."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from edge_controller.errors import InputError
from hil.commands import hil
from hil.scenario.folder import RESULTS, writing_into
from tests.hil.scenario.samples import write


@pytest.mark.parametrize("name", ["results.json", "junit.xml", "report.html"])
def test_a_folder_in_the_place_of_results_is_named_before_the_work(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with (
        pytest.raises(InputError, match=f"^--out {tmp_path}: {tmp_path / name} is a folder"),
        writing_into(tmp_path, ours=RESULTS),
    ):
        pytest.fail("the work has begun")


@pytest.mark.parametrize("name", ["results.json", "junit.xml", "report.html", "S1/report.html", "S1/can.asc"])
@pytest.mark.parametrize("command", ["run", "sweep"])
def test_a_file_of_somebody_else_is_not_written_over(tmp_path: Path, name: str, command: str) -> None:
    scenario, out = write(tmp_path), tmp_path / "out"
    (out / name).parent.mkdir(parents=True)
    (out / name).write_text('{\n  "schema": "of another program"\n}\n', encoding="utf-8")
    before = (out / name).read_bytes()
    told = CliRunner().invoke(hil, [command, str(scenario), "--out", str(out)]).exception
    assert isinstance(told, InputError)
    assert str(told).startswith(f"--out {out}: {out / name} is not of such a run and would be written over")
    assert (out / name).read_bytes() == before
    assert [path for path in out.rglob("*") if path.is_file()] == [out / name]


def test_an_empty_file_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "results.json").touch()
    with writing_into(tmp_path, ours=RESULTS):
        pass


def test_a_comparison_of_somebody_else_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "comparison.json").write_text("{}", encoding="utf-8")
    told = CliRunner().invoke(hil, ["compare-levels", "R2", "--out", str(tmp_path)]).exception
    assert isinstance(told, InputError)
    assert "comparison.json is not of such a run" in str(told)
    assert (tmp_path / "comparison.json").read_text(encoding="utf-8") == "{}"


def test_a_model_may_go_beside_results_of_somebody_else(tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text("{}", encoding="utf-8")
    with writing_into(tmp_path):
        pass


def test_a_folder_that_takes_no_file_is_named_before_the_work() -> None:
    folder = Path("/proc/self/fd")  # takes none, not even root's
    with (
        pytest.raises(InputError, match=f"^--out {folder}: nothing can be written there"),
        writing_into(folder),
    ):
        pytest.fail("the work has begun")


def test_looking_leaves_nothing_behind(tmp_path: Path) -> None:
    with writing_into(tmp_path):
        assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["fit-statistics", "carry-model"])
def test_the_option_that_named_the_folder_is_named(
    tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hil.compiling.compile_first", lambda _fits: None)
    monkeypatch.setattr("hil.sensing.carrying.Fitted.is_of_this_chain", False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    told = CliRunner().invoke(hil, [command, "--folder", "file"]).exception
    assert isinstance(told, InputError)
    assert str(told).startswith("--folder file: cannot be made a folder")


def test_where_a_model_goes_is_looked_at_before_the_drives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hil.compiling.compile_first", lambda _fits: None)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    words = ["fit-statistics", "--drives", "1", "--out", "file/model.json"]
    told = CliRunner().invoke(hil, words).exception
    assert isinstance(told, InputError)
    assert str(told).startswith("--out file: cannot be made a folder")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "words",
    [["sweep", "R2", "--json", ""], ["run", "R2", "--bench", ""], ["fit-statistics", "--out", ""]],
)
def test_an_empty_name_of_a_file_is_refused(words: list[str]) -> None:
    told = CliRunner().invoke(hil, words)
    assert told.exit_code == 2
    assert f"'{words[-2]}': is empty, not the name of a file" in told.output
