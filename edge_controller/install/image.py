"""The gateway's image as it goes to a board: the installed `firmware` files and a manifest signed for them.

Of the gateway the edge imports the link alone; the rest is read as the files that it is.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge_controller.errors import InputError
from edge_controller.messages import Side
from firmware import link

FIRMWARE = Path(link.__file__).parent
FIRMWARE_VERSION = "0.1.0"
BOARD_REVISION = 1  # lowest that can run this image
KEY_BYTES = 32
ROOT_FILES = {"boot.py": "boot.py", "main.py": "root_main.py"}  # in the root of the flash <- in the package


@dataclass(frozen=True, slots=True)
class SignedSettings:
    """What the signature covers besides the files. `released` False is shadow: the gateway never brakes."""

    released: bool
    near_side: Side
    vehicle_bitrate: int

    def numbers(self) -> dict[str, int]:
        """As the firmware reads them."""
        near_side = link.RIGHT if self.near_side == "right" else link.LEFT
        return {
            "released": int(self.released),
            "near_side": near_side,
            "vehicle_bitrate": self.vehicle_bitrate,
        }


@dataclass(frozen=True, slots=True)
class Image:
    """Files of one slot's `firmware` folder by name, its manifest, and the files of the root."""

    version: str
    sha256: str
    files: dict[str, bytes]
    manifest: bytes
    root: dict[str, bytes]

    @property
    def bytes(self) -> int:
        """Room that a slot takes."""
        return sum(len(content) for content in self.files.values()) + len(self.manifest)


def firmware_sha256(folder: Path = FIRMWARE) -> str:
    """One hash over the deployed files, by sorted name: name, length, contents."""
    return _one_hash({path.name: path.read_bytes() for path in folder.glob("*.py")})


def build_image(settings: SignedSettings, key: bytes, folder: Path = FIRMWARE) -> Image:
    """What this installation of Nearside would put on a board whose key is `key`."""
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.py"))}
    manifest: dict[str, Any] = {
        "version": FIRMWARE_VERSION,
        "board": BOARD_REVISION,
        "settings": settings.numbers(),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    manifest["signature"] = hmac.new(key, _signed_text(manifest), "sha256").hexdigest()
    return Image(
        version=FIRMWARE_VERSION,
        sha256=_one_hash(files),
        files=files,
        manifest=json.dumps(manifest).encode(),
        root={name: files[source] for name, source in ROOT_FILES.items()},
    )


def read_board_key(path: Path) -> bytes:
    """The key a board's images are signed with, as the file has it."""
    try:
        with path.open("rb") as file:  # a device given by mistake never ends
            key = file.read(KEY_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path}: the board key cannot be read ({error.strerror})") from error
    if len(key) != KEY_BYTES:
        more = "more" if len(key) > KEY_BYTES else len(key)
        raise InputError(f"{path}: a board key has {KEY_BYTES} bytes, this file has {more}")
    return key


def _one_hash(files: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(files):
        content = files[name]
        digest.update(name.encode() + b"\0" + len(content).to_bytes(4, "little") + content)
    return digest.hexdigest()


def _signed_text(manifest: dict[str, Any]) -> bytes:
    """Line by line as firmware/update.py writes it; the board is the judge of whether they agree."""
    lines = ["nearside gateway manifest 1", str(manifest["version"]), str(manifest["board"])]
    for table in ("settings", "files"):
        lines += [f"{table} {name} {manifest[table][name]}" for name in sorted(manifest[table])]
    return "\n".join(lines).encode()
