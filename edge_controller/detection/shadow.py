"""Which local maxima are reflections, and which are side lobes of a stronger one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.beams import Beams
from edge_controller.detection.spectrum import doppler_window, range_window, signed_bin

MAX_PEAKS = 200  # strongest reflections given out: a track needs few of them, and time is bounded
SHADOW_MARGIN = 4.0  # 6 dB: noise and side lobe may add in phase, phase noise fills the zeros
LEAST_ARRAY_LOBE = 0.01  # deeper nulls are luck
NEIGHBOURING_BEAMS = 7  # Doppler turns the phases between transmitters a little from cell to cell
OVERSAMPLING = 16
BLOCK = 48  # candidates judged at once: those that a block hides are not looked at again


@dataclass(frozen=True, slots=True)
class Candidates:
    """Local maxima in Doppler, range and beam, strongest first. All (candidate,)."""

    cell: NDArray[np.intp]  # row in `Beams`
    beam: NDArray[np.intp]
    doppler: NDArray[np.intp]
    range: NDArray[np.intp]
    power: NDArray[np.float32]
    over: NDArray[np.float32]  # power less the threshold

    def only(self, which: slice | NDArray[np.intp] | NDArray[np.bool_]) -> "Candidates":
        """Those at `which`."""
        return Candidates(
            self.cell[which],
            self.beam[which],
            self.doppler[which],
            self.range[which],
            self.power[which],
            self.over[which],
        )


def unshadowed(beams: Beams, found: Candidates, radar: Radar, gap_floor: float) -> NDArray[np.intp]:
    """Indices of the candidates that no stronger one explains.

    Blocks of the strongest first: most candidates are side lobes of a few and fall with the first block.
    """
    kept: list[int] = []
    left = np.arange(found.cell.size)
    while left.size and len(kept) < MAX_PEAKS:
        by, on = found.only(left[:BLOCK]), found.only(left)
        weaker = np.arange(left.size) > np.arange(by.cell.size)[:, None]
        shadow = (_cast(beams, by, on, radar, gap_floor) * weaker).max(axis=0)
        lit = on.over > SHADOW_MARGIN * shadow
        kept += left[:BLOCK][lit[:BLOCK]].tolist()
        left = left[BLOCK:][lit[BLOCK:]]
    return np.array(kept[:MAX_PEAKS], np.intp)


def _cast(
    beams: Beams, by: Candidates, on: Candidates, radar: Radar, gap_floor: float
) -> NDArray[np.float32]:
    """(by, on) most power that the side lobes of one reflection can put into the cell and beam of another."""
    dopplers, ranges = beams.row.shape
    slack = slack_of(by.doppler, dopplers, radar)[:, None]
    lobes = _lobe(by.doppler, on.doppler, dopplers, slack, doppler_window)
    lobes = lobes * _lobe(by.range, on.range, ranges, slack, range_window)
    # How the stronger peak's own cell looks in that beam: its antennas as they are, not as they should be.
    seen = _strongest_beside(beams.power.take(by.cell, axis=0)).take(on.beam, axis=1)
    power = by.power[:, None]
    lobes *= np.maximum(seen, LEAST_ARRAY_LOBE * power)
    return np.asarray(np.maximum(lobes, np.float32(gap_floor) * power))


def _strongest_beside(power: NDArray[np.float32]) -> NDArray[np.float32]:
    """(cell, beam) the strongest of so many neighbouring beams."""
    beams, half = power.shape[1], NEIGHBOURING_BEAMS // 2
    wide = np.zeros((len(power), beams + 2 * half), np.float32)
    wide[:, half : half + beams] = power
    pairs = np.maximum(wide[:, :-1], wide[:, 1:])
    fours = np.maximum(pairs[:, :-2], pairs[:, 2:])
    return np.maximum(fours[:, :-half], fours[:, half:])


def slack_of(doppler: NDArray[np.intp], dopplers: int, radar: Radar) -> NDArray[np.int64]:
    """In 1/16 bins: a reflection stands up to half a bin beside its cell, and one that moves is smeared.

    In range, and as much in Doppler, by what it walks within the frame.
    """
    walk = radar.range_rate_bin_mps * radar.dwell_s / radar.profile.range_bin_m  # bins per Doppler bin
    bins = 0.5 + np.abs(signed_bin(doppler, dopplers)) * (walk / 2)
    return np.asarray(OVERSAMPLING * bins, np.int64)


def _lobe(
    by: NDArray[np.intp],
    on: NDArray[np.intp],
    length: int,
    slack: NDArray[np.int64],
    taper_of: Callable[[int], NDArray[np.float64]],
) -> NDArray[np.float32]:
    """(by, on) highest response of a window at the cells' distance less the slack."""
    apart = np.abs(by[:, None] - on[None, :])
    apart = np.minimum(apart, length - apart)
    return np.asarray(envelope(taper_of, length).take(np.maximum(OVERSAMPLING * apart - slack, 0)))


@lru_cache(maxsize=16)
def envelope(taper_of: Callable[[int], NDArray[np.float64]], length: int) -> NDArray[np.float32]:
    """Highest response of a window that far or further from a tone, per 1/16 bin up to half the map."""
    taper = taper_of(length)
    response = np.abs(np.fft.fft(taper, OVERSAMPLING * length)) ** 2 / np.sum(taper) ** 2
    half = response[: OVERSAMPLING * length // 2 + 1]
    return np.asarray(np.maximum.accumulate(half[::-1])[::-1], np.float32)
