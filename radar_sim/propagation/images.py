"""Ghosts: scatterers seen by way of a mirror, by the image method.

The apparent end of such a way lies as far behind the point of reflection as the scatterer is from it, so
direction, length and their change in time are those of the reflected ray, whatever moves.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radar_sim.propagation.legs import Leg, Lit, Numbers, least_lsb, lit, unit_lsb_m
from radar_sim.propagation.sight import WIDER, Sight
from radar_sim.propagation.surfaces import Surface, zone_m
from radar_sim.propagation.view import ENDS, MIDDLE, NODES, Instants, Places, View, places, through
from radar_sim.scene.scatterers import Floats, chosen

LEAST_COS = 1e-6
FRONT_M = 0.05  # a scatterer this near a mirror is part of it
HOUSING_M = 0.02  # a radar this near a mirror is part of it too
MIRRORS_A_POINT = 2  # the strongest: a point has at most this many images


@dataclass(frozen=True, slots=True)
class Ray:
    """Rays from the radar to points by way of surfaces."""

    touch: Places
    apparent: Places
    radar: Places  # as the points see it, by the surface
    length_m: Floats
    left: Floats  # of the amplitude by the surface's size, shape and material

    def chosen(self, which: NDArray[np.bool_]) -> "Ray":
        """Some of the rays."""
        return Ray(*(getattr(self, name)[which] for name in self.__slots__))


def images(sight: Sight) -> list[Lit]:
    """Ways by mirrors as one leg, mirror by mirror; none where there is no image worth its while."""
    mirrors = sight.surfaces
    if not mirrors.count:
        return []
    by, point = _pairs(mirrors, sight)
    ray = _ray(mirrors.chosen(by), sight.now, MIDDLE, sight.at[point], sight.view)
    worth = _is_worth(ray, point, sight)
    if not worth.any():
        return []
    by, point, ray = by[worth], point[worth], ray.chosen(worth)
    left = ray.left * _free(ray, point, mirrors.owner[by], sight)
    kept = _is_strongest(by, point, left / ray.length_m, mirrors.count) & (left > 0)
    return [_leg(mirrors, by[kept], point[kept], left[kept], sight)] if kept.any() else []


def _pairs(mirrors: Surface, sight: Sight) -> tuple[Numbers, Numbers]:
    """Numbers of mirror and point where a ray may meet the mirror: most pairs are done with here.

    The zone of a way of length l is at most sqrt(lambda l) / 2 wide, and l / apart times that along it.
    """
    radar, wavelength_m = sight.radar.plan, sight.view.radar.profile.wavelength_m
    mirror = np.flatnonzero(mirrors.seen(radar, MIDDLE).imag > HOUSING_M)
    rows = mirrors.chosen(mirror[:, None])
    r, p = rows.seen(radar, MIDDLE), rows.seen(sight.at.plan[sight.near], MIDDLE)
    front = (p.imag > FRONT_M) & (sight.owner[sight.near] != rows.owner)
    spread_m2 = WIDER * np.sqrt(wavelength_m * sight.view.far_m**3) / 4
    near = np.abs(r.real * p.imag + p.real * r.imag) < rows.half_m * (r.imag + p.imag) + spread_m2
    row, column = np.nonzero(front & near)
    return mirror[row], sight.near[column]


def _is_worth(ray: Ray, point: Numbers, sight: Sight) -> NDArray[np.bool_]:
    """Whether rays meet the surface, and would be heard after a direct way out."""
    strength = np.sqrt(sight.points.rcs_m2[point] * sight.facing(point, ray.radar)) * ray.left
    heard: NDArray[np.bool_] = (
        unit_lsb_m(sight.view) * strength > least_lsb(sight.view) * sight.away_m[point] * ray.length_m
    )
    return (ray.left > 0) & sight.in_reach(ray.apparent) & heard


def _free(ray: Ray, point: Numbers, mirror: Numbers, sight: Sight) -> Floats:
    """What boxes leave of the amplitude before and behind mirrors of these owners."""
    at, count = sight.at[point], len(point)
    plan = np.concatenate([np.repeat(sight.radar.plan, count), at.plan])
    up_m = np.concatenate([np.repeat(sight.radar.up_m, count), at.up_m])
    twice = np.arange(2 * count) % count
    owners = sight.owner[point][twice], mirror[twice]
    left = sight.passed(Places(plan, up_m), ray.touch[twice], *owners)
    return left[:count] * left[count:]


def _is_strongest(by: Numbers, point: Numbers, level: Floats, mirrors: int) -> NDArray[np.bool_]:
    """Of each point the images by the mirrors that give the strongest."""
    imaged, place = np.unique(point, return_inverse=True)
    levels = np.zeros((mirrors + MIRRORS_A_POINT, len(imaged)))
    levels[by, place] = level
    least = np.partition(levels, -MIRRORS_A_POINT, axis=0)[-MIRRORS_A_POINT]
    strongest: NDArray[np.bool_] = level >= least[place]
    return strongest


def _ray(mirror: Surface, now: Instants, at: int | Numbers, points: Places, view: View) -> Ray:
    """By way of a surface each at times `at` to points there, (n,) or (time, n)."""
    radar = now.radar[at, None]
    r, p = mirror.seen(radar.plan, at), mirror.seen(points.plan, at)
    share = r.imag / np.maximum(r.imag + p.imag, HOUSING_M)
    along_m = r.real + share * (p.real - r.real)
    crossing_up_m = radar.up_m + share * (points.up_m - radar.up_m)
    touch = Places(mirror.middle[at] + mirror.along[at] * along_m, mirror.height_m(crossing_up_m))
    before_m, behind_m = radar.to(touch), touch.to(points)
    length_m = before_m + behind_m
    cos_incidence = np.clip((r.imag + p.imag) / length_m, LEAST_COS, 1.0)
    zone = zone_m(view.radar.profile.wavelength_m, before_m, behind_m)
    covered = mirror.covered(along_m, touch.up_m, zone, cos_incidence)
    # A bulge spreads the ray in the upright plane; 1 / radius is 0 for a flat surface.
    bend = 2 * cos_incidence / mirror.radius_m
    left = abs(mirror.reflection) * covered / np.sqrt(1 + bend * before_m * behind_m / length_m)
    apparent = radar.towards(touch, length_m / before_m)
    return Ray(touch, apparent, points.towards(touch, length_m / behind_m), length_m, left)


def _leg(mirrors: Surface, by: Numbers, point: Numbers, left: Floats, sight: Sight) -> Lit:
    now, some, mirror = sight.now, chosen(sight.points, point), mirrors.chosen(by)
    ray = _ray(mirror, now, NODES, places(some, now.times_s[NODES]), sight.view)
    at_m = now.in_sensor_axes(ENDS, ray.apparent[ENDS])
    length_m = (ray.length_m[1] + ray.length_m[2]) / 2
    cycles = np.where(mirror.reflection < 0, 0.5, 0.0)
    facing = sight.facing(point, _between(ray.radar))
    way = Leg(by, point, through(ray.apparent, now), some.rcs_m2, length_m, left, cycles, facing)
    return lit(way, at_m, sight.view)


def _between(nodes: Places) -> Places:
    """Of places at the four nodes those in the middle of the frame."""
    return Places((nodes.plan[1] + nodes.plan[2]) / 2, (nodes.up_m[1] + nodes.up_m[2]) / 2)
