"""Tones held against patches of cells, many patches at once: the places and amplitudes that leave least.

Amplitudes are solved for, so only places are moved: variable projection (Golub and Pereyra 1973) by
Gauss-Newton. All that a step needs are the products of tones, their slopes and what was seen; so patches are
a stack, and each product is one call for all of them.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from edge_controller.detection.spectrum import doppler_window, range_window
from edge_controller.detection.tone import (
    CELLS,
    NODE_TIMES,
    NODES,
    STILL_BINS,
    TABLE_STEPS,
    Axis,
    axis_of,
    node_responses,
    response,
)

ITERATIONS = 3
SHIFT = 1e-3  # bins, of the differences that stand for derivatives
MAX_STEP_BINS = 1 / 3
RIDGE = 1e-12  # of the tones' power: two of them in one place leave a sum, no parts
REACH_BINS = (12, 24)  # of the tables to either side in Doppler and, for the walk, in range
EYES = tuple(np.eye(count) for count in range(9))
SHIFTS = SHIFT * np.array([0, 1, -1])

Floats = NDArray[np.float64]
Complex = NDArray[np.complex128]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Seen:
    """Patches around peaks, whitened: (patch, cell, channel), and the noise of one channel (patch,)."""

    values: Complex
    noise: Floats
    shape: tuple[int, int]  # Doppler, range cells of the map they were cut from

    def only(self, which: Indices) -> "Seen":
        """Some of the patches, some perhaps twice."""
        return Seen(self.values[which], self.noise[which], self.shape)


@dataclass(frozen=True, slots=True)
class Fit:
    """Tones in each of a stack of patches. Their power is `norm` times that of their amplitudes.

    A patch that has fewer tones than others has some at NaN, which are nothing.
    """

    places: Floats  # (patch, tone, axis) bins in Doppler and range from the middle of the patch
    step: Floats  # (patch, tone, axis) Gauss-Newton to better ones
    amplitudes: Complex  # (patch, tone, channel)
    energy: Floats  # (patch,) of what is left
    tones: Complex  # (patch, tone, cell) of amplitude 1
    alike: Complex  # (patch, tone, tone) products of the conjugate of the first and the second

    def only(self, which: Indices) -> "Fit":
        """Some of the patches."""
        return Fit(*(getattr(self, name)[which] for name in self.__slots__))

    def put(self, which: Indices, other: "Fit") -> None:
        """Another fit in the place of those."""
        for name in self.__slots__:
            getattr(self, name)[which] = getattr(other, name)

    @property
    def norm(self) -> Floats:
        """(patch, tone) energy of a tone of amplitude 1."""
        return np.asarray(np.diagonal(self.alike, axis1=1, axis2=2).real)


def left_over(seen: Seen, fit: Fit) -> Complex:
    """(patch, cell, channel) what the tones leave."""
    return np.asarray(seen.values - fit.tones.swapaxes(1, 2) @ fit.amplitudes)


def fitted(seen: Seen, places: Floats, walk: Floats) -> Fit:
    """The tones near `places` (patch, tone, axis), walking so many range bins (patch,), that leave least."""
    walk = np.where(np.abs(walk) < STILL_BINS, 0.0, walk)
    best = solved(seen, places, walk)
    going = np.arange(len(places))
    for _ in range(ITERATIONS):
        before = best if going.size == len(places) else best.only(going)
        moved = solved(seen.only(going), before.places + before.step, walk[going])
        gain = before.energy - moved.energy
        better = np.flatnonzero(gain > 0)
        if better.size == len(places):
            best = moved
        else:
            best.put(going[better], moved.only(better))
        going = going[better[gain[better] >= seen.noise[going[better]]]]
        if not going.size:
            break
    return best


def solved(seen: Seen, places: Floats, walk: Floats) -> Fit:
    """Amplitudes of tones at these places, and where their slopes lead."""
    count, channels = places.shape[1], seen.values.shape[2]
    absent = np.isnan(places[..., 0])
    rows = tones_and_slopes(places, walk, seen.shape)  # (patch, 3 x tone, cell)
    products = np.conj(rows) @ np.concatenate([rows.swapaxes(1, 2), seen.values], axis=2)
    alike, slopes = products[:, :count, :count], products[:, count:, :count]
    alike = np.asarray(alike + absent[:, None] * EYES[count], np.complex128)
    amplitudes, shares = _shares(alike, products[:, :count, count:], channels)
    matched = products[:, :count, -channels:]
    energy = _energy(seen.values) - np.sum((np.conj(matched) * amplitudes).real, axis=(1, 2))
    bent = products[:, count:, count : 3 * count] - slopes @ shares
    toward = products[:, count:, -channels:] - slopes @ amplitudes
    twice = np.concatenate([amplitudes, amplitudes], axis=1)
    bend = (bent * (np.conj(twice) @ twice.swapaxes(1, 2))).real
    slope = np.sum((toward * np.conj(twice)).real, axis=2, keepdims=True)
    ridge = 1e-9 * np.trace(bend, axis1=1, axis2=2)[:, None] + np.concatenate([absent, absent], axis=1)
    bend += ridge[:, None] * EYES[2 * count]
    step = np.linalg.solve(bend, slope).reshape(-1, 2, count).swapaxes(1, 2)
    step = np.minimum(np.maximum(step, -MAX_STEP_BINS), MAX_STEP_BINS)
    return Fit(places, step, amplitudes, energy, rows[:, :count], alike)


def _shares(alike: Complex, matched: Complex, channels: int) -> tuple[Complex, Complex]:
    """What tones have of the channels, and of their own slopes, which stand before them."""
    count = alike.shape[1]
    if count == 1:
        parts = np.asarray(matched / alike)
    else:
        ridge = RIDGE * np.trace(alike, axis1=1, axis2=2).real
        parts = np.asarray(np.linalg.solve(alike + ridge[:, None, None] * EYES[count], matched))
    return parts[..., -channels:], parts[..., :-channels]


def _energy(values: Complex) -> Floats:
    """(patch,) of contiguous (patch, cell, channel)."""
    parts = values.reshape(len(values), -1).view(np.float64)
    return np.asarray(np.vecdot(parts, parts))


def tones_and_slopes(places: Floats, walk: Floats, shape: tuple[int, int]) -> Complex:
    """(patch, 3 x tone, cell) what tones leave, then their slopes in Doppler, then those in range.

    Of a tone at NaN zeros.
    """
    absent = np.isnan(places[..., 0])
    if some := bool(absent.any()):
        places = np.nan_to_num(places)
    patches, count, _ = places.shape
    doppler, across = whitened(shape)
    parts = _between(doppler, places[..., :1] + SHIFTS)  # (patch, tone, shift, cell x node)
    parts = parts.reshape(patches, count, 3, CELLS.size, NODES)
    walked = places[..., 1:] + walk[:, None, None] * NODE_TIMES  # (patch, tone, node)
    seen = _between(across, walked[:, :, None] + SHIFTS[:, None])  # (patch, tone, shift, node, cell)
    pair = np.empty((patches, count, 2, CELLS.size, NODES), np.complex128)
    pair[:, :, 0] = parts[:, :, 0]
    pair[:, :, 1] = (parts[:, :, 1] - parts[:, :, 2]) / (2 * SHIFT)
    rows = np.empty((patches, 3, count, CELLS.size, CELLS.size), np.complex128)
    along = pair.reshape(patches, count, -1, NODES) @ seen[:, :, 0]
    rows[:, :2] = along.reshape(patches, count, 2, CELLS.size, CELLS.size).swapaxes(1, 2)
    rows[:, 2] = pair[:, :, 0] @ ((seen[:, :, 1] - seen[:, :, 2]) / (2 * SHIFT))
    if some:
        rows.swapaxes(1, 2)[absent] = 0
    return rows.reshape(patches, 3 * count, -1)


Table = NDArray[np.float64] | NDArray[np.complex128]


@lru_cache(maxsize=8)
def whitened(shape: tuple[int, int]) -> tuple[Table, Table]:
    """What a tone leaves, whitened, per 1/64 bin: (place, cell x node) in Doppler, (place, cell) in range.

    Whitening and looking between two entries of a table may change places: both are linear.
    """
    axes = axis_of(doppler_window, shape[0]), axis_of(range_window, shape[1])
    along, across = (np.arange(-reach * TABLE_STEPS, reach * TABLE_STEPS + 1) for reach in REACH_BINS)
    parts = axes[0].whiten @ node_responses(axes[0], along[:, None] / TABLE_STEPS - CELLS)
    seen = response(axes[1], across[:, None] / TABLE_STEPS - CELLS) @ axes[1].whiten.T
    return parts.reshape(along.size, -1), seen


def _between(table: Table, place: Floats) -> Table:
    """(..., entry) of a table whose middle is place 0, between its places."""
    middle = len(table) // 2
    step = place * TABLE_STEPS
    step += middle
    np.minimum(np.maximum(step, 0, out=step), len(table) - 1.001, out=step)
    below = step.astype(np.intp)
    step -= below
    low = table.take(below, axis=0)
    high = table.take(below + 1, axis=0)
    high -= low
    high *= step[..., None]
    high += low
    return high


@lru_cache(maxsize=8)
def whitening(shape: tuple[int, int]) -> Floats:
    """(cell, cell) of a patch of both axes, from cells whose phases are counted from the first sample."""
    axes: tuple[Axis, Axis] = axis_of(doppler_window, shape[0]), axis_of(range_window, shape[1])
    turn = 1 - 2 * ((CELLS[:, None] + CELLS) % 2)
    return np.asarray(np.kron(axes[0].whiten, axes[1].whiten) * turn.ravel())
