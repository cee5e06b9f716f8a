"""`nearside demo --out`: a folder that cannot take the files is the person's to mend, in one sentence."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from edge_controller.errors import InputError
from hil.commands import demo


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "can.asc").mkdir()
    result = CliRunner().invoke(demo, ["--out", str(tmp_path)])
    assert isinstance(result.exception, InputError)
    assert (
        str(result.exception)
        == f"--out {tmp_path}: {tmp_path / 'can.asc'} is a folder, a file of results has to go there"
    )
    assert "closed loop" not in result.output  # no bar of what never began


@pytest.mark.parametrize(
    "name", ["can.asc", "verdict.json", "installation.cose", "trust/units.toml", "front.bin", "report.html"]
)
def test_a_file_of_somebody_else_is_not_written_over(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("of a real truck", encoding="utf-8")
    result = CliRunner().invoke(demo, ["--out", str(tmp_path)])
    assert isinstance(result.exception, InputError)
    assert str(result.exception).startswith(f"--out {tmp_path}: {tmp_path / name} is not of such a run")
    assert (tmp_path / name).read_text(encoding="utf-8") == "of a real truck"
    assert "closed loop" not in result.output


@pytest.mark.parametrize("below", [".", "deeper"])
def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path, below: str) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    result = CliRunner().invoke(demo, ["--out", str(file / below)])
    assert isinstance(result.exception, InputError)
    assert str(result.exception).startswith(f"--out {file / below}: cannot be made a folder")
