"""What stands at one place: post, sign, bin, manhole; of few points, so they waver from look to look."""

import math

import numpy as np

from radar_sim.figures.arguments import one_of, within
from radar_sim.figures.faces import box
from radar_sim.figures.motion import of
from radar_sim.figures.parts import Part, in_world, scaled, stiff
from radar_sim.figures.pose import Pose, standing
from radar_sim.fit import Side
from radar_sim.randomness import Purpose, generator
from radar_sim.scene.bodies import Mirror, Place
from radar_sim.scene.fluctuation import factor, log_normal
from radar_sim.scene.scatterers import Aspect, Scatterers, join
from radar_sim.scene.scene import Thing

SEEN_AT_M = 0.9  # where an upright cylinder glints: the height of the radars, near enough
SPREAD_DB = 4.0  # log-normal; estimate
PLASTIC = 0.25  # of the amplitude; estimate
PLATE_LOW_M = 2.0  # lowest edge of the plate (UN R151)


def post(
    x_m: float,
    y_m: float,
    heading_rad: float = 0.0,
    *,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "post",
    radius_m: float = 0.03,
) -> Thing:
    """A round steel post: one point that follows the law of cylinders, pi R^2 rho / (rho + R).

    A mirror of `bodies` is curved in the upright plane and cannot be one; and a law in the point keeps a post
    at one path a frame. It does not waver; the factor R is exact to rho / R.
    """
    pose = standing("post", x_m, y_m, heading_rad, near_side)
    within("post", "radius_m", radius_m, 0.005, 0.5)
    del seed  # nothing of a post is drawn
    return Thing(name, _cylinder(pose, radius_m), (), (), *pose.truth())


def sign(
    x_m: float,
    y_m: float,
    heading_rad: float = 0.0,
    *,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "sign",
    plate_m: float = 0.6,
    edge_dbsm: float = -10.0,
    detail: str = "mirror",
    seen_from_m: Place | None = None,
) -> Thing:
    """A traffic sign whose plate faces along the heading, lowest edge at 2 m (UN R151), on a post.

    The plate is a mirror for who stands square before it; to others its edges are -10 dBsm, log-normal +-4 dB
    from look to look. `detail="points"` is the earlier figure: plate 5 dBsm, post -3, from all sides.
    """
    pose = standing("sign", x_m, y_m, heading_rad, near_side)
    within("sign", "plate_m", plate_m, 0.1, 5.0)
    within("sign", "edge_dbsm", edge_dbsm, -60.0, 20.0)
    one_of("sign", "detail", detail, ("mirror", "points"))
    if detail == "points":
        return Thing(name, _earlier_sign(pose), (), (), *pose.truth())
    rng = generator(seed, Purpose.FURNITURE, name)
    half_m, top_m = plate_m / 2, PLATE_LOW_M + plate_m
    edges = [[0.0, -half_m, top_m - half_m], [0.0, half_m, top_m - half_m], [0.0, 0.0, PLATE_LOW_M]]
    wavers = factor(log_normal(SPREAD_DB), seed, name, pose.look(plate_m, seen_from_m))
    plate = scaled(of(np.array(edges)), wavers * 10 ** (edge_dbsm / 10), rng)
    left, right = pose.world(0.0, half_m), pose.world(0.0, -half_m)
    face = Mirror(left, right, PLATE_LOW_M, top_m)
    return Thing(name, join(_cylinder(pose, 0.03), in_world([plate], pose)), (), (face,), *pose.truth())


def bin_(
    x_m: float,
    y_m: float,
    heading_rad: float = 0.0,
    *,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "bin",
    material: str = "metal",
    radius_m: float = 0.25,
    height_m: float = 1.0,
    edges_dbsm: float = -10.0,
    seen_from_m: Place | None = None,
) -> Thing:
    """A round litter bin: a cylinder (of plastic with |Gamma| 0.25), its edges, and what it hides."""
    pose = standing("bin", x_m, y_m, heading_rad, near_side)
    one_of("bin", "material", material, ("metal", "plastic"))
    within("bin", "radius_m", radius_m, 0.1, 1.0)
    within("bin", "height_m", height_m, 0.3, 2.5)
    within("bin", "edges_dbsm", edges_dbsm, -60.0, 20.0)
    rng = generator(seed, Purpose.FURNITURE, name)
    reflection = 1.0 if material == "metal" else PLASTIC
    rim = [[radius_m * math.cos(a), radius_m * math.sin(a), height_m] for a in (0.3, 1.9, 3.4, 5.1)]
    wavers = factor(log_normal(SPREAD_DB), seed, name, pose.look(2 * radius_m, seen_from_m))
    edges = scaled(of(np.array(rim)), wavers * 10 ** (edges_dbsm / 10), rng)
    points = join(_cylinder(pose, radius_m, reflection, 0.8 * height_m), in_world([edges], pose))
    hides = box(pose, (-radius_m, radius_m), 2 * radius_m, (0.0, height_m), hides_own=False)
    return Thing(name, points, (hides,), (), *pose.truth())


def manhole(
    x_m: float,
    y_m: float,
    heading_rad: float = 0.0,
    *,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "manhole",
    radius_m: float = 0.35,
    cover_dbsm: float = -10.0,
    seen_from_m: Place | None = None,
) -> Thing:
    """A cast-iron cover or drain grate: front edge, middle, rear edge; log-normal +-4 dB by look."""
    pose = standing("manhole", x_m, y_m, heading_rad, near_side)
    within("manhole", "radius_m", radius_m, 0.1, 1.0)
    within("manhole", "cover_dbsm", cover_dbsm, -60.0, 20.0)
    rng = generator(seed, Purpose.FURNITURE, name)
    wavers = factor(log_normal(SPREAD_DB), seed, name, pose.look(2 * radius_m, seen_from_m))
    along = [[radius_m * share, 0.0, 0.0] for share in (1.0, 0.1, -1.0)]
    cover = scaled(of(np.array(along)), wavers * 10 ** (cover_dbsm / 10), rng)
    return Thing(name, in_world([cover], pose), (), (), *pose.truth())


def _cylinder(pose: Pose, radius_m: float, reflection: float = 1.0, up_m: float = SEEN_AT_M) -> Scatterers:
    glint_m2 = np.array([math.pi * radius_m * reflection**2])
    return in_world([Part(stiff([(0.0, 0.0, up_m)]), glint_m2, Aspect.CYLINDER)], pose)


def _earlier_sign(pose: Pose) -> Scatterers:
    up_m = np.array([0.4, 0.9, 1.4, 2.0, 2.3, 2.6])
    whole_m2 = 10 ** (np.repeat([-3.0, 5.0], 3) / 10)
    return in_world([Part(stiff([(0.0, 0.0, up) for up in up_m]), whole_m2 / 3)], pose)
