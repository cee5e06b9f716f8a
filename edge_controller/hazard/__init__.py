"""Tracks and the truck's motion in; what may be hit, where, when and whether it can wait, out."""

from edge_controller.hazard.assess import assess
from edge_controller.hazard.turn import Motion, TurnMemory

__all__ = ["Motion", "TurnMemory", "assess"]
