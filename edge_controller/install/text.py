"""What a person at the truck reads: Chinese first, English beside it."""

from typing import Any, NamedTuple

from edge_controller.errors import InputError


class Text(NamedTuple):
    """One sentence or name in both languages."""

    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh} {self.en}"


class RefusedError(InputError):
    """An answer that cannot be used, or a folder, port or file; nothing is wrong with the truck."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


class CheckFailedError(Exception):
    """The truck or the fitting is not as it must be: why, and what to do about it. Exit code 1."""

    def __init__(self, code: str, cause: Text, remedy: Text) -> None:
        super().__init__(f"{cause} {remedy}")
        self.code = code
        self.cause = cause
        self.remedy = remedy
        self.rows: tuple[Any, ...] = ()  # what was found, where a check found several things
