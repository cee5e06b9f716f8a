"""CFAR: which cells of a power map are no noise, at a false-alarm rate that is the one set."""

from edge_controller.detection.cfar.level import noise_level
from edge_controller.detection.cfar.rule import FALSE_ALARM, Cfar, cfar

__all__ = ["FALSE_ALARM", "Cfar", "cfar", "noise_level"]
