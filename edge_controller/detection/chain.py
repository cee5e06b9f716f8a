"""`Detector`: the stages of detection, in order."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import SPEED_OF_LIGHT_MPS, Radar
from edge_controller.detection.direction import Directions, directions
from edge_controller.detection.monitor import PAYLOAD_BYTES, Monitor
from edge_controller.detection.peaks import FIRST_STILL_BIN, Peaks, find_peaks
from edge_controller.detection.spectrum import spectrum, summed_power
from edge_controller.messages import Detection, RadarFrame


class Detector:
    """Detection of one radar, and what it remembers of it: `monitor` says whether it is to be believed."""

    def __init__(self, radar: Radar) -> None:
        self.radar = radar
        self.monitor = Monitor(radar)

    def detect(self, frame: RadarFrame) -> tuple[Detection, ...]:
        """Reflections in one frame, strongest first, at most 200. What stands still is kept."""
        cube = spectrum(frame, self.radar)
        power = summed_power(cube)
        usual = float(np.median(power))
        self.monitor.update(frame.lost_packets, _channel_power(cube), _leakage(power), usual)
        peaks = find_peaks(cube, power, self.radar, _gap_floor(frame, self.radar))
        snr = peaks.excess * cube.shape[0]
        doppler_hz = peaks.doppler_bin / self.radar.dwell_s
        channels = cube[:, peaks.doppler, peaks.range].T
        found = directions(channels, doppler_hz, snr, peaks.sine, self.radar)
        return _detections(frame, self.radar, peaks, found, snr)


def _detections(
    frame: RadarFrame, radar: Radar, peaks: Peaks, found: Directions, snr: NDArray[np.float64]
) -> tuple[Detection, ...]:
    """Bins and sines -> metres and radians.

    The beat is 2 S R / c plus Doppler; the Doppler's share is taken off again.
    """
    beat_hz = peaks.range_bin * radar.profile.rate_hz / radar.profile.samples
    range_m = SPEED_OF_LIGHT_MPS / (2 * radar.profile.slope_hz_per_s) * (beat_hz - found.doppler_hz)
    range_rate_mps = found.doppler_hz * radar.profile.wavelength_m / 2
    return tuple(
        Detection(
            radar=radar.name,
            t_s=frame.mid_t_s,
            range_m=float(range_m[n]),
            range_rate_mps=float(range_rate_mps[n]),
            azimuth_rad=float(found.azimuth_rad[n]),
            azimuth_sigma_rad=float(found.azimuth_sigma_rad[n]),
            snr_db=float(10 * np.log10(snr[n])),
            fold_margin_db=float(found.fold_margin_db[n]),
            elevation_rad=None if found.elevation_rad is None else float(found.elevation_rad[n]),
            peak=found.channels[n],
        )
        for n in _one_per_whole_cell(peaks, found.whole)
    )


def _one_per_whole_cell(peaks: Peaks, whole: NDArray[np.bool_]) -> list[int]:
    """Peaks worth keeping: a cell that one plane wave explains is one reflection, its strongest beam."""
    kept: list[int] = []
    taken: set[tuple[int, int]] = set()
    for n in range(len(whole)):
        cell = (int(peaks.doppler[n]), int(peaks.range[n]))
        if cell not in taken or not whole[n]:
            kept.append(n)
        taken.add(cell)
    return kept


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


def _channel_power(cube: NDArray[np.complex64]) -> NDArray[np.float64]:
    """Mean per channel."""
    values = cube.view(np.float32).reshape(cube.shape[0], -1)
    return np.asarray(np.einsum("cv,cv->c", values, values) / (values.shape[1] // 2), dtype=np.float64)


def _leakage(power: NDArray[np.float32]) -> float:
    """Strongest zero-Doppler cell of the first bins."""
    return float(power[0, :FIRST_STILL_BIN].max())


def _gap_floor(frame: RadarFrame, radar: Radar) -> float:
    """Power relative to a peak that zeros in place of lost packets spread over its whole map, at worst.

    A gap is the full signal less a short piece; the piece is flat in both axes. A Blackman window weighs
    its middle 2.4 times the mean, per axis.
    """
    values = 2 * radar.profile.loops * radar.profile.samples
    channels = len(radar.array.virtual_m)
    piece = 2.4**2 * frame.lost_packets * PAYLOAD_BYTES / 2 / values
    return min(1.0, piece**2 / channels)
