"""A bicycle and its rider: frame, upper body, and cranks with the legs on them."""

import math
from dataclasses import dataclass

import numpy as np

from radar_sim.figures.limbs import knee, midway, resting
from radar_sim.figures.motion import Motion, joined
from radar_sim.figures.parts import Drawing
from radar_sim.figures.wheels import ROLLING, circle


@dataclass(frozen=True, slots=True)
class Cranks:
    """Bracket and hips of the left side, and the sizes of a pedalling leg, in metres."""

    bracket_m: tuple[float, float, float]
    hip_m: tuple[float, float, float]
    crank_m: float
    bone_m: float  # thigh and shank alike

    def legs(self, turned: Motion) -> Motion:
        """Foot, shin, knee, thigh and upper thigh of both legs; `turned` is the left crank from the top."""
        x, y, z = self.bracket_m
        angle = turned + np.array([0.0, math.pi])
        foot = circle(((x, y, z), (x, -y, z)), np.full(2, self.crank_m), angle, ROLLING)
        hip = resting(*self.hip_m)
        bent = knee(hip, foot, self.bone_m)
        thighs = (midway(bent, hip, part) for part in (1 / 3, 2 / 3))
        return joined(foot, midway(foot, bent, 0.5), bent, *thighs)


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
