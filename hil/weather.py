"""Rain, spray and foreign radars as the radar simulator draws them."""

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from edge_controller.messages import Side
from hil.environment import Environment
from hil.plant.truck import Body, Pose
from hil.road_user import RoadUser
from hil.walker import Stance
from radar_sim import Interferer, Road, Thing, World, wheel_spray
from radar_sim.fit import Fit

# Front radars of other vehicles; engineering values within what 76-81 GHz sets are built for.
EIRP_DBM = (20.0, 33.0)
HEIGHT_M, ASIDE_M = (0.4, 0.8), (3.0, 9.0)
SLOPE_HZ_PER_S, RAMP_S, PAUSE_S = (8e12, 40e12), (20e-6, 60e-6), (4e-6, 12e-6)
AWAY_M, SPEED_MPS = (5.0, 30.0), (0.0, 10.0)
SPRAYS_MPS = 1.5  # slower wheels throw nothing up
BEHIND_BOGIE_M = 1.0
SPRAY_DBSM = {"water": -15.0, "gravel": -20.0}  # a puff behind one wheel; estimates


@dataclass(frozen=True, slots=True)
class Wheels:
    """Where a puff begins (x, y, heading), and how fast its wheel goes."""

    place: tuple[float, float, float]
    speed_mps: float


@dataclass(frozen=True, slots=True)
class Passing:
    """A vehicle with a radar that passes at a steady speed: where it is at t = 0, and its chirps."""

    chirps: Interferer
    velocity_mps: tuple[float, float]

    def at(self, t_s: float) -> Interferer:
        """Its radar then."""
        x_m, y_m, z_m = self.chirps.position_m
        vx_mps, vy_mps = self.velocity_mps
        chirps = self.chirps
        return Interferer(
            (x_m + vx_mps * t_s, y_m + vy_mps * t_s, z_m),
            chirps.eirp_dbm,
            chirps.start_hz,
            chirps.slope_hz_per_s,
            chirps.ramp_s,
            chirps.period_s,
            chirps.first_s,
        )


def passing_radars(count: int, fit: Fit, seed: int, near_sign: int) -> tuple[Passing, ...]:
    """So many, drawn from the seed: by turns from behind on the near side, and oncoming on the off side.

    Each sweeps over the band of the fit's first radar at a slope of its own, so that chirps cross.
    """
    rng = np.random.default_rng([seed, zlib.crc32(b"passing radars")])
    return tuple(_passing(number, fit, rng, near_sign) for number in range(count))


def _passing(number: int, fit: Fit, rng: np.random.Generator, near_sign: int) -> Passing:
    profile = fit.radars[0].profile
    away_m, aside_m, speed_mps = rng.uniform(*AWAY_M), rng.uniform(*ASIDE_M), rng.uniform(*SPEED_MPS)
    ahead = -1.0 if number % 2 == 0 else 1.0
    slope_hz_per_s, ramp_s = rng.uniform(*SLOPE_HZ_PER_S), rng.uniform(*RAMP_S)
    middle_hz = profile.start_hz + profile.slope_hz_per_s * (
        profile.adc_start_s + profile.samples / profile.rate_hz / 2
    )
    chirps = Interferer(
        (ahead * away_m, -ahead * near_sign * aside_m, rng.uniform(*HEIGHT_M)),
        rng.uniform(*EIRP_DBM),
        middle_hz - slope_hz_per_s * ramp_s / 2,
        slope_hz_per_s,
        ramp_s,
        ramp_s + rng.uniform(*PAUSE_S),
        -rng.uniform(0.0, 1.0),
    )
    return Passing(chirps, (-ahead * speed_mps, 0.0))


def world_of(environment: Environment, passing: Sequence[Passing], t_s: float, *, road: bool) -> World:
    """What lies between the radars and the things."""
    return World(
        rain_mm_per_h=environment.rain_mm_per_h,
        road=Road() if road else None,
        interferers=tuple(one.at(t_s) for one in passing),
        radome_film_db=environment.film_db,
    )


def spray_of(
    environment: Environment, drives: Sequence[Wheels], t_s: float, seed: int, side: Side
) -> tuple[Thing, ...]:
    """A puff behind each wheel that is fast enough."""
    if environment.spray == "none":
        return ()
    keys: dict[str, Any] = {"seed": seed, "near_side": side, "rcs_dbsm": SPRAY_DBSM[environment.spray]}
    return tuple(
        wheel_spray(*wheel.place, wheel.speed_mps, t_s, name=f"spray {n}", **keys)
        for n, wheel in enumerate(drives)
        if wheel.speed_mps >= SPRAYS_MPS
    )


def own_wheels(body: Body, pose: Pose, near_sign: int) -> tuple[Wheels, ...]:
    """The last wheels of both sides of our own truck, the near side first."""
    x_m, near_m = body.no_side_slip_x_m - BEHIND_BOGIE_M, near_sign * body.width_m / 2
    return _pair((pose.x_m, pose.y_m, pose.heading_rad), pose.speed_mps, x_m, near_m)


def wheels_of(user: RoadUser, stance: Stance, near_sign: int) -> tuple[Wheels, ...]:
    """The last wheels of a vehicle; bicycles throw up too little to count."""
    if not user.is_vehicle:
        return ()
    x_m, near_m = -0.4 * user.length_m, near_sign * user.width_m / 2
    return _pair((stance.x_m, stance.y_m, stance.heading_rad), stance.speed_mps, x_m, near_m)


def _pair(
    at: tuple[float, float, float], speed_mps: float, ahead_m: float, left_m: float
) -> tuple[Wheels, ...]:
    """Both wheels of an axle, the one on the left where `left_m` is positive first."""
    x_m, y_m, heading_rad = at
    cos, sin = math.cos(heading_rad), math.sin(heading_rad)
    places = ((x_m + (cos * ahead_m - sin * y), y_m + (sin * ahead_m + cos * y)) for y in (left_m, -left_m))
    return tuple(Wheels((*place, heading_rad), speed_mps) for place in places)
