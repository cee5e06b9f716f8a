"""Somebody in a wheelchair: big wheels pushed by hand, or small ones driven by a motor."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from radar_sim.figures.arguments import DBSM, SPREAD_DB, within
from radar_sim.figures.limbs import knee, midway, resting
from radar_sim.figures.motion import Motion, joined, of, sin, steady
from radar_sim.figures.parts import Drawing, Part, person_to_person, scatter, scattered, shared, stiff, thing
from radar_sim.figures.pose import moving
from radar_sim.figures.wheels import ROLLING, TURN, Wheel, circle, rolled, wheels
from radar_sim.fit import Side
from radar_sim.randomness import Purpose, generator
from radar_sim.scene.bodies import Box
from radar_sim.scene.scatterers import Floats
from radar_sim.scene.scene import Thing

FASTEST_PUSHED_MPS, FASTEST_POWERED_MPS = 2.0, 4.2  # 15 km/h, where powered chairs end
BODY = Box(0.0, 0.0, 0.0, 1.0, 0.6, 0.1, 1.35)
AXLE_X_M = -0.05
PUSHED, POWERED, CASTER = (0.30, 0.28), (0.17, 0.26), (0.09, 0.22)  # radius and half the track, metres
CASTER_X_M = 0.38
GRIP_M, PUSH_FROM_RAD, PUSH_RAD = 0.27, math.radians(15), math.radians(45)  # about the top of the rim
SHOULDER_M, ARM_BONE_M = (-0.02, 0.19, 1.02), 0.33
ARM_POINTS = 10  # of both sides
LAP_M = (0.20, 0.22, 0.70)  # where the hands of a driven one lie
SHARES = {"sitter": 0.35, "arms": 0.15, "frame": 0.25, "rims": 0.15, "spokes": 0.08, "hubs": 0.02}

# Pelvis, back, chest, thighs, knees, shins, feet, head.
SITTER_M: Drawing = (
    (-0.10, 0.14, 0.55), (-0.10, -0.14, 0.55), (-0.12, 0.0, 0.75), (0.0, 0.08, 0.92), (0.0, -0.08, 0.92),
    (0.18, 0.12, 0.58), (0.18, -0.12, 0.58), (0.40, 0.12, 0.56), (0.40, -0.12, 0.56), (0.44, 0.11, 0.34),
    (0.44, -0.11, 0.34), (0.50, 0.10, 0.14), (0.50, -0.10, 0.14), (0.05, 0.0, 1.20), (0.0, 0.0, 1.30),
)  # fmt: skip
# Push handles, back rest, seat rails, foot rests, caster forks; the battery of a driven one is its seat box.
FRAME_M: Drawing = (
    (-0.28, 0.20, 0.92), (-0.28, -0.20, 0.92), (-0.22, 0.20, 0.65), (-0.22, -0.20, 0.65), (0.10, 0.21, 0.48),
    (0.10, -0.21, 0.48), (0.50, 0.12, 0.10), (0.50, -0.12, 0.10), (0.38, 0.22, 0.25), (0.38, -0.22, 0.25),
)  # fmt: skip


def wheelchair(
    x_m: float,
    y_m: float,
    heading_rad: float,
    speed_mps: float,
    t_s: float,
    *,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "wheelchair",
    powered: bool = False,
    rcs_dbsm: float = -5.0,
    spread_db: float = 0.0,
) -> Thing:
    """Somebody who rolls steadily; x, y is the middle of the chair on the ground.

    The hands push the rims to and fro, at most as fast as the rims go; `powered` drives, with hands at
    rest. `rcs_dbsm`, the same from all sides, is an estimate: a person and as much metal again.
    """
    at, fastest_mps = (x_m, y_m, heading_rad), FASTEST_POWERED_MPS if powered else FASTEST_PUSHED_MPS
    pose = moving(name, at, speed_mps, t_s, near_side, fastest_mps=fastest_mps)
    within(name, "rcs_dbsm", rcs_dbsm, *DBSM)
    within(name, "spread_db", spread_db, *SPREAD_DB)
    drawn = _drawn(name, powered, rcs_dbsm, spread_db, seed)
    turning = [
        rolled(speed_mps * t_s, speed_mps, wheel.radius_m, start)
        for wheel, start in zip(drawn.wheels, drawn.starts_rad, strict=True)
    ]
    arms = _arms(_grip(speed_mps, t_s, powered, drawn.grip_rad)) + drawn.arms_aside
    groups = {**drawn.stiff, "arms": arms, **wheels(drawn.wheels, turning)}
    parts = [Part(groups[part], rcs_m2) for part, rcs_m2 in drawn.rcs_m2.items()]
    return thing(name, parts, pose, BODY)


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """One chair, and what chance made of its sitter, the same in each frame; parts in their order."""

    wheels: tuple[Wheel, ...]
    starts_rad: Floats  # of each wheel
    grip_rad: float  # where in a push the hands begin
    stiff: dict[str, Motion]
    arms_aside: Motion  # what the arms are beside the drawing
    rcs_m2: dict[str, Floats]


@lru_cache(maxsize=64)
def _drawn(name: str, powered: bool, rcs_dbsm: float, spread_db: float, seed: int) -> _Drawn:
    rng = generator(seed, Purpose.WHEELCHAIR, name)
    total_m2 = 10 ** (rcs_dbsm / 10) * person_to_person(rng, spread_db)
    sitter, grip_rad = scattered(stiff(SITTER_M), rng), rng.uniform(0, TURN)
    arms_aside, frame = of(scatter(rng, ARM_POINTS)), scattered(stiff(FRAME_M), rng)
    every = _wheels(powered)
    starts_rad = rng.uniform(0, TURN, len(every))
    turning = wheels(every, [of(start) for start in starts_rad])
    groups = {"sitter": sitter, "arms": arms_aside, "frame": frame, **turning}
    rcs_m2 = {part: shared(rng, at.count, total_m2 * SHARES[part]) for part, at in groups.items()}
    return _Drawn(every, starts_rad, grip_rad, {"sitter": sitter, "frame": frame}, arms_aside, rcs_m2)


def _grip(speed_mps: float, t_s: float, powered: bool, start_rad: float) -> Motion:
    """Both hands: on the rims, to and fro with the rim's own speed at the middle of a push."""
    if powered:
        return resting(*LAP_M)
    pushes_radps = speed_mps / PUSHED[0] / PUSH_RAD
    pushing = sin(steady(start_rad + pushes_radps * t_s + np.zeros(2), pushes_radps))
    angle = PUSH_FROM_RAD + PUSH_RAD * pushing
    half_track_m = PUSHED[1] + 0.03
    axles_m = ((AXLE_X_M, half_track_m, PUSHED[0]), (AXLE_X_M, -half_track_m, PUSHED[0]))
    return circle(axles_m, np.full(2, GRIP_M), angle, ROLLING)


def _arms(hand: Motion) -> Motion:
    """Shoulder, upper arm, elbow, forearm and hand of both sides."""
    shoulder = resting(*SHOULDER_M)
    elbow = knee(shoulder, hand, ARM_BONE_M, forwards=-1.0)
    return joined(shoulder, midway(shoulder, elbow, 0.5), elbow, midway(elbow, hand, 0.5), hand)


def _wheels(powered: bool) -> tuple[Wheel, ...]:
    """Two big ones with spokes, or two of a motor; two casters."""
    radius_m, track_m = POWERED if powered else PUSHED
    rim, spokes = (6, 5) if powered else (10, 12)
    big = (Wheel(AXLE_X_M, radius_m, rim, spokes, y_m=side * track_m) for side in (1.0, -1.0))
    small = (Wheel(CASTER_X_M, CASTER[0], 4, 3, y_m=side * CASTER[1]) for side in (1.0, -1.0))
    return *big, *small
