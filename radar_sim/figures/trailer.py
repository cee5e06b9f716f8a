"""A trailer on the pin of the truck that carries the radars, in truck axes."""

import math
from dataclasses import dataclass

import numpy as np

from radar_sim.figures.faces import SKIN_M
from radar_sim.figures.motion import of
from radar_sim.figures.parts import Part, scaled, swung, together
from radar_sim.figures.truck import CLEARANCE_M, CORNER_M2, RIVET_M, rivets
from radar_sim.scene.bodies import Box, Mirror

AHEAD_OF_PIN_M = 1.2  # how far it reaches ahead of its king pin


@dataclass(frozen=True, slots=True)
class Trailer:
    """A box on a pin; angle and rate to the left as the world has them."""

    length_m: float
    width_m: float
    height_m: float
    pin_x_m: float
    angle_rad: float
    rate_radps: float
    mirror: float

    def points(self, rng: np.random.Generator) -> Part:
        """Corners and rivets, built for a near side on the right."""
        front, half_m = AHEAD_OF_PIN_M, self.width_m / 2
        rear = front - self.length_m
        corners = [
            [x, side * half_m, z] for x in (front, rear) for side in (-1.0, 1.0) for z in (1.0, self.height_m)
        ]
        edges = scaled(of(np.array(corners)), CORNER_M2 * len(corners), rng)
        along_m = np.arange(front - 0.4, rear, -RIVET_M)
        parts = [edges, *rivets(along_m, self.width_m, (0.9, self.height_m), rng)]
        return swung(
            together(parts), self.pin_x_m, self.mirror * self.angle_rad, self.mirror * self.rate_radps
        )

    def box(self) -> Box:
        """The whole trailer, less its skin."""
        x_m, y_m = self._place(AHEAD_OF_PIN_M - self.length_m / 2, 0.0)
        length_m, width_m = self.length_m - 2 * SKIN_M, self.width_m - 2 * SKIN_M
        return Box(x_m, y_m, self.angle_rad, length_m, width_m, CLEARANCE_M, self.height_m, hides_own=True)

    def flanks(self) -> list[Mirror]:
        """Both sides, the near side first; each moves with its middle and turns about it."""
        rear_m = AHEAD_OF_PIN_M - self.length_m
        faces = []
        for side in (-self.mirror, self.mirror):
            aside_m = side * self.width_m / 2
            rear, front = self._place(rear_m, aside_m), self._place(AHEAD_OF_PIN_M, aside_m)
            ends = (front, rear) if side < 0 else (rear, front)
            x_m, y_m = (front[0] + rear[0]) / 2 - self.pin_x_m, (front[1] + rear[1]) / 2
            velocity = (-self.rate_radps * y_m, self.rate_radps * x_m)
            faces.append(
                Mirror(*ends, 0.9, self.height_m, velocity_mps=velocity, yaw_rate_radps=self.rate_radps)
            )
        return faces

    def _place(self, x_m: float, y_m: float) -> tuple[float, float]:
        cos, sin = math.cos(self.angle_rad), math.sin(self.angle_rad)
        return self.pin_x_m + (cos * x_m - sin * y_m), sin * x_m + cos * y_m
