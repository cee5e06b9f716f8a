"""Ghosts: scatterers seen by way of a mirror, by the image method.

The apparent end of such a way lies as far behind the point of reflection as the scatterer is from it, so
direction, length and their change in time are those of the reflected ray, whatever moves.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radar_sim.propagation.legs import Leg, Lit, Numbers, least_lsb, lit, unit_lsb_m
from radar_sim.propagation.sight import Sight
from radar_sim.propagation.surfaces import Surface, zone_m
from radar_sim.propagation.view import ENDS, MIDDLE, NODES, NOW, Instants, Places, View, places, through
from radar_sim.scene.scatterers import Floats, chosen

Found = tuple[Numbers, Floats, Floats]  # points, what is left of the amplitude, length of the way
NOTHING: Found = (np.empty(0, np.intp), np.empty(0), np.empty(0))

LEAST_COS = 1e-6
FRONT_M = 0.05  # a scatterer this near a mirror is part of it
HOUSING_M = 0.02  # a radar this near a mirror is part of it too
MIRRORS_A_POINT = 2  # the strongest: a point has at most this many images


@dataclass(frozen=True, slots=True)
class Ray:
    """Rays from the radar to points by way of a surface."""

    touch: Places
    apparent: Places
    radar: Places  # as the points see it, by the surface
    length_m: Floats
    left: Floats  # of the amplitude by the surface's size, shape and material

    def chosen(self, which: NDArray[np.bool_]) -> "Ray":
        """Some of the rays."""
        return Ray(*(getattr(self, name)[which] for name in self.__slots__))


def images(sight: Sight) -> list[Lit]:
    """Ways by each mirror, a leg each."""
    found = [_seen_by(surface, sight) for surface in sight.surfaces]
    if len(found) > MIRRORS_A_POINT:
        found = _strongest(found)
    return [
        _leg(surface, points, left, sight)
        for surface, (points, left, _) in zip(sight.surfaces, found, strict=True)
        if len(points)
    ]


def _strongest(found: list[Found]) -> list[Found]:
    """Of each point the images by the mirrors that give the strongest."""
    imaged = np.unique(np.concatenate([points for points, _, _ in found]))
    place = [np.searchsorted(imaged, points) for points, _, _ in found]
    level = np.zeros((len(found), len(imaged)))
    for row, at, (_, left, length_m) in zip(level, place, found, strict=True):
        row[at] = left / length_m
    least = np.partition(level, -MIRRORS_A_POINT, axis=0)[-MIRRORS_A_POINT]
    kept = [row[at] >= least[at] for row, at in zip(level, place, strict=True)]
    return [(a[k], b[k], c[k]) for k, (a, b, c) in zip(kept, found, strict=True)]


def _seen_by(surface: Surface, sight: Sight) -> Found:
    """Points with an image worth its while, what is left of the amplitude, and how far off they seem."""
    if surface.seen(sight.radar.plan, MIDDLE).imag[0] <= HOUSING_M:
        return NOTHING
    front = (surface.seen(sight.at.plan, MIDDLE).imag > FRONT_M) & (sight.owner != surface.owner)
    some = np.flatnonzero(front & (sight.points.rcs_m2 > 0))
    ray = _ray(surface, sight.now, NOW, sight.at[some], sight.view)
    for test in (_is_on_it, _is_in_reach, _is_worth):
        kept = test(ray, some, sight)
        some, ray = some[kept], ray.chosen(kept)
        if not len(some):
            return NOTHING
    left = ray.left * _free(ray, some, surface, sight)
    return some[left > 0], left[left > 0], ray.length_m[left > 0]


def _free(ray: Ray, points: Numbers, surface: Surface, sight: Sight) -> Floats:
    """What boxes leave of the amplitude before and behind the mirror."""
    at = sight.at[points]
    owner = np.tile(sight.owner[points], 2)
    plan = np.concatenate([np.repeat(sight.radar.plan, len(points)), at.plan])
    up_m = np.concatenate([np.repeat(sight.radar.up_m, len(points)), at.up_m])
    touch = Places(np.tile(ray.touch.plan, 2), np.tile(ray.touch.up_m, 2))
    left = sight.passed(Places(plan, up_m), touch, owner, np.array([surface.owner]))
    return left[: len(points)] * left[len(points) :]


def _is_on_it(ray: Ray, _points: Numbers, _sight: Sight) -> NDArray[np.bool_]:
    """Whether rays meet the surface: most points are done with here."""
    on_it: NDArray[np.bool_] = ray.left > 0
    return on_it


def _is_in_reach(ray: Ray, _points: Numbers, sight: Sight) -> NDArray[np.bool_]:
    return sight.in_reach(ray.apparent)


def _is_worth(ray: Ray, points: Numbers, sight: Sight) -> NDArray[np.bool_]:
    """Whether rays would be heard after a direct way out."""
    direct_m = sight.radar.to(sight.at[points])
    strength = np.sqrt(sight.points.rcs_m2[points] * sight.facing(points, ray.radar)) * ray.left
    heard: NDArray[np.bool_] = (
        unit_lsb_m(sight.view) * strength > least_lsb(sight.view) * direct_m * ray.length_m
    )
    return heard


def _ray(surface: Surface, now: Instants, at: "slice | NDArray[np.intp]", points: Places, view: View) -> Ray:
    """By way of the surface at times `at` to points there, (n,) or (time, n)."""
    radar, middle, along = now.radar[at], surface.middle[at], surface.along[at]
    if points.plan.ndim == 2:
        radar = Places(radar.plan[:, None], radar.up_m[:, None])
        middle, along = middle[:, None], along[:, None]
    r, p = (radar.plan - middle) * along.conjugate(), (points.plan - middle) * along.conjugate()
    share = r.imag / np.maximum(r.imag + p.imag, HOUSING_M)
    along_m = r.real + share * (p.real - r.real)
    crossing_up_m = radar.up_m + share * (points.up_m - radar.up_m)
    touch = Places(middle + along * along_m, surface.height_m(crossing_up_m))
    before_m, behind_m = radar.to(touch), touch.to(points)
    length_m = before_m + behind_m
    cos_incidence = np.clip((r.imag + p.imag) / length_m, LEAST_COS, 1.0)
    zone = zone_m(view.radar.profile.wavelength_m, before_m, behind_m)
    covered = surface.covered(along_m, touch.up_m, zone, cos_incidence)
    # A bulge spreads the ray in the upright plane; 1 / radius is 0 for a flat surface.
    bend = 2 * cos_incidence / surface.mirror.radius_m
    left = abs(surface.mirror.reflection) * covered / np.sqrt(1 + bend * before_m * behind_m / length_m)
    apparent = radar.towards(touch, length_m / before_m)
    return Ray(touch, apparent, points.towards(touch, length_m / behind_m), length_m, left)


def _leg(surface: Surface, point: Numbers, left: Floats, sight: Sight) -> Lit:
    now, some = sight.now, chosen(sight.points, point)
    at = [places(some, float(now.times_s[k])) for k in NODES]
    nodes = Places(np.stack([place.plan for place in at]), np.stack([place.up_m for place in at]))
    ray = _ray(surface, now, NODES, nodes, sight.view)
    at_m = [now.in_sensor_axes(k, ray.apparent[k]) for k in ENDS]
    length_m = (ray.length_m[1] + ray.length_m[2]) / 2
    cycles = np.full(len(point), 0.5 if surface.mirror.reflection < 0 else 0.0)
    way = Leg(
        point, through(ray.apparent, now), length_m, left, cycles, sight.facing(point, _between(ray.radar))
    )
    return lit(way, at_m, sight.view)


def _between(nodes: Places) -> Places:
    """Of places at the four nodes those in the middle of the frame."""
    return Places((nodes.plan[1] + nodes.plan[2]) / 2, (nodes.up_m[1] + nodes.up_m[2]) / 2)
