"""`Detector`: the stages of detection, in order."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.cfar import cfar
from edge_controller.detection.flank import Flank
from edge_controller.detection.leakage import Leakage
from edge_controller.detection.monitor import PAYLOAD_BYTES, Monitor
from edge_controller.detection.spectrum import spectrum, summed_power
from edge_controller.detection.stages import Fast, stages
from edge_controller.detection.swaying import Swaying
from edge_controller.messages import Detection, RadarFrame


class Detector:
    """Detection of one radar, and what it remembers of it: `monitor` says whether it is to be believed.

    `fast` asks for the compiled stages or for the others; None takes the compiled ones where they are
    installed and warmed up, REPRODUCIBLE those that give the same bits in every process, and `stages.note`
    says which these are.
    """

    def __init__(self, radar: Radar, *, fast: Fast = None) -> None:
        self.radar = radar
        self.stages = stages(radar, fast)
        self.monitor = Monitor(radar)
        self.leakage = Leakage(radar)
        self.flank = Flank(radar, self.stages.beside)
        self.swaying = Swaying(radar)
        self._spectrum = self.stages.spectrum(radar)
        dopplers, ranges = radar.profile.loops, radar.profile.samples
        rule = cfar(dopplers, ranges, len(self._spectrum.cube), radar.profile.cfar)
        self._find = self.stages.finder(radar, rule)

    def detect(self, frame: RadarFrame) -> tuple[Detection, ...]:
        """Reflections in one frame, strongest first, at most 200, then past the own flank, then who sways.

        What stands still is kept.
        """
        seen = self._spectrum
        hit = seen.receive(frame.samples)
        self.leakage.take_off(seen.cube, seen.power)
        found = self._find(seen, self.leakage, _gap_floor(frame, self.radar))
        self.monitor.update(frame, seen.power, found.strong, hit)
        plain = _detections(frame, found.rows, found.channels, found.indirect.tolist())
        if frame.lost_packets or hit.samples:  # what was put in place of samples spreads what is strong
            return plain
        past = self.flank.beside(seen.rows, seen.power, found.rows)
        sways = self.swaying.found(seen.rows, seen.power, frame.mid_t_s)
        return plain + _detections(frame, *past, past_own=True) + _detections(frame, *sways, sways=True)

    def rehearse(self) -> None:
        """Have loaded what not every frame runs."""
        self.flank.rehearse(self._spectrum.rows, self._spectrum.power)


def _detections(
    frame: RadarFrame,
    found: NDArray[np.float64],
    channels: NDArray[np.complex64],
    indirect: list[bool] | None = None,
    *,
    past_own: bool = False,
    sways: bool = False,
) -> tuple[Detection, ...]:
    """The way out of the arrays.

    What was found under something else has lost directions: its phases no longer tell two ways.
    """
    ways = [False] * len(found) if indirect is None else indirect
    rows = zip(found.tolist(), channels, ways, strict=True)
    return tuple(_detection(frame, row, peak, (past_own, by_two, sways)) for row, peak, by_two in rows)


def _detection(
    frame: RadarFrame, row: list[float], peak: NDArray[np.complex64], kinds: tuple[bool, bool, bool]
) -> Detection:
    range_m, range_rate_mps, azimuth_rad, sigma_rad, snr_db, fold_margin_db, height_rad = row
    elevation_rad = None if math.isnan(height_rad) else height_rad
    return Detection(
        frame.radar,
        frame.mid_t_s,
        range_m,
        range_rate_mps,
        azimuth_rad,
        sigma_rad,
        snr_db,
        fold_margin_db,
        elevation_rad,
        peak,
        *kinds,
    )


@dataclass(frozen=True, slots=True)
class RangeDoppler:
    """A picture of one frame: dB over the median cell, range rate ascending."""

    power_db: NDArray[np.float64]  # (range rate, range)
    range_rate_mps: NDArray[np.float64]
    range_m: NDArray[np.float64]


def range_doppler_db(frame: RadarFrame, radar: Radar) -> RangeDoppler:
    """The power map that `Detector` looks at, for a person to look at."""
    power = np.fft.fftshift(summed_power(spectrum(frame, radar)), axes=0).astype(np.float64)
    dopplers, ranges = power.shape
    floor = max(float(np.median(power)), 1e-12)
    return RangeDoppler(
        power_db=10 * np.log10(np.maximum(power, 1e-3 * floor) / floor),
        range_rate_mps=(np.arange(dopplers) - dopplers // 2) * radar.range_rate_bin_mps,
        range_m=np.arange(ranges, dtype=np.float64) * radar.profile.range_bin_m,
    )


def _gap_floor(frame: RadarFrame, radar: Radar) -> float:
    """Power relative to a peak that zeros in place of lost packets spread over its whole map, at worst.

    A gap is the full signal less a short piece; the piece is flat in both axes. A Blackman window weighs
    its middle 2.4 times the mean, per axis.
    """
    if frame.lost_packets == 0:
        return 0.0
    values = 2 * radar.profile.loops * radar.profile.samples
    channels = len(radar.array.virtual_m)
    piece = 2.4**2 * frame.lost_packets * PAYLOAD_BYTES / 2 / values
    return min(1.0, piece**2 / channels)
