"""When something happens, as a scenario file says it."""

from hil.moment import Moment
from hil.scenario.yaml_table import YamlTable

LATEST_S = 120.0
OF_A_FAULT = ("at_s", "after_braking_s")
OF_A_DRIVER = (*OF_A_FAULT, "after_warning_s")


def moment(table: YamlTable, key: str, choices: tuple[str, ...] = OF_A_DRIVER) -> Moment | None:
    """An optional moment, said in one of the ways there are."""
    if not table.has(key):
        return None
    when = table.table(key)
    read = moment_in(when, table, key, choices)
    when.finish()
    return read


def moment_in(when: YamlTable, table: YamlTable, key: str, choices: tuple[str, ...] = OF_A_DRIVER) -> Moment:
    """Exactly one way to say it; other keys of that mapping are the caller's."""
    named = [name for name in choices if when.has(name)]
    if len(named) != 1:
        table.refuse(key, f"must say exactly one of {', '.join(choices)}")
    return Moment(**{named[0]: when.number(named[0], 0.0, LATEST_S)})
