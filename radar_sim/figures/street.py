"""The bench's street as one thing."""

from radar_sim import surroundings
from radar_sim.errors import SceneError
from radar_sim.figures.arguments import finite
from radar_sim.fit import Side
from radar_sim.scene import Thing

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
    """
    finite("street", "start_x_m", start_x_m)
    finite("street", "end_x_m", end_x_m)
    if end_x_m - start_x_m > MOST_M:
        raise SceneError(f"street: {end_x_m - start_x_m:g} m long; the most is {MOST_M:g} m")
    points = surroundings.street(seed, near_side, start_x_m, end_x_m, opening_x_m)
    return Thing(name, points, place_m=((start_x_m + end_x_m) / 2, 0.0, 0.0))
