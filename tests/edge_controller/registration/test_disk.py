"""Whole or not there: what is replaced stays until the new one is on the disk, and nothing is left lying."""

import stat
from pathlib import Path

import pytest

from edge_controller.registration.disk import READABLE, replace_whole, written_aside


def test_a_file_is_replaced_whole_and_private_unless_told(tmp_path: Path) -> None:
    path = tmp_path / "one"
    replace_whole(path, b"before")
    replace_whole(path, b"after")
    assert path.read_bytes() == b"after"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    replace_whole(path, b"for all", READABLE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_named_leaves_nothing_behind(tmp_path: Path) -> None:
    taken = tmp_path / "folder"
    taken.mkdir()
    with pytest.raises(OSError, match="directory"):
        replace_whole(taken, b"x")
    assert list(tmp_path.iterdir()) == [taken]


def test_what_is_written_aside_has_no_name_yet(tmp_path: Path) -> None:
    aside = written_aside(tmp_path, b"content")
    assert aside.read_bytes() == b"content"
    assert aside.name.startswith("unfinished-")
