"""Which scenarios there are, and which of them a person means."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from edge_controller.errors import InputError
from edge_controller.messages import Side
from hil.scenario.reading import read_scenario
from hil.scenario.scenario import Scenario

SHIPPED = Path(__file__).parent.parent / "scenarios"
ENDINGS = (".yaml", ".yml")


def shipped(near_side: Side | None = None, folder: Path = SHIPPED) -> list[Scenario]:
    """All that come with the program, by id; raises InputError for the first that cannot be used."""
    return _distinct(read_scenario(path, near_side) for path in sorted(folder.glob("*.yaml")))


def chosen(names: Sequence[str], near_side: Side | None, known: Sequence[Scenario]) -> list[Scenario]:
    """Scenarios by id, family, first part of an id (`M2`), `all` or path, in the order named, each once."""
    found: dict[Path, Scenario] = {}
    for name in names:
        for scenario in _meant(name, near_side, known):
            found.setdefault(scenario.path.resolve(), scenario)
    return _distinct(found.values())


def _meant(name: str, near_side: Side | None, known: Sequence[Scenario]) -> list[Scenario]:
    if name.endswith(ENDINGS) or "/" in name:
        return [read_scenario(Path(name), near_side)]
    if name == "all":
        return list(known)
    asked = name.casefold()
    for of in (_id, _family, _first_part):
        if meant := [scenario for scenario in known if of(scenario).casefold() == asked]:
            return meant
    names = ", ".join([*(scenario.id for scenario in known), *_families(known)])
    raise InputError(f"{name}: no scenario, family or YAML file; there are {names} and all")


def _id(scenario: Scenario) -> str:
    return scenario.id


def _family(scenario: Scenario) -> str:
    return scenario.family


def _first_part(scenario: Scenario) -> str:
    return scenario.id.partition("-")[0]


def _families(known: Iterable[Scenario]) -> list[str]:
    return sorted({scenario.family for scenario in known})


def _distinct(scenarios: Iterable[Scenario]) -> list[Scenario]:
    by_id: dict[str, Scenario] = {}
    for scenario in scenarios:
        other = by_id.setdefault(scenario.id, scenario)
        if other is not scenario:
            raise InputError(f"{scenario.path}: id {scenario.id!r} is already that of {other.path}")
    return list(by_id.values())
