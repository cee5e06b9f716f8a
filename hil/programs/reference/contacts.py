"""How likely a road user is touched: if nobody brakes, if we wait once more, if we wait for the steering."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Truck
from hil.plant.brakes import BrakeSet
from hil.programs.reference.futures import Array, Future, Rider, braked, driven, futures, ridden
from hil.programs.reference.turning import Driving

Bools = NDArray[np.bool_]
NEAR_M = 0.15
ROLLS_MPS = 0.14
CHAIN_S = 0.065  # from the look to the request on the vehicle bus, on this bench
AGAIN_S, MARGIN_S = 0.06, 0.1
FILLED_S = 0.05  # dead time left of a brake that has been filled
SEEN_RAD, SEEN_S = 0.03, 0.12
BEND_SHARE, ACROSS_RAD = 0.3, 0.10


@dataclass(frozen=True, slots=True)
class Contacts:
    """Probabilities for one road user; `turned` is that of contact given that the driver turns."""

    contact: float
    late: float
    unrecoverable: float
    turned: float


def contacts(
    now: Driving, riders: Sequence[Rider], truck: Truck, brake: BrakeSet, filled: bool
) -> list[Contacts]:
    """One for each road user."""
    ways = futures(now, truck.wheelbase_m)
    begins_s = CHAIN_S + brake.latency_s + brake.rise_s
    late_s = begins_s + (FILLED_S if filled else brake.dead_s) + AGAIN_S + MARGIN_S
    seen_s = [
        begins_s + brake.dead_s + max(0.0, SEEN_RAD - now.steer_rad) / max(way.rate_radps, 1e-3) + SEEN_S
        for way in ways
    ]
    never = driven(now, ways, truck)
    late = braked(now, ways, truck, np.full(len(ways), late_s), brake.max_decel_mps2)
    seen = braked(now, ways, truck, np.array(seen_s), brake.max_decel_mps2)
    found = []
    for rider in riders:
        hit, hit_late, hit_seen = (_hit(poses, ways, rider, now, truck) for poses in (never, late, seen))
        found.append(_weighed(now, rider, ways, (hit, hit & hit_late, hit & hit_seen)))
    return found


def _weighed(
    now: Driving,
    rider: Rider,
    ways: Sequence[Future],
    hits: tuple[Bools, Bools, Bools],
) -> Contacts:
    hit, hit_late, hit_seen = hits
    turns = np.array([way.turns for way in ways])
    weight = np.array([way.weight for way in ways])
    present = (1 - now.p_turn) * (BEND_SHARE if _on_a_bend(now, rider) else 1.0)
    share = np.where(turns, now.p_turn, present) * weight
    return Contacts(
        contact=float(share @ hit),
        late=float(share @ hit_late),
        unrecoverable=float((share * turns) @ hit_seen),
        turned=float((weight * turns) @ hit),
    )


def _on_a_bend(now: Driving, rider: Rider) -> bool:
    course_rad = abs(np.arctan2(rider.vy_mps, rider.vx_mps))
    return not (now.as_it_is or now.indicated) and now.steer_rad >= 0.05 and bool(course_rad < ACROSS_RAD)


def _hit(
    poses: tuple[Array, Array, Array, Array],
    ways: Sequence[Future],
    rider: Rider,
    now: Driving,
    truck: Truck,
) -> Bools:
    """(way,): the body comes within 0.15 m of him while it rolls."""
    x_m, y_m, heading_rad, speed_mps = poses
    turns = np.array([[way.turns] for way in ways])
    own, bent = (ridden(rider, now, truck.wheelbase_m, same) for same in (False, True))
    at_x, at_y, course = (np.where(turns, a, b) for a, b in zip(own, bent, strict=True))
    at_x = at_x - truck.no_side_slip_x_m  # the truck's path begins at its point without side slip
    cos, sin = np.cos(heading_rad), np.sin(heading_rad)
    along = (at_x - x_m) * cos + (at_y - y_m) * sin
    aside = (at_y - y_m) * cos - (at_x - x_m) * sin
    middle_m = -truck.no_side_slip_x_m - truck.length_m / 2
    apart = gap(
        along - middle_m,
        aside,
        course - heading_rad,
        (truck.length_m / 2, truck.width_m / 2),
        (rider.half_length_m, rider.half_width_m),
    )
    touched: Bools = np.any((apart < NEAR_M) & (speed_mps > ROLLS_MPS), axis=1)
    return touched


def gap(x: Array, y: Array, angle: Array, body: tuple[float, float], box: tuple[float, float]) -> Array:
    """Distance in metres of a turned box at x, y from a body around the origin; halves; 0 where they overlap.

    Seen from either box, the other's extent along both axes leaves a gap or none: if all four overlap,
    the boxes do (separating axes); else the nearest corner of one to the other box tells how far.
    """
    cos, sin = np.cos(angle), np.sin(angle)
    reach_x = body[0] + box[0] * abs(cos) + box[1] * abs(sin)
    reach_y = body[1] + box[0] * abs(sin) + box[1] * abs(cos)
    back_x, back_y = x * cos + y * sin, y * cos - x * sin
    back_reach_x = box[0] + body[0] * abs(cos) + body[1] * abs(sin)
    back_reach_y = box[1] + body[0] * abs(sin) + body[1] * abs(cos)
    overlap = (
        (abs(x) < reach_x) & (abs(y) < reach_y) & (abs(back_x) < back_reach_x) & (abs(back_y) < back_reach_y)
    )
    corners = [(a, b) for a in (-1, 1) for b in (-1, 1)]
    theirs = [
        _outside(x + a * box[0] * cos - b * box[1] * sin, y + a * box[0] * sin + b * box[1] * cos, body)
        for a, b in corners
    ]
    ours = [
        _outside(
            (a * body[0] - x) * cos + (b * body[1] - y) * sin,
            (b * body[1] - y) * cos - (a * body[0] - x) * sin,
            box,
        )
        for a, b in corners
    ]
    apart: Array = np.where(overlap, 0.0, np.min([*theirs, *ours], axis=0))
    return apart


def _outside(x: Array, y: Array, half: tuple[float, float]) -> Array:
    away: Array = np.hypot(np.maximum(abs(x) - half[0], 0.0), np.maximum(abs(y) - half[1], 0.0))
    return away
