"""How high a reflection is over the ground: kerb, rail, person or sign."""

import math
from dataclasses import dataclass

from edge_controller.config import Radar
from edge_controller.detection.scan import scan_of
from edge_controller.messages import Detection

ELEVATION_FLOOR_RAD = math.radians(1.0)  # antennas known to 5 degrees, two rows half a wavelength apart


@dataclass(frozen=True, slots=True)
class Height:
    """Over the ground, where the road is flat and the truck level."""

    height_m: float
    sigma_m: float  # of noise and antennas; what the road mirrors comes on top


def height_m(detection: Detection, radar: Radar) -> Height | None:
    """Height of a reflection in metres; None where the array has one row and tells none.

    One frame of a weak reflection says little: weigh many by their sigmas.
    """
    if detection.elevation_rad is None:
        return None
    elevation = detection.elevation_rad
    ahead = math.cos(elevation) * math.cos(detection.azimuth_rad)
    up = math.sin(elevation) * math.cos(radar.pitch_rad) - ahead * math.sin(radar.pitch_rad)
    noise = math.sqrt(scan_of(radar).rise_variance / 10 ** (detection.snr_db / 10)) / math.cos(elevation)
    sigma = math.hypot(noise, ELEVATION_FLOOR_RAD)
    return Height(radar.position_m[2] + detection.range_m * up, detection.range_m * sigma)
