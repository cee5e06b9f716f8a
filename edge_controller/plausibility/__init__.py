"""Can what the truck says be true? Steering against yaw rate, braking against speed, indicator against way.

Why each fault ends braking or only warns: docs/explanation/decisions/0115-what-the-truck-says-wrongly.md.
"""

from edge_controller.plausibility.plausibility import Plausibility

__all__ = ["Plausibility"]
