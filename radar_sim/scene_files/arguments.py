"""A scene's keys become the arguments of a figure, of a sensor or of a part of the world.

Names, kinds and defaults are read from the signature, so that a new option needs no second list. Angles are
degrees in a file and radians in the program: `heading_deg` is the argument `heading_rad`.
"""

import inspect
import math
import re
import types
from collections.abc import Callable, Collection
from dataclasses import dataclass, is_dataclass
from enum import Enum
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from radar_sim.errors import SceneError
from radar_sim.scene_files.yaml_keys import Keys, Value

Made = TypeVar("Made")
MOST = 2**53  # whole numbers up to here are exact in YAML's floats
WORDS = {
    float: "number",
    int: "whole number",
    bool: "true or false",
    str: "text",
    complex: "list of real and imaginary part",
}
ANGLES = {"_rad": "_deg", "_radps": "_degps", "_radps2": "_degps2"}


@dataclass(frozen=True, slots=True)
class Option:
    """One argument as a file names it."""

    key: str
    argument: str
    kind: Any  # its annotation
    default: object  # inspect.Parameter.empty where it must be given
    is_angle: bool

    @property
    def is_needed(self) -> bool:
        """Whether a file must give it."""
        return self.default is inspect.Parameter.empty


def options(function: Callable[..., object], but: Collection[str] = ()) -> dict[str, Option]:
    """The arguments of a function or dataclass by their keys, without those named in `but`."""
    hints = get_type_hints(function.__init__ if inspect.isclass(function) else function)
    found = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if name in but:
            continue
        ending = next((e for e in ANGLES if name.endswith(e)), "")
        key = name.removesuffix(ending) + ANGLES.get(ending, "")
        found[key] = Option(key, name, hints.get(name, float), parameter.default, bool(ending))
    return found


def read(keys: Keys, known: dict[str, Option]) -> dict[str, Any]:
    """The arguments a mapping gives, by argument name; what is left out keeps its default."""
    given = {}
    for key, option in known.items():
        value = keys.get(key, said(option)) if option.is_needed else keys.maybe(key)
        if value is not None:
            given[option.argument] = _angle(_typed(value, option.kind), option)
    return given


def made(keys: Keys, build: Callable[..., Made], **given: Any) -> Made:
    """Call `build` with a whole mapping; what it refuses is told with file and line."""
    arguments = read(keys, options(build, given))
    keys.finish()
    with_line = f"{keys.path}: line {keys.line}:"
    try:
        return build(**given, **arguments)
    except SceneError as error:
        raise SceneError(f"{with_line} {keys.name}: {error}") from error


def said(option: Option) -> str:
    """What kind of value an option takes, in words."""
    return f"{_words(option.kind)}{' in degrees' if option.is_angle else ''}"


def _angle(value: Any, option: Option) -> Any:
    if not option.is_angle or value is None:
        return value
    return tuple(map(math.radians, value)) if isinstance(value, tuple) else math.radians(value)


def _typed(value: Value, kind: Any) -> Any:
    """The value as its annotation says."""
    if _is_union(kind):
        inner = [k for k in get_args(kind) if k is not type(None)]
        return None if value.is_off() and type(None) in get_args(kind) else _typed(value, inner[0])
    if get_origin(kind) is Literal:
        return value.text(get_args(kind))
    if get_origin(kind) is tuple:
        return _tuple(value, get_args(kind))
    if is_dataclass(kind) and isinstance(kind, type):
        return made(value.keys(), kind)
    return _scalar(value, kind)


def _scalar(value: Value, kind: Any) -> Any:  # noqa: RET503 - refuse never returns
    if kind is float:
        return value.place() if re.search(r"_m(\[\d+\])?$", value.name) else value.number()
    if kind is bool:
        return value.truth()
    if kind is int:
        return value.whole(-MOST, MOST)
    if kind is str:
        return value.text()
    if kind is complex:
        return complex(*value.numbers("a list of real and imaginary part", 2))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind[value.text([member.name.lower() for member in kind]).upper()]
    value.refuse("cannot be set in a scene")


def _tuple(value: Value, kinds: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_typed(item, kinds[0]) for item in value.items("a list"))
    items = value.items(f"a list of {len(kinds)}", len(kinds))
    return tuple(_typed(item, kind) for item, kind in zip(items, kinds, strict=True))


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in (Union, types.UnionType)


def _words(kind: Any) -> str:
    if _is_union(kind):
        inner = [k for k in get_args(kind) if k is not type(None)]
        return _words(inner[0]) + (" or off" if type(None) in get_args(kind) else "")
    if get_origin(kind) is Literal:
        return " or ".join(map(str, get_args(kind)))
    if get_origin(kind) is tuple:
        kinds = get_args(kind)
        many = "list of" if kinds[-1] is Ellipsis else f"list of {len(kinds)}"
        return f"{many} {_words(kinds[0])}s"
    if isinstance(kind, type) and issubclass(kind, Enum):
        return " or ".join(member.name.lower() for member in kind)
    return WORDS.get(kind, "mapping of keys")
