"""Speeds with ramps: way is what speed adds up to."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.pace import Move, going_at, legs_of

rates = st.one_of(st.floats(0.3, 6), st.just(math.inf))


def test_stopping_takes_v_squared_over_two_a() -> None:
    legs = legs_of([Move(0.0, 6.0), Move(2.0, 0.0, 1.5)])
    assert going_at(legs, 100.0)[:2] == pytest.approx((12.0 + 6.0**2 / (2 * 1.5), 0.0))
    assert going_at(legs, 4.0) == pytest.approx((12.0 + 6 * 2 - 1.5 * 2, 3.0, -1.5))


def test_a_ramp_that_is_cut_short_goes_on_from_the_speed_it_came_to() -> None:
    legs = legs_of([Move(0.0, 0.0), Move(1.0, 5.0, 1.0), Move(3.0, 0.0, 2.0)])
    assert going_at(legs, 3.0).speed_mps == pytest.approx(2.0)
    assert going_at(legs, 10.0).way_m == pytest.approx(2.0**2 / 2 + 2.0**2 / 4)


@given(speeds=st.lists(st.tuples(st.floats(0, 12), rates), min_size=1, max_size=4), t_s=st.floats(0.01, 12))
def test_way_is_the_integral_of_speed(speeds: list[tuple[float, float]], t_s: float) -> None:
    legs = legs_of([Move(2.0 * n, speed, rate) for n, (speed, rate) in enumerate(speeds)])
    steps = 2000
    added_m = sum(going_at(legs, (n + 0.5) * t_s / steps).speed_mps for n in range(steps)) * t_s / steps
    # A jump of speed within a step is told half a step too soon or too late at most.
    jumps_mps = sum(abs(to - was) for (was, _), (to, _) in pairwise(speeds))
    assert going_at(legs, t_s).way_m == pytest.approx(added_m, abs=jumps_mps * t_s / steps / 2 + 1e-3)
