"""What was compiled and planned at installation, and whether it is still what would run.

The memory lies beside numba's own, in the folder numba uses for this user and this copy of the program:
who may not read the one has not got the other, and stays on the base stages.
"""

import fcntl
import json
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from llvmlite import binding

from edge_controller.config import Radar
from edge_controller.detection.fast.spectrum import windowed

Transform = Literal["fftw", "scipy"]
NAMES: dict[Transform, str] = {"fftw": "nearside-warm.json", "scipy": "nearside-warm-scipy.json"}
LIBRARIES: dict[Transform, tuple[str, ...]] = {
    "fftw": ("numba", "llvmlite", "numpy", "pyfftw"),
    "scipy": ("numba", "llvmlite", "numpy"),
}
LOCK = "nearside-warm.lock"
MADE_OF = "nearside-sources.json"
DETECTION = Path(__file__).parent.parent
SOURCES = tuple(sorted(DETECTION.rglob("*.py")))  # constants of the base stages are compiled in, too
Shape = list[int]
Wisdom = tuple[bytes, ...]


def is_warm(radar: Radar, transform: Transform) -> bool:
    """Whether everything this radar needs is compiled, and its transforms planned where they are."""
    memory = _read(transform)
    return memory is not None and _shape(radar) in memory["shapes"]


def remembered_plans() -> Wisdom:
    """FFTW's, of all radars that are warm; as many parts as it has, or none."""
    memory = _read("fftw")
    return () if memory is None else tuple(part.encode("ascii") for part in memory["wisdom"])


def remember(radars: tuple[Radar, ...], transform: Transform, wisdom: Wisdom = ()) -> Path:
    """Write down that these radars have run in this process, beside those remembered before."""
    memory = _read(transform)
    shapes = [] if memory is None else memory["shapes"]
    shapes += [shape for shape in map(_shape, radars) if shape not in shapes]
    plans = [part.decode("ascii") for part in wisdom]
    path = _path(transform)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(
        json.dumps({"made_of": _made_of(transform), "shapes": shapes, "wisdom": plans}), encoding="utf-8"
    )
    fresh.replace(path)
    return path


@contextmanager
def one_compiles() -> Iterator[None]:
    """Others who come meanwhile wait, and find what was compiled."""
    folder = _path("scipy").parent
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("ab") as held:
        with suppress(OSError):  # a network's file system without locks: then each compiles
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def forget_stale() -> None:
    """Delete compiled stages that were made of other sources than there are now.

    numba compiles anew what stands in a changed file, but not what has a function or a constant of it
    compiled into another.
    """
    folder, made_of = _path("scipy").parent, json.dumps(_stamps())
    try:
        if (folder / MADE_OF).read_text(encoding="utf-8") == made_of:
            return
    except (OSError, UnicodeDecodeError):
        pass  # no such file, or none of ours: then nobody knows what the stages were made of
    for kept in folder.glob("*.nb?"):
        try:
            kept.unlink()
        except OSError:  # gone already, or another user's: `is_warm` then says that it is not ours
            continue
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MADE_OF).write_text(made_of, encoding="utf-8")
    except OSError:
        return  # nothing is cached where nothing can be written


def _stamps() -> dict[str, str]:
    """When and how large, by source."""
    stats = ((path.relative_to(DETECTION).as_posix(), path.stat()) for path in SOURCES)
    return {name: f"{stat.st_mtime_ns} {stat.st_size}" for name, stat in stats}


def _path(transform: Transform) -> Path:
    folder = windowed.stats.cache_path
    assert folder is not None  # every compiled stage is cached
    return Path(folder) / NAMES[transform]


def _read(transform: Transform) -> dict[str, Any] | None:
    """None where there is none, or one of another program, library or processor."""
    try:
        memory: dict[str, Any] = json.loads(_path(transform).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return memory if memory.get("made_of") == _made_of(transform) else None


def _made_of(transform: Transform) -> dict[str, str]:
    """Whatever makes numba compile anew or FFTW plan anew, were it changed."""
    return {
        **_stamps(),
        **{name: version(name) for name in LIBRARIES[transform]},
        "python": platform.python_version(),
        "processor": f"{binding.get_host_cpu_name()} {binding.get_host_cpu_features().flatten()}",
    }


def _shape(radar: Radar) -> Shape:
    """What the plans depend on, and the kinds of arrays."""
    profile, array = radar.profile, radar.array
    return [profile.loops, len(array.tx_order), len(array.rx_m), profile.samples]
