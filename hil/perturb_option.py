"""`--perturb` and `--perturb-pose-deg`: how far the truth is from the fit on the bench."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import click

from edge_controller.errors import InputError
from edge_controller.toml_table import shown

if TYPE_CHECKING:
    from radar_sim import Perturb

MAX_SEED = 2**32 - 1
MOST_DIGITS = 100
MAX_POSE_DEG = 10.0
Choice = int | Literal["off"] | None  # None: not said


def _seed_or_off(_context: click.Context, _option: click.Parameter, value: str | None) -> Choice:
    if value is None:
        return None
    if value == "off":
        return "off"
    few = len(value) <= MOST_DIGITS  # Python turns no thousands of digits into a number
    if not (few and value.isascii() and value.isdecimal() and int(value) <= MAX_SEED):
        raise click.BadParameter(f"{shown(value)} is neither off nor a whole number from 0 to {MAX_SEED}.")
    return int(value)


def _degrees(_context: click.Context, _option: click.Parameter, value: float | None) -> float | None:
    if value is not None and not 0 <= value <= MAX_POSE_DEG:  # a range of click lets nan pass
        raise click.BadParameter(f"{value:g} is not a number from 0 to {MAX_POSE_DEG:g}.")
    return value


def perturb_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Both options, for `hil run` and `demo`."""
    pose = click.option(
        "--perturb-pose-deg",
        "pose_deg",
        type=float,
        callback=_degrees,
        help="Standard deviation of radar yaw and pitch, 0.3 unless said; 1 is a unit never aligned.",
    )
    seed = click.option(
        "--perturb",
        metavar="SEED|off",
        callback=_seed_or_off,
        help="Seed of how radars and truck signals differ from the fit, or off; unless said, the run's.",
    )
    return seed(pose(command))


def perturb_of(
    choice: Choice, pose_deg: float | None, seed: int, by_default: bool = True
) -> "Perturb | None":
    """What the options come to in a run of that seed; `by_default` holds where nothing was said."""
    from radar_sim import Perturb  # noqa: PLC0415 - `nearside --help` must stay quick

    if choice == "off" and pose_deg is not None:
        raise InputError("--perturb-pose-deg says how far the pose is off, but --perturb is off")
    if choice == "off" or (choice is None and pose_deg is None and not by_default):
        return None
    drawn_from = seed if choice is None else choice
    return Perturb(drawn_from) if pose_deg is None else Perturb(drawn_from, pose_deg=pose_deg)
