"""Detections of one radar as equations in speed and yaw rate; the truck's own body left out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar, Truck
from edge_controller.messages import Detection

Floats = NDArray[np.float64]

MOST = 64  # strongest detections looked at
NEAREST_M = 6.0  # nearer, the unknown height of a reflection turns its Doppler by more than 2 %
OWN_BODY_M = 1.0  # glints of our own flank land this far out
CELL_M, CELL_RAD = 2.0, 0.15  # reflections of one body share one vote: a car beside us makes eighty
CELLS_AROUND = 64  # more than there are in a full turn


@dataclass(frozen=True, slots=True)
class Sights:
    """One radar's frame: what stands obeys `rate_mps = -(rows @ (speed, yaw rate))`."""

    rows: Floats  # (n, 2)
    rate_mps: Floats
    vote: Floats  # one per body, shared by its reflections
    range_m: Floats
    azimuth_rad: Floats
    knows_no_height: bool  # a line of antennas
    span_mps: float  # whole Doppler folds are this far apart
    arm_m: tuple[float, float]  # of the radar from the point without side slip

    @property
    def squares(self) -> Floats:
        """(n, 3) products of the two columns of `rows`."""
        one, two = self.rows[:, 0], self.rows[:, 1]
        return np.array((one * one, one * two, two * two)).T

    def __len__(self) -> int:
        return len(self.rate_mps)


def arm_of(radar: Radar, truck: Truck) -> tuple[float, float]:
    """Place of a radar seen from the point without side slip."""
    return radar.position_m[0] - truck.no_side_slip_x_m, radar.position_m[1]


def sights_of(
    detections: Sequence[Detection],
    radar: Radar,
    truck: Truck,
    *,
    square_height_m2: float = 0.0,
    tilt: float = 0.0,
) -> Sights:
    """What of a frame may stand on the ground; `radar` is posed as it is believed to be.

    Things stand above or below it by so much (mean square), and its channel phases tilt each sine.

    With u = cos(elevation) (cos, sin)(bearing) a thing that stands has the range rate -u · velocity of the
    sensor, and the sensor moves with (speed - yaw rate · y, yaw rate · x) of its arm.
    """
    arm_m = arm_of(radar, truck)
    span_mps = 2 * radar.max_range_rate_mps
    if not detections:
        nothing = np.zeros(0)
        return Sights(np.zeros((0, 2)), nothing, nothing, nothing, nothing, True, span_mps, arm_m)
    table = np.array([(d.range_m, d.range_rate_mps, d.azimuth_rad) for d in detections[:MOST]])
    table = table[table[:, 0] > NEAREST_M]
    range_m, rate_mps, azimuth_rad = np.ascontiguousarray(table.T)
    flat = detections[0].elevation_rad is None
    sine = np.sin(azimuth_rad)
    if flat:  # a line of antennas measures sin(azimuth) cos(elevation)
        cos_up = np.sqrt(np.maximum(1 - square_height_m2 / (range_m * range_m), 0.5))
        sine = (sine - tilt) / cos_up
    else:
        up = [d.elevation_rad for d in detections[:MOST] if d.range_m > NEAREST_M]
        cos_up = np.cos(np.array(up, dtype=np.float64))
        sine -= tilt / cos_up
    sine = np.minimum(np.maximum(sine, -1.0), 1.0)
    towards = np.empty(len(sine), np.complex128)  # ahead + 1j aside, truck axes
    towards.real, towards.imag = cos_up * np.sqrt(1 - sine * sine), cos_up * sine
    towards *= complex(math.cos(radar.yaw_rad), math.sin(radar.yaw_rad))
    theirs = ~_on_own_body(towards * range_m, radar, truck)
    rows = towards.view(np.float64).reshape(-1, 2) @ np.array(((1.0, -arm_m[1]), (0.0, arm_m[0])))
    if not theirs.all():
        rows, rate_mps, range_m, sine = rows[theirs], rate_mps[theirs], range_m[theirs], sine[theirs]
    azimuth_rad = np.arcsin(sine)
    return Sights(rows, rate_mps, _votes(range_m, azimuth_rad), range_m, azimuth_rad, flat, span_mps, arm_m)


def _on_own_body(away_m: NDArray[np.complex128], radar: Radar, truck: Truck) -> NDArray[np.bool_]:
    """What is so far off the radar, x + 1j y in truck axes: the body's box, and what glints beside it."""
    half_x, half_y = (truck.length_m + OWN_BODY_M) / 2, truck.width_m / 2 + OWN_BODY_M
    from_middle = away_m + complex(radar.position_m[0] + half_x, radar.position_m[1])
    return np.asarray((np.abs(from_middle.real) < half_x) & (np.abs(from_middle.imag) < half_y))


def _votes(range_m: Floats, azimuth_rad: Floats) -> Floats:
    if not len(range_m):
        return np.zeros(0)
    cell = (range_m * (1 / CELL_M)).astype(np.intp) * CELLS_AROUND
    cell += ((azimuth_rad + math.pi) * (1 / CELL_RAD)).astype(np.intp)
    return np.asarray(1 / np.bincount(cell)[cell])
