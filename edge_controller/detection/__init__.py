"""One radar frame in, what it reflects off out: `detect`. docs/explanation/detection.md has the formulas."""

from edge_controller.detection.chain import detect, range_doppler_db
from edge_controller.detection.monitor import Monitor

__all__ = ["Monitor", "detect", "range_doppler_db"]
