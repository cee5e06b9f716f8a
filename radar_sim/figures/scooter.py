"""An electric moped of a delivery service: rider, body, box on the back, small wheels, no pedals."""

from dataclasses import dataclass
from functools import lru_cache

from radar_sim.figures.arguments import DBSM, SPREAD_DB, within
from radar_sim.figures.motion import Motion, of
from radar_sim.figures.parts import Drawing, Part, person_to_person, scattered, shared, stiff, thing
from radar_sim.figures.pose import moving
from radar_sim.figures.wheels import TURN, Wheel, rolled, wheels
from radar_sim.fit import Side
from radar_sim.randomness import Purpose, generator
from radar_sim.scene.bodies import Box
from radar_sim.scene.scatterers import Floats
from radar_sim.scene.scene import Thing

RADIUS_M, HUB_X_M = 0.22, 0.62
RIM_POINTS, CAST_SPOKES = 8, 5
FASTEST_MPS = 15.0  # 54 km/h
WHEELS = tuple(Wheel(hub_m, RADIUS_M, RIM_POINTS, CAST_SPOKES) for hub_m in (HUB_X_M, -HUB_X_M))
BODY = Box(0.0, 0.0, 0.0, 1.7, 0.5, 0.15, 1.7)
SHARES = {"rider": 0.35, "body": 0.30, "box": 0.25, "rims": 0.06, "spokes": 0.03, "hubs": 0.01}

# Headlight, shield, stem, bar ends, floor and battery below it, seat, panels, tail.
BODY_M: Drawing = (
    (0.55, 0.0, 0.85), (0.48, 0.15, 0.55), (0.48, -0.15, 0.55), (0.40, 0.0, 0.98), (0.35, 0.30, 1.02),
    (0.35, -0.30, 1.02), (0.10, 0.14, 0.32), (0.10, -0.14, 0.32), (0.02, 0.0, 0.30), (-0.20, 0.14, 0.72),
    (-0.20, -0.14, 0.72), (-0.50, 0.15, 0.58), (-0.50, -0.15, 0.58), (-0.72, 0.0, 0.60),
)  # fmt: skip
# Pelvis, back, shoulders, chest, elbows, hands, knees, feet, helmet.
RIDER_M: Drawing = (
    (-0.16, 0.14, 0.84), (-0.16, -0.14, 0.84), (-0.14, 0.0, 1.05), (-0.06, 0.20, 1.32), (-0.06, -0.20, 1.32),
    (0.04, 0.0, 1.20), (0.12, 0.27, 1.12), (0.12, -0.27, 1.12), (0.33, 0.27, 1.05), (0.33, -0.27, 1.05),
    (0.28, 0.15, 0.74), (0.28, -0.15, 0.74), (0.22, 0.14, 0.36), (0.22, -0.14, 0.36), (0.08, 0.0, 1.56),
    (0.02, 0.0, 1.66),
)  # fmt: skip
BOX_M: Drawing = tuple((x, y, z) for x in (-0.42, -0.86) for y in (0.22, -0.22) for z in (0.86, 1.30))


def delivery_scooter(
    x_m: float,
    y_m: float,
    heading_rad: float,
    speed_mps: float,
    t_s: float,
    *,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "delivery_scooter",
    rcs_dbsm: float = 2.5,
    spread_db: float = 0.0,
) -> Thing:
    """A rider with his box; x, y is the middle of the moped on the ground.

    `rcs_dbsm` is the mean from all sides, in the class of motorcycles with a rider (0 to 5, from
    memory of the literature); how it is split over the parts is an estimate.
    """
    at, fastest_mps = (x_m, y_m, heading_rad), FASTEST_MPS
    pose = moving(name, at, speed_mps, t_s, near_side, fastest_mps=fastest_mps)
    within(name, "rcs_dbsm", rcs_dbsm, *DBSM)
    within(name, "spread_db", spread_db, *SPREAD_DB)
    drawn = _drawn(name, rcs_dbsm, spread_db, seed)
    turning = tuple(rolled(speed_mps * t_s, speed_mps, RADIUS_M, start) for start in drawn.starts_rad)
    groups = {**drawn.stiff, **wheels(WHEELS, turning)}
    parts = [Part(groups[part], rcs_m2) for part, rcs_m2 in drawn.rcs_m2.items()]
    return thing(name, parts, pose, BODY)


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """What chance made of one rider, the same in each frame; parts in their order."""

    starts_rad: Floats  # of both wheels
    stiff: dict[str, Motion]
    rcs_m2: dict[str, Floats]


@lru_cache(maxsize=64)
def _drawn(name: str, rcs_dbsm: float, spread_db: float, seed: int) -> _Drawn:
    rng = generator(seed, Purpose.SCOOTER, name)
    total_m2 = 10 ** (rcs_dbsm / 10) * person_to_person(rng, spread_db)
    starts_rad = rng.uniform(0, TURN, 2)
    drawings = (("rider", RIDER_M), ("body", BODY_M), ("box", BOX_M))
    stiffs = {part: scattered(stiff(drawing), rng) for part, drawing in drawings}
    groups = {**stiffs, **wheels(WHEELS, [of(start) for start in starts_rad])}
    rcs_m2 = {part: shared(rng, at.count, total_m2 * SHARES[part]) for part, at in groups.items()}
    return _Drawn(starts_rad, stiffs, rcs_m2)
