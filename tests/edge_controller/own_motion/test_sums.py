"""Cumulative sums: what they add up, what one word may say, what is forgotten."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_controller.own_motion.sums import Difference, Sum


def places(count: int, mean_db: float, seed: int) -> list[float]:
    return np.random.default_rng(seed).normal(mean_db, 1.5, count).tolist()


def told(difference: Difference, values: list[float]) -> int | None:
    """After how many of these places a film is said."""
    for n, value in enumerate(values, 1):
        difference.add(value)
        if difference.sum.raised:
            return n
    return None


@given(st.integers(0, 999), st.floats(-8, 8))
def test_6_db_more_than_usual_are_told_within_eight_places(seed: int, usual_db: float) -> None:
    difference = Difference()
    assert told(difference, places(200, usual_db, seed)) is None
    found = told(difference, places(40, usual_db + 6.0, seed + 1000))
    assert found is not None
    assert found <= 8


def test_one_place_says_5_db_at_most() -> None:
    """A car that stood before one place for one of the two radars says 30 dB: three of them are no film."""
    difference = Difference()
    assert told(difference, places(60, 0.0, 1)) is None
    assert told(difference, [30.0, 30.0, 30.0]) is None
    assert told(difference, [30.0]) == 1


def test_places_that_got_clearer_are_learned_again() -> None:
    """Learned under a film of 8 dB; washed; the next film is told."""
    difference = Difference()
    told(difference, places(100, 8.0, 2))
    assert told(difference, places(100, 0.0, 3)) is None
    assert difference.usual_db == pytest.approx(0.0, abs=1.0)
    assert told(difference, places(40, 6.0, 4)) is not None


def test_what_a_filmed_witness_says_moves_nothing() -> None:
    difference = Difference()
    told(difference, places(100, 8.0, 2))
    before_db = difference.usual_db
    for value in places(100, 0.0, 3):
        difference.add(value, sure=False)
    assert difference.usual_db == before_db


@given(st.integers(0, 99))
def test_what_was_kept_goes_on_as_if_there_had_been_no_switch_off(seed: int) -> None:
    one = Difference()
    told(one, places(250, 1.0, seed))
    other = Difference.of(one.kept())
    one.sum.value = one.clearer.value = 0.0
    after = places(30, 5.0, seed + 1)
    assert told(one, after) == told(other, after)


def test_a_second_says_no_more_than_it_may() -> None:
    once = Sum(1.5, most=4.5)
    for _ in range(2):
        once.add(20.0)
    assert not once.raised
    once.add(20.0)
    assert once.raised
    assert once.loss_db > 6.0  # what is lost is not bounded by what may be said
