"""Cells that are no noise, looked at beam by beam: two reflectors in one cell are two where they look apart.

A rider beside the truck's own flank shares its range and nearly its Doppler. Summed over the channels the
two melt together; in the rider's beam the flank is one array side lobe and one window lobe down.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.scan import motion_between_transmitters, scan_of
from edge_controller.detection.spectrum import signed_bin

BEAM_FALSE_ALARM = 1e-8  # per beam of a cell that is already no noise
# Neighbours in (Doppler, range): the four sides first, which most cells lose against, then the corners.
SIDES = np.array(((-1, 0), (1, 0), (0, -1), (0, 1)))
CORNERS = np.array(((-1, -1), (-1, 1), (1, -1), (1, 1)))


@dataclass(frozen=True, slots=True)
class Beams:
    """Occupied cells only, in the order of the map; the last row is empty and stands for all others."""

    power: NDArray[np.float32]  # (cell + 1, beam)
    doppler: NDArray[np.intp]  # (cell,)
    range: NDArray[np.intp]  # (cell,)
    row: NDArray[np.int32]  # (Doppler, range): where in `power`
    sines: NDArray[np.float64]  # (beam,)


@dataclass(frozen=True, slots=True)
class Fan:
    """What turns the channels of a cell into beams."""

    sines: NDArray[np.float64]
    steering: NDArray[np.complex64]  # (channel, beam), scaled so that a plane wave keeps its summed power
    undo_motion: NDArray[np.complex64]  # (Doppler, channel) unfolded motion between the transmitters


@lru_cache(maxsize=8)
def fan_of(radar: Radar) -> Fan:
    scan = scan_of(radar)
    sines = np.unique(scan.grid[:, 0])
    steering = np.exp(1j * np.outer(scan.wave_rad[:, 0], sines)) / np.sqrt(scan.wave_rad.shape[0])
    loops = radar.profile.loops
    motion = motion_between_transmitters(signed_bin(np.arange(loops), loops) / radar.dwell_s, radar)
    return Fan(sines, steering.astype(np.complex64), np.conj(motion))


def beams_of(cube: NDArray[np.complex64], occupied: NDArray[np.bool_], radar: Radar) -> Beams:
    """A plane wave's beam has the power that its channels have in sum."""
    fan = fan_of(radar)
    cells = occupied.ravel().nonzero()[0]
    doppler, rng = np.divmod(cells, occupied.shape[1])
    freed = cube.reshape(cube.shape[0], -1).take(cells, axis=1).T * fan.undo_motion.take(doppler, axis=0)
    steered = (freed @ fan.steering).view(np.float32)
    steered *= steered
    power = np.zeros((cells.size + 1, fan.sines.size), np.float32)
    np.add(steered[:, 0::2], steered[:, 1::2], out=power[:-1])
    row = np.full(occupied.size, cells.size, np.int32)
    row[cells] = np.arange(cells.size, dtype=np.int32)
    return Beams(power, doppler, rng, row.reshape(occupied.shape), fan.sines)


def local_maxima(beams: Beams, floor: NDArray[np.floating]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(cell, beam) over `floor` (cell,) that none of their neighbours in Doppler, range and beam exceeds."""
    power = beams.power[:-1]
    rising = power[:, 1:] > power[:, :-1]
    top = power > floor[:, None].astype(np.float32)
    top[:, :-1] &= ~rising
    top[:, 1:] &= rising | (power[:, 1:] == power[:, :-1])
    cell, beam = top.nonzero()
    around = beams.power.copy()  # the strongest of a beam and the ones beside it
    np.maximum(around[:, 1:], beams.power[:, :-1], out=around[:, 1:])
    np.maximum(around[:, :-1], beams.power[:, 1:], out=around[:, :-1])
    for steps in (SIDES, CORNERS):
        best = _beats(beams, around, cell, beam, steps).nonzero()[0]
        cell, beam = cell.take(best), beam.take(best)
    return cell, beam


def _beats(
    beams: Beams,
    around: NDArray[np.float32],
    cell: NDArray[np.intp],
    beam: NDArray[np.intp],
    steps: NDArray[np.intp],
) -> NDArray[np.bool_]:
    """Whether no neighbour in those steps is stronger, as `around` (cell, beam) says.

    Of two equal ones the earlier in the map counts.
    """
    doppler, rng = steps.T[:, :, None]
    dopplers, ranges = beams.row.shape
    place = (beams.doppler.take(cell) + doppler) % dopplers * ranges
    place += (beams.range.take(cell) + rng) % ranges
    there = around[beams.row.reshape(-1).take(place), beam]
    here = beams.power[cell, beam]
    later = (doppler > 0) | ((doppler == 0) & (rng > 0))
    return np.asarray(((here > there) | (later & (here == there))).all(axis=0))


def significant(channels: int) -> float:
    """A beam above this many times the noise of one channel is no noise (exponential power)."""
    return float(-np.log(BEAM_FALSE_ALARM)) / channels
