"""Road users who ride straight on and never react."""

import math
from dataclasses import dataclass

from hil.plant.geometry import Outline, placed, rectangle


@dataclass(frozen=True, slots=True)
class Cyclist:
    """Middle of the bicycle on the ground at t = 0, world axes."""

    x_m: float
    y_m: float
    heading_rad: float
    speed_mps: float
    length_m: float = 1.9
    width_m: float = 0.7

    def at(self, t_s: float) -> tuple[float, float]:
        """Place in world axes."""
        way_m = self.speed_mps * t_s
        return self.x_m + way_m * math.cos(self.heading_rad), self.y_m + way_m * math.sin(self.heading_rad)

    def outline(self, t_s: float) -> Outline:
        """Box of bicycle and rider, world axes."""
        box = rectangle(self.length_m / 2, -self.length_m / 2, self.width_m / 2)
        return placed(box, *self.at(t_s), self.heading_rad)
