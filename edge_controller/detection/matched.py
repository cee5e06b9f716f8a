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
OFFSETS = 16  # steps per bin of the tables
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
    offsets = np.arange(-OFFSETS // 2, OFFSETS // 2 + 1) / OFFSETS
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
    return Patches(
        doppler=d.astype(np.intp),
        range=r.astype(np.intp),
        weights=(flip * (white.conj() / np.sqrt(gain)).reshape(flat)).astype(np.complex64),
        shape=(np.abs(tone) ** 2 / gain).reshape(flat).astype(np.float32),
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
    d = np.rint(offsets[0] * OFFSETS).clip(-OFFSETS // 2, OFFSETS // 2).astype(np.intp) + OFFSETS // 2
    r = np.rint(offsets[1] * OFFSETS).clip(-OFFSETS // 2, OFFSETS // 2).astype(np.intp) + OFFSETS // 2
    steps = table.weights.shape[2] // 2
    walk = np.rint(walk_bins * WALKS_PER_BIN).clip(-steps, steps).astype(np.intp) + steps
    around = (cells[0][:, None] + table.doppler) % dopplers * ranges
    around += (cells[1][:, None] + table.range) % ranges
    patch = cube.reshape(count, -1)[:, around].swapaxes(0, 1)  # (peak, channel, cell)
    weights = table.weights[d, r, walk]  # (hypothesis, peak, cell)
    matched = (patch @ weights.transpose(1, 2, 0)).transpose(2, 0, 1)
    untouched = np.all(alone == patch[:, :, table.doppler.size // 2], axis=1)
    seen = power.reshape(-1)[around]
    energy = np.sum(np.abs(matched) ** 2, axis=2)[..., None]
    due = UNLIKE * energy * table.shape[d, r, walk] + (quiet + UNLIKE_FLOOR * seen.max(axis=1))[:, None]
    clean = untouched & np.any(np.all(seen <= due, axis=2), axis=0)
    sign = np.where((cells[0] + cells[1]) % 2, np.float32(-1), np.float32(1))
    return Values(sign[:, None] * np.where(clean[:, None], matched, alone), clean)
