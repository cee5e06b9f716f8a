"""Where the road users may be in the next three seconds. Near side positive, truck axes at the start."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edge_controller.config import Truck
from edge_controller.hazard.paths import BEND_RAD, STEP_S, TIMES_S, Bools, Floats, way_along
from edge_controller.hazard.turn import Motion
from edge_controller.messages import Track

WOBBLE_MPS = 0.25  # lateral speed a cyclist shows without going anywhere
ACCEL_MPS2 = 0.4  # smaller ones are taken for steady riding
SPEEDING_UP_S = 1.5
COURSE_CHANGE_RAD = 0.03  # over a second
COURSE_SIGMAS = 4.2  # ... unless the tracker itself is less sure: 3 sigma of the difference of two
LEANS_MPS = (
    2.0  # slower is on foot, and turns on the spot: how fast he turned says nothing of how far he will
)
BEND_END_RAD = 0.25  # sharper than any bend
SAME_COURSE_RAD = 0.35


@dataclass(frozen=True, slots=True)
class Riders:
    """Places and courses over TIMES_S, on each path of the truck or on all alike."""

    x_m: Floats  # (track, row or 1, time)
    y_m: Floats
    course_rad: Floats

    def where(self, rows: Bools, other: "Riders") -> "Riders":
        """These on such rows, and the others elsewhere."""
        there = rows[:, None]
        return Riders(
            np.where(there, self.x_m, other.x_m),
            np.where(there, self.y_m, other.y_m),
            np.where(there, self.course_rad, other.course_rad),
        )


def ride_on(tracks: Sequence[Track], motion: Motion, truck: Truck, present: Bools) -> Riders:
    """As they ride now; on rows of the `present` path along the bend the truck is in, if they follow it."""
    near = truck.near_sign
    x, y, vx, vy, ax, ay = np.array(
        [(t.x_m, near * t.y_m, t.vx_mps, near * t.vy_mps, t.ax_mps2, near * t.ay_mps2) for t in tracks]
    ).T
    vx, vy = _without_wobble(vx, vy, motion.lane_rad)
    speed, course = np.hypot(vx, vy), np.arctan2(vy, vx)
    unit = np.maximum(speed, 0.1)
    along = np.where(speed > 0.1, (ax * vx + ay * vy) / unit, 0.0)
    across = np.where(speed > 0.1, (ay * vx - ax * vy) / unit, 0.0)
    rate = across / unit
    doubt = COURSE_SIGMAS * _course_sigma(tracks)
    curves = (speed > LEANS_MPS) & (np.abs(rate) > np.maximum(COURSE_CHANGE_RAD, doubt))
    rate = np.where(curves, rate, 0.0)
    speeds = _speeds(speed, np.where(np.abs(along) < ACCEL_MPS2, 0.0, along))
    own = _ride(x, y, course, rate, speeds)
    follows = np.abs(course) < SAME_COURSE_RAD
    if not (BEND_RAD <= motion.steer_rad < BEND_END_RAD and follows.any()):
        return own
    curvature = np.tan(motion.steer_rad) / truck.wheelbase_m
    bent_rate = speed * curvature / np.maximum(1 - curvature * np.abs(y), 0.1)
    return _ride(x, y, course, np.where(follows, bent_rate, rate), speeds).where(present, own)


def _without_wobble(vx: Floats, vy: Floats, lane_rad: float) -> tuple[Floats, Floats]:
    """Lateral speed means the one across the lane, however far the truck has turned already."""
    cos, sin = np.cos(lane_rad), np.sin(lane_rad)
    along, across = vx * cos + vy * sin, vy * cos - vx * sin
    across = np.sign(across) * np.maximum(np.abs(across) - WOBBLE_MPS, 0.0)
    return along * cos - across * sin, along * sin + across * cos


def _course_sigma(tracks: Sequence[Track]) -> Floats:
    """Of the speed across the course: end-on known from places only, far worse than the one along it."""
    velocity = np.array([(t.vx_mps, t.vy_mps) for t in tracks])
    speed = np.maximum(np.hypot(velocity[:, 0], velocity[:, 1]), 0.1)
    aside = velocity[:, ::-1] * (-1.0, 1.0) / speed[:, None]
    covariance = np.concatenate([t.covariance[2:, 2:] for t in tracks]).reshape(-1, 2, 2)
    variance = np.einsum("ti,tij,tj->t", aside, covariance, aside)
    sigma: Floats = np.sqrt(variance) / speed
    return sigma


def _speeds(speed: Floats, accel: Floats) -> Floats:
    """(track, time): speeding up ends after a while, slowing down at standstill."""
    lasting_s = np.where(accel[:, None] > 0, np.minimum(TIMES_S, SPEEDING_UP_S), TIMES_S)
    result: Floats = np.maximum(speed[:, None] + accel[:, None] * lasting_s, 0.0)
    return result


def _ride(x: Floats, y: Floats, course: Floats, rate: Floats, speeds: Floats) -> Riders:
    courses = course[:, None] + rate[:, None] * TIMES_S
    step_m = STEP_S * (speeds[:, 1:] + speeds[:, :-1]) / 2
    dx, dy = way_along(step_m, (courses[:, 1:] + courses[:, :-1]) / 2)
    return Riders((x[:, None] + dx)[:, None], (y[:, None] + dy)[:, None], courses[:, None])
