"""Arithmetic of moving quantities: a value goes together with its first three derivatives in time.

The points of a figure come out of formulas written once, for the value; the derivatives follow by the rules
of `derivatives`, exact up to rounding. A figure takes many points through a formula at once, for what an
operation costs is to begin it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from radar_sim.figures.derivatives import ORDERS, cosines_sines, functions, products
from radar_sim.scene.scatterers import Floats


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
        if isinstance(other, np.ndarray) and other.shape == self.orders.shape[1:]:
            moved = self.orders + 0.0
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
        return Motion(products(_rows(a), _rows(b)).reshape(a.shape))

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


def through(inner: Motion, f: Floats) -> Motion:
    """A function of `inner`; `f` holds its value and three derivatives where `inner` is now, (4, ...)."""
    return Motion(functions(_rows(inner.orders), _rows(f)).reshape(inner.orders.shape))


def cos_sin(angle: Motion) -> tuple[Motion, Motion]:
    """Of an angle in radians."""
    rows = _rows(angle.orders)
    cosines, sines = cosines_sines(rows, np.cos(rows[0]), np.sin(rows[0]))
    return Motion(cosines.reshape(angle.orders.shape)), Motion(sines.reshape(angle.orders.shape))


def sin(angle: Motion) -> Motion:
    """Of an angle in radians."""
    return cos_sin(angle)[1]


def cos(angle: Motion) -> Motion:
    """Of an angle in radians."""
    return cos_sin(angle)[0]


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
