"""The folder of the results is looked at before the work, not after hours of it."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from edge_controller.errors import InputError
from hil.commands import hil
from hil.scenario.folder import writing_into


@pytest.mark.parametrize("name", ["results.json", "junit.xml", "report.html"])
def test_a_folder_in_the_place_of_results_is_named_before_the_work(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with (
        pytest.raises(InputError, match=f"^--out {tmp_path}: {tmp_path / name} is a folder"),
        writing_into(tmp_path),
    ):
        pytest.fail("the work has begun")


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
