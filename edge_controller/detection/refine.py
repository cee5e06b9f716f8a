"""Places between the cells, near the Cramér-Rao bound of the samples before the windows.

The windows hide the first and last chirps and samples, which tell a frequency best; but what they hide is
still in the cells, in noise that neighbouring cells share. So a strip of cells through a peak, long along one
axis and a few cells wide across it, is held against what a tone of any offset leaves there, whitened by the
known noise of the windows (maximum likelihood). One that moves walks through range, and as much through
Doppler: then the strip is summed across at several times of the frame, each at the place it has then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.direction import Directions
from edge_controller.detection.peaks import Peaks
from edge_controller.detection.scan import motion_between_transmitters, scan_of
from edge_controller.detection.spectrum import doppler_window, range_window

ACROSS = 8  # cells to either side across a strip
ALONG = 40  # cells to either side along a strip, at most: with ACROSS 1.06 times the bound on average
REACHES = (ALONG, 32, 24, 18, 14, 11, 8, 5)  # cells to either side that are used: up to the next reflection
SHORTER = np.array(REACHES[-2::-1])  # all but the shortest, ascending
NEXT_CELL = 0.6  # bins from the highest cell: farther, and the strips lie around the one beside it
MAX_REFINED = 32  # strongest peaks that are worth their time
FOREIGN = 1e-3  # of the peak's power: what is weaker moves its place by less than 0.003 bin
LOBE_BINS = 3.5  # a main lobe to either side is the peak's own, and half the walk
MAX_MOVE_BINS = (
    0.8  # farther from the top of the parabola is something else; in noise one that walks is half a bin off
)
STEPS_PER_BIN = 16  # of the tables of offsets; Newton does the rest
HALF = STEPS_PER_BIN // 2  # of them to either side of a cell
MAX_WALK_BINS = 5.0  # within a frame: 26 m/s with the `near` profile
STILL_BINS = 0.3  # of walk: less is none
TIMES = 5  # of the frame, at which one that walks is looked for across the strip
RIDGE = 1e-8  # of the noise: the windows leave almost nothing in some sums of cells; 1e-6 costs 2 % in range
TINY = 1e-30
MAX_STEP_BINS = 0.5  # of Newton's method

Taper = Callable[[int], NDArray[np.float64]]
TAPERS: tuple[Taper, Taper] = (doppler_window, range_window)
TURNS = (0, 1, 0)  # of the axes: a tenth of a bin off across a strip costs 3 % of its signal


@dataclass(frozen=True, slots=True)
class Strip:
    """What a tone leaves in the cells along one axis, whitened, and its first two derivatives by the offset.

    Offsets lie from -1/2 to 1/2 bin, 1/16 apart. `still` (reach, offset, derivative, 1, cell) and `walking`
    (reach, offset, derivative, time, cell).
    """

    cells: NDArray[np.intp]  # from the peak
    still: NDArray[np.complex64]
    walking: NDArray[np.complex64]
    times: NDArray[np.float64]  # -1/2 to 1/2 of the axis, of `walking`


@dataclass(frozen=True, slots=True)
class Places:
    """Where the peaks stand in the middle of the frame. All (peak,)."""

    doppler_hz: NDArray[np.float64]  # unfolded
    range_bin: NDArray[np.float64]  # from the sensor's origin, not from the middle of its antennas


def refine(
    cube: NDArray[np.complex64],
    power: NDArray[np.float32],
    peaks: Peaks,
    found: Directions,
    radar: Radar,
) -> Places:
    """Places of the peaks by maximum likelihood. Folds and directions are needed first.

    Where something else stands in the main lobe, the place found before stays.
    """
    places = first_places(peaks, found, radar)
    if not peaks.doppler.size:
        return places
    few = slice(0, MAX_REFINED)
    cells = peaks.doppler[few], peaks.range[few]
    start = (
        signed_offset(peaks.doppler_bin[few] - cells[0], power.shape[0]),
        peaks.range_bin[few] - cells[1],
    )
    walk = walk_bins(found, radar)[few]
    lone, reaches = surroundings(power, peaks, cells, walk)
    steering = steering_of(found, radar, few)
    # The highest cell is not always the nearest: a beam turns at the fold, and one that walks is flat.
    beside = np.trunc(np.array(start) / NEXT_CELL)
    offsets = _solved(cube, cells, np.array(start), beside, (walk, reaches, steering))
    astray = np.any(np.abs(offsets - beside) > NEXT_CELL, axis=0) & np.all(
        np.abs(offsets - np.array(start)) < MAX_MOVE_BINS, axis=0
    )
    if astray.any():  # the place found lies beside the strips' cell after all
        those = tuple(cell[astray] for cell in cells)
        nearer = beside[:, astray] + np.trunc((offsets - beside)[:, astray] / NEXT_CELL)
        facts = walk[astray], reaches[:, astray], steering[astray]
        offsets[:, astray] = _solved(cube, those, offsets[:, astray], nearer, facts)
    moved = [offset - before for offset, before in zip(offsets, start, strict=True)]
    sound = lone & (np.abs(moved[0]) < MAX_MOVE_BINS) & (np.abs(moved[1]) < MAX_MOVE_BINS)
    places.doppler_hz[few] += np.where(sound, moved[0], 0.0) / radar.dwell_s
    # The windows are highest half a chirp of each transmitter after the middle of the frame.
    places.range_bin[few] += np.where(sound, moved[1] - walk / 2 / power.shape[0], 0.0)
    return places


def _solved(
    cube: NDArray[np.complex64],
    cells: tuple[NDArray[np.intp], ...],
    start: NDArray[np.float64],
    beside: NDArray[np.float64],
    facts: tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.complex64]],
) -> NDArray[np.float64]:
    """(axis, peak) offsets in bins from the cells, by strips around the cells `beside` them.

    `facts` are walk (peak,), reaches (axis, peak) and steering (peak, channel).
    """
    walk, reaches, steering = facts
    nearest = tuple(cell + step.astype(np.intp) for cell, step in zip(cells, beside, strict=True))
    in_doppler, in_range = strips_of(cube, (nearest[0], nearest[1]), steering)
    strips = np.ascontiguousarray(in_doppler.transpose(0, 2, 1)), in_range
    walks = bool((np.abs(walk) > STILL_BINS).any())
    offsets = start - beside
    for axis in TURNS:
        at = Start(offsets[axis], offsets[1 - axis], walk, reaches[axis], walks)
        strip = strip_of(TAPERS[axis], cube.shape[1 + axis])
        across = filters_of(TAPERS[1 - axis], cube.shape[2 - axis])
        offsets[axis] = tone_along(strip, across, strips[axis], at)
    return offsets + beside


def first_places(peaks: Peaks, found: Directions, radar: Radar) -> Places:
    """Places as the parabolas say."""
    nearer = _antennas_nearer_m(found, radar) / radar.profile.range_bin_m
    return Places(found.doppler_hz.copy(), peaks.range_bin + nearer)


def walk_bins(found: Directions, radar: Radar) -> NDArray[np.float64]:
    """(peak,) range bins that each walks within the frame; Doppler bins within a chirp are as many."""
    return found.doppler_hz * walk_per_hz(radar)


def walk_per_hz(radar: Radar) -> float:
    """Range bins within the frame per hertz of Doppler."""
    return radar.profile.wavelength_m / 2 * radar.dwell_s / radar.profile.range_bin_m


@lru_cache(maxsize=8)
def middle_m(radar: Radar) -> tuple[float, float]:
    """Of transmitters and receivers, (y, z) from the sensor's origin."""
    y_m, z_m = np.mean(radar.array.virtual_m, axis=0) / 2
    return float(y_m), float(z_m)


def _antennas_nearer_m(found: Directions, radar: Radar) -> NDArray[np.float64]:
    """(peak,) how much nearer than the sensor's origin the middle of transmitters and receivers is."""
    y_m, z_m = middle_m(radar)
    nearer, elevation = y_m * np.sin(found.azimuth_rad), found.elevation_rad
    return nearer if elevation is None else nearer * np.cos(elevation) + z_m * np.sin(elevation)


def signed_offset(bins: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """Distance in bins on a circle of that length."""
    return np.asarray((bins + length / 2) % length - length / 2)


def steering_of(found: Directions, radar: Radar, few: slice) -> NDArray[np.complex64]:
    """(peak, channel) weights that sum the channels of each peak in phase."""
    scan = scan_of(radar)
    sines = scan.sign * np.sin(found.azimuth_rad[few])[:, None]
    if found.elevation_rad is not None:
        elevation = found.elevation_rad[few, None]
        sines = np.concatenate([sines * np.cos(elevation), np.sin(elevation)], axis=1)
    undone = motion_between_transmitters(-found.doppler_hz[few], radar)
    return np.asarray(np.exp(sines @ scan.turns) * undone, np.complex64)


def surroundings(
    power: NDArray[np.float32],
    peaks: Peaks,
    cells: tuple[NDArray[np.intp], NDArray[np.intp]],
    walk: NDArray[np.float64],
) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
    """Whether each peak's main lobe is its own, and how far its strips may go.

    That far: (axis, peak) index of REACHES.
    """
    here, own = np.array(cells), LOBE_BINS + np.abs(walk)[:, None] / 2
    apart = _apart(here, np.array(peaks.occupied), power.shape)
    foreign = power[peaks.occupied] > FOREIGN * power[cells][:, None]
    inside, close = apart <= own, apart <= ACROSS
    beside = foreign & ~inside
    shared = (beside & close & inside[::-1]).any(axis=(0, 2))
    # What stands there has a main lobe of its own.
    free = np.where(beside & close[::-1], apart, 2 * ALONG).min(axis=2, initial=2 * ALONG) - LOBE_BINS
    nearest = _apart(here, np.array((peaks.doppler, peaks.range)), power.shape).max(axis=0)
    # The same cell in another beam is no other.
    shared |= ((nearest > 0) & (nearest <= own)).any(axis=1)
    return ~shared, np.asarray(len(SHORTER) - SHORTER.searchsorted(free, side="right"), np.intp)


def _apart(here: NDArray[np.intp], there: NDArray[np.intp], shape: tuple[int, ...]) -> NDArray[np.intp]:
    """(axis, one, other) bins between cells (axis, one) and (axis, other); both axes are circular."""
    steps = np.abs(here[:, :, None] - there[:, None])
    return np.asarray(np.minimum(steps, np.array(shape)[:, None, None] - steps))


def strips_of(
    cube: NDArray[np.complex64],
    cells: tuple[NDArray[np.intp], NDArray[np.intp]],
    steering: NDArray[np.complex64],
) -> tuple[NDArray[np.complex64], NDArray[np.complex64]]:
    """Per peak the channels summed in phase, (peak, Doppler, range): long in Doppler, and long in range."""
    _, dopplers, ranges = cube.shape
    wide = 2 * ACROSS + 1
    long = (min(2 * ALONG, dopplers), min(2 * ALONG, ranges))
    by_doppler = cube.transpose(1, 0, 2)  # row by row the product needs no copy of the cells
    strips = []
    for rows, columns in ((long[0], wide), (wide, long[1])):
        strip = np.empty((len(steering), rows, 1, columns), np.complex64)
        first = zip((cells[0] - rows // 2).tolist(), (cells[1] - columns // 2).tolist(), strict=True)
        for n, (doppler, rng) in enumerate(first):
            for to_row, row in _pieces(doppler, rows, dopplers):
                for to, column in _pieces(rng, columns, ranges):
                    np.matmul(steering[n], by_doppler[row, :, column], out=strip[n, to_row, 0, to])
        strips.append(strip[:, :, 0])
    return strips[0], strips[1]


def _pieces(first: int, count: int, length: int) -> list[tuple[slice, slice]]:
    """Where so many cells of a circle from `first` on go to, and where they lie: in one piece, or in two."""
    first %= length
    head = min(count, length - first)
    pieces = [(slice(0, head), slice(first, first + head))]
    return pieces if head == count else [*pieces, (slice(head, count), slice(0, count - head))]


@lru_cache(maxsize=16)
def strip_of(taper_of: Taper, length: int) -> Strip:
    along = min(2 * ALONG, length)
    cells = np.arange(along) - along // 2
    times = np.linspace(-0.5, 0.5, TIMES)
    time = (np.arange(length) - length / 2) / length
    hats = np.maximum(1 - np.abs(time - times[:, None]) * (TIMES - 1), 0)
    still = _whitened(taper_of, length, cells, np.ones((1, length)))
    return Strip(cells, still, _whitened(taper_of, length, cells, hats), times)


def _whitened(
    taper_of: Taper, length: int, cells: NDArray[np.intp], shapes: NDArray[np.float64]
) -> NDArray[np.complex64]:
    """(reach, offset, derivative, shape, cell): conjugated, so that a sum over the cells is the match."""
    time = (np.arange(length) - length / 2) / length
    offsets = np.arange(-HALF, HALF + 1) / STEPS_PER_BIN
    taper = taper_of(length)
    tones = np.exp(2j * np.pi * offsets[:, None] * time) * taper
    tones = np.stack([tones, 2j * np.pi * time * tones, -((2 * np.pi * time) ** 2) * tones], axis=1)
    transform = np.exp(-2j * np.pi * np.outer(time, cells))
    seen = (tones[:, :, None] * shapes) @ transform
    noise = _noise(taper, cells)
    whitened = np.zeros((len(REACHES), *seen.shape), np.complex64)
    for n, reach in enumerate(REACHES):
        used = np.abs(cells) <= reach
        solved = np.linalg.solve(noise[np.ix_(used, used)], seen[..., used].reshape(-1, used.sum()).T)
        matched = np.conj(solved.T).reshape(*seen.shape[:-1], -1)
        whitened[n][..., used] = _of_equal_noise(matched, seen[..., used].sum(axis=2)) * _turn(cells[used])
    return whitened


def _of_equal_noise(matched: NDArray[np.complex128], seen: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Matches (offset, derivative, shape, cell) scaled to one noise at all offsets, derivatives along."""
    gain = np.real(np.einsum("odc,oec->ode", matched.sum(axis=2), seen))
    value, slope = gain[:, 0, 0], 2 * gain[:, 0, 1]
    bend = 2 * (gain[:, 0, 2] + gain[:, 1, 1])
    scale = value**-0.5
    scales = (scale, -scale * slope / value / 2, scale * (0.75 * (slope / value) ** 2 - bend / value / 2))
    zeroth, first, second = (one[:, None, None] for one in scales)
    level, rise, curl = matched[:, 0], matched[:, 1], matched[:, 2]
    return np.stack(
        [zeroth * level, zeroth * rise + first * level, zeroth * curl + 2 * first * rise + second * level],
        axis=1,
    )


def _turn(cells: NDArray[np.intp]) -> NDArray[np.intp]:
    """The transform counts phases from the first sample, a window from its middle: every other cell turns."""
    return 1 - 2 * (cells % 2)


def _noise(taper: NDArray[np.float64], cells: NDArray[np.intp]) -> NDArray[np.float64]:
    """(cell, cell) covariance: a taper makes cells alike as the transform of its square says."""
    length = taper.size
    time = (np.arange(length) - length / 2) / length
    alike = np.cos(2 * np.pi * np.arange(np.ptp(cells) + 1)[:, None] * time) @ taper**2
    covariance = alike[np.abs(cells[:, None] - cells)]
    return np.asarray(covariance + RIDGE * alike[0] * np.eye(cells.size))


@lru_cache(maxsize=16)
def filters_of(taper_of: Taper, length: int) -> NDArray[np.float32]:
    """(offset, across) weights that sum the cells around a tone at that offset with the least noise.

    Offsets lie from -half to half the greatest walk and half a bin, 1/16 apart.
    """
    taper = taper_of(length)
    cells = np.arange(-ACROSS, ACROSS + 1)
    edge = round((MAX_WALK_BINS + 1) / 2 * STEPS_PER_BIN)
    offsets = np.arange(-edge, edge + 1) / STEPS_PER_BIN
    time = (np.arange(length) - length / 2) / length
    tones = np.cos(2 * np.pi * (offsets[:, None] - cells)[..., None] * time) @ taper
    weights = np.linalg.solve(_noise(taper, cells), tones.T).T
    scale = np.sqrt(np.sum(weights * tones, axis=1))[:, None]
    return np.asarray(weights / scale * _turn(cells), np.float32)


@dataclass(frozen=True, slots=True)
class Start:
    """What is known before a strip is looked at. All (peak,)."""

    along: NDArray[np.float64]  # offset in bins
    across: NDArray[np.float64]
    walk: NDArray[np.float64]  # bins within the frame
    reach: NDArray[np.intp]  # index of REACHES
    walks: bool  # any of them


def tone_along(
    strip: Strip, across: NDArray[np.float32], cells: NDArray[np.complex64], start: Start
) -> NDArray[np.float64]:
    """(peak,) offsets in bins along contiguous strips of cells (peak, across, along), by Newton's method."""
    table, times = (strip.walking, strip.times) if start.walks else (strip.still, np.zeros(1))
    place = start.across[:, None] + start.walk[:, None] * times
    edge = (across.shape[0] - 1) // 2
    index = _nearest(place, edge) + edge
    summed = (across.take(index, axis=0) @ cells.view(np.float32)).view(np.complex64)
    summed = summed.reshape(start.along.size, -1, 1)  # (peak, time and along, 1)
    before = _nearest(start.along, HALF)
    offset = _newton(table, summed, before, start.reach)
    nearest = _nearest(offset, HALF)
    again = (nearest != before).nonzero()[0]  # from the same offset of the table comes the same step
    if again.size:
        offset[again] = _newton(table, summed[again], nearest[again], start.reach[again])
    return offset


def _nearest(offset: NDArray[np.float64], edge: int) -> NDArray[np.intp]:
    """Index of the offset of a table that has `edge` of them to either side of 0."""
    steps = np.rint(STEPS_PER_BIN * offset).astype(np.intp)
    return np.asarray(np.minimum(np.maximum(steps, -edge), edge))


def _newton(
    table: NDArray[np.complex64],
    summed: NDArray[np.complex64],
    index: NDArray[np.intp],
    reach: NDArray[np.intp],
) -> NDArray[np.float64]:
    """Towards the top of the match in one step from that offset of the table.

    On its logarithm, which bends down all over the main lobe: the match itself does only near its top, and
    a parabola in noise may start half a bin from there.
    """
    rows = table.reshape(table.shape[0] * table.shape[1], table.shape[2], -1)
    matches = rows.take(reach * table.shape[1] + index + HALF, axis=0) @ summed  # (peak, derivative, 1)
    height, slope, curl = (matches[:, :1].conj() * matches)[..., 0].real.T
    first = matches[:, 1, 0]
    steep = first.real**2 + first.imag**2 - 2 * slope**2 / np.maximum(height, TINY)
    bend = steep + curl
    step = np.divide(-slope, bend, out=np.zeros(len(bend)), where=bend < 0)
    step = np.minimum(np.maximum(step, -MAX_STEP_BINS), MAX_STEP_BINS)
    return np.asarray(index / STEPS_PER_BIN + step)
