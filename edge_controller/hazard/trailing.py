"""Where the trailer goes on each path of the truck. Near side positive, as in `paths`."""

import numpy as np

from edge_controller.config import Fit, Trailer
from edge_controller.hazard.paths import Floats, Paths
from edge_controller.hazard.riders import Riders


def in_trailer(
    paths: Paths, riders: Riders, fit: Fit, trailer: Trailer, angle_rad: float
) -> tuple[Floats, Floats, Floats]:
    """Centre and course of each rider relative to the middle of the trailer: (track, row, time) each."""
    lever_m = trailer.hitch_x_m - fit.truck.no_side_slip_x_m
    pin_x = paths.x_m + lever_m * np.cos(paths.heading_rad)
    pin_y = paths.y_m + lever_m * np.sin(paths.heading_rad)
    heading = trailed(pin_x, pin_y, angle_rad, trailer.wheelbase_m)
    cos, sin = np.cos(heading), np.sin(heading)
    dx = riders.x_m - fit.truck.no_side_slip_x_m - pin_x
    dy = riders.y_m - pin_y
    middle_m = trailer.ahead_of_hitch_m - trailer.length_m / 2
    return dx * cos + dy * sin - middle_m, dy * cos - dx * sin, riders.course_rad - heading


def trailed(pin_x_m: Floats, pin_y_m: Floats, angle_rad: float, wheelbase_m: float) -> Floats:
    """(row, time): heading of what is drawn on a pin along these places, `angle_rad` at first."""
    dx, dy = np.diff(pin_x_m, axis=1), np.diff(pin_y_m, axis=1)
    heading = np.full(pin_x_m.shape, angle_rad)
    for n in range(dx.shape[1]):
        before = heading[:, n]
        middle = before + _turned(dx[:, n], dy[:, n], before) / (2 * wheelbase_m)
        heading[:, n + 1] = before + _turned(dx[:, n], dy[:, n], middle) / wheelbase_m
    return heading


def _turned(dx_m: Floats, dy_m: Floats, heading_rad: Floats) -> Floats:
    across_m: Floats = dy_m * np.cos(heading_rad) - dx_m * np.sin(heading_rad)
    return across_m
