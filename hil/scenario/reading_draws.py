"""What a scenario file says of its encounters together: parameters, corners, what is counted."""

import math
import re
from typing import get_args

from edge_controller.errors import InputError
from hil.scenario.counted import Counted, Side
from hil.scenario.draw import Draw, corner_draws, middle_draw
from hil.scenario.expression import RESERVED
from hil.scenario.outcome import NAMES
from hil.scenario.parameters import LEAST_SHARE, Derived, Normal, OneOf, Parameter, Range, end_values
from hil.scenario.scenario_file import ScenarioFile
from hil.scenario.yaml_table import YamlTable

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_PARAMETERS, MOST_OPTIONS, MOST_CORNERS = 80, 20, 64
SIDES: tuple[Side, ...] = get_args(Side)
FAR = 1e6  # no figure of a scene is larger


def parameters_of(top: YamlTable) -> tuple[tuple[Parameter, ...], tuple[Derived, ...]]:
    """What is drawn, and what follows from what stands above it."""
    if not top.has("parameters"):
        return (), ()
    table = top.table("parameters")
    if len(table.names()) > MOST_PARAMETERS:
        top.refuse("parameters", f"are more than {MOST_PARAMETERS}")
    drawn: list[Parameter] = []
    derived: list[Derived] = []
    for name in table.names():
        if not NAME.fullmatch(name) or name in RESERVED:
            table.refuse(name, "is no name for a parameter: small letters, digits and _, and no function's")
        if table.is_expression(name):
            derived.append(_derived(table, name, {one.name for one in (*drawn, *derived)}))
        else:
            drawn.append(_parameter(table.table(name), table, name))
    return tuple(drawn), tuple(derived)


def _derived(table: YamlTable, name: str, above: set[str]) -> Derived:
    expression = table.expression(name)
    for used in sorted(expression.names - above):
        table.refuse(name, f"names {used}, which is no parameter above it")
    return Derived(name, expression)


def _parameter(inside: YamlTable, table: YamlTable, name: str) -> Parameter:
    if inside.has("one_of"):
        parameter: Parameter = _one_of(inside, name)
    elif inside.has("from"):
        low, high = _bounds(inside)
        parameter = Range(name, low, high)
        if inside.has("normal"):
            sigma = inside.number("sigma", 1e-9, FAR)
            parameter = Normal(name, inside.number("normal", -FAR, FAR), sigma, low, high)
            if parameter.share() < LEAST_SHARE:
                table.refuse(name, "is practically never drawn within its bounds")
    else:
        table.refuse(name, "must say from and to, or one_of")
    inside.finish()
    return parameter


def _bounds(inside: YamlTable) -> tuple[float, float]:
    low, high = inside.number("from", -FAR, FAR), inside.number("to", -FAR, FAR)
    if not low < high:
        inside.refuse("to", f"is {high:g}, not above from {low:g}")
    return low, high


def _one_of(inside: YamlTable, name: str) -> OneOf:
    options = inside.scalars("one_of", least=1)
    if len(options) > MOST_OPTIONS or len({type(option) for option in options}) > 1:
        inside.refuse("one_of", f"must be texts or numbers, not both, and at most {MOST_OPTIONS}")
    weights = inside.scalars("weights") if inside.has("weights") else [1.0] * len(options)
    numbers = [weight for weight in weights if isinstance(weight, float) and 0 <= weight <= FAR]
    if len(numbers) != len(options) or len(weights) != len(options) or not sum(numbers) > 0:
        inside.refuse("weights", "must be one number of 0 or more for each of one_of, and not all 0")
    return OneOf(name, tuple(options), tuple(weight / sum(numbers) for weight in numbers))


def corners_of(top: YamlTable, parameters: tuple[Parameter, ...]) -> tuple[str, ...]:
    """Names of drawn parameters, each once."""
    if not top.has("corners"):
        return ()
    names = top.strings("corners", least=1)
    ends = {parameter.name: len(parameter.ends()) for parameter in parameters}
    for name in names:
        if name not in ends or names.count(name) > 1:
            top.refuse("corners", f"has {name!r}, which is no drawn parameter, or is there twice")
    if math.prod(ends[name] for name in names) > MOST_CORNERS:
        top.refuse("corners", f"has more than {MOST_CORNERS} combinations")
    return names


def counted_of(top: YamlTable) -> tuple[Counted, ...]:
    """How many encounters are judged together."""
    if not top.has("counted"):
        return ()
    counted = tuple(_counted(table) for table in top.tables("counted", least=1))
    _check_once(top, counted)
    if top.has("expect") and all(one.outcome != "kept" for one in counted):
        top.refuse("expect", "is judged by nothing: where outcomes are counted, one of them must be kept")
    if not top.has("expect") and any(one.outcome == "kept" for one in counted):
        top.refuse("counted", "has kept, but there is no expect to keep")
    return counted


def _check_once(top: YamlTable, counted: tuple[Counted, ...]) -> None:
    """Of two limits to the same side of an outcome the looser says nothing."""
    named = [(one.outcome, one.side) for one in counted]
    for outcome, side in named:
        if named.count((outcome, side)) > 1:
            top.refuse("counted", f"has {outcome} with {side} twice")


def _counted(table: YamlTable) -> Counted:
    asked = table.string("outcome", NAMES)
    outcome = next(name for name in NAMES if name == asked)
    named = [side for side in SIDES if table.has(side)]
    if len(named) != 1:
        table.refuse("at_least", "or at_most, none_in or falls_at_most must be there, one of the four")
    side = next(side for side in SIDES if side == named[0])
    limit = table.integer(side, 1, 1_000_000) if side == "none_in" else table.number(side, 0.001, 0.999)
    counted = Counted(outcome, side, limit, table.string("requirement"))
    table.finish()
    return counted


def check_parameters(file: ScenarioFile, top: YamlTable, used: set[str]) -> None:
    """A bad range is found before the first drive, and a parameter that changes nothing as well."""
    names = top.table("parameters").names() if top.has("parameters") else ()
    for name in names:
        if name not in used:
            top.table("parameters").refuse(name, "is used by nothing")
    file.scenario(middle_draw(file))
    ends = [Draw(file.id, n, True, values) for n, values in enumerate(end_values(file.parameters), 1)]
    for draw in (*ends, *corner_draws(file)):
        try:
            file.built(draw.values)
        except InputError as error:
            raise InputError(f"{error} (with {draw.values_in_words()})") from error
