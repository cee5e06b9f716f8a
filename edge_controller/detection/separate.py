"""Two reflections that share a main lobe: the stronger is taken out, and what is left is looked at again.

A person beside a strong reflector, and two alike closer than a main lobe, are no local maxima of their own.
The patch of cells around a peak, whitened by the windows' noise, is held against one tone with an amplitude
of its own in every channel, so antennas count as they are. What is left over is searched for a second tone,
beam by beam, and both are placed together (Gauss-Newton; amplitudes are solved for: variable projection,
Golub and Pereyra 1973).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.beams import fan_of, significant
from edge_controller.detection.peaks import Peaks, joined
from edge_controller.detection.shadow import MAX_PEAKS
from edge_controller.detection.spectrum import doppler_window, range_window, signed_bin
from edge_controller.detection.tone import (
    HALF,
    NODE_TIMES,
    STILL_BINS,
    Axis,
    axis_of,
    is_odd,
    node_responses,
    response,
    walk_bins,
)

MAX_PATCHES = 6  # of the strongest peaks that are not one tone: bounds the time of a crowded street
LEAST_PART_DB = -30.0  # of the stronger: phase noise and what bodies are not points stand there
LEAST_APART_BINS = 0.8
MAX_KNOWN = 2  # peaks of one patch; where more stand, a body does, and one point more says nothing
SPLIT_BINS = 1.2  # of one tone that is two alike, to begin with
SAME_BINS = 0.7  # peaks of different beams that are one tone
LEAST_OWN = 0.1  # share of a tone that the others do not explain
EXPLAINS = 0.5  # of what one tone leaves over noise; more, and it is a body with more points than two
ITERATIONS = 3
SHIFT = 1e-3  # bins, of the differences that stand for derivatives

AROUND = np.arange(-HALF, HALF + 1)
TURN = 1 - 2 * ((AROUND[:, None] + AROUND) % 2)  # phases are counted from the middle of the windows

Complex = NDArray[np.complex128]


@dataclass(frozen=True, slots=True)
class Patch:
    """Cells around one peak, whitened: (cell, channel), and the axes they lie on."""

    values: Complex
    doppler: Axis
    range: Axis
    noise: float  # of one channel
    undo_motion: NDArray[np.complex64]
    steering: NDArray[np.complex64]
    sines: NDArray[np.float64]


def tones(patch: Patch, places: NDArray[np.float64], walk: float) -> Complex:
    """(cell, place) what tones of amplitude 1 at `places` (Doppler, range) leave in a patch, whitened."""
    cells = AROUND
    if abs(walk) < STILL_BINS:
        along = patch.doppler.whiten @ response(patch.doppler, places[:, 0] - cells[:, None])
        across = patch.range.whiten @ response(patch.range, places[:, 1] - cells[:, None])
        return np.asarray(along[:, None] * across).reshape(-1, len(places)).astype(np.complex128)
    parts = node_responses(patch.doppler, places[:, :1] - cells)
    walked = (places[:, 1:] + walk * NODE_TIMES)[..., None] - cells
    seen = parts @ response(patch.range, walked)  # (place, Doppler, range)
    white = patch.doppler.whiten @ seen @ patch.range.whiten.T
    return np.asarray(white.reshape(len(places), -1).T)


def separate(
    cube: NDArray[np.complex64],
    noise: NDArray[np.floating],
    peaks: Peaks,
    radar: Radar,
) -> Peaks:
    """The peaks, and those that stood in the main lobe of a stronger one."""
    return with_parts(cube, noise, peaks, radar, odd=is_odd(cube, noise, peaks, radar), pair_of=pair_of)


def with_parts(
    cube: NDArray[np.complex64],
    noise: NDArray[np.floating],
    peaks: Peaks,
    radar: Radar,
    *,
    odd: NDArray[np.bool_],
    pair_of: Callable[[Patch, NDArray[np.float64], float], "Pair | None"],
) -> Peaks:
    """The peaks, and the second tones that `pair_of` finds where a peak is `odd`."""
    if not odd.any():
        return peaks
    looked, before = 0, peaks
    for cell in zip(peaks.doppler[odd].tolist(), peaks.range[odd].tolist(), strict=True):
        known = _known(peaks, cell, noise.shape[0])
        if 0 < len(known.members) <= MAX_KNOWN and looked < MAX_PATCHES:
            peaks = _parted(cube, noise, peaks, known, radar, pair_of=pair_of)
            looked += 1
    if peaks is before:
        return peaks
    order = np.argsort(-peaks.excess * noise[peaks.doppler, peaks.range], kind="stable")
    return peaks.only(order[:MAX_PEAKS])


def _patch_of(cube: NDArray[np.complex64], noise: float, doppler: int, rng: int, radar: Radar) -> Patch:
    channels, dopplers, ranges = cube.shape
    cells = cube[:, ((doppler + AROUND) % dopplers)[:, None], (rng + AROUND) % ranges]
    axes = axis_of(doppler_window, dopplers), axis_of(range_window, ranges)
    values = axes[0].whiten @ (cells * TURN) @ axes[1].whiten.T
    fan = fan_of(radar)
    return Patch(
        np.ascontiguousarray(values.reshape(channels, -1).T), *axes, noise / channels,
        fan.undo_motion[doppler], fan.steering, fan.sines,
    )  # fmt: skip


def _parted(
    cube: NDArray[np.complex64],
    noise: NDArray[np.floating],
    peaks: Peaks,
    known: "Known",
    radar: Radar,
    *,
    pair_of: Callable[[Patch, NDArray[np.float64], float], "Pair | None"],
) -> Peaks:
    """The peaks, and the second tone in the patch around those known if there is one."""
    doppler, rng = known.cell
    patch = _patch_of(cube, float(noise[doppler, rng]), doppler, rng, radar)
    walk = float(walk_bins(peaks.doppler_bin[known.members[:1]], radar)[0])
    both = pair_of(patch, known.places, walk)
    if both is None:
        return peaks
    parts = _parts(both, patch, known.cell, noise, peaks.occupied)
    return joined(parts, peaks.only(np.delete(np.arange(peaks.doppler.size), known.members)))


@dataclass(frozen=True, slots=True)
class Pair:
    """Tones of a patch, the new one last: (tone, axis) and (tone, channel)."""

    places: NDArray[np.float64]
    amplitudes: Complex


def pair_of(patch: Patch, places: NDArray[np.float64], walk: float) -> Pair | None:
    """The tones around `places` and one more, if there is one."""
    first = _fitted(patch, places, walk)
    fresh = _second(patch, first)
    if fresh is None:
        return None
    both = min((_fitted(patch, start, walk) for start in _starts(first.places, fresh)), key=_energy)
    return Pair(both.places, both.amplitudes) if _believed(patch, first, both) else None


def _starts(known: NDArray[np.float64], fresh: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Places to begin from, the new one last: where it stands out, or the nearest one split in two."""
    nearest = int(np.argmin(np.max(np.abs(known - fresh), axis=1)))
    if np.max(np.abs(known[nearest] - fresh)) > SPLIT_BINS:
        return [np.concatenate([known, fresh[None]])]
    starts = []
    for apart in SPLIT_BINS / 2 * np.eye(2):
        split = np.concatenate([known, known[nearest : nearest + 1] + apart])
        split[nearest] -= apart
        starts.append(split)
    return starts


@dataclass(frozen=True, slots=True)
class Known:
    """Peaks of a patch, that of its middle cell first: where they are from there, and which."""

    cell: tuple[int, int]
    places: NDArray[np.float64]  # (member, axis)
    members: list[int]


def _known(peaks: Peaks, cell: tuple[int, int], dopplers: int) -> Known:
    """No members where the peak of the cell has been parted already. Beams of one tone count once."""
    along = peaks.doppler_bin - cell[0]
    along -= dopplers * np.rint(along / dopplers)
    across = peaks.range_bin - cell[1]
    near = np.flatnonzero((np.abs(along) < HALF + 2) & (np.abs(across) < HALF + 2))
    offset = np.stack([along[near], across[near]], axis=1)
    here = np.flatnonzero((peaks.doppler[near] == cell[0]) & (peaks.range[near] == cell[1]))
    members = here[:1].tolist()
    for n in range(near.size) if members else ():
        if np.abs(offset[members] - offset[n]).max(axis=1).min() > SAME_BINS:
            members.append(n)
    return Known(cell, offset[members], near[members].tolist())


@dataclass(frozen=True, slots=True)
class Fitted:
    """Tones in a patch: places, amplitudes (tone, channel), what is left (cell, channel), a basis of them."""

    places: NDArray[np.float64]
    amplitudes: Complex
    left: Complex
    basis: Complex  # (cell, tone) orthonormal
    walk: float


def _solved(patch: Patch, places: NDArray[np.float64], walk: float) -> Fitted:
    basis, triangle = np.linalg.qr(tones(patch, places, walk))
    inside = np.conj(basis.T) @ patch.values
    triangle = triangle + 1e-9 * np.abs(triangle[0, 0]) * np.eye(len(places))
    return Fitted(places, np.linalg.solve(triangle, inside), patch.values - basis @ inside, basis, walk)


def _fitted(patch: Patch, places: NDArray[np.float64], walk: float) -> Fitted:
    """Places that leave least."""
    best = _solved(patch, places, walk)
    for _ in range(ITERATIONS):
        moved = _solved(patch, best.places + _step(patch, best), walk)
        if _energy(moved) >= _energy(best):
            break
        gain = _energy(best) - _energy(moved)
        best = moved
        if gain < patch.noise:
            break
    return best


def _energy(fit: Fitted) -> float:
    return float(np.vdot(fit.left, fit.left).real)


def _step(patch: Patch, fit: Fitted) -> NDArray[np.float64]:
    """Gauss-Newton step of all places, (tone, axis), at most a third of a bin."""
    shifts = SHIFT * np.array([[1, 0], [0, 1], [-1, 0], [0, -1]])
    around = tones(patch, (fit.places[:, None] + shifts).reshape(-1, 2), fit.walk).reshape(
        -1, len(fit.places), 4
    )
    free = ((around[..., :2] - around[..., 2:]) / (2 * SHIFT)).reshape(len(around), -1)
    free -= fit.basis @ (np.conj(fit.basis.T) @ free)
    amplitudes = np.repeat(fit.amplitudes, 2, axis=0)
    bend = np.real((np.conj(free.T) @ free) * (np.conj(amplitudes) @ amplitudes.T))
    slope = np.real(np.sum((np.conj(free.T) @ fit.left) * np.conj(amplitudes), axis=1))
    bend += 1e-9 * np.trace(bend) * np.eye(len(bend))
    return np.clip(np.linalg.solve(bend, slope), -1 / 3, 1 / 3).reshape(-1, 2)


@lru_cache(maxsize=4)
def grid(dopplers: int, ranges: int) -> tuple[NDArray[np.float64], Complex]:
    """Places half a bin apart in a patch and their tones (cell, place), whitened and of norm 1."""
    axes = axis_of(doppler_window, dopplers), axis_of(range_window, ranges)
    steps = np.arange(-2 * HALF + 1, 2 * HALF) / 2
    cells = np.arange(-HALF, HALF + 1)
    along, across = (axis.whiten @ response(axis, steps - cells[:, None]) for axis in axes)
    left = np.einsum("dp,rq->drpq", along, across).reshape(cells.size**2, -1)
    places = np.stack(np.meshgrid(steps, steps, indexing="ij"), axis=-1).reshape(-1, 2)
    return places, (left / np.linalg.norm(left, axis=0)).astype(np.complex128)


def _second(patch: Patch, fit: Fitted) -> NDArray[np.float64] | None:
    """Where in what is left another tone stands out most, None where none does."""
    places, shapes = grid(patch.doppler.length, patch.range.length)
    own = 1 - np.sum(np.abs(np.conj(fit.basis.T) @ shapes) ** 2, axis=0)
    matched = np.conj(shapes.T) @ fit.left  # (place, channel)
    beams = np.abs((matched * patch.undo_motion) @ patch.steering) ** 2
    height = beams.max(axis=1) / np.maximum(own, LEAST_OWN)
    height[own < LEAST_OWN] = 0
    best = int(np.argmax(height))
    return places[best] if height[best] > _least(patch, fit) else None


def _least(patch: Patch, fit: Fitted) -> float:
    """Power that a tone must have: over noise, and over what a real strong reflector leaves."""
    strongest = float(np.max(np.sum(np.abs(fit.amplitudes) ** 2, axis=1)))
    norm = float(np.sum(np.abs(tones(patch, np.zeros((1, 2)), 0.0)) ** 2))
    channels = patch.values.shape[1]
    over_noise = significant(channels) * channels * patch.noise
    return max(float(over_noise), strongest * norm * 10 ** (LEAST_PART_DB / 10))


def _believed(patch: Patch, first: Fitted, both: Fitted) -> bool:
    """Whether the last of the tones in `both` is one: strong enough, apart, and most of what was left."""
    place = both.places[-1]
    apart = np.max(np.abs(both.places[:-1] - place), axis=1).min()
    if apart < LEAST_APART_BINS or np.max(np.abs(both.places)) > HALF + 2 or np.max(np.abs(place)) > HALF:
        return False
    norm = float(np.sum(np.abs(tones(patch, place[None], both.walk)) ** 2))
    beams = np.abs((both.amplitudes[-1] * patch.undo_motion) @ patch.steering) ** 2
    if beams.max() * norm < _least(patch, first):
        return False
    noise = patch.noise * patch.values.size
    return bool(_energy(first) - _energy(both) > EXPLAINS * (_energy(first) - noise))


def _parts(
    both: Pair,
    patch: Patch,
    cell: tuple[int, int],
    noise: NDArray[np.floating],
    occupied: tuple[NDArray[np.intp], NDArray[np.intp]],
) -> Peaks:
    """The tones of a patch as peaks."""
    dopplers, ranges = noise.shape
    beams = np.abs((both.amplitudes * patch.undo_motion) @ patch.steering) ** 2
    steps = np.rint(both.places).astype(np.intp)
    turn = 1 - 2 * (steps.sum(axis=1, keepdims=True) % 2)
    height = float(patch.doppler.response[0] * patch.range.response[0])
    doppler, rng = (cell[0] + steps[:, 0]) % dopplers, (cell[1] + steps[:, 1]) % ranges
    return Peaks(
        doppler=doppler,
        range=rng,
        doppler_bin=signed_bin(doppler, dopplers) + both.places[:, 0] - steps[:, 0],
        range_bin=rng + both.places[:, 1] - steps[:, 1],
        excess=np.maximum(beams.max(axis=1) * height**2 / noise[doppler, rng], 1e-6),
        sine=patch.sines[beams.argmax(axis=1)],
        channels=(both.amplitudes * height * turn).astype(np.complex64),
        occupied=occupied,
    )
