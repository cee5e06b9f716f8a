"""A/B slots: what a slot must prove before it may run. Decision 0014.

`/a/manifest.json`: version, board (lowest hardware revision), settings (of gateway and board), files
{name: SHA-256 in hex} and an HMAC-SHA256 over all of it.
"""

import binascii
import hashlib
import json
import os

from firmware.boot import read_slots, write_slots

BLOCK_BYTES = 64


def sha256(data: bytes) -> bytes:
    """One piece."""
    digest: bytes = hashlib.sha256(data).digest()
    return digest


def file_sha256(path: str) -> str:
    """In pieces: the heap is small."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while True:
            piece = file.read(512)
            if not piece:
                return binascii.hexlify(digest.digest()).decode()
            digest.update(piece)


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """RFC 2104."""
    if len(key) > BLOCK_BYTES:
        key = sha256(key)
    key = key + bytes(BLOCK_BYTES - len(key))
    inner = sha256(bytes([byte ^ 0x36 for byte in key]) + message)
    return sha256(bytes([byte ^ 0x5C for byte in key]) + inner)


def signed_text(manifest: dict) -> bytes:  # type: ignore[type-arg]
    """What the signature covers, line by line and sorted, so that every interpreter writes the same."""
    lines = ["nearside gateway manifest 1", str(manifest["version"]), str(manifest["board"])]
    for table in ("settings", "files"):
        for name in sorted(manifest[table]):
            lines.append(table + " " + name + " " + str(manifest[table][name]))
    return "\n".join(lines).encode()


def signature(manifest: dict, key: bytes) -> str:  # type: ignore[type-arg]
    """In hex."""
    return binascii.hexlify(hmac_sha256(key, signed_text(manifest))).decode()


def same(one: str, other: str) -> bool:
    """Without telling by its duration where they differ."""
    differs = len(one) ^ len(other)
    for i in range(min(len(one), len(other))):
        differs |= ord(one[i]) ^ ord(other[i])
    return differs == 0


def read_manifest(slot: str) -> dict:  # type: ignore[type-arg]
    """Raises OSError or ValueError where there is none."""
    with open(slot + "/manifest.json") as file:
        return dict(json.load(file))


def flaw(slot: str, key: bytes, board_revision: int) -> str:
    """Why this slot must not run; empty where it may."""
    try:
        manifest = read_manifest(slot)
        claimed = str(manifest["signature"])
        expected = signature(manifest, key)
    except (OSError, ValueError, KeyError, TypeError):
        return "no manifest that can be read"
    if not same(claimed, expected):
        return "signature"
    if manifest["board"] > board_revision:
        return "board revision"
    present = [name for name in os.listdir(slot + "/firmware") if name.endswith(".py")]
    if sorted(present) != sorted(manifest["files"]):
        return "files"
    for name in present:
        if file_sha256(slot + "/firmware/" + name) != manifest["files"][name]:
            return name
    return ""


def activate(root: str, slot: str, key: bytes, board_revision: int) -> str:
    """Make a filled slot the next to start. Says the flaw and changes nothing where there is one."""
    found = flaw(root + slot, key, board_revision)
    if found == "":
        write_slots(root, {"active": slot, "good": False, "tries": 0, "fell_back": False})
    return found


def mark_good(root: str) -> None:
    """After the self-test and a healthy while: too early defeats the way back, never undoes the update."""
    slots = read_slots(root)
    if not slots["good"] or slots["tries"]:
        slots["good"] = True
        slots["tries"] = 0
        slots["fell_back"] = False
        write_slots(root, slots)
