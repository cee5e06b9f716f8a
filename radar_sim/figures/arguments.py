"""What a figure refuses, in one sentence: figure, argument, value and range."""

import math
from collections.abc import Iterable

from radar_sim.errors import SceneError
from radar_sim.fit import Side
from radar_sim.scene.bodies import Place

FASTEST_MPS = 50.0


def finite(figure: str, name: str, value: float) -> float:
    """Any number but nan and the infinite ones."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise SceneError(f"{figure}: {name} is {value!r}, not a finite number")
    return float(value)


def within(figure: str, name: str, value: float, low: float, high: float) -> float:
    """A number between two limits, both allowed."""
    if not low <= finite(figure, name, value) <= high:
        raise SceneError(f"{figure}: {name} is {value!r}, outside {low:g} to {high:g}")
    return float(value)


def place(figure: str, name: str, value: Place) -> Place:
    """Two finite numbers, x and y."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise SceneError(f"{figure}: {name} is {value!r}, not a pair of numbers x, y")
    return finite(figure, name, value[0]), finite(figure, name, value[1])


def one_of(figure: str, name: str, value: str, choices: Iterable[str]) -> str:
    """A word of a list."""
    if value not in choices:
        raise SceneError(f"{figure}: {name} is {value!r}, not one of {', '.join(choices)}")
    return value


def mirror_of(figure: str, near_side: Side) -> float:
    """1 as drawn, -1 where the near side is the left and the figure its mirror image."""
    return 1.0 if one_of(figure, "near_side", near_side, ("right", "left")) == "right" else -1.0


def pose(figure: str, x_m: float, y_m: float, heading_rad: float) -> None:
    """Where a figure stands and faces."""
    finite(figure, "x_m", x_m)
    finite(figure, "y_m", y_m)
    finite(figure, "heading_rad", heading_rad)


def ride(figure: str, speed_mps: float, t_s: float) -> None:
    """How a vehicle moves."""
    within(figure, "speed_mps", speed_mps, 0.0, FASTEST_MPS)
    finite(figure, "t_s", t_s)
