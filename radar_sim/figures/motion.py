"""Arithmetic of moving quantities: a value goes together with its first three derivatives in time.

The points of a figure come out of formulas written once, for the value; the derivatives follow by the rules
of Leibniz and of Faà di Bruno, exact up to rounding. Both rules are compiled: a figure asks for hundreds of
them, each of a few numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import Polynomial

from radar_sim.compiled import exactly
from radar_sim.scene.scatterers import Floats

ORDERS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """`orders[k]` is the k-th derivative in time, k = 0 to 3; the other axes are of any shape."""

    orders: Floats  # (4, ...)

    @property
    def count(self) -> int:
        """How many points, for points (4, n, 3)."""
        return int(self.orders.shape[1])

    __array_ufunc__ = None  # an array on the left leaves the operation to us

    def __add__(self, other: Motion | Floats | float) -> Motion:
        if isinstance(other, (int, float)):
            moved = self.orders.copy()
            moved[0] += other
            return Motion(moved)
        if isinstance(other, Motion) and other.orders.shape == self.orders.shape:
            return Motion(self.orders + other.orders)
        one, two = _aligned(self, of(other))
        return Motion(one + two)

    def __sub__(self, other: Motion | Floats | float) -> Motion:
        return self + (-other)

    def __rsub__(self, other: Floats | float) -> Motion:
        return -self + other

    def __neg__(self) -> Motion:
        return Motion(-self.orders)

    def __mul__(self, other: Motion | Floats | float) -> Motion:
        if not isinstance(other, Motion):
            return Motion(self.orders * np.asarray(other))
        a, b = _aligned(self, other)
        if a.shape != b.shape:
            a, b = np.broadcast_arrays(a, b)
        return Motion(_leibniz(_rows(a), _rows(b)).reshape(a.shape))

    __radd__ = __add__
    __rmul__ = __mul__

    def __truediv__(self, other: Floats | float) -> Motion:
        return Motion(self.orders / np.asarray(other))


def _aligned(one: Motion, other: Motion) -> tuple[Floats, Floats]:
    """The orders stay the first axis when shapes are broadcast."""
    a, b = one.orders, other.orders
    if a.ndim == b.ndim:
        return a, b
    more = a.ndim - b.ndim
    a = a.reshape(ORDERS, *(1,) * max(-more, 0), *a.shape[1:])
    return a, b.reshape(ORDERS, *(1,) * max(more, 0), *b.shape[1:])


def _rows(orders: Floats) -> Floats:
    """As the compiled rules take them, (4, n)."""
    return np.ascontiguousarray(orders.reshape(ORDERS, -1))


@exactly
def _leibniz(a: Floats, b: Floats) -> Floats:
    """Of a product, order by order."""
    product = np.empty_like(a)
    for n in range(a.shape[1]):
        product[0, n] = a[0, n] * b[0, n]
        product[1, n] = a[1, n] * b[0, n] + a[0, n] * b[1, n]
        product[2, n] = a[2, n] * b[0, n] + 2 * a[1, n] * b[1, n] + a[0, n] * b[2, n]
        outer = a[3, n] * b[0, n] + 3 * a[2, n] * b[1, n]
        product[3, n] = outer + 3 * a[1, n] * b[2, n] + a[0, n] * b[3, n]
    return product


@exactly
def _faa_di_bruno(inner: Floats, f: Floats) -> Floats:
    """Of a function with derivatives `f` at `inner`, order by order."""
    outer = np.empty_like(inner)
    for n in range(inner.shape[1]):
        v, a, j = inner[1, n], inner[2, n], inner[3, n]
        outer[0, n] = f[0, n]
        outer[1, n] = f[1, n] * v
        outer[2, n] = f[2, n] * v * v + f[1, n] * a
        outer[3, n] = f[3, n] * v * v * v + 3 * f[2, n] * v * a + f[1, n] * j
    return outer


def of(value: Motion | Floats | float) -> Motion:
    """Something that may stand still, as a motion."""
    if isinstance(value, Motion):
        return value
    still = np.asarray(value, dtype=np.float64)
    orders = np.zeros((ORDERS, *still.shape))
    orders[0] = still
    return Motion(orders)


def steady(value: Floats | float, rate_per_s: Floats | float) -> Motion:
    """A quantity that grows evenly."""
    motion = of(value)
    motion.orders[1] = rate_per_s
    return motion


def through(inner: Motion, f: Floats, df: Floats, ddf: Floats, dddf: Floats) -> Motion:
    """f(inner), given f and its three derivatives where `inner` is now."""
    derivatives = np.empty(inner.orders.shape)
    derivatives[0], derivatives[1], derivatives[2], derivatives[3] = f, df, ddf, dddf
    return Motion(_faa_di_bruno(_rows(inner.orders), _rows(derivatives)).reshape(inner.orders.shape))


def cos_sin(angle: Motion) -> tuple[Motion, Motion]:
    """Of an angle in radians."""
    s, c = np.sin(angle.orders[0]), np.cos(angle.orders[0])
    return through(angle, c, -s, -c, s), through(angle, s, c, -s, -c)


def sin(angle: Motion) -> Motion:
    """Of an angle in radians."""
    s, c = np.sin(angle.orders[0]), np.cos(angle.orders[0])
    return through(angle, s, c, -s, -c)


def cos(angle: Motion) -> Motion:
    """Of an angle in radians."""
    s, c = np.sin(angle.orders[0]), np.cos(angle.orders[0])
    return through(angle, c, -s, -c, s)


def root(value: Motion) -> Motion:
    """Square root of something above zero."""
    x = value.orders[0]
    r = np.sqrt(x)
    return through(value, r, 0.5 / r, -0.25 / (r * x), 0.375 / (r * x * x))


def inverse(value: Motion) -> Motion:
    """One divided by something that is not zero."""
    i = 1 / value.orders[0]
    return through(value, i, -i * i, 2 * i * i * i, -6 * i * i * i * i)


Shape = tuple[Floats, Floats, Floats, Floats]  # coefficients of a polynomial and of its derivatives


def shape(of_value: Polynomial) -> Shape:
    """A polynomial made ready for `shaped`."""
    orders = (of_value, *(of_value.deriv(order) for order in (1, 2, 3)))
    f, df, ddf, dddf = (np.asarray(order.coef, dtype=np.float64) for order in orders)
    return f, df, ddf, dddf


def shaped(value: Motion, by: Shape) -> Motion:
    """A polynomial of `value` held to 0 to 1: for shapes that end there with three derivatives of zero."""
    held = np.clip(value.orders[0], 0.0, 1.0)
    f, df, ddf, dddf = (polynomial(coefficients, held) for coefficients in by)
    return through(value, f, df, ddf, dddf)


def polynomial(coefficients: Floats, x: Floats) -> Floats:
    """Value by Horner's rule, lowest power first; numpy's own takes longer to begin than to work."""
    return _horner(coefficients, np.ascontiguousarray(x).reshape(-1)).reshape(np.shape(x))


@exactly
def _horner(coefficients: Floats, x: Floats) -> Floats:
    value = np.full_like(x, coefficients[-1])
    for n in range(len(x)):
        for power in range(len(coefficients) - 2, -1, -1):
            value[n] = value[n] * x[n] + coefficients[power]
    return value


def points(x: Motion | Floats | float, y: Motion | Floats | float, z: Motion | Floats | float) -> Motion:
    """Three coordinates as one motion of points, the axes last."""
    axes = [of(axis).orders for axis in (x, y, z)]
    shapes = {axis.shape[1:] for axis in axes}
    shape = shapes.pop() if len(shapes) == 1 else np.broadcast_shapes(*shapes)
    rows = np.empty((ORDERS, *shape, 3))
    for number, axis in enumerate(axes):
        rows[..., number] = axis.reshape(ORDERS, *(1,) * (len(shape) + 1 - axis.ndim), *axis.shape[1:])
    return Motion(rows)


def joined(*groups: Motion) -> Motion:
    """Groups of points (4, n, 3) or single ones (4, 3) as one (4, n, 3)."""
    return Motion(np.concatenate([group.orders.reshape(ORDERS, -1, 3) for group in groups], axis=1))
