"""Who is heard at either edge of a radar's fan, and cannot be at the one, is at the other.

Physics: along a row of antennas half a wavelength apart a wave turns by half a turn from each to the next;
from which end it comes cannot be told. It does not come through the truck.
"""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_controller.config import Fit, load_fit, shipped_fit
from edge_controller.messages import Detection, Side
from edge_controller.tracking.odometry import Odometry
from edge_controller.tracking.points import points_over_ground
from tests.edge_controller.tracking.test_low import seen_by
from tests.edge_controller.tracking.test_tracker import truck_state

EDGE_RAD = math.radians(80.06)  # where a sine of 0.985 is


def placed(
    fit: Fit, radar: str, range_m: float, azimuth_rad: float, sigma_rad: float = 0.02
) -> tuple[list[tuple[float, float]], list[float]]:
    """Where in truck axes, and how unsure across the line of sight, in metres; empty where left out."""
    odometry, one = Odometry(fit.truck), fit.radar(radar)
    odometry.move_to(0.0, truck_state(0.0, 0.0))
    plain = seen_by("corner", (0.0, -5.0, 1.05), (0.0, 0.0))
    keys = {"radar": radar, "range_m": range_m, "azimuth_rad": azimuth_rad, "azimuth_sigma_rad": sigma_rad}
    found = Detection(**{name: keys.get(name, getattr(plain, name)) for name in Detection.__slots__})
    points = points_over_ground([found], one, odometry.mount(one), odometry, fit.truck)
    return odometry.to_truck(points.position_m).tolist(), points.cross_sigma_m.tolist()


@pytest.mark.parametrize(("side", "near"), [("right", -1.0), ("left", 1.0)])
@pytest.mark.parametrize("range_m", [3.5, 9.0, 25.0])
def test_what_the_corner_radar_hears_through_the_truck_is_ahead_on_the_near_side(
    side: Side, near: float, range_m: float
) -> None:
    fit = load_fit(shipped_fit("demo"), side)
    ((x_m, y_m),), (cross_m,) = placed(fit, "corner", range_m, near * EDGE_RAD)
    off_m = x_m - fit.radar("corner").position_m[0], near * y_m - 1.3
    assert math.hypot(*off_m) == pytest.approx(range_m)
    # Mounted 140 degrees round to the near side: its other edge is 60 degrees round, what is beyond 50 to 60.
    assert math.degrees(math.atan2(off_m[1], off_m[0])) == pytest.approx(60.0, abs=0.2)
    assert cross_m >= range_m * math.radians(4.9)


@pytest.mark.parametrize("edge", [-1.0, 1.0])
def test_where_no_truck_is_in_the_way_nobody_is_moved(edge: float) -> None:
    fit = load_fit(shipped_fit("demo"))
    (at_m,), (cross_m,) = placed(fit, "front", 9.0, edge * EDGE_RAD)
    heading_rad = fit.radar("front").yaw_rad + edge * EDGE_RAD
    assert at_m == pytest.approx([0.05 + 9 * math.cos(heading_rad), 0.4 + 9 * math.sin(heading_rad)])
    assert cross_m == pytest.approx(9.0 * 0.02)


@given(range_m=st.floats(1.0, 30.0), azimuth_deg=st.floats(-69.0, 79.0), sigma_rad=st.floats(0.005, 1.0))
def test_who_is_not_at_the_edge_stays_where_he_is(
    range_m: float, azimuth_deg: float, sigma_rad: float
) -> None:
    """Nor whose azimuth says next to nothing; who is inside the body is left out, here as ever."""
    fit = load_fit(shipped_fit("demo"))
    for x_m, y_m in placed(fit, "corner", range_m, math.radians(azimuth_deg), sigma_rad)[0]:
        heading_rad = math.atan2(y_m + 1.3, x_m + 0.25)
        assert math.cos(heading_rad - math.radians(azimuth_deg - 140)) == pytest.approx(1.0)


def test_an_azimuth_near_the_edge_counts_by_how_sure_it_is() -> None:
    fit = load_fit(shipped_fit("demo"))
    sure, unsure = (
        placed(fit, "corner", 9.0, math.radians(-75), math.radians(sigma_deg))[0][0]
        for sigma_deg in (1.0, 4.0)
    )
    assert sure[1] > 1.25
    assert unsure[1] < -1.25
