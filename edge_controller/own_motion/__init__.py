"""What the radars themselves say of the truck's motion and of how they are mounted."""

from edge_controller.own_motion.alignment import Alignment, YawError
from edge_controller.own_motion.statics import Statics

__all__ = ["Alignment", "Statics", "YawError"]
