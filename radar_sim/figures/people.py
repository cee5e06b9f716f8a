"""People on foot as 30 points: torso and head that sway, arms and legs that swing.

The whole is split over head, chest, shoulders, elbows, hands, knees and feet as Wengerter's simulator has it
after measurements. Each point is steady; the fluctuation comes from their interference.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from radar_sim.figures.arguments import DBSM, SPREAD_DB, within
from radar_sim.figures.motion import Motion, joined, of
from radar_sim.figures.parts import Part, person_to_person, scatter, shared, stiff, thing
from radar_sim.figures.pose import Pose, moving
from radar_sim.figures.walking import FASTEST_PACE, LEG, Walk, joints
from radar_sim.fit import Side
from radar_sim.randomness import Purpose, generator
from radar_sim.scene.bodies import Box
from radar_sim.scene.scatterers import Floats
from radar_sim.scene.scene import Thing

ADULT_M, ADULT_DBSM = 1.75, -8.0  # mean of a point target at 76 GHz (Yamada et al., EuMC 2005)
CHILD_M, CHILD_DBSM = 1.15, -11.0  # by projected area
HEIGHT_POWER = 1.65  # of the cross section: 3 dB from 1.75 m to 1.15 m
BODY_M = (0.35, 0.5)  # chest to back and shoulder to shoulder of an adult, what hides others

# Fractions of the height from the pelvis, x ahead, y left, z up: pelvis, waist, back, chest.
CHEST = (
    (0.0, 0.08, 0.01), (0.0, -0.08, 0.01), (0.05, 0.0, 0.07), (-0.05, 0.0, 0.11),
    (0.06, 0.05, 0.20), (0.06, -0.05, 0.20),
)  # fmt: skip
HEAD = ((0.03, 0.0, 0.40), (-0.02, 0.0, 0.455))

# Groups of limb points and what both sides have of the whole before normalising (Wengerter).
SPLIT = (
    (("shoulder",), 0.20),
    (("upper arm", "elbow"), 0.30),
    (("forearm", "hand"), 0.12),
    (("thigh", "knee", "shin"), 0.84),
    (("ankle", "toe", "heel"), 0.186),
)
CHEST_PART, HEAD_PART = 0.5, 0.3
WHOLE = CHEST_PART + HEAD_PART + sum(part for _, part in SPLIT)


def adult(
    x_m: float,
    y_m: float,
    heading_rad: float,
    speed_mps: float,
    t_s: float,
    *,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "adult",
    height_m: float = ADULT_M,
    rcs_dbsm: float = ADULT_DBSM,
    spread_db: float = 0.0,
) -> Thing:
    """Somebody who walks steadily, or stands at speed 0; x, y is the middle of the body on the ground.

    `rcs_dbsm` is the mean of somebody 1.75 m tall, smaller ones have less; `spread_db` the standard
    deviation from person to person (log-normal, the mean kept, drawn by the seed).
    """
    within(name, "height_m", height_m, 1.3, 2.3)
    within(name, "rcs_dbsm", rcs_dbsm, *DBSM)
    mean_m2 = 10 ** (rcs_dbsm / 10) * (height_m / ADULT_M) ** HEIGHT_POWER
    at, (fastest_mps, why) = (x_m, y_m, heading_rad), _limit(height_m)
    pose = moving(name, at, speed_mps, t_s, near_side, fastest_mps=fastest_mps, why=why)
    return _walker(name, _Body(height_m, mean_m2, spread_db), pose, t_s, seed)


def child(
    x_m: float,
    y_m: float,
    heading_rad: float,
    speed_mps: float,
    t_s: float,
    *,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "child",
    height_m: float = CHILD_M,
    rcs_dbsm: float = CHILD_DBSM,
    spread_db: float = 0.0,
) -> Thing:
    """As `adult`; `rcs_dbsm` is the mean of somebody 1.15 m tall."""
    within(name, "height_m", height_m, 0.7, 1.6)
    within(name, "rcs_dbsm", rcs_dbsm, *DBSM)
    mean_m2 = 10 ** (rcs_dbsm / 10) * (height_m / CHILD_M) ** HEIGHT_POWER
    at, (fastest_mps, why) = (x_m, y_m, heading_rad), _limit(height_m)
    pose = moving(name, at, speed_mps, t_s, near_side, fastest_mps=fastest_mps, why=why)
    return _walker(name, _Body(height_m, mean_m2, spread_db), pose, t_s, seed)


@dataclass(frozen=True, slots=True)
class _Body:
    """What makes one walker another."""

    height_m: float
    mean_m2: float
    spread_db: float


def _limit(height_m: float) -> tuple[float, str]:
    """The speed in m/s at which walking ends, and what it is."""
    return FASTEST_PACE * LEG * height_m, f"what somebody {height_m:g} m tall walks; running is not modelled"


def _walker(name: str, body: _Body, pose: Pose, t_s: float, seed: int) -> Thing:
    within(name, "spread_db", body.spread_db, *SPREAD_DB)
    drawn = _drawn(name, body, seed)
    at = joints(Walk(pose.speed_mps, body.height_m, drawn.start), t_s)
    limbs = (at[place] for places, _ in SPLIT for place in places)
    way = joined(drawn.torso + at["pelvis"], *limbs) + drawn.aside
    return thing(name, (Part(way, drawn.rcs_m2),), pose, drawn.box)


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """A body, and what chance made of one walker, the same in each frame."""

    box: Box
    start: float  # place in the cycle at time 0
    torso: Motion  # chest and head about the pelvis
    aside: Motion  # what all points are beside the drawing
    rcs_m2: Floats


@lru_cache(maxsize=256)
def _drawn(name: str, body: _Body, seed: int) -> _Drawn:
    rng = generator(seed, Purpose.PEDESTRIAN, name)
    start = rng.uniform(0, 1)
    mean_m2 = body.mean_m2 * person_to_person(rng, body.spread_db)
    limbs = ((2 * len(places), part) for places, part in SPLIT)
    aside_m, rcs_m2 = [], []
    for count, part in ((len(CHEST), CHEST_PART), (len(HEAD), HEAD_PART), *limbs):
        aside_m.append(scatter(rng, count, level_only=True))
        rcs_m2.append(shared(rng, count, mean_m2 * part / WHOLE))
    torso = stiff((*CHEST, *HEAD), body.height_m)
    length_m, width_m = (side * body.height_m / ADULT_M for side in BODY_M)
    box = Box(0.0, 0.0, 0.0, length_m, width_m, 0.0, body.height_m)
    return _Drawn(box, start, torso, of(np.concatenate(aside_m)), np.concatenate(rcs_m2))
