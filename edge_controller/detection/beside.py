"""Who rides along in the cells of the own flank: what it sends is projected out, the rest looked at.

docs/explanation/decisions/0155-the-own-flank-looked-past.md says why it is not subtracted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from edge_controller.config import Radar
from edge_controller.detection.beams import Fan, fan_of, significant
from edge_controller.detection.direction import AZIMUTH_FLOOR_RAD, UNKNOWN_SIGMA_RAD
from edge_controller.detection.fold import best_fold, folds_hz
from edge_controller.detection.locate import in_bins, in_metres
from edge_controller.detection.peaks import tops_of_parabolas
from edge_controller.detection.scan import Scan, motion_between_transmitters, scan_of
from edge_controller.detection.shadow import OVERSAMPLING, SHADOW_MARGIN, envelope
from edge_controller.detection.spectrum import doppler_window, range_window

Complex = NDArray[np.complex64]
Floats = NDArray[np.float64]
Cells = NDArray[np.intp]

FIRST_BIN = 6  # of range: nearer lies what is taken for leakage
FARTHEST_M = 16.0  # of a flank: the longest trailer's, as seen from the cab's corner
DOPPLERS = np.arange(-4, 5)  # cells looked at; the outermost are neighbours only

FALSE_ALARM = 1e-6  # per cell, as of the first search
SHAKES = 2.0  # times that threshold: a flank that is not quite rigid leaves something of itself
SMOOTHED = 9  # range bins over which the noise is levelled
LEFT_OF_WAVE = 0.3  # of a wave's power that is not projected out: less, and it may be the flank's
OWN_BEAM = 0.5  # of a beam beside the flank all is its own: it is longer than a point
KNOWN = 0.1  # of a beam, the deviation of a bearing at most: else who is near the flank is pushed outwards
ONE_WAVE = 0.5  # of what is left in a cell, that one wave explains


@dataclass(frozen=True, slots=True)
class Own:
    """Per range bin looked at: what is projected out, and from where the strongest of it comes."""

    directions: Complex  # (bin, channel, 2) orthonormal, 0 where there is none
    sine: Floats  # (bin,), NaN where nothing is projected out


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What one radar needs, made once."""

    radar: Radar
    bins: Cells  # of range that are looked at
    factor: float  # over the noise of one channel that the power left in a cell must have
    median: float  # of the summed power of noise, by the noise of one channel
    fan: Fan
    scan: Scan
    beam: float  # sines apart at which the array's lobe is over


@dataclass(frozen=True, slots=True)
class Left:
    """Cells that are no noise after the projection. All (cell,) but `channels`."""

    bin: Cells  # of those looked at
    doppler: Cells  # signed
    range_bin: Floats
    doppler_bin: Floats
    channels: Complex  # (cell, channel)
    noise: Floats  # power of one channel's


# Cube (channel, Doppler, range), its power (Doppler, range), what is projected out, rows found before
# -> rows, channels, and which of the bins looked at.
BesideOwn = Callable[[Complex, NDArray[np.float32], Own, Floats, Radar], tuple[Floats, Complex, Cells]]
# Of what was found: Doppler bin, range bin, power over noise, sine, whether it is the flank's own.
Lobes = tuple[Floats, Floats, Floats, Floats, NDArray[np.bool_]]


@lru_cache(maxsize=8)
def plan_of(radar: Radar, first_bin: int = FIRST_BIN) -> Plan:
    """The plan of one radar, of range bins from the first on."""
    profile, channels, scan = radar.profile, len(radar.array.virtual_m), scan_of(radar)
    spread = float(np.ptp(scan.wave_rad[:, 0]))
    return Plan(
        radar=radar,
        bins=np.arange(first_bin, min(int(FARTHEST_M / profile.range_bin_m), profile.samples // 2)),
        factor=SHAKES * float(stats.gamma.isf(FALSE_ALARM, channels - 1)),
        median=float(stats.gamma.median(channels)),
        fan=fan_of(radar),
        scan=scan,
        beam=2 * np.pi / spread if spread > 0 else 2.0,
    )


def noise_of(power: NDArray[np.float32], plan: Plan) -> Floats:
    """(bin,) of one channel, from Dopplers far from what rides along."""
    dopplers, half = len(power), SMOOTHED // 2
    usual = np.median(power[dopplers // 4 : 3 * dopplers // 4 : 2, plan.bins], axis=0) / plan.median
    return np.convolve(np.pad(usual, half, "edge"), np.full(SMOOTHED, 1 / SMOOTHED), "valid")


def beside_own(
    cube: Complex, power: NDArray[np.float32], own: Own, found: Floats, radar: Radar
) -> tuple[Floats, Complex, Cells]:
    """What is beside the flank in its cells, and not found."""
    plan = plan_of(radar)
    return _waves(_left(cube, power, own, plan), found, own, plan)


def _left(cube: Complex, power: NDArray[np.float32], own: Own, plan: Plan) -> Left:
    """Project, and take what stands out. Lobes in Doppler keep the phases of their tone: one vector does."""
    noise = noise_of(power, plan)
    cells = cube[:, DOPPLERS[:, None], plan.bins].transpose(2, 1, 0)  # (bin, Doppler, channel)
    share = cells @ own.directions.conj()
    left = (cells - share @ own.directions.transpose(0, 2, 1)).astype(np.complex64, copy=False)
    energy = (left.real**2 + left.imag**2).sum(axis=2)
    energy[np.isnan(own.sine)] = 0.0
    bin_, row = _tops(energy, plan.factor * noise)
    level = np.log(np.maximum(energy, 0.1 * noise[:, None]))
    below = np.stack([level[bin_, row - 1], level[bin_ - 1, row]])
    above = np.stack([level[bin_, row + 1], level[bin_ + 1, row]])
    step, _ = tops_of_parabolas(below, level[bin_, row], above)
    doppler = DOPPLERS[row]
    return Left(bin_, doppler, plan.bins[bin_] + step[1], doppler + step[0], left[bin_, row], noise[bin_])


def _waves(left: Left, found: Floats, own: Own, plan: Plan) -> tuple[Floats, Complex, Cells]:
    """Rows and channels of the cells that one wave explains and nobody found, and their bins."""
    undo = plan.fan.undo_motion[left.doppler]  # (cell, channel)
    channels = left.channels * undo
    # Of a wave from each direction, what the projection leaves.
    taken = np.abs(plan.fan.steering.T @ (own.directions[left.bin] * undo[..., None])) ** 2
    kept = 1 - taken.sum(axis=2)  # (cell, beam)
    seen = np.abs(channels @ plan.fan.steering) ** 2 / np.maximum(kept, LEFT_OF_WAVE)
    beam, all_cells = seen.argmax(axis=1), np.arange(len(seen))
    power, share = seen[all_cells, beam].astype(np.float64), kept[all_cells, beam].astype(np.float64)
    snr = np.maximum(power / left.noise - 1, 1.0)
    deviation = np.sqrt(plan.scan.sine_variance / (snr * np.maximum(share, LEFT_OF_WAVE)))
    good = (share > LEFT_OF_WAVE) & (deviation < KNOWN * plan.beam)
    good &= np.abs(plan.fan.sines[beam] - own.sine[left.bin]) > OWN_BEAM * plan.beam
    good &= power > significant(1) * left.noise
    good &= power > ONE_WAVE * (np.abs(channels) ** 2).sum(axis=1)
    good &= power > SHADOW_MARGIN * left.noise * _shadow(
        left, plan.fan.sines[beam], _lobes_of(found, own, plan), plan
    )
    cell = good.nonzero()[0]
    sines = sines_of(seen[cell], beam[cell], plan)
    azimuth = plan.scan.sign * np.arcsin(sines)
    sigma = deviation[cell] / np.maximum(np.cos(azimuth), 0.1)
    margin_db = _margin_db(channels[cell], sines, left.doppler_bin[cell], left.noise[cell], plan)
    rows = np.full((cell.size, 7), np.nan)  # of the height nothing is known
    doppler_hz = left.doppler_bin[cell] / plan.radar.dwell_s
    rows[:, 0], rows[:, 1] = in_metres(left.range_bin[cell], doppler_hz, plan.radar)
    rows[:, 2] = azimuth
    rows[:, 3] = np.minimum(np.hypot(sigma, AZIMUTH_FLOOR_RAD), UNKNOWN_SIGMA_RAD)
    rows[:, 4] = 10 * np.log10(snr[cell])
    rows[:, 5] = margin_db
    return rows, channels[cell], left.bin[cell]


def _margin_db(channels: Complex, sines: Floats, doppler_bin: Floats, noise: Floats, plan: Plan) -> Floats:
    """Odds that it is as slow as it seems, from the wave's power by each fold."""
    doppler_hz = doppler_bin / plan.radar.dwell_s
    by_fold = motion_between_transmitters(folds_hz(doppler_hz, plan.radar) - doppler_hz, plan.radar)
    wave = np.exp(1j * np.outer(sines, plan.scan.wave_rad[:, 0]))
    power = np.abs((channels * wave * by_fold.conj()).sum(axis=2)) ** 2 / channels.shape[1]
    return best_fold(power / noise)[1]


def _lobes_of(found: Floats, own: Own, plan: Plan) -> Lobes:
    """What was found, in bins."""
    range_bin, doppler_hz = in_bins(found[:, 0], found[:, 1], plan.radar)
    doppler_bin, sine = doppler_hz * plan.radar.dwell_s, plan.scan.sign * np.sin(found[:, 2])
    bins = np.rint(np.minimum(np.maximum(range_bin - FIRST_BIN, 0), plan.bins.size - 1)).astype(np.intp)
    is_own = (np.abs(sine - own.sine[bins]) < plan.beam) & (np.abs(doppler_bin) < 1)
    return doppler_bin, range_bin, 10 ** (found[:, 4] / 10), sine, is_own


def _shadow(left: Left, sines: Floats, lobes: Lobes, plan: Plan) -> Floats:
    """(cell,) the most that the lobes of one can put there, over the noise of a channel.

    The flank's own are looked past, unless they come from where the cell's wave does.
    """
    doppler_bin, range_bin, power, sine, is_own = lobes
    apart = np.abs(sines[:, None] - sine) > OWN_BEAM * plan.beam
    shape = plan.radar.profile.loops, plan.radar.profile.samples
    cast = _lobe(left.doppler_bin, doppler_bin, shape[0], doppler_window)
    cast *= _lobe(left.range_bin, range_bin, shape[1], range_window)
    return np.asarray((cast * power * ~(is_own & apart)).max(axis=1, initial=0.0))


def _lobe(on: Floats, by: Floats, length: int, taper_of: Callable[[int], Floats]) -> Floats:
    """(on, by) highest response of a window at their distance, less a bin for what both are off by."""
    apart = np.abs(on[:, None] - by[None, :]) % length
    apart = np.minimum(apart, length - apart)
    steps = np.maximum(OVERSAMPLING * (apart - 1), 0).astype(np.intp)
    return np.asarray(envelope(taper_of, length).take(steps), np.float64)


def _tops(energy: NDArray[np.float32], floor: Floats) -> tuple[Cells, Cells]:
    """(bin, Doppler) of cells over the floor that no neighbour exceeds; the edges are neighbours only."""
    inner = energy[1:-1, 1:-1]
    top = inner > floor[1:-1, None]
    if top.any():
        for along, across in np.argwhere(np.arange(9).reshape(3, 3) != 4).tolist():
            other = energy[along : along + inner.shape[0], across : across + inner.shape[1]]
            top &= (inner > other) | ((inner == other) & ((along, across) > (1, 1)))
    bin_, row = top.nonzero()
    return bin_ + 1, row + 1


def sines_of(seen: NDArray[np.float32], beam: Cells, plan: Plan) -> Floats:
    """(cell,) of the tops between three beams, from what is seen in each (cell, beam) and the strongest."""
    level, cell = np.log(np.maximum(seen, 1e-30)).astype(np.float64), np.arange(len(beam))
    beside = np.maximum(beam - 1, 0), np.minimum(beam + 1, seen.shape[1] - 1)
    below, above = (level[cell, one] for one in beside)
    offset, _ = tops_of_parabolas(below, level[cell, beam], above)
    return np.minimum(np.maximum(plan.fan.sines[beam] + offset * plan.scan.step, -1.0), 1.0)
