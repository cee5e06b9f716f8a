"""Power -> level, peaks, directions and places in one compiled call.

Where cells hold more than one tone, or may hold two directions, the rest is done in steps: their search for
others is not worth a word of its own in what every frame runs.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.cfar import Cfar
from edge_controller.detection.fast import peaks as found_peaks
from edge_controller.detection.fast import tone
from edge_controller.detection.fast.cfar import levels_of_mean, means_of, noise_level, work_for
from edge_controller.detection.fast.direction import Made
from edge_controller.detection.fast.locate import locate, located, parted, plan_of, whole
from edge_controller.detection.fast.separate import clear, pairs_around
from edge_controller.detection.found import Finder
from edge_controller.detection.leakage import BINS, DOPPLERS, Leakage
from edge_controller.detection.locate import Located
from edge_controller.detection.peaks import Peaks
from edge_controller.detection.separate import with_parts
from edge_controller.detection.spectrum import Spectrum


def finder(radar: Radar, rule: Cfar) -> Finder:
    """As `edge_controller.detection.found.finder`; holds the arrays that its frames are worked in."""
    shape = radar.profile.loops, radar.profile.samples
    work, tones, places = work_for(shape, rule), tone.plan_of(radar, shape), plan_of(radar, shape)
    means = means_of(rule, work) if rule.kind.startswith("ca") else None
    limits = np.float32(rule.factor), (rule.factor, *places.leaves)

    def find(seen: Spectrum, own: Leakage, gap_floor: float) -> Located:
        plans = found_peaks.plan_of(radar, shape, own.first_still_bin), tones
        if means is None:
            noise_level(seen.power, rule, work)
        maps = seen.rows, seen.power, work.level
        alone, rest = found(maps, means, own.allowance, plans, places.compiled, limits, gap_floor)
        if alone is not None:
            return whole(alone, radar)
        return _in_steps(maps, radar, rule, rest)

    return find


def _in_steps(
    maps: tuple[NDArray[np.complex64], NDArray[np.float32], NDArray[np.float32]],
    radar: Radar,
    rule: Cfar,
    rest: tuple[tuple[Any, ...], NDArray[np.bool_], Made],
) -> Located:
    """From the peaks on, some of which are odd or may be two."""
    cube, power, noise = maps
    made, odd, waves = rest
    peaks = Peaks(*made)
    if not odd.any():
        return parted(maps, peaks, waves, radar)
    peaks = with_parts(cube, noise, peaks, radar, odd=odd, clear=clear, pairs_around=pairs_around)
    return locate(cube, power, noise, peaks, radar, factor=rule.factor)


@njit(cache=True, error_model="numpy")
def found(maps, means, allowance, plans, places, limits, gap_floor):  # type: ignore[no-untyped-def]
    """What `Located` consists of, or peaks, which of them are odd, and their waves: one of the two is None.

    `means` is what the level of the mean is made with, None where the level is there already.
    """
    _, power, noise = maps
    if means is not None:
        usual, heights, widths, weight, room = means
        levels_of_mean(power, usual, heights, widths, weight, room, noise)
    for d in range(DOPPLERS.size):
        for b in range(BINS.size):
            noise[DOPPLERS[d], BINS[b]] = max(noise[DOPPLERS[d], BINS[b]], allowance[d, b])
    made = found_peaks.peaks_of(maps, plans[0], limits[0], gap_floor)
    odd = np.zeros(made[0].size, np.bool_)
    tone.judge((maps[0], noise), made[:5], plans[1], odd)
    any_odd = np.any(odd)
    few = 0 if any_odd else made[0].size
    of_peaks = (
        made[0][:few], made[1][:few], made[2][:few], made[3][:few], made[5][:few], made[6][:few],
        made[4][:few], made[7][0], made[7][1],
    )  # fmt: skip
    alone, waves, located_alone = located(maps, of_peaks, places, limits[1])
    if any_odd or not alone:
        return None, (made, odd, waves)
    return located_alone, None
