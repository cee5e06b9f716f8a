"""`--out`: the folder that results go into; and files, which have a name too."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click


class Folder(click.Path):
    """A path with a name: an empty one would be the current folder without saying so."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; refused where it is empty."""
        if value == "":
            self.fail("is empty; the current folder is '.'", param, ctx)
        return super().convert(value, param, ctx)


class File(click.Path):
    """As `Folder`: an empty name would be found out only when the file is written, after all the work."""

    def __init__(self, *, allow_dash: bool = False) -> None:
        super().__init__(path_type=Path, dir_okay=False, allow_dash=allow_dash)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; refused where it is empty."""
        if value == "":
            self.fail("is empty, not the name of a file", param, ctx)
        return super().convert(value, param, ctx)


def out_option(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--out` with its usual folder."""
    return click.option("--out", type=Folder(), default=Path(default), show_default=True)
