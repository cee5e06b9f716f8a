"""The truck that carries the radars, in its own axes: flank, wheels, mirror arms, drum, trailer."""

import math

import numpy as np

from radar_sim.bodies import Box, Mirror
from radar_sim.errors import SceneError
from radar_sim.figures.arguments import FASTEST_MPS, finite, within
from radar_sim.figures.faces import SKIN_M
from radar_sim.figures.parts import Part, fixed, in_own_axes, scaled, swung, together
from radar_sim.figures.truck import (
    CLEARANCE_M,
    CORNER_M2,
    FASTEST_DRUM_RPM,
    FLANK_LOW_M,
    RIVET_DBSM,
    RIVET_M,
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
from radar_sim.scatterers import join
from radar_sim.scene import Thing
from radar_sim.surroundings import CLEAR_OF_RADAR_M, body_points, clear_of_radars

LEAST_PIECE_M = 0.1
AHEAD_OF_PIN_M = 1.2  # how far a trailer reaches ahead of its king pin
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
    _check_trailer(articulation_rad, articulation_rate_radps, trailer_length_m)
    within("own_truck", "trailer_width_m", trailer_width_m, 1.5, 3.0)
    within("own_truck", "trailer_height_m", trailer_height_m, 1.5, 4.5)
    body, chassis = fit.body, fit.chassis
    rng = generator(seed, Purpose.OWN_TRUCK, name)
    size_m = (body.length_m, body.width_m, body.height_m)
    shape = shaped(chassis.kind, size_m, chassis.front_axle_x_m, chassis.no_side_slip_x_m)
    mixing = "mixer" in chassis.kind.lower()
    parts = [
        wheels(shape, rng, speed_mps, t_s, steer_rad=body.mirror * steer_rad, wheel_dbsm=wheel_dbsm),
        mirror_arms(shape, rng),
    ]
    if mixing:
        parts.append(drum(shape, rng, drum_rpm, t_s))
    mirrors = _flank(fit, shape, mixing)
    boxes: list[Box] = []  # the body's own is the fit's, and always there
    if trailer_length_m:
        pin_x_m = (
            chassis.no_side_slip_x_m if hitch_x_m is None else finite("own_truck", "hitch_x_m", hitch_x_m)
        )
        trailer = _Trailer(
            (trailer_length_m, trailer_width_m, trailer_height_m),
            pin_x_m,
            articulation_rad,
            articulation_rate_radps,
            body.mirror,
        )
        parts.append(trailer.points(rng))
        boxes.append(trailer.box())
        mirrors += trailer.flanks()
    points = clear_of_radars(in_own_axes(together(parts), body.mirror), fit)
    return Thing(name, join(body_points(fit, seed), points), tuple(boxes), tuple(mirrors))


class _Trailer:
    """A box on a pin; angle and rate to the left as the world has them."""

    def __init__(
        self,
        size_m: tuple[float, float, float],
        pin_x_m: float,
        angle_rad: float,
        rate_radps: float,
        mirror: float,
    ) -> None:
        self._length_m, self._width_m, self._height_m = size_m
        self._pin_x_m = pin_x_m
        self._angle_rad, self._rate_radps = angle_rad, rate_radps
        self._mirror = mirror

    def points(self, rng: np.random.Generator) -> Part:
        """Corners and rivets, built for a near side on the right."""
        front, half_m = AHEAD_OF_PIN_M, self._width_m / 2
        rear = front - self._length_m
        corners = [
            [x, side * half_m, z]
            for x in (front, rear)
            for side in (-1.0, 1.0)
            for z in (1.0, self._height_m)
        ]
        parts = [scaled(fixed(corners, 1.0), CORNER_M2 * len(corners), rng)]
        along_m = np.arange(front - 0.4, rear, -RIVET_M)
        for side in (-1.0, 1.0):
            count = len(along_m)
            x_m = along_m + rng.uniform(-0.1, 0.1, count)
            z_m = rng.uniform(0.9, self._height_m, count)
            place = np.stack([x_m, np.full(count, side * half_m), z_m], axis=1)
            parts.append(fixed(place, 10 ** (rng.uniform(*RIVET_DBSM, count) / 10)))
        return swung(
            together(parts), self._pin_x_m, self._mirror * self._angle_rad, self._mirror * self._rate_radps
        )

    def box(self) -> Box:
        """The whole trailer, less its skin."""
        x_m, y_m = self._place(AHEAD_OF_PIN_M - self._length_m / 2, 0.0)
        length_m, width_m = self._length_m - 2 * SKIN_M, self._width_m - 2 * SKIN_M
        return Box(x_m, y_m, self._angle_rad, length_m, width_m, CLEARANCE_M, self._height_m, hides_own=True)

    def flanks(self) -> list[Mirror]:
        """Both sides, the near side first; each moves with its middle and turns about it."""
        rear_m = AHEAD_OF_PIN_M - self._length_m
        faces = []
        for side in (-self._mirror, self._mirror):
            aside_m = side * self._width_m / 2
            rear, front = self._place(rear_m, aside_m), self._place(AHEAD_OF_PIN_M, aside_m)
            ends = (front, rear) if side < 0 else (rear, front)
            x_m, y_m = (front[0] + rear[0]) / 2 - self._pin_x_m, (front[1] + rear[1]) / 2
            velocity = (-self._rate_radps * y_m, self._rate_radps * x_m)
            faces.append(
                Mirror(*ends, 0.9, self._height_m, velocity_mps=velocity, yaw_rate_radps=self._rate_radps)
            )
        return faces

    def _place(self, x_m: float, y_m: float) -> tuple[float, float]:
        cos, sin = math.cos(self._angle_rad), math.sin(self._angle_rad)
        return self._pin_x_m + (cos * x_m - sin * y_m), sin * x_m + cos * y_m


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


def _check_trailer(angle_rad: float, rate_radps: float, length_m: float) -> None:
    within("own_truck", "articulation_rad", angle_rad, -FURTHEST_ARTICULATION_RAD, FURTHEST_ARTICULATION_RAD)
    within("own_truck", "articulation_rate_radps", rate_radps, -2.0, 2.0)
    if length_m != 0 and not 2.0 <= finite("own_truck", "trailer_length_m", length_m) <= 20.0:
        raise SceneError(f"own_truck: trailer_length_m is {length_m!r}, outside 2 to 20 (0: no trailer)")
