"""The folder a unit keeps about itself: serial, key, what it runs, and the spool of what it signed.

The spool is the only memory of (boot, seq) and of the report before: a report is on the disk before anybody
sees it, so a power loss can never make two reports of one number.
"""

import fcntl
import hashlib
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from edge_controller.errors import InputError
from edge_controller.registration import cose
from edge_controller.registration.disk import replace_whole, sync_folder
from edge_controller.registration.fields import MAX_TEXT
from edge_controller.registration.health import (
    ALL_HEALTHY,
    MAX_COUNT,
    TYP,
    Health,
    read_health,
    sign_health,
)
from edge_controller.registration.identity import UnitIdentity, keep_key, load_key, new_unit_key
from edge_controller.registration.spool import Spool

SERIAL, KEY, FIRMWARE, SPOOL, LOCK = "serial", "key.pem", "firmware.sha256", "spool", "lock"


@dataclass(frozen=True, slots=True)
class _Last:
    """The last report in the spool."""

    health: Health
    sha256: bytes


class UnitFolder:
    """One unit. An object that reports is one start of the unit: its first report opens a new `boot`."""

    def __init__(self, folder: Path, identity: UnitIdentity) -> None:
        self._folder = folder
        self.identity = identity
        self.spool = Spool(folder / SPOOL)
        self._boot: int | None = None

    @classmethod
    def create(cls, folder: Path, serial: str) -> "UnitFolder":
        """Make a unit with a key of its own; InputError where something is there already."""
        if not 1 <= len(serial) <= MAX_TEXT or not serial.isprintable():
            raise InputError(f"serial {serial!r} is not a text of 1 to {MAX_TEXT} printable characters")
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            # Whole or not at all: a key without its serial would be a unit nobody can use.
            unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=folder.parent))
            replace_whole(unfinished / SERIAL, _line(serial))
            keep_key(unfinished / KEY, new_unit_key())
            unfinished.rename(folder)
            sync_folder(folder.parent)
        except OSError as error:
            raise InputError(f"{folder}: no unit can be made there ({error.strerror})") from error
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> "UnitFolder":
        """The unit made there before."""
        if not (folder / SERIAL).is_file():
            raise InputError(f"{folder}: not the folder of a unit (no file {SERIAL!r} in it)")
        return cls(folder, UnitIdentity(_read(folder / SERIAL), load_key(folder / KEY)))

    def fitted(self, firmware_sha256: bytes) -> None:
        """Note what the gateway runs from now on."""
        if len(firmware_sha256) != 32:
            raise ValueError(f"a SHA-256 has 32 bytes, not {len(firmware_sha256)}")
        try:
            replace_whole(self._folder / FIRMWARE, _line(firmware_sha256.hex()))
        except OSError as error:
            raise InputError(f"{self._folder}: nothing can be written there ({error.strerror})") from error

    def report(self, vin_on_can: str | None, healthy: int = ALL_HEALTHY) -> bytes:
        """Sign the next health report; it waits in the spool when this returns."""
        firmware = self._firmware()
        with self._locked():
            last = self._last()
            boot, seq = self._number_after(last)
            health = Health(
                serial=self.identity.serial,
                boot=boot,
                seq=seq,
                firmware_sha256=firmware,
                healthy=healthy,
                vin_on_can=vin_on_can,
                previous=last.sha256 if last else None,
            )
            document = sign_health(health, self.identity)
            self.spool.append(document)
        self._boot = boot
        return document

    def _number_after(self, last: _Last | None) -> tuple[int, int]:
        if last is None:
            return 0, 0
        if last.health.boot == self._boot:
            return last.health.boot, last.health.seq + 1
        if last.health.boot == MAX_COUNT:
            raise InputError(
                f"{self._folder}: the unit has started {MAX_COUNT} times and can count no further"
            )
        return last.health.boot + 1, 0

    def _last(self) -> _Last | None:
        for number in reversed(self.spool.numbers()):
            document = self.spool.read(number)
            # A spoilt report must stop us: going on from an older one would use its number twice.
            what = f"{self._folder / SPOOL}: document {number}"
            if cose.typ_of(document, what) == TYP:
                health = read_health(document, self.identity.public_key, what)
                return _Last(health, hashlib.sha256(document).digest())
        return None

    def _firmware(self) -> bytes:
        path = self._folder / FIRMWARE
        if not path.is_file():
            raise InputError(
                f"{self._folder}: unit {self.identity.serial} has not been fitted: no {FIRMWARE!r}"
            )
        text = _read(path)
        if not re.fullmatch("[0-9a-f]{64}", text):
            raise InputError(f"{path}: holds {text!r}, not a SHA-256 in hexadecimal")
        return bytes.fromhex(text)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            file = (self._folder / LOCK).open("wb")
        except OSError as error:
            raise InputError(f"{self._folder}: nothing can be written there ({error.strerror})") from error
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _line(text: str) -> bytes:
    return f"{text}\n".encode()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").removesuffix("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error})") from error
