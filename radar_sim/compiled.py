"""How functions are compiled: one thread, numbers that may be contracted but never reordered."""

from collections.abc import Callable
from typing import Any, Literal, TypeVar

import numpy as np
from numba import njit
from numba.extending import intrinsic

# A sum keeps its order and a square its sign, so a mirrored scene gives the same bits. Contraction to fused
# multiply-adds and the missing check for division by zero are what lets loops over paths become vectors.
OPTIONS: dict[str, Any] = {
    "fastmath": {"contract", "nsz", "nnan", "ninf", "arcp"},
    "error_model": "numpy",
    "nogil": True,
    "boundscheck": False,
}
F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile on the first call; the result is kept on disk where the package's folder or the home allows.

    A kept result is renewed when the function's own file changes, not when a file it takes from changes: so
    a compiled function calls compiled functions of its own file only, with constants of its own file.
    """
    return _made(function, OPTIONS)


def exactly(function: F) -> F:
    """The same, every product and sum rounded as it stands there, as NumPy does."""
    return _made(function, {**OPTIONS, "fastmath": False})


def _made(function: F, options: dict[str, Any]) -> F:
    try:
        made: F = njit(cache=True, **options)(function)
    except RuntimeError:  # numba's: no folder to write to
        made = njit(**options)(function)
    return made


def lowered(generate: Callable[..., Any]) -> Callable[..., Any]:
    """A function that says itself which instructions it is made of, for use in compiled ones."""
    made: Callable[..., Any] = intrinsic(generate)
    return made


def series(name: Literal["sin", "cos"], terms: int) -> tuple[float, ...]:
    """Factors c of sin(2 pi x) = x (c0 + c1 x^2 + ...) or cos(2 pi x) = c0 + c1 x^2 + ..., x up to a quarter.

    Fitted at Chebyshev nodes, so nearly the least maximum error: 5 and 6 terms leave 7e-9, below what float32
    can tell; 8 and 9 leave 2e-15.
    """
    square = (1 + np.cos(np.pi * (np.arange(64) + 0.5) / 64)) / 32
    x = np.sqrt(square)
    values = np.sin(2 * np.pi * x) / x if name == "sin" else np.cos(2 * np.pi * x)
    fit = np.polynomial.Chebyshev.fit(square, values, terms - 1, domain=[0, 1 / 16])
    return tuple(float(c) for c in fit.convert(kind=np.polynomial.Polynomial).coef)
