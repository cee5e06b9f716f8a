"""What a figure refuses, in one sentence: figure, argument, value and range."""

import math
from collections.abc import Iterable
from numbers import Real
from typing import Any

from radar_sim.errors import SceneError
from radar_sim.fit import Side
from radar_sim.scene.bodies import Place

FASTEST_MPS = 50.0
DBSM = (-40.0, 40.0)
SPREAD_DB = (0.0, 10.0)


def finite(figure: str, name: str, value: Any) -> float:
    """Any number but nan and the infinite ones."""
    number = type(value) is float or (isinstance(value, Real) and not isinstance(value, bool))
    if not number or not math.isfinite(value):
        raise SceneError(f"{figure}: {name} is {value!r}, not a finite number")
    return float(value)


def within(figure: str, name: str, value: float, low: float, high: float, *, why: str = "") -> float:
    """A number between two limits, both allowed."""
    if not low <= finite(figure, name, value) <= high:
        reason = f", {why}" if why else ""
        raise SceneError(f"{figure}: {name} is {value!r}, outside {low:g} to {high:g}{reason}")
    return float(value)


def whole(figure: str, name: str, value: int, low: int, high: int) -> int:
    """A number of pieces."""
    if type(value) is not int or not low <= value <= high:
        raise SceneError(f"{figure}: {name} is {value!r}, not a whole number from {low} to {high}")
    return value


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
