"""Where the truck may go in the next three seconds: a few drivers, with and without our brake.

Kinematic: yaw rate = v tan(steer) / wheelbase about the no-side-slip point, which starts at the origin
with heading 0. Near side positive.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Brake, Truck
from edge_controller.hazard.turn import Motion

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

HORIZON_S = 3.0
STEP_S = 0.1
TIMES_S = np.arange(0, round(HORIZON_S / STEP_S) + 1) * STEP_S
TURN_RADII_M = (8.0, 12.0, 16.0)
TURN_RATES_RADPS = (0.12, 0.30)
BEND_RAD = 0.05  # a lane keeper corrects what is smaller
LANE_BACK_RAD = -0.04
LANE_BACK_RADPS = 0.10
SLOWING_MPS2 = -0.5
SETTING_OFF_MPS = 2.5
SETTING_OFF_MPS2 = 0.2
SET_OFF_MPS2 = 0.8
SET_OFF_TO_MPS = 3.5

# From the middle of a radar frame to the request on the vehicle bus: samples and processing 35 ms,
# waiting for the next edge frame 20 ms, gateway tick 10 ms.
CHAIN_S = 0.065
PRECHARGED_DEAD_S = 0.05  # dead time left once the brake has been filled
CYCLE_S = 0.06
MARGIN_S = 0.1
STEERING_SEEN_RAD = 0.03
STEERING_SEEN_S = 0.12

NEVER, LATE, UNRECOVERABLE = 0, 1, 2  # when our brake bites
DRIVEN, SET_OFF = slice(None, -2), slice(-2, None)  # rows of `roll_out`


@dataclass(frozen=True, slots=True)
class Paths:
    """One row per (driver, brake moment): poses over TIMES_S."""

    x_m: Floats  # (row, time) of the no-side-slip point
    y_m: Floats
    heading_rad: Floats
    speed_mps: Floats
    present: Bools  # (row,) the present path; the others turn
    weight: Floats  # (row,) within turn or present
    brake: NDArray[np.int64]  # (row,) NEVER, LATE or UNRECOVERABLE

    def only(self, rows: slice) -> "Paths":
        """Some of the rows."""
        return Paths(
            self.x_m[rows],
            self.y_m[rows],
            self.heading_rad[rows],
            self.speed_mps[rows],
            self.present[rows],
            self.weight[rows],
            self.brake[rows],
        )


def roll_out(motion: Motion, truck: Truck, brake: Brake, brake_filled: bool) -> Paths:
    """Every driver we think possible, each with every moment our brake may bite: rows DRIVEN.

    Then, in rows SET_OFF, the truck sets off with its wheels as they stand: unbraked, and braked one cycle
    late. Together, as each operation costs more than its few rows.
    """
    final_rad, rate_radps = _steerings(motion, truck)
    modes = _speed_modes(motion)
    rows = _rows(len(final_rad), len(modes))
    bites_s = _bites(motion, brake, brake_filled, rows.moment, rate_radps[rows.steering])
    speed = _speeds(motion.speed_mps, np.array(modes)[rows.mode], bites_s, brake.max_decel_mps2)
    steer = _steer(motion.steer_rad, final_rad[rows.steering], rate_radps[rows.steering])
    heading, x, y = _travel(speed, steer, truck.wheelbase_m)
    return Paths(x, y, heading, speed, rows.present, rows.weight, rows.moment)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Which driver a row is; the same for each call, whatever the truck does."""

    steering: NDArray[np.int64]
    mode: NDArray[np.int64]
    moment: NDArray[np.int64]
    present: Bools
    weight: Floats


@cache
def _rows(steerings: int, modes: int) -> _Rows:
    """Over steerings, then speed modes, then brake moments; the last of both are those of who sets off.

    The last steering before is the present path.
    """
    moments = (NEVER, LATE, UNRECOVERABLE)
    steering, mode, moment = (
        grid.ravel() for grid in np.meshgrid(range(steerings - 1), range(modes - 1), moments, indexing="ij")
    )
    present = steering == steerings - 2
    wanted = ~(present & (moment == UNRECOVERABLE))
    present = present[wanted]
    count = np.where(present, 1, steerings - 2) * (modes - 1)
    return _Rows(
        np.append(steering[wanted], [steerings - 1] * 2),
        np.append(mode[wanted], [modes - 1] * 2),
        np.append(moment[wanted], [NEVER, LATE]),
        np.append(present, [False, False]),
        np.append(1 / count, [0.0, 0.0]),
    )


def _steerings(motion: Motion, truck: Truck) -> tuple[Floats, Floats]:
    """Final angle and rate of the turns, then of the present path, then of who sets off."""
    rates = TURN_RATES_RADPS
    if motion.steer_rad > 0.04 and motion.steer_rate_radps > 0.05:
        rates = (
            min(max(0.8 * motion.steer_rate_radps, 0.08), 0.35),
            min(max(1.3 * motion.steer_rate_radps, 0.08), 0.35),
        )
    turns = [
        (max(angle_rad, motion.steer_rad), rate)
        for angle_rad in _turn_angles(truck.wheelbase_m)
        for rate in rates
    ]
    kept = (motion.steer_rad, 0.0) if motion.steer_rad >= BEND_RAD else (LANE_BACK_RAD, LANE_BACK_RADPS)
    final, rate = np.array([*turns, kept, (motion.steer_rad, 0.0)]).T
    return final, rate


@cache
def _turn_angles(wheelbase_m: float) -> tuple[float, ...]:
    return tuple(float(np.arctan(wheelbase_m / radius_m)) for radius_m in TURN_RADII_M)


def _speed_modes(motion: Motion) -> list[tuple[float, float]]:
    """(acceleration, speed it ends at); the last is that of who sets off."""
    steady = (0.0, motion.speed_mps)
    sets_off = (SET_OFF_MPS2, max(SET_OFF_TO_MPS, motion.speed_mps))
    if motion.accel_mps2 < SLOWING_MPS2:
        return [steady, (motion.accel_mps2, 0.0), sets_off]
    if motion.speed_mps < SETTING_OFF_MPS and motion.accel_mps2 > SETTING_OFF_MPS2:
        return [(SET_OFF_MPS2, SET_OFF_TO_MPS), sets_off]
    return [steady, sets_off]


def _bites(
    motion: Motion, brake: Brake, brake_filled: bool, moment: NDArray[np.int64], rate_radps: Floats
) -> Floats:
    """When full braking bites, per row."""
    dead_s = PRECHARGED_DEAD_S if brake_filled else brake.dead_s
    late_s = CHAIN_S + brake.latency_s + dead_s + brake.rise_s + CYCLE_S + MARGIN_S
    to_be_seen_s = max(0.0, STEERING_SEEN_RAD - motion.steer_rad) / np.maximum(rate_radps, 1e-3)
    seen_s = CHAIN_S + brake.latency_s + brake.dead_s + brake.rise_s + to_be_seen_s + STEERING_SEEN_S
    return np.where(moment == NEVER, np.inf, np.where(moment == LATE, late_s, seen_s))


def _speeds(speed_mps: float, modes: Floats, bites_s: Floats, decel_mps2: float) -> Floats:
    """(row, time): the driver's speed until the brake bites, then down to standstill."""

    def driven(t_s: Floats) -> Floats:
        accel, end = modes[:, :1], modes[:, 1:]
        reached = speed_mps + accel * t_s
        return np.where(
            accel < 0, np.maximum(reached, end), np.where(accel > 0, np.minimum(reached, end), speed_mps)
        )

    bites = bites_s[:, None]
    before = driven(np.minimum(TIMES_S, bites))
    braking_s = np.where(bites < TIMES_S, TIMES_S - np.where(np.isfinite(bites), bites, 0.0), 0.0)
    return np.maximum(before - decel_mps2 * braking_s, 0.0)


def _steer(now_rad: float, final_rad: Floats, rate_radps: Floats) -> Floats:
    """(row, time): from the present angle to the final one at the row's rate."""
    way = (final_rad - now_rad)[:, None]
    return now_rad + np.sign(way) * np.minimum(np.abs(way), rate_radps[:, None] * TIMES_S)


def _travel(speed_mps: Floats, steer_rad: Floats, wheelbase_m: float) -> tuple[Floats, Floats, Floats]:
    """Heading and place by the midpoint rule."""
    step_m = STEP_S * (speed_mps[:, 1:] + speed_mps[:, :-1]) / 2
    turned = step_m * np.tan((steer_rad[:, 1:] + steer_rad[:, :-1]) / 2) / wheelbase_m
    heading = _summed(turned)
    x_m, y_m = way_along(step_m, (heading[:, 1:] + heading[:, :-1]) / 2)
    return heading, x_m, y_m


def way_along(step_m: Floats, course_rad: Floats) -> Floats:
    """(x or y, row, time) of who makes such steps (row, step) on such courses."""
    steps = np.empty((2, *step_m.shape))
    np.cos(course_rad, out=steps[0])
    np.sin(course_rad, out=steps[1])
    steps *= step_m
    return _summed(steps)


def _summed(steps: Floats) -> Floats:
    sums = np.zeros((*steps.shape[:-1], steps.shape[-1] + 1))
    np.cumsum(steps, axis=-1, out=sums[..., 1:])
    return sums
