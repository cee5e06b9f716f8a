"""Paths on the command line: an empty one would be the current folder without saying so."""

from pathlib import Path
from typing import Any

import click


class Folder(click.Path):
    """The name of a folder, there or not."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; refused where it is empty."""
        if value == "":
            self.fail("is empty; the current folder is '.'", param, ctx)
        return super().convert(value, param, ctx)


class File(click.Path):
    """The name of a file: else found out only when it is written, after all the work."""

    def __init__(self, *, allow_dash: bool = False, path_type: type = Path) -> None:
        super().__init__(path_type=path_type, dir_okay=False, allow_dash=allow_dash)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; refused where it is empty."""
        if value == "":
            self.fail("is empty, not the name of a file", param, ctx)
        return super().convert(value, param, ctx)


class Name(click.ParamType[str]):
    """What names something else: a port, a board."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The name; refused where it is empty."""
        if not str(value).strip():
            self.fail("is empty", param, ctx)
        return value
