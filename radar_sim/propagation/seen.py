"""The truth of one frame from the same geometry as its paths."""

import math

import numpy as np

from radar_sim.propagation.glints import owners_of_glints
from radar_sim.propagation.legs import Leg, Lit
from radar_sim.propagation.sight import LEAST_M, Sight
from radar_sim.propagation.view import MIDDLE, Places, mount_mps
from radar_sim.scatterers import Floats
from radar_sim.scene import Thing
from radar_sim.truth import Seen


def truth(sight: Sight, direct: Lit) -> tuple[Seen, ...]:
    """Of every thing of the scene, in its order."""
    visible = _visible(sight, direct.leg)
    return tuple(
        _seen(thing, float(share), sight) for thing, share in zip(sight.scene.things, visible, strict=True)
    )


def _seen(thing: Thing, visible: float, sight: Sight) -> Seen:
    now = sight.now
    x, y, z = (
        place + speed * float(now.times_s[MIDDLE])
        for place, speed in zip(thing.place_m, thing.velocity_mps, strict=True)
    )
    ahead, left, _ = now.in_sensor_axes(MIDDLE, Places(np.array([complex(x, y)]), np.array([z])))[:, 0]
    away = complex(x, y) - complex(now.radar.plan[MIDDLE])
    moving = complex(*thing.velocity_mps[:2]) - mount_mps(sight.scene.truck, now, MIDDLE)
    up_m, up_mps = z - now.mount.position_m[2], thing.velocity_mps[2]
    range_m = math.sqrt(away.real**2 + away.imag**2 + up_m**2)
    closing = away.real * moving.real + away.imag * moving.imag + up_m * up_mps
    return Seen(
        thing.name,
        (x, y, z),
        thing.heading_rad,
        thing.velocity_mps,
        range_m,
        math.atan2(left, ahead),
        closing / max(range_m, LEAST_M),
        visible,
    )


def _visible(sight: Sight, direct: Leg) -> Floats:
    """Share of each thing's power that boxes, field and band leave; mirrors alone glint or do not."""
    things = len(sight.scene.things)
    of_things = np.flatnonzero(sight.owner >= 0)
    whole = sight.points.rcs_m2[of_things] * sight.facing(of_things, sight.radar.plan)
    seen = sight.points.rcs_m2[direct.point] * direct.facing * direct.amplitude**4
    mine = sight.owner[direct.point] >= 0
    total = np.bincount(sight.owner[of_things], whole, things)
    shown = np.bincount(sight.owner[direct.point[mine]], seen[mine], things)
    mirrors = [
        not power and bool(thing.mirrors) for power, thing in zip(total, sight.scene.things, strict=True)
    ]
    glinting = owners_of_glints(sight) if any(mirrors) else frozenset()
    glints = np.array([float(number in glinting) for number in range(things)])
    share: Floats = np.where(mirrors, glints, shown / np.where(total > 0, total, 1.0))
    return np.minimum(share, 1.0)
