"""Who is drawn to our flank by his image in it, and where he may be instead.

A radar at the flank sees who rides beside it twice: where he is, and as far inside our own body. Where its
array cannot tell the two directions apart, they beat: what comes out lies between him and the flank, for
seconds.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from edge_controller.config import Array, Fit, Radar
from edge_controller.messages import Track

AT_FLANK_M = 0.15  # a radar so near to it looks along it
DRAWN_M = 0.8  # measured at most, 0.9 m beside the flank and 11 m back
DRAWN_S = 1.0  # ... and it comes and goes within a second
LEAST_COS = 0.4  # at the edge of what a radar sees


def undrawn(tracks: Sequence[Track], fit: Fit) -> dict[int, Track]:
    """Row and place of those who may be farther out, and come in by as much less, by as much as drawn."""
    drawn = {n: drawn_m(track, fit) for n, track in enumerate(tracks)}
    return {n: _out_by(tracks[n], out_m, fit.truck.near_sign) for n, out_m in drawn.items() if out_m}


def drawn_m(track: Track, fit: Fit) -> float:
    """So much farther from the near flank he may be; 0 where his image is told from him."""
    out_m = fit.truck.near_sign * track.y_m - fit.truck.width_m / 2
    if out_m <= 0 or track.x_m > 0:
        return 0.0
    unresolved_m = max(
        (_unresolved_m(track, radar) for radar in fit.radars if _at_flank(radar, fit)), default=0.0
    )
    return min(max(unresolved_m - out_m, 0.0), DRAWN_M)


def _at_flank(radar: Radar, fit: Fit) -> bool:
    return abs(fit.truck.near_sign * radar.position_m[1] - fit.truck.width_m / 2) < AT_FLANK_M


def _unresolved_m(track: Track, radar: Radar) -> float:
    """Nearer to the flank he is one with his image: half the Rayleigh width of the array, at his range."""
    dx_m, dy_m = track.x_m - radar.position_m[0], track.y_m - radar.position_m[1]
    broad = max(math.cos(math.atan2(dy_m, dx_m) - radar.yaw_rad), LEAST_COS)
    return math.hypot(dx_m, dy_m) * radar.profile.wavelength_m / (2 * _aperture_m(radar.array) * broad)


@cache
def _aperture_m(array: Array) -> float:
    across = [y_m for y_m, _ in array.virtual_m]
    return (max(across) - min(across)) * len(across) / (len(across) - 1)


def _out_by(track: Track, out_m: float, near_sign: int) -> Track:
    return replace(
        track,
        y_m=track.y_m + near_sign * out_m,
        vy_mps=track.vy_mps + near_sign * out_m / DRAWN_S,
        ax_mps2=0.0,
        ay_mps2=0.0,
    )
