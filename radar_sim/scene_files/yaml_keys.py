"""Strict reading of YAML mappings for scene files: every sentence names file and line.

Only what a scene needs is let in: plain numbers, texts, true and false, lists, mappings. Anchors, tags and
keys given twice are refused, so that a file means what it shows.
"""

import difflib
import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import yaml

from radar_sim.errors import SceneError
from radar_sim.scene.scatterers import FARTHEST_M

MAX_BYTES = 1_000_000
MAX_DEPTH = 10
MAX_SHOWN = 60
NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)
NOT_FINITE = re.compile(r"[-+]?\.?(nan|inf|infinity)", re.IGNORECASE)
MAX_NAME = 80
TRUTH = {"true": True, "false": False, "on": True, "off": False}


def read(path: Path) -> tuple["Keys", bytes]:
    """The one mapping a file consists of, and the bytes it was read from."""
    content = _content(path)
    try:
        text = content.decode("utf-8")
        _refuse_tricks(path, text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise SceneError(f"{path}: line {line}: not UTF-8 text") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise SceneError(f"{path}: line {line}: not YAML ({error.problem})") from error
    except yaml.YAMLError as error:
        raise SceneError(f"{path}: line 1: not YAML ({' '.join(str(error).split())})") from error
    if not isinstance(root, yaml.MappingNode):
        raise SceneError(f"{path}: line 1: not a scene (no keys at its top)")
    return Keys(root, path, ""), content


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SceneError(f"{path}: cannot be read ({error.strerror})") from error
    if len(content) > MAX_BYTES:
        raise SceneError(f"{path}: longer than {MAX_BYTES} bytes, not a scene")
    return content


def _refuse_tricks(path: Path, text: str) -> None:
    """Events come without building anything, so that a bomb of anchors never unfolds."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        where = f"{path}: line {event.start_mark.line + 1 if event.start_mark else 1}:"
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise SceneError(f"{where} anchors and aliases (& and *) are not for scenes")
        if getattr(event, "tag", None) is not None:
            raise SceneError(f"{where} tags (!) are not for scenes")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise SceneError(f"{where} nested too deeply")


def shown(text: str) -> str:
    """A text from outside, short and in one line."""
    return repr(text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "...")


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean x?` where something known is close, else nothing."""
    words = list(known)
    begun = [other for other in words if word and other.startswith(word)]
    close = begun or difflib.get_close_matches(word, words, 1, 0.5)
    return f"; did you mean {close[0]}?" if close else ""


class Value:
    """One value, its line and how to call it."""

    def __init__(self, node: yaml.Node, path: Path, name: str) -> None:
        self.node = node
        self.path = path
        self.name = name
        self.line = node.start_mark.line + 1

    def refuse(self, why: str) -> NoReturn:
        """SceneError at this value's line."""
        raise SceneError(f"{self.path}: line {self.line}: {self.name} {why}")

    def _plain(self, what: str) -> str:
        if not isinstance(self.node, yaml.ScalarNode) or self.node.style is not None:
            self.refuse(f"is not {what}")
        return str(self.node.value)

    def number(self, low: float = -math.inf, high: float = math.inf) -> float:
        """A finite number within [low, high]."""
        text = self._plain("a number")
        if NOT_FINITE.fullmatch(text):
            self.refuse(f"is {text}, not a finite number")
        if not NUMBER.fullmatch(text):
            self.refuse(f"is {shown(text)}, not a number")
        value = float(text)
        if not math.isfinite(value):
            self.refuse(f"is {shown(text)}, not a finite number")
        if not low <= value <= high:
            self.refuse(f"is {value:g}, outside {low:g} to {high:g}")
        return value

    def place(self) -> float:
        """Metres along an axis, near enough to count with."""
        return self.number(-FARTHEST_M, FARTHEST_M)

    def whole(self, low: int, high: int) -> int:
        """A whole number within [low, high]."""
        value = self.number(low, high)
        if value != int(value):
            self.refuse(f"is {value:g}, not a whole number")
        return int(value)

    def truth(self) -> bool:
        """true, false, on or off."""
        text = self._plain("true or false")
        if text not in TRUTH:
            self.refuse(f"is {shown(text)}, not true or false")
        return TRUTH[text]

    def is_off(self) -> bool:
        """The plain word off."""
        return isinstance(self.node, yaml.ScalarNode) and self.node.value == "off"

    def text(self, choices: Iterable[str] = ()) -> str:
        """A text, one of the choices where any are given."""
        if not isinstance(self.node, yaml.ScalarNode) or not self.node.value.strip():
            self.refuse("is not a text")
        text, known = str(self.node.value), tuple(choices)
        if known and text not in known:
            self.refuse(f"is {shown(text)}, not one of {', '.join(known)}{nearest(text, known)}")
        return text

    def label(self) -> str:
        """A text short and plain enough for one line of a terminal or a picture."""
        text = self.text()
        if len(text) > MAX_NAME or not text.isprintable():
            self.refuse(f"is {shown(text)}, not up to {MAX_NAME} characters that can be printed")
        return text

    def items(self, what: str, count: int | None = None) -> list["Value"]:
        """The values of a list, of `count` where that is said."""
        if not isinstance(self.node, yaml.SequenceNode):
            self.refuse(f"is not {what}")
        if count is not None and len(self.node.value) != count:
            self.refuse(f"has {len(self.node.value)} values, not {count}: {what}")
        return [Value(node, self.path, f"{self.name}[{n}]") for n, node in enumerate(self.node.value)]

    def numbers(self, what: str, count: int) -> list[float]:
        """A list of `count` finite numbers."""
        return [value.number() for value in self.items(what, count)]

    def keys(self) -> "Keys":
        """A mapping."""
        if not isinstance(self.node, yaml.MappingNode):
            self.refuse("is not a mapping of keys")
        return Keys(self.node, self.path, self.name)


class Keys:
    """One mapping that remembers which of its keys were asked for."""

    def __init__(self, node: yaml.MappingNode, path: Path, name: str) -> None:
        self.path = path
        self.name = name
        self.line = node.start_mark.line + 1
        self._values: dict[str, Value] = {}
        self._asked: set[str] = set()
        for key, value in node.value:
            where = f"{path}: line {key.start_mark.line + 1}:"
            if not isinstance(key, yaml.ScalarNode):
                raise SceneError(f"{where} a key is not a text")
            if key.value in self._values:
                raise SceneError(f"{where} {self._named(key.value)} is there twice")
            self._values[key.value] = Value(value, path, self._named(key.value))

    def _named(self, key: str) -> str:
        word = shown(key)[1:-1]
        return f"{self.name}.{word}" if self.name else word

    def all(self) -> dict[str, Value]:
        """Every key there is, for mappings whose keys are names."""
        self._asked.update(self._values)
        return dict(self._values)

    def has(self, key: str) -> bool:
        """Whether an optional key is there."""
        return key in self._values

    def get(self, key: str, what: str) -> Value:
        """A value that must be there."""
        if key not in self._values:
            self._asked.add(key)
            self.refuse(f"{self._named(key)} is missing ({what})")
        return self._values[self._ask(key)]

    def maybe(self, key: str) -> Value | None:
        """A value that may be left out."""
        return self._values.get(self._ask(key))

    def _ask(self, key: str) -> str:
        self._asked.add(key)
        return key

    def refuse(self, why: str) -> NoReturn:
        """SceneError at this mapping's line."""
        raise SceneError(f"{self.path}: line {self.line}: {why}")

    def finish(self) -> None:
        """Refuse what nobody asked for."""
        for key, value in self._values.items():
            if key not in self._asked:
                value.refuse(f"is not a key this program knows{nearest(key, self._asked)}")
