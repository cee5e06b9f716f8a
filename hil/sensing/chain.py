"""Which raw chain it is: simulator, detection, own motion, tracker."""

import hashlib
from functools import lru_cache
from pathlib import Path

import edge_controller
import radar_sim

EDGE, SIMULATOR = Path(edge_controller.__file__).parent, Path(radar_sim.__file__).parent
ROOMS = (EDGE / "detection", EDGE / "own_motion", EDGE / "tracking", SIMULATOR)


@lru_cache
def chain_sha256(rooms: tuple[Path, ...] = ROOMS) -> str:
    """Of its sources: a word changed in one of them makes it another."""
    digest = hashlib.sha256()
    for room in rooms:
        for source in sorted(room.rglob("*.py")):
            digest.update(source.read_bytes())
    return digest.hexdigest()
