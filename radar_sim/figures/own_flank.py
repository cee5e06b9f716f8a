"""The flank of the truck that carries the radars, as rivets and edges, in truck axes."""

import numpy as np

from radar_sim.fit import Fit
from radar_sim.randomness import Purpose, generator
from radar_sim.scene.scatterers import Scatterers, chosen, mirrored, standing

CLEAR_OF_RADAR_M = 0.6


def own_flank(fit: Fit, seed: int) -> Scatterers:
    """Rivets and edges of the near flank: they ride along, so they have no velocity."""
    body = fit.body
    rng = generator(seed, Purpose.BODY)
    rivets = np.arange(-1.0, -body.length_m, -0.6)
    edges = np.repeat([-2.3, -body.length_m / 2, -body.length_m], 2)  # cab, body joint, tail
    x_m = np.concatenate([rivets + rng.uniform(-0.1, 0.1, len(rivets)), edges])
    z_m = np.concatenate([rng.uniform(0.5, 2.2, len(rivets)), np.tile([0.7, 1.8], 3)])
    rcs_dbsm = np.concatenate([rng.uniform(-10, -4, len(rivets)), rng.uniform(-4, 0, len(edges))])
    points = standing(x_m, np.full(len(x_m), -body.width_m / 2), z_m, rcs_dbsm)
    return clear_of_radars(mirrored(points, body.mirror), fit)


def clear_of_radars(points: Scatterers, fit: Fit) -> Scatterers:
    """Without what lies within 0.6 m of a radar: a cross section means nothing there, it is the bracket's."""
    keep = np.full(len(points), True)
    for radar in fit.radars:
        offset = points.position_m - np.array(radar.position_m)
        keep &= np.sqrt(offset[:, 0] ** 2 + offset[:, 1] ** 2 + offset[:, 2] ** 2) > CLEAR_OF_RADAR_M
    return chosen(points, keep)
