"""The own flank: learned from looks, told from what stands broadside, lacking what a film takes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_controller.own_motion import flank

RANGES_M = np.array([0.81, 1.93, 2.65, 3.90, 4.69, 5.48, 6.09, 6.74, 7.29])
LEVELS_DB = np.array([67.0, 65.0, 52.0, 50.0, 58.0, 49.0, 46.0, 43.0, 41.0])


def looks(count: int, rng: np.random.Generator, film_db: float = 0.0) -> list[np.ndarray]:
    """A body of nine reflections; each is missed once in ten looks."""
    found = []
    for _ in range(count):
        seen = rng.random(9) > 0.1
        range_m = RANGES_M + rng.normal(0, 0.02, 9)
        level_db = LEVELS_DB + rng.normal(0, 0.3, 9) - film_db
        found.append(np.stack([range_m, level_db], axis=1)[seen & (level_db > 14)])
    return found


USUAL = flank.learned(looks(300, np.random.default_rng(1)))
assert USUAL is not None


def test_each_reflection_is_learned_once() -> None:
    assert USUAL[:, 0] == pytest.approx(RANGES_M, abs=0.05)
    assert USUAL[:, 1] == pytest.approx(LEVELS_DB, abs=0.3)


@given(st.floats(0, 20), st.integers(0, 99))
def test_a_film_is_what_most_of_them_lack(film_db: float, seed: int) -> None:
    found_db = flank.lack_db(USUAL, looks(5, np.random.default_rng(seed), film_db))
    assert found_db == pytest.approx(film_db, abs=1.0)


@given(st.sets(st.integers(0, 8), max_size=3), st.integers(0, 99))
def test_what_stands_broadside_and_swallows_a_third_is_no_film(swallowed: set[int], seed: int) -> None:
    """A wall 4.7 m aside has no Doppler either: in simulated streets two or three of thirteen were joined."""
    gone = RANGES_M[list(swallowed)]
    left = [
        look[~(np.abs(look[:, :1] - gone) < 0.1).any(axis=1)]
        for look in looks(5, np.random.default_rng(seed))
    ]
    assert flank.lack_db(USUAL, left) < 1.5  # dB, the sum's allowance


def test_nothing_at_all_lacks_most_and_a_radar_without_a_flank_has_none() -> None:
    assert flank.lack_db(USUAL, [np.zeros((0, 2))] * 5) == 20.0
    assert flank.learned([]) is None
    assert flank.learned([np.zeros((0, 2))] * 300) is None
    five = [look[:5] for look in looks(300, np.random.default_rng(3))]
    assert flank.learned(five) is None
