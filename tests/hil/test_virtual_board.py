"""The board without hardware is one to mpremote as it comes, and one that forgets nothing it wrote."""

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge_controller.errors import InputError
from edge_controller.install.board_port import BoardPort
from hil.virtual_board import VirtualBoard, power_on


@pytest.fixture
def board(tmp_path: Path) -> Iterator[VirtualBoard]:
    with VirtualBoard(tmp_path / "flash") as running:
        yield running


def mpremote(board: VirtualBoard, *command: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "mpremote", "connect", board.port, *command],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_files_go_there_and_back(board: VirtualBoard, tmp_path: Path) -> None:
    content = bytes(range(256)) * 20
    (tmp_path / "some.bin").write_bytes(content)
    assert mpremote(board, "fs", "cp", str(tmp_path / "some.bin"), ":some.bin")[0] == 0
    assert (board.flash / "some.bin").read_bytes() == content
    assert hashlib.sha256(content).hexdigest() in mpremote(board, "fs", "sha256sum", "some.bin")[1]
    assert "some.bin" in mpremote(board, "fs", "ls")[1]
    assert mpremote(board, "fs", "cp", ":some.bin", str(tmp_path / "back.bin"))[0] == 0
    assert (tmp_path / "back.bin").read_bytes() == content
    assert mpremote(board, "fs", "rm", ":some.bin")[0] == 0
    assert list(board.flash.iterdir()) == []


def test_what_is_not_there_is_no_such_file(board: VirtualBoard) -> None:
    code, said = mpremote(board, "fs", "cat", "nothing.py")
    assert code == 1
    assert "No such file" in said


def test_soft_and_hard_reset_bring_it_back(board: VirtualBoard) -> None:
    assert mpremote(board, "soft-reset", "exec", "print(6 * 7)") == (0, "42\n")
    with BoardPort(board.port) as port:
        port.run("kept = 1")
        port.reset()
    assert mpremote(board, "exec", "print('kept' in globals())") == (0, "False\n")


def test_every_write_is_in_the_folder_at_once(board: VirtualBoard) -> None:
    with BoardPort(board.port) as port:
        port.run("f = open('torn.txt', 'w')\nf.write('begun')\nf.flush()")
        board.pull_the_plug()
    assert (board.flash / "torn.txt").read_text() == "begun"


def test_a_full_flash_says_so(tmp_path: Path) -> None:
    with VirtualBoard(tmp_path / "flash", room_bytes=1000) as board, BoardPort(board.port) as port:
        assert port.run("import os\nprint(os.statvfs('/flash')[3])") == "1"
        with pytest.raises(InputError, match="no room left on the board"):
            port.write("/flash/big", bytes(2000), lambda _count: None)


def test_two_boards_do_not_share_a_flash(board: VirtualBoard) -> None:
    with pytest.raises(InputError, match="another board runs from this flash"):
        power_on(board.flash)
    board.pull_the_plug()
    with VirtualBoard(board.flash), pytest.raises(InputError, match="another board"):
        power_on(board.flash)


def test_a_flash_that_cannot_be_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"file: cannot be made a folder"), VirtualBoard(tmp_path / "file"):
        pass
