"""One radar frame in, what it reflects off out: `Detector`. Formulas: docs/explanation/detection.md."""

from edge_controller.detection.chain import Detector, range_doppler_db
from edge_controller.detection.monitor import Monitor

__all__ = ["Detector", "Monitor", "range_doppler_db"]
