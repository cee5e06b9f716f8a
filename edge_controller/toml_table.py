"""Strict reading of TOML tables: every key asked for must be there, every key there must be asked for."""

import math
import reprlib
import tomllib
from pathlib import Path
from typing import Any

from edge_controller.errors import InputError

MAX_BYTES = 1_000_000  # no table of ours comes near; a device or a recording given by mistake never ends


def load(path: Path) -> "Table":
    """The whole file as one table; raises InputError naming the file."""
    content = read_within(path, MAX_BYTES, "a TOML file of ours")
    try:
        raw = tomllib.loads(content.decode())
    except RecursionError as error:
        raise InputError(f"{path}: not TOML of ours (nested too deeply)") from error
    except ValueError as error:  # not TOML, not UTF-8, or a whole number of thousands of digits
        raise InputError(f"{path}: not TOML ({error})") from error
    return Table(raw, path, "")


def read_within(path: Path, most_bytes: int, what: str) -> bytes:
    """The whole file; InputError for one that is too long to be `what`, or cannot be read."""
    try:
        with path.open("rb") as file:
            content = file.read(most_bytes + 1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    if len(content) > most_bytes:
        raise InputError(f"{path}: has more than {most_bytes} bytes, too many for {what}")
    return content


def shown(value: object) -> str:
    """A value as a sentence can carry it: a number may have thousands of digits."""
    try:
        return reprlib.repr(value)
    except ValueError:  # hexadecimal digits without end, which Python will not turn into decimal ones
        return "a number too large to write"


class Table:
    """One TOML table that remembers which of its keys were asked for."""

    def __init__(self, raw: dict[str, Any], path: Path, name: str) -> None:
        self._raw = raw
        self._asked: set[str] = set()
        self.path = path
        self.name = name

    def where(self, key: str) -> str:
        """File and key, as a person would look for them."""
        return f"{self.path}: {self.name}.{key}" if self.name else f"{self.path}: {key}"

    def has(self, key: str) -> bool:
        """Whether an optional table is there."""
        return key in self._raw

    def _get(self, key: str, kind: type | tuple[type, ...], what: str) -> Any:
        self._asked.add(key)
        if key not in self._raw:
            raise InputError(f"{self.where(key)} is missing ({what})")
        value = self._raw[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise InputError(f"{self.where(key)} is {shown(value)}, not {what}")
        return value

    def number(self, key: str, low: float = -math.inf, high: float = math.inf) -> float:
        """A finite number within [low, high]."""
        value = self._finite(key, self._get(key, (int, float), "a number"))
        self._check(key, value, low, high)
        return value

    def integer(self, key: str, low: int, high: int) -> int:
        """A whole number within [low, high]."""
        value = int(self._get(key, int, "a whole number"))
        self._check(key, self._finite(key, value), low, high)
        return value

    def _finite(self, key: str, value: float) -> float:
        try:
            number = float(value)
        except OverflowError:  # a whole number in TOML may have any length
            number = math.inf
        if not math.isfinite(number):
            raise InputError(f"{self.where(key)} is {number}, not a finite number")
        return number

    def _check(self, key: str, value: float, low: float, high: float) -> None:
        if not low <= value <= high:
            raise InputError(f"{self.where(key)} is {value:g}, outside {low:g} to {high:g}")

    def string(self, key: str, choices: tuple[str, ...] = ()) -> str:
        """A text, one of the choices where any are given."""
        value = str(self._get(key, str, "a text"))
        if choices and value not in choices:
            raise InputError(f"{self.where(key)} is {shown(value)}, not one of {', '.join(choices)}")
        return value

    def boolean(self, key: str) -> bool:
        """True or false."""
        return bool(self._get(key, bool, "true or false"))

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        values = self._get(key, list, "a list of texts")
        if not all(isinstance(value, str) for value in values):
            raise InputError(f"{self.where(key)} is {shown(values)}, not a list of texts")
        return tuple(values)

    def numbers(
        self, key: str, count: int, low: float = -math.inf, high: float = math.inf
    ) -> tuple[float, ...]:
        """A list of exactly `count` finite numbers within [low, high]."""
        return self._numbers(key, self._get(key, list, f"a list of {count} numbers"), count, low, high)

    def _numbers(
        self, key: str, values: object, count: int, low: float = -math.inf, high: float = math.inf
    ) -> tuple[float, ...]:
        if (
            not isinstance(values, list)
            or len(values) != count
            or not all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
        ):
            raise InputError(f"{self.where(key)} is {shown(values)}, not a list of {count} numbers")
        found = tuple(self._finite(key, value) for value in values)
        for value in found:
            self._check(key, value, low, high)
        return found

    def pairs(self, key: str, may_be_empty: bool = False) -> tuple[tuple[float, float], ...]:
        """A list of pairs of finite numbers, at least one unless said otherwise."""
        values = self._get(key, list, "a list of pairs")
        if not values and not may_be_empty:
            raise InputError(f"{self.where(key)} is empty")
        rows = (self._numbers(key, value, 2) for value in values)
        return tuple((row[0], row[1]) for row in rows)

    def integers(self, key: str, low: int, high: int) -> tuple[int, ...]:
        """A list of whole numbers within [low, high], at least one."""
        values = self._get(key, list, "a list of whole numbers")
        if not values or not all(isinstance(v, int) and not isinstance(v, bool) for v in values):
            raise InputError(f"{self.where(key)} is {shown(values)}, not a list of whole numbers")
        for value in values:
            self._check(key, self._finite(key, value), low, high)
        return tuple(values)

    def table(self, key: str) -> "Table":
        """A sub-table."""
        return Table(self._get(key, dict, "a table"), self.path, f"{self.name}.{key}" if self.name else key)

    def tables(self, key: str) -> "dict[str, Table]":
        """All sub-tables of a table, by name."""
        outer = self.table(key)
        result = {name: outer.table(name) for name in outer._raw}
        if not result:
            raise InputError(f"{self.where(key)} is empty")
        return result

    def array(self, key: str) -> "list[Table]":
        """An array of tables, at least one."""
        values = self._get(key, list, "an array of tables")
        if not values or not all(isinstance(value, dict) for value in values):
            raise InputError(f"{self.where(key)} must be one or more [[{key}]] tables")
        prefix = f"{self.name}.{key}" if self.name else key
        return [Table(value, self.path, f"{prefix}[{n}]") for n, value in enumerate(values)]

    def finish(self) -> None:
        """Refuse what nobody asked for."""
        unknown = sorted(set(self._raw) - self._asked)
        if unknown:
            raise InputError(f"{self.where(unknown[0])} is not a key this program knows")
