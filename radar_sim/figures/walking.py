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

from radar_sim.compiled import exactly
from radar_sim.figures.curves import Knots, curve
from radar_sim.figures.derivatives import ORDERS, polynomials
from radar_sim.figures.limbs import knee, midway
from radar_sim.figures.motion import Motion, cos_sin, steady
from radar_sim.scene.scatterers import Floats

FASTEST_PACE = 3.0  # leg lengths a second; beyond it people run, and the laws end
THIGH, SHIN = 0.245, 0.246  # of the height, as are all lengths here
LEG = THIGH + SHIN
ANKLE = 0.039  # over the ground
HIP_OUT, ANKLE_OUT = 0.0955, 0.055
TOE_AHEAD, HEEL_BEHIND, SOLE_DOWN = 0.10, 0.043, 0.025  # of the ankle: a foot of 0.143
SHOULDER_OUT, SHOULDER_UP = 0.1295, 0.288  # up from the hips
UPPER_ARM, LOWER_ARM = 0.188, 0.152
PLUMB = 0.0, 1.0  # ahead and down: where arms hang

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


def _rows(*shapes: Polynomial) -> Floats:
    """Coefficients of polynomials and of their derivatives, lowest power first: (shapes, 4, powers)."""
    rows = np.zeros((len(shapes), ORDERS, max(len(shape.coef) for shape in shapes)))
    for of_shape, shape in zip(rows, shapes, strict=True):
        for order, row in enumerate(of_shape):
            coefficients = shape.deriv(order).coef
            row[: len(coefficients)] = coefficients
    return rows


TURN = 2 * math.pi
DEG = math.radians(1.0)
RAMP = Polynomial([0, 0, 0, 10, -15, 6])  # speed from 0 to 1 with no jump in its second derivative
GAINED, LOST, EARLY, LATE, PART = range(5)  # of a foot's speed, of its heel and toe; of its cycle
SHAPES = _rows(RAMP.integ(), RAMP.integ(), _peaked(4, 6), _peaked(12, 4), Polynomial([0, 1]))
SWAY_AHEAD, SWAY_ASIDE, SWAY_UP, LEFT, RIGHT = range(5)  # angles of the pelvis and of both sides
UPPER_ARM_TURN, LOWER_ARM_TURN, FOOT_TURN = range(3)  # angles of both sides


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

    @property
    def lead(self) -> float:
        """Part of a cycle by which the sway ahead is early."""
        return 0.625 - self.support


# The laws below are of one order: of the value, where `once` is 1, or of one derivative, where it is 0, as
# is then all that does not move. Points (4, n, 3) are left and right in turn.


@exactly
def _angles(cycle: Floats, lead: float) -> Floats:
    """What the pelvis sways by, and both sides swing by, (4, n, 5)."""
    angles = np.empty((len(cycle), cycle.shape[1] // 2, 5))
    for order in range(len(cycle)):
        once = 1.0 if order == 0 else 0.0
        for n in range(angles.shape[1]):
            left, right = cycle[order, 2 * n], cycle[order, 2 * n + 1]
            angle = angles[order, n]
            angle[SWAY_AHEAD] = TURN * 2 * (left + lead * once)
            angle[SWAY_ASIDE] = TURN * (left - 0.1 * once)
            angle[SWAY_UP] = TURN * (2 * left - 0.35 * once)
            angle[LEFT], angle[RIGHT] = TURN * left, TURN * right
    return angles


@exactly
def _ends(middle: Floats, level: Floats, ahead: Floats, out_m: float, up_m: float) -> Floats:
    """Both ends of what sways and turns to the left, by cosine and sine of its angle."""
    ends = np.empty((len(middle), 2 * middle.shape[1], 3))
    for order in range(len(middle)):
        once = 1.0 if order == 0 else 0.0
        for n in range(ends.shape[1]):
            of, side = n // 2, 1.0 - 2.0 * (n % 2)
            ends[order, n, 0] = middle[order, of, 0] - ahead[order, of] * (side * out_m)
            ends[order, n, 1] = middle[order, of, 1] + level[order, of] * (side * out_m)
            ends[order, n, 2] = middle[order, of, 2] + up_m * once
    return ends


@exactly
def _progress(cycle: Floats) -> Floats:
    """How far a foot is with each of its shapes, and the part of its cycle that is over, (4, 5, n)."""
    progress = np.empty((len(cycle), 5, cycle.shape[1]))
    for order in range(len(cycle)):
        once = 1.0 if order == 0 else 0.0
        for n in range(cycle.shape[1]):
            part = cycle[order, n] - np.floor(cycle[0, n]) * once
            swing = (part - FLAT * once) / (1 - FLAT)
            lifted = (part - HEEL_OFF * once) / (1 - HEEL_OFF)
            progress[order, GAINED, n] = swing / LEAVING
            progress[order, LOST, n] = (swing - (1 - LANDING) * once) / LANDING
            progress[order, EARLY, n] = progress[order, LATE, n] = lifted
            progress[order, PART, n] = part
    return progress


@exactly
def _ankles(progress: Floats, shapes: Floats, cycle_m: float, out_m: float, up_m: float) -> Floats:
    """About the middle of the body, which moves at the walking speed; `up_m` where the foot is flat."""
    ankles = np.empty((len(progress), progress.shape[2], 3))
    for order in range(len(progress)):
        once = 1.0 if order == 0 else 0.0
        for n in range(progress.shape[2]):
            side = 1.0 - 2.0 * (n % 2)
            # The speed rises from 0 to 1 and stays there.
            gained = shapes[order, GAINED, n] + max(progress[0, GAINED, n] - 1.0, 0.0) * once
            lost = shapes[order, LOST, n] + max(progress[0, LOST, n] - 1.0, 0.0) * once
            # Over ground, in cycle lengths: nothing before the swing, one after it.
            overtaking = PEAK * (1 - FLAT) * (LEAVING * gained - LANDING * lost)
            ahead = overtaking - shapes[order, PART, n] + TOUCH * once
            up = LIFT * shapes[order, EARLY, n] + TOE_CLEAR * shapes[order, LATE, n]
            ankles[order, n, 0] = cycle_m * ahead
            ankles[order, n, 1] = side * out_m * once
            ankles[order, n, 2] = cycle_m * up + up_m * once
    return ankles


@exactly
def _turns(cosines: Floats, flexion_deg: Floats, shapes: Floats, pace: float, cycle_legs: float) -> Floats:
    """Angles of arms from the plumb line and of feet from the ground, (4, angles, 2), in radians.

    An arm is back when the foot of its side lands. The heel rises before the foot leaves, the toe before it
    lands.
    """
    turns = np.empty((len(cosines), 3, 2))
    swing_deg = 9.88 * pace
    toe_deg, heel_deg = TOE_UP_DEG * cycle_legs, min(HEEL_UP_DEG * cycle_legs, MOST_UP_DEG)
    for order in range(len(cosines)):
        once = 1.0 if order == 0 else 0.0
        for side in range(2):
            upper = DEG * ((3 - swing_deg / 2) * once - swing_deg * cosines[order, 0, LEFT + side])
            heel, toe = heel_deg * shapes[order, EARLY, side], toe_deg * shapes[order, LATE, side]
            turns[order, UPPER_ARM_TURN, side] = upper
            turns[order, LOWER_ARM_TURN, side] = upper + DEG * flexion_deg[order, side]
            turns[order, FOOT_TURN, side] = DEG * (toe - heel)
    return turns


@exactly
def _hinged(
    joint: Floats, level: Floats, up: Floats, size_m: float, ahead_down: tuple[float, float]
) -> Floats:
    """A place of what is turned upwards about a joint, by cosine and sine: so much ahead and down of it."""
    ahead, down = ahead_down
    place = np.empty(joint.shape)
    for order in range(len(joint)):
        for n in range(joint.shape[1]):
            c, s = level[order, n], up[order, n]
            place[order, n, 0] = joint[order, n, 0] + size_m * (ahead * c + down * s)
            place[order, n, 1] = joint[order, n, 1]
            place[order, n, 2] = joint[order, n, 2] + size_m * (ahead * s - down * c)
    return place


def _cos_sin(angle: Floats) -> tuple[Floats, Floats]:
    cosines, sines = cos_sin(Motion(angle))
    return cosines.orders, sines.orders


def _sway(walk: Walk, sines: Floats) -> Floats:
    """Of the pelvis about an even ride, (4, n, 3)."""
    pace, leg_m = walk.pace, LEG * walk.height_m
    slow, easing = pace < 0.5, pace - pace**2
    fore_aft, lateral = (0.084 * easing, 0.128 * easing) if slow else (0.021, 0.032)
    swings = sines[..., :LEFT].copy()
    swings[0, ..., SWAY_UP] -= 1.0  # from its highest down
    return np.asarray(swings * [-leg_m * fore_aft, leg_m * lateral, leg_m * 0.015 * pace])


def _hips(walk: Walk, cosines: Floats, pelvis: Floats, up_m: float) -> Floats:
    """The pelvis turns, which lengthens the step."""
    torsion = -math.radians(4 * walk.pace) * cosines[..., LEFT]
    return _ends(pelvis, *_cos_sin(torsion), HIP_OUT * walk.height_m, up_m)


def _shoulders(walk: Walk, left: Motion, pelvis: Floats, up_m: float) -> Floats:
    """They turn against the pelvis."""
    thorax = DEG * curve(thorax_deg(walk.pace)).at(left).orders
    return _ends(pelvis, *_cos_sin(thorax), SHOULDER_OUT * walk.height_m, up_m + SHOULDER_UP * walk.height_m)


def _stands(walk: Walk, cycle: Floats, up_m: float) -> tuple[Floats, Floats]:
    """Ankles, `up_m` where a foot is flat, and the shapes of how they move."""
    progress = _progress(cycle)
    shapes = polynomials(progress.reshape(ORDERS, -1), SHAPES).reshape(progress.shape)
    return _ankles(progress, shapes, walk.cycle_m, ANKLE_OUT * walk.height_m, up_m), shapes


@lru_cache(maxsize=256)
def _stretch(pace: float) -> float:
    """How high the pelvis rides over the ankles so that no leg grows longer than its bones; of the height."""
    walk = Walk(pace * LEG, 1.0, 0.0)
    sides = (np.arange(128)[:, None] / 128 + np.array([0.0, 0.5])).ravel()
    cycle = steady(sides, walk.cycles_per_s).orders
    cosines, sines = _cos_sin(_angles(cycle, walk.lead))
    hip = _hips(walk, cosines, _sway(walk, sines), 0.0)[0]
    ankle = _stands(walk, cycle, 0.0)[0][0]
    upright = np.sqrt((STRETCHED * LEG) ** 2 - (ankle - hip)[:, 0] ** 2)
    return float(np.min(upright + ankle[:, 2] - hip[:, 2]))


def pelvis_m(walk: Walk) -> float:
    """Height of the pelvis over ground before its sway."""
    return (_stretch(walk.pace) + ANKLE) * walk.height_m


def joints(walk: Walk, t_s: float) -> dict[str, Motion]:
    """The pelvis, one place; joints and parts of arms and legs, left and right."""
    cycle, up_m = walk.cycle(t_s), pelvis_m(walk)
    cosines, sines = _cos_sin(_angles(cycle.orders, walk.lead))
    sway = _sway(walk, sines)
    ankle, shapes = _stands(walk, cycle.orders, ANKLE * walk.height_m)
    flexion = curve(elbow_deg(walk.pace)).at(cycle).orders
    cycle_legs = walk.cycle_m / (LEG * walk.height_m)
    level, ahead = _cos_sin(_turns(cosines, flexion, shapes, walk.pace, cycle_legs))
    shoulder = _shoulders(walk, Motion(cycle.orders[:, :1]), sway, up_m)
    return {
        "pelvis": Motion(sway) + np.array([0.0, 0.0, up_m]),
        **_arms(walk, shoulder, level, ahead),
        **_legs(walk, _hips(walk, cosines, sway, up_m), ankle),
        **_feet(walk, ankle, level[:, FOOT_TURN], ahead[:, FOOT_TURN]),
    }


def _arms(walk: Walk, shoulder: Floats, level: Floats, ahead: Floats) -> dict[str, Motion]:
    upper, lower = ((level[:, turn], ahead[:, turn]) for turn in (UPPER_ARM_TURN, LOWER_ARM_TURN))
    elbow = _hinged(shoulder, *upper, UPPER_ARM * walk.height_m, PLUMB)
    hand = _hinged(elbow, *lower, LOWER_ARM * walk.height_m, PLUMB)
    at = {"shoulder": Motion(shoulder), "elbow": Motion(elbow), "hand": Motion(hand)}
    return {
        **at,
        "upper arm": midway(at["shoulder"], at["elbow"], 0.5),
        "forearm": midway(at["elbow"], at["hand"], 0.5),
    }


def _legs(walk: Walk, hips: Floats, ankles: Floats) -> dict[str, Motion]:
    hip, ankle = Motion(hips), Motion(ankles)
    bent = knee(hip, ankle, LEG / 2 * walk.height_m)
    thigh, shin = midway(hip, bent, 0.5), midway(bent, ankle, 0.5)
    return {"hip": hip, "thigh": thigh, "knee": bent, "shin": shin, "ankle": ankle}


def _feet(walk: Walk, ankle: Floats, level: Floats, up: Floats) -> dict[str, Motion]:
    return {
        name: Motion(_hinged(ankle, level, up, walk.height_m, (ahead, SOLE_DOWN)))
        for name, ahead in (("toe", TOE_AHEAD), ("heel", -HEEL_BEHIND))
    }


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
