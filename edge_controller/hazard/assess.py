"""Every road user against every path: who is hit, when, and whether waiting is still safe."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from edge_controller.config import Fit, Truck
from edge_controller.hazard.clearance import clearance_within, in_body
from edge_controller.hazard.drawn import undrawn
from edge_controller.hazard.moving_off import ahead, half_size_m
from edge_controller.hazard.paths import (
    BEND_RAD,
    DRIVEN,
    LATE,
    NEVER,
    SET_OFF,
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
from edge_controller.hazard.unsure import Known, goes_straight_on, surely, ways
from edge_controller.messages import Hazard, Track

CONTACT_M = 0.15
# Whether he is hit is judged at face value; whether waiting is safe, against where the tracker may err.
POSITION_SIGMA_M = 0.2
REACH_M = 0.4  # whether somebody is hit, nothing farther off is asked for
ROLLING_MPS = 0.14  # slower than 0.5 km/h counts as standing
SAME_BEND_FACTOR = 0.3
SAME_BEND_RAD = 0.10
SAME_BEND_MPS = 0.5  # slower than this he has no course
RELEVANT_M = 45.0

# UN R151, 5.3: from 30 m behind to 7 m ahead of the near-side front corner, 0.25 to 4.25 m beside the
# flank. Nearer is nearer still; outwards three sigma of the tracker's error are added, which far off is the
# bearing's (decisions 0039, 0156). The bicycles of rows 4 and 6 are closed in on at 2.8 m/s, and the lamp
# has to burn when they are 7.1 m ahead and 30.0 m behind.
ZONE_X_M = (-30.0 - 2.0, 7.0 + 1.5)
ZONE_OUT_M = (-0.3, 4.25)
ZONE_ERROR_M = 0.3
ZONE_ERROR_RAD = math.radians(2.0)
ZONE_KEEP_M = 1.0  # who was in it and wanders so far out is still there: the lamp must not flicker


@dataclass(frozen=True, slots=True)
class _Drive:
    """What the truck does, and may do."""

    fit: Fit
    motion: Motion
    paths: Paths
    share: Floats  # (row,) how likely each unbraked path is

    @classmethod
    def of(cls, motion: Motion, fit: Fit, brake_filled: bool) -> "_Drive":
        paths = roll_out(motion, fit.truck, fit.brake, brake_filled)
        unbraked = paths.weight * (paths.brake == NEVER)
        return cls(fit, motion, paths, np.where(paths.present, 1 - motion.p_turn, motion.p_turn) * unbraked)


@dataclass(frozen=True, slots=True)
class _Scene:
    """Everybody on all paths: one operation on all together is far quicker than one for each."""

    drive: _Drive
    riders: Riders
    halves_m: Floats  # (rider, row, 2) length and width


@dataclass(frozen=True, slots=True)
class _Meeting:
    """All riders on all paths; bodies seen from the middle of the truck, near side positive."""

    clear_m: Floats  # (rider, row, time); infinite where it is more than REACH_M and nobody asks
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
    drive = _Drive.of(motion, fit, brake_filled)
    body, meeting = _meetings(users, drive)
    front = ahead(users, body.x_m[:, SET_OFF], body.clear_m[:, SET_OFF], fit.truck)
    odds = _surely(_odds(meeting, users, drive), users, drive)
    p_contact, p_late, p_unrecoverable = odds.tolist()
    hazards = []
    for n, track in enumerate(users):
        time_s, at_m, clear_m = _likeliest(meeting, n, drive.share, fit.truck)
        hazards.append(
            Hazard(
                track_id=track.id,
                in_information_zone=in_information_zone(track, fit.truck),
                time_to_contact_s=time_s,
                contact_x_m=at_m and at_m[0],
                contact_y_m=at_m and at_m[1],
                min_clearance_m=clear_m,
                p_turn=motion.p_turn,
                p_contact=p_contact[n],
                p_late=p_late[n],
                p_unrecoverable=p_unrecoverable[n],
                around_information_zone=in_information_zone(track, fit.truck, ZONE_KEEP_M),
                in_moving_off_zone=front[n].in_zone,
                touched_on_moving_off=front[n].touched,
                touched_if_late=front[n].touched_late,
            )
        )
    return tuple(hazards)


def _meetings(users: Sequence[Track], drive: _Drive) -> tuple[_Meeting, _Meeting]:
    """With the truck's body alone, of each user and who else he may be; and of the users with all of it."""
    fit, paths = drive.fit, drive.paths
    farther = undrawn(users, fit)
    everyone = (*users, *farther.values())
    sizes_m = np.array([(t.length_m / 2, t.width_m / 2, *half_size_m(t)) for t in everyone])[:, None]
    halves_m = np.empty((len(everyone), len(paths.brake), 2))
    halves_m[:, DRIVEN], halves_m[:, SET_OFF] = sizes_m[..., :2], sizes_m[..., 2:]
    riders = ride_on(everyone, drive.motion, fit.truck, paths.present)
    scene = _Scene(drive, riders, halves_m)
    body = _met(scene, in_body(paths, riders, fit.truck), (fit.truck.length_m, fit.truck.width_m))
    return body, _met_either_way(_with_trailer(body, scene), list(farther), drive)


def _surely(odds: Floats, users: Sequence[Track], drive: _Drive) -> Floats:
    """(kind, user) what holds whichever way those go who are not known well; odds are changed in place.

    Their other ways are followed only where there is something that may not hold.
    """
    known = Known.of(users)
    odds[:, known.doubted] = 0.0
    if goes_straight_on(drive.motion):
        odds[:, ~known.settled] = 0.0
        return odds
    asked = np.flatnonzero(~known.settled & odds.any(axis=0))
    if asked.size:
        may_go = ways([users[n] for n in asked.tolist()])
        _, meeting = _meetings(may_go, drive)
        odds[:, asked] = surely(_odds(meeting, may_go, drive), asked.size)
    return odds


def _with_trailer(body: _Meeting, scene: _Scene) -> _Meeting:
    """The same, and with the trailer where there is one."""
    fit, motion, paths = scene.drive.fit, scene.drive.motion, scene.drive.paths
    if fit.trailer is None:
        return body
    placed = in_trailer(paths, scene.riders, fit, fit.trailer, motion.trailer_rad)
    behind = _met(scene, placed, (fit.trailer.length_m, fit.trailer.width_m))
    # Straight on it goes where we went; who runs into its side is not helped by our brake.
    cuts_in = ~paths.present | (max(motion.steer_rad, -motion.trailer_rad) >= BEND_RAD)
    touch = body.touch | (behind.touch & cuts_in[:, None])
    return replace(body, clear_m=np.minimum(body.clear_m, behind.clear_m), touch=touch)


def _met(scene: _Scene, placed: tuple[Floats, Floats, Floats], size_m: tuple[float, float]) -> _Meeting:
    """One body of the truck, and where they are `placed` against it."""
    x, y, course = placed
    half_m = (size_m[0] / 2, size_m[1] / 2)
    paths, share = scene.drive.paths, scene.drive.share
    near_m = np.where(paths.brake == LATE, CONTACT_M + POSITION_SIGMA_M, CONTACT_M)[:, None]
    rolls = paths.speed_mps > ROLLING_MPS
    rolls[SET_OFF] = True
    likeliest = np.arange(len(share)) == share.argmax()
    clear_m = clearance_within(REACH_M, x, y, course, half_m, scene.halves_m, (rolls, likeliest))
    touch = (clear_m < near_m) & rolls
    return _Meeting(clear_m, touch & ~_from_behind(touch, x, half_m[0])[:, :, None], x, y)


def _met_either_way(meeting: _Meeting, drawn: list[int], drive: _Drive) -> _Meeting:
    """Without those who are last, who are the `drawn` ones as far out as they may be.

    Straight on we meet nobody who may as well be clear of us; whom we turn at is met either way.
    """
    if not drawn:
        return meeting
    count, motion = len(meeting.touch) - len(drawn), drive.motion
    met = np.any(meeting.touch[count:], axis=2, keepdims=True)
    turns = ~drive.paths.present[:, None] & (motion.indicator or motion.steer_rad >= STEERING_SEEN_RAD)
    touch = meeting.touch[:count].copy()
    touch[drawn] &= met | turns
    return replace(meeting, touch=touch)


def _from_behind(touch: Bools, x_m: Floats, half_m: float) -> Bools:
    """(rider, row): he runs into our tail, whatever we do; braking only brings him there sooner."""
    first = touch.argmax(axis=2)
    starts = np.arange(0, x_m.size, x_m.shape[2]).reshape(first.shape)
    behind: Bools = x_m.take(starts + first) < -half_m
    return behind


def _odds(meeting: _Meeting, users: Sequence[Track], drive: _Drive) -> Floats:
    """(kind, user): contact if nobody brakes; if we wait one cycle more; until the steering is seen."""
    p_turn, paths = drive.motion.p_turn, drive.paths.only(DRIVEN)
    bend = _bend_factors(users, drive.motion, drive.fit.truck)
    unbraked = paths.brake == NEVER
    hit: Bools = np.any(meeting.touch[: len(users), DRIVEN], axis=2)
    never = hit[:, unbraked]
    late = never & hit[:, paths.brake == LATE]
    present = paths.present[unbraked]
    unrecoverable = never[:, ~present] & hit[:, paths.brake == UNRECOVERABLE]
    share = np.where(present, (1 - p_turn) * bend[:, None], p_turn) * paths.weight[unbraked]
    sums = np.array(
        [
            np.sum(never * share, axis=1),
            np.sum(late * share, axis=1),
            np.sum(unrecoverable * share[:, ~present], axis=1),
        ]
    )
    odds: Floats = np.minimum(np.maximum(sums, 0.0), 1.0)  # only rounding is clipped
    return odds


def _bend_factors(tracks: Sequence[Track], motion: Motion, truck: Truck) -> Floats:
    """Less than 1 where truck and road user seem to follow the same bend."""
    if motion.indicator or motion.steer_rad < BEND_RAD:
        return np.ones(len(tracks))
    return np.array([SAME_BEND_FACTOR if _is_along(track, truck) else 1.0 for track in tracks])


def _is_along(track: Track, truck: Truck) -> bool:
    course_rad = abs(math.atan2(truck.near_sign * track.vy_mps, track.vx_mps))
    return math.hypot(track.vx_mps, track.vy_mps) > SAME_BEND_MPS and course_rad < SAME_BEND_RAD


def _likeliest(
    meeting: _Meeting, n: int, share: Floats, truck: Truck
) -> tuple[float | None, tuple[float, float] | None, float]:
    """Time and place (truck axes) of contact on the likeliest unbraked path that meets; smallest
    clearance on the likeliest of all.
    """
    clear_m = float(meeting.clear_m[n, share.argmax()].min())
    meets = share * meeting.touch[n].any(axis=1)
    row = int(meets.argmax())
    if not meets[row]:
        return None, None, clear_m
    step = int(meeting.touch[n, row].argmax())
    x_m, y_m = float(meeting.x_m[n, row, step]), float(meeting.y_m[n, row, step])
    if x_m >= -truck.length_m / 2:  # else the trailer meets him where he is then
        x_m = min(max(x_m, -truck.length_m / 2), truck.length_m / 2)
        y_m = min(max(y_m, -truck.width_m / 2), truck.width_m / 2)
    return float(TIMES_S[step]), (x_m - truck.length_m / 2, truck.near_sign * y_m), clear_m


def in_information_zone(track: Track, truck: Truck, around_m: float = 0.0) -> bool:
    """In the zone of UN R151, as widened here, or so little outside it."""
    out_m = truck.near_sign * track.y_m - truck.width_m / 2
    along = ZONE_X_M[0] - around_m <= track.x_m <= ZONE_X_M[1] + around_m
    off_m = max(ZONE_ERROR_M, ZONE_ERROR_RAD * abs(track.x_m)) + around_m
    return along and ZONE_OUT_M[0] <= out_m <= ZONE_OUT_M[1] + off_m
