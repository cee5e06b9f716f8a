"""Who signs: the unit with a key made inside it, the installer with a personal one."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from edge_controller.errors import InputError
from edge_controller.registration.cose import public_bytes
from edge_controller.registration.disk import sync_folder, written_aside

LONGEST_PEM = 64 * 1024


@dataclass(frozen=True, slots=True)
class UnitIdentity:
    """One unit: the maker's serial and the unit's own key."""

    serial: str
    key: Ed25519PrivateKey = field(repr=False)

    @property
    def public_key(self) -> bytes:
        """32 bytes."""
        return public_bytes(self.key)


@dataclass(frozen=True, slots=True)
class InstallerIdentity:
    """One installer, a person, and the organisation answering for them."""

    id: str
    organisation: str
    key: Ed25519PrivateKey = field(repr=False)

    @property
    def public_key(self) -> bytes:
        """32 bytes."""
        return public_bytes(self.key)


def new_unit_key() -> Ed25519PrivateKey:
    """A fresh key from the system's randomness, made where it is used and never sent anywhere."""
    return Ed25519PrivateKey.generate()


def keep_key(path: Path, key: Ed25519PrivateKey) -> None:
    """Write the key once, readable by its owner only; an existing file is never replaced."""
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        # Whole or not at all: half a key under its name could never be mended.
        unfinished = written_aside(path.parent, pem)
        try:
            os.link(unfinished, path)  # fails where the name is taken, unlike a rename
        finally:
            unfinished.unlink()
        sync_folder(path.parent)
    except OSError as error:
        raise InputError(f"{path}: the key cannot be written ({error.strerror})") from error


def load_key(path: Path) -> Ed25519PrivateKey:
    """Read what `keep_key` wrote."""
    try:
        with path.open("rb") as file:  # a device given by mistake never ends
            key = load_pem_private_key(file.read(LONGEST_PEM), password=None)
    except OSError as error:
        raise InputError(f"{path}: the key cannot be read ({error.strerror})") from error
    except (ValueError, TypeError) as error:  # TypeError: the key asks for a pass phrase
        raise InputError(f"{path}: not a private key in PEM form") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise InputError(f"{path}: not an Ed25519 key")
    return key
