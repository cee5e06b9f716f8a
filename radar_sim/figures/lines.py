"""Long figures: along a straight line on the ground, seen from its left hand (near side right)."""

import math
from dataclasses import dataclass

import numpy as np

from radar_sim.errors import SceneError
from radar_sim.figures.arguments import mirror_of, place
from radar_sim.fit import Side
from radar_sim.scene.bodies import Box, Mirror, Place
from radar_sim.scene.scatterers import Aspect, Floats, Scatterers

LONGEST_M = 2000.0


@dataclass(frozen=True, slots=True)
class Line:
    """Along from the start, aside to the left hand; with `mirror` -1 to the right hand."""

    start_m: Place
    along_x: float
    along_y: float
    length_m: float
    mirror: float

    @property
    def heading_rad(self) -> float:
        """From start to end."""
        return math.atan2(self.along_y, self.along_x)

    def place(self, along_m: float, aside_m: float = 0.0) -> Place:
        """One place in the world."""
        aside_m = aside_m * self.mirror
        x_m = self.start_m[0] + (self.along_x * along_m - self.along_y * aside_m)
        y_m = self.start_m[1] + (self.along_y * along_m + self.along_x * aside_m)
        return x_m, y_m

    def world(self, along: Floats, aside: Floats, up: Floats) -> Floats:
        """Vectors along, aside and up in world axes, (n, 3)."""
        aside = aside * self.mirror
        x = self.along_x * along - self.along_y * aside
        y = self.along_y * along + self.along_x * aside
        return np.stack([x, y, up], axis=1)

    def points(
        self, along_m: Floats, aside_m: Floats, up_m: Floats, rcs_m2: Floats, aspect: Aspect = Aspect.NONE
    ) -> Scatterers:
        """Standing points; with an aspect they face along the line."""
        position_m = self.world(along_m, aside_m, up_m) + np.array([*self.start_m, 0.0])
        count = len(position_m)
        heading = np.full(count, np.nan if aspect == Aspect.NONE else self.heading_rad)
        still = np.zeros((count, 3))
        return Scatterers(position_m, still, rcs_m2, heading, np.full(count, aspect, np.uint8))

    def face(self, span_z_m: tuple[float, float], reflection: float, radius_m: float = math.inf) -> Mirror:
        """The line as a surface that reflects to the side it is seen from."""
        ends = (self.start_m, self.place(self.length_m))
        start, end = ends if self.mirror > 0 else ends[::-1]
        return Mirror(start, end, *span_z_m, reflection, radius_m)

    def box(self, width_m: float, span_z_m: tuple[float, float], loss_db: float = math.inf) -> Box:
        """What hides behind the line: its front on the line, its depth away from who sees it."""
        x_m, y_m = self.place(self.length_m / 2, -width_m / 2)
        return Box(x_m, y_m, self.heading_rad, self.length_m, width_m, *span_z_m, loss_db)

    def truth(self) -> tuple[tuple[float, float, float], float]:
        """Place and heading of a thing along the line."""
        x_m, y_m = self.place(self.length_m / 2)
        return (x_m, y_m, 0.0), self.heading_rad


def line(figure: str, start_m: Place, end_m: Place, near_side: Side) -> Line:
    """From start to end, of some length."""
    start, end = place(figure, "start_m", start_m), place(figure, "end_m", end_m)
    dx, dy = end[0] - start[0], end[1] - start[1]
    length_m = math.hypot(dx, dy)
    if not 0.01 <= length_m <= LONGEST_M:
        raise SceneError(f"{figure}: end_m lies {length_m:g} m from start_m, outside 0.01 to {LONGEST_M:g}")
    return Line(start, dx / length_m, dy / length_m, length_m, mirror_of(figure, near_side))
