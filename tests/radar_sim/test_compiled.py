"""Compiling where nothing can be kept, and the polynomials that stand for sine and cosine."""

import numpy as np
import pytest

from radar_sim.compiled import compiled, series


def test_a_function_without_a_place_for_its_cache_is_compiled_all_the_same() -> None:
    """Numba finds no folder for code that has no file, as it finds none where it may write to none."""
    made: dict[str, object] = {}
    exec("def twice(x):\n    return 2 * x\n", made)
    assert compiled(made["twice"])(21) == 42


@pytest.mark.parametrize(
    ("name", "terms", "error"), [("sin", 5, 1e-8), ("cos", 6, 1e-9), ("sin", 8, 5e-15), ("cos", 9, 5e-15)]
)
def test_series_are_sine_and_cosine_up_to_a_quarter_turn(name: str, terms: int, error: float) -> None:
    x = np.linspace(-0.25, 0.25, 2001)
    factors = series(name, terms)
    assert len(factors) == terms
    value = sum(factor * x ** (2 * n) for n, factor in enumerate(factors))
    exact = np.cos(2 * np.pi * x) if name == "cos" else np.sin(2 * np.pi * x)
    assert np.abs((x * value if name == "sin" else value) - exact).max() < error
