"""Detections of all radars in, tracks in the truck's frame out."""

from edge_controller.tracking.tracker import Tracker

__all__ = ["Tracker"]
