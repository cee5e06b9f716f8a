"""The compiled part: paths of one frame onto the fine frequency grid of every row.

A row is one chirp and receiver. For each, two passes over blocks of paths that stay in the nearest caches:
a vector pass works out delay, tone and phase of every path, a scatter pass adds each path's eight taps to the
row's grid. Loops write one array each and read few: then the compiler proves them free of overlap and makes
vectors of them.
"""

import math
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numpy.typing import NDArray

from radar_sim.compiled import compiled, lowered, series
from radar_sim.paths import Singles
from radar_sim.scene.scatterers import Floats

TAPS = 8  # eight float32 are one vector register
BEFORE = 3  # taps below the grid point at or under the tone
ORDER, CURVE_ORDER = 6, 3  # of the polynomials of `radar_sim.synthesis.window`
BLOCK = 256  # paths whose 60 kB of intermediate values stay in the caches nearest to the processor
NOWHERE = 1e-12  # m^2, so that nothing is divided by zero where a path ends in an antenna
ONE, TWO, HALF = np.float32(1), np.float32(2), np.float32(0.5)
NONE = np.int32(0)
# Constants of float32, or every product with them would be float64.
S0, S1, S2, S3, S4 = (np.float32(c) for c in series("sin", 5))
C0, C1, C2, C3, C4, C5 = (np.float32(c) for c in series("cos", 6))


@lowered
def _add_taps(
    _context: Any, grid: Any, at: Any, apart: Any, z: Any, re: Any, im: Any, bend: Any, taps: Any, curve: Any
) -> Any:
    """grid[at:at+8] += re w - im bend w'', and the imaginary grid `apart` further likewise.

    w and w'' are the polynomials `taps` and `curve` at z on eight lanes. Written in the compiler's own
    language because it would not keep the eight lanes in one register otherwise.
    """
    signature = types.void(grid, at, apart, z, re, im, bend, taps, curve)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        lanes = ir.VectorType(ir.FloatType(), TAPS)
        number = ir.IntType(32)
        data = [
            context.make_array(kind)(context, builder, value).data if isinstance(kind, types.Array) else None
            for kind, value in zip(sig.args, args, strict=True)
        ]
        never_changes = builder.module.add_metadata([])

        def place(array: Any, offset: Any) -> Any:
            return builder.bitcast(builder.gep(array, [offset]), lanes.as_pointer())

        def all_lanes(value: Any) -> Any:
            nothing = ir.Constant(lanes, ir.Undefined)
            first = builder.insert_element(nothing, value, ir.Constant(number, 0))
            return builder.shuffle_vector(
                first, nothing, ir.Constant(ir.VectorType(number, TAPS), [0] * TAPS)
            )

        def fma(a: Any, b: Any, c: Any) -> Any:
            return builder.fadd(builder.fmul(a, b, flags=["contract"]), c, flags=["contract"])

        def polynomial(array: Any, order: int) -> Any:
            value = None
            for power in range(order + 1):
                row = builder.load(place(array, ir.Constant(ir.IntType(64), TAPS * power)), align=4)
                row.set_metadata("invariant.load", never_changes)  # so it stays in a register
                value = row if value is None else fma(value, z, row)
            return value

        z, re, im, bend = (all_lanes(args[n]) for n in (3, 4, 5, 6))
        weight = polynomial(data[7], ORDER)
        curved = builder.fmul(bend, polynomial(data[8], CURVE_ORDER))
        for offset, level, turned in (
            (args[1], re, builder.fneg(im)),
            (builder.add(args[1], args[2]), im, re),
        ):
            where = place(data[0], offset)
            total = fma(turned, curved, fma(level, weight, builder.load(where, align=4)))
            builder.store(total, where, align=4)
        return context.get_dummy_value()

    return signature, generate


@compiled
def _cubic(start: Floats, first: Floats, second: Floats, third: Floats, t: float, value: Floats) -> None:
    for p in range(len(value)):
        value[p] = start[p] + t * (first[p] + t * (second[p] + t * third[p]))


@compiled
def _ends(leg: Floats, start: int, count: int, t: float, ends: Floats) -> None:
    """Where a block of paths ends and how fast that moves, (6, block), from a cubic of time."""
    end = start + count
    for axis in range(3):
        first, second, third = leg[3 + axis, start:end], leg[6 + axis, start:end], leg[9 + axis, start:end]
        _cubic(leg[axis, start:end], first, second, third, t, ends[axis, :count])
        _quadratic(first, second, third, t, ends[3 + axis, :count])


@compiled
def _quadratic(first: Floats, second: Floats, third: Floats, t: float, value: Floats) -> None:
    for p in range(len(value)):
        value[p] = first[p] + t * (2.0 * second[p] + 3.0 * t * third[p])


@compiled
def _measure(end: Floats, antenna_m: Floats, antenna_mps: Floats, way: Floats, rate: Singles) -> None:
    """Distance from one antenna to the ends (6, block), and its rate."""
    count = len(way)
    x, y, z = end[0, :count], end[1, :count], end[2, :count]
    vx, vy, vz = end[3, :count], end[4, :count], end[5, :count]
    ax, ay, az = antenna_m[0], antenna_m[1], antenna_m[2]
    bx, by, bz = antenna_mps[0], antenna_mps[1], antenna_mps[2]
    for p in range(count):
        dx, dy, dz = x[p] - ax, y[p] - ay, z[p] - az
        way[p] = math.sqrt(dx * dx + dy * dy + dz * dz + NOWHERE)
    for p in range(count):
        dx, dy, dz = x[p] - ax, y[p] - ay, z[p] - az
        dot = dx * (vx[p] - bx) + dy * (vy[p] - by) + dz * (vz[p] - bz)
        rate[p] = np.float32(dot) / np.float32(way[p])


@compiled
def _tune(
    out_m: Floats, back_m: Floats, out_mps: Singles, back_mps: Singles, chirp: Floats, beat: Floats
) -> None:
    """Grid point of each tone, wrapped as the sample rate wraps it."""
    per_m, per_mps, per_m_mps, points = chirp[0], chirp[1], chirp[2], chirp[3]
    share = 1.0 / points
    for p in range(len(beat)):
        way = out_m[p] + back_m[p]
        at = per_m * way + np.float64(out_mps[p] + back_mps[p]) * (per_mps + per_m_mps * way)
        beat[p] = at - points * np.floor(at * share)


@compiled
def _turn(
    out_m: Floats,
    back_m: Floats,
    out_mps: Singles,
    back_mps: Singles,
    phase: Floats,
    chirp: Floats,
    more: float,
    cycles: Singles,
) -> None:
    """Cycles at the sample the grid counts from; whole ones are taken off while it still is float64."""
    per_m, per_m2, per_mps = chirp[4], chirp[5], chirp[6]
    for p in range(len(cycles)):
        way = out_m[p] + back_m[p]
        full = (
            way * (per_m + per_m2 * way) + per_mps * np.float64(out_mps[p] + back_mps[p]) + (phase[p] + more)
        )
        cycles[p] = np.float32(full - np.rint(full))


@compiled
def _strength(
    before: Singles, first: Singles, change: Singles, share: np.float32, way: Floats, level: Singles
) -> None:
    """Amplitude: what came so far, times antenna gain on its straight line over the frame, over the way."""
    for p in range(len(level)):
        level[p] = before[p] * (first[p] + share * change[p]) / np.float32(way[p])


@compiled
def _phasors(cycles: Singles, level: Singles, gain: np.float32, re: Singles, im: Singles) -> None:
    """level * exp(2 pi j cycles) by polynomials, without a branch."""
    for p in range(len(re)):
        x = cycles[p]
        half = np.rint(x + x)
        x = x - HALF * half
        amplitude = gain * level[p] * (ONE - TWO * half * half)
        z = x * x
        im[p] = amplitude * x * (S0 + z * (S1 + z * (S2 + z * (S3 + z * S4))))
        re[p] = amplitude * (C0 + z * (C1 + z * (C2 + z * (C3 + z * (C4 + z * C5)))))


@compiled
def _index(beat: Floats, points: int, at: NDArray[np.int32], z: Singles) -> None:
    """First tap on the row's grid, never outside it whatever comes in, and the polynomials' argument."""
    last = np.int32(points)
    for p in range(len(at)):
        at[p] = min(max(np.int32(beat[p]), NONE), last)
    for p in range(len(z)):
        z[p] = np.float32(2.0 * (beat[p] - np.floor(beat[p])) - 1.0)


@compiled
def _bend(out_mps: Singles, back_mps: Singles, per_mps: np.float32, bend: Singles) -> None:
    """Quadratic phase inside the ramp, as a factor of the window's curvature."""
    for p in range(len(bend)):
        bend[p] = per_mps * (out_mps[p] + back_mps[p])


@compiled
def _scatter(
    at: NDArray[np.int32],
    values: Singles,
    count: int,
    width: int,
    taps: Singles,
    curve: Singles,
    grid: Singles,
) -> None:
    """Receivers inside, paths outside: neighbours in range would wait for each other's stores otherwise."""
    for p in range(count):
        for rx in range(at.shape[0]):
            first = 2 * width * rx + at[rx, p]
            _add_taps(
                grid,
                first,
                width,
                values[0, rx, p],
                values[1, rx, p],
                values[2, rx, p],
                values[3, rx, p],
                taps,
                curve,
            )


@compiled
def _fold(grid: Singles, width: int, points: int, lines: NDArray[np.complex64]) -> None:
    """What lies beyond the ends of the grid comes in at the other end; real and imaginary join."""
    for rx in range(lines.shape[0]):
        re = grid[2 * width * rx : 2 * width * rx + width]
        im = grid[2 * width * rx + width : 2 * width * (rx + 1)]
        for part in (re, im):
            for k in range(BEFORE):
                part[points + k] += part[k]
            for k in range(points + BEFORE, width):
                part[k - points] += part[k]
        for k in range(points):
            lines[rx, k] = complex(re[BEFORE + k], im[BEFORE + k])


@compiled
def spread(
    legs: Floats,
    sent: Singles,
    heard: Singles,
    phase: Floats,
    tx: Floats,
    rx: Floats,
    level: Singles,
    more: Floats,
    times_s: Floats,
    share: Singles,
    chirp: Floats,
    taps: Singles,
    curve: Singles,
    first: int,
    lines: NDArray[np.complex64],
) -> None:
    """Fill `lines` (chirp, rx, grid point) with the sum of all paths, from chirp `first` on.

    legs       (1 or 2, 12, n): position, velocity, acceleration / 2, jerk / 6, each x y z, of the ends out
               and back; one only where both are the same
    sent       (2, tx, n), heard (2, rx, n): value at the first chirp and its change until the last, LSB m^2
    phase      (n,) cycles
    tx, rx     (chirp, antenna, 2, 3): place and velocity in the middle of each chirp's samples
    level      (chirp, tx, rx): 0 where that transmitter is silent; more (chirp, tx, rx): cycles added
    times_s    (chirp,), share (chirp,): 0 at the first, 1 at the last
    chirp      the tone's constants, see `radar_sim.synthesis.beat`
    """
    n, points = len(phase), lines.shape[2]
    width = points + TAPS
    receivers = heard.shape[1]
    grid = np.empty(receivers * 2 * width, np.float32)
    ends = np.empty((2, 6, BLOCK), np.float64)
    wide = np.empty((3, BLOCK), np.float64)
    narrow = np.empty((5, BLOCK), np.float32)
    at = np.empty((receivers, BLOCK), np.int32)
    values = np.empty((4, receivers, BLOCK), np.float32)
    bending = np.float32(chirp[7])
    last = len(legs) - 1
    for line in range(len(lines)):
        c = first + line
        grid[:] = np.float32(0)
        for start in range(0, n, BLOCK):
            m = min(BLOCK, n - start)
            out_m, back_m, beat = wide[0, :m], wide[1, :m], wide[2, :m]
            out_mps, back_mps, cycles = narrow[0, :m], narrow[1, :m], narrow[2, :m]
            outward, both = narrow[3, :m], narrow[4, :m]
            for leg in range(len(legs)):
                _ends(legs[leg], start, m, times_s[c], ends[leg])
            for s in range(level.shape[1]):
                if level[c, s].max() == 0:
                    continue
                _measure(ends[0], tx[c, s, 0], tx[c, s, 1], out_m, out_mps)
                both[:] = np.float32(1)
                _strength(
                    both,
                    sent[0, s, start : start + m],
                    sent[1, s, start : start + m],
                    share[c],
                    out_m,
                    outward,
                )
                for r in range(receivers):
                    _measure(ends[last], rx[c, r, 0], rx[c, r, 1], back_m, back_mps)
                    _tune(out_m, back_m, out_mps, back_mps, chirp, beat)
                    _turn(
                        out_m,
                        back_m,
                        out_mps,
                        back_mps,
                        phase[start : start + m],
                        chirp,
                        more[c, s, r],
                        cycles,
                    )
                    _strength(
                        outward,
                        heard[0, r, start : start + m],
                        heard[1, r, start : start + m],
                        share[c],
                        back_m,
                        both,
                    )
                    _phasors(cycles, both, level[c, s, r], values[1, r, :m], values[2, r, :m])
                    _index(beat, points, at[r, :m], values[0, r, :m])
                    _bend(out_mps, back_mps, bending, values[3, r, :m])
                _scatter(at, values, m, width, taps, curve, grid)
        _fold(grid, width, points, lines[line])


@compiled
def unfold(lines: NDArray[np.complex64], gain: Singles, samples: NDArray[np.complex64]) -> None:
    """From transformed grids (chirp, rx, point) to samples (chirp, rx, sample): the middle is at point 0."""
    half = samples.shape[2] // 2
    ahead = lines.shape[2] - half
    for c in range(samples.shape[0]):
        for r in range(samples.shape[1]):
            for n in range(half):
                samples[c, r, n] = lines[c, r, ahead + n] * gain[n]
            for n in range(half):
                samples[c, r, half + n] = lines[c, r, n] * gain[half + n]
