"""Where the truck and each road user may be in the next three seconds. Near side positive."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Truck
from hil.programs.reference.turning import Driving

Array = NDArray[np.float64]
STEP_S = 0.1
T_S: Array = np.linspace(0.0, 3.0, 31)
RADII_M = (8.0, 12.0, 16.0)
RATES_RADPS = (0.12, 0.30)
BENT_RAD, BEND_ENDS_RAD = 0.05, 0.25
LANE_KEEPER = (-0.04, 0.10)  # angle and rate he steers a small angle back with
WOBBLE_MPS, STEADY_MPS2, COURSE_RAD = 0.25, 0.4, 0.03
SPEEDS_UP_S = 1.5
SAME_WAY_RAD = 0.35


@dataclass(frozen=True, slots=True)
class Future:
    """One driver: final angle, rate of the wheels, and how his speed goes on."""

    final_rad: float
    rate_radps: float
    accel_mps2: float
    until_mps: float
    turns: bool
    weight: float  # among those that turn, or among those that do not


@dataclass(frozen=True, slots=True)
class Rider:
    """A road user now: place from the middle of the front bumper, speed over ground, axes of the truck."""

    x_m: float
    y_m: float
    vx_mps: float
    vy_mps: float
    accel_mps2: float  # along his course
    course_rad: float  # how far it has turned in the last second
    half_length_m: float
    half_width_m: float


def futures(now: Driving, wheelbase_m: float) -> list[Future]:
    """Every driver thought possible."""
    rates = RATES_RADPS
    if now.steer_rad > 0.04 and now.steer_radps > 0.05:
        rates = tuple(min(max(share * now.steer_radps, 0.08), 0.35) for share in (0.8, 1.3))  # type: ignore[assignment]
    finals = [max(math.atan(wheelbase_m / radius_m), now.steer_rad) for radius_m in RADII_M]
    turns = [(final_rad, rate, True) for final_rad in finals for rate in rates]
    stays = now.as_it_is or now.steer_rad >= BENT_RAD
    held = (now.steer_rad, 0.0) if stays else LANE_KEEPER
    speeds = _speeds_to(now)
    return [
        Future(final_rad, rate, accel, until, turning, 1 / ((len(turns) if turning else 1) * len(speeds)))
        for final_rad, rate, turning in [*turns, (*held, False)]
        for accel, until in speeds
    ]


def _speeds_to(now: Driving) -> list[tuple[float, float]]:
    """(m/s2, up or down to)."""
    if now.accel_mps2 < -0.5:
        return [(0.0, now.speed_mps), (now.accel_mps2, 0.0)]
    if now.speed_mps < 2.5 and now.accel_mps2 > 0.2:
        return [(0.8, 3.5)]
    return [(0.0, now.speed_mps)]


def driven(now: Driving, ways: Sequence[Future], truck: Truck) -> tuple[Array, Array, Array, Array]:
    """Unbraked: (way, time) of x, y of the point without side slip, heading, speed."""
    accel, until = (np.array([[getattr(way, name)] for way in ways]) for name in ("accel_mps2", "until_mps"))
    speed = now.speed_mps + accel * T_S
    speed = np.where(
        accel < 0, np.maximum(speed, until), np.where(accel > 0, np.minimum(speed, until), speed)
    )
    return (*travelled(speed, _steered(now, ways), truck.wheelbase_m), speed)


def braked(
    now: Driving, ways: Sequence[Future], truck: Truck, bites_s: Array, decel_mps2: float
) -> tuple[Array, Array, Array, Array]:
    """As `driven`, but full braking bites at `bites_s` (way,)."""
    _, _, _, free = driven(now, ways, truck)
    at_bite = np.array([np.interp(bite, T_S, row) for bite, row in zip(bites_s, free, strict=True)])
    after_s = T_S - bites_s[:, None]
    speed = np.where(after_s <= 0, free, np.maximum(0.0, at_bite[:, None] - decel_mps2 * after_s))
    return (*travelled(speed, _steered(now, ways), truck.wheelbase_m), speed)


def _steered(now: Driving, ways: Sequence[Future]) -> Array:
    rows = []
    for way in ways:
        if way.final_rad >= now.steer_rad:
            rows.append(np.minimum(now.steer_rad + way.rate_radps * T_S, way.final_rad))
        else:
            rows.append(np.maximum(now.steer_rad - way.rate_radps * T_S, way.final_rad))
    return np.array(rows)


def travelled(speed: Array, steer: Array, wheelbase_m: float) -> tuple[Array, Array, Array]:
    """Integrated by the midpoint rule from the origin with heading 0."""
    way = STEP_S * (speed[:, :-1] + speed[:, 1:]) / 2
    turned = way * np.tan((steer[:, :-1] + steer[:, 1:]) / 2) / wheelbase_m
    start = np.zeros((len(speed), 1))
    heading = np.hstack([start, np.cumsum(turned, axis=1)])
    middle = heading[:, :-1] + turned / 2
    x = np.hstack([start, np.cumsum(way * np.cos(middle), axis=1)])
    y = np.hstack([start, np.cumsum(way * np.sin(middle), axis=1)])
    return x, y, heading


def ridden(
    rider: Rider, now: Driving, wheelbase_m: float, on_the_same_bend: bool
) -> tuple[Array, Array, Array]:
    """(time,) of x, y and course of a road user; he may follow the bend the truck is in."""
    bent = on_the_same_bend and _shares_the_bend(rider, now)
    vx, vy = _without_wobble(rider, 0.0 if bent else now.across_rad)
    speed, course = math.hypot(vx, vy), math.atan2(vy, vx)
    accel = rider.accel_mps2 if abs(rider.accel_mps2) >= STEADY_MPS2 else 0.0
    lasting = np.minimum(T_S, SPEEDS_UP_S) if accel > 0 else T_S
    speeds = np.maximum(0.0, speed + accel * lasting)
    rate_radps = rider.course_rad if abs(rider.course_rad) > COURSE_RAD else 0.0
    if bent:
        curvature = math.tan(now.steer_rad) / wheelbase_m
        rate_radps = speed * curvature / max(1 - curvature * abs(rider.y_m), 0.1)
    courses = course + rate_radps * T_S
    way, middle = STEP_S * (speeds[:-1] + speeds[1:]) / 2, (courses[:-1] + courses[1:]) / 2
    x = rider.x_m + np.concatenate([[0.0], np.cumsum(way * np.cos(middle))])
    y = rider.y_m + np.concatenate([[0.0], np.cumsum(way * np.sin(middle))])
    return x, y, courses


def _shares_the_bend(rider: Rider, now: Driving) -> bool:
    """Its lane is there where the truck points; a straight one that it has left means nothing any more."""
    same_way = abs(math.atan2(rider.vy_mps, rider.vx_mps)) <= SAME_WAY_RAD
    return same_way and not now.as_it_is and BENT_RAD <= now.steer_rad < BEND_ENDS_RAD


def _without_wobble(rider: Rider, across_rad: float) -> tuple[float, float]:
    """Lateral is across the lane, which lies at -across_rad in the axes of the truck."""
    cos, sin = math.cos(across_rad), math.sin(across_rad)
    along, lateral = rider.vx_mps * cos - rider.vy_mps * sin, rider.vx_mps * sin + rider.vy_mps * cos
    lateral = math.copysign(max(0.0, abs(lateral) - WOBBLE_MPS), lateral)
    return along * cos + lateral * sin, lateral * cos - along * sin
