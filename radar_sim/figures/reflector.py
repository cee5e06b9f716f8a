"""A trihedral on a stand, to hold a radar or a detector against: one point of a known cross section."""

from radar_sim.figures.arguments import finite, within
from radar_sim.figures.parts import fixed, in_world
from radar_sim.figures.pose import moving
from radar_sim.fit import Side
from radar_sim.scene.scene import Thing


def reflector(
    x_m: float,
    y_m: float,
    heading_rad: float,
    speed_mps: float,
    t_s: float,
    *,
    seed: int = 0,  # noqa: ARG001 - nothing of it is drawn
    near_side: Side = "right",
    name: str = "reflector",
    z_m: float = 1.0,
    rcs_dbsm: float = 10.0,
) -> Thing:
    """A trihedral to measure against: one point. 14.4 dBsm are edges of 10 cm at 77 GHz."""
    pose = moving("reflector", (x_m, y_m, heading_rad), speed_mps, t_s, near_side, fastest_mps=60.0)
    finite("reflector", "z_m", z_m)
    within("reflector", "rcs_dbsm", rcs_dbsm, -60.0, 60.0)
    points = in_world([fixed([[0.0, 0.0, z_m]], 10 ** (rcs_dbsm / 10))], pose)
    return Thing(name, points, (), (), (x_m, y_m, z_m), heading_rad, pose.velocity_mps)
