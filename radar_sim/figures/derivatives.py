"""Rules of derivatives, compiled: what a product, a function and the joint between two others make of them.

A quantity goes with its first three derivatives in time; four such numbers are a jet. What only adds up goes
order by order and needs no rule. What does stands in this file, for compiled calls compiled of its own only.
"""

import math

import numpy as np

from radar_sim.compiled import exactly
from radar_sim.scene.scatterers import Floats

ORDERS = 4
Jet = tuple[float, float, float, float]


@exactly
def product(a: Jet, b: Jet) -> Jet:
    """By the rule of Leibniz."""
    outer = a[3] * b[0] + 3 * a[2] * b[1]
    return (
        a[0] * b[0],
        a[1] * b[0] + a[0] * b[1],
        a[2] * b[0] + 2 * a[1] * b[1] + a[0] * b[2],
        outer + 3 * a[1] * b[2] + a[0] * b[3],
    )


@exactly
def function(inner: Jet, f: Jet) -> Jet:
    """By the rule of Faà di Bruno; `f` is the function with its own derivatives where `inner` is."""
    v, a, j = inner[1], inner[2], inner[3]
    return (
        f[0],
        f[1] * v,
        f[2] * v * v + f[1] * a,
        f[3] * v * v * v + 3 * f[2] * v * a + f[1] * j,
    )


@exactly
def _root(value: Jet) -> Jet:
    """Square root of something above zero."""
    x = value[0]
    r = math.sqrt(x)
    return function(value, (r, 0.5 / r, -0.25 / (r * x), 0.375 / (r * x * x)))


@exactly
def _inverse(value: Jet) -> Jet:
    """One divided by something that is not zero."""
    i = 1 / value[0]
    return function(value, (i, -i * i, 2 * i * i * i, -6 * i * i * i * i))


@exactly
def _sum(a: Jet, b: Jet) -> Jet:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]


@exactly
def _times(factor: float, a: Jet) -> Jet:
    return factor * a[0], factor * a[1], factor * a[2], factor * a[3]


@exactly
def _at(rows: Floats, n: int) -> Jet:
    return rows[0, n], rows[1, n], rows[2, n], rows[3, n]


@exactly
def _put(jet: Jet, rows: Floats, n: int) -> None:
    rows[0, n], rows[1, n], rows[2, n], rows[3, n] = jet


@exactly
def products(a: Floats, b: Floats) -> Floats:
    """Of many, (4, n)."""
    rows = np.empty(a.shape)
    for n in range(a.shape[1]):
        _put(product(_at(a, n), _at(b, n)), rows, n)
    return rows


@exactly
def functions(inner: Floats, f: Floats) -> Floats:
    """Of many, (4, n)."""
    rows = np.empty(inner.shape)
    for n in range(inner.shape[1]):
        _put(function(_at(inner, n), _at(f, n)), rows, n)
    return rows


@exactly
def cosines_sines(angle: Floats, c: Floats, s: Floats) -> tuple[Floats, Floats]:
    """Of many angles (4, n) in radians whose cosines and sines (n,) are known."""
    cosines, sines = np.empty(angle.shape), np.empty(angle.shape)
    for n in range(angle.shape[1]):
        turned = _at(angle, n)
        _put(function(turned, (c[n], -s[n], -c[n], s[n])), cosines, n)
        _put(function(turned, (s[n], c[n], -s[n], -c[n])), sines, n)
    return cosines, sines


@exactly
def _horner(coefficients: Floats, x: float) -> float:
    """Lowest power first."""
    value = float(coefficients[-1])
    for power in range(len(coefficients) - 2, -1, -1):
        value = value * x + coefficients[power]
    return value


@exactly
def polynomials(inner: Floats, by: Floats) -> Floats:
    """Of many (4, polynomials, n), held to 0 to 1; `by` has coefficients of value and derivatives of each."""
    rows = np.empty((ORDERS, len(by), inner.shape[2]))
    for which in range(len(by)):
        f, df, ddf, dddf = by[which, 0], by[which, 1], by[which, 2], by[which, 3]
        for n in range(inner.shape[2]):
            x = min(max(inner[0, which, n], 0.0), 1.0)
            outer = _horner(f, x), _horner(df, x), _horner(ddf, x), _horner(dddf, x)
            _put(function(_at(inner[:, which], n), outer), rows[:, which], n)
    return rows


@exactly
def aside(apart_m: Floats, bone_m: float, forwards: float) -> Floats:
    """From the middle between two joints (4, n, 3) `apart_m` to the one that joins two bones alike."""
    way = np.zeros(apart_m.shape)
    for n in range(apart_m.shape[1]):
        x_m, z_m = _at(apart_m[:, :, 0], n), _at(apart_m[:, :, 2], n)
        bones = _times(bone_m * bone_m, _inverse(_sum(product(x_m, x_m), product(z_m, z_m))))
        out = _times(forwards, _root((bones[0] - 0.25, bones[1], bones[2], bones[3])))
        _put(_times(-1.0, product(z_m, out)), way[:, :, 0], n)
        _put(product(x_m, out), way[:, :, 2], n)
    return way
