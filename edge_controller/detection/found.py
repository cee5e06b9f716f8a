"""Spectrum and power of a frame -> its reflections, by the stages of the base install."""

from collections.abc import Callable
from functools import partial

from edge_controller.config import Radar
from edge_controller.detection.cfar import Cfar, noise_level
from edge_controller.detection.leakage import Leakage
from edge_controller.detection.locate import Located, locate
from edge_controller.detection.reflections import reflections
from edge_controller.detection.spectrum import Spectrum

# Of one radar: spectrum, leakage and what lost samples make elsewhere of a peak's power -> reflections.
Finder = Callable[[Spectrum, Leakage, float], Located]


def finder(radar: Radar, rule: Cfar) -> Finder:
    """Of that radar's frames."""
    return partial(_found, radar, rule)


def _found(radar: Radar, rule: Cfar, seen: Spectrum, own: Leakage, gap_floor: float) -> Located:
    noise = noise_level(seen.power, rule)
    own.allow_for(noise)
    still = own.first_still_bin
    peaks = reflections(seen.rows, seen.power, noise, rule, radar, gap_floor=gap_floor, first_still_bin=still)
    return locate(seen.rows, seen.power, noise, peaks, radar, factor=rule.factor)
