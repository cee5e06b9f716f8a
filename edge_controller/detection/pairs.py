"""One tone more than is known of a patch: what is left over is searched, and all are placed together."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from edge_controller.detection.beams import significant
from edge_controller.detection.fitting import Complex, Fit, Floats, Seen, fitted, left_over, tones_and_slopes
from edge_controller.detection.spectrum import doppler_window, range_window
from edge_controller.detection.tone import CELLS, HALF, axis_of, response

LEAST_PART_DB = -30.0  # of the stronger: phase noise and what bodies are not points stand there
LEAST_APART_BINS = 0.8
SPLIT_BINS = 1.2  # of one tone that is two alike, to begin with
LEAST_OWN = 0.1  # share of a tone that the others do not explain
EXPLAINS = 0.5  # of what one tone leaves over noise; more, and it is a body with more points than two


@dataclass(frozen=True, slots=True)
class Patches:
    """Cells around peaks, and what turns their channels into beams."""

    seen: Seen
    undo_motion: NDArray[np.complex64]  # (patch, channel)
    steering: NDArray[np.complex64]  # (channel, beam)

    def only(self, which: NDArray[np.intp]) -> "Patches":
        """Some of the patches."""
        return Patches(self.seen.only(which), self.undo_motion[which], self.steering)


@dataclass(frozen=True, slots=True)
class Pair:
    """Tones of a patch, the new one last: (tone, axis) and (tone, channel)."""

    places: Floats
    amplitudes: Complex


def pairs_of(patches: Patches, places: list[Floats], walk: Floats) -> list[Pair | None]:
    """Per patch the tones around its `places` (tone, axis) and one more, if there is one."""
    pairs: list[Pair | None] = [None] * len(places)
    first = fitted(patches.seen, _stacked(places), walk)
    least = _least(patches, first)
    starts: list[Floats] = []
    of: list[int] = []
    for n, fresh in _second(patches, first, least):
        begun = _starts(first.places[n, -len(places[n]) :], fresh)
        starts += begun
        of += [n] * len(begun)
    if not starts:
        return pairs
    which = np.array(of)
    both = fitted(patches.seen.only(which), _stacked(starts), walk[which])
    power = _brightest(both.amplitudes[:, -1], patches.undo_motion[which], patches.steering)
    noise = patches.seen.noise * patches.seen.values[0].size
    enough = power * both.norm[:, -1] >= least[which]
    enough &= first.energy[which] - both.energy > EXPLAINS * (first.energy - noise)[which]
    for n in dict.fromkeys(of):
        here = np.flatnonzero(which == n)
        row = int(here[both.energy[here].argmin()])
        found = both.places[row, -len(starts[row]) :]
        if enough[row] and _is_apart(found):
            pairs[n] = Pair(found, both.amplitudes[row, -len(found) :])
    return pairs


def _stacked(places: list[Floats]) -> Floats:
    """(patch, tone, axis) with NaN before the places of those that have fewer."""
    most = max(len(few) for few in places)
    stack = np.full((len(places), most, 2), np.nan)
    for n, few in enumerate(places):
        stack[n, most - len(few) :] = few
    return stack


def _starts(known: Floats, fresh: Floats) -> list[Floats]:
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


def _least(patches: Patches, fit: Fit) -> Floats:
    """(patch,) power that a tone must have: over noise, and over what a real strong reflector leaves."""
    channels = patches.seen.values.shape[2]
    strongest = np.max(np.sum(_square(fit.amplitudes), axis=2), axis=1)
    over_noise = significant(channels) * channels * patches.seen.noise
    share = 10 ** (LEAST_PART_DB / 10) * _norm_of_one(patches.seen.shape)
    return np.asarray(np.maximum(over_noise, strongest * share))


@lru_cache(maxsize=8)
def _norm_of_one(shape: tuple[int, int]) -> float:
    """Energy of a tone of amplitude 1 that stands in the middle of a patch."""
    return float(np.sum(_square(tones_and_slopes(np.zeros((1, 1, 2)), np.zeros(1), shape)[0, 0])))


@lru_cache(maxsize=4)
def grid(shape: tuple[int, int]) -> tuple[Floats, Floats]:
    """Places half a bin apart in a patch and their tones (place, cell), whitened and of norm 1."""
    axes = axis_of(doppler_window, shape[0]), axis_of(range_window, shape[1])
    steps = np.arange(-2 * HALF + 1, 2 * HALF) / 2
    along, across = (axis.whiten @ response(axis, steps - CELLS[:, None]) for axis in axes)
    left = np.kron(along, across).T
    places = np.stack(np.meshgrid(steps, steps, indexing="ij"), axis=-1).reshape(-1, 2)
    return places, np.ascontiguousarray(left / np.linalg.norm(left, axis=1, keepdims=True))


def _second(patches: Patches, fit: Fit, least: Floats) -> list[tuple[int, Floats]]:
    """The patches in whose left over another tone stands out over the `least`, and where it does most.

    No beam has more power than all channels together, so most places need no beams.
    """
    places, shapes = grid(patches.seen.shape)
    channels = patches.seen.values.shape[2]
    columns = np.concatenate([left_over(patches.seen, fit), fit.tones.swapaxes(1, 2)], axis=2)
    matched = (shapes @ columns.view(np.float64)).view(np.complex128)  # (patch, place, column)
    of_tones = np.conj(matched[..., channels:]).swapaxes(1, 2)
    own = 1 - np.sum((np.conj(of_tones) * np.linalg.solve(fit.alike, of_tones)).real, axis=1)
    matched = matched[..., :channels]
    bound = np.sum(_square(matched), axis=2) / np.maximum(own, LEAST_OWN)
    bound[own < LEAST_OWN] = 0
    top = bound.argmax(axis=1)
    patch = np.arange(len(top))
    at_top = _brightest(matched[patch, top], patches.undo_motion, patches.steering) / own[patch, top]
    may_be = bound * (1 + 1e-6) >= np.maximum(at_top, least)[:, None]
    rows, where = may_be.nonzero()
    height = np.zeros(bound.shape)
    height[rows, where] = _brightest(matched[rows, where], patches.undo_motion[rows], patches.steering)
    height /= np.maximum(own, LEAST_OWN)
    best = height.argmax(axis=1)
    return [(n, places[best[n]]) for n in np.flatnonzero(height[patch, best] > least).tolist()]


def _brightest(
    values: Complex, undo_motion: NDArray[np.complex64], steering: NDArray[np.complex64]
) -> Floats:
    """(row,) power of the strongest beam of (row, channel)."""
    return np.asarray(np.max(_square((values * undo_motion) @ steering), axis=1))


def _is_apart(places: Floats) -> bool:
    """Whether the last of them is in the patch, and none of the others nor far outside."""
    apart = np.max(np.abs(places[:-1] - places[-1]), axis=1).min()
    inside = np.max(np.abs(places)) <= HALF + 2 and np.max(np.abs(places[-1])) <= HALF
    return bool(apart >= LEAST_APART_BINS and inside)


def _square(values: Complex) -> Floats:
    return np.asarray(values.real**2 + values.imag**2)
