"""A cyclist as 56 points: frame and rider, wheels that roll, legs that pedal.

Points give the fluctuation by their interference, so each has a steady cross section. The mean of the whole
follows the aspect as measured by Belgiovane and Chen (EuCAP 2016), the lower of the two public sets.
"""

import math

import numpy as np

from radar_sim.errors import SceneError
from radar_sim.fit import Side
from radar_sim.randomness import Purpose, generator
from radar_sim.scatterers import Floats, Scatterers, placed

WHEEL_RADIUS_M = 0.34
HUB_X_M = 0.53  # each side of the middle: wheelbase 1.06 m
CRANK_M = 0.17
GEAR = 2.5  # wheel turns per crank turn
RIM_POINTS = 10
SCATTER_M = 0.03  # no point sits exactly where the drawing has it

# x ahead of the middle, y left, z up, in metres.
# Frame: head tube, stem, seat post, bottom bracket, stays, rack, bar ends.
FRAME_M = (
    (0.42, 0.0, 0.85), (0.38, 0.0, 0.98), (-0.18, 0.0, 0.80), (-0.08, 0.0, 0.29),
    (-0.35, 0.0, 0.55), (-0.50, 0.0, 0.72), (0.36, 0.28, 1.02), (0.36, -0.28, 1.02),
)  # fmt: skip
# Rider above the hips: pelvis, back, shoulders, chest, elbows, hands, head.
RIDER_M = (
    (-0.22, 0.15, 0.95), (-0.22, -0.15, 0.95), (-0.20, 0.0, 1.00), (-0.15, 0.12, 1.12), (-0.15, -0.12, 1.12),
    (-0.08, 0.0, 1.22), (0.0, 0.20, 1.38), (0.0, -0.20, 1.38), (0.02, 0.0, 1.35), (0.05, 0.0, 1.22),
    (0.18, 0.25, 1.18), (0.18, -0.25, 1.18), (0.36, 0.26, 1.05), (0.36, -0.26, 1.05), (0.10, 0.0, 1.58),
    (0.06, 0.0, 1.68),
)  # fmt: skip
HIP_M = (-0.20, 0.12, 0.92)
BRACKET_M = (-0.08, 0.10, 0.29)
SHARES = {"rider": 0.60, "frame": 0.15, "legs": 0.15, "wheels": 0.10}


def cyclist(
    x_m: float,
    y_m: float,
    heading_rad: float,
    speed_mps: float,
    t_s: float,
    *,
    seed: int = 0,
    near_side: Side = "right",
) -> Scatterers:
    """The points at time `t_s` of a steady ride; x, y is the middle of the bicycle on the ground.

    With near_side "left" the rider is the mirror image: give the mirrored y and heading with it.
    """
    for name, value in (("x_m", x_m), ("y_m", y_m), ("heading_rad", heading_rad), ("t_s", t_s)):
        if not math.isfinite(value):
            raise SceneError(f"cyclist: {name} is {value!r}, not a finite number")
    if not 0 <= speed_mps < 30:
        raise SceneError(f"cyclist: speed_mps is {speed_mps!r}, outside 0 to 30")
    rng = generator(seed, Purpose.CYCLIST)
    rolled_rad = speed_mps * t_s / WHEEL_RADIUS_M + rng.uniform(0, 2 * np.pi)
    groups = {
        "rider": _stiff(RIDER_M, speed_mps),
        "frame": _stiff(FRAME_M, speed_mps),
        "legs": _legs(rolled_rad / GEAR, speed_mps),
        "wheels": _wheels(rolled_rad, speed_mps),
    }
    local_m = np.concatenate([position for position, _ in groups.values()])
    local_mps = np.concatenate([velocity for _, velocity in groups.values()])
    local_m += _off_the_drawing(rng, len(groups["wheels"][0]), len(local_m))
    mirror = np.array([1.0, 1.0 if near_side == "right" else -1.0, 1.0])
    position_m, velocity_mps = placed(local_m * mirror, local_mps * mirror, x_m, y_m, heading_rad)
    return Scatterers(position_m, velocity_mps, _shares(groups, rng), np.full(len(local_m), heading_rad))


def _stiff(points_m: tuple[tuple[float, float, float], ...], speed_mps: float) -> tuple[Floats, Floats]:
    position_m = np.array(points_m)
    return position_m, np.tile([speed_mps, 0.0, 0.0], (len(points_m), 1))


def _wheels(rolled_rad: float, speed_mps: float) -> tuple[Floats, Floats]:
    """Rim points and hubs. A rolling rim stands still at the road and moves at twice the speed at its top."""
    angle = rolled_rad + np.arange(RIM_POINTS) * 2 * np.pi / RIM_POINTS  # from the top, forwards
    sin, cos, flat = np.sin(angle), np.cos(angle), np.zeros(RIM_POINTS)
    rim_m = WHEEL_RADIUS_M * np.stack([sin, flat, 1 + cos], axis=1)
    rim_mps = speed_mps * np.stack([1 + cos, flat, -sin], axis=1)
    wheel_m = np.concatenate([rim_m, [[0.0, 0.0, WHEEL_RADIUS_M]]])
    wheel_mps = np.concatenate([rim_mps, [[speed_mps, 0.0, 0.0]]])
    hub = np.array([HUB_X_M, 0.0, 0.0])
    return np.concatenate([wheel_m + hub, wheel_m - hub]), np.concatenate([wheel_mps, wheel_mps])


def _legs(crank_rad: float, speed_mps: float) -> tuple[Floats, Floats]:
    """Foot, shin, knee, thigh and upper thigh of both legs: foot on the pedal, knee half as far up."""
    positions, velocities = [], []
    crank_radps = speed_mps / WHEEL_RADIUS_M / GEAR
    ride = np.array([speed_mps, 0.0, 0.0])
    for side, phase in ((1.0, crank_rad), (-1.0, crank_rad + np.pi)):
        outward = np.array([1.0, side, 1.0])
        sin, cos = math.sin(phase), math.cos(phase)
        pedal = np.array([CRANK_M * sin, 0.0, CRANK_M * cos])
        pedal_mps = crank_radps * np.array([CRANK_M * cos, 0.0, -CRANK_M * sin])
        up = np.array([0.0, 0.0, 1.0])
        foot = outward * BRACKET_M + pedal
        hip = outward * HIP_M
        knee = (foot + hip) / 2 + np.array([0.25, 0.0, 0.10]) - 0.5 * pedal + 0.5 * pedal * up
        knee_mps = 0.5 * pedal_mps * up
        positions += [foot, (foot + knee) / 2, knee, (2 * knee + hip) / 3, (knee + 2 * hip) / 3]
        velocities += [pedal_mps, (pedal_mps + knee_mps) / 2, knee_mps, knee_mps * 2 / 3, knee_mps / 3]
    return np.array(positions), np.array(velocities) + ride


def _off_the_drawing(rng: np.random.Generator, wheel_points: int, points: int) -> Floats:
    """Small constant offsets; none for the wheels, whose points must stay on their rims."""
    offset = rng.uniform(-SCATTER_M, SCATTER_M, (points, 3))
    offset[points - wheel_points :] = 0.0
    return offset


def _shares(groups: dict[str, tuple[Floats, Floats]], rng: np.random.Generator) -> Floats:
    """What part of the whole each point is; all add up to 1 m2, scaled by its aspect later."""
    parts = []
    for name, (position_m, _) in groups.items():
        weight = rng.uniform(0.5, 1.5, len(position_m))
        parts.append(SHARES[name] * weight / weight.sum())
    return np.concatenate(parts)
