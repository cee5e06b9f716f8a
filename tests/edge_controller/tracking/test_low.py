"""Stones on the ground close before a radar stand, though a row of antennas takes them for higher.

Physics: the row measures sin(azimuth) cos(elevation) and calls it sin(azimuth); the range rate is that of the
true line of sight.
"""

import math

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from edge_controller.config import load_fit, shipped_fit
from edge_controller.messages import Detection
from edge_controller.tracking.odometry import Odometry
from edge_controller.tracking.points import points_over_ground
from tests.edge_controller.tracking.test_tracker import truck_state

FIT = load_fit(shipped_fit("demo"))
RADARS = {radar.name: radar for radar in FIT.radars}
STEEPEST_RAD = math.radians(19)


def seen_by(name: str, at_m: tuple[float, float, float], closing_mps: tuple[float, float]) -> Detection:
    """A point in truck axes that the radar nears so; by the row's own idea of a bearing."""
    radar = RADARS[name]
    away_m = np.array(at_m) - radar.position_m
    range_m = float(np.linalg.norm(away_m))
    ahead, aside = math.cos(radar.yaw_rad), math.sin(radar.yaw_rad)
    return Detection(
        radar=name,
        t_s=0.0,
        range_m=range_m,
        range_rate_mps=-float(away_m[:2] @ np.array(closing_mps)) / range_m,
        azimuth_rad=math.asin((-aside * away_m[0] + ahead * away_m[1]) / range_m),
        azimuth_sigma_rad=0.005,
        snr_db=25.0,
        fold_margin_db=30.0,
        elevation_rad=None,
        peak=np.zeros(8, dtype=np.complex64),
    )


def moves(detection: Detection, own_mps: float) -> bool:
    odometry, radar = Odometry(FIT.truck), RADARS[detection.radar]
    odometry.move_to(0.0, truck_state(0.0, own_mps))
    points = points_over_ground([detection], radar, odometry.mount(radar), odometry, FIT.truck)
    return len(points) == 1 and bool(points.moves[0])


@given(
    st.sampled_from(["front", "corner"]),
    st.floats(-12, 12),
    st.floats(-6, -1.5),
    st.floats(0, 2),
    st.floats(0.5, 8.3),
)
def test_what_stands_lower_than_twice_the_radar_stands(
    name: str, x_m: float, y_m: float, z_m: float, own_mps: float
) -> None:
    radar = RADARS[name]
    away_m = np.array([x_m, y_m, z_m]) - radar.position_m
    off_rad = math.remainder(math.atan2(away_m[1], away_m[0]) - radar.yaw_rad, 2 * math.pi)
    assume(abs(off_rad) < math.radians(65) and z_m < 2 * radar.position_m[2])
    assume(abs(away_m[2]) < math.sin(STEEPEST_RAD) * float(np.linalg.norm(away_m)))
    assert not moves(seen_by(name, (x_m, y_m, z_m), (own_mps, 0.0)), own_mps)


@given(st.floats(1.5, 8.3), st.floats(-8, -1), st.floats(1.0, 4.0))
def test_who_rides_beside_us_moves(own_mps: float, x_m: float, out_m: float) -> None:
    """At our speed his range rate is none; so near only where he shows his speed along the line of sight."""
    level = seen_by("corner", (x_m, -1.25 - out_m, 1.0), (0.0, 0.0))
    assume(-x_m > 1.2 * out_m and own_mps * -x_m / math.hypot(x_m, out_m) > 1.6)
    assert moves(level, own_mps)
