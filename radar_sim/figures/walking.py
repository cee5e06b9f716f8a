"""How somebody walks, after Boulic, Thalmann and Thalmann (The Visual Computer 6, 1990).

Theirs are the laws of cycle and support, the sways of the pelvis, its torsion, shoulders, elbows and the
torsion of the thorax. Their curves of hip, knee and ankle make a foot on the ground slide by some
centimetres. Here the foot stands, overtakes with a smooth push, and hip and knee follow from where it is;
the knee then bends to 70 degrees as in the paper, the thigh swings to 40 instead of 25.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.polynomial import Polynomial

from radar_sim.figures.curves import Knots, curve
from radar_sim.figures.limbs import Joint, knee, midway
from radar_sim.figures.motion import Motion, cos, cos_sin, of, polynomial, shape, shaped, sin, steady, through

FASTEST_PACE = 3.0  # leg lengths a second; beyond it people run, and the laws end
THIGH, SHIN = 0.245, 0.246  # of the height, as are all lengths here
LEG = THIGH + SHIN
ANKLE = 0.039  # over the ground
HIP_OUT, ANKLE_OUT = 0.0955, 0.055
TOE_AHEAD, HEEL_BEHIND, SOLE_DOWN = 0.10, 0.043, 0.025  # of the ankle: a foot of 0.143
SHOULDER_OUT, SHOULDER_UP = 0.1295, 0.288  # up from the hips
UPPER_ARM, LOWER_ARM = 0.188, 0.152
BOTH = np.array([1.0, -1.0])  # left, right

HEEL_OFF = 0.32  # of a cycle the foot lies flat; then the heel rises about the toe
FLAT = 0.38  # of a cycle the ankle has not moved ahead
PEAK = 3.0  # walking speeds: what the ankle reaches over ground
LANDING = 0.30  # part of the swing in which the foot loses its speed
LEAVING = 2 - 2 / (PEAK * (1 - FLAT)) - LANDING  # and gains it: its way then is one cycle length
TOUCH = 0.18  # of a cycle length the foot lands ahead of the middle
LIFT, TOE_CLEAR = 0.10, 0.03  # of a cycle length: ankle up with the heel, and again before it lands
HEEL_UP_DEG, TOE_UP_DEG = 35.0, 9.0  # times the cycle length in legs, so that the toe keeps to the ground
MOST_UP_DEG = 60.0
STRETCHED = 0.985  # no leg gets longer than this part of its bones


def _peaked(rise: int, fall: int) -> Polynomial:
    """u^rise (1 - u)^fall, 1 at its peak."""
    top = rise / (rise + fall)
    bump = Polynomial([0, 1]) ** rise * Polynomial([1, -1]) ** fall
    return bump / (top**rise * (1 - top) ** fall)


TURN = 2 * math.pi
EARLY, LATE = shape(_peaked(4, 6)), shape(_peaked(12, 4))
RAMP = Polynomial([0, 0, 0, 10, -15, 6])  # speed from 0 to 1 with no jump in its second derivative
RAMPED = shape(RAMP.integ())


@dataclass(frozen=True, slots=True)
class Walk:
    """One steady walk of somebody of a height, in cycles; all lengths come out in metres."""

    speed_mps: float
    height_m: float
    start: float  # place in the cycle at time 0; left heel strike at 0

    @property
    def pace(self) -> float:
        """Leg lengths a second: the relative speed of the laws."""
        return self.speed_mps / (LEG * self.height_m)

    @property
    def cycle_m(self) -> float:
        """Way of one cycle: two steps."""
        return 1.346 * math.sqrt(self.pace) * LEG * self.height_m

    @property
    def cycles_per_s(self) -> float:
        """Cycle after cycle."""
        return math.sqrt(self.pace) / 1.346

    def cycle(self, t_s: float) -> Motion:
        """Place in the cycle of the left side and of the right, half a cycle apart."""
        return steady(self.start + self.cycles_per_s * t_s + np.array([0.0, 0.5]), self.cycles_per_s)

    @property
    def support(self) -> float:
        """Part of a cycle between heel strike and toe off, by the paper's law of its duration."""
        return 0.752 - 0.143 * self.cycles_per_s


def sway(walk: Walk, left: Motion) -> Joint:
    """Of the pelvis about an even ride; `left` is the cycle of the left side, 0 at its heel strike."""
    pace, leg_m = walk.pace, LEG * walk.height_m
    slow, easing = pace < 0.5, pace - pace**2
    fore_aft, lateral = (0.084 * easing, 0.128 * easing) if slow else (0.021, 0.032)
    lead = 0.625 - walk.support
    return (
        -leg_m * fore_aft * sin(TURN * 2 * (left + lead)),
        leg_m * lateral * sin(TURN * (left - 0.1)),
        leg_m * 0.015 * pace * (sin(TURN * (2 * left - 0.35)) - 1.0),
    )


def hips(walk: Walk, left: Motion) -> Joint:
    """Both hip joints about the pelvis height: sway and the torsion that lengthens the step."""
    x, y, z = sway(walk, left)
    torsion = -math.radians(4 * walk.pace) * cos(TURN * left)
    out_m = BOTH * HIP_OUT * walk.height_m
    level, ahead = cos_sin(torsion)
    return x - ahead * out_m, y + level * out_m, z + 0 * out_m


def ankles(walk: Walk, cycle: Motion) -> Joint:
    """About the middle of the body, which moves at the walking speed; z over that of a flat foot."""
    part = cycle - of(np.floor(cycle.orders[0]))
    swing = (part - FLAT) / (1 - FLAT)
    ahead = _overtaking(swing) - part + TOUCH
    side_m = BOTH * ANKLE_OUT * walk.height_m
    lifted = _lifted(cycle)
    up = LIFT * shaped(lifted, EARLY) + TOE_CLEAR * shaped(lifted, LATE)
    return walk.cycle_m * ahead, of(side_m), walk.cycle_m * up


def _lifted(cycle: Motion) -> Motion:
    """0 to 1 between heel off and heel strike."""
    return (cycle - of(np.floor(cycle.orders[0])) - HEEL_OFF) / (1 - HEEL_OFF)


def _overtaking(swing: Motion) -> Motion:
    """Way over ground in cycle lengths: nothing before the swing, one after it."""
    gained = LEAVING * _ramped(swing / LEAVING)
    lost = LANDING * _ramped((swing - (1 - LANDING)) / LANDING)
    return PEAK * (1 - FLAT) * (gained - lost)


def _ramped(part: Motion) -> Motion:
    """Way of a speed that rises smoothly from 0 to 1 within part 0 to 1 and stays there."""
    beyond = np.maximum(part.orders[0] - 1.0, 0.0)
    held = np.clip(part.orders[0], 0.0, 1.0)
    way, speed, gain, change = (polynomial(coefficients, held) for coefficients in RAMPED)
    return through(part, way + beyond, speed, gain, change)


@lru_cache(maxsize=256)
def _stretch(pace: float) -> float:
    """How high the pelvis rides over the ankles so that no leg grows longer than its bones; of the height."""
    walk = Walk(pace * LEG, 1.0, 0.0)
    left = steady(np.arange(128)[:, None] / 128, walk.cycles_per_s)
    hip, ankle = hips(walk, left), ankles(walk, left + np.array([0.0, 0.5]))
    apart = (ankle[0] - hip[0]).orders[0]
    upright = np.sqrt((STRETCHED * LEG) ** 2 - apart**2)
    return float(np.min(upright + ankle[2].orders[0] - hip[2].orders[0]))


def pelvis_m(walk: Walk) -> float:
    """Height of the pelvis over ground before its sway."""
    return (_stretch(walk.pace) + ANKLE) * walk.height_m


def legs(walk: Walk, t_s: float) -> dict[str, Joint]:
    """Joints and parts of both legs, left and right."""
    cycle, height_m = walk.cycle(t_s), walk.height_m
    x, y, z = hips(walk, left_of(cycle))
    hip = (x, y, z + pelvis_m(walk))
    x, y, z = ankles(walk, cycle)
    ankle = (x, y, z + ANKLE * height_m)
    bent = knee(hip, ankle, LEG / 2 * height_m)
    return {
        "thigh": midway(hip, bent, 0.5),
        "knee": bent,
        "shin": midway(bent, ankle, 0.5),
        "ankle": ankle,
        **_feet(ankle, cycle, walk),
        "hip": hip,
    }


def left_of(cycle: Motion) -> Motion:
    """The left side's cycle, alone."""
    return Motion(cycle.orders[..., :1])


def _feet(ankle: Joint, cycle: Motion, walk: Walk) -> dict[str, Joint]:
    """Toe and heel: the heel rises before the foot leaves, the toe before it lands."""
    lifted, height_m = _lifted(cycle), walk.height_m
    legs = walk.cycle_m / (LEG * height_m)
    toe_up, heel_up = TOE_UP_DEG * legs, min(HEEL_UP_DEG * legs, MOST_UP_DEG)
    pitch = math.radians(1.0) * (toe_up * shaped(lifted, LATE) - heel_up * shaped(lifted, EARLY))
    level, up = cos_sin(pitch)

    def at(ahead: float) -> Joint:
        x = height_m * (ahead * level + SOLE_DOWN * up)
        z = height_m * (ahead * up - SOLE_DOWN * level)
        return ankle[0] + x, ankle[1], ankle[2] + z

    return {"toe": at(TOE_AHEAD), "heel": at(-HEEL_BEHIND)}


def arms(walk: Walk, t_s: float) -> dict[str, Joint]:
    """Shoulders, elbows and hands of both sides; an arm is back when the foot of its side lands."""
    cycle, height_m = walk.cycle(t_s), walk.height_m
    shoulder = _shoulders(walk, cycle)
    swing = 9.88 * walk.pace
    upper = math.radians(1.0) * (of(3 - swing / 2) - swing * cos(TURN * cycle))
    lower = upper + math.radians(1.0) * curve(elbow_deg(walk.pace)).at(cycle)
    elbow = _hung(shoulder, upper, UPPER_ARM * height_m)
    hand = _hung(elbow, lower, LOWER_ARM * height_m)
    return {
        "shoulder": shoulder,
        "upper arm": midway(shoulder, elbow, 0.5),
        "elbow": elbow,
        "forearm": midway(elbow, hand, 0.5),
        "hand": hand,
    }


def _shoulders(walk: Walk, cycle: Motion) -> Joint:
    """They turn against the pelvis."""
    x, y, z = sway(walk, left_of(cycle))
    thorax = math.radians(1.0) * curve(thorax_deg(walk.pace)).at(left_of(cycle))
    out_m = BOTH * SHOULDER_OUT * walk.height_m
    up_m = pelvis_m(walk) + SHOULDER_UP * walk.height_m
    level, ahead = cos_sin(thorax)
    return x - ahead * out_m, y + level * out_m, z + (up_m + 0 * out_m)


def _hung(joint: Joint, angle: Motion, bone_m: float) -> Joint:
    """The other end of a bone that hangs at `angle` ahead of the plumb line."""
    cos, sin = cos_sin(angle)
    return joint[0] + bone_m * sin, joint[1], joint[2] - bone_m * cos


def elbow_deg(pace: float) -> Knots:
    """Flexion over the cycle of its own side: control points of the paper."""
    if pace < 0.5:
        return (0.05, 6 * pace + 3), (0.5, 34 * pace + 3), (0.9, 10 * pace + 3)
    if pace < 1.3:
        up = (pace - 0.5) / 0.8
        return (0.05, 8 * up + 6), (0.01 * up + 0.5, 24 * up + 20), (0.9, 9 * up + 8)
    up = (pace - 1.3) / 1.7
    return (0.05, 14 - 6 * up), (0.04 * up + 0.51, 26 * up + 44), (0.9 - 0.1 * up, 17 - 6 * up)


def thorax_deg(pace: float) -> Knots:
    """Torsion of the thorax, positive to the left, over the cycle of the left side."""
    return (0.1, 4 / 3 * pace), (0.4, -1.5 * pace), (0.6, -4 / 3 * pace), (0.9, 1.5 * pace)
