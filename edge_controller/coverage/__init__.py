"""What a fit can see on paper, and the refusal of one that cannot do its policy."""

from edge_controller.coverage.capability import Shortcoming, require_capable, shortcomings

__all__ = ["Shortcoming", "require_capable", "shortcomings"]
