"""What is told of the true world at a level of detail: raw samples, or finished tracks."""

from hil.sensing.levels import LEVELS, sensing_of
from hil.sensing.sensing import Level, Seen, Sensing, Tracks

__all__ = ["LEVELS", "Level", "Seen", "Sensing", "Tracks", "sensing_of"]
