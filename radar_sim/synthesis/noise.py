"""Thermal noise, rounding and clipping in one pass: complex signal in LSB to int16 words.

Fresh noise is drawn anew for every sample, from a counter (Philox 4x32-10; Salmon, Moraes, Dror, Shaw 2011)
whose key is that of seed, radar and frame, and made normal by Box and Muller's method in float32: nothing
lies beyond 6.7 sigma. Pooled noise is drawn once per seed and radar; each row of a frame takes a run of it
from a place of its own. What pooled noise loses: rows that overlap are the same noise shifted, in one frame
and from frame to frame, and their mean and power follow the pool's.
"""

import math
from typing import Any, Literal

import numpy as np
from llvmlite import ir
from numba import types
from numpy.polynomial import Chebyshev, Polynomial
from numpy.typing import NDArray

from radar_sim.compiled import compiled, lowered, series
from radar_sim.errors import SceneError
from radar_sim.paths import Singles
from radar_sim.randomness import Purpose, generator

Noise = Literal["fresh", "pooled"]
FULL_SCALE = 32767
LANES = 256
POOL = 1 << 20  # values, 4 MB; two rows of 256 samples overlap somewhere with a chance of 1 in 1024

M0, M1, W0, W1 = (np.uint64(c) for c in (0xD2511F53, 0xCD9E8D57, 0x9E3779B9, 0xBB67AE85))
LOW, WORD = np.uint64(0xFFFFFFFF), np.uint64(32)
ONE, TWO, HALF = np.float32(1), np.float32(2), np.float32(0.5)
STEP, HALF_STEP, TOP = np.float32(2.0**-32), np.float32(2.0**-33), np.float32(1 - 2.0**-24)
ROOT_HALF = np.int32(0x3F3504F3)  # float32 of sqrt(1/2), as an integer: where exponents change
MANTISSA = np.int32(23)
LN2 = np.float32(math.log(2))
S0, S1, S2, S3, S4 = (np.float32(c) for c in series("sin", 5))
C0, C1, C2, C3, C4, C5 = (np.float32(c) for c in series("cos", 6))
# ln(1 + f) / f for 1 + f between sqrt(1/2) and sqrt(2), within 3e-6.
_at = (
    (math.sqrt(2) - math.sqrt(0.5)) / 2 * np.cos(np.pi * (np.arange(64) + 0.5) / 64)
    + (math.sqrt(2) + math.sqrt(0.5)) / 2
    - 1
)
L0, L1, L2, L3, L4, L5, L6, L7 = (
    np.float32(c) for c in Chebyshev.fit(_at, np.log1p(_at) / _at, 7).convert(kind=Polynomial).coef
)


class Converter:
    """All radars' noise and converters; remembers the pools."""

    def __init__(self, seed: int, noise: Noise) -> None:
        if noise not in ("fresh", "pooled"):
            raise SceneError(f"noise is {noise!r}, not fresh or pooled")
        self._seed, self._noise = seed, noise
        self._pools: dict[str, Singles] = {}

    def words(
        self, signal: NDArray[np.complex64], name: str, index: int, noise_lsb: float
    ) -> NDArray[np.int16]:
        """Signal (chirp, rx, sample) with noise of this r.m.s. in I and in Q, rounded and clipped.

        Returns (chirp, rx, sample, 2), I then Q.
        """
        words = np.empty((*signal.shape, 2), dtype=np.int16)
        flat = np.ascontiguousarray(signal, dtype=np.complex64).reshape(-1, signal.shape[2]).view(np.float32)
        rows = words.reshape(flat.shape)
        rng = generator(self._seed, Purpose.NOISE, name, index)
        if self._noise == "fresh":
            _add_fresh(flat.reshape(-1), np.float32(noise_lsb), _key(rng), rows.reshape(-1))
        else:
            pool = self._pool(name, flat.shape[1])
            starts = 2 * rng.integers(0, (len(pool) - flat.shape[1]) // 2 + 1, len(flat))
            _add_pooled(flat, np.float32(noise_lsb), pool, starts, rows)
        return words

    def _pool(self, name: str, row: int) -> Singles:
        if name not in self._pools:
            pool = np.empty(max(POOL, 64 * row), dtype=np.float32)
            _fill(_key(generator(self._seed, Purpose.NOISE_POOL, name)), pool)
            self._pools[name] = pool
        return self._pools[name]


def _key(rng: np.random.Generator) -> NDArray[np.uint64]:
    return rng.integers(0, 1 << 32, 2, dtype=np.uint64)


@lowered
def _as_bits(_context: Any, value: Any) -> Any:
    """The 32 bits of a float32 as an integer."""
    return types.int32(value), lambda _c, builder, _s, args: builder.bitcast(args[0], ir.IntType(32))


@lowered
def _as_float(_context: Any, value: Any) -> Any:
    """The float32 that an integer's 32 bits mean."""
    return types.float32(value), lambda _c, builder, _s, args: builder.bitcast(args[0], ir.FloatType())


@compiled
def philox(first: np.uint64, key: NDArray[np.uint64], words: NDArray[np.uint32]) -> None:
    """Four words of each of LANES counters from `first`: all first words, then all second ones, and so on."""
    for lane in range(LANES):
        a, b, c, d = first + np.uint64(lane), np.uint64(0), np.uint64(0), np.uint64(0)
        k, m = key[0], key[1]
        for _ in range(10):
            p, q = a * M0, c * M1
            a, b, c, d = (q >> WORD) ^ b ^ k, q & LOW, (p >> WORD) ^ d ^ m, p & LOW
            k, m = (k + W0) & LOW, (m + W1) & LOW
        words[lane] = np.uint32(a)
        words[LANES + lane] = np.uint32(b)
        words[2 * LANES + lane] = np.uint32(c)
        words[3 * LANES + lane] = np.uint32(d)


@compiled
def _normal(words: NDArray[np.uint32], normal: Singles) -> None:
    """2 LANES words to as many normal values: a radius from the first half, an angle from the second."""
    for n in range(2 * LANES):
        unit = min(np.float32(words[n]) * STEP + HALF_STEP, TOP)
        bits = _as_bits(unit)
        exponent = np.int32(np.int32(bits - ROOT_HALF) >> MANTISSA)
        f = _as_float(np.int32(bits - np.int32(exponent << MANTISSA))) - ONE
        log = f * (L0 + f * (L1 + f * (L2 + f * (L3 + f * (L4 + f * (L5 + f * (L6 + f * L7)))))))
        radius = np.sqrt(-TWO * (log + np.float32(exponent) * LN2))
        x = np.float32(np.int32(words[2 * LANES + n])) * STEP
        half = np.rint(x + x)
        x = x - HALF * half
        radius = radius * (ONE - TWO * half * half)
        z = x * x
        normal[n] = radius * x * (S0 + z * (S1 + z * (S2 + z * (S3 + z * S4))))
        normal[2 * LANES + n] = radius * (C0 + z * (C1 + z * (C2 + z * (C3 + z * (C4 + z * C5)))))


@compiled
def _fill(key: NDArray[np.uint64], values: Singles) -> None:
    """Normal values of unit power."""
    words, normal = np.empty(4 * LANES, np.uint32), np.empty(4 * LANES, np.float32)
    for start in range(0, len(values), 4 * LANES):
        philox(np.uint64(start), key, words)
        _normal(words, normal)
        count = min(4 * LANES, len(values) - start)
        values[start : start + count] = normal[:count]


@compiled
def _round(signal: Singles, noise_lsb: np.float32, noise: Singles, words: NDArray[np.int16]) -> None:
    low, high = np.float32(-FULL_SCALE - 1), np.float32(FULL_SCALE)
    for n in range(len(words)):
        words[n] = np.int16(np.int32(min(max(np.rint(signal[n] + noise_lsb * noise[n]), low), high)))


@compiled
def _add_fresh(
    signal: Singles, noise_lsb: np.float32, key: NDArray[np.uint64], words: NDArray[np.int16]
) -> None:
    drawn, normal = np.empty(4 * LANES, np.uint32), np.empty(4 * LANES, np.float32)
    for start in range(0, len(words), 4 * LANES):
        philox(np.uint64(start), key, drawn)
        _normal(drawn, normal)
        end = min(start + 4 * LANES, len(words))
        _round(signal[start:end], noise_lsb, normal, words[start:end])


@compiled
def _add_pooled(
    signal: Singles,
    noise_lsb: np.float32,
    pool: Singles,
    starts: NDArray[np.int64],
    words: NDArray[np.int16],
) -> None:
    for row in range(len(signal)):
        _round(signal[row], noise_lsb, pool[starts[row] : starts[row] + signal.shape[1]], words[row])
