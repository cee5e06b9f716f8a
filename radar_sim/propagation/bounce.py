"""The road as a mirror: each point has an image below it."""

import math

import numpy as np

from radar_sim.paths import Ends
from radar_sim.propagation.legs import Leg, Lit, Numbers, lit
from radar_sim.propagation.sight import Sight
from radar_sim.propagation.view import ENDS, Places, Plan, places
from radar_sim.scene.scatterers import Floats, chosen
from radar_sim.world.world import Road

LEAST_UP_M = 0.02  # what lies on the road is part of it


def bounced(sight: Sight, road: Road) -> Lit:
    """Ways by the road to all points whose image is in reach and whose two rays are free."""
    point, length_m, gamma = _rays(sight, road)
    some = chosen(sight.points, point)
    ends = Ends(
        _below(some.position_m),
        _below(some.velocity_mps),
        _below(some.acceleration_mps2),
        _below(some.jerk_mps3),
    )
    at = places(some, sight.now.times_s[ENDS])
    at_m = sight.now.in_sensor_axes(ENDS, Places(at.plan, -at.up_m))
    cycles = -np.angle(gamma) / (2 * math.pi)  # a field that leads seems to come a shorter way
    facing = sight.facing(point, Places(sight.radar.plan, -sight.radar.up_m))
    by = np.full(len(point), sight.surfaces.count)
    way = Leg(by, point, ends, some.rcs_m2, length_m, np.abs(gamma), cycles, facing)
    return lit(way, at_m, sight.view)


def _rays(sight: Sight, road: Road) -> tuple[Numbers, Floats, Plan]:
    """Points seen by the road, the way's length and what is left of the field."""
    some = sight.near[sight.at.up_m[sight.near] > LEAST_UP_M]
    image = Places(sight.at.plan[some], -sight.at.up_m[some])
    reached = sight.in_reach(image)
    some, image = some[reached], image[reached]
    height_m = sight.radar.up_m
    touch = sight.radar.towards(image, height_m / (height_m - image.up_m))
    left = sight.passed(sight.radar, touch, sight.owner[some])
    left *= sight.passed(touch, sight.at[some], sight.owner[some])
    length_m = sight.radar.to(image)
    sin_grazing = (height_m - image.up_m) / length_m
    gamma = left * reflection(road, sin_grazing, sight.view.radar.profile.wavelength_m)
    kept = gamma != 0
    return some[kept], length_m[kept], gamma[kept]


def _below(axes: Floats) -> Floats:
    """Rows (n, 3) mirrored at the road."""
    below: Floats = axes * np.array([1.0, 1.0, -1.0])
    return below


def reflection(road: Road, sin_grazing: Floats, wavelength_m: float) -> Plan:
    """Fresnel's factor of the amplitude (time as exp(+j w t)), less what the roughness scatters elsewhere."""
    bent = np.sqrt(road.permittivity - (1 - sin_grazing**2))
    ahead = sin_grazing * (road.permittivity if road.polarisation == "vertical" else 1.0)
    rough = 2 * math.pi / wavelength_m * road.roughness_m * sin_grazing
    gamma: Plan = (ahead - bent) / (ahead + bent) * np.exp(-2 * rough**2)
    return gamma
