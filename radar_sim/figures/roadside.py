"""What runs along a road: guard rail, wall, fence, kerb, hedge.

Each is seen from the left hand of somebody who walks from its start to its end (with near_side "left" from
the right hand); what belongs to it lies on the line or behind it.
"""

import math

import numpy as np

from radar_sim.figures.arguments import finite, one_of, within
from radar_sim.figures.lines import Line, line
from radar_sim.figures.motion import of, points, sin, steady
from radar_sim.figures.parts import scatterers
from radar_sim.figures.wheels import TURN
from radar_sim.fit import Side
from radar_sim.randomness import Purpose, generator
from radar_sim.scene.bodies import Place
from radar_sim.scene.fluctuation import log_normal
from radar_sim.scene.scatterers import Aspect, Scatterers, join
from radar_sim.scene.scene import Thing

RAIL_UP_M, RAIL_HIGH_M = 0.6, 0.31  # middle of the steel strip, and its height
RAIL_RADIUS_M = 0.1  # of the bulge of a W-beam
RAIL_REFLECTION = -0.95
BEHIND_RAIL_M = 0.15  # the posts
RAIL_POINT_M, RAIL_POINT_M2 = 0.3, 0.13  # points so far apart that add up to the beam's glint abeam
JOINT_M, JOINT_M2 = 4.0, 0.1  # lapped ends of two strips with their bolts
SPREAD_DB = 4.0  # log-normal; estimate
CONCRETE, METAL = -0.4, -0.95  # Fresnel at normal incidence: relative permittivity 5.3
POST_RADIUS_M = 0.03


def guard_rail(
    start_m: Place,
    end_m: Place,
    *,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "guard_rail",
    post_spacing_m: float = 2.0,
    post_dbsm: float = 0.0,
    detail: str = "mirror",
) -> Thing:
    """A W-beam on posts. Abeam it gives pi R^2 rho / (rho + R), rho 0.1 m: -2 dBsm at 2 m, +2 at 5 m.

    `detail="mirror"` is that as a curved mirror, with lapped joints and posts of 0 dBsm +-4 dB as points.
    `detail="points"` is the earlier figure without a mirror: a point every 0.3 m of about -9 dBsm, which add
    up to the same abeam and to more than a real rail gives off the abeam point; its spacing is fixed.
    """
    rail = line("guard_rail", start_m, end_m, near_side)
    one_of("guard_rail", "detail", detail, ("mirror", "points"))
    within("guard_rail", "post_spacing_m", post_spacing_m, 0.5, 10.0)
    within("guard_rail", "post_dbsm", post_dbsm, -40.0, 20.0)
    if detail == "points":
        return Thing(name, _rail_points(rail, seed), (), (), *rail.truth())
    rng = generator(seed, Purpose.GUARD_RAIL, name)
    posts_m = np.arange(0.0, rail.length_m, post_spacing_m)
    joints_m = np.arange(0.0, rail.length_m, JOINT_M) + rng.uniform(0, 0.3)
    posts = rail.points(
        posts_m,
        np.full(len(posts_m), -BEHIND_RAIL_M),
        np.full(len(posts_m), 0.4),
        10 ** (post_dbsm / 10) * log_normal(SPREAD_DB)(rng, len(posts_m)),
    )
    joints = rail.points(
        np.minimum(joints_m, rail.length_m),
        np.zeros(len(joints_m)),
        RAIL_UP_M + rng.uniform(-0.1, 0.1, len(joints_m)),
        JOINT_M2 * log_normal(SPREAD_DB)(rng, len(joints_m)),
    )
    strip_m = (RAIL_UP_M - RAIL_HIGH_M / 2, RAIL_UP_M + RAIL_HIGH_M / 2)
    beam = rail.face(strip_m, RAIL_REFLECTION, RAIL_RADIUS_M)
    return Thing(name, join(posts, joints), (), (beam,), *rail.truth())


def wall(
    start_m: Place,
    end_m: Place,
    *,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "wall",
    material: str = "concrete",
    height_m: float = 2.5,
    joint_spacing_m: float = 4.0,
) -> Thing:
    """A flat wall: a mirror of concrete (|Gamma| 0.4) or metal (0.95) that hides what is behind; joints."""
    face = line("wall", start_m, end_m, near_side)
    one_of("wall", "material", material, ("concrete", "metal"))
    within("wall", "height_m", height_m, 0.3, 20.0)
    within("wall", "joint_spacing_m", joint_spacing_m, 0.5, 100.0)
    rng = generator(seed, Purpose.WALL, name)
    along_m = np.repeat(np.arange(0.0, face.length_m, joint_spacing_m), 3)
    up_m = rng.uniform(0.2, min(height_m, 3.0), len(along_m))
    joint_m2 = 0.03 * log_normal(SPREAD_DB)(rng, len(along_m))
    joints = face.points(along_m, np.full(len(along_m), 0.01), up_m, joint_m2)
    reflection = CONCRETE if material == "concrete" else METAL
    return Thing(
        name,
        joints,
        (face.box(0.2, (0.0, height_m)),),
        (face.face((0.0, height_m), reflection),),
        *face.truth(),
    )


def metal_fence(
    start_m: Place,
    end_m: Place,
    *,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "metal_fence",
    height_m: float = 1.2,
    post_spacing_m: float = 2.5,
    wires: int = 4,
    wire_radius_m: float = 0.002,
) -> Thing:
    """Round posts by the law of cylinders, and level wires as points at their heights. It hides nothing.

    A wire is a cylinder that lies: abeam it gives pi R^2 rho / (rho + R). As with the earlier rail, points
    add up to that for all wires together; elsewhere they are more than a wire gives, and next to nothing.
    """
    fence = line("metal_fence", start_m, end_m, near_side)
    within("metal_fence", "height_m", height_m, 0.3, 5.0)
    within("metal_fence", "post_spacing_m", post_spacing_m, 0.5, 20.0)
    within("metal_fence", "wires", wires, 1, 50)
    within("metal_fence", "wire_radius_m", wire_radius_m, 0.0005, 0.05)
    rng = generator(seed, Purpose.FENCE, name)
    posts_m = np.arange(0.0, fence.length_m, post_spacing_m)
    flat, middle_m = np.zeros(len(posts_m)), np.full(len(posts_m), 0.5 * height_m)
    posts_m2 = np.full(len(posts_m), math.pi * POST_RADIUS_M)
    posts = fence.points(posts_m, flat, middle_m, posts_m2, Aspect.CYLINDER)
    along_m = np.arange(0.0, fence.length_m, RAIL_POINT_M)
    count = len(along_m)
    along_m = np.minimum(along_m + rng.uniform(0, RAIL_POINT_M, count), fence.length_m)
    up_m = height_m * rng.integers(1, int(wires) + 1, count) / int(wires)
    wire_m2 = wires * RAIL_POINT_M2 * wire_radius_m / RAIL_RADIUS_M * log_normal(SPREAD_DB)(rng, count)
    strung = fence.points(along_m, np.full(count, 0.03), up_m, wire_m2)
    return Thing(name, join(posts, strung), (), (), *fence.truth())


def kerb(
    start_m: Place,
    end_m: Place,
    *,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "kerb",
    height_m: float = 0.12,
    cell_m: float = 0.15,
    cell_dbsm: float = -16.0,
) -> Thing:
    """A kerb: one point in each cell of its length, log-normal +-4 dB, 6.5 dB more near broadside."""
    edge = line("kerb", start_m, end_m, near_side)
    within("kerb", "height_m", height_m, 0.02, 0.5)
    within("kerb", "cell_m", cell_m, 0.05, 5.0)
    within("kerb", "cell_dbsm", cell_dbsm, -60.0, 20.0)
    rng = generator(seed, Purpose.KERB, name)
    count = max(1, round(edge.length_m / cell_m))
    along_m = (np.arange(count) + rng.uniform(0, 1, count)) * (edge.length_m / count)
    aside_m, up_m = rng.uniform(-0.01, 0.0, count), height_m * rng.uniform(0.3, 1.0, count)
    cell_m2 = 10 ** (cell_dbsm / 10) * log_normal(SPREAD_DB)(rng, count)
    return Thing(name, edge.points(along_m, aside_m, up_m, cell_m2, Aspect.KERB), (), (), *edge.truth())


def hedge(
    start_m: Place,
    end_m: Place,
    *,
    t_s: float = 0.0,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "hedge",
    width_m: float = 1.0,
    height_m: float = 1.5,
    wind_mps: float = 2.0,
    loss_db_per_m: float = 10.0,
    front_db: float = -13.0,
    points_per_m: float = 6.0,
) -> Thing:
    """Leaves that flutter in the wind, and a box behind which things are seen weakly.

    All of it is estimate: `front_db` is the cross section of a square metre of its front, the loss is one
    way, and twigs move at 5 % of the wind's speed r.m.s., each at its own 0.3 to 1.5 Hz.
    """
    row = line("hedge", start_m, end_m, near_side)
    finite("hedge", "t_s", t_s)
    within("hedge", "width_m", width_m, 0.1, 10.0)
    within("hedge", "height_m", height_m, 0.2, 6.0)
    within("hedge", "wind_mps", wind_mps, 0.0, 40.0)
    within("hedge", "loss_db_per_m", loss_db_per_m, 0.1, 100.0)
    within("hedge", "front_db", front_db, -60.0, 10.0)
    within("hedge", "points_per_m", points_per_m, 0.1, 100.0)
    rng = generator(seed, Purpose.HEDGE, name)
    count = max(1, round(points_per_m * row.length_m))
    along_m = rng.uniform(0, row.length_m, count)
    aside_m, up_m = rng.uniform(-width_m, 0, count), rng.uniform(0.1, height_m, count)
    weight = rng.exponential(1.0, count)
    total_m2 = 10 ** (front_db / 10) * row.length_m * height_m
    standing = row.points(along_m, aside_m, up_m, total_m2 * weight / weight.sum())
    boxes = (row.box(width_m, (0.0, height_m), loss_db_per_m * width_m),)
    return Thing(name, _fluttering(row, standing, 0.05 * wind_mps, t_s, rng), boxes, (), *row.truth())


def _fluttering(
    row: Line, standing: Scatterers, speed_mps: float, t_s: float, rng: np.random.Generator
) -> Scatterers:
    """Every point swings along a level direction of its own, with a velocity of `speed_mps` r.m.s."""
    count = len(standing)
    rate = TURN * rng.uniform(0.3, 1.5, count)
    phase, bearing = rate * t_s + rng.uniform(0, TURN, count), rng.uniform(0, TURN, count)
    sway = sin(steady(phase, rate)) * (math.sqrt(2) * speed_mps / rate)
    level = row.world(np.cos(bearing), np.sin(bearing), np.zeros(count))
    way = of(standing.position_m) + points(*(sway * level[:, axis] for axis in range(3)))
    return scatterers(way, standing.rcs_m2)


def _rail_points(rail: Line, seed: int) -> Scatterers:
    """The earlier figure, with the draws it always had."""
    rng = generator(seed, Purpose.GUARD_RAIL)
    strip_m = np.arange(0.0, rail.length_m, RAIL_POINT_M)
    strip_m = np.clip(strip_m + rng.uniform(0, RAIL_POINT_M, len(strip_m)), 0.0, rail.length_m)
    posts_m = np.arange(0.0, rail.length_m, 2.0)
    strip, posts = len(strip_m), len(posts_m)
    behind_m = np.concatenate([rng.uniform(0, 0.02, strip), np.full(posts, BEHIND_RAIL_M)])
    up_m = np.concatenate([RAIL_UP_M + rng.uniform(-0.15, 0.15, strip), np.full(posts, 0.4)])
    rcs_dbsm = np.concatenate([rng.uniform(-12, -6, strip), rng.uniform(-5, 5, posts)])
    return rail.points(np.concatenate([strip_m, posts_m]), -behind_m, up_m, 10 ** (rcs_dbsm / 10))
