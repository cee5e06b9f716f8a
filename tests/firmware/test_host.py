"""The MicroPython host: what goes wrong in the unit is said aloud, never answered with silence."""

import hashlib
import shutil
from pathlib import Path

import pytest

import firmware
import hil.gateway_host
from edge_controller.errors import InputError
from edge_controller.install.image import firmware_sha256
from hil.frames import CanFrame
from hil.gateway_host import CPythonGateway, GatewayError, MicroPythonGateway

FIRMWARE = Path(firmware.__file__).parent


def broken(tmp_path: Path, old: str, new: str) -> Path:
    """A copy of the firmware with one line of gateway.py changed."""
    folder = tmp_path / "firmware"
    shutil.copytree(FIRMWARE, folder, ignore=shutil.ignore_patterns("__pycache__", "*.ini"))
    text = (folder / "gateway.py").read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / "gateway.py").write_text(text.replace(old, new), encoding="utf-8")
    return folder


def test_the_interpreters_name_themselves(micropython: MicroPythonGateway) -> None:
    assert (micropython.interpreter.name, micropython.interpreter.version) == ("micropython", "1.29.0")
    with CPythonGateway() as host:
        assert host.interpreter.name == "cpython"


def test_an_allocation_in_a_tick_fails_the_run(tmp_path: Path) -> None:
    line = "        self.ticked.mark(now_ms)\n"
    folder = broken(tmp_path, line, line + "        self.garbage = [now_ms]\n")
    with MicroPythonGateway(firmware_folder=folder) as host, pytest.raises(GatewayError, match="MemoryError"):
        host.step(0, [])


def test_a_big_int_in_a_tick_fails_the_run(tmp_path: Path) -> None:
    line = "        self.ticked.mark(now_ms)\n"
    folder = broken(tmp_path, line, line + "        self.big = now_ms | 1 << 30\n")
    with MicroPythonGateway(firmware_folder=folder) as host, pytest.raises(GatewayError, match="MemoryError"):
        host.step(0, [])


def test_an_exception_in_the_firmware_is_shown_and_stays_a_failure(tmp_path: Path) -> None:
    line = "        self.ticked.mark(now_ms)\n"
    folder = broken(tmp_path, line, line + "        raise ValueError\n")
    with MicroPythonGateway(firmware_folder=folder) as host:
        with pytest.raises(GatewayError, match="ValueError"):
            host.step(0, [])
        with pytest.raises(GatewayError, match="failed before"):
            host.step(10, [])


def test_a_firmware_that_does_not_compile_is_shown(tmp_path: Path) -> None:
    folder = broken(tmp_path, "class Gateway:\n", "class Gateway\n")
    with pytest.raises(GatewayError, match="SyntaxError"):
        MicroPythonGateway(firmware_folder=folder)


def test_a_hang_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = "        self.ticked.mark(now_ms)\n"
    folder = broken(tmp_path, line, line + "        while True:\n            pass\n")
    monkeypatch.setattr(hil.gateway_host, "STEP_TIMEOUT_S", 0.2)
    with (
        MicroPythonGateway(firmware_folder=folder) as host,
        pytest.raises(GatewayError, match="did not answer"),
    ):
        host.step(0, [])


def test_a_killed_interpreter_is_noticed() -> None:
    with MicroPythonGateway() as host:
        host._process.kill()
        host._process.wait()
        with pytest.raises(GatewayError, match="died"):
            host.step(0, [])


def test_a_closed_gateway_does_not_step() -> None:
    host = MicroPythonGateway()
    host.close()
    host.close()
    with pytest.raises(GatewayError, match="closed"):
        host.step(0, [])


def test_a_missing_interpreter_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hil.gateway_host, "MICROPYTHON", tmp_path / "micropython.mjs")
    with pytest.raises(InputError, match="make setup"):
        MicroPythonGateway()


@pytest.mark.parametrize(
    "settings", [{"released": 2}, {"near_side": 5}, {"xbr_source": 256}, {"gear_source": -1}]
)
def test_a_setting_out_of_range_stops_both(micropython: MicroPythonGateway, settings: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="settings"):
        CPythonGateway(**settings)
    with pytest.raises(GatewayError, match="settings"):
        MicroPythonGateway(**settings)
    micropython.restart()


def test_too_many_frames_for_one_step(micropython: MicroPythonGateway) -> None:
    flood = [CanFrame("vehicle", 0x18FEF100, b"")] * 201
    with pytest.raises(ValueError, match="201 frames"):
        micropython.step(0, flood)
    micropython.restart()
    assert micropython.step(0, flood[:200])


def test_the_firmware_hash_is_of_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "b.py").write_bytes(b"2")
    (tmp_path / "a.py").write_bytes(b"1")
    (tmp_path / "notes.txt").write_bytes(b"not deployed")
    typed = b"a.py\0\x01\0\0\x001b.py\0\x01\0\0\x002"
    assert firmware_sha256(tmp_path) == hashlib.sha256(typed).hexdigest()
    assert firmware_sha256() != firmware_sha256(broken(tmp_path, "class Gateway:\n", "class  Gateway:\n"))
