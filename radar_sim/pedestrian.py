"""A person on foot as 28 points: torso and head that sway, arms and legs that swing.

The gait is a simplification of Boulic, Thalmann and Thalmann (The Visual Computer, 1990): their cycle and
sway laws, with a foot that stands for half a cycle and overtakes for the other half instead of their joint
curves.
"""

import math

import numpy as np

from radar_sim.errors import SceneError
from radar_sim.fit import Side
from radar_sim.randomness import Purpose, generator
from radar_sim.scatterers import Floats, Scatterers, placed

FASTEST_WALK = 3.0  # leg lengths a second; beyond it people run, and the gait laws end
STANCE = 0.5  # part of a cycle a foot lies flat; heel and toe touch longer than that
ADULT_M = 1.75
ADULT_DBSM = -8.0  # mean of a point target at 76 GHz (Yamada et al., EuMC 2005)
HEIGHT_POWER = 1.65  # projected area: a child of 1.15 m gives 3 dB less
INSTANT_S = 1e-4
SCATTER_M = 0.03

# Fractions of the height: x ahead, y left, z up.
# Pelvis, waist, back, chest, shoulders.
TORSO = (
    (0.0, 0.08, 0.54), (0.0, -0.08, 0.54), (0.05, 0.0, 0.60), (-0.05, 0.0, 0.64),
    (0.06, 0.05, 0.73), (0.06, -0.05, 0.73), (0.0, 0.12, 0.81), (0.0, -0.12, 0.81),
)  # fmt: skip
HEAD = ((0.03, 0.0, 0.93), (-0.02, 0.0, 0.985))
LEG, ANKLE, HIP_OUT = 0.491, 0.039, 0.06  # thigh and shin; ankle over the ground; hip beside the middle
TOE_AHEAD = 0.10
SHOULDER_OUT, SHOULDER_UP, UPPER_ARM, LOWER_ARM = 0.15, 0.80, 0.188, 0.152
ELBOW_RAD = 0.35  # the forearm hangs this far ahead of the upper arm

# Parts of the whole, after Wengerter et al. (measured limbs of a walking person).
SHARES = {"torso": 0.29, "head": 0.12, "arms": 0.17, "legs": 0.42}


def pedestrian(
    x_m: float,
    y_m: float,
    heading_rad: float,
    speed_mps: float,
    t_s: float,
    *,
    seed: int = 0,
    near_side: Side = "right",
    height_m: float = ADULT_M,
) -> Scatterers:
    """The points at time `t_s` of a steady walk; x, y is the middle of the body on the ground.

    Speed 0 stands. With near_side "left" the walker is the mirror image: give the mirrored y and heading
    with it.
    """
    for name, value in (("x_m", x_m), ("y_m", y_m), ("heading_rad", heading_rad), ("t_s", t_s)):
        if not math.isfinite(value):
            raise SceneError(f"pedestrian: {name} is {value!r}, not a finite number")
    if not 0.5 <= height_m <= 2.3:
        raise SceneError(f"pedestrian: height_m is {height_m!r}, outside 0.5 to 2.3")
    fastest_mps = FASTEST_WALK * LEG * height_m
    if not 0 <= speed_mps <= fastest_mps:
        raise SceneError(
            f"pedestrian: speed_mps is {speed_mps!r}, outside 0 to {fastest_mps:.2f},"
            f" the fastest walk of somebody {height_m:g} m tall"
        )
    rng = generator(seed, Purpose.PEDESTRIAN)
    gait = Gait(speed_mps, height_m, rng.uniform(0, 1))
    off_m = rng.uniform(-SCATTER_M, SCATTER_M, (len(gait.points_m(t_s)), 3)) * [1.0, 1.0, 0.0]
    before_m, after_m = gait.points_m(t_s - INSTANT_S), gait.points_m(t_s + INSTANT_S)
    swing_mps = (after_m - before_m) / (2 * INSTANT_S)
    mirror = np.array([1.0, 1.0 if near_side == "right" else -1.0, 1.0])
    local_m, local_mps = gait.points_m(t_s) + off_m, swing_mps + np.array([speed_mps, 0.0, 0.0])
    position_m, velocity_mps = placed(local_m * mirror, local_mps * mirror, x_m, y_m, heading_rad)
    return Scatterers(position_m, velocity_mps, _rcs_m2(height_m, rng))


class Gait:
    """Where the points of one steady walk are about its middle, which moves at the walking speed."""

    def __init__(self, speed_mps: float, height_m: float, start: float) -> None:
        self._height_m = height_m
        self._leg_m = LEG * height_m
        self._pace = speed_mps / self._leg_m  # leg lengths a second, the speed of the gait laws
        self._cycle_m = 1.346 * math.sqrt(self._pace) * self._leg_m
        self._cycles_per_s = math.sqrt(self._pace) / 1.346
        self._start = start

    def points_m(self, t_s: float) -> Floats:
        """Torso, head, arms, legs (28, 3) at `t_s`."""
        cycle = self._start + self._cycles_per_s * t_s
        sway_m = self._sway_m(cycle)
        upper_m = np.array(TORSO + HEAD) * self._height_m + sway_m
        sides = ((1.0, cycle), (-1.0, cycle + 0.5))
        # An arm goes with the leg of the other side.
        arms_m = [self._arm_m(side, at + 0.5) + sway_m for side, at in sides]
        legs_m = [self._leg_points_m(side, at, sway_m) for side, at in sides]
        return np.concatenate([upper_m, *arms_m, *legs_m])

    def _sway_m(self, cycle: float) -> Floats:
        slow = self._pace < 0.5
        easing = self._pace - self._pace**2
        fore_aft = 0.084 * easing if slow else 0.021
        lateral = 0.128 * easing if slow else 0.032
        once, twice = 2 * math.pi * cycle, 4 * math.pi * cycle
        sway = (
            fore_aft * math.sin(twice),
            lateral * math.sin(once),
            0.015 * self._pace * (math.cos(twice) - 1) / 2,
        )
        return self._leg_m * np.array(sway)

    def _arm_m(self, side: float, cycle: float) -> Floats:
        """Half the upper arm, elbow, half the forearm, hand."""
        upper_rad = math.radians(9.88 * self._pace) * math.cos(2 * math.pi * cycle)
        upper = UPPER_ARM * np.array([math.sin(upper_rad), 0.0, -math.cos(upper_rad)])
        lower_rad = upper_rad + ELBOW_RAD
        lower = LOWER_ARM * np.array([math.sin(lower_rad), 0.0, -math.cos(lower_rad)])
        shoulder = np.array([0.0, side * SHOULDER_OUT, SHOULDER_UP])
        elbow = shoulder + upper
        return np.array([shoulder + upper / 2, elbow, elbow + lower / 2, elbow + lower]) * self._height_m

    def _leg_points_m(self, side: float, cycle: float, sway_m: Floats) -> Floats:
        """Thigh, knee, shin, ankle, toe."""
        ahead, lifted = step(cycle)
        ankle = np.array(
            [
                ahead * self._cycle_m,
                side * HIP_OUT * self._height_m,
                ANKLE * self._height_m + 0.1 * lifted * self._cycle_m,
            ]
        )
        hip = np.array([0.0, side * HIP_OUT * self._height_m, (LEG + ANKLE) * self._height_m]) + sway_m
        knee = (hip + ankle) / 2 + np.array([0.12 * lifted * self._cycle_m, 0.0, 0.0])
        toe = ankle + np.array([TOE_AHEAD * self._height_m, 0.0, -0.5 * ANKLE * self._height_m])
        return np.array([(hip + knee) / 2, knee, (knee + ankle) / 2, ankle, toe])


def step(cycle: float) -> tuple[float, float]:
    """A foot ahead of the body in cycle lengths, and how far it is lifted, 0 to 1.

    It stands still over ground while the body passes over it, then overtakes with a half sine of speed:
    on average twice the walking speed over ground, at most about three times.
    """
    part = cycle - math.floor(cycle)
    if part < STANCE:
        return STANCE / 2 - part, 0.0
    swing = (part - STANCE) / (1 - STANCE)
    return -STANCE / 2 + (1 - math.cos(math.pi * swing)) / 2 - (part - STANCE), math.sin(math.pi * swing) ** 2


def _rcs_m2(height_m: float, rng: np.random.Generator) -> Floats:
    """Steady cross sections; the fluctuation comes from their interference."""
    total_m2 = 10 ** (ADULT_DBSM / 10) * (height_m / ADULT_M) ** HEIGHT_POWER
    counts = {"torso": len(TORSO), "head": len(HEAD), "arms": 8, "legs": 10}
    parts = []
    for name, count in counts.items():
        weight = rng.uniform(0.5, 1.5, count)
        parts.append(SHARES[name] * weight / weight.sum())
    return np.asarray(total_m2 * np.concatenate(parts))
