"""Areas: the road's surface as facets, and leaves that blow over it."""

import math

import numpy as np

from radar_sim.errors import SceneError
from radar_sim.figures.arguments import finite, mirror_of, one_of, place, within
from radar_sim.figures.motion import cos, points, steady
from radar_sim.figures.parts import scatterers
from radar_sim.figures.wheels import TURN
from radar_sim.fit import Side
from radar_sim.randomness import Purpose, generator
from radar_sim.scene.bodies import Place
from radar_sim.scene.scatterers import Aspect, Floats, Scatterers
from radar_sim.scene.scene import Thing

# gamma of sigma0 = gamma sin(grazing), in dB: literature and estimate, good between 3 and 40 degrees.
GAMMA_DB = {
    "asphalt": -18.0,
    "wet_asphalt": -25.0,
    "concrete": -20.0,
    "gravel": -10.0,
    "grass": -11.5,
    "snow": -10.0,
}
MOST_FACETS = 20_000


def road_surface(
    low_m: Place,
    high_m: Place,
    *,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "road_surface",
    surface: str = "asphalt",
    gamma_db: float | None = None,
    facets: int = 500,
) -> Thing:
    """The ground of a rectangle: one facet somewhere in each of about `facets` equal pieces, fixed there.

    A facet's amplitude is complex Gaussian: its power is exponential about gamma sin(grazing) times area, its
    phase that of its place, so it decorrelates by geometry only. `gamma_db` overrules that of the surface.
    """
    span_m, mirror = _span("road_surface", low_m, high_m, near_side)
    one_of("road_surface", "surface", surface, GAMMA_DB)
    within("road_surface", "facets", facets, 1, MOST_FACETS)
    if gamma_db is not None:
        within("road_surface", "gamma_db", gamma_db, -60.0, 10.0)
    rng = generator(seed, Purpose.ROAD_SURFACE, name)
    columns, rows = _grid(span_m, int(facets))
    count = columns * rows
    x_m = span_m[0] + (np.tile(np.arange(columns), rows) + rng.uniform(0, 1, count)) * (
        (span_m[1] - span_m[0]) / columns
    )
    y_m = span_m[2] + (np.repeat(np.arange(rows), columns) + rng.uniform(0, 1, count)) * (
        (span_m[3] - span_m[2]) / rows
    )
    area_m2 = (span_m[1] - span_m[0]) * (span_m[3] - span_m[2]) / count
    gamma = 10 ** ((GAMMA_DB[surface] if gamma_db is None else gamma_db) / 10)
    position_m = np.stack([x_m, mirror * y_m, np.zeros(count)], axis=1)
    ground = Scatterers(
        position_m,
        np.zeros((count, 3)),
        gamma * area_m2 * rng.exponential(1.0, count),
        np.zeros(count),
        np.full(count, Aspect.GROUND, np.uint8),
    )
    return Thing(name, ground, (), (), _middle(span_m, mirror))


def leaves(
    low_m: Place,
    high_m: Place,
    *,
    t_s: float = 0.0,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "leaves",
    count: int = 30,
    wind_mps: float = 3.0,
    wind_heading_rad: float = 0.0,
    leaf_dbsm: float = -32.0,
) -> Thing:
    """Blown leaves over a rectangle, each at 0.3 to 1.2 times the wind's speed, hopping up to 0.8 m.

    Who leaves the rectangle comes in again at the other side. Levels and speeds are estimates.
    """
    span_m, mirror = _span("leaves", low_m, high_m, near_side)
    finite("leaves", "t_s", t_s)
    finite("leaves", "wind_heading_rad", wind_heading_rad)
    within("leaves", "count", count, 1, 10_000)
    within("leaves", "wind_mps", wind_mps, 0.0, 40.0)
    within("leaves", "leaf_dbsm", leaf_dbsm, -60.0, 0.0)
    rng = generator(seed, Purpose.LEAVES, name)
    count = int(count)
    start = [rng.uniform(0, 1, count), rng.uniform(0, 1, count)]
    pace_mps = wind_mps * rng.uniform(0.3, 1.2, count)
    bearing = mirror * wind_heading_rad + rng.normal(0.0, 0.3, count)
    hop_m, rate = rng.uniform(0.05, 0.8, count), TURN * rng.uniform(0.3, 1.0, count)
    phase = steady(rate * t_s + rng.uniform(0, TURN, count), rate)
    hop_m = hop_m * min(1.0, wind_mps)  # they lie still without wind
    vx, vy = pace_mps * np.cos(bearing), pace_mps * np.sin(bearing)
    x = steady(_wrapped(start[0], vx * t_s, span_m[0], span_m[1]), vx)
    y = steady(mirror * _wrapped(start[1], vy * t_s, span_m[2], span_m[3]), mirror * vy)
    way = points(x, y, 0.02 + hop_m / 2 * (1 - cos(phase)))
    rcs_m2 = 10 ** (leaf_dbsm / 10) * rng.exponential(1.0, count)
    return Thing(name, scatterers(way, rcs_m2), (), (), _middle(span_m, mirror))


def _wrapped(share: Floats, way_m: Floats, low_m: float, high_m: float) -> Floats:
    wrapped: Floats = low_m + np.mod(share * (high_m - low_m) + way_m, high_m - low_m)
    return wrapped


def _grid(span_m: tuple[float, float, float, float], facets: int) -> tuple[int, int]:
    """Columns and rows of nearly square pieces, about as many as asked for."""
    ratio = (span_m[1] - span_m[0]) / (span_m[3] - span_m[2])
    columns = min(facets, max(1, round(math.sqrt(facets * ratio))))
    return columns, max(1, round(facets / columns))


def _span(
    figure: str, low_m: Place, high_m: Place, near_side: Side
) -> tuple[tuple[float, float, float, float], float]:
    """x from, x to, y from, y to as for a near side on the right, and the mirror."""
    (x0, y0), (x1, y1) = place(figure, "low_m", low_m), place(figure, "high_m", high_m)
    mirror = mirror_of(figure, near_side)
    if not (x0 < x1 and y0 < y1):
        raise SceneError(f"{figure}: high_m {high_m} is not beyond low_m {low_m} in x and y")
    y0, y1 = (y0, y1) if mirror > 0 else (-y1, -y0)
    return (x0, x1, y0, y1), mirror


def _middle(span_m: tuple[float, float, float, float], mirror: float) -> tuple[float, float, float]:
    return (span_m[0] + span_m[1]) / 2, mirror * (span_m[2] + span_m[3]) / 2, 0.0
