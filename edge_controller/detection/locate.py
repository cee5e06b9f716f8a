"""Peaks -> where they stand, in metres and radians, and what the monitor is told of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import SPEED_OF_LIGHT_MPS, Radar
from edge_controller.detection.channels import Strong, strong_ones
from edge_controller.detection.direction import Directions, find_directions
from edge_controller.detection.peaks import Peaks
from edge_controller.detection.refine import Places, refine


@dataclass(frozen=True, slots=True)
class Located:
    """One row per detection, strongest first."""

    # (detection, 7) in the order of `Detection`: range_m, range_rate_mps, azimuth_rad, azimuth_sigma_rad,
    # snr_db, fold_margin_db, elevation_rad (nan where the array cannot tell height)
    rows: NDArray[np.float64]
    channels: NDArray[np.complex64]  # (detection, channel) freed of what moved between the transmitters
    indirect: NDArray[np.bool_]  # (detection,)
    strong: Strong


def locate(
    cube: NDArray[np.complex64],
    power: NDArray[np.float32],
    noise: NDArray[np.floating],
    peaks: Peaks,
    radar: Radar,
    *,
    factor: float,
) -> Located:
    """Directions first: places need folds and beams. Cells over `factor` x `noise` are no noise."""
    found = find_directions(cube, power, noise, peaks, radar, factor=factor)
    peaks = peaks.only(found.peak)
    places = refine(cube, power, peaks, found, radar)
    strong = strong_ones(cube, peaks, found.doppler_hz)
    return Located(_rows(peaks, found, places, radar), found.channels, found.indirect, strong)


def in_metres(
    range_bin: NDArray[np.float64], doppler_hz: NDArray[np.float64], radar: Radar
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Range and range rate. The beat is 2 S R / c plus Doppler; the Doppler's share is taken off again."""
    beat_hz = range_bin * radar.profile.rate_hz / radar.profile.samples
    range_m = SPEED_OF_LIGHT_MPS / (2 * radar.profile.slope_hz_per_s) * (beat_hz - doppler_hz)
    # The wave that comes back is older, and lower, than the one it is mixed with by the beat.
    return range_m, doppler_hz * SPEED_OF_LIGHT_MPS / 2 / (radar.profile.centre_hz - beat_hz)


def in_bins(
    range_m: NDArray[np.float64], range_rate_mps: NDArray[np.float64], radar: Radar
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Range bin and Doppler of range and range rate: `in_metres` the other way round, to a ten-millionth."""
    profile = radar.profile
    beat_hz = range_m * 2 * profile.slope_hz_per_s / SPEED_OF_LIGHT_MPS
    doppler_hz = range_rate_mps * 2 * (profile.centre_hz - beat_hz) / SPEED_OF_LIGHT_MPS
    return (beat_hz + doppler_hz) * profile.samples / profile.rate_hz, doppler_hz


def _rows(peaks: Peaks, found: Directions, places: Places, radar: Radar) -> NDArray[np.float64]:
    snr = peaks.excess * found.share * len(radar.array.virtual_m)
    range_m, range_rate_mps = in_metres(places.range_bin, places.doppler_hz, radar)
    height = np.full(snr.size, np.nan) if found.elevation_rad is None else found.elevation_rad
    columns = (
        range_m,
        range_rate_mps,
        found.azimuth_rad,
        found.azimuth_sigma_rad,
        10 * np.log10(snr),
        found.fold_margin_db,
        height,
    )
    return np.stack(columns, axis=1)
