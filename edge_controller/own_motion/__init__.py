"""What the radars themselves say of the truck's motion and of how they are mounted."""

from edge_controller.own_motion.alignment import Alignment
from edge_controller.own_motion.consensus import agreed
from edge_controller.own_motion.height import Height
from edge_controller.own_motion.motion import Motion
from edge_controller.own_motion.sights import sights_of

__all__ = ["Alignment", "Height", "Motion", "agreed", "sights_of"]
