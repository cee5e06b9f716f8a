"""A frame up to its peaks, by the stages of the base install."""

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.cfar import cfar, noise_level
from edge_controller.detection.peaks import Peaks, find_peaks
from edge_controller.detection.spectrum import spectrum, summed_power
from edge_controller.messages import RadarFrame

Maps = tuple[NDArray[np.complex64], NDArray[np.float32], Peaks]  # cube, noise


def seen(frame: RadarFrame, radar: Radar) -> Maps:
    cube = spectrum(frame, radar)
    power = summed_power(cube)
    rule = cfar(*power.shape, cube.shape[0])
    noise = noise_level(power, rule)
    return cube, noise, find_peaks(cube, power, noise, rule, radar, gap_floor=0.0)
