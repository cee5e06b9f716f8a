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
        == f"--out {tmp_path}: {tmp_path / 'can.asc'} cannot be written (Is a directory)"
    )


@pytest.mark.parametrize("below", [".", "deeper"])
def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path, below: str) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    result = CliRunner().invoke(demo, ["--out", str(file / below)])
    assert isinstance(result.exception, InputError)
    assert str(result.exception).startswith(f"--out {file / below}: cannot be made a folder")
