"""Cells that are no noise, looked at beam by beam: two reflectors in one cell are two where they look apart.

A rider beside the truck's own flank shares its range and nearly its Doppler. Summed over the channels the
two melt together; in the rider's beam the flank is one array side lobe and one window lobe down.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.direction import motion_between_transmitters, scan_of
from edge_controller.detection.spectrum import signed_bin

BEAM_FALSE_ALARM = 1e-8  # per beam of a cell that is already no noise


@dataclass(frozen=True, slots=True)
class Beams:
    """Power per cell and beam, zero where a cell is noise: (Doppler, range, beam). Sines of the beams."""

    power: NDArray[np.float32]
    sines: NDArray[np.float64]


def beams_of(cube: NDArray[np.complex64], occupied: NDArray[np.bool_], radar: Radar) -> Beams:
    """A plane wave's beam has the power that its channels have in sum."""
    scan = scan_of(radar)
    sines = np.unique(scan.grid[:, 0])
    doppler, rng = np.nonzero(occupied)
    doppler_hz = signed_bin(doppler, cube.shape[1]) / radar.dwell_s
    freed = cube[:, doppler, rng].T * np.conj(motion_between_transmitters(doppler_hz, radar))
    steering = np.exp(1j * np.outer(scan.wave_rad[:, 0], sines)).astype(np.complex64)
    power = np.zeros((*occupied.shape, len(sines)), np.float32)
    power[doppler, rng] = np.abs(freed @ steering) ** 2 / cube.shape[0]
    return Beams(power, sines)


def local_maxima(
    beams: Beams, floor: NDArray[np.floating]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """(Doppler, range, beam) cells over `floor` (Doppler, range) that none of their neighbours exceeds."""
    power = beams.power
    count = power.shape[2]
    lower = np.pad(power, ((0, 0), (0, 0), (1, 1)))
    top = (power >= lower[..., :-2]) & (power > lower[..., 2:]) & (power > floor[..., None])
    doppler, rng, beam = np.nonzero(top)
    here = power[doppler, rng, beam]
    best = np.ones(here.size, np.bool_)
    for d in (-1, 0, 1):
        for r in (-1, 0, 1):
            for b in (-1, 0, 1):
                if (d, r) == (0, 0):
                    continue
                there = power[
                    (doppler + d) % power.shape[0],
                    (rng + r) % power.shape[1],
                    np.clip(beam + b, 0, count - 1),
                ]
                best &= (here >= there) if (d, r) > (0, 0) else (here > there)
    return doppler[best], rng[best], beam[best]


def significant(channels: int) -> float:
    """A beam above this many times the noise of one channel is no noise (exponential power)."""
    return float(-np.log(BEAM_FALSE_ALARM)) / channels
