"""Sensing by the name of its level."""

from typing import get_args

from hil.encounter import Encounter
from hil.sensing.perfect import PerfectSensing
from hil.sensing.radar import FrameListener, RadarSensing
from hil.sensing.sensing import Level, Sensing
from hil.sensing.statistical import StatisticalSensing
from radar_sim import Perturb

LEVELS: tuple[Level, ...] = get_args(Level)


def sensing_of(
    level: Level, encounter: Encounter, seed: int, perturb: Perturb | None, on_frame: FrameListener
) -> Sensing:
    """What looks at this encounter; `on_frame` hears of raw samples where there are any."""
    if level == "radar":
        return RadarSensing(encounter, seed, perturb, on_frame)
    return StatisticalSensing(encounter, seed) if level == "statistical" else PerfectSensing(encounter)
