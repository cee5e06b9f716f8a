"""What a figure is told must be possible."""

import math
from numbers import Real
from typing import Any

from radar_sim.errors import SceneError

DBSM = (-40.0, 40.0)
SPREAD_DB = (0.0, 10.0)


def finite(figure: str, **values: float) -> None:
    """Places, headings and times are numbers."""
    for name, value in values.items():
        if not _is_number(value) or not math.isfinite(value):
            raise SceneError(f"{figure}: {name} is {value!r}, not a finite number")


def within(figure: str, argument: str, value: float, limits: tuple[float, float], why: str = "") -> None:
    """A value from the lower to the upper limit; nan is nowhere."""
    low, high = limits
    if not _is_number(value) or not low <= value <= high:
        reason = f", {why}" if why else ""
        raise SceneError(f"{figure}: {argument} is {value!r}, outside {low:g} to {high:g}{reason}")


def whole(figure: str, argument: str, value: int, low: int, high: int) -> None:
    """A number of pieces."""
    if type(value) is not int or not low <= value <= high:
        raise SceneError(f"{figure}: {argument} is {value!r}, not a whole number from {low} to {high}")


def one_of(figure: str, argument: str, value: str, allowed: tuple[str, ...]) -> None:
    """A word out of a few."""
    if value not in allowed:
        raise SceneError(f"{figure}: {argument} is {value!r}, not one of {', '.join(allowed)}")


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)
