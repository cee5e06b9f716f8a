"""What one tone leaves in the cells around its peak, and which peaks have other power there than one would.

A tone that moves walks through range within the frame: it is followed through the frame by nodes in time,
between which it is taken to stand (the window is cut into overlapping triangles, one around each node).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.peaks import Peaks
from edge_controller.detection.spectrum import doppler_window, range_window

HALF = 4  # cells of a patch to either side
LEAST_SNR = 30.0  # 15 dB: of a weaker peak no second one would stand out
PLACE_SHARE = 0.05  # of the expected power: what the parabola's place leaves open
NOISE_SHARE = 3.7  # standard deviations of noise and of its product with the signal
TABLE_STEPS = 64  # per bin
NODES = 9  # times of a frame at which a tone that walks is followed through range
NODE_TIMES = np.linspace(-0.5, 0.5, NODES)
STILL_BINS = 0.1  # of walk: less is none
STEPS = np.arange(-HALF + 1, HALF)  # cells that are looked at before a patch is

Taper = Callable[[int], NDArray[np.float64]]
Floats = NDArray[np.float64]
Complex = NDArray[np.complex128]


@dataclass(frozen=True, slots=True)
class Axis:
    """Cells of a patch along one axis: what a tone leaves there, and the whitening of their noise."""

    response: Floats  # of the window, per 1/64 bin from 0 on, an even function
    nodes: Complex  # (offset, node) of the window's part around each node, likewise; of -offset the conjugate
    whiten: Floats  # (cell, cell), lower triangle
    length: int


@lru_cache(maxsize=16)
def axis_of(taper_of: Taper, length: int) -> Axis:
    taper = taper_of(length)
    time = (np.arange(length) - length / 2) / length
    cells = np.arange(-HALF, HALF + 1)
    places = np.arange((3 * HALF + 4) * TABLE_STEPS) / TABLE_STEPS
    hats = np.maximum(1 - np.abs(time - NODE_TIMES[:, None]) * (NODES - 1), 0) * taper
    nodes = np.exp(2j * np.pi * np.outer(places, time)) @ hats.T
    apart = np.abs(cells[:, None] - cells)
    noise = np.cos(2 * np.pi * apart[..., None] * time) @ taper**2 + 1e-5 * np.eye(cells.size)
    whiten = np.linalg.inv(np.linalg.cholesky(noise))
    response = np.cos(2 * np.pi * np.outer(places, time)) @ taper
    return Axis(response, nodes, whiten, length)


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
    power: NDArray[np.float32], noise: NDArray[np.floating], peaks: Peaks, radar: Radar
) -> NDArray[np.bool_]:
    """Peaks strong enough whose cells do not have the power that one tone would leave there."""
    channels = len(radar.array.virtual_m)
    odd = peaks.excess * channels > LEAST_SNR
    if not odd.any():
        return odd
    doppler, rng = peaks.doppler[odd], peaks.range[odd]
    rows = (doppler[:, None] + STEPS) % power.shape[0]
    columns = (rng[:, None] + STEPS) % power.shape[1]
    seen = power[rows[:, :, None], columns[:, None, :]].astype(np.float64)
    level = noise[doppler, rng].astype(np.float64)[:, None, None]
    walk = walk_bins(peaks.doppler_bin[odd], radar)
    place = np.stack([peaks.doppler_bin[odd] - doppler, peaks.range_bin[odd] - rng], axis=1)
    place[:, 0] -= power.shape[0] * np.rint(place[:, 0] / power.shape[0])
    shape = _pattern(place, walk, power.shape)
    middle = HALF - 1
    tone_power = np.maximum(seen[:, middle, middle] - level[:, 0, 0], 0) / shape[:, middle, middle]
    expected = tone_power[:, None, None] * shape
    spread = np.sqrt((level**2 + 2 * level * expected) / channels)
    off = np.abs(seen - level - expected) > NOISE_SHARE * spread + PLACE_SHARE * expected
    odd[odd] = off.any(axis=(1, 2))
    return odd


def _pattern(place: Floats, walk: Floats, shape: tuple[int, int]) -> Floats:
    """(peak, Doppler, range) power of tones of amplitude 1."""
    doppler, rng = axis_of(doppler_window, shape[0]), axis_of(range_window, shape[1])
    walk = np.where(np.abs(walk) < STILL_BINS, 0.0, walk)
    if not walk.any():
        along = response(doppler, place[:, :1] - STEPS)
        return np.asarray((along[:, :, None] * response(rng, place[:, 1:] - STEPS)[:, None, :]) ** 2)
    parts = node_responses(doppler, place[:, :1] - STEPS)
    across = response(rng, (place[:, 1:] + walk[:, None] * NODE_TIMES)[..., None] - STEPS)
    seen = (parts.view(np.float64).reshape(*parts.shape, 2).swapaxes(-1, -2)) @ across[:, None]
    return np.asarray(np.sum(seen**2, axis=2))
