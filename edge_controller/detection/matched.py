"""Cells around a peak -> one value per channel, as if no window had been there.

The windows take 4.1 dB. Neighbouring cells hold what they took: a weighted sum of a patch of cells, whitened
for the noise that a window makes alike in them, gets 3 dB of it back, the loss between the cells included.
A target that walks through range bins within the frame is smeared in a way that its speed tells.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from edge_controller.detection.spectrum import doppler_window, range_window

HALF_DOPPLER, HALF_RANGE = 4, 4  # half sides of the patch: 0.95 dB lost, 1.2 dB at worst
OFFSETS = 8  # steps per bin of the tables: a sixteenth of a bin beside costs 0.05 dB
MAX_OFFSET_BINS = 1.0
EDGE = round(MAX_OFFSET_BINS * OFFSETS)
TINY = 1e-20  # power of nothing at all
LEAST_BEND = 1e-6  # of a match between three places: flatter is no top
SURE_STEPS = 1  # a top no further away than that is not looked for again
PROBE = OFFSETS // 4  # steps to either side at which the match is looked at, to find its top between
# Steps of the tables in (Doppler, range): here, below and above in Doppler, and in range.
PROBES = np.array([(0, 0), (-PROBE, 0), (PROBE, 0), (0, -PROBE), (0, PROBE)], np.intp)
WALKS_PER_BIN = 2
MAX_WALK_BINS = 6.0  # 97 km/h with the `near` profile and 128 loops
UNLIKE = 2.0  # a cell stronger than this many times what the target puts there holds another one
UNLIKE_FLOOR = 1e-3  # of the peak: phase noise and the step of the tables fill the zeros


@dataclass(frozen=True, slots=True)
class Patches:
    """Weights and expected power of a patch's cells by the target's Doppler and range offset and its walk."""

    doppler: NDArray[np.intp]  # (cell,) bins from the middle
    range: NDArray[np.intp]  # (cell,)
    weights: NDArray[np.complex64]  # (offset, offset, walk, cell): noise of a value as of a cell
    shape: NDArray[np.float32]  # (offset, offset, walk, cell): cell's share of |value|^2
    strides: NDArray[np.intp]  # rows of the tables from one (Doppler, range) offset to the next
    probes: NDArray[np.intp]  # (probe, 1) rows from here to PROBES


def _response(taper: NDArray[np.float64], bins: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of a window of unit energy to unit-energy tones that many bins off; real, phase of its middle."""
    count = taper.size
    fine = np.arange(0, np.abs(bins).max() + 0.02, 1 / 64)
    turns = np.outer(fine, np.arange(count) / count - 0.5)
    table = np.cos(2 * np.pi * turns) @ taper / np.sqrt(count)
    return np.asarray(np.interp(np.abs(bins), fine, table))


def _alike(taper: NDArray[np.float64], half: int) -> NDArray[np.float64]:
    """Covariance of white noise in 2 half + 1 neighbouring bins, as seen from the window's middle."""
    lags = np.subtract.outer(np.arange(2 * half + 1), np.arange(2 * half + 1)).astype(np.float64)
    return np.asarray(_response(taper**2, lags) * np.sqrt(taper.size))


@lru_cache(maxsize=8)
def patches_of(loops: int, samples: int) -> Patches:
    """Tables for that map; a patch is never larger than its map."""
    slow, fast = doppler_window(loops), range_window(samples)
    halves = min(HALF_DOPPLER, (loops - 1) // 2), min(HALF_RANGE, (samples - 1) // 2)
    doppler, rng = (np.arange(-half, half + 1) for half in halves)
    offsets = np.arange(-EDGE, EDGE + 1) / OFFSETS
    steps = round(MAX_WALK_BINS * WALKS_PER_BIN)
    walks = np.arange(-steps, steps + 1) / WALKS_PER_BIN
    time = np.arange(loops) / loops - 0.5
    turns = (offsets[:, None, None] - doppler[:, None]) * time
    in_time = slow * np.exp(2j * np.pi * turns) / np.sqrt(loops)  # (offset, bin, loop)
    where = (offsets[:, None, None] + walks[:, None] * time)[..., None] - rng
    in_range = _response(fast, where)  # (offset, walk, loop, bin)
    tone = np.einsum("adn,bwnr->abwdr", in_time, in_range, optimize=True)
    white = np.linalg.solve(_alike(slow, halves[0]), tone)
    white = np.linalg.solve(_alike(fast, halves[1]), white.swapaxes(-1, -2)).swapaxes(-1, -2)
    gain = np.sum((tone.conj() * white).real, axis=(-1, -2), keepdims=True)
    flat = (*tone.shape[:3], -1)
    d, r = (axis.ravel() for axis in np.meshgrid(doppler, rng, indexing="ij"))
    flip = np.where(
        (d + r) % 2, -1.0, 1.0
    )  # transforms count time from the first sample, this from the middle
    strides = np.array([offsets.size * walks.size, walks.size], np.intp)
    return Patches(
        doppler=d.astype(np.intp),
        range=r.astype(np.intp),
        weights=(flip * (white.conj() / np.sqrt(gain)).reshape(flat)).astype(np.complex64),
        shape=(np.abs(tone) ** 2 / gain).reshape(flat).astype(np.float32),
        strides=strides,
        probes=(PROBES @ strides)[:, None],
    )


@dataclass(frozen=True, slots=True)
class Values:
    """What each channel saw of each peak, for every speed it may have."""

    channels: NDArray[np.complex64]  # (hypothesis, peak, channel), phase of the middle of the frame
    clean: NDArray[np.bool_]  # (peak,) nobody else in the patch: window loss undone


def channel_values(
    cube: NDArray[np.complex64],
    power: NDArray[np.float32],
    cells: tuple[NDArray[np.int64], NDArray[np.int64]],
    offsets: tuple[NDArray[np.float64], NDArray[np.float64]],
    walk_bins: NDArray[np.float64],
    *,
    quiet: NDArray[np.float64],
    alone: NDArray[np.complex64],
) -> Values:
    """Matched values of the peaks in `cells` (Doppler, range), `offsets` bins beside them.

    `walk_bins` (hypothesis, peak) is the range walked within the frame; `quiet` (peak,) the power that noise
    does not exceed in a cell. Where somebody else is in the patch, `alone` (peak, channel) has to do, the
    cell less what is known of others in it: its window keeps others out, an undone window would not.
    """
    count, dopplers, ranges = cube.shape
    table = patches_of(dopplers, ranges)
    size = table.doppler.size
    around = (cells[0][:, None] + table.doppler) % dopplers * ranges
    around += (cells[1][:, None] + table.range) % ranges
    patch = cube.reshape(count, -1).take(around, axis=1).transpose(1, 2, 0)  # (peak, cell, channel)
    row = _row(patch, table, offsets, walk_bins)
    matched = table.weights.reshape(-1, size).take(row, axis=0) @ patch  # (peak, hypothesis, channel)
    seen = power.reshape(-1).take(around)
    due = UNLIKE * energy_of(matched)[..., None] * table.shape.reshape(-1, size).take(row, axis=0)
    due += (quiet + UNLIKE_FLOOR * seen.max(axis=1))[:, None, None]
    clean = (alone == patch[:, size // 2]).all(axis=1) & (seen[:, None] <= due).all(axis=2).any(axis=1)
    sign = (1 - 2 * ((cells[0] + cells[1]) % 2)).astype(np.float32)
    values = np.where(clean[:, None], matched.transpose(1, 0, 2), alone)
    return Values(np.multiply(sign[:, None], values, order="C"), clean)


def energy_of(values: NDArray[np.complex64]) -> NDArray[np.float32]:
    """Summed over the last axis, which is contiguous."""
    parts = values.view(np.float32)
    return np.asarray(np.vecdot(parts, parts))


def _row(
    patch: NDArray[np.complex64],
    table: Patches,
    offsets: tuple[NDArray[np.float64], NDArray[np.float64]],
    walk_bins: NDArray[np.float64],
) -> NDArray[np.intp]:
    """(peak, hypothesis) row of the tables at the top of the match, near the offsets given, for each walk."""
    steps = table.weights.shape[2] // 2
    walk = _within(np.rint(walk_bins.T * WALKS_PER_BIN).astype(np.intp), -steps, steps) + steps
    inner = EDGE - PROBE
    place = _within(np.rint(np.array(offsets).T * OFFSETS).astype(np.intp), -inner, inner)[..., None] + EDGE
    nearer = _moved(patch, table, place, walk)
    far = np.abs(nearer - place).max(axis=1) > SURE_STEPS
    if far.any():
        nearer = np.where(far[:, None], _moved(patch, table, nearer, walk), nearer)
    return np.asarray(table.strides @ nearer + walk)


def _moved(
    patch: NDArray[np.complex64], table: Patches, place: NDArray[np.intp], walk: NDArray[np.intp]
) -> NDArray[np.intp]:
    """(peak, axis, hypothesis) indices at the tops of parabolas through three matches per axis."""
    size = table.doppler.size
    rows = (table.strides @ place + walk)[:, None] + table.probes  # (peak, probe, hypothesis)
    weights = table.weights.reshape(-1, size).take(
        rows.reshape(len(rows), rows.shape[1] * rows.shape[2]), axis=0
    )
    power = energy_of(weights @ patch).reshape(rows.shape)
    here, below, above = power[:, :1], power[:, 1::2], power[:, 2::2]
    bend = np.minimum(below - 2 * here + above, -LEAST_BEND * here - TINY)
    steps = np.rint(PROBE / 2 * (below - above) / bend)
    steps = np.minimum(np.maximum(steps, -2 * PROBE), 2 * PROBE)
    return _within(place + steps.astype(np.intp), PROBE, 2 * EDGE - PROBE)


def _within(indices: NDArray[np.intp], least: int, most: int) -> NDArray[np.intp]:
    return np.asarray(np.minimum(np.maximum(indices, least), most))
