"""Echoes that leave by one way and come back by another: the image of something, and nobody stands there.

By way of a wall an echo leaves straight for a thing and comes back from its mirror image, or the other way
round: both at once, equally long and strong. Its range and rate are the means of two, and no bearing is its
own. The transmitters' phases tell where it leaves to, the receivers' where it comes from; of what is seen
directly these are the same. Which of the two explains the channels better: a likelihood ratio, after Zheng,
Long, Lops, Liu and Hu (Detection of Ghost Targets for Automotive Radar in the Presence of Multipath, IEEE
Transactions on Signal Processing 72, 2024), on a grid. Where the transmitters see both ways alike it is what
two direct echoes make that happen to be equal in strength and phase: two ways explain it with one amplitude
less, and are taken where they explain as much. What goes both ways by a wall is not told apart.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.scan import EDGE_U, scan_of

Complex = NDArray[np.complex64]

STEPS_PER_BEAM = 8
LEAST_STEPS_APART = 2  # nearer, the ways there and back are one
MOST_LEFT = 0.5  # of what two direct echoes in the cell leave unexplained
LEAST_LEFT = 0.1  # of the power: antennas not quite known leave half of that
MOST_ASKED = 48  # of one look, strongest first: what is told of more comes too late
MOST_SINES = 200  # of a row of 24 half wavelengths; more would take hundreds of megabytes
SAME_M, NOTHING = 1e-6, 1e-6
LEAST_GAIN = 12.0  # in units of noise, that is of the likelihood's logarithm
HALF = 0.5  # of what one direct echo leaves: two ways fit something of unknown antennas as well
AS_MUCH, AS_MUCH_GAIN = 0.01, 1.0  # of the power, and in noise: what one more amplitude fits of such


@dataclass(frozen=True, slots=True)
class _Grid:
    """Unit vectors over those channels that lie in one row."""

    row: NDArray[np.intp]  # which channels
    one: Complex  # (channel, sine): one direct echo
    first: Complex  # (channel, pair): two direct ones
    second: Complex  # ... what the first does not hold of the other
    indirect: Complex  # (channel, pair): there by one way and back by the other, and the other way round


def are_indirect(channels: Complex, noise: NDArray[np.float64], radar: Radar) -> NDArray[np.bool_]:
    """Which echoes are explained by two ways better than by two things, or as well with one amplitude less.

    `channels`: (echo, channel), strongest first, freed of what moved between the transmitters; `noise`: power
    of one channel's, (echo,).
    """
    found = np.zeros(len(channels), dtype=np.bool_)
    grid = _grid(radar)
    if grid is None or not len(channels):
        return found
    values = channels[:, grid.row].conj()
    power = np.maximum(np.sum(np.abs(values) ** 2, axis=1), np.finfo(np.float32).tiny)
    gain = power / np.maximum(noise, np.finfo(np.float32).tiny)
    left = 1 - _power(values @ grid.one).max(axis=1) / power
    asked = np.flatnonzero((left > LEAST_LEFT) & (left * gain > LEAST_GAIN))[:MOST_ASKED]
    if not asked.size:
        return found
    values, power, gain = values[asked], power[asked], gain[asked]
    direct = _power(values @ grid.first) + _power(values @ grid.second)
    direct_left = 1 - direct.max(axis=1) / power
    indirect_left = 1 - _power(values @ grid.indirect).max(axis=1) / power
    more = direct_left - indirect_left
    better = (indirect_left < MOST_LEFT * direct_left) & (direct_left > LEAST_LEFT)
    better &= more * gain > LEAST_GAIN
    # As much, with one amplitude less; and by so much more than one direct echo does.
    as_good = (more > -AS_MUCH - AS_MUCH_GAIN / gain) & ((left[asked] - indirect_left) * gain > LEAST_GAIN)
    as_good &= indirect_left < HALF * left[asked]
    found[asked] = better | as_good
    return found


def _power(values: Complex) -> NDArray[np.float32]:
    power: NDArray[np.float32] = values.real**2 + values.imag**2
    return power


@lru_cache(maxsize=8)
def _grid(radar: Radar) -> _Grid | None:
    """None where fewer than two transmitters or three receivers, or far too many, are in one row."""
    array = radar.array
    pairs = [(array.tx_m[tx], rx) for tx in array.tx_order for rx in array.rx_m]  # in the order of channels
    sent_m, heard_m, height_m = np.array([(tx[0], rx[0], tx[1] + rx[1]) for tx, rx in pairs]).T
    level = np.abs(height_m[:, None] - height_m) < SAME_M
    row = np.flatnonzero(level[np.argmax(level.sum(axis=1))])  # the longest of them
    sent_m, heard_m = sent_m[row], heard_m[row]
    if len(set(sent_m)) < 2 or len(set(heard_m)) < 3:
        return None
    beam = radar.profile.wavelength_m / np.ptp(sent_m + heard_m)
    wave = scan_of(radar).sign * 2 * math.pi / radar.profile.wavelength_m  # mirrored: the same arithmetic
    sines = np.linspace(-EDGE_U, EDGE_U, math.ceil(2 * EDGE_U / beam * STEPS_PER_BEAM) + 1)
    if len(sines) > MOST_SINES:
        return None
    out, back = np.exp(1j * wave * np.outer(sent_m, sines)), np.exp(1j * wave * np.outer(heard_m, sines))
    one = _unit(out * back)
    to, fro = np.triu_indices(len(sines), LEAST_STEPS_APART)
    first, other = one[:, to], one[:, fro]
    return _Grid(
        row=row,
        one=one.astype(np.complex64),
        first=first.astype(np.complex64),
        second=_unit(other - first * np.sum(first.conj() * other, axis=0)).astype(np.complex64),
        indirect=_unit(out[:, to] * back[:, fro] + out[:, fro] * back[:, to]).astype(np.complex64),
    )


def _unit(vectors: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """(channel, n), each of length 1; what is none stays none."""
    length = np.sqrt(np.sum(np.abs(vectors) ** 2, axis=0))
    return vectors / np.where(length > NOTHING, length, np.inf)
