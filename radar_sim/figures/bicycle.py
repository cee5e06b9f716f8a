"""What turns on a bicycle: wheels with rims and spokes, cranks with the legs on them.

A wheel rolls: over ground a rim point stands still at the road and moves at twice the speed at the top,
whatever the radius; circles are exact in velocity, acceleration and jerk.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from radar_sim.figures.drawing import Drawing
from radar_sim.figures.limbs import Line, knee, limb_points, line, midway
from radar_sim.figures.motion import Motion, cos, joined, of, points, sin, steady
from radar_sim.scene.scatterers import Floats

BOTH = np.array([1.0, -1.0])  # left, right
TURN = 2 * math.pi


@dataclass(frozen=True, slots=True)
class Wheel:
    """Its hub in the vehicle's axes and what is drawn of it."""

    x_m: float
    radius_m: float
    rim_points: int
    spokes: int
    spoke_points: int = 1  # along each spoke: more make it flash more sharply
    y_m: float = 0.0

    def rim(self, rolled: Motion) -> Motion:
        """Points of the tyre and rim, evenly round."""
        return self._circle(rolled, self.rim_points, np.array([self.radius_m]))

    def spoke(self, rolled: Motion) -> Motion:
        """Points along the spokes, all spokes alike: seen again after each turn by one spoke."""
        along = (np.arange(self.spoke_points) + 1) / (self.spoke_points + 1)
        return self._circle(rolled, self.spokes, self.radius_m * along)

    def hub(self) -> Motion:
        """The one point that goes straight on."""
        return of(np.array([[self.x_m, self.y_m, self.radius_m]]))

    def disc(self, rolled: Motion, count: int, radius_m: float) -> Motion:
        """Points round the hub that turn with the wheel."""
        return self._circle(rolled, count, np.array([radius_m]))

    def _circle(self, rolled: Motion, count: int, radii_m: Floats) -> Motion:
        angle = rolled + np.repeat(np.arange(count) * TURN / count, len(radii_m))  # from the top, forwards
        radius_m = np.tile(radii_m, count)
        return points(radius_m * sin(angle) + self.x_m, self.y_m, radius_m * cos(angle) + self.radius_m)


def rolled(way_m: float, speed_mps: float, radius_m: float, start_rad: float) -> Motion:
    """Angle of a wheel that has come so far."""
    return steady(start_rad + way_m / radius_m, speed_mps / radius_m)


@dataclass(frozen=True, slots=True)
class Cranks:
    """Bracket and hips of the left side, and the sizes of a pedalling leg, in metres."""

    bracket_m: tuple[float, float, float]
    hip_m: tuple[float, float, float]
    crank_m: float
    bone_m: float  # thigh and shank alike

    def legs(self, turned: Motion) -> Motion:
        """Foot, shin, knee, thigh and upper thigh of both legs; `turned` is the left crank from the top."""
        angle = turned + np.array([0.0, math.pi])
        x, y, z = self.bracket_m
        foot: Line = (x + self.crank_m * sin(angle), of(y * BOTH), z + self.crank_m * cos(angle))
        x, y, z = self.hip_m
        hip = line(x + 0 * BOTH, y * BOTH, z + 0 * BOTH)
        bent = knee(hip, foot, self.bone_m)
        thighs = (midway(bent, hip, part) for part in (1 / 3, 2 / 3))
        return limb_points(foot, midway(foot, bent, 0.5), bent, *thighs)


def wheels(drawn: Sequence[Wheel], turning: Sequence[Motion]) -> dict[str, Motion]:
    """Rims, spokes and hubs of all wheels; each turns by its own angle."""
    both = list(zip(drawn, turning, strict=True))
    return {
        "rims": joined(*(wheel.rim(angle) for wheel, angle in both)),
        "spokes": joined(*(wheel.spoke(angle) for wheel, angle in both)),
        "hubs": joined(*(wheel.hub() for wheel in drawn)),
    }


# Frame of a bicycle for adults: head tube, stem, seat post, bottom bracket, stays, rack, bar ends.
FRAME_M: Drawing = (
    (0.42, 0.0, 0.85), (0.38, 0.0, 0.98), (-0.18, 0.0, 0.80), (-0.08, 0.0, 0.29),
    (-0.35, 0.0, 0.55), (-0.50, 0.0, 0.72), (0.36, 0.28, 1.02), (0.36, -0.28, 1.02),
)  # fmt: skip
# Rider above the hips: pelvis, back, shoulders, chest, elbows, hands, head.
RIDER_M: Drawing = (
    (-0.22, 0.15, 0.95), (-0.22, -0.15, 0.95), (-0.20, 0.0, 1.00), (-0.15, 0.12, 1.12), (-0.15, -0.12, 1.12),
    (-0.08, 0.0, 1.22), (0.0, 0.20, 1.38), (0.0, -0.20, 1.38), (0.02, 0.0, 1.35), (0.05, 0.0, 1.22),
    (0.18, 0.25, 1.18), (0.18, -0.25, 1.18), (0.36, 0.26, 1.05), (0.36, -0.26, 1.05), (0.10, 0.0, 1.58),
    (0.06, 0.0, 1.68),
)  # fmt: skip
