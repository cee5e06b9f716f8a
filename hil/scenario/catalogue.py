"""Which scenario files there are, and which of them a person means."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from pathlib import Path

from edge_controller.errors import InputError
from edge_controller.messages import Side
from hil.scenario.nearest import nearest
from hil.scenario.reading import read_file
from hil.scenario.scenario_file import ScenarioFile

SHIPPED = Path(__file__).parent.parent / "scenarios"
ENDINGS = (".yaml", ".yml")
MATRIX = ("R", "T", "M", "N", "D", "F", "O")  # what `all` is; sets and the demo's drive go by their names
NAMED_BY: tuple[Callable[[ScenarioFile], tuple[str, ...]], ...] = (  # the first that fits is meant
    lambda file: (file.id,),
    lambda file: (file.row,),
    lambda file: (file.family,),
    lambda file: file.tags,
)


def shipped(near_side: Side | None = None, folder: Path = SHIPPED) -> list[ScenarioFile]:
    """All that come with the program, by id; raises InputError for the first that cannot be used."""
    return _distinct(read_file(path, near_side) for path in sorted(folder.glob("*.yaml")))


def asked_for(names: Sequence[str], near_side: Side | None = None) -> list[ScenarioFile]:
    """As `chosen` among what is shipped, of which no more is read than is named: all takes a second."""
    paths = {path.stem.casefold(): path for path in SHIPPED.glob("*.yaml")}  # a file is called as its id
    wanted = [name.casefold() for name in names if not _is_path(name)]
    if all(name in paths for name in wanted):
        return chosen(
            names, near_side, _distinct(read_file(paths[name], near_side) for name in dict.fromkeys(wanted))
        )
    return chosen(names, near_side, shipped(near_side))


def chosen(names: Sequence[str], near_side: Side | None, known: Sequence[ScenarioFile]) -> list[ScenarioFile]:
    """By id, row (`M2`), family, tag, path, or `all` of the matrix, in the order named, each once."""
    found: dict[Path, ScenarioFile] = {}
    for name in names:
        for file in _meant(name, near_side, known):
            found.setdefault(file.path.resolve(), file)
    return _distinct(found.values())


def _is_path(name: str) -> bool:
    return name.endswith(ENDINGS) or "/" in name


def _meant(name: str, near_side: Side | None, known: Sequence[ScenarioFile]) -> list[ScenarioFile]:
    if _is_path(name):
        return [read_file(Path(name), near_side)]
    if name == "all":
        return [file for file in known if file.family in MATRIX]
    asked = name.casefold()
    for names_of in NAMED_BY:
        if meant := [file for file in known if asked in map(str.casefold, names_of(file))]:
            return meant
    groups = (_all_of(known, names_of) for names_of in NAMED_BY)
    told = "no scenario, family, tag or YAML file; `nearside hil list` tells what there is"
    raise InputError(f"{nearest(name, chain(*groups))}: {told}")


def _all_of(known: Iterable[ScenarioFile], names_of: Callable[[ScenarioFile], tuple[str, ...]]) -> list[str]:
    return sorted({name for file in known for name in names_of(file)})


def _distinct(files: Iterable[ScenarioFile]) -> list[ScenarioFile]:
    by_id: dict[str, ScenarioFile] = {}
    for file in files:
        other = by_id.setdefault(file.id.casefold(), file)
        if other is not file:
            raise InputError(f"{file.path}: id {file.id!r} is already that of {other.path}, {other.id!r}")
    return list(by_id.values())
