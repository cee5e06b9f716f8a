"""What one tone leaves in the cells around its peak, and which peaks leave more than one tone and noise.

A tone that moves walks through range within the frame: it is followed through the frame by nodes in time,
between which it is taken to stand (the window is cut into overlapping triangles, one around each node).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from edge_controller.config import Radar
from edge_controller.detection.peaks import Peaks
from edge_controller.detection.spectrum import doppler_window, range_window

HALF = 4  # cells of a patch to either side
ACROSS = 1  # cells to either side that are summed across a line: two decibels more than one cell has
LEAST_SNR = 30.0  # 15 dB: of a weaker peak no second one would stand out
FALSE_ALARM = 1e-2  # of a peak of one tone
MODEL_SHARE = 3e-4  # of a tone's energy: phase noise, and what tables round
FOLDS = (0, -1, 1)  # of the velocity
SHIFT = 0.01  # bins, of the difference that stands for a derivative
TABLE_STEPS = 64  # per bin
BESIDE_STEPS = 16  # per bin, of the weights across a line: from 1 bin below its middle to 1 above
NODES = 9  # times of a frame at which a tone that walks is followed through range
NODE_TIMES = np.linspace(-0.5, 0.5, NODES)
STILL_BINS = 0.1  # of walk: less is none
CELLS = np.arange(-HALF, HALF + 1)
BESIDE = np.arange(-ACROSS, ACROSS + 1)
NEAR = slice(HALF - ACROSS, HALF + ACROSS + 1)  # of CELLS: those in BESIDE
SIGNS = 1 - 2 * (CELLS % 2)
TURNS = 1 - 2 * (BESIDE % 2)
# (beside, axis, 1, cell): the lines along Doppler and along range, from the cell of a peak
LINES = np.empty((2, BESIDE.size, 2, 1, CELLS.size), np.intp)
LINES[0, :, 0], LINES[0, :, 1] = CELLS, BESIDE[:, None, None]
LINES[1, :, 0], LINES[1, :, 1] = BESIDE[:, None, None], CELLS

Taper = Callable[[int], NDArray[np.float64]]
Floats = NDArray[np.float64]
Complex = NDArray[np.complex128]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Axis:
    """Cells of a patch along one axis: what a tone leaves there, and the whitening of their noise."""

    response: Floats  # of the window, per 1/64 bin from 0 on, an even function
    nodes: Complex  # (offset, node) of the window's part around each node, likewise; of -offset the conjugate
    whiten: Floats  # (cell, cell), lower triangle
    beside: Floats  # (offset, cell) weights that sum BESIDE with the least noise, that of one cell
    length: int


@lru_cache(maxsize=16)
def axis_of(taper_of: Taper, length: int) -> Axis:
    taper = taper_of(length)
    time = (np.arange(length) - length / 2) / length
    places = np.arange((3 * HALF + 4) * TABLE_STEPS) / TABLE_STEPS
    hats = np.maximum(1 - np.abs(time - NODE_TIMES[:, None]) * (NODES - 1), 0) * taper
    nodes = np.exp(2j * np.pi * np.outer(places, time)) @ hats.T
    apart = np.abs(CELLS[:, None] - CELLS)
    noise = np.cos(2 * np.pi * apart[..., None] * time) @ taper**2 + 1e-5 * np.eye(CELLS.size)
    whiten = np.linalg.inv(np.linalg.cholesky(noise))
    response = np.cos(2 * np.pi * np.outer(places, time)) @ taper
    offsets = np.arange(-BESIDE_STEPS, BESIDE_STEPS + 1) / BESIDE_STEPS
    seen = np.cos(2 * np.pi * (offsets[:, None] - BESIDE)[..., None] * time) @ taper
    beside = np.linalg.solve(noise[NEAR, NEAR], seen.T).T
    beside /= np.sqrt(np.sum(beside * seen, axis=1, keepdims=True))
    return Axis(response, nodes, whiten, beside, length)


def response(axis: Axis, offset: Floats) -> Floats:
    """Of the window to a tone at each offset from a cell."""
    below, part = _in_table(axis, offset)
    return np.asarray(axis.response[below] * (1 - part) + axis.response[below + 1] * part)


def node_responses(axis: Axis, offset: Floats) -> Complex:
    """(..., node) of the window's part around each node."""
    below, part = _in_table(axis, offset)
    part = part[..., None]
    seen = axis.nodes[below] * (1 - part) + axis.nodes[below + 1] * part
    return np.asarray(np.where(offset[..., None] < 0, np.conj(seen), seen))


def _in_table(axis: Axis, offset: Floats) -> tuple[NDArray[np.intp], Floats]:
    place = np.minimum(np.abs(offset) * TABLE_STEPS, len(axis.response) - 1.001)
    below = place.astype(np.intp)
    return below, place - below


def walk_bins(doppler_bin: Floats, radar: Radar) -> Floats:
    """Range bins within the frame, if the velocity is not folded."""
    return np.asarray(doppler_bin * radar.range_rate_bin_mps * radar.dwell_s / radar.profile.range_bin_m)


def is_odd(
    cube: NDArray[np.complex64], noise: NDArray[np.floating], peaks: Peaks, radar: Radar
) -> NDArray[np.bool_]:
    """Peaks strong enough whose lines of cells along Doppler or range hold more than one tone and noise.

    A tone of any fold will do, as one that moves is smeared by its walk.
    """
    odd = peaks.excess * len(cube) > LEAST_SNR
    which = np.flatnonzero(odd)
    if which.size:
        folded = peaks.doppler_bin[which] + np.array(FOLDS)[:, None] * cube.shape[1]
        odd[which] = _left_over(cube, noise, peaks, which, walk_bins(folded, radar)).all(axis=0)
    return odd


@lru_cache(maxsize=16)
def most_left(channels: int) -> float:
    """Energy in noise powers that one tone leaves of a line at most, but for FALSE_ALARM of both axes."""
    return float(chi2.isf(FALSE_ALARM / 2, 2 * channels * 2 * HALF - 1)) / 2


def _left_over(
    cube: NDArray[np.complex64], noise: NDArray[np.floating], peaks: Peaks, which: Indices, walk: Floats
) -> NDArray[np.bool_]:
    """(fold, peak) whether more is left of the lines than noise leaves, if the tones walk (fold, peak)."""
    channels, dopplers, ranges = cube.shape
    folds, count = walk.shape
    doppler, rng = peaks.doppler[which], peaks.range[which]
    along = peaks.doppler_bin[which] - doppler
    along -= dopplers * np.rint(along / dopplers)
    across = peaks.range_bin[which] - rng
    axes = axis_of(doppler_window, dopplers), axis_of(range_window, ranges)
    beside = np.stack([axes[1].beside[_step(across)], axes[0].beside[_step(along)]])
    whiten, turned = _whitening(dopplers, ranges)
    values = _lines_of(cube, doppler, rng, beside) @ turned
    walk = np.where(np.abs(walk) < STILL_BINS, 0.0, walk).ravel()
    each = np.tile(np.arange(count), folds)
    tones = lines(axes, along[each], across[each], walk, beside[:, each]) @ whiten
    values = values[:, each]
    norm = np.sum(_square(tones[:, 0]), axis=2)
    tones[:, 1] -= (np.sum(np.conj(tones[:, 0]) * tones[:, 1], axis=2) / norm)[:, :, None] * tones[:, 0]
    matched = values @ np.conj(tones).transpose(0, 2, 3, 1)  # (axis, peak, channel, tone)
    own = np.sum(_square(matched[..., 0]), axis=2) / norm
    # The place is one for all channels: a real share of the move, with each channel's amplitude.
    toward = np.sum(np.conj(matched[..., 0]) * matched[..., 1], axis=2).real
    moved = toward**2 / (norm * own * np.sum(_square(tones[:, 1]), axis=2))
    rest = np.sum(_square(values), axis=(2, 3)) - own - moved
    level = noise[doppler, rng][each] / channels
    over = np.any(rest > most_left(channels) * level + MODEL_SHARE * own, axis=0)
    return np.asarray(over).reshape(folds, count)


def _step(offset: Floats) -> Indices:
    """Where in `Axis.beside`."""
    place = np.rint(offset * BESIDE_STEPS).astype(np.intp) + BESIDE_STEPS
    return np.minimum(np.maximum(place, 0), 2 * BESIDE_STEPS)


def _lines_of(cube: NDArray[np.complex64], doppler: Indices, rng: Indices, beside: Floats) -> Complex:
    """(axis, peak, channel, cell) lines through peaks, summed across by weights (axis, peak, beside)."""
    _, dopplers, ranges = cube.shape
    rows = (doppler[:, None] + LINES[0]) % dopplers
    near = cube[:, rows, (rng[:, None] + LINES[1]) % ranges]  # (channel, beside, axis, peak, cell)
    near *= (beside * TURNS).transpose(2, 0, 1)[..., None].astype(np.float32)
    summed = np.asarray(np.sum(near, axis=1, dtype=np.complex128))
    return summed.transpose(1, 2, 0, 3)


@lru_cache(maxsize=8)
def _whitening(dopplers: int, ranges: int) -> tuple[Floats, Floats]:
    """Both axes' (axis, 1, cell, cell), to multiply tones by from the right, and lines of the cube."""
    axes = axis_of(doppler_window, dopplers), axis_of(range_window, ranges)
    whiten = np.stack([axis.whiten.T for axis in axes])[:, None]
    return whiten, whiten * SIGNS[:, None]  # phases are counted from the middle of the windows


def _square(values: Complex) -> Floats:
    return np.asarray(values.real**2 + values.imag**2)


def lines(axes: tuple[Axis, Axis], along: Floats, across: Floats, walk: Floats, beside: Floats) -> Complex:
    """(axis, tone, peak, cell) what tones leave along both axes, and tones moved a little along the axis."""
    moved = np.array([[0.0], [SHIFT]])
    parts = node_responses(axes[0], (along + moved)[..., None] - CELLS)  # (tone, peak, cell, node)
    walked = (across + moved)[..., None] + walk[:, None] * NODE_TIMES
    seen = response(axes[1], walked[..., None] - CELLS)  # (tone, peak, node, cell)
    found = np.empty((2, *parts.shape[:3]), np.complex128)
    found[0] = (parts @ (seen[0, ..., NEAR] @ beside[0][..., None]))[..., 0]
    found[1] = ((beside[1][:, None] @ parts[0, :, NEAR]) @ seen)[:, :, 0]
    return found
