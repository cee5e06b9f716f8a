"""Rain between the radar and the things: what it takes away, and what it sends back."""

import math

import numpy as np

from radar_sim.fit import SPEED_OF_LIGHT_MPS, Radar
from radar_sim.geometry import FIELD_RAD, Mount, in_truck_axes, origin
from radar_sim.scene.scatterers import Floats, Scatterers, chosen
from radar_sim.scene.scene import TruckPose
from radar_sim.world.world import World

# ITU-R Rec. 838 (1992), 70 and 80 GHz horizontal, brought to 77 GHz: dB/km one way = K * rate ** ALPHA.
K, ALPHA = 0.937, 0.776
# Volume backscatter in m2/m3: Mie with Marshall-Palmer drops at 10 C, computed for 77 GHz.
RATES_MM_PER_H = (1.0, 10.0, 25.0, 50.0, 100.0)
ETA_PER_M = (1.1e-4, 6.4e-4, 1.2e-3, 1.7e-3, 2.6e-3)

DROPS = 150
NEAREST_M, FARTHEST_M = 0.5, 40.0
ELEVATION_RAD = math.radians(25.0)  # beyond, elements have fallen far below their boresight
FALL_MPS = (2.0, 9.0)
GUST_MPS = 0.5  # standard deviation of each level component about the wind, an estimate


def attenuation_db_per_km(rain_mm_per_h: float) -> float:
    """One way."""
    return float(K * rain_mm_per_h**ALPHA) if rain_mm_per_h else 0.0


def eta_per_m(rain_mm_per_h: float) -> float:
    """Cross section of a cubic metre of rain: straight lines between the rates, in logarithms, and beyond."""
    rates, etas = np.log(RATES_MM_PER_H), np.log(ETA_PER_M)
    rate = math.log(rain_mm_per_h)
    if rate < rates[0]:
        return float(np.exp(etas[0] + (rate - rates[0]) * (etas[1] - etas[0]) / (rates[1] - rates[0])))
    if rate > rates[-1]:
        return float(np.exp(etas[-1] + (rate - rates[-1]) * (etas[-1] - etas[-2]) / (rates[-1] - rates[-2])))
    return float(np.exp(np.interp(rate, rates, etas)))


def raindrops(
    world: World,
    truck: TruckPose,
    mount: Mount,
    radar: Radar,
    *,
    mirror: float,
    rng: np.random.Generator,
    drops: int = DROPS,
) -> Scatterers:
    """Some drops that stand for all in one radar's field, new in each frame; world axes.

    Ranges are drawn evenly in their logarithm, directions evenly over the solid angle. Each drop has the
    cross section that makes the sum in any part of the field the rain's own in the mean: eta times volume
    over the density of drops. Those that are or fall below the road are left out.
    """
    profile = radar.profile
    far_m = min(FARTHEST_M, SPEED_OF_LIGHT_MPS * profile.rate_hz / (2 * profile.slope_hz_per_s))
    octaves = math.log(far_m / NEAREST_M)
    solid_angle = 2 * FIELD_RAD * 2 * math.sin(ELEVATION_RAD)
    range_m = NEAREST_M * np.exp(octaves * rng.uniform(size=drops))
    azimuth = mirror * FIELD_RAD * rng.uniform(-1, 1, drops)
    up = math.sin(ELEVATION_RAD) * rng.uniform(-1, 1, drops)
    level = np.sqrt(1 - up * up)
    sensor_m = range_m * np.stack([level * np.cos(azimuth), level * np.sin(azimuth), up])
    rcs_m2 = eta_per_m(world.rain_mm_per_h) * range_m**3 * octaves * solid_angle / drops
    position_m = _in_world(sensor_m, truck, mount)
    points = Scatterers(position_m, _falling(world, mirror, rng, drops), rcs_m2)
    return chosen(points, position_m[:, 2] > FALL_MPS[1] * radar.chirps * profile.chirp_s)


def _falling(world: World, mirror: float, rng: np.random.Generator, drops: int) -> Floats:
    gust_x, gust_y = GUST_MPS * rng.standard_normal((2, drops))
    fall = rng.uniform(*FALL_MPS, drops)
    return np.stack([world.wind_mps[0] + gust_x, world.wind_mps[1] + mirror * gust_y, -fall], axis=1)


def _in_world(sensor_m: Floats, truck: TruckPose, mount: Mount) -> Floats:
    """Sensor axes (axis, n) to the world (n, 3), at the scene's instant."""
    x, y, z = in_truck_axes(sensor_m, mount)
    cos, sin = math.cos(truck.heading_rad), math.sin(truck.heading_rad)
    origin_x, origin_y = origin(truck, np.array(0.0))
    return np.stack([origin_x + (cos * x - sin * y), origin_y + (sin * x + cos * y), z], axis=1)
