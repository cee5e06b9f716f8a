"""Power map -> reflections: the peaks that none explains, and those in the main lobe of a stronger one."""

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.cfar import Cfar
from edge_controller.detection.peaks import Peaks, find_peaks
from edge_controller.detection.separate import separate


def reflections(
    cube: NDArray[np.complex64],
    power: NDArray[np.float32],
    noise: NDArray[np.float32],
    rule: Cfar,
    radar: Radar,
    *,
    gap_floor: float,
    first_still_bin: int,
) -> Peaks:
    """Strongest first; `gap_floor` is what lost samples make elsewhere of a peak's power."""
    peaks = find_peaks(cube, power, noise, rule, radar, gap_floor=gap_floor, first_still_bin=first_still_bin)
    return separate(cube, noise, peaks, radar)
