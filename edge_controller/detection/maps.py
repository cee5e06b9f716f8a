"""Pictures of one frame for a person: power over range rate, and over azimuth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.chain import range_doppler_db
from edge_controller.detection.spectrum import Spectrum
from edge_controller.messages import RadarFrame

WIDEST_RAD = np.radians(75.0)
AZIMUTHS = 151
FLOOR = 1e-3


@dataclass(frozen=True, slots=True)
class Maps:
    """Powers in dB over the noise (the median cell), and their axes."""

    range_m: NDArray[np.float64]
    range_rate_mps: NDArray[np.float64]  # ascending
    azimuth_rad: NDArray[np.float64]  # ascending; empty where the antennas tell none
    range_doppler_db: NDArray[np.float64]  # (range rate, range), sum of all channels
    range_azimuth_db: NDArray[np.float64]  # (azimuth, range), of each the strongest range rate


def maps(frame: RadarFrame, radar: Radar) -> Maps:
    """Both maps of a frame; velocities folded as they come, no thresholds."""
    picture = range_doppler_db(frame, radar)
    y_m = np.array(radar.array.virtual_m)[:, 0]
    azimuth_rad = np.linspace(-WIDEST_RAD, WIDEST_RAD, AZIMUTHS) if np.ptp(y_m) > 0 else np.zeros(0)
    return Maps(
        range_m=picture.range_m,
        range_rate_mps=picture.range_rate_mps,
        azimuth_rad=azimuth_rad,
        range_doppler_db=picture.power_db,
        range_azimuth_db=_range_azimuth_db(frame, radar, y_m, azimuth_rad),
    )


def _range_azimuth_db(
    frame: RadarFrame, radar: Radar, y_m: NDArray[np.float64], azimuth_rad: NDArray[np.float64]
) -> NDArray[np.float64]:
    spectrum = Spectrum(radar)
    spectrum.take(frame.samples)
    cube = spectrum.cube
    # An element further along +y is nearer to what stands at a positive azimuth.
    steering = np.exp(2j * np.pi / radar.profile.wavelength_m * np.outer(np.sin(azimuth_rad), y_m))
    turn_s = np.repeat(np.arange(len(radar.array.tx_order)), len(radar.array.rx_m)) * radar.profile.chirp_s
    doppler_hz = np.fft.fftfreq(cube.shape[1], radar.repetition_s)
    best = np.zeros((len(azimuth_rad), cube.shape[2]), np.float32)
    for doppler, hz in enumerate(doppler_hz):
        # Transmitters take turns: what a mover walks meanwhile is taken out.
        beam = (steering * np.exp(-2j * np.pi * hz * turn_s)).astype(np.complex64)
        np.maximum(best, np.abs(beam @ cube[:, doppler]) ** 2, out=best)
    noise = max(float(np.median(spectrum.power)), 1e-12)  # of one beam: as of all channels in sum
    return np.asarray(10 * np.log10(np.maximum(best / noise, FLOOR)), dtype=np.float64)
