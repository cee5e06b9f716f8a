"""Two reflections that share a main lobe: the stronger is taken out, and what is left is looked at again.

A person beside a strong reflector, and two alike closer than a main lobe, are no local maxima of their own.
The patch of cells around a peak, whitened by the windows' noise, is held against one tone with an amplitude
of its own in every channel, so antennas count as they are. What is left over is searched for a second tone,
beam by beam, and both are placed together.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.beams import Fan, fan_of
from edge_controller.detection.fitting import Seen, whitening
from edge_controller.detection.pairs import Pair, Patches, pairs_of
from edge_controller.detection.peaks import Peaks, joined
from edge_controller.detection.shadow import MAX_PEAKS
from edge_controller.detection.spectrum import doppler_window, range_window, signed_bin
from edge_controller.detection.tone import CELLS, HALF, axis_of, is_odd, walk_bins

MAX_PATCHES = 6  # of the strongest peaks that are not one tone: bounds the time of a crowded street
MAX_KNOWN = 2  # peaks of one patch; where more stand, a body does, and one point more says nothing
SAME_BINS = 0.7  # peaks of different beams that are one tone

Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Known:
    """Peaks of a patch, that of its middle cell first: where they are from there, and which.

    Beams of one tone count once.
    """

    cell: Cell
    cells_after: int  # that are looked at after it
    places: NDArray[np.float64]  # (member, axis)
    members: list[int]
    doppler_bin: float  # of the first


Clear = Callable[[Peaks, list[Cell], int, int], list[Known]]
Finder = Callable[[NDArray[np.complex64], NDArray[np.floating], list[Known], Radar], list[Pair | None]]


def separate(
    cube: NDArray[np.complex64],
    noise: NDArray[np.floating],
    peaks: Peaks,
    radar: Radar,
) -> Peaks:
    """The peaks, and those that stood in the main lobe of a stronger one."""
    odd = is_odd(cube, noise, peaks, radar)
    return with_parts(cube, noise, peaks, radar, odd=odd, clear=clear, pairs_around=pairs_around)


def with_parts(
    cube: NDArray[np.complex64],
    noise: NDArray[np.floating],
    peaks: Peaks,
    radar: Radar,
    *,
    odd: NDArray[np.bool_],
    clear: Clear,
    pairs_around: Finder,
) -> Peaks:
    """The peaks, and the second tones that `pairs_around` finds where a peak is `odd` and `clear`.

    Patches are looked at together. Where one is parted, those that share a peak with it are looked at again.
    """
    cells = list(zip(peaks.doppler[odd].tolist(), peaks.range[odd].tolist(), strict=True))
    if not cells:
        return peaks
    look = _Look(cube, noise, radar, pairs_around, {})
    before, looked = peaks, 0
    ahead = clear(peaks, cells, noise.shape[0], MAX_PATCHES)
    look.at(ahead)
    while ahead:
        known, *ahead = ahead
        looked += 1
        both = look.at([known])[0]
        if both is not None:
            peaks = _parted(both, known, peaks, noise, fan_of(radar))
            cells = cells[-known.cells_after :] if known.cells_after else []
            ahead = clear(peaks, cells, noise.shape[0], MAX_PATCHES - looked)
    if peaks is before:
        return peaks
    order = np.argsort(-peaks.excess * noise[peaks.doppler, peaks.range], kind="stable")
    return peaks.only(order[:MAX_PEAKS])


def clear(peaks: Peaks, cells: list[Cell], dopplers: int, most: int) -> list[Known]:
    """Of the first cells whose peak has not been parted already, and around which few others stand."""
    if not cells:
        return []
    middle = np.array(cells, np.float64).reshape(-1, 2, 1)
    apart = np.stack([peaks.doppler_bin, peaks.range_bin]) - middle  # (cell, axis, peak)
    apart[:, 0] -= dopplers * np.rint(apart[:, 0] / dopplers)
    near = np.all(np.abs(apart) < HALF + 2, axis=1)
    own = (peaks.doppler == middle[:, 0]) & (peaks.range == middle[:, 1]) & near
    found: list[Known] = []
    for n in own.any(axis=1).nonzero()[0].tolist():
        if len(found) == most:
            break
        members = _members(apart[n].T, int(own[n].argmax()), near[n].nonzero()[0])
        if len(members) <= MAX_KNOWN:
            doppler_bin = float(peaks.doppler_bin[members[0]])
            found.append(Known(cells[n], len(cells) - n - 1, apart[n].T[members], members, doppler_bin))
    return found


def _members(offset: NDArray[np.float64], first: int, near: NDArray[np.intp]) -> list[int]:
    """That peak, and those near that are no beams of one named before: at most one more than MAX_KNOWN."""
    members, taken = [first], [offset[first].tolist()]
    for n, (along, across) in zip(near.tolist(), offset[near].tolist(), strict=True):
        for one_along, one_across in taken:  # as `all(...)` it took three times as long, for each of hundreds
            if abs(along - one_along) <= SAME_BINS and abs(across - one_across) <= SAME_BINS:
                break
        else:
            members.append(n)
            taken.append([along, across])
            if len(members) > MAX_KNOWN:
                break
    return members


@dataclass(frozen=True, slots=True)
class _Look:
    """Finds pairs, and remembers those it has found."""

    cube: NDArray[np.complex64]
    noise: NDArray[np.floating]
    radar: Radar
    pairs_around: Finder
    found: dict[tuple[Cell, bytes], Pair | None]

    def at(self, many: list[Known]) -> list[Pair | None]:
        """The tones of each patch and one more, if there is one."""
        keys = [(known.cell, known.places.tobytes()) for known in many]
        fresh = [known for known, key in zip(many, keys, strict=True) if key not in self.found]
        if fresh:
            pairs = self.pairs_around(self.cube, self.noise, fresh, self.radar)
            for known, pair in zip(fresh, pairs, strict=True):
                self.found[known.cell, known.places.tobytes()] = pair
        return [self.found[key] for key in keys]


def pairs_around(
    cube: NDArray[np.complex64], noise: NDArray[np.floating], many: list[Known], radar: Radar
) -> list[Pair | None]:
    """The tones of each of these patches and one more, if there is one."""
    patches = patches_of(cube, noise, [known.cell for known in many], radar)
    walk = walk_bins(np.array([known.doppler_bin for known in many]), radar)
    return pairs_of(patches, [known.places for known in many], walk)


def patches_of(
    cube: NDArray[np.complex64], noise: NDArray[np.floating], cells: list[Cell], radar: Radar
) -> Patches:
    """The cells around each of these, whitened."""
    channels, dopplers, ranges = cube.shape
    doppler, rng = np.array(cells).T
    place = ((doppler[:, None] + CELLS) % dopplers * ranges)[:, :, None]
    place = place + ((rng[:, None] + CELLS) % ranges)[:, None]
    around = cube.reshape(channels, -1).take(place.reshape(len(cells), -1), axis=1)
    raw = around.transpose(1, 2, 0).astype(np.complex128, order="C")  # (patch, cell, channel)
    values = (whitening((dopplers, ranges)) @ raw.view(np.float64)).view(np.complex128)
    seen = Seen(values, noise[doppler, rng].astype(np.float64) / channels, (dopplers, ranges))
    fan = fan_of(radar)
    return Patches(seen, fan.undo_motion[doppler], fan.steering)


def _parted(both: Pair, known: Known, peaks: Peaks, noise: NDArray[np.floating], fan: Fan) -> Peaks:
    """The peaks with the tones of a patch in place of those known."""
    parts = _parts(both, known.cell, noise, fan, peaks.occupied)
    return joined(parts, peaks.only(np.delete(np.arange(peaks.doppler.size), known.members)))


def _parts(
    both: Pair,
    cell: Cell,
    noise: NDArray[np.floating],
    fan: Fan,
    occupied: tuple[NDArray[np.intp], NDArray[np.intp]],
) -> Peaks:
    """The tones of a patch as peaks."""
    dopplers, ranges = noise.shape
    beams = np.abs((both.amplitudes * fan.undo_motion[cell[0]]) @ fan.steering) ** 2
    steps = np.rint(both.places).astype(np.intp)
    turn = 1 - 2 * (steps.sum(axis=1, keepdims=True) % 2)
    axes = axis_of(doppler_window, dopplers), axis_of(range_window, ranges)
    height = float(axes[0].response[0] * axes[1].response[0])
    doppler, rng = (cell[0] + steps[:, 0]) % dopplers, (cell[1] + steps[:, 1]) % ranges
    return Peaks(
        doppler=doppler,
        range=rng,
        doppler_bin=signed_bin(doppler, dopplers) + both.places[:, 0] - steps[:, 0],
        range_bin=rng + both.places[:, 1] - steps[:, 1],
        excess=np.maximum(beams.max(axis=1) * height**2 / noise[doppler, rng], 1e-6),
        sine=fan.sines[beams.argmax(axis=1)],
        channels=(both.amplitudes * height * turn).astype(np.complex64),
        occupied=occupied,
    )
