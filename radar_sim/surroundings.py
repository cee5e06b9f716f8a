"""A composed street in world axes, and the truck's own flank in truck axes, as plain points.

Both are built for a near side on the right and mirrored point by point.
"""

from pathlib import Path

import numpy as np

from radar_sim.errors import SceneError
from radar_sim.fit import Fit, Side, load_fit
from radar_sim.randomness import Purpose, generator
from radar_sim.scene.scatterers import Floats, Scatterers, chosen, join, mirrored

KERB_Y_M = -5.9  # beyond the 4.25 m of UN R151 from the side of a 2.5 m wide truck on y = 0
PARKED_Y_M = 8.0
CLEAR_OF_RADAR_M = 0.6


def street(
    seed: int,
    near_side: Side = "right",
    start_x_m: float = -40.0,
    end_x_m: float = 60.0,
    opening_x_m: tuple[float, float] | None = None,
) -> Scatterers:
    """Statics along a road whose truck lane is the x axis: kerb, posts, a sign, cars parked on the far side.

    `opening_x_m` is where a side road leaves on the near side: the kerb turns off, nothing stands in it.
    The strip from y = 0 to 5.5 m on the near side is empty over the whole length.
    """
    if not start_x_m < end_x_m:
        raise SceneError(f"street: start_x_m {start_x_m:g} is not before end_x_m {end_x_m:g}")
    if opening_x_m is not None and not start_x_m < opening_x_m[0] < opening_x_m[1] < end_x_m:
        raise SceneError(f"street: opening_x_m {opening_x_m} does not lie in order between start and end")
    rng = generator(seed, Purpose.STREET)
    things = [
        _kerb(rng, start_x_m, end_x_m, opening_x_m),
        _posts(rng, start_x_m, end_x_m, opening_x_m),
        _parked(rng, start_x_m, end_x_m),
    ]
    return mirrored(join(*things), 1.0 if near_side == "right" else -1.0)


def own_body(fit: Path, seed: int, near_side: Side | None = None) -> Scatterers:
    """Rivets and edges of the truck's near flank, in truck axes: riding along, so of zero velocity."""
    return body_points(load_fit(fit, near_side), seed)


def body_points(fit: Fit, seed: int) -> Scatterers:
    """`own_body` of a fit already read."""
    body = fit.body
    rng = generator(seed, Purpose.BODY)
    rivets = np.arange(-1.0, -body.length_m, -0.6)
    edges = np.repeat([-2.3, -body.length_m / 2, -body.length_m], 2)  # cab, body joint, tail
    x_m = np.concatenate([rivets + rng.uniform(-0.1, 0.1, len(rivets)), edges])
    z_m = np.concatenate([rng.uniform(0.5, 2.2, len(rivets)), np.tile([0.7, 1.8], 3)])
    rcs_dbsm = np.concatenate([rng.uniform(-10, -4, len(rivets)), rng.uniform(-4, 0, len(edges))])
    points = _standing(x_m, np.full(len(x_m), -body.width_m / 2), z_m, rcs_dbsm)
    return clear_of_radars(mirrored(points, body.mirror), fit)


def clear_of_radars(points: Scatterers, fit: Fit) -> Scatterers:
    """The skin right beside a radar is its bracket's business: a cross section means nothing there."""
    keep = np.full(len(points), True)
    for radar in fit.radars:
        offset = points.position_m - np.array(radar.position_m)
        keep &= np.sqrt(offset[:, 0] ** 2 + offset[:, 1] ** 2 + offset[:, 2] ** 2) > CLEAR_OF_RADAR_M
    return chosen(points, keep)


def _kerb(
    rng: np.random.Generator, start_x_m: float, end_x_m: float, opening_x_m: tuple[float, float] | None
) -> Scatterers:
    """A kerb stone every 2 m, of -18 to -10 dBsm; into a side road it runs on for 14 m."""
    along = np.arange(start_x_m, end_x_m, 2.0)
    across = np.zeros(0)
    corners = np.zeros(0)
    if opening_x_m is not None:
        along = along[(along < opening_x_m[0]) | (along > opening_x_m[1])]
        into = np.arange(1.0, 15.0, 2.0)
        corners = np.repeat(opening_x_m, len(into))
        across = np.tile(into, 2)
    x_m = np.concatenate([along, corners])
    y_m = KERB_Y_M - np.concatenate([np.zeros(len(along)), across])
    x_m = x_m + rng.uniform(-0.3, 0.3, len(x_m))
    return _standing(x_m, y_m, np.full(len(x_m), 0.08), rng.uniform(-18, -10, len(x_m)))


def _posts(
    rng: np.random.Generator, start_x_m: float, end_x_m: float, opening_x_m: tuple[float, float] | None
) -> Scatterers:
    """Lamp posts every 15 m behind the kerb (30 mm radius: about -5 to 0 dBsm), the third carries a sign."""
    x_m = np.arange(start_x_m + 5.0, end_x_m, 15.0)
    if opening_x_m is not None:
        x_m = x_m[(x_m < opening_x_m[0] - 1) | (x_m > opening_x_m[1] + 1)]
    y_m = KERB_Y_M - 0.6 - rng.uniform(0, 0.4, len(x_m))
    posts = _standing(x_m, y_m, rng.uniform(0.8, 1.2, len(x_m)), rng.uniform(-5, 0, len(x_m)))
    third = slice(min(2, len(x_m)), min(3, len(x_m)))
    sign = _standing(x_m[third], y_m[third], np.full(len(x_m[third]), 2.2), np.full(len(x_m[third]), 5.0))
    return join(posts, sign)


def _parked(rng: np.random.Generator, start_x_m: float, end_x_m: float) -> Scatterers:
    """Three cars of 4.4 x 1.8 m on the far side, each six points that add up to 10 dBsm."""
    middles = start_x_m + (end_x_m - start_x_m) * np.array([0.35, 0.5, 0.8])
    x_m = (middles[:, None] + np.tile([-2.2, 0.0, 2.2], 2)).ravel()
    y_m = np.tile(PARKED_Y_M + np.repeat([0.0, 1.8], 3), 3) + rng.uniform(0, 0.2, len(x_m))
    return _standing(x_m, y_m, rng.uniform(0.4, 0.9, len(x_m)), np.full(len(x_m), 10 - 10 * np.log10(6)))


def _standing(x_m: Floats, y_m: Floats, z_m: Floats, rcs_dbsm: Floats) -> Scatterers:
    position_m = np.stack([x_m, y_m, z_m], axis=1)
    return Scatterers(position_m, np.zeros(position_m.shape), 10 ** (rcs_dbsm / 10))
