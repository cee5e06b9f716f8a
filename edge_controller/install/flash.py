"""Put an image on a gateway board: into the slot that does not run, read back, and only then made the next.

Whatever breaks before the last line leaves the slot that runs untouched. Decision 0015.
"""

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from edge_controller.install.board_port import BoardPort, PortError
from edge_controller.install.image import BOARD_REVISION as REVISION
from edge_controller.install.image import FIRMWARE, KEY_BYTES, Image, SignedSettings, build_image
from edge_controller.install.text import Text

SPARE_BYTES = 16 * 1024  # event log, slots.json, the file system's own tables
Progress = Callable[[int, int], None]  # bytes written, bytes in all

LOOK = """
import os, sys, json
root = os.getcwd().rstrip("/") + "/"
def text(name):
    try:
        with open(root + name) as file:
            return file.read()
    except OSError:
        return None
def size(folder):
    try:
        names = os.listdir(root + folder)
    except OSError:
        return 0
    return sum([os.stat(root + folder + "/" + name)[6] for name in names])
about = os.statvfs(root)
try:
    with open(root + "key.bin", "rb") as file:
        key = file.read()
except OSError:
    key = None
try:
    slots = json.loads(text("slots.json"))
except (TypeError, ValueError):
    slots = None
print(json.dumps({"root": root, "free": about[1] * about[3], "slots": slots,
    "held": {slot: size(slot + "/firmware") for slot in "ab"},
    "manifests": {slot: text(slot + "/manifest.json") is not None for slot in "ab"},
    "key": None if key is None else list(key),
    "name": sys.implementation.name, "version": list(sys.implementation.version[:3])}))
"""
CLEAR = """
import os
def gone(name):
    try:
        os.remove(name)
    except OSError:
        pass
gone({manifest!r})
for folder in ({slot!r}, {slot!r} + "/firmware"):
    try:
        os.mkdir(folder)
    except OSError:
        pass
for name in os.listdir({slot!r} + "/firmware"):
    gone({slot!r} + "/firmware/" + name)
"""
ACTIVATE = """
import sys
sys.path.insert(0, {path!r})
from firmware import update
with open({root!r} + "key.bin", "rb") as file:
    key = file.read()
print(update.activate({root!r}, {slot!r}, key, {revision}))
"""


@dataclass(frozen=True, slots=True)
class Flashed:
    """What is on the board now and will start next."""

    port: str
    slot: str
    version: str
    firmware_sha256: str
    released: bool
    near_side: str
    files: int
    bytes: int
    new_board: bool
    interpreter: str

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Board:
    """What the board says of itself before anything is written."""

    root: str
    free_bytes: int
    slot: str  # to be written
    held_bytes: int  # by what lies in that slot
    key: bytes | None
    interpreter: str


def flash(
    port: str,
    settings: SignedSettings,
    key: bytes | None = None,
    *,
    progress: Progress = lambda _done, _all: None,
    folder: Path = FIRMWARE,
) -> Flashed:
    """Flash the board at `port`. PortError names the port where that fails: the old slot stays active."""
    with BoardPort(port) as board:
        found = _look(board)
        if None not in (key, found.key) and key != found.key:
            raise PortError(
                port,
                Text("网关板的密钥与给定密钥不同。", "The board has another key than the one given."),
            )
        used = key or found.key or secrets.token_bytes(KEY_BYTES)
        image = build_image(settings, used, folder)
        _check_room(board, found, image)
        _fill(board, found, image, progress)
        if found.key is None:
            _place(board, found.root, "key.bin", used)
        for name, content in image.root.items():
            if board.sha256(found.root + name) != hashlib.sha256(content).hexdigest():
                _place(board, found.root, name, content)
        _activate(board, found)
        board.reset()
    return Flashed(
        port=port,
        slot=found.slot,
        version=image.version,
        firmware_sha256=image.sha256,
        released=settings.released,
        near_side=settings.near_side,
        files=len(image.files),
        bytes=image.bytes,
        new_board=found.key is None,
        interpreter=found.interpreter,
    )


def _look(board: BoardPort) -> _Board:
    said = board.run(LOOK)
    try:
        told = json.loads(said.splitlines()[-1])
    except (ValueError, IndexError) as error:
        raise PortError(
            board.port,
            Text("网关板没有说明闪存内容。", "The board does not tell what is on its flash."),
        ) from error
    # A new board starts slot a; one whose slots.json was lost, too.
    active = "a" if told["slots"] is None else told["slots"]["active"]
    filled = told["manifests"][active]
    slot = {"a": "b", "b": "a"}[active] if filled else active
    version = ".".join(str(part) for part in told["version"])
    return _Board(
        root=told["root"],
        free_bytes=told["free"],
        slot=slot,
        held_bytes=told["held"][slot],
        key=None if told["key"] is None else bytes(told["key"]),
        interpreter=f"{told['name']} {version}",
    )


def _check_room(board: BoardPort, found: _Board, image: Image) -> None:
    needed = image.bytes + sum(len(content) for content in image.root.values()) + SPARE_BYTES
    free = found.free_bytes + found.held_bytes
    if needed > free:
        raise PortError(
            board.port,
            Text(
                f"网关板空间不足：需要{needed}字节，剩余{free}字节。",
                f"There is no room on the board: {needed} bytes needed, {free} free.",
            ),
        )


def _fill(board: BoardPort, found: _Board, image: Image, progress: Progress) -> None:
    """Files first and the manifest last: until it is there the slot cannot pass for whole."""
    slot = found.root + found.slot
    board.run(CLEAR.format(manifest=f"{slot}/manifest.json", slot=slot))
    done = 0

    def written(count: int) -> None:
        nonlocal done
        done += count
        progress(done, image.bytes)

    contents = {f"{slot}/firmware/{name}": content for name, content in image.files.items()}
    contents[f"{slot}/manifest.json"] = image.manifest
    for path, content in contents.items():
        board.write(path, content, written)
    for path, content in contents.items():
        if board.sha256(path) != hashlib.sha256(content).hexdigest():
            raise _misread(board.port, path)


def _place(board: BoardPort, root: str, name: str, content: bytes) -> None:
    """A file of the root takes its name when it is whole and read back, never before."""
    board.write(f"{root}{name}.new", content, lambda _count: None)
    if board.sha256(f"{root}{name}.new") != hashlib.sha256(content).hexdigest():
        raise _misread(board.port, root + name)
    board.run(f"import os\nos.rename({root + name + '.new'!r}, {root + name!r})")


def _activate(board: BoardPort, found: _Board) -> None:
    path = found.root + found.slot
    flaw = board.run(ACTIVATE.format(path=path, root=found.root, slot=found.slot, revision=REVISION))
    if flaw:
        raise PortError(
            board.port,
            Text(f"网关板拒绝新的固件（{flaw}）。", f"The board refuses the new slot ({flaw})."),
        )


def _misread(port: str, path: str) -> PortError:
    return PortError(
        port,
        Text(f"{path}读回的内容与写入不一致。", f"{path} reads back differently from what was written."),
    )
