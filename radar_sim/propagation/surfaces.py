"""Smooth upright surfaces at the five times of a frame, and what a ray finds on them.

A surface reflects like a mirror where it fills the effective zone about the point of reflection: its width
is sqrt(lambda s1 s2 / (s1 + s2)), the length over which the phases of its elements add up. Of a surface that
ends within the zone the covered part counts, along it and in height: at its end half of the amplitude is
left, a plate smaller than the zone gives 4 pi A^2 / lambda^2, a strip what lies between.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from radar_sim.propagation.obstacles import OWN, Numbers
from radar_sim.propagation.view import MIDDLE, Instants, Plan
from radar_sim.scene.bodies import Mirror
from radar_sim.scene.scatterers import Floats
from radar_sim.scene.scene import Thing

ORIGIN, AHEAD = np.zeros(5, dtype=np.complex128), np.ones(5, dtype=np.complex128)  # of world axes


@dataclass(frozen=True, slots=True)
class Surface:
    """A mirror in world axes, or many as columns; seen along it, the left side reflects."""

    owner: Numbers  # a number, like what follows the next two; of many (n,)
    middle: Plan  # (5,), of many (5, n)
    along: Plan  # the same, unit
    half_m: Floats
    low_m: Floats
    high_m: Floats
    reflection: Floats
    radius_m: Floats

    @property
    def is_curved(self) -> NDArray[np.bool_]:
        return np.isfinite(self.radius_m)

    def seen(self, plan: Plan, at: slice | int | Numbers = slice(None)) -> Plan:
        """World places in the surface's own axes: along it + j its distance in front."""
        return (plan - self.middle[at]) * self.along[at].conjugate()

    def image(self, plan: Plan, at: "slice | int" = slice(None)) -> Plan:
        """Of world places behind the surface."""
        return self.middle[at] + self.along[at] * self.seen(plan, at).conjugate()

    def height_m(self, up_m: Floats) -> Floats:
        """Where a ray that would cross at a height meets it: a bulge bends it to its nearest part."""
        return np.where(self.is_curved, np.clip(up_m, self.low_m, self.high_m), up_m)

    def covered(self, along_m: Floats, up_m: Floats, zone_m: Floats, cos_incidence: Floats) -> Floats:
        """Part of the effective zone about a point of reflection that lies on it, 0 to 1."""
        share = _overlap(along_m, -self.half_m, self.half_m, zone_m / cos_incidence)
        return share * np.where(self.is_curved, 1.0, _overlap(up_m, self.low_m, self.high_m, zone_m))

    @property
    def count(self) -> int:
        return len(self.owner)

    def chosen(self, which: int | Numbers) -> "Surface":
        """Of many one or some, by number."""
        return Surface(*(getattr(self, name)[..., which] for name in self.__slots__))


def surfaces(things: Iterable[Thing], own: Iterable[Mirror], now: Instants) -> Surface:
    """Mirrors of things, numbered as they are, then the truck's, carried along with it."""
    of_things = [
        _at_rest(mirror, owner) if mirror.is_at_rest else _surface(mirror, owner, ORIGIN, AHEAD, now.times_s)
        for owner, thing in enumerate(things)
        for mirror in thing.mirrors
    ]
    of_truck = [_surface(mirror, OWN, now.origin, now.heading, now.times_s) for mirror in own]
    return _together(of_things + of_truck)


def _together(some: Sequence[Surface]) -> Surface:
    """Several as columns."""
    columns = (np.array([getattr(one, name) for one in some]) for name in Surface.__slots__)
    owner, middle, along, *numbers = columns
    return Surface(owner, middle.reshape(-1, 5).T, along.reshape(-1, 5).T, *numbers)


@lru_cache(maxsize=256)
def _at_rest(mirror: Mirror, owner: int) -> Surface:
    """The same in every frame: most mirrors of a road."""
    return _surface(mirror, owner, ORIGIN, AHEAD, np.zeros(5))


def _surface(mirror: Mirror, owner: int, origin: Plan, turn: Plan, times_s: Floats) -> Surface:
    """A mirror that moves in axes which themselves lie at `origin` and are turned."""
    start, end = complex(*mirror.start_m), complex(*mirror.end_m)
    half = (end - start) / 2
    middle = (start + end) / 2 + complex(*mirror.velocity_mps) * times_s
    angle = mirror.yaw_rate_radps * times_s
    along = half / abs(half) * (np.cos(angle) + 1j * np.sin(angle))
    numbers = np.array([abs(half), mirror.low_m, mirror.high_m, mirror.reflection, mirror.radius_m])
    return Surface(np.array(owner), origin + turn * middle, turn * along, *numbers)


def before_radar(mirrors: Surface, now: Instants, far_m: float) -> Surface:
    """Those that show the radar their reflecting side all the time and do not lie too far off."""
    if not mirrors.count:
        return mirrors
    radar = mirrors.seen(now.radar.plan[:, None])
    aside_m = np.maximum(np.abs(radar[MIDDLE].real) - mirrors.half_m, 0.0)
    away_m = [math.hypot(*to_m) for to_m in zip(aside_m.tolist(), radar[MIDDLE].imag.tolist(), strict=True)]
    return mirrors.chosen(np.flatnonzero((radar.imag.min(axis=0) > 0) & (np.array(away_m) < far_m)))


def zone_m(wavelength_m: float, before_m: Floats, behind_m: Floats) -> Floats:
    """Width of the effective zone of a reflection with these lengths before and behind it."""
    width: Floats = np.sqrt(wavelength_m * before_m * behind_m / (before_m + behind_m))
    return width


def _overlap(at_m: Floats, low_m: Floats, high_m: Floats, width_m: Floats) -> Floats:
    inside = np.minimum(at_m + width_m / 2, high_m) - np.maximum(at_m - width_m / 2, low_m)
    return np.clip(inside / width_m, 0.0, 1.0)
