"""`nearside gateway flash` by the real mpremote, against real MicroPython behind a pty."""

import hashlib
import json
import os
import pty
import shutil
import tty
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import firmware
from edge_controller.errors import InputError
from edge_controller.install.board_port import BoardPort
from edge_controller.install.commands import gateway
from edge_controller.install.flash import Flashed, flash
from edge_controller.install.image import SignedSettings, firmware_sha256, read_board_key
from hil.gateway_host import GatewayError, MicroPythonGateway
from hil.virtual_board import Started, VirtualBoard, mark_good, power_on

FIRMWARE = Path(firmware.__file__).parent
SHADOW = SignedSettings(released=False, near_side="right", vehicle_bitrate=250_000)
RELEASED = SignedSettings(released=True, near_side="left", vehicle_bitrate=500_000)


@pytest.fixture
def board(tmp_path: Path) -> Iterator[VirtualBoard]:
    with VirtualBoard(tmp_path / "flash") as running:
        yield running


@pytest.fixture(scope="module")
def flashed_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Flashed]:
    """What lies on a board that was flashed, and what was told of it; nobody changes it."""
    folder = tmp_path_factory.mktemp("once") / "flash"
    return folder, flashed(folder)


@pytest.fixture
def old_board(flashed_once: tuple[Path, Flashed], tmp_path: Path) -> Iterator[VirtualBoard]:
    """In service once more since it was flashed."""
    shutil.copytree(flashed_once[0], tmp_path / "flash")
    with VirtualBoard(tmp_path / "flash") as running:
        yield running


@pytest.fixture
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dead board is dead after a second already."""
    monkeypatch.setattr("edge_controller.install.board_port.ANSWER_S", 1.0)


def slots(board: VirtualBoard) -> dict[str, Any]:
    return dict(json.loads((board.flash / "slots.json").read_text()))


def started(board: VirtualBoard) -> Started:
    """Strap open, off and on."""
    board.pull_the_plug()
    return power_on(board.flash)


def flashed(at: Path, settings: SignedSettings = SHADOW, **how: Any) -> Flashed:
    """In service once more."""
    with VirtualBoard(at) as board:
        return flash(board.port, settings, **how)


def other_firmware(folder: Path) -> Path:
    """The same gateway with one more comment: another image, another hash."""
    shutil.copytree(FIRMWARE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "events.py").write_text((folder / "events.py").read_text() + "# another\n")
    return folder


def test_a_new_board_gets_everything_and_starts_it(board: VirtualBoard) -> None:
    shares = []
    done = flash(board.port, SHADOW, progress=lambda count, total: shares.append(count / total))
    assert (done.slot, done.new_board, done.released) == ("a", True, False)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    for name in ("boot.py", "key.bin", "main.py", "slots.json"):
        assert (board.flash / name).is_file()
    for path in FIRMWARE.glob("*.py"):
        assert (board.flash / "a" / "firmware" / path.name).read_bytes() == path.read_bytes()
    found = started(board)
    assert found.slot == "a"
    assert found.settings == {"released": 0, "near_side": 0, "vehicle_bitrate": 250_000}
    assert firmware_sha256(found.firmware) == done.firmware_sha256 == firmware_sha256()
    with MicroPythonGateway(firmware_folder=found.firmware) as running:
        assert running.step(0, [])[0].can_id == 0x120


def test_slots_take_turns_and_settings_are_signed(tmp_path: Path) -> None:
    assert flashed(tmp_path).slot == "a"
    assert flashed(tmp_path, RELEASED).slot == "b"
    assert power_on(tmp_path).settings == {"released": 1, "near_side": 1, "vehicle_bitrate": 500_000}
    assert flashed(tmp_path).slot == "a"
    manifest = tmp_path / "a" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"released": 0', '"released": 1'))
    with pytest.raises(GatewayError, match="self-test"):
        power_on(tmp_path)


def test_files_of_an_older_image_do_not_stay_in_the_slot(tmp_path: Path) -> None:
    for _ in range(2):
        flashed(tmp_path)
    (tmp_path / "a" / "firmware" / "old.py").write_text("")
    assert flashed(tmp_path).slot == "a"
    assert not (tmp_path / "a" / "firmware" / "old.py").exists()
    assert power_on(tmp_path).slot == "a"


@pytest.mark.usefixtures("short_patience")
@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_cut_in_mid_write_leaves_the_old_slot_to_start(
    old_board: VirtualBoard, flashed_once: tuple[Path, Flashed], tmp_path: Path, share: float
) -> None:
    board, old = old_board, flashed_once[1]
    before = slots(board)

    def cut(count: int, total: int) -> None:
        if count / total >= share:
            board.pull_the_plug()

    newer = other_firmware(tmp_path / "newer")
    with pytest.raises(InputError) as caught:
        flash(board.port, SHADOW, progress=cut, folder=newer)
    assert board.port in str(caught.value)
    assert "stopped answering" in str(caught.value)
    assert slots(board) == before
    found = power_on(board.flash)
    assert found.slot == "a"
    assert firmware_sha256(found.firmware) == old.firmware_sha256
    done = flashed(board.flash, folder=newer)
    assert done.slot == "b"
    assert done.firmware_sha256 == firmware_sha256(newer) != old.firmware_sha256
    assert firmware_sha256(power_on(board.flash).firmware) == done.firmware_sha256


def test_a_byte_that_reads_back_wrongly_is_never_started(
    old_board: VirtualBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, honest = old_board, BoardPort.sha256

    def worn_out(self: BoardPort, path: str) -> str:
        """The cell under rules.py of slot b does not hold."""
        if path.endswith("b/firmware/rules.py"):
            file = board.flash / "b" / "firmware" / "rules.py"
            file.write_bytes(file.read_bytes()[:-1] + b"#")
            return hashlib.sha256(file.read_bytes()).hexdigest()
        return honest(self, path)

    monkeypatch.setattr(BoardPort, "sha256", worn_out)
    with pytest.raises(InputError, match=r"rules\.py reads back differently"):
        flash(board.port, SHADOW)
    assert started(board).slot == "a"


def test_no_room_is_said_before_anything_is_written(tmp_path: Path) -> None:
    with (
        VirtualBoard(tmp_path / "flash", room_bytes=40_000) as board,
        pytest.raises(InputError, match=r"no room on the board: \d+ bytes needed, \d+ free") as caught,
    ):
        flash(board.port, SHADOW)
    assert board.port in str(caught.value)
    assert list(board.flash.iterdir()) == []


def test_room_for_one_slot_only_keeps_the_one_that_runs(tmp_path: Path) -> None:
    with VirtualBoard(tmp_path / "flash", room_bytes=110_000) as board:
        flash(board.port, SHADOW)
        with pytest.raises(InputError, match="no room"):
            flash(board.port, SHADOW)
    assert power_on(board.flash).slot == "a"


def test_room_that_runs_out_after_all_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge_controller.install.flash.SPARE_BYTES", -1_000_000)
    with (
        VirtualBoard(tmp_path / "flash", room_bytes=40_000) as board,
        pytest.raises(InputError, match="no room left on the board"),
    ):
        flash(board.port, SHADOW)


def test_a_key_that_is_not_the_boards_is_refused_before_writing(old_board: VirtualBoard) -> None:
    with pytest.raises(InputError, match="another key"):
        flash(old_board.port, SHADOW, bytes(32))
    assert not (old_board.flash / "b").exists()


def test_a_given_key_goes_onto_a_new_board(tmp_path: Path) -> None:
    key = bytes(range(32))
    flashed(tmp_path, key=key)
    assert (tmp_path / "key.bin").read_bytes() == key
    assert flashed(tmp_path, key=key).slot == "b"
    assert power_on(tmp_path).slot == "b"


def test_good_is_marked_on_the_board_itself(old_board: VirtualBoard) -> None:
    started(old_board)
    found = power_on(old_board.flash)
    assert slots(old_board) == {"active": "a", "good": False, "tries": 2, "fell_back": False}
    mark_good(old_board.flash, found)
    assert slots(old_board) == {"active": "a", "good": True, "tries": 0, "fell_back": False}


def test_service_counts_no_try(old_board: VirtualBoard) -> None:
    for _ in range(5):  # each opens the port, some would reset a board
        with BoardPort(old_board.port) as port:
            assert port.run("print(1 + 1)") == "2"
    assert slots(old_board)["tries"] == 0


def run(*arguments: str) -> Any:
    return CliRunner().invoke(gateway, ["flash", *arguments])


def sentence(*arguments: str) -> str:
    error = run(*arguments).exception
    assert isinstance(error, InputError)
    assert "\n" not in str(error)
    return str(error)


@pytest.mark.parametrize(
    ("port", "comes_back_s"), [("/dev/nowhere", 1), ("/dev/null", 0), ("nonsense://x", 0)]
)
def test_a_port_that_is_none_is_named(port: str, comes_back_s: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge_controller.install.board_port.COMES_BACK_S", comes_back_s)
    said = sentence("--port", port)
    assert said.startswith(f"{port}：无法作为串口打开")
    assert f"{port}: It cannot be opened as a serial port" in said


def test_a_port_without_micropython_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for patience in ("ATTEMPT_S", "READ_S"):
        monkeypatch.setattr(f"edge_controller.install.board_port.{patience}", 0.1)
    far, near = pty.openpty()
    tty.setraw(near)
    os.write(far, b"NMEA $GPGGA,123519\r\n>")
    port = os.ttyname(near)
    assert f"{port}: No MicroPython answers there" in sentence("--port", port)
    os.close(far)
    os.close(near)


def test_a_key_file_of_another_length_is_named(tmp_path: Path) -> None:
    (tmp_path / "short.bin").write_bytes(b"short")
    assert "short.bin" in sentence("--port", "/dev/nowhere", "--key", str(tmp_path / "short.bin"))
    assert "cannot be read" in sentence("--port", "/dev/nowhere", "--key", str(tmp_path / "none.bin"))
    with pytest.raises(InputError, match="32 bytes, this file has 5"):
        read_board_key(tmp_path / "short.bin")
    with pytest.raises(InputError, match=r"/dev/zero: .* this file has more"):
        read_board_key(Path("/dev/zero"))


def test_the_command_tells_version_and_hash(board: VirtualBoard, tmp_path: Path) -> None:
    told = run("--port", board.port, "--json", str(tmp_path / "flashed.json"))
    assert told.exit_code == 0
    assert firmware_sha256() in told.output
    assert "in shadow" in told.output
    written = Flashed(**json.loads((tmp_path / "flashed.json").read_text()))
    assert (written.port, written.slot, written.firmware_sha256) == (board.port, "a", firmware_sha256())
    nowhere = run("--port", board.port, "--json", str(tmp_path / "nowhere" / "flashed.json"))
    assert isinstance(nowhere.exception, InputError)
    assert not nowhere.output  # nothing was flashed
    full = run("--port", board.port, "--json", "/dev/full")
    assert isinstance(full.exception, InputError)
    assert firmware_sha256() in full.output
    alone = run("--port", board.port, "--released", "--json")
    assert json.loads(alone.output)["released"] is True
