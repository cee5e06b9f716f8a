"""The truck that carries the radars, in its own axes: flanks, wheels, mirror arms, drum, trailer."""

import math

from radar_sim.errors import SceneError
from radar_sim.figures.arguments import FASTEST_MPS, finite, within
from radar_sim.figures.own_flank import CLEAR_OF_RADAR_M, clear_of_radars, own_flank
from radar_sim.figures.parts import in_own_axes, together
from radar_sim.figures.trailer import Trailer
from radar_sim.figures.truck import (
    FASTEST_DRUM_RPM,
    FLANK_LOW_M,
    SKIRT_M,
    SKIRT_REFLECTION,
    Shape,
    drum,
    mirror_arms,
    shaped,
    wheels,
)
from radar_sim.fit import Fit
from radar_sim.randomness import Purpose, generator
from radar_sim.scene.bodies import Mirror
from radar_sim.scene.scatterers import join
from radar_sim.scene.scene import Thing

LEAST_PIECE_M = 0.1
OWN_WHEEL_DBSM = -10.0  # each, seen along the flank, past guards; estimate
FURTHEST_STEER_RAD, FURTHEST_ARTICULATION_RAD = math.radians(60), math.radians(100)


def own_truck(
    fit: Fit,
    speed_mps: float,
    t_s: float,
    *,
    steer_rad: float = 0.0,
    wheel_dbsm: float = OWN_WHEEL_DBSM,
    drum_rpm: float = 4.0,
    articulation_rad: float = 0.0,
    articulation_rate_radps: float = 0.0,
    trailer_length_m: float = 0.0,
    trailer_width_m: float = 2.5,
    trailer_height_m: float = 3.9,
    hitch_x_m: float | None = None,
    seed: int = 0,
    name: str = "own truck",
) -> Thing:
    """What rides along, for `Scene.own`; size, kind and near side are the fit's.

    Steering of the front wheels and the trailer's angle are positive to the left, seen from above. Every
    wheel has `wheel_dbsm`, and a detector may well take its rims for somebody who moves. A drum turns where
    the kind says mixer. With a trailer length there is a trailer, on a pin at `hitch_x_m` (the point without
    side slip by default); its rate against the truck is `articulation_rate_radps`.
    """
    _check(speed_mps, t_s, steer_rad, drum_rpm)
    within("own_truck", "wheel_dbsm", wheel_dbsm, -60.0, 20.0)
    body, chassis = fit.body, fit.chassis
    turn = (articulation_rad, articulation_rate_radps)
    trailer = _trailer((trailer_length_m, trailer_width_m, trailer_height_m), turn, hitch_x_m, fit)
    rng = generator(seed, Purpose.OWN_TRUCK, name)
    size_m = (body.length_m, body.width_m, body.height_m)
    shape = shaped(chassis.kind, size_m, chassis.front_axle_x_m, chassis.no_side_slip_x_m)
    mixing = "mixer" in chassis.kind.lower()
    parts = [
        wheels(shape, rng, speed_mps, t_s, steer_rad=body.mirror * steer_rad, wheel_dbsm=wheel_dbsm),
        mirror_arms(shape, rng),
        *([drum(shape, rng, drum_rpm, t_s)] if mixing else []),
        *([trailer.points(rng)] if trailer else []),
    ]
    points = clear_of_radars(in_own_axes(together(parts), body.mirror), fit)
    # The body's own box is the fit's, and always there.
    boxes, sides = ((trailer.box(),), trailer.flanks()) if trailer else ((), [])
    return Thing(name, join(own_flank(fit, seed), points), boxes, (*_flank(fit, shape, mixing), *sides))


def _flank(fit: Fit, shape: Shape, mixing: bool) -> list[Mirror]:
    """Both sides, less what lies beside a radar; near side first."""
    flat = ((FLANK_LOW_M, shape.height_m - 0.2), -0.95)
    span_z_m, reflection = (SKIRT_M, SKIRT_REFLECTION) if mixing else flat
    mirror = fit.body.mirror
    return [
        Mirror(*_facing_out(rear_m, front_m, side * shape.width_m / 2), *span_z_m, reflection)
        for side in (-mirror, mirror)
        for rear_m, front_m in _free_pieces(fit, shape.length_m, side * shape.width_m / 2)
    ]


def _facing_out(rear_m: float, front_m: float, y_m: float) -> tuple[tuple[float, float], tuple[float, float]]:
    ends = ((front_m, y_m), (rear_m, y_m))
    return ends if y_m < 0 else ends[::-1]


def _free_pieces(fit: Fit, length_m: float, y_m: float) -> list[tuple[float, float]]:
    """From the tail to the bumper, without what is within 0.6 m of a radar."""
    taken = sorted(
        (radar.position_m[0] - CLEAR_OF_RADAR_M, radar.position_m[0] + CLEAR_OF_RADAR_M)
        for radar in fit.radars
        if abs(radar.position_m[1] - y_m) < CLEAR_OF_RADAR_M
    )
    pieces, at_m = [], -length_m
    for low_m, high_m in [*taken, (0.0, 0.0)]:
        end_m = min(low_m, 0.0)
        if end_m > at_m + LEAST_PIECE_M:
            pieces.append((at_m, end_m))
        at_m = max(at_m, high_m)
    return pieces


def _check(speed_mps: float, t_s: float, steer_rad: float, drum_rpm: float) -> None:
    within("own_truck", "speed_mps", speed_mps, -FASTEST_MPS, FASTEST_MPS)
    finite("own_truck", "t_s", t_s)
    within("own_truck", "steer_rad", steer_rad, -FURTHEST_STEER_RAD, FURTHEST_STEER_RAD)
    within("own_truck", "drum_rpm", drum_rpm, -FASTEST_DRUM_RPM, FASTEST_DRUM_RPM)


def _trailer(
    size_m: tuple[float, float, float], turn: tuple[float, float], hitch_x_m: float | None, fit: Fit
) -> Trailer | None:
    """The trailer, checked also where its length of zero says that there is none."""
    length_m, width_m, height_m = size_m
    angle_rad, rate_radps = turn
    within("own_truck", "articulation_rad", angle_rad, -FURTHEST_ARTICULATION_RAD, FURTHEST_ARTICULATION_RAD)
    within("own_truck", "articulation_rate_radps", rate_radps, -2.0, 2.0)
    if length_m != 0 and not 2.0 <= finite("own_truck", "trailer_length_m", length_m) <= 20.0:
        raise SceneError(f"own_truck: trailer_length_m is {length_m!r}, outside 2 to 20 (0: no trailer)")
    within("own_truck", "trailer_width_m", width_m, 1.5, 3.0)
    within("own_truck", "trailer_height_m", height_m, 1.5, 4.5)
    pin_x_m = fit.chassis.no_side_slip_x_m
    if hitch_x_m is not None:
        pin_x_m = finite("own_truck", "hitch_x_m", hitch_x_m)
    return Trailer(*size_m, pin_x_m, angle_rad, rate_radps, fit.body.mirror) if length_m else None
