"""The scenarios that come with the program, read once: all of them take a second."""

from functools import cache

from hil.scenario.catalogue import chosen, shipped
from hil.scenario.scenario_file import ScenarioFile


@cache
def files() -> dict[str, ScenarioFile]:
    """By id."""
    return {file.id: file for file in shipped()}


def asked(*names: str) -> list[ScenarioFile]:
    """As a person asks for them."""
    return chosen(names, None, list(files().values()))
