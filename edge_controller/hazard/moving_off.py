"""Who is ahead of a truck that stands or creeps, and whom it would touch if it set off now."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edge_controller.config import Truck
from edge_controller.hazard.paths import TIMES_S, Bools, Floats
from edge_controller.hazard.standing import STANDING_USER_M
from edge_controller.messages import Track

# UN R159: from the front to 3.7 m ahead (nearer than its minimum plane of 0.8 m is nearer still), the body's
# width and 0.5 m to each side. The lamp must burn when somebody crosses that edge: tracker's error, half
# a person, and the time until it burns come on top.
ZONE_AHEAD_M = 3.7
ZONE_SIDE_M = 0.5
TRACK_ERROR_M = 0.3
LAMP_S = 0.3
BODY_BEHIND_M = 0.5  # of somebody at the bumper, the middle of his track

TOUCH_M = 0.2
SET_OFF_WITHIN_S = 2.5
SOON = slice(int(np.count_nonzero(TIMES_S <= SET_OFF_WITHIN_S)))
STANDING_USER_MPS = 0.5  # slower than this a course is noise


@dataclass(frozen=True, slots=True)
class Ahead:
    """What one track means for moving off."""

    in_zone: bool
    touched: bool  # within the first seconds, if the truck sets off and nobody brakes
    touched_late: bool  # ... also if we wait one cycle and then brake fully


def ahead(tracks: Sequence[Track], x_m: Floats, apart_m: Floats, truck: Truck) -> tuple[Ahead, ...]:
    """One answer per track: how far ahead of the body's middle he is, and how far apart from it.

    (track, SET_OFF, time); more rows may follow. What is infinite is at least TOUCH_M.
    """
    # Who stands so near beside the flank is not touched by a truck that drives on straight.
    nearer: Bools = apart_m < np.minimum(TOUCH_M, apart_m[:, :, :1] - 0.01)
    before: Bools = (apart_m == 0) & (x_m[:, :, :1] > truck.length_m / 2)
    touch: Bools = np.any((nearer | before)[:, :, SOON], axis=2)
    touched, late = touch.T.tolist()
    return tuple(
        Ahead(in_moving_off_zone(track, truck), touched[n], touched[n] and late[n])
        for n, track in enumerate(tracks)
    )


def in_moving_off_zone(track: Track, truck: Truck) -> bool:
    """In the zone of UN R159, or inside it by the time a lamp burns."""
    half_m = truck.width_m / 2 + ZONE_SIDE_M + TRACK_ERROR_M
    along = -BODY_BEHIND_M < track.x_m < ZONE_AHEAD_M + TRACK_ERROR_M
    y_m = track.y_m + LAMP_S * track.vy_mps
    return along and (abs(track.y_m) < half_m or abs(y_m) < half_m)


def half_size_m(track: Track) -> tuple[float, float]:
    """Length and width of his box, where a truck sets off towards him."""
    if math.hypot(track.vx_mps, track.vy_mps) < STANDING_USER_MPS:
        return STANDING_USER_M / 2, STANDING_USER_M / 2
    return track.length_m / 2, track.width_m / 2
