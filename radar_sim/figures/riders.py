"""Cyclists and e-bikes: frame and rider, wheels that roll, legs that pedal.

Points give the fluctuation by their interference, so each has a steady cross section; the mean of the whole
follows the aspect by one of the two published sets of measured cyclists (`radar_sim.rcs`). How it is split
over rider, frame, legs and wheels is an estimate.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from radar_sim.figures.arguments import DBSM, SPREAD_DB, one_of, whole, within
from radar_sim.figures.bicycle import FRAME_M, RIDER_M, Cranks
from radar_sim.figures.motion import Motion, of
from radar_sim.figures.parts import Part, person_to_person, scatter, scattered, shared, stiff, thing
from radar_sim.figures.people import HEIGHT_POWER
from radar_sim.figures.pose import Pose, moving
from radar_sim.figures.wheels import TURN, Round, Wheel, rolled, wheels
from radar_sim.fit import Side
from radar_sim.randomness import Purpose, generator
from radar_sim.scene.bodies import Box
from radar_sim.scene.scatterers import Aspect, Floats
from radar_sim.scene.scene import Thing

Table = Literal["belgiovane", "wengerter"]
TABLES = {"belgiovane": Aspect.CYCLIST_BELGIOVANE, "wengerter": Aspect.CYCLIST_WENGERTER}

WHEEL_RADIUS_M = 0.34
HUB_X_M = 0.53  # each side of the middle: wheelbase 1.06 m
CRANKS = Cranks((-0.08, 0.10, 0.29), (-0.20, 0.12, 0.92), 0.17, 0.43)
BODY = Box(0.0, 0.0, 0.0, 1.7, 0.5, 0.35, 1.75)  # below it one looks through the wheels
SHARES = {"rider": 0.60, "frame": 0.15, "legs": 0.15, "rims": 0.06, "spokes": 0.03, "hubs": 0.01}
FASTEST_MPS, FASTEST_E_BIKE_MPS = 17.0, 12.5  # 61 km/h; 45 km/h, where a speed pedelec ends
MOTOR_RADIUS_M = 0.10
MOTOR_POINTS = 4
BATTERY_M = (0.18, 0.0, 0.58)  # on the down tube


def cyclist(
    x_m: float,
    y_m: float,
    heading_rad: float,
    speed_mps: float,
    t_s: float,
    *,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "cyclist",
    aspect: Table = "belgiovane",
    gear: float = 2.5,
    coasting: bool = False,
    spokes: int = 18,
    spoke_points: int = 1,
    rim_points: int = 12,
    scale: float = 1.0,
    spread_db: float = 0.0,
) -> Thing:
    """Somebody who rides steadily; x, y is the middle of the bicycle on the ground.

    `gear` is wheel turns per crank turn, `coasting` keeps the cranks still. Spokes and rim points are those
    of one wheel. `scale` makes bicycle and rider smaller: 0.65 a child of 1.15 m.
    """
    bike = _Bike(
        table=aspect,
        gear=gear,
        pedalling=not coasting,
        spokes=spokes,
        spoke_points=spoke_points,
        rim_points=rim_points,
        scale=scale,
        spread_db=spread_db,
    )
    at = (x_m, y_m, heading_rad)
    pose = moving(name, at, speed_mps, t_s, near_side, fastest_mps=FASTEST_MPS)
    return _ridden(name, bike, pose, t_s, seed)


def e_bike(
    x_m: float,
    y_m: float,
    heading_rad: float,
    speed_mps: float,
    t_s: float,
    *,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "e_bike",
    aspect: Table = "belgiovane",
    gear: float = 2.5,
    pedalling: bool = False,
    spokes: int = 18,
    spoke_points: int = 1,
    rim_points: int = 12,
    scale: float = 1.0,
    plus_db: float = 1.0,
    motor_dbsm: float = -7.0,
    battery_dbsm: float = -8.0,
    spread_db: float = 0.0,
) -> Thing:
    """A cyclist whom a motor drives: he moves without pedalling unless told.

    `plus_db` is what the whole has over a bicycle (0 to 2); the disc of the hub motor and the battery are
    estimates, the same from all sides.
    """
    within(name, "plus_db", plus_db, -3.0, 6.0)
    within(name, "motor_dbsm", motor_dbsm, *DBSM)
    within(name, "battery_dbsm", battery_dbsm, *DBSM)
    extra = (10 ** (motor_dbsm / 10), 10 ** (battery_dbsm / 10))
    bike = _Bike(
        table=aspect,
        gear=gear,
        pedalling=pedalling,
        spokes=spokes,
        spoke_points=spoke_points,
        rim_points=rim_points,
        scale=scale,
        spread_db=spread_db,
        plus_db=plus_db,
        motor_and_battery_m2=extra,
    )
    at = (x_m, y_m, heading_rad)
    pose = moving(name, at, speed_mps, t_s, near_side, fastest_mps=FASTEST_E_BIKE_MPS)
    return _ridden(name, bike, pose, t_s, seed)


@dataclass(frozen=True, slots=True)
class _Bike:
    """All that makes one bicycle another."""

    table: Table
    gear: float
    pedalling: bool
    spokes: int
    spoke_points: int
    rim_points: int
    scale: float
    spread_db: float
    plus_db: float = 0.0
    motor_and_battery_m2: tuple[float, float] | None = None


def _ridden(name: str, bike: _Bike, pose: Pose, t_s: float, seed: int) -> Thing:
    _check(name, bike)
    drawn = _drawn(name, bike, seed)
    radius_m = WHEEL_RADIUS_M * bike.scale
    front, rear = (
        rolled(pose.speed_mps * t_s, pose.speed_mps, radius_m, start) for start in drawn.starts_rad
    )
    crank = rear / bike.gear if bike.pedalling else of(drawn.crank_rad)
    legs = CRANKS.legs(crank) * bike.scale + drawn.legs_aside
    groups = {**drawn.stiff, "legs": legs, **wheels(drawn.wheels, (front, rear))}
    parts = [Part(groups[part], rcs_m2, TABLES[bike.table]) for part, rcs_m2 in drawn.rcs_m2.items()]
    if bike.motor_and_battery_m2:
        motor, motor_m2, battery = _motor_and_battery(bike)
        parts += [Part(motor.at(rear), motor_m2), battery]
    return thing(name, parts, pose, drawn.box)


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """One bicycle, and what chance made of its rider, the same in each frame; parts in their order."""

    wheels: tuple[Wheel, Wheel]
    box: Box
    starts_rad: Floats  # front and rear wheel
    crank_rad: float  # of who does not pedal
    stiff: dict[str, Motion]
    legs_aside: Motion  # what the legs are beside the drawing
    rcs_m2: dict[str, Floats]


@lru_cache(maxsize=64)
def _drawn(name: str, bike: _Bike, seed: int) -> _Drawn:
    """Cross sections add up to one, scaled by the aspect later."""
    rng, scale = generator(seed, Purpose.CYCLIST, name), bike.scale
    starts_rad = rng.uniform(0, TURN, 2)
    crank_rad = 0.0 if bike.pedalling else float(rng.uniform(0, TURN))
    front, rear = (of(start) for start in starts_rad)
    stiffs = {part: scattered(stiff(at, scale), rng) for part, at in (("rider", RIDER_M), ("frame", FRAME_M))}
    legs_aside = of(scatter(rng, CRANKS.legs(of(0.0)).count))
    pair = _pair(bike)
    groups = {**stiffs, "legs": legs_aside, **wheels(pair, (front, rear))}
    total_m2 = scale**HEIGHT_POWER * 10 ** (bike.plus_db / 10) * person_to_person(rng, bike.spread_db)
    rcs_m2 = {part: _split(part, at, total_m2 * SHARES[part], rng) for part, at in groups.items()}
    return _Drawn(pair, _box(scale), starts_rad, crank_rad, stiffs, legs_aside, rcs_m2)


def _box(scale: float) -> Box:
    return Box(0, 0, 0, BODY.length_m * scale, BODY.width_m * scale, BODY.low_m * scale, BODY.high_m * scale)


def _check(name: str, bike: _Bike) -> None:
    one_of(name, "aspect", bike.table, TABLES)
    within(name, "gear", bike.gear, 0.5, 8.0)
    whole(name, "spokes", bike.spokes, 3, 60)
    whole(name, "spoke_points", bike.spoke_points, 1, 40)
    whole(name, "rim_points", bike.rim_points, 3, 200)
    within(name, "scale", bike.scale, 0.4, 1.2)
    within(name, "spread_db", bike.spread_db, *SPREAD_DB)


def _split(name: str, at: Motion, part_m2: float, rng: np.random.Generator) -> Floats:
    """Spokes are all alike, so that a wheel looks the same after each turn by one of them."""
    if name == "spokes":
        return np.full(at.count, part_m2 / at.count)
    return shared(rng, at.count, part_m2)


def _pair(bike: _Bike) -> tuple[Wheel, Wheel]:
    radius_m, hub_m = WHEEL_RADIUS_M * bike.scale, HUB_X_M * bike.scale
    front, rear = (
        Wheel(x_m, radius_m, bike.rim_points, bike.spokes, bike.spoke_points) for x_m in (hub_m, -hub_m)
    )
    return front, rear


@lru_cache(maxsize=64)
def _motor_and_battery(bike: _Bike) -> tuple[Round, Floats, Part]:
    """The disc in the hub of the rear wheel with its cross sections, and what does not turn."""
    motor_m2, battery_m2 = bike.motor_and_battery_m2 or (0.0, 0.0)
    motor = _pair(bike)[1].disc(MOTOR_POINTS, MOTOR_RADIUS_M * bike.scale)
    battery = Part(stiff((BATTERY_M,), bike.scale), np.array([battery_m2]))
    return motor, np.full(MOTOR_POINTS, motor_m2 / MOTOR_POINTS), battery
