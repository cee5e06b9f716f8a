"""Heavy trucks: what muck tipper, mixer and the own truck are built of, in truck axes (bumper at x = 0).

No cross section of such a truck was measured for this; every figure here is an estimate, or a mirror.
"""

import math
import re
from dataclasses import dataclass

import numpy as np

from radar_sim.figures.arguments import mirror_of, pose, ride, within
from radar_sim.figures.faces import SKIN_M, box, flanks, tail
from radar_sim.figures.parts import Part, circling, fixed, in_world, moved, scaled, together
from radar_sim.figures.wheels import wheel
from radar_sim.fit import Side
from radar_sim.randomness import Purpose, generator
from radar_sim.scene import Thing

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
            rolled_rad = speed_mps * t_s / WHEEL_RADIUS_M + rng.uniform(0, 2 * math.pi)
            hub_m = (x_m, side * shape.width_m / 2, WHEEL_RADIUS_M)
            one = wheel(hub_m, WHEEL_RADIUS_M, speed_mps, rolled_rad, steer_rad=steer)
            parts.append(scaled(one, 10 ** (wheel_dbsm / 10), rng))
    return together(parts)


def mirror_arms(shape: Shape, rng: np.random.Generator) -> Part:
    """Arm, housing and its lower edge on both sides of the cab."""
    half_m = shape.width_m / 2
    one = np.array([[-0.2, half_m + 0.05, 2.4], [-0.05, half_m + 0.25, 2.2], [-0.05, half_m + 0.25, 1.8]])
    return together([scaled(fixed(one * [1.0, side, 1.0], 1.0), ARM_M2, rng) for side in (-1.0, 1.0)])


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
    rate_radps = drum_rpm * 2 * math.pi / 60
    angle_rad = 2 * math.pi * (blade + BLADE_TURNS * share) + rate_radps * t_s + rng.uniform(0, 2 * math.pi)
    centre_m = low + share[:, None] * (high - low)
    across = ((0.0, 1.0, 0.0), (-float(axis[2]), 0.0, float(axis[0])))
    return scaled(circling(centre_m, radius_m, angle_rad, rate_radps, across), DRUM_M2, rng)


def outline(shape: Shape, rng: np.random.Generator, top_m: float) -> Part:
    """Corners of cab and body, lamps, bumper, and rivets along both flanks up to `top_m`."""
    half_m, length_m = shape.width_m / 2, shape.length_m
    corners = [
        [x, side * half_m, z] for x in (0.0, -CAB_M, -length_m) for side in (-1.0, 1.0) for z in (0.7, top_m)
    ]
    front = [[0.02, side * at * half_m, z] for side in (-1.0, 1.0) for at, z in ((0.8, 0.7), (0.3, 0.5))]
    rear = [[-length_m - 0.02, side * at * half_m, 0.9] for side in (-1.0, 1.0) for at in (0.85, 0.6)]
    along_m = np.arange(-0.8, -length_m, -RIVET_M)
    parts = [
        scaled(fixed(corners, 1.0), CORNER_M2 * len(corners), rng),
        scaled(fixed(front + rear, 1.0), LAMP_M2 * len(front + rear), rng),
    ]
    for side in (-1.0, 1.0):
        x_m = along_m + rng.uniform(-0.1, 0.1, len(along_m))
        place = np.stack([x_m, np.full(len(x_m), side * half_m), rng.uniform(0.5, top_m, len(x_m))], axis=1)
        parts.append(fixed(place, 10 ** (rng.uniform(*RIVET_DBSM, len(x_m)) / 10)))
    return together(parts)


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
    size_m = _checked("muck_tipper", (x_m, y_m, heading_rad), (speed_mps, t_s), (length_m, width_m, height_m))
    mirror, at = mirror_of("muck_tipper", near_side), (x_m, y_m, heading_rad)
    rng = generator(seed, Purpose.TRUCK, name)
    shape = _eight_by_four(size_m)
    points = together(
        [outline(shape, rng, height_m - 0.3), mirror_arms(shape, rng), wheels(shape, rng, speed_mps, t_s)]
    )
    velocity = (speed_mps * math.cos(heading_rad), speed_mps * math.sin(heading_rad))
    body_x_m = (-length_m / 2, length_m / 2 - CAB_M)
    sides = flanks(at, body_x_m, width_m, (FLANK_LOW_M, height_m), mirror, velocity_mps=velocity)
    return Thing(
        name,
        in_world(moved(points, length_m / 2), mirror, at, speed_mps),
        (box(at, (-length_m / 2, length_m / 2), width_m, (CLEARANCE_M, height_m)),),
        (*sides, tail(at, -length_m / 2, width_m, (1.2, height_m), velocity_mps=velocity)),
        (x_m, y_m, 0.0),
        heading_rad,
        (*velocity, 0.0),
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
    size_m = _checked("mixer", (x_m, y_m, heading_rad), (speed_mps, t_s), (length_m, width_m, height_m))
    within("mixer", "drum_rpm", drum_rpm, -FASTEST_DRUM_RPM, FASTEST_DRUM_RPM)
    mirror, at = mirror_of("mixer", near_side), (x_m, y_m, heading_rad)
    rng = generator(seed, Purpose.TRUCK, name)
    shape = _eight_by_four(size_m)
    points = together(
        [
            outline(shape, rng, 1.2),
            mirror_arms(shape, rng),
            wheels(shape, rng, speed_mps, t_s),
            drum(shape, rng, drum_rpm, t_s),
        ]
    )
    half_m = length_m / 2
    velocity = (speed_mps * math.cos(heading_rad), speed_mps * math.sin(heading_rad))
    drum_x_m = (half_m - 0.85 * length_m, half_m - 0.34 * length_m)
    return Thing(
        name,
        in_world(moved(points, half_m), mirror, at, speed_mps),
        (
            box(at, (half_m - CAB_M, half_m), width_m, (CLEARANCE_M, 0.8 * height_m)),
            box(at, (-half_m, half_m - CAB_M), width_m, (CLEARANCE_M, 1.2)),
            box(at, drum_x_m, width_m - 2 * SKIN_M, (1.2, 0.9 * height_m), hides_own=False),
        ),
        (
            *flanks(at, (half_m - CAB_M, half_m), width_m, (FLANK_LOW_M, 2.2), mirror, velocity_mps=velocity),
            *flanks(
                at, (-half_m, half_m - CAB_M), width_m, SKIRT_M, mirror,
                reflection=SKIRT_REFLECTION, velocity_mps=velocity,
            ),
        ),
        (x_m, y_m, 0.0),
        heading_rad,
        (*velocity, 0.0),
    )  # fmt: skip


def _eight_by_four(size_m: tuple[float, float, float]) -> Shape:
    return shaped("8x4", size_m, -1.45, -0.74 * size_m[0])


def _checked(
    figure: str,
    at: tuple[float, float, float],
    driving: tuple[float, float],
    size_m: tuple[float, float, float],
) -> tuple[float, float, float]:
    pose(figure, *at)
    ride(figure, *driving)
    within(figure, "length_m", size_m[0], 5.0, 20.0)
    within(figure, "width_m", size_m[1], 1.5, 3.0)
    within(figure, "height_m", size_m[2], 2.6, 4.5)
    return size_m
