"""The truth of one frame from the same geometry as its paths."""

import numpy as np

from radar_sim.propagation.glints import owners_of_glints
from radar_sim.propagation.legs import Leg, Lit
from radar_sim.propagation.sight import LEAST_M, Sight
from radar_sim.propagation.view import MIDDLE, Places, mount_mps
from radar_sim.scene.scatterers import Floats
from radar_sim.truth import Seen


def truth(sight: Sight, direct: Lit) -> tuple[Seen, ...]:
    """Of every thing of the scene, in its order."""
    things, now = sight.scene.things, sight.now
    if not things:
        return ()
    t_s = float(now.times_s[MIDDLE])
    velocity = np.array([thing.velocity_mps for thing in things])
    place = np.array([thing.place_m for thing in things]) + t_s * velocity
    at = Places(place[:, 0] + 1j * place[:, 1], place[:, 2])
    moving = velocity[:, 0] + 1j * velocity[:, 1] - mount_mps(sight.scene.truck, now, MIDDLE)
    away = at.plan - sight.radar.plan
    ahead, left, _ = now.in_sensor_axes(MIDDLE, at)
    with np.errstate(over="ignore"):  # so far away that its square is no number
        range_m = sight.radar.to(at)
    along = away.real * moving.real + away.imag * moving.imag + (at.up_m - sight.radar.up_m) * velocity[:, 2]
    columns = (
        range_m,
        np.arctan2(left, ahead),
        along / np.maximum(range_m, LEAST_M),
        _visible(sight, direct.leg),
    )
    rows = zip(things, place.tolist(), *(column.tolist() for column in columns), strict=True)
    return tuple(
        Seen(thing.name, (x, y, z), thing.heading_rad, thing.velocity_mps, *numbers)
        for thing, (x, y, z), *numbers in rows
    )


def _visible(sight: Sight, direct: Leg) -> Floats:
    """Share of each thing's power that boxes, field and band leave; mirrors alone glint or do not."""
    things = len(sight.scene.things)
    of_things = np.flatnonzero(sight.owner >= 0)
    whole = sight.points.rcs_m2[of_things] * sight.facing(of_things, sight.radar)
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
