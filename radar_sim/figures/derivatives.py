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
    """Of many (4, n), held to 0 to 1, as many by each; `by` has coefficients of value and derivatives."""
    rows = np.empty(inner.shape)
    for n in range(inner.shape[1]):
        f = by[n * len(by) // inner.shape[1]]
        x = min(max(inner[0, n], 0.0), 1.0)
        outer = _horner(f[0], x), _horner(f[1], x), _horner(f[2], x), _horner(f[3], x)
        _put(function(_at(inner, n), outer), rows, n)
    return rows


@exactly
def aside(x_m: Floats, z_m: Floats, bone_m: float, forwards: float) -> tuple[Floats, Floats]:
    """From the middle between two joints so far apart, (4, n), to the one that joins two bones alike.

    With d between the joints and bones of b, it lies out by sqrt((b / d)^2 - 1/4) of d.
    """
    aside_x_m, aside_z_m = np.empty(x_m.shape), np.empty(x_m.shape)
    for n in range(x_m.shape[1]):
        x, z = _at(x_m, n), _at(z_m, n)
        xx, zz, bb = product(x, x), product(z, z), bone_m * bone_m
        dd = xx[0] + zz[0], xx[1] + zz[1], xx[2] + zz[2], xx[3] + zz[3]
        i = 1 / dd[0]
        part = function(dd, (i, -i * i, 2 * i * i * i, -6 * i * i * i * i))
        square = bb * part[0] - 0.25, bb * part[1], bb * part[2], bb * part[3]
        s, r = square[0], math.sqrt(square[0])
        root = function(square, (r, 0.5 / r, -0.25 / (r * s), 0.375 / (r * s * s)))
        out = forwards * root[0], forwards * root[1], forwards * root[2], forwards * root[3]
        down, ahead = product(z, out), product(x, out)
        _put((-down[0], -down[1], -down[2], -down[3]), aside_x_m, n)
        _put(ahead, aside_z_m, n)
    return aside_x_m, aside_z_m
