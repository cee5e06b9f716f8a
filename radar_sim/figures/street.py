"""The bench's street as one thing: plain points, sparse and quick."""

import numpy as np

from radar_sim.errors import SceneError
from radar_sim.figures.arguments import finite, mirror_of
from radar_sim.fit import Side
from radar_sim.randomness import Purpose, generator
from radar_sim.scene.scatterers import Scatterers, join, mirrored, standing
from radar_sim.scene.scene import Thing

KERB_Y_M = -5.9  # beyond the 4.25 m of UN R151 from the side of a 2.5 m wide truck on y = 0
PARKED_Y_M = 8.0

MOST_M = 2000.0


def street(
    start_x_m: float = -40.0,
    end_x_m: float = 60.0,
    *,
    opening_x_m: tuple[float, float] | None = None,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "street",
) -> Thing:
    """Kerb stones, posts, a sign and cars parked on the far side, of a road along the x axis.

    Points only, sparse and quick; a street in detail is a kerb, posts and a parked row of their own.
    `opening_x_m` is where a side road leaves on the near side: the kerb turns off, nothing stands in it.
    The strip from y = 0 to 5.5 m on the near side is empty over the whole length.
    """
    finite("street", "start_x_m", start_x_m)
    finite("street", "end_x_m", end_x_m)
    if not start_x_m < end_x_m:
        raise SceneError(f"street: start_x_m {start_x_m:g} is not before end_x_m {end_x_m:g}")
    if end_x_m - start_x_m > MOST_M:
        raise SceneError(f"street: {end_x_m - start_x_m:g} m long; the most is {MOST_M:g} m")
    if opening_x_m is not None and not start_x_m < opening_x_m[0] < opening_x_m[1] < end_x_m:
        raise SceneError(f"street: opening_x_m {opening_x_m} does not lie in order between start and end")
    mirror = mirror_of("street", near_side)
    rng = generator(seed, Purpose.STREET)
    points = join(
        _kerb(rng, start_x_m, end_x_m, opening_x_m),
        _posts(rng, start_x_m, end_x_m, opening_x_m),
        _parked(rng, start_x_m, end_x_m),
    )
    return Thing(name, mirrored(points, mirror), place_m=((start_x_m + end_x_m) / 2, 0.0, 0.0))


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
    return standing(x_m, y_m, np.full(len(x_m), 0.08), rng.uniform(-18, -10, len(x_m)))


def _posts(
    rng: np.random.Generator, start_x_m: float, end_x_m: float, opening_x_m: tuple[float, float] | None
) -> Scatterers:
    """Lamp posts every 15 m behind the kerb (30 mm radius: about -5 to 0 dBsm), the third carries a sign."""
    x_m = np.arange(start_x_m + 5.0, end_x_m, 15.0)
    if opening_x_m is not None:
        x_m = x_m[(x_m < opening_x_m[0] - 1) | (x_m > opening_x_m[1] + 1)]
    y_m = KERB_Y_M - 0.6 - rng.uniform(0, 0.4, len(x_m))
    posts = standing(x_m, y_m, rng.uniform(0.8, 1.2, len(x_m)), rng.uniform(-5, 0, len(x_m)))
    third = slice(min(2, len(x_m)), min(3, len(x_m)))
    sign = standing(x_m[third], y_m[third], np.full(len(x_m[third]), 2.2), np.full(len(x_m[third]), 5.0))
    return join(posts, sign)


def _parked(rng: np.random.Generator, start_x_m: float, end_x_m: float) -> Scatterers:
    """Three cars of 4.4 x 1.8 m on the far side, each six points that add up to 10 dBsm."""
    middles = start_x_m + (end_x_m - start_x_m) * np.array([0.35, 0.5, 0.8])
    x_m = (middles[:, None] + np.tile([-2.2, 0.0, 2.2], 2)).ravel()
    y_m = np.tile(PARKED_Y_M + np.repeat([0.0, 1.8], 3), 3) + rng.uniform(0, 0.2, len(x_m))
    return standing(x_m, y_m, rng.uniform(0.4, 0.9, len(x_m)), np.full(len(x_m), 10 - 10 * np.log10(6)))
