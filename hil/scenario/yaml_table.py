"""Strict reading of YAML mappings: every key asked for must be there, every key there must be asked for.

Only what a scenario needs of YAML is let in: plain numbers, texts, true and false, lists, mappings.
Anchors, tags and keys given twice are refused, so that a file means what it shows. Where a number or a
choice is asked for, `= ...` is calculated from the parameters.
"""

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import yaml

from edge_controller.errors import InputError
from edge_controller.toml_table import read_within, shown
from hil.scenario.expression import Expression, ExpressionError, Value, Values, parsed

MAX_BYTES = 100_000
MAX_DEPTH = 12
NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)
NOT_FINITE = re.compile(r"[-+]?\.?(nan|inf|infinity)", re.IGNORECASE)
TRUTH = {"true": True, "false": False}
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same in C is quicker
IS_EXPRESSION = "="  # a text that begins with it


@dataclass(slots=True)
class Scope:
    """Values of the parameters while a file is read once, and which of them were asked for."""

    values: Values = field(default_factory=dict)
    used: set[str] = field(default_factory=set)


class _NotReadError(Exception):
    """What YAML has and our files must not."""


def _refuse_tricks(text: str) -> None:
    """Look at each event before anything is built of it, so that a bomb of anchors never unfolds."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        where = f"line {event.start_mark.line + 1 if event.start_mark else 1}:"
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _NotReadError(f"{where} anchors and aliases (& and *) are not read")
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise _NotReadError(f"{where} the tag {shown(tag)} is not read")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise _NotReadError(f"{where} nested too deeply")


def read_bytes(path: Path) -> bytes:
    """The whole file."""
    return read_within(path, MAX_BYTES, "a scenario")


def parse(path: Path, content: bytes, what: str = "a scenario") -> "YamlTable":
    """The one mapping the file consists of; raises InputError with file, line and key."""
    return YamlTable(compose(path, content, what), path, "", Scope())


def compose(path: Path, content: bytes, what: str = "a scenario") -> yaml.MappingNode:
    """The same as nodes, to be read as often as there are values for its parameters."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text (byte {error.start})") from error
    try:
        _refuse_tricks(text)
        root = yaml.compose(text, Loader=LOADER)
    except _NotReadError as error:
        raise InputError(f"{path}: {error}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = "" if mark is None else f" line {mark.line + 1}:"
        raise InputError(f"{path}:{line} not YAML ({error.problem})") from error
    except yaml.YAMLError as error:
        raise InputError(f"{path}: not YAML ({' '.join(str(error).split())})") from error
    if not isinstance(root, yaml.MappingNode):
        raise InputError(f"{path}: not {what} (no keys at its top)")
    return root


class YamlTable:
    """One mapping that remembers which of its keys were asked for."""

    def __init__(self, node: yaml.MappingNode, path: Path, name: str, scope: Scope) -> None:
        self.path = path
        self.name = name
        self.scope = scope
        self._node = node
        self._values: dict[str, yaml.Node] = {}
        self._asked: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._refuse(key, "a key is not a text")
            if key.value in self._values:
                self._refuse(key, f"{self._named(key.value)} is there twice")
            self._values[key.value] = value

    def has(self, key: str) -> bool:
        """Whether an optional key is there."""
        return key in self._values

    def refuse(self, key: str, why: str) -> NoReturn:
        """InputError at the line of a key."""
        self._refuse(self._values.get(key, self._node), f"{self._named(key)} {why}")

    def _refuse(self, node: yaml.Node, what: str) -> NoReturn:
        raise InputError(f"{self.path}: line {node.start_mark.line + 1}: {what}")

    def _named(self, key: str) -> str:
        return f"{self.name}.{shown(key)[1:-1]}" if self.name else shown(key)[1:-1]

    def _get(self, key: str, what: str) -> yaml.Node:
        self._asked.add(key)
        if key not in self._values:
            self.refuse(key, f"is missing ({what})")
        return self._values[key]

    def _plain(self, key: str, what: str) -> str:
        node = self._get(key, what)
        if not isinstance(node, yaml.ScalarNode) or node.style:  # none, or an empty one
            self.refuse(key, f"is not {what}")
        return str(node.value)

    def number(self, key: str, low: float = -math.inf, high: float = math.inf) -> float:
        """A finite number within [low, high]."""
        found = self._calculated(key)
        if isinstance(found, str):
            self.refuse(key, f"is {shown(found)}, not a number")
        value = self._written(key) if found is None else found
        if not low <= value <= high:
            self.refuse(key, f"is {value:g}, outside {low:g} to {high:g}")
        return value

    def _written(self, key: str) -> float:
        text = self._plain(key, "a number")
        if NOT_FINITE.fullmatch(text):
            self.refuse(key, f"is {text}, not a finite number")
        if not NUMBER.fullmatch(text):
            self.refuse(key, f"is {shown(text)}, not a number")
        value = float(text)
        if not math.isfinite(value):
            self.refuse(key, f"is {shown(text)}, not a finite number")
        return value

    def is_expression(self, key: str) -> bool:
        """A text that begins with `=`."""
        node = self._values.get(key)
        return isinstance(node, yaml.ScalarNode) and node.value.startswith(IS_EXPRESSION)

    def expression(self, key: str) -> Expression:
        """What follows the `=`, checked but not calculated."""
        node = self._get(key, "an expression")
        try:
            return parsed(node.value.removeprefix(IS_EXPRESSION))
        except ExpressionError as error:
            self.refuse(key, str(error))

    def _calculated(self, key: str) -> Value | None:
        """The value of an expression; None where none is there."""
        if not self.is_expression(key):
            return None
        expression = self.expression(key)
        self.scope.used |= expression.names
        try:
            return expression.value(self.scope.values)
        except ExpressionError as error:
            self.refuse(key, str(error))

    def integer(self, key: str, low: int, high: int) -> int:
        """A whole number within [low, high]."""
        value = self.number(key, low, high)
        if value != int(value):
            self.refuse(key, f"is {value:g}, not a whole number")
        return int(value)

    def boolean(self, key: str) -> bool:
        """True or false."""
        text = self._plain(key, "true or false")
        if text not in TRUTH:
            self.refuse(key, f"is {shown(text)}, not true or false")
        return TRUTH[text]

    def string(self, key: str, choices: tuple[str, ...] = ()) -> str:
        """A text; where choices are given, one of them, and it may then be `= NAME` of a parameter."""
        node = self._get(key, "a text")
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            self.refuse(key, "is not a text")
        found = self._calculated(key) if choices else None
        text = str(node.value) if found is None else str(found)
        if choices and text not in choices:
            self.refuse(key, f"is {shown(text)}, not one of {', '.join(choices)}")
        return text

    def scalars(self, key: str, least: int = 0) -> list[Value]:
        """A list of numbers and texts; a number in quotes is a text."""
        found: list[Value] = []
        for node in self._sequence(key, least):
            if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
                self._refuse(node, f"{self._named(key)} has an entry that is neither a number nor a text")
            is_number = not node.style and NUMBER.fullmatch(node.value)
            found.append(float(node.value) if is_number else str(node.value))
            if is_number and not math.isfinite(float(node.value)):
                self._refuse(node, f"{self._named(key)} has {shown(node.value)}, not a finite number")
        return found

    def strings(self, key: str, least: int = 0) -> tuple[str, ...]:
        """A list of texts."""
        found = self.scalars(key, least)
        texts = tuple(one for one in found if isinstance(one, str))
        if len(texts) < len(found):
            self.refuse(key, "has a number where a text should be")
        return texts

    def names(self) -> tuple[str, ...]:
        """Those that are there, in the order of the file."""
        return tuple(self._values)

    def table(self, key: str) -> "YamlTable":
        """A mapping."""
        node = self._get(key, "a mapping")
        if not isinstance(node, yaml.MappingNode):
            self.refuse(key, "is not a mapping")
        return YamlTable(node, self.path, self._named(key), self.scope)

    def tables(self, key: str, least: int = 0) -> "list[YamlTable]":
        """A list of mappings; it may be empty, but not be left out."""
        tables = []
        for n, entry in enumerate(self._sequence(key, least)):
            if not isinstance(entry, yaml.MappingNode):
                self._refuse(entry, f"{self._named(key)}[{n}] is not a mapping")
            tables.append(YamlTable(entry, self.path, f"{self._named(key)}[{n}]", self.scope))
        return tables

    def _sequence(self, key: str, least: int) -> list[yaml.Node]:
        node = self._get(key, "a list")
        if not isinstance(node, yaml.SequenceNode):
            self.refuse(key, "is not a list")
        if len(node.value) < least:
            self.refuse(key, "is empty")
        return list(node.value)

    def integers(self, key: str, low: int, high: int) -> dict[str, int]:
        """A mapping of names to whole numbers."""
        table = self.table(key)
        return {name: table.integer(name, low, high) for name in table._values}

    def leave(self, keys: tuple[str, ...]) -> None:
        """Somebody else reads these."""
        self._asked |= set(keys)

    def finish(self) -> None:
        """Refuse what nobody asked for."""
        for key, node in self._values.items():
            if key not in self._asked:
                self._refuse(node, f"{self._named(key)} is not a key this program knows")
