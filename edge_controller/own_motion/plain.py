"""What is learned as text, and back: what was not written so is refused with a ValueError."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Plain = dict[str, Any]


def listed(values: NDArray[np.float64]) -> list[Any]:
    """Nested lists, None for NaN: JSON has no other word for it."""
    return [listed(one) if one.ndim else None if np.isnan(one) else float(one) for one in values]


def numbers(plain: Plain, name: str, *shape: int, gaps: bool = False) -> NDArray[np.float64]:
    """An array of that shape; finite but for NaN where `gaps` may be."""
    try:
        values = np.array(plain[name], dtype=np.float64)
    except TypeError as error:
        raise ValueError(f"{name} is no array of numbers") from error
    if values.shape != shape:
        raise ValueError(f"{name} is of shape {values.shape}, not {shape}")
    if np.isinf(values).any() or (np.isnan(values).any() and not gaps):
        raise ValueError(f"{name} has numbers that are none")
    return values


def number(plain: Plain, name: str, lowest: float = -math.inf) -> float:
    """One finite number, not below `lowest`."""
    value = float(numbers(plain, name))
    if value < lowest:
        raise ValueError(f"{name} is {value:g}, below {lowest:g}")
    return value
