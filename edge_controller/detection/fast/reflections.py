"""`reflections` compiled: peaks, and which of them are worth a closer look, in one call."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.cfar import Cfar
from edge_controller.detection.fast import peaks as found
from edge_controller.detection.fast import tone
from edge_controller.detection.fast.separate import pairs_of
from edge_controller.detection.peaks import Peaks
from edge_controller.detection.separate import with_parts


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
    """As `detection.reflections.reflections`; the cube may have more rows, and longer ones, than the map."""
    shape = power.shape[0], power.shape[1]
    plans = found.plan_of(radar, shape, first_still_bin), tone.plan_of(radar, shape)
    made, odd, any_odd = looked_at((cube, power, noise), plans, np.float32(rule.factor), gap_floor)
    peaks = Peaks(*made)
    if not any_odd:
        return peaks
    return with_parts(cube[:, : shape[0], : shape[1]], noise, peaks, radar, odd=odd, pairs_of=pairs_of)


@njit(cache=True, error_model="numpy")
def looked_at(maps, plans, factor, gap_floor):  # type: ignore[no-untyped-def]
    """What `Peaks` consists of, which of them are more than one tone, and whether any is."""
    made = found.peaks_of(maps, plans[0], factor, gap_floor)
    odd = np.zeros(made[0].size, np.bool_)
    tone.judge((maps[0], maps[2]), made[:5], plans[1], odd)
    return made, odd, np.any(odd)
