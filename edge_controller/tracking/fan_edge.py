"""Who is heard at that edge of a radar's fan which the truck itself hides is at the other.

Antennas half a wavelength apart hear a wave from one end of their row like one from the other, and detection
tells both at the edge of its fan. A wave does not come through the truck.
"""

import math

import numpy as np

from edge_controller.config import Truck
from edge_controller.tracking.odometry import Bools, Floats, Mount, Odometry

# Detection's fan ends at a sine of 0.985, 80.06 degrees (EDGE_U of detection/scan.py).
EDGE_RAD, EDGE_SIGMA_RAD = math.radians(79.9), math.radians(5.0)  # what is told there may be beyond, up to 90
BLUR_RAD = math.radians(10.0)  # two sigma of an azimuth there, at most
SURELY_INSIDE_M = 0.5  # of the body: so far off a bearing along the flank may be


def turn_to_other_edge(seen: Floats, mount: Mount, odometry: Odometry, truck: Truck) -> None:
    """In place; range, azimuth and its sigma are the first rows of `seen` (row, n), in metres and radians."""
    range_m, azimuth_rad, sigma_rad = seen[:3]
    at_edge = (np.abs(azimuth_rad) > EDGE_RAD - np.minimum(2 * sigma_rad, BLUR_RAD)).nonzero()[0]
    if not at_edge.size:
        return
    heading_rad = azimuth_rad[at_edge] + mount.heading_rad
    sight = np.stack([np.cos(heading_rad), np.sin(heading_rad)], axis=1)
    ends_m = odometry.to_truck(mount.position_m + range_m[at_edge, None] * sight)
    turned = at_edge[_through_body(odometry.to_truck(mount.position_m[None])[0], ends_m, truck)]
    azimuth_rad[turned] = np.copysign(EDGE_RAD, -azimuth_rad[turned])
    sigma_rad[turned] = np.maximum(sigma_rad[turned], EDGE_SIGMA_RAD)


def _through_body(start_m: Floats, ends_m: Floats, truck: Truck) -> Bools:
    """Which lines from `start_m` (2,) to `ends_m` (n, 2) cross the body and end beyond it; in truck axes."""
    low_m = np.array([-truck.length_m, -truck.width_m / 2]) + SURELY_INSIDE_M
    high_m = np.array([0.0, truck.width_m / 2]) - SURELY_INSIDE_M
    way_m = ends_m - start_m
    way_m = np.where(way_m == 0.0, 1e-12, way_m)  # along a face: never within, or all the way
    faces = np.sort(np.stack([(low_m - start_m) / way_m, (high_m - start_m) / way_m]), axis=0)
    entered, left = faces[0].max(axis=1), faces[1].min(axis=1)
    return np.asarray((entered < left) & (entered > 0.0) & (left < 1.0))
