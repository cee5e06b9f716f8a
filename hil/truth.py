"""`--truth`: how much of what is near and smooth the simulated world has."""

from collections.abc import Callable
from typing import Any, Literal, get_args

import click

Truth = Literal["plain", "full"]
IN_WORDS: dict[Truth, str] = {
    "plain": "plain: rail and sign are rows of points; no own wheels, no mirrors, no bounce off the road",
    "full": "full: rail, sign and flanks are mirrors, the truck's own wheels turn, the road bounces",
}


def truth_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """For `hil run` and `demo`."""
    return click.option(
        "--truth",
        type=click.Choice(get_args(Truth)),
        default="plain",
        show_default=True,
        help="full: own wheels, mirrors of flank, rail and sign, bounce off the road.",
    )(command)
