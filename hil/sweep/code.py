"""Which code drives: results of two codes are never counted together."""

import hashlib
from functools import cache
from pathlib import Path

ROOMS = ("firmware", "edge_controller", "radar_sim", "hil")
KINDS = (".py", ".toml", ".dbc", ".json", ".mjs")  # JSON: models of the statistical level
ROOT = Path(__file__).parent.parent.parent


@cache
def code_sha256() -> str:
    """Of every source file of the four rooms, names included."""
    digest = hashlib.sha256()
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in KINDS and "node_modules" not in path.parts:
                digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
