"""The compiled rules: each order is the rate of the one before, and what is left mirrors what is right."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.polynomial import Polynomial

from radar_sim.figures.derivatives import aside, cosines_sines, functions, polynomials, products
from radar_sim.figures.limbs import knee, midway, resting
from radar_sim.figures.motion import Motion, of, points, steady
from radar_sim.figures.walking import Walk, joints
from radar_sim.figures.wheels import ROLLING, circle
from radar_sim.scene.scatterers import Floats

Ride = Callable[[float], Floats]  # time to (4, n)
DT_S = 1e-5
MIRROR = np.array([1.0, -1.0, 1.0])


def waves(t_s: float, middle: float, swing: float) -> Floats:
    """Five quantities that go to and fro, with their derivatives as told by calculus."""
    rate = np.linspace(0.5, 2.0, 5)
    phase = rate * t_s + np.arange(5)
    s, c = swing * np.sin(phase), swing * np.cos(phase)
    return np.array([middle + s, rate * c, -(rate**2) * s, -(rate**3) * c])


def one(t_s: float) -> Floats:
    return waves(t_s, 0.2, 0.7)


def other(t_s: float) -> Floats:
    return waves(1.7 * t_s, 0.8, 0.3) * (1.7 ** np.arange(4))[:, None]


def logarithms(t_s: float) -> Floats:
    x = other(t_s)[0]
    return functions(other(t_s), np.array([np.log(x), 1 / x, -1 / x**2, 2 / x**3]))


def turned(t_s: float) -> Floats:
    angle = one(t_s)
    return np.concatenate(cosines_sines(angle, np.cos(angle[0]), np.sin(angle[0])), axis=1)


SHAPES = np.zeros((5, 4, 4))
for number, (of_one, coefficients) in enumerate(zip(SHAPES, np.eye(5, 4) + 0.5, strict=True)):
    for order in range(4):
        row = (number + 1) * Polynomial(coefficients).deriv(order).coef
        of_one[order, : len(row)] = row


def shapes(t_s: float) -> Floats:
    return polynomials(waves(t_s, 0.5, 0.4), SHAPES)


def between(t_s: float) -> Floats:
    return np.concatenate(aside(0.3 * one(t_s), 0.3 * other(t_s), 0.6, -1.0), axis=1)


RULES: dict[str, Ride] = {
    "product": lambda t_s: products(one(t_s), other(t_s)),
    "logarithm": logarithms,
    "cosine and sine": turned,
    "polynomials": shapes,
    "knee": between,
    "walker": lambda t_s: np.concatenate(
        [part.orders.reshape(4, -1) for part in joints(Walk(1.4, 1.75, 0.1), t_s).values()], axis=1
    ),
    "wheel": lambda t_s: circle(np.zeros(3), np.full(5, 0.3), Motion(one(t_s)), ROLLING).orders.reshape(
        4, -1
    ),
}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("t_s", [0.0, 0.6, 1.9, 123.4])
def test_each_order_is_the_rate_of_the_one_before(rule: str, t_s: float) -> None:
    before, now, after = (RULES[rule](t_s + step) for step in (-DT_S, 0.0, DT_S))
    rate = (after[:-1] - before[:-1]) / (2 * DT_S)
    for numeric, told in zip(rate, now[1:], strict=True):
        assert numeric == pytest.approx(told, abs=2e-5 * (1.0 + np.abs(told).max()))


def test_a_product_and_a_quotient_of_it_are_as_they_were() -> None:
    a, b = one(0.3), other(0.3)
    i = 1 / b[0]
    inverse = functions(b, np.array([i, -(i**2), 2 * i**3, -6 * i**4]))
    assert products(products(a, b), inverse) == pytest.approx(a, rel=1e-12, abs=1e-12)


def test_a_shape_stays_where_it_ends() -> None:
    """u^4 (1 - u)^4 is zero with three derivatives at 0 and 1; beyond, nothing moves."""
    bump = Polynomial([0, 1]) ** 4 * Polynomial([1, -1]) ** 4
    rows = np.zeros((1, 4, 9))
    for order in range(4):
        rows[0, order, : 9 - order] = bump.deriv(order).coef
    outside = steady(np.array([-3.0, -0.1, 0.0, 1.0, 1.2]), 1.3).orders
    assert polynomials(outside, rows) == pytest.approx(0.0, abs=1e-13)


def test_both_bones_are_as_long_as_told_and_the_knee_goes_ahead() -> None:
    hip, ankle = resting(0.1, 0.2, 0.9), points(one(0.4)[0, :2] * 0.3, np.array([0.2, -0.2]), 0.15)
    for forwards in (1.0, -1.0):
        bent = knee(hip, ankle, 0.45, forwards).orders[0]
        for end in (hip.orders[0], ankle.orders[0]):
            assert np.hypot(*(bent - end)[:, [0, 2]].T) == pytest.approx(0.45)
        assert np.all(forwards * (bent - midway(hip, ankle, 0.5).orders[0])[:, 0] > 0)


def test_a_limb_of_the_other_side_has_the_same_bits() -> None:
    hip = Motion(np.stack([waves(0.3, height, 0.05) for height in (0.1, 0.2, 0.9)], axis=-1))
    ankle = Motion(np.stack([waves(0.7, height, 0.08) for height in (0.2, 0.2, 0.1)], axis=-1))
    right = knee(hip * MIRROR, ankle * MIRROR, 0.5)
    assert np.array_equal(knee(hip, ankle, 0.5).orders * MIRROR, right.orders)


@pytest.mark.parametrize("start", [0.0, 0.25, 0.4375, 0.875])
def test_half_a_cycle_on_a_foot_is_where_the_other_was_to_the_bit(start: float) -> None:
    now, later = (joints(Walk(1.4, 1.75, begins), 0.0) for begins in (start, start + 0.5))
    for place in ("ankle", "toe", "heel"):
        assert np.array_equal(now[place].orders[:, ::-1] * MIRROR, later[place].orders)


def test_who_stands_has_legs_alike() -> None:
    stands = joints(Walk(0.0, 1.75, 0.3), 5.0)
    for place in ("hip", "thigh", "knee", "shin", "ankle", "toe", "heel", "shoulder"):
        left, right = stands[place].orders[:, 0], stands[place].orders[:, 1]
        assert np.array_equal(left * MIRROR, right), place
        assert np.all(left[1:] == 0)


def test_what_stands_still_has_no_derivatives() -> None:
    assert np.all(products(of(np.arange(3.0)).orders, of(np.ones(3)).orders)[1:] == 0)
