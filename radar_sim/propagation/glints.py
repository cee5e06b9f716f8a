"""What smooth surfaces throw straight back: the radar's own image, and its images between two mirrors.

A ray that returns meets its last surface square on. Unfolded by the images of the surfaces on its way, it is
a straight line from the radar to its foot on the image of that last surface; the path's end lies there and
slides along as the radar drives, so its range rate is the speed square to the surface only.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radar_sim.propagation.legs import NO_MIRROR, Leg, Lit, lit
from radar_sim.propagation.sight import NEAREST_M, Sight
from radar_sim.propagation.surfaces import Surface, zone_m
from radar_sim.propagation.view import ENDS, MIDDLE, NODES, NOW, Places, Plan, through
from radar_sim.scene.scatterers import Floats

ORDERS = (1, 2, 3)  # times that a ray between two facing mirrors turns back to the first
ABOUT_M = 1.0  # how far a ray may miss a surface's end in the middle of a frame and yet touch it within
ROUNDING = 1e-9
SLACK = 1e-6  # of a first look at many chains: rounding plays no part
FACING = -0.9  # cosine between the normals of two mirrors that face each other


@dataclass(frozen=True, slots=True)
class Glint:
    """A ray that comes back, at the five times."""

    end: Places
    length_m: Floats
    amplitude: Floats  # what surfaces and boxes leave of one way
    turns_phase: bool


@dataclass(frozen=True, slots=True)
class Touch:
    """Where a returning ray meets one surface, at the five times."""

    surface: Surface
    place: Places
    before_m: Floats  # length of the ray so far
    left: Floats  # of the amplitude
    cos_incidence: Floats


@dataclass(frozen=True, slots=True)
class Unfolded:
    """A returning ray as a straight line to its foot, at the five times."""

    foot: Plan
    level_m: Floats  # length on the plan
    climb_m: Floats  # how far it rises to the first bulge it meets; then it runs level
    climbing: Floats  # share of its way until there
    slant_m: Floats  # length until there

    @property
    def length_m(self) -> Floats:
        return self.slant_m + (1 - self.climbing) * self.level_m

    def end(self, radar: Places) -> Places:
        """Where it seems to end: as far as it is long, in the direction it leaves."""
        stretch = self.length_m / self.slant_m
        plan = radar.plan + (self.foot - radar.plan) * (self.climbing * stretch)
        return Places(plan, radar.up_m + self.climb_m * stretch)


def glints(sight: Sight) -> list[Lit]:
    """A way for each surface that has the radar square before it, and for each way between two."""
    found = [glint for _, glint in _alone(sight)]
    if sight.scene.world.ghosts and sight.surfaces.count > 1:
        found += [glint for first, second in _facing(sight) for glint in _flutter(first, second, sight)]
    return [_lit(found, sight)] if found else []


def owners_of_glints(sight: Sight) -> frozenset[int]:
    """Numbers of the things that throw the radar's wave straight back."""
    return frozenset(int(surface.owner) for surface, _ in _alone(sight))


def _alone(sight: Sight) -> Iterator[tuple[Surface, Glint]]:
    """Surfaces that by themselves send a ray back."""
    if not sight.surfaces.count:
        return
    for number in np.flatnonzero(_may_return((sight.surfaces,), sight, SLACK)).tolist():
        surface = sight.surfaces.chosen(number)
        glint = _glint((surface,), sight)
        if glint is not None:
            yield surface, glint


def _facing(sight: Sight) -> list[tuple[Surface, Surface]]:
    """Pairs that face each other and may send a ray back, in both orders."""
    mirrors, along = sight.surfaces, sight.surfaces.along[MIDDLE]
    pairs = np.nonzero((along.conjugate()[:, None] * along).real < FACING)
    first, second = (mirrors.chosen(numbers) for numbers in pairs)
    may = np.flatnonzero(_may_return((first, second), sight, SLACK)).tolist()
    return [(first.chosen(number), second.chosen(number)) for number in may]


def _flutter(first: Surface, second: Surface, sight: Sight) -> Iterator[Glint]:
    """Ways between two mirrors until one has no way back."""
    for order in ORDERS:
        glint = _glint(((first, second) * 2)[: order + 1], sight)
        if glint is None:
            return
        yield glint


def _lit(found: list[Glint], sight: Sight) -> Lit:
    now = sight.now
    plan = np.stack([glint.end.plan for glint in found], axis=1)
    end = Places(plan, np.stack([glint.end.up_m for glint in found], axis=1))
    length_m = np.array([glint.length_m[MIDDLE] for glint in found])
    amplitude = np.stack([glint.amplitude[ENDS] for glint in found], axis=1)
    cycles = np.array([0.25 if glint.turns_phase else 0.0 for glint in found])  # on each of two legs
    by, number, facing = np.full(len(found), NO_MIRROR), np.arange(len(found)), np.ones(len(found))
    rcs_m2 = math.pi * length_m**2  # a flat mirror
    way = Leg(by, number, through(end[NODES], now), rcs_m2, length_m, amplitude, cycles, facing)
    return lit(way, now.in_sensor_axes(ENDS, end[ENDS]), sight.view)


def _glint(chain: tuple[Surface, ...], sight: Sight) -> Glint | None:
    """None where a surface does not reach far enough, the way is blocked or ends within the housing."""
    radar = sight.now.radar
    if not _may_return(chain, sight):
        return None
    planes = _unfolded(chain)
    foot = _foot(radar.plan, *planes[-1])
    if np.any(np.abs(foot - radar.plan) < NEAREST_M) or not sight.in_reach(Places(foot, radar.up_m)[NOW])[0]:
        return None
    crossings = [
        (*_crossing(radar.plan, foot, *plane), _cos_incidence(radar.plan, foot, *plane)) for plane in planes
    ]
    ray = _ray(chain, [share for share, _, _ in crossings], foot, radar)
    end = ray.end(radar)
    if not sight.in_reach(end[NOW])[0]:
        return None
    touches = [_touch(chain[: number + 1], crossing, ray, sight) for number, crossing in enumerate(crossings)]
    left = _left(touches, ray.length_m)
    amplitude = left * _free(touches, sight) if left.any() else left
    return Glint(end, ray.length_m, amplitude, bool(chain[-1].reflection < 0)) if amplitude.any() else None


def _may_return(chain: tuple[Surface, ...], sight: Sight, slack: float = 0.0) -> NDArray[np.bool_]:
    """Whether rays meet or nearly meet the surfaces in turn: most chains are done with here."""
    radar, planes = sight.now.radar.plan[MIDDLE], _unfolded(chain, MIDDLE)
    foot = _foot(radar, *planes[-1])
    may, met = np.array(True), np.array(-slack)
    for surface, plane in zip(chain, planes, strict=True):
        share, along_m = _crossing(radar, foot, *plane)
        may = may & (met < share) & (share < 1 + ROUNDING + slack)
        may = may & (np.abs(along_m) <= surface.half_m + ABOUT_M + slack)
        met = share - slack
    return may


def _unfolded(chain: tuple[Surface, ...], at: "slice | int" = slice(None)) -> list[tuple[Plan, Plan]]:
    """Middle and direction of each surface as seen by way of those met before it."""
    planes = []
    for number, surface in enumerate(chain):
        middle, along = surface.middle[at], surface.along[at]
        for met in reversed(chain[:number]):
            middle, along = met.image(middle, at), met.along[at] * met.along[at] * along.conjugate()
        planes.append((middle, along))
    return planes


def _foot(radar: Plan, middle: Plan, along: Plan) -> Plan:
    """Of the perpendicular on a surface."""
    return middle + along * ((radar - middle) * along.conjugate()).real


def _folded(place: Plan, met: tuple[Surface, ...]) -> Plan:
    """Where a place on the unfolded ray really is."""
    for surface in met:
        place = surface.image(place)
    return place


def _crossing(radar: Plan, foot: Plan, middle: Plan, along: Plan) -> tuple[Floats, Floats]:
    """Of the ray with one unfolded surface: share of its way, place along it."""
    r, f = (radar - middle) * along.conjugate(), (foot - middle) * along.conjugate()
    ahead = r.imag - f.imag
    share = r.imag / np.where(ahead == 0, ROUNDING, ahead)
    return share, r.real + share * (f.real - r.real)


def _cos_incidence(radar: Plan, foot: Plan, middle: Plan, along: Plan) -> Floats:
    """Of the ray on one unfolded surface."""
    way = (foot - middle) * along.conjugate() - (radar - middle) * along.conjugate()
    return np.abs(way.imag) / np.abs(way)


def _ray(chain: tuple[Surface, ...], shares: list[Floats], foot: Plan, radar: Places) -> Unfolded:
    """The ray rises or falls to the height of the first bulge it meets, and is level without one."""
    climb_m, climbing = np.zeros(len(foot)), np.ones(len(foot))
    for surface, share in reversed(list(zip(chain, shares, strict=True))):
        if surface.is_curved:
            climb_m, climbing = surface.height_m(radar.up_m) - radar.up_m, share
    level_m = np.abs(foot - radar.plan)
    return Unfolded(foot, level_m, climb_m, climbing, np.sqrt((climbing * level_m) ** 2 + climb_m**2))


def _touch(
    met: tuple[Surface, ...], crossing: tuple[Floats, Floats, Floats], ray: Unfolded, sight: Sight
) -> Touch:
    """With the last of the surfaces met so far."""
    share, along_m, cos_incidence = crossing
    radar, surface = sight.now.radar, met[-1]
    part = np.minimum(share / ray.climbing, 1.0)
    up_m = radar.up_m + ray.climb_m * part
    before_m = ray.level_m * share + part * (ray.slant_m - ray.climbing * ray.level_m)
    zone = zone_m(sight.view.radar.profile.wavelength_m, before_m, 2 * ray.length_m - before_m)
    left = abs(surface.reflection) * surface.covered(along_m, up_m, zone, cos_incidence)
    plan = _folded(radar.plan + share * (ray.foot - radar.plan), met[:-1])
    return Touch(surface, Places(plan, up_m), before_m, left, cos_incidence)


def _left(touches: list[Touch], length_m: Floats) -> Floats:
    """Of the amplitude of one way: half of there and back, the last surface's part shared by both.

    Each bulge spreads the ray in the upright plane: `height` of a ray that starts with slope 1 says how far.
    """
    there_and_back = [*touches, *reversed(touches[:-1])]
    reached_m = [t.before_m for t in touches] + [2 * length_m - t.before_m for t in reversed(touches[:-1])]
    height_m, slope, last_m, left = np.zeros(5), np.ones(5), np.zeros(5), np.ones(5)
    for touch, at_m in zip(there_and_back, reached_m, strict=True):
        height_m = height_m + slope * (at_m - last_m)
        slope = slope + 2 * touch.cos_incidence / touch.surface.radius_m * height_m
        last_m, left = at_m, left * touch.left
    height_m = height_m + slope * (2 * length_m - last_m)
    return np.sqrt(left * np.sqrt(2 * length_m / height_m))


def _free(touches: list[Touch], sight: Sight) -> float:
    """What boxes leave of the amplitude of one way, in the middle of the frame."""
    stops = [sight.radar, *(touch.place[NOW] for touch in touches)]
    plan, up_m = np.concatenate([at.plan for at in stops]), np.concatenate([at.up_m for at in stops])
    owner = np.array([-1, *(touch.surface.owner for touch in touches)])
    starts, ends = Places(plan[:-1], up_m[:-1]), Places(plan[1:], up_m[1:])
    return float(sight.passed(starts, ends, owner[:-1], owner[1:]).prod())
