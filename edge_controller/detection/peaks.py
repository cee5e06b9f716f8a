"""Power map -> cells that are reflections: local maxima over the threshold that no stronger one explains."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.beams import Beams, beams_of, fan_of, local_maxima, significant
from edge_controller.detection.cfar import Cfar
from edge_controller.detection.shadow import Candidates, unshadowed
from edge_controller.detection.spectrum import DOPPLER_LOBE_BINS, RANGE_LOBE_BINS, signed_bin

MAX_CANDIDATES = 500  # strongest local maxima looked at
ASIDE = np.array([(0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)])  # Doppler, range: the cell, and those beside it
FIRST_STILL_BIN = RANGE_LOBE_BINS + 1  # the leakage's main lobe reaches to the bin before


@dataclass(frozen=True, slots=True)
class Peaks:
    """Local maxima, strongest first: cells, refined signed bins, power above the noise. All (peak,)."""

    doppler: NDArray[np.intp]
    range: NDArray[np.intp]
    doppler_bin: NDArray[np.float64]
    range_bin: NDArray[np.float64]
    excess: NDArray[np.float64]  # interpolated power over noise level, less the noise
    sine: NDArray[np.float64]  # of the beam each was found in, as `direction.Scan` counts it
    channels: NDArray[np.complex64]  # (peak, channel) spectrum, less what others leave there
    occupied: tuple[NDArray[np.intp], NDArray[np.intp]]  # Doppler, range of all cells over the threshold

    def only(self, which: NDArray[np.intp]) -> "Peaks":
        """Those at `which`, some perhaps twice."""
        return Peaks(
            doppler=self.doppler[which],
            range=self.range[which],
            doppler_bin=self.doppler_bin[which],
            range_bin=self.range_bin[which],
            excess=self.excess[which],
            sine=self.sine[which],
            channels=self.channels[which],
            occupied=self.occupied,
        )


def joined(one: Peaks, other: Peaks) -> Peaks:
    """The peaks of both, of one frame."""
    return Peaks(
        doppler=np.concatenate([one.doppler, other.doppler]),
        range=np.concatenate([one.range, other.range]),
        doppler_bin=np.concatenate([one.doppler_bin, other.doppler_bin]),
        range_bin=np.concatenate([one.range_bin, other.range_bin]),
        excess=np.concatenate([one.excess, other.excess]),
        sine=np.concatenate([one.sine, other.sine]),
        channels=np.concatenate([one.channels, other.channels]),
        occupied=one.occupied,
    )


def find_peaks(
    cube: NDArray[np.complex64],
    power: NDArray[np.float32],
    noise: NDArray[np.floating],
    rule: Cfar,
    radar: Radar,
    *,
    gap_floor: float,
    first_still_bin: int = FIRST_STILL_BIN,
) -> Peaks:
    """Reflections in a cube and its summed power; `gap_floor` is what lost samples make elsewhere."""
    beams = beams_of(cube, power > rule.factor * noise, radar)
    level = noise[beams.doppler, beams.range]
    found = _candidates(beams, significant(cube.shape[0]) * level)
    lit = unshadowed(beams, found, radar, gap_floor)
    found = found.only(lit[~is_leakage(found.doppler[lit], found.range[lit], power.shape, first_still_bin)])
    return _between_cells(cube, level[found.cell], found, (beams.doppler, beams.range), radar)


def _candidates(beams: Beams, floor: NDArray[np.floating]) -> Candidates:
    cell, beam = local_maxima(beams, floor)
    power = beams.power[cell, beam]
    strongest = np.argsort(-power, kind="stable")[:MAX_CANDIDATES]
    cell, beam, power = cell[strongest], beam[strongest], power[strongest]
    over = (power - floor[cell]).astype(np.float32)
    return Candidates(cell, beam, beams.doppler[cell], beams.range[cell], power, over)


def is_leakage(
    doppler: NDArray[np.intp], rng: NDArray[np.intp], shape: tuple[int, int], first_still_bin: int
) -> NDArray[np.bool_]:
    """Cells where transmitter leakage and bumper stand: no Doppler and within a main lobe of range 0.

    The lobe wraps to the last bins. Movers just in front of the sensor are kept; at and behind range zero
    there is nothing to see at any speed.
    """
    distance = signed_bin(rng, shape[1])
    behind = (distance <= 0) & (distance >= -RANGE_LOBE_BINS)
    still = np.abs(signed_bin(doppler, shape[0])) <= DOPPLER_LOBE_BINS
    return np.asarray(behind | (still & (np.abs(distance) < first_still_bin)))


def _between_cells(
    cube: NDArray[np.complex64],
    noise: NDArray[np.floating],
    found: Candidates,
    occupied: tuple[NDArray[np.intp], NDArray[np.intp]],
    radar: Radar,
) -> Peaks:
    """Cells -> places between the cells: the tops of parabolas through three cells per axis."""
    channels, dopplers, ranges = cube.shape
    fan = fan_of(radar)
    place = (found.doppler + ASIDE[:, :1]) % dopplers * ranges + (found.range + ASIDE[:, 1:]) % ranges
    cells = cube.reshape(channels, -1).take(place, axis=1)  # (channel, cell, peak)
    # The motion between transmitters hardly differs from cell to cell; the beam is the peak's own.
    weights = fan.undo_motion.take(found.doppler, axis=0).T * fan.steering.take(found.beam, axis=1)
    seen = np.abs((cells * weights[:, None]).sum(axis=0)) ** 2
    # Neighbours far below the noise count as a tenth of it, so that the parabola stays one.
    level = np.log(np.maximum(seen, np.maximum(noise / channels / 10, 1e-30)))
    step, gain = tops_of_parabolas(level[1::2], level[0], level[2::2])
    return Peaks(
        doppler=found.doppler,
        range=found.range,
        doppler_bin=signed_bin(found.doppler, dopplers) + step[0],
        range_bin=found.range + step[1],
        excess=np.exp(level[0] + gain.sum(axis=0)) / noise - 1 / channels,
        sine=fan.sines[found.beam],
        channels=np.ascontiguousarray(cells[:, 0].T),
        occupied=occupied,
    )


def tops_of_parabolas(
    below: NDArray[np.float64], top: NDArray[np.float64], above: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Offset in bins and gain: in decibels the windows' main lobes are parabolas to 0.02 bin."""
    bend, rise = below - 2 * top + above, 0.5 * (below - above)
    offset = np.divide(rise, bend, out=np.zeros_like(rise), where=bend < 0)
    offset = np.minimum(np.maximum(offset, -0.6), 0.6)
    return offset, -0.5 * rise * offset
