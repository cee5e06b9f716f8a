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
    range_m, rate_mps, azimuth_rad = table.T
    flat = detections[0].elevation_rad is None
    if flat:  # a line of antennas measures sin(azimuth) cos(elevation)
        cos_up = np.sqrt(np.maximum(1 - square_height_m2 / (range_m * range_m), 0.5))
    else:
        cos_up = np.cos(np.array([d.elevation_rad for d in detections[:MOST]], dtype=np.float64))
    sine = np.sin(azimuth_rad) / (cos_up if flat else 1.0) - tilt / cos_up
    azimuth_rad = np.arcsin(np.clip(sine, -1, 1))
    bearing_rad = azimuth_rad + radar.yaw_rad
    ahead, aside = cos_up * np.cos(bearing_rad), cos_up * np.sin(bearing_rad)
    x_m, y_m = radar.position_m[0] + range_m * ahead, radar.position_m[1] + range_m * aside
    ours = (np.abs(y_m) < truck.width_m / 2 + OWN_BODY_M) & (x_m < 0) & (x_m > -truck.length_m - OWN_BODY_M)
    keep = (range_m > NEAREST_M) & ~ours
    rows = np.stack([ahead, aside * arm_m[0] - ahead * arm_m[1]], axis=1)[keep]
    range_m, azimuth_rad = range_m[keep], azimuth_rad[keep]
    vote = _votes(range_m, azimuth_rad)
    return Sights(rows, rate_mps[keep], vote, range_m, azimuth_rad, flat, span_mps, arm_m)


def _votes(range_m: Floats, azimuth_rad: Floats) -> Floats:
    around = ((azimuth_rad + math.pi) / CELL_RAD).astype(np.intp)
    cell = (range_m / CELL_M).astype(np.intp) * CELLS_AROUND + around
    return np.asarray(1 / np.bincount(cell)[cell]) if len(cell) else np.zeros(0)
