"""Strict reading of YAML mappings: every key asked for must be there, every key there must be asked for.

Only what a scenario needs of YAML is let in: plain numbers, texts, true and false, lists, mappings.
Anchors, tags and keys given twice are refused, so that a file means what it shows.
"""

import math
import re
from pathlib import Path
from typing import NoReturn

import yaml

from edge_controller.errors import InputError
from edge_controller.toml_table import read_within, shown

MAX_BYTES = 100_000
MAX_DEPTH = 12
NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
NOT_FINITE = re.compile(r"[-+]?\.?(nan|inf|infinity)", re.IGNORECASE)
TRUTH = {"true": True, "false": False}


def read_bytes(path: Path) -> bytes:
    """The whole file."""
    return read_within(path, MAX_BYTES, "a scenario")


def parse(path: Path, content: bytes) -> "YamlTable":
    """The one mapping the file consists of; raises InputError with file, line and key."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text (byte {error.start})") from error
    try:
        _refuse_references(path, text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = "" if mark is None else f" line {mark.line + 1}:"
        raise InputError(f"{path}:{line} not YAML ({error.problem})") from error
    except yaml.YAMLError as error:
        raise InputError(f"{path}: not YAML ({' '.join(str(error).split())})") from error
    if not isinstance(root, yaml.MappingNode):
        raise InputError(f"{path}: not a scenario (no keys at its top)")
    return YamlTable(root, path, "")


def _refuse_references(path: Path, text: str) -> None:
    """Events come without building anything, so that a bomb of anchors never unfolds."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        where = f"{path}: line {event.start_mark.line + 1 if event.start_mark else 1}:"
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise InputError(f"{where} anchors and aliases (& and *) are not for scenarios")
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise InputError(f"{where} the tag {shown(tag)} is not for scenarios")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise InputError(f"{where} nested too deeply")


class YamlTable:
    """One mapping that remembers which of its keys were asked for."""

    def __init__(self, node: yaml.MappingNode, path: Path, name: str) -> None:
        self.path = path
        self.name = name
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
        if not isinstance(node, yaml.ScalarNode) or node.style is not None:
            self.refuse(key, f"is not {what}")
        return str(node.value)

    def number(self, key: str, low: float = -math.inf, high: float = math.inf) -> float:
        """A finite number within [low, high]."""
        text = self._plain(key, "a number")
        if NOT_FINITE.fullmatch(text):
            self.refuse(key, f"is {text}, not a finite number")
        if not NUMBER.fullmatch(text):
            self.refuse(key, f"is {shown(text)}, not a number")
        value = float(text)
        if not math.isfinite(value):
            self.refuse(key, f"is {shown(text)}, not a finite number")
        if not low <= value <= high:
            self.refuse(key, f"is {value:g}, outside {low:g} to {high:g}")
        return value

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
        """A text, one of the choices where any are given."""
        node = self._get(key, "a text")
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            self.refuse(key, "is not a text")
        if choices and node.value not in choices:
            self.refuse(key, f"is {shown(node.value)}, not one of {', '.join(choices)}")
        return str(node.value)

    def table(self, key: str) -> "YamlTable":
        """A mapping."""
        node = self._get(key, "a mapping")
        if not isinstance(node, yaml.MappingNode):
            self.refuse(key, "is not a mapping")
        return YamlTable(node, self.path, self._named(key))

    def tables(self, key: str, least: int = 0) -> "list[YamlTable]":
        """A list of mappings; it may be empty, but not be left out."""
        node = self._get(key, "a list of mappings")
        if not isinstance(node, yaml.SequenceNode):
            self.refuse(key, "is not a list")
        if len(node.value) < least:
            self.refuse(key, "is empty")
        tables = []
        for n, entry in enumerate(node.value):
            if not isinstance(entry, yaml.MappingNode):
                self._refuse(entry, f"{self._named(key)}[{n}] is not a mapping")
            tables.append(YamlTable(entry, self.path, f"{self._named(key)}[{n}]"))
        return tables

    def integers(self, key: str, low: int, high: int) -> dict[str, int]:
        """A mapping of names to whole numbers."""
        table = self.table(key)
        return {name: table.integer(name, low, high) for name in table._values}

    def finish(self) -> None:
        """Refuse what nobody asked for."""
        for key, node in self._values.items():
            if key not in self._asked:
                self._refuse(node, f"{self._named(key)} is not a key this program knows")
