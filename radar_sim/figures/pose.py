"""Where a figure stands and faces, how fast it goes, and which way round it is built."""

from __future__ import annotations

import math
from dataclasses import dataclass

from radar_sim.figures.arguments import FASTEST_MPS, finite, mirror_of, within
from radar_sim.fit import Side
from radar_sim.scene.bodies import Place
from radar_sim.scene.fluctuation import look

Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Pose:
    """Of a figure's own axes (x ahead, y left, on the ground) in the world's."""

    x_m: float
    y_m: float
    heading_rad: float
    speed_mps: float  # ahead
    mirror: float  # -1: the mirror image, for a near side on the left

    @property
    def place_m(self) -> Vector:
        """The origin, for the truth."""
        return self.x_m, self.y_m, 0.0

    @property
    def velocity_mps(self) -> Vector:
        """Over ground."""
        return self.speed_mps * math.cos(self.heading_rad), self.speed_mps * math.sin(self.heading_rad), 0.0

    def truth(self) -> tuple[Vector, float, Vector]:
        """Place, heading and velocity of a thing that stands on this pose."""
        return self.place_m, self.heading_rad, self.velocity_mps

    def look(self, width_m: float, seen_from_m: Place | None) -> int:
        """Which piece of its aspect somebody at a place looks at; 0 where nobody says."""
        return look((self.x_m, self.y_m, self.heading_rad), width_m, self.mirror, seen_from_m)

    def world(self, x_m: float, y_m: float) -> Place:
        """A place of own axes in the world; axis by axis, so that mirror images are exact."""
        cos, sin = math.cos(self.heading_rad), math.sin(self.heading_rad)
        return self.x_m + (cos * x_m - sin * y_m), self.y_m + (sin * x_m + cos * y_m)


def standing(figure: str, x_m: float, y_m: float, heading_rad: float, near_side: Side) -> Pose:
    """The pose of something that does not move; refused where it is none."""
    finite(figure, "x_m", x_m)
    finite(figure, "y_m", y_m)
    finite(figure, "heading_rad", heading_rad)
    return Pose(x_m, y_m, heading_rad, 0.0, mirror_of(figure, near_side))


def moving(
    figure: str,
    at: Vector,
    speed_mps: float,
    t_s: float,
    near_side: Side,
    *,
    fastest_mps: float = FASTEST_MPS,
    why: str = "",
) -> Pose:
    """The pose of something that goes ahead at 0 to `fastest_mps`; refused where it is none."""
    stands = standing(figure, *at, near_side)
    finite(figure, "t_s", t_s)
    within(figure, "speed_mps", speed_mps, 0.0, fastest_mps, why=why)
    return Pose(stands.x_m, stands.y_m, stands.heading_rad, speed_mps, stands.mirror)
