"""Heavy trucks: what muck tipper, mixer and the own truck are built of, in truck axes (bumper at x = 0).

No cross section of such a truck was measured for this; every figure here is an estimate, or a mirror.
"""

import math
import re
from dataclasses import dataclass

import numpy as np

from radar_sim.figures.arguments import within
from radar_sim.figures.faces import SKIN_M, box, flanks, tail
from radar_sim.figures.motion import of, steady
from radar_sim.figures.parts import Part, fixed, in_world, moved, scaled, together
from radar_sim.figures.pose import moving
from radar_sim.figures.wheels import TURN, circle, road_wheel, rolled
from radar_sim.fit import Side
from radar_sim.randomness import Purpose, generator
from radar_sim.scene.scatterers import Floats
from radar_sim.scene.scene import Thing

WHEEL_RADIUS_M = 0.54  # 12.00 R20
WHEEL_DBSM = -3.0
BOGIE_M, FRONT_AXLES_M = 1.35, 1.9  # between two rear, two front axles
CLEARANCE_M = 0.45
FLANK_LOW_M = 0.6  # side guards (UN R73: from 0.55 m) and tanks go on with a flat body's flank; estimate
SKIRT_M, SKIRT_REFLECTION = (0.5, 1.2), -0.6  # tanks and guards of a truck without a flat body; estimate
CAB_M = 2.3
CORNER_M2, LAMP_M2 = 3.0, 1.0
RIVET_M, RIVET_DBSM = 0.6, (-10.0, -4.0)
ARM_M2 = 0.5  # each mirror arm
BLADES, BLADE_POINTS, BLADE_TURNS, DRUM_M2 = 2, 14, 1.5, 2.8
FASTEST_DRUM_RPM = 20.0


@dataclass(frozen=True, slots=True)
class Shape:
    """Size, and where the axles are; the first `steered` of them steer."""

    length_m: float
    width_m: float
    height_m: float
    axles_x_m: tuple[float, ...]
    steered: int


def shaped(kind: str, size_m: tuple[float, float, float], front_axle_x_m: float, bogie_x_m: float) -> Shape:
    """A truck of so many wheels ("8x4": four axles; three where `kind` says nothing)."""
    wheels = re.match(r"\s*(\d+)\s*x\s*\d", kind)
    axles = max(2, int(wheels[1]) // 2) if wheels else 3
    steered = 2 if axles >= 4 else 1
    front = [front_axle_x_m - n * FRONT_AXLES_M for n in range(steered)]
    rear = axles - steered
    bogie = [bogie_x_m + BOGIE_M * ((rear - 1) / 2 - n) for n in range(rear)]
    return Shape(*size_m, (*front, *bogie), steered)


def wheels(
    shape: Shape,
    rng: np.random.Generator,
    speed_mps: float,
    t_s: float,
    *,
    steer_rad: float = 0.0,
    wheel_dbsm: float = WHEEL_DBSM,
) -> Part:
    """All wheels flush with the flanks, right ones first; the hub rests, the rims run at +-speed about it."""
    parts = []
    for number, x_m in enumerate(shape.axles_x_m):
        steer = steer_rad if number < shape.steered else 0.0
        for side in (-1.0, 1.0):
            turning = rolled(speed_mps * t_s, speed_mps, WHEEL_RADIUS_M, rng.uniform(0, TURN))
            hub_m = (x_m, side * shape.width_m / 2, WHEEL_RADIUS_M)
            one = road_wheel(hub_m, WHEEL_RADIUS_M, turning, steer_rad=steer)
            parts.append(scaled(one, 10 ** (wheel_dbsm / 10), rng))
    return together(parts)


def mirror_arms(shape: Shape, rng: np.random.Generator) -> Part:
    """Arm, housing and its lower edge on both sides of the cab."""
    half_m = shape.width_m / 2
    one = np.array([[-0.2, half_m + 0.05, 2.4], [-0.05, half_m + 0.25, 2.2], [-0.05, half_m + 0.25, 1.8]])
    return together([scaled(of(one * [1.0, side, 1.0]), ARM_M2, rng) for side in (-1.0, 1.0)])


def drum(shape: Shape, rng: np.random.Generator, drum_rpm: float, t_s: float) -> Part:
    """Two helices of points about an axis that rises to the rear, turning with the drum.

    They stand for the seams, dents and ribs where the blades are welded to the shell. The widest part
    reaches to 2 cm of the flanks.
    """
    low, high = (
        np.array([-0.34 * shape.length_m, 0.0, 0.48 * shape.height_m]),
        np.array([-0.85 * shape.length_m, 0.0, 0.68 * shape.height_m]),
    )
    axis = (high - low) / math.hypot(high[0] - low[0], high[2] - low[2])
    share = np.tile(np.linspace(0, 1, BLADE_POINTS), BLADES)
    blade = np.repeat(np.arange(BLADES), BLADE_POINTS) / BLADES
    radius_m = (shape.width_m / 2 - 0.02) * (1 - 0.5 * (2 * share - 0.8) ** 2)
    rate_radps = drum_rpm * TURN / 60
    angle_rad = TURN * (blade + BLADE_TURNS * share) + rate_radps * t_s + rng.uniform(0, TURN)
    centre_m = low + share[:, None] * (high - low)
    across = ((0.0, 1.0, 0.0), (-float(axis[2]), 0.0, float(axis[0])))
    return scaled(circle(centre_m, radius_m, steady(angle_rad, rate_radps), across), DRUM_M2, rng)


def outline(shape: Shape, rng: np.random.Generator, top_m: float) -> Part:
    """Corners of cab and body, lamps, bumper, and rivets along both flanks up to `top_m`."""
    half_m, length_m = shape.width_m / 2, shape.length_m
    corners = [
        [x, side * half_m, z] for x in (0.0, -CAB_M, -length_m) for side in (-1.0, 1.0) for z in (0.7, top_m)
    ]
    front = [[0.02, side * at * half_m, z] for side in (-1.0, 1.0) for at, z in ((0.8, 0.7), (0.3, 0.5))]
    rear = [[-length_m - 0.02, side * at * half_m, 0.9] for side in (-1.0, 1.0) for at in (0.85, 0.6)]
    bulk = [
        scaled(of(np.array(corners)), CORNER_M2 * len(corners), rng),
        scaled(of(np.array(front + rear)), LAMP_M2 * len(front + rear), rng),
    ]
    return together([*bulk, *rivets(np.arange(-0.8, -length_m, -RIVET_M), shape.width_m, (0.5, top_m), rng)])


def rivets(
    along_m: Floats, width_m: float, span_z_m: tuple[float, float], rng: np.random.Generator
) -> list[Part]:
    """Edges and bolts of both flanks, the right one first."""
    parts, count = [], len(along_m)
    for side in (-1.0, 1.0):
        x_m, z_m = along_m + rng.uniform(-0.1, 0.1, count), rng.uniform(*span_z_m, count)
        place_m = np.stack([x_m, np.full(count, side * width_m / 2), z_m], axis=1)
        parts.append(fixed(place_m, 10 ** (rng.uniform(*RIVET_DBSM, count) / 10)))
    return parts


def muck_tipper(
    x_m: float,
    y_m: float,
    heading_rad: float,
    speed_mps: float = 0.0,
    t_s: float = 0.0,
    *,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "muck_tipper",
    length_m: float = 9.8,
    width_m: float = 2.5,
    height_m: float = 3.4,
) -> Thing:
    """Another 8x4 tipper, its middle at x, y: corners, rivets, wheels, flat flanks and tail that mirror."""
    pose = moving("muck_tipper", (x_m, y_m, heading_rad), speed_mps, t_s, near_side)
    shape = _eight_by_four("muck_tipper", length_m, width_m, height_m)
    rng = generator(seed, Purpose.TRUCK, name)
    points = together(
        [outline(shape, rng, height_m - 0.3), mirror_arms(shape, rng), wheels(shape, rng, speed_mps, t_s)]
    )
    body_x_m = (-length_m / 2, length_m / 2 - CAB_M)
    sides = flanks(pose, body_x_m, width_m, (FLANK_LOW_M, height_m))
    return Thing(
        name,
        in_world([moved(points, length_m / 2)], pose),
        (box(pose, (-length_m / 2, length_m / 2), width_m, (CLEARANCE_M, height_m)),),
        (*sides, tail(pose, -length_m / 2, width_m, (1.2, height_m))),
        *pose.truth(),
    )


def mixer(
    x_m: float,
    y_m: float,
    heading_rad: float,
    speed_mps: float = 0.0,
    t_s: float = 0.0,
    *,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "mixer",
    length_m: float = 9.3,
    width_m: float = 2.5,
    height_m: float = 3.9,
    drum_rpm: float = 4.0,
) -> Thing:
    """Another 8x4 concrete mixer, its middle at x, y; the drum turns, below zero the other way.

    Transport turns a drum at 3 to 6 rpm (estimate), loading at up to 14.
    """
    pose = moving("mixer", (x_m, y_m, heading_rad), speed_mps, t_s, near_side)
    shape = _eight_by_four("mixer", length_m, width_m, height_m)
    within("mixer", "drum_rpm", drum_rpm, -FASTEST_DRUM_RPM, FASTEST_DRUM_RPM)
    rng = generator(seed, Purpose.TRUCK, name)
    points = together(
        [
            outline(shape, rng, 1.2),
            mirror_arms(shape, rng),
            wheels(shape, rng, speed_mps, t_s),
            drum(shape, rng, drum_rpm, t_s),
        ]
    )
    half_m = length_m / 2
    drum_x_m = (half_m - 0.85 * length_m, half_m - 0.34 * length_m)
    return Thing(
        name,
        in_world([moved(points, half_m)], pose),
        (
            box(pose, (half_m - CAB_M, half_m), width_m, (CLEARANCE_M, 0.8 * height_m)),
            box(pose, (-half_m, half_m - CAB_M), width_m, (CLEARANCE_M, 1.2)),
            box(pose, drum_x_m, width_m - 2 * SKIN_M, (1.2, 0.9 * height_m), hides_own=False),
        ),
        (
            *flanks(pose, (half_m - CAB_M, half_m), width_m, (FLANK_LOW_M, 2.2)),
            *flanks(pose, (-half_m, half_m - CAB_M), width_m, SKIRT_M, reflection=SKIRT_REFLECTION),
        ),
        *pose.truth(),
    )


def _eight_by_four(figure: str, length_m: float, width_m: float, height_m: float) -> Shape:
    within(figure, "length_m", length_m, 5.0, 20.0)
    within(figure, "width_m", width_m, 1.5, 3.0)
    within(figure, "height_m", height_m, 2.6, 4.5)
    return shaped("8x4", (length_m, width_m, height_m), -1.45, -0.74 * length_m)
