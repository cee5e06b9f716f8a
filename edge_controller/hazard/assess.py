"""Every road user against every path: who is hit, when, and whether waiting is still safe."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from edge_controller.config import Fit, Truck
from edge_controller.hazard.clearance import clearance, in_body
from edge_controller.hazard.drawn import undrawn
from edge_controller.hazard.moving_off import ahead
from edge_controller.hazard.paths import (
    BEND_RAD,
    LATE,
    NEVER,
    STEERING_SEEN_RAD,
    TIMES_S,
    UNRECOVERABLE,
    Bools,
    Floats,
    Paths,
    roll_out,
)
from edge_controller.hazard.riders import Riders, ride_on
from edge_controller.hazard.standing import standing
from edge_controller.hazard.trailing import in_trailer
from edge_controller.hazard.turn import Motion
from edge_controller.hazard.unsure import ways
from edge_controller.messages import Hazard, Track

CONTACT_M = 0.15
# Whether he is hit is judged at face value; whether waiting is safe, against where the tracker may err.
POSITION_SIGMA_M = 0.2
ROLLING_MPS = 0.14  # slower than 0.5 km/h counts as standing
SAME_BEND_FACTOR = 0.3
SAME_BEND_RAD = 0.10
SAME_BEND_MPS = 0.5  # slower than this he has no course
RELEVANT_M = 45.0

# UN R151, 5.3: from 30 m behind to 7 m ahead of the near-side front corner, 0.25 to 4.25 m beside the
# flank. Nearer is nearer still; outwards three sigma of the tracker's error are added: a bearing off by
# 0.7 degrees, 9 m away (decision 0039). The bicycles of rows 4 and 6 are closed in on at 2.8 m/s, and the
# lamp has to burn when they are 7.1 m ahead and 30.0 m behind.
ZONE_X_M = (-30.0 - 2.0, 7.0 + 1.5)
ZONE_OUT_M = (-0.3, 4.25 + 0.3)
ZONE_KEEP_M = 1.0  # who was in it and wanders so far out is still there: the lamp must not flicker


@dataclass(frozen=True, slots=True)
class _Meeting:
    """All users on all paths; bodies seen from the middle of the truck, near side positive."""

    clear_m: Floats  # (user, row, time)
    touch: Bools
    x_m: Floats
    y_m: Floats


def assess(
    tracks: Sequence[Track], motion: Motion | None, fit: Fit, brake_filled: bool
) -> tuple[Hazard, ...]:
    """One hazard per proven road user; none while the truck's speed is unknown."""
    users = [standing(t) for t in tracks if t.is_road_user and abs(t.x_m) < RELEVANT_M]
    if motion is None or not users:
        return ()
    paths = roll_out(motion, fit.truck, fit.brake, brake_filled)
    may_go = ways(users)
    riders = ride_on(may_go.tracks, motion, fit.truck)
    meeting = _meet(may_go.tracks, riders, motion, paths, fit)
    bend = np.array([_bend_factor(track, motion, fit.truck) for track in may_go.tracks])
    p_contact, p_late, p_unrecoverable = (
        may_go.surely(p, motion) for p in _probabilities(meeting, motion.p_turn, paths, bend)
    )
    front = ahead(users, riders[0].first(len(users)), motion, fit, brake_filled=brake_filled)
    hazards = []
    for n, track in enumerate(users):
        time_s, at_m, clear_m = _likeliest(meeting, n, motion.p_turn, paths, fit.truck)
        hazards.append(
            Hazard(
                track_id=track.id,
                in_information_zone=in_information_zone(track, fit.truck),
                time_to_contact_s=time_s,
                contact_x_m=at_m and at_m[0],
                contact_y_m=at_m and at_m[1],
                min_clearance_m=clear_m,
                p_turn=motion.p_turn,
                p_contact=float(p_contact[n]),
                p_late=float(p_late[n]),
                p_unrecoverable=float(p_unrecoverable[n]),
                around_information_zone=in_information_zone(track, fit.truck, ZONE_KEEP_M),
                in_moving_off_zone=front[n].in_zone,
                touched_on_moving_off=front[n].touched,
                touched_if_late=front[n].touched_late,
            )
        )
    return tuple(hazards)


def _meet(
    users: Sequence[Track], riders: tuple[Riders, Riders], motion: Motion, paths: Paths, fit: Fit
) -> _Meeting:
    meeting = _as_placed(users, riders, motion, paths, fit)
    drawn = [
        (n, out)
        for n, (user, out) in enumerate(zip(users, undrawn(users, fit), strict=True))
        if out is not user
    ]
    if not drawn:
        return meeting
    rows, farther = [n for n, _ in drawn], [out for _, out in drawn]
    # Straight on we meet nobody who may as well be clear of us; whom we turn at is met either way.
    away = _as_placed(farther, ride_on(farther, motion, fit.truck), motion, paths, fit)
    met = np.any(away.touch, axis=2, keepdims=True)
    turns = ~paths.present[:, None] & (motion.indicator or motion.steer_rad >= STEERING_SEEN_RAD)
    touch = meeting.touch.copy()
    touch[rows] &= met | turns
    return replace(meeting, touch=touch)


def _as_placed(
    users: Sequence[Track], riders: tuple[Riders, Riders], motion: Motion, paths: Paths, fit: Fit
) -> _Meeting:
    """With the truck, and with the trailer where there is one."""
    truck, trailer = fit.truck, fit.trailer
    size_m = (truck.length_m, truck.width_m)
    body = _met(users, riders, lambda one: in_body(paths, one, truck), paths, size_m)
    if trailer is None:
        return body
    size_m = (trailer.length_m, trailer.width_m)
    placed = partial(in_trailer, paths, fit=fit, trailer=trailer, angle_rad=motion.trailer_rad)
    behind = _met(users, riders, placed, paths, size_m)
    # Straight on it goes where we went; who runs into its side is not helped by our brake.
    cuts_in = ~paths.present | (max(motion.steer_rad, -motion.trailer_rad) >= BEND_RAD)
    touch = body.touch | (behind.touch & cuts_in[:, None])
    return replace(body, clear_m=np.minimum(body.clear_m, behind.clear_m), touch=touch)


def _met(
    users: Sequence[Track],
    riders: tuple[Riders, Riders],
    placed: Callable[[Riders], tuple[Floats, Floats, Floats]],
    paths: Paths,
    size_m: tuple[float, float],
) -> _Meeting:
    """One body and the users `placed` against it: as they ride, on its present path along its bend."""
    own, bent = riders
    x, y, course = placed(own)
    if bent is not own:
        follows, present = placed(bent), paths.present[:, None]
        x, y, course = (np.where(present, *both) for both in zip(follows, (x, y, course), strict=True))
    half_m = (size_m[0] / 2, size_m[1] / 2)
    clear_m = clearance(x, y, course, half_m, np.array([(t.length_m / 2, t.width_m / 2) for t in users]))
    near_m = np.where(paths.brake == LATE, CONTACT_M + POSITION_SIGMA_M, CONTACT_M)[:, None]
    touch = (clear_m < near_m) & (paths.speed_mps > ROLLING_MPS)
    return _Meeting(clear_m, touch & ~_from_behind(touch, x, half_m[0])[:, :, None], x, y)


def _from_behind(touch: Bools, x_m: Floats, half_m: float) -> Bools:
    """(user, row): he runs into our tail, whatever we do; braking only brings him there sooner."""
    first = np.argmax(touch, axis=2)[:, :, None]
    behind: Bools = np.take_along_axis(np.broadcast_to(x_m, touch.shape), first, axis=2)[:, :, 0] < -half_m
    return behind


def _probabilities(
    meeting: _Meeting, p_turn: float, paths: Paths, bend: Floats
) -> tuple[Floats, Floats, Floats]:
    """Contact if nobody brakes; if we wait one cycle more; if we wait until the steering is seen."""
    hit: Bools = np.any(meeting.touch, axis=2, keepdims=False)
    never = hit[:, paths.brake == NEVER]
    late = never & hit[:, paths.brake == LATE]
    present = paths.present[paths.brake == NEVER]
    unrecoverable = never[:, ~present] & hit[:, paths.brake == UNRECOVERABLE]
    weight = paths.weight[paths.brake == NEVER]
    share = np.where(present, (1 - p_turn) * bend[:, None], p_turn) * weight
    sums = (
        np.sum(never * share, axis=1),
        np.sum(late * share, axis=1),
        np.sum(unrecoverable * share[:, ~present], axis=1),
    )
    p_contact, p_late, p_unrecoverable = (np.clip(p, 0.0, 1.0) for p in sums)  # only rounding is clipped
    return p_contact, p_late, p_unrecoverable


def _bend_factor(track: Track, motion: Motion, truck: Truck) -> float:
    """Less than 1 where truck and road user seem to follow the same bend."""
    course_rad = abs(math.atan2(truck.near_sign * track.vy_mps, track.vx_mps))
    rides = math.hypot(track.vx_mps, track.vy_mps) > SAME_BEND_MPS
    same = not motion.indicator and motion.steer_rad >= BEND_RAD and rides and course_rad < SAME_BEND_RAD
    return SAME_BEND_FACTOR if same else 1.0


def _likeliest(
    meeting: _Meeting, n: int, p_turn: float, paths: Paths, truck: Truck
) -> tuple[float | None, tuple[float, float] | None, float]:
    """Time and place (truck axes) of contact on the likeliest unbraked path that meets; smallest
    clearance on the likeliest of all.
    """
    share = np.where(paths.present, 1 - p_turn, p_turn) * paths.weight * (paths.brake == NEVER)
    clear_m = float(meeting.clear_m[n, np.argmax(share)].min())
    meets = share * meeting.touch[n].any(axis=1)
    if not meets.any():
        return None, None, clear_m
    row = int(np.argmax(meets))
    step = int(np.argmax(meeting.touch[n, row]))
    x_m, y_m = meeting.x_m[n, row, step], meeting.y_m[n, row, step]
    if x_m >= -truck.length_m / 2:  # else the trailer meets him where he is then
        x_m = np.clip(x_m, -truck.length_m / 2, truck.length_m / 2)
        y_m = np.clip(y_m, -truck.width_m / 2, truck.width_m / 2)
    x_m -= truck.length_m / 2
    at_m = (float(x_m), float(truck.near_sign * y_m))
    return float(TIMES_S[step]), at_m, clear_m


def in_information_zone(track: Track, truck: Truck, around_m: float = 0.0) -> bool:
    """In the zone of UN R151, as widened here, or so little outside it."""
    out_m = truck.near_sign * track.y_m - truck.width_m / 2
    along = ZONE_X_M[0] - around_m <= track.x_m <= ZONE_X_M[1] + around_m
    return along and ZONE_OUT_M[0] <= out_m <= ZONE_OUT_M[1] + around_m
