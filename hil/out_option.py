"""`--out`: the folder that results go into."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from edge_controller.named_path import Folder


def out_option(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--out` with its usual folder."""
    return click.option("--out", type=Folder(), default=Path(default), show_default=True)
