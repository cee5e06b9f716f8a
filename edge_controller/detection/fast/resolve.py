"""`two_waves`, one cell at a time."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.resolve import (
    ALTERNATIONS,
    GAUSS_NEWTON_STEPS,
    GRID_REACH,
    SPLIT,
    SPLIT_REACH,
    Pairs,
    correlations,
)
from edge_controller.detection.scan import EDGE_U, EDGE_V, scan_of

Complex64s = NDArray[np.complex64]
Complexes = NDArray[np.complex128]
Floats = NDArray[np.float64]


def two_waves(channels: Complex64s, noise: Floats, radar: Radar) -> Pairs:
    """As `edge_controller.detection.resolve.two_waves`."""
    scan = scan_of(radar)
    alike, weight = correlations(radar)
    cells, (count, axes) = len(channels), scan.wave_rad.shape
    pairs = Pairs(
        sines=np.empty((cells, 2, axes)),
        share=np.empty((cells, 2)),
        sine_variance=np.empty((cells, 2)),
        left=np.empty(cells),
        channels=np.empty((cells, 2, count), np.complex64),
    )
    out = (pairs.sines, pairs.share, pairs.sine_variance, pairs.left, pairs.channels)
    fit_pairs(channels, noise, (scan.wave_rad, scan.grid, scan.steering, alike, weight), scan.step, out)
    return pairs


Fan = tuple[Floats, Floats, Complex64s, Complex64s, NDArray[np.float32]]
Out = tuple[Floats, Floats, Floats, Floats, Complex64s]


@njit(cache=True, error_model="numpy")
def fit_pairs(channels: Complex64s, noise: Floats, fan: Fan, step: float, out: Out) -> None:
    """The two waves of each cell into `out`, in the order of `Pairs`."""
    wave, grid, steering, alike, weight = fan
    count, axes = wave.shape
    start, other = np.empty((2, axes)), np.empty((2, axes))
    for n in range(len(channels)):
        sines = out[0][n]
        strongest, first, second = on_grid(channels[n], steering, alike, weight)
        start[0], start[1] = grid[first], grid[second]
        least = climb(channels[n], wave, start, GRID_REACH * step, sines)
        if least > count * noise[n]:
            start[:] = grid[strongest]
            start[0, 0] = max(start[0, 0] - SPLIT * step, -EDGE_U)
            start[1, 0] = min(start[1, 0] + SPLIT * step, EDGE_U)
            if climb(channels[n], wave, start, SPLIT_REACH * step, other) < least:
                sines[:] = other
        waves, amplitudes, left, normal, _ = fit(channels[n], sines, wave)
        bound = np.linalg.inv(2 * normal)
        power = np.abs(amplitudes) ** 2
        out[3][n] = np.sum(np.abs(left) ** 2)
        rest = max(noise[n], out[3][n] / max(count - 2 - axes, 1))
        for w in range(2):
            out[1][n, w] = power[w] / max(power[0] + power[1], 1e-30)
            out[2][n, w] = bound[w * axes, w * axes] * rest
            for c in range(count):
                out[4][n, w, c] = amplitudes[w] * waves[w, c] + left[c]


@njit(cache=True, error_model="numpy")
def climb(channels: Complex64s, wave: Floats, start: Floats, reach: float, sines: Floats) -> float:
    """Gauss-Newton from `start` to the (wave, axis) `sines`, at most so far away; the power it leaves."""
    edge = np.array([EDGE_U, EDGE_V])
    axes = start.shape[1]
    sines[:] = start
    for _ in range(GAUSS_NEWTON_STEPS):
        move = fit(channels, sines, wave)[4]
        for w in range(2):
            for a in range(axes):
                moved = min(max(sines[w, a] + move[w * axes + a] - start[w, a], -reach), reach)
                sines[w, a] = min(max(start[w, a] + moved, -edge[a]), edge[a])
    return float(np.sum(np.abs(fit(channels, sines, wave)[2]) ** 2))


@njit(cache=True, error_model="numpy")
def on_grid(
    channels: Complex64s, steering: Complex64s, alike: Complex64s, weight: NDArray[np.float32]
) -> tuple[int, int, int]:
    """Grid directions of the strongest beam and of the best pair: one is held, the other moved, in turns."""
    beams = channels @ steering
    held, best = 0, np.float32(-1)
    for g in range(beams.size):
        power = beams[g].real ** 2 + beams[g].imag ** 2
        if power > best:
            held, best = g, power
    strongest = moved = held
    for _ in range(2 * ALTERNATIONS):
        at, best = 0, np.float32(-1)
        ours, scale, beam = alike[held], weight[held], beams[held]
        for g in range(beams.size):
            rest = beams[g] - np.conj(ours[g]) * beam
            power = (rest.real**2 + rest.imag**2) * scale[g]
            if power > best:
                at, best = g, power
        moved, held = held, at
    return strongest, moved, held


@njit(cache=True, error_model="numpy")
def fit(
    channels: Complex64s, sines: Floats, wave: Floats
) -> tuple[Complexes, Complexes, Complexes, Floats, Floats]:
    """Waves, amplitudes, what they leave, half the Fisher information, and the Gauss-Newton step."""
    count, axes = wave.shape
    waves = np.empty((2, count), np.complex128)
    alike, energy, stiff = 0j, 0.0, 0.0
    for c in range(count):
        for w in range(2):
            angle = 0.0
            for a in range(axes):
                angle += sines[w, a] * wave[c, a]
            waves[w, c] = complex(np.cos(angle), -np.sin(angle)) / np.sqrt(count)
        alike += np.conj(waves[0, c]) * waves[1, c]
        energy += abs(channels[c]) ** 2
        for a in range(axes):
            stiff += wave[c, a] ** 2
    left = channels.astype(np.complex128)
    amplitudes = project(left, waves, alike)
    slopes = np.empty((2 * axes, count), np.complex128)
    for w in range(2):
        for a in range(axes):
            for c in range(count):
                slopes[w * axes + a, c] = -1j * wave[c, a] * amplitudes[w] * waves[w, c]
            project(slopes[w * axes + a], waves, alike)
    normal, toward = np.zeros((2 * axes, 2 * axes)), np.zeros(2 * axes)
    for i in range(2 * axes):
        for c in range(count):
            back = np.conj(slopes[i, c])
            toward[i] += (back * left[c]).real
            for j in range(2 * axes):
                normal[i, j] += (back * slopes[j, c]).real
        normal[i, i] += 1e-9 * energy * stiff / count
    return waves, amplitudes, left, normal, np.linalg.solve(normal, toward)


@njit(cache=True, error_model="numpy")
def project(what: Complexes, waves: Complexes, alike: complex) -> Complexes:
    """Amplitudes of two waves in `what`, which becomes what is left of it."""
    seen = np.zeros(2, np.complex128)
    for c in range(what.size):
        seen[0] += np.conj(waves[0, c]) * what[c]
        seen[1] += np.conj(waves[1, c]) * what[c]
    spare = max(1 - abs(alike) ** 2, 1e-6)
    one, two = (seen[0] - alike * seen[1]) / spare, (seen[1] - np.conj(alike) * seen[0]) / spare
    for c in range(what.size):
        what[c] -= one * waves[0, c] + two * waves[1, c]
    seen[0], seen[1] = one, two
    return seen
