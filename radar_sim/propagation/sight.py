"""What one radar has before it in one frame: all points, where they are, and which it sees straight."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radar_sim.errors import SceneError
from radar_sim.geometry import in_field
from radar_sim.moving import riding_along
from radar_sim.paths import Ends
from radar_sim.propagation.legs import NO_MIRROR, Leg, Lit, Numbers, lit
from radar_sim.propagation.obstacles import OWN, Obstacles, obstacles, passed
from radar_sim.propagation.surfaces import Surface, before_radar, surfaces
from radar_sim.propagation.view import ENDS, MIDDLE, NOW, Instants, Places, View, instants, places
from radar_sim.scene.rcs import aspect_factor
from radar_sim.scene.scatterers import Aspect, Floats, Scatterers, chosen, join
from radar_sim.scene.scene import Scene, Thing

NEAREST_M = 0.05  # a scatterer closer than this is inside the radar's housing
NEAR_M = 2.0  # from here on it is looked whether a point passes the housing within the frame
WIDER = 1.01  # than asked, for a first look at many: rounding plays no part
LEAST_M = 1e-9  # keeps a direction where there is none


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the ways to the points are made of."""

    scene: Scene
    view: View
    now: Instants
    points: Scatterers
    owner: Numbers  # (n,) number of the thing, -1 for none, OWN for the truck itself
    at: Places  # (n,) in the middle of the frame
    away_m: Floats  # (n,)
    near: Numbers  # points that reflect at all and are not clearly beyond the band, by any way
    boxes: Obstacles
    surfaces: Surface  # those that the radar is before

    @property
    def radar(self) -> Places:
        """In the middle of the frame, (1,)."""
        return self.now.radar[NOW]

    def in_reach(self, at: Places) -> NDArray[np.bool_]:
        """Which apparent places lie in the field and, there and back, within the band."""
        sensor_m = self.now.in_sensor_axes(MIDDLE, at)
        far_m = self.view.far_m
        with np.errstate(over="ignore"):  # so far away that its square is no number
            away_m2 = sensor_m[0] ** 2 + sensor_m[1] ** 2 + sensor_m[2] ** 2
            inside: NDArray[np.bool_] = (away_m2 < far_m * far_m) & in_field(sensor_m)
        return inside

    def facing(self, which: Numbers, radar: Places) -> Floats:
        """What the side seen makes of the cross section of some points; `radar` may be an image of it."""
        factor = np.ones(len(which))
        aspect = self.points.aspect[which]
        faces = np.flatnonzero(aspect != Aspect.NONE)
        if len(faces):
            heading = self.points.heading_rad[which[faces]]
            way = (radar.plan - self.at.plan[which])[faces]
            ahead = np.cos(heading) * way.real + np.sin(heading) * way.imag
            level_m = np.abs(way)
            up_m = np.broadcast_to(radar.up_m, len(which))[faces] - self.at.up_m[which[faces]]
            cos_aspect = ahead / np.maximum(level_m, LEAST_M)
            factor[faces] = aspect_factor(aspect[faces], cos_aspect, level_m, up_m)
        return factor

    def passed(self, start: Places, end: Places, *owners: Numbers) -> Floats:
        """What boxes leave of the amplitude of straight rays."""
        return passed(start, end, self.boxes, *owners)


def look(scene: Scene, own: Thing, view: View) -> Sight:
    """Of a scene and the truck's own points, boxes and mirrors, given in truck axes."""
    now = instants(scene.truck, view)
    points = join(scene.all_scatterers(), riding_along(own.scatterers, scene.truck))
    owner = np.concatenate([scene.owners(), np.full(len(own.scatterers), OWN)])
    boxes = obstacles(scene.things, own.boxes, view.fit.body, now)
    at = places(points, now.times_s[NOW])[0]
    with np.errstate(over="ignore"):  # so far away that its square is no number
        away_m = now.radar[NOW].to(at)
    near = np.flatnonzero((away_m < WIDER * view.far_m) & (points.rcs_m2 > 0))
    mirrors = before_radar(surfaces(scene.things, own.mirrors, now), now, view.far_m)
    sight = Sight(scene, view, now, points, owner, at, away_m, near, boxes, mirrors)
    _refuse_inside(sight)
    return sight


def straight(sight: Sight) -> Lit:
    """Ways to the points that are in the field, in the band and not behind an opaque box."""
    now = sight.now
    near = sight.near[sight.in_reach(sight.at[sight.near])]
    left = sight.passed(sight.radar, sight.at[near], sight.owner[near])
    seen, left = near[left > 0], left[left > 0]
    some = chosen(sight.points, seen)
    ends = Ends(some.position_m, some.velocity_mps, some.acceleration_mps2, some.jerk_mps3)
    at_m = now.in_sensor_axes(ENDS, places(some, now.times_s[ENDS]))
    facing = sight.facing(seen, sight.radar)
    by, cycles = np.full(len(seen), NO_MIRROR), np.zeros(len(seen))
    way = Leg(by, seen, ends, some.rcs_m2, sight.away_m[seen], left, cycles, facing)
    return lit(way, at_m, sight.view)


def _refuse_inside(sight: Sight) -> None:
    """No point may come into the housing at any time of the frame."""
    now = sight.now
    near = np.flatnonzero(sight.away_m < NEAR_M)
    if not len(near):
        return
    some = chosen(sight.points, near)
    at = places(some, now.times_s)
    way = [_from_radar(at[k], now.radar[k]) for k in (0, MIDDLE, -1)]
    nearest_m = np.minimum(_closest_m(way[0], way[1]), _closest_m(way[1], way[2]))
    worst = int(np.argmin(nearest_m))
    if nearest_m[worst] < NEAREST_M:
        owner = _name(int(sight.owner[near[worst]]), sight.scene)
        raise SceneError(
            f"radar {sight.view.radar.name}: a scatterer of {owner}"
            f" lies inside the radar, {nearest_m[worst]:.3f} m away (nearest allowed is {NEAREST_M} m)"
        )


def _from_radar(at: Places, radar: Places) -> Floats:
    away = at.plan - radar.plan
    return np.stack([away.real, away.imag, at.up_m - radar.up_m])


def _closest_m(start: Floats, end: Floats) -> Floats:
    """Of straight ways (axis, n) to the origin."""
    way = end - start
    length2 = np.maximum((way * way).sum(axis=0), LEAST_M**2)
    nearest = start + way * np.clip(-(start * way).sum(axis=0) / length2, 0.0, 1.0)
    closest: Floats = np.sqrt((nearest * nearest).sum(axis=0))
    return closest


def _name(owner: int, scene: Scene) -> str:
    return {OWN: "the truck itself", -1: "no thing"}.get(owner) or scene.things[owner].name
