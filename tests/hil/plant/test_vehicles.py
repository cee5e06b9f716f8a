"""Every vehicle against the turning tables: where its wheels, corners and tail go."""

import math

import numpy as np
import pytest

from hil.plant.body import Body, Pose
from hil.plant.vehicles import VEHICLES

TRACK_M = 2.05
# Radius of the inner bogie wheel, and how much farther out the inner front wheel is.
INNER_M = (7.2, 8.0, 10.0, 12.5, 15.0)
INNER_WHEEL_DIFFERENCE_M = {
    "tipper_8x4": (1.97, 1.81, 1.50, 1.23, 1.04),
    "mixer_8x4": (1.85, 1.69, 1.40, 1.15, 0.97),
    "tipper_6x4": (1.17, 1.07, 0.88, 0.71, 0.60),
}


@pytest.mark.parametrize("name", list(INNER_WHEEL_DIFFERENCE_M))
def test_the_inner_wheels_run_as_the_turning_table_says(name: str) -> None:
    for inner_m, difference_m in zip(INNER_M, INNER_WHEEL_DIFFERENCE_M[name], strict=True):
        front_m = math.hypot(inner_m, VEHICLES[name].wheelbase_m)
        assert front_m - inner_m == pytest.approx(difference_m, abs=0.015)


@pytest.mark.parametrize(
    ("name", "axles_m", "overhang_m", "length_m"),
    [
        ("tipper_8x4", (1.80, 3.20, 1.35), 1.45, (9.6, 10.0)),
        ("mixer_8x4", (1.80, 3.00, 1.35), 1.45, (9.3, 9.3)),
        ("tipper_6x4", (3.60, 1.35), 1.40, (8.5, 8.5)),
    ],
)
def test_the_bogie_centre_is_between_the_last_axles(
    name: str, axles_m: tuple[float, ...], overhang_m: float, length_m: tuple[float, float]
) -> None:
    body = VEHICLES[name]
    base_m = sum(axles_m) - axles_m[-1] / 2
    assert body.wheelbase_m == pytest.approx(base_m)
    assert body.no_side_slip_x_m == pytest.approx(-overhang_m - base_m)
    assert length_m[0] <= body.length_m <= length_m[1]


def turned(body: Body, heading_rad: float, trailer_rad: float = 0.0) -> Pose:
    """A pose whose bogie centre lies at the origin."""
    lever_m = -body.no_side_slip_x_m
    x_m, y_m = lever_m * math.cos(heading_rad), lever_m * math.sin(heading_rad)
    return Pose(x_m, y_m, heading_rad, 2.0, 0.0, 0.0, 0.0, trailer_rad)


@pytest.mark.parametrize("name", ["tipper_8x4", "mixer_8x4", "tipper_6x4"])
def test_the_tail_swings_out_on_the_off_side(name: str) -> None:
    """Turning right about a centre beside the bogie, the left rear corner gets farther out than the flank."""
    body = VEHICLES[name]
    centre = np.array([0.0, -10.0])
    (outline,) = body.outlines(turned(body, 0.0))
    tail = outline[np.argmin(outline[:, 0] - outline[:, 1])]
    overhang_m = body.length_m + body.no_side_slip_x_m
    flank_m = 10.0 + body.width_m / 2
    assert math.hypot(*(tail - centre)) == pytest.approx(math.hypot(flank_m, overhang_m))
    assert math.hypot(*(tail - centre)) - flank_m > 0.1


def test_the_semitrailer_is_two_outlines_that_meet_at_the_kingpin() -> None:
    body = VEHICLES["semitrailer"]
    truck, trailer = body.outlines(turned(body, 0.0))
    assert trailer[:, 0].max() == pytest.approx(1.6)
    assert trailer[:, 0].max() - trailer[:, 0].min() == pytest.approx(13.6)
    assert truck[:, 0].max() - trailer[:, 0].min() == pytest.approx(17.0)
    assert trailer[:, 1].max() == pytest.approx(2.55 / 2)
    _, bent = body.outlines(turned(body, 0.0, math.pi / 2))
    assert bent[:, 1].min() == pytest.approx(-12.0)


@pytest.mark.parametrize("name", list(VEHICLES))
def test_outlines_mirror(name: str) -> None:
    body = VEHICLES[name]
    for left, right in zip(
        body.outlines(turned(body, 0.3, 0.1)), body.outlines(turned(body, -0.3, -0.1)), strict=True
    ):
        mirrored = np.sort(right * [1, -1], axis=0)
        assert np.array_equal(np.sort(left, axis=0), mirrored)
