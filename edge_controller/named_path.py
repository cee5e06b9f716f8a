"""Paths on the command line: an empty one would be the current folder without saying so."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from edge_controller.errors import InputError

STANDARD_OUTPUT = "-"
PNG = ".png"


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


def json_option(
    name: str, says: str, path_type: type = str
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--json`, to standard output, or `--json FILE`."""
    return click.option(
        "--json",
        name,
        metavar="[FILE]",
        is_flag=False,
        flag_value=STANDARD_OUTPUT,
        type=File(allow_dash=True, path_type=path_type),
        help=says,
    )


def check_written(
    option: str, path: Path | str | None, *read: Path | str | None, made: Path | None = None
) -> None:
    """InputError where a file cannot go, or would take the place of what is read: a slip of the keys.

    `made`: a folder that is there by the time.
    """
    if path is None or str(path) == STANDARD_OUTPUT:
        return
    named, written = f"{option} {path}", Path(path)
    for source in read:
        if source is not None and written.resolve() == Path(source).resolve():
            raise InputError(f"{named}: is what is read, it would be written over")
    if not written.parent.is_dir() and (made is None or written.parent.resolve() != made.resolve()):
        raise InputError(f"{named}: cannot be written (there is no folder {written.parent})")


def check_results(*read: Path | str | None, json_to: Path | str | None, plot: Path | None) -> None:
    """A slip of the keys must not cost a recording, a fit, what they are read by, or the work."""
    check_written("--json", json_to, *read)
    check_written("--plot", plot, *read)
    if plot is None:
        return
    if json_to is not None and Path(json_to).resolve() == plot.resolve():
        raise click.UsageError(f"--json and --plot both name {plot}")
    if plot.suffix.lower() != PNG:
        raise InputError(f"--plot {plot}: is drawn as PNG, so its name must end in {PNG}")
