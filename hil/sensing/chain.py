"""Which raw chain it is: simulator, detection, own motion, belief in the truck's signals, tracker."""

import ast
import hashlib
from functools import lru_cache
from pathlib import Path

import edge_controller
import radar_sim

EDGE, SIMULATOR = Path(edge_controller.__file__).parent, Path(radar_sim.__file__).parent
NOTED = Path(__file__).with_name("told.py"), Path(__file__).with_name("surroundings.py")
ROOMS = (*(EDGE / name for name in ("detection", "own_motion", "plausibility", "tracking")), SIMULATOR)

# What draws, and what a user calls: nothing of them runs in a drive.
BESIDE = {SIMULATOR / name for name in ("picture", "bench.py", "commands.py", "run_commands.py")}


@lru_cache
def chain_sha256(rooms: tuple[Path, ...] = ROOMS) -> str:
    """Of its programs as they are understood: a comment or a line broken elsewhere leaves it as it is."""
    digest = hashlib.sha256()
    for room in rooms:
        for source in sources_of(room):
            digest.update(source.relative_to(room).as_posix().encode())
            digest.update(program_of(source.read_text(encoding="utf-8")).encode())
    return digest.hexdigest()


def sources_of(room: Path) -> list[Path]:
    """Of the chain."""
    return [path for path in sorted(room.rglob("*.py")) if not BESIDE & {path, *path.parents}]


@lru_cache
def noted_sha256() -> str:
    """Of what is noted of a drive: kept drives of which other things were noted are of no use."""
    return hashlib.sha256(
        " ".join(program_of(path.read_text(encoding="utf-8")) for path in NOTED).encode()
    ).hexdigest()


def program_of(source: str) -> str:
    """What a source says, in a form of its own: `ast.dump` differs between versions of Python."""
    return _said(ast.parse(source))


def _said(part: object) -> str:
    """Fields that say nothing are left out: younger versions have more of them."""
    if isinstance(part, list):
        return f"[{','.join(_said(one) for one in part)}]"
    if not isinstance(part, ast.AST):
        return repr(part)
    fields = ((name, value) for name, value in ast.iter_fields(part) if value not in (None, []))
    said = ",".join(f"{name}={_said(_undocumented(part, name, value))}" for name, value in fields)
    return f"{type(part).__name__}({said})"


def _undocumented(part: ast.AST, name: str, value: object) -> object:
    """A body without its docstring."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    if isinstance(part, documented) and name == "body" and ast.get_docstring(part, clean=False) is not None:
        return part.body[1:]
    return value
