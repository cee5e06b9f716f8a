"""Strict reading of a decoded CBOR map: every field must be there, of its type and range; no other may be."""

from typing import Any

from edge_controller.errors import InputError

MAX_TEXT = 64


class Fields:
    """One map that remembers which of its fields were asked for."""

    def __init__(self, raw: object, what: str, name: str = "") -> None:
        if not isinstance(raw, dict):
            raise InputError(f"{what}: {name or 'the payload'} is not a map")
        self._raw: dict[Any, Any] = raw
        self._asked: set[str] = set()
        self._what = what
        self._name = name

    def where(self, key: object) -> str:
        """Document and field, as a person would look for them."""
        return f"{self._what}: {self._name}.{key}" if self._name else f"{self._what}: {key}"

    def _get(self, key: str) -> Any:
        self._asked.add(key)
        if key not in self._raw:
            raise InputError(f"{self.where(key)} is missing")
        return self._raw[key]

    def _wrong(self, key: str, wanted: str) -> InputError:
        shown = repr(self._raw[key])
        return InputError(
            f"{self.where(key)} is {shown if len(shown) < 80 else 'something else'}, not {wanted}"
        )

    def text(self, key: str, choices: tuple[str, ...] = ()) -> str:
        """A text of 1 to 64 printable characters, one of the choices where any are given."""
        value = self._get(key)
        # Printable, so that what an officer reads is what was signed: no terminal codes.
        if not isinstance(value, str) or not 1 <= len(value) <= MAX_TEXT or not value.isprintable():
            raise self._wrong(key, f"a text of 1 to {MAX_TEXT} printable characters")
        if choices and value not in choices:
            raise self._wrong(key, f"one of {', '.join(choices)}")
        return value

    def text_or_none(self, key: str) -> str | None:
        """As `text`, or null."""
        return None if self._get(key) is None else self.text(key)

    def whole(self, key: str, low: int, high: int) -> int:
        """A whole number within [low, high]."""
        value = self._get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self._wrong(key, f"a whole number from {low} to {high}")
        return value

    def whole_or_none(self, key: str, low: int, high: int) -> int | None:
        """As `whole`, or null."""
        return None if self._get(key) is None else self.whole(key, low, high)

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self._get(key)
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false")
        return value

    def octets(self, key: str, length: int) -> bytes:
        """Exactly `length` bytes."""
        value = self._get(key)
        if not isinstance(value, bytes) or len(value) != length:
            raise self._wrong(key, f"{length} bytes")
        return value

    def octets_or_none(self, key: str, length: int) -> bytes | None:
        """As `octets`, or null."""
        return None if self._get(key) is None else self.octets(key, length)

    def group(self, key: str) -> "Fields":
        """A map inside the map."""
        return Fields(self._get(key), self._what, f"{self._name}.{key}" if self._name else key)

    def group_or_none(self, key: str) -> "Fields | None":
        """As `group`, or null."""
        return None if self._get(key) is None else self.group(key)

    def finish(self) -> None:
        """Refuse what nobody asked for."""
        unknown = sorted(set(self._raw) - self._asked, key=str)
        if unknown:
            raise InputError(f"{self.where(unknown[0])} is not a field this program knows")
