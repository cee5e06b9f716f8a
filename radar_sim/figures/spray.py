"""Water that wheels throw up."""

from radar_sim.figures.arguments import whole, within
from radar_sim.figures.motion import points, steady
from radar_sim.figures.parts import Part, in_world
from radar_sim.figures.pose import moving
from radar_sim.fit import Side
from radar_sim.randomness import Purpose, generator
from radar_sim.scene.scene import Thing


def wheel_spray(
    x_m: float,
    y_m: float,
    heading_rad: float,
    speed_mps: float,
    t_s: float,
    *,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "wheel_spray",
    rcs_dbsm: float = -15.0,
    length_m: float = 2.0,
    drops: int = 30,
) -> Thing:
    """Water thrown up behind a wheel that stands at (x, y): a puff, new at each instant.

    -20 to -10 dBsm is an estimate; drops have from none of the wheel's speed to all of it.
    """
    pose = moving(name, (x_m, y_m, heading_rad), speed_mps, t_s, near_side)
    within(name, "rcs_dbsm", rcs_dbsm, -60.0, 60.0)
    within(name, "length_m", length_m, 0.1, 20.0)
    whole(name, "drops", drops, 1, 10_000)
    rng = generator(seed, Purpose.SPRAY, name, round(t_s * 1e6))
    behind, aside, height = rng.uniform(size=(3, drops))
    share, rise, weight = rng.uniform(size=drops), rng.normal(0.0, 1.0, drops), rng.exponential(1.0, drops)
    ahead = steady(-length_m * behind, speed_mps * (share - 1))  # the pose itself drives on
    way = points(ahead, aside - 0.5, steady(0.1 + 1.2 * height * behind, rise))
    rcs_m2 = 10 ** (rcs_dbsm / 10) / drops * weight
    return Thing(name, in_world([Part(way, rcs_m2)], pose), (), (), *pose.truth())
