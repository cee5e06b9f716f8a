"""Cars, driving and parked.

A car is 80 points on its faces, turning wheels, a box that hides what lies behind it, and two flanks
that mirror. The mean over aspects is the table in Wengerter's open simulator; where the flanks mirror, the
flash of that table at 90 degrees is theirs.
"""

import numpy as np

from radar_sim.errors import SceneError
from radar_sim.figures.arguments import finite, one_of, within
from radar_sim.figures.faces import box, flanks
from radar_sim.figures.lines import Line, line
from radar_sim.figures.motion import of
from radar_sim.figures.parts import Part, in_world, scaled, stiff, together
from radar_sim.figures.pose import moving
from radar_sim.figures.wheels import TURN, road_wheel, rolled
from radar_sim.fit import Side
from radar_sim.randomness import Purpose, generator
from radar_sim.scene.bodies import Place
from radar_sim.scene.fluctuation import factor, log_normal
from radar_sim.scene.scatterers import Aspect, join
from radar_sim.scene.scene import Thing

WHEEL_RADIUS_M = 0.32
AXLE_AT = 0.6  # of half the length, ahead of the middle and behind it
SKIN_M = 0.02  # thin, so that who looks from ahead does not see along both flanks
CLEARANCE_M = 0.2  # below it radars look under the car
FLANK_AT = (0.28, 0.62)  # of the height: sill to waist line
FLANK_RADIUS_M = 3.0  # doors bulge; estimate, 19 dBsm at 10 m
POINT_STD_DB = 3.41  # log-normal, 3GPP TR 38.901 Rel-19
# Each face gives this part of what the table says: two are seen obliquely, and far off a third edge on.
FACE_SHARE, WHEELS_OF_FLANK = 0.5, 0.3

# x of half the length, y of half the width, z of the height.
# Plate, grille, bumper, lamps, corners, edge of the bonnet.
FRONT = (
    (1.0, 0.0, 0.25), (0.99, 0.0, 0.45), (1.0, 0.4, 0.28), (1.0, -0.4, 0.28), (0.98, 0.75, 0.45),
    (0.98, -0.75, 0.45), (0.97, 0.97, 0.3), (0.97, -0.97, 0.3), (0.98, 0.3, 0.4), (0.98, -0.3, 0.4),
)  # fmt: skip
# Plate, lamps, bumper, corners, edges of the window.
REAR = (
    (-1.0, 0.0, 0.5), (-1.0, 0.0, 0.3), (-0.99, 0.8, 0.55), (-0.99, -0.8, 0.55), (-1.0, 0.5, 0.3),
    (-1.0, -0.5, 0.3), (-0.98, 0.97, 0.35), (-0.98, -0.97, 0.35), (-0.98, 0.5, 0.7), (-0.98, -0.5, 0.7),
)  # fmt: skip
# Wheel arches, wing mirror, door edges, handles, sills, of the left side.
FLANK = (
    (0.78, 1.0, 0.35), (0.42, 1.0, 0.35), (0.36, 1.1, 0.66), (0.30, 1.0, 0.5), (0.02, 1.0, 0.5),
    (0.08, 1.0, 0.56), (-0.36, 1.0, 0.5), (-0.30, 1.0, 0.56), (0.2, 1.0, 0.2), (-0.2, 1.0, 0.2),
    (-0.42, 1.0, 0.35), (-0.78, 1.0, 0.35),
)  # fmt: skip


def car(
    x_m: float,
    y_m: float,
    heading_rad: float,
    speed_mps: float = 0.0,
    t_s: float = 0.0,
    *,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "car",
    length_m: float = 4.5,
    width_m: float = 1.8,
    height_m: float = 1.5,
    flank_radius_m: float = FLANK_RADIUS_M,
    detail: str = "full",
    seen_from_m: Place | None = None,
) -> Thing:
    """A car whose middle on the ground is at x, y; speed 0 stands.

    `detail="point"` is a distant one: a single point that wavers from aspect to aspect, looked at from
    `seen_from_m` (without it there is one draw for the whole run).
    """
    pose = moving("car", (x_m, y_m, heading_rad), speed_mps, t_s, near_side)
    within("car", "length_m", length_m, 2.0, 7.0)
    within("car", "width_m", width_m, 1.2, 2.5)
    within("car", "height_m", height_m, 1.0, 3.0)
    if not flank_radius_m > 0:
        raise SceneError(f"car: flank_radius_m is {flank_radius_m!r}, not above zero")
    one_of("car", "detail", detail, ("full", "point"))
    if detail == "point":
        lump = _lump(height_m, factor(log_normal(POINT_STD_DB), seed, name, pose.look(length_m, seen_from_m)))
        return Thing(name, in_world([lump], pose), (), (), *pose.truth())
    rng = generator(seed, Purpose.CAR, name)
    points = _points(rng, (length_m, width_m, height_m), speed_mps, t_s)
    span_x_m, half_m = (-length_m / 2, length_m / 2), 0.8 * length_m / 2
    waist_m = (FLANK_AT[0] * height_m, FLANK_AT[1] * height_m)
    return Thing(
        name,
        in_world([points], pose),
        (box(pose, span_x_m, width_m, (CLEARANCE_M, height_m), skin_m=SKIN_M),),
        flanks(pose, (-half_m, half_m), width_m, waist_m, radius_m=flank_radius_m),
        *pose.truth(),
    )


def parked_row(
    start_m: Place,
    end_m: Place,
    *,
    seed: int = 0,
    near_side: Side = "right",
    name: str = "parked_row",
    car_length_m: float = 4.5,
    spacing_m: float = 1.0,
    gap_from_m: float = 0.0,
    gap_to_m: float = 0.0,
    empty_share: float = 0.0,
) -> Thing:
    """Standing cars in one line, facing along it, as many as fit; each is a little out of line.

    No car reaches into the gap, counted along the row from its start; `empty_share` of the places, drawn from
    the seed, are free as well.
    """
    row = line("parked_row", start_m, end_m, near_side)
    within("parked_row", "car_length_m", car_length_m, 2.0, 7.0)
    within("parked_row", "spacing_m", spacing_m, 0.2, 20.0)
    within("parked_row", "empty_share", empty_share, 0.0, 1.0)
    finite("parked_row", "gap_from_m", gap_from_m)
    if not gap_from_m <= finite("parked_row", "gap_to_m", gap_to_m):
        raise SceneError(f"parked_row: gap_to_m {gap_to_m:g} lies before gap_from_m {gap_from_m:g}")
    rng = generator(seed, Purpose.PARKED_ROW, name)
    cars = []
    middles_m = np.arange(car_length_m / 2, row.length_m - car_length_m / 2 + 1e-9, car_length_m + spacing_m)
    for number, middle_m in enumerate(middles_m):
        aside_m, empty = rng.uniform(-0.1, 0.1), rng.uniform() < empty_share
        in_gap = middle_m + car_length_m / 2 > gap_from_m and middle_m - car_length_m / 2 < gap_to_m
        if not empty and not (in_gap and gap_from_m < gap_to_m):
            cars.append(_parked(row, (float(middle_m), aside_m), car_length_m, seed, f"{name} {number}"))
    return Thing(
        name,
        join(*(standing.scatterers for standing in cars)),
        tuple(one for standing in cars for one in standing.boxes),
        tuple(one for standing in cars for one in standing.mirrors),
        *row.truth(),
    )


def _lump(height_m: float, wavers: float) -> Part:
    """A distant car as its one point."""
    return Part(stiff([(0.0, 0.0, 0.4 * height_m)]), np.array([wavers]), Aspect.CAR_WENGERTER)


def _parked(row: Line, at_m: tuple[float, float], length_m: float, seed: int, name: str) -> Thing:
    x_m, y_m = row.place(*at_m)
    side: Side = "right" if row.mirror > 0 else "left"
    return car(x_m, y_m, row.heading_rad, seed=seed, near_side=side, name=name, length_m=length_m)


def _points(
    rng: np.random.Generator, size_m: tuple[float, float, float], speed_mps: float, t_s: float
) -> Part:
    length_m, width_m, height_m = size_m
    scale = np.array([length_m / 2, width_m / 2, height_m])
    flank = 1 - WHEELS_OF_FLANK
    parts = [
        scaled(of(np.array(FRONT) * scale), FACE_SHARE, rng),
        scaled(of(np.array(REAR) * scale), FACE_SHARE, rng),
    ]
    for side in (-1.0, 1.0):
        edges = of(np.array(FLANK) * scale * [1.0, side, 1.0])
        parts.append(scaled(edges, FACE_SHARE * flank, rng))
        for axle in (AXLE_AT, -AXLE_AT):
            hub_m = (axle * length_m / 2, side * width_m / 2, WHEEL_RADIUS_M)
            turning = rolled(speed_mps * t_s, speed_mps, WHEEL_RADIUS_M, rng.uniform(0, TURN))
            wheel = road_wheel(hub_m, WHEEL_RADIUS_M, turning)
            parts.append(scaled(wheel, FACE_SHARE * WHEELS_OF_FLANK / 2, rng))
    return together(parts, Aspect.CAR_BESIDE_MIRRORS)
