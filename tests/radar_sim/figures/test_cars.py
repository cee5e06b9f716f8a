"""Cars, driving and parked."""

import math
from pathlib import Path

import numpy as np
import pytest

from radar_sim import Box, SceneError, Thing
from radar_sim.figures.vehicles import car, parked_row
from radar_sim.picture.sighting import sighting
from radar_sim.propagation import View
from radar_sim.scene.scatterers import Aspect
from radar_sim.scene.scene import scene_of
from tests.radar_sim.propagation.side import STILL, X_M, Y_M, fit, view

# Every 10 degrees from front to rear, as published with the open simulator of Wengerter.
TABLE_DBSM = (10, 7, 6, 5, 4, 4, 3, 2, 5, 20, 5, 0, 0, 0, 1, 3, 5, 10, 15)


def behind(box: Box, points_m: np.ndarray, eye_m: np.ndarray) -> np.ndarray:
    """Whether a box lies between eye and points: slabs along its own axes, written for this test."""
    cos, sin = math.cos(box.heading_rad), math.sin(box.heading_rad)
    turn = np.array([[cos, sin, 0.0], [-sin, cos, 0.0], [0.0, 0.0, 1.0]])
    middle = np.array([box.x_m, box.y_m, (box.low_m + box.high_m) / 2])
    half = np.array([box.length_m, box.width_m, box.high_m - box.low_m]) / 2
    start, ends = turn @ (eye_m - middle), (points_m - middle) @ turn.T
    way = np.where(ends == start, 1e-12, ends - start)
    first, second = (-half - start) / way, (half - start) / way
    enter = np.maximum(np.minimum(first, second).max(axis=1), 0.0)
    leave = np.minimum(np.maximum(first, second).min(axis=1), 1.0)
    return np.asarray(enter < leave)


def seen_dbsm(eye: View, thing: Thing) -> float:
    """Power of all points one radar sees; without mirrors."""
    alone = Thing(thing.name, thing.scatterers, thing.boxes)
    seen, m2 = sighting(scene_of(STILL, alone), eye)
    return 10 * math.log10(float(m2[seen].sum()))


@pytest.mark.parametrize("off_deg", [0, 5])
def test_a_car_is_as_bright_from_each_side_as_the_table_says_where_no_flank_mirrors(
    tmp_path: Path, off_deg: int
) -> None:
    """As a radar 60 m away sees it, and in the mean over the aspects without a bias."""
    eye = view(fit(tmp_path, ("slope_mhz_per_us = 80.0", "slope_mhz_per_us = 20.0")))
    table = [*TABLE_DBSM[:9], 5.0, *TABLE_DBSM[10:]]  # the flash of 20 dBsm belongs to the mirror
    off = []
    for aspect in range(off_deg, 181, 10):
        heading = math.pi / 2 - math.radians(aspect)
        cars = [car(X_M, Y_M - 60.0, heading, seed=seed) for seed in range(10)]
        expected = np.interp(aspect, range(0, 181, 10), table)
        off.append(np.mean([seen_dbsm(eye, one) for one in cars]) - expected)
        assert off[-1] == pytest.approx(0.0, abs=2.0), aspect
    assert np.mean(off) == pytest.approx(0.0, abs=1.0)


def test_the_flash_of_the_flank_is_that_of_the_table_at_10_metres() -> None:
    """pi R^2 rho / (rho + R) of a bulging door against the 20 dBsm measured square on."""
    (right, left) = car(0.0, 0.0, 0.0).mirrors
    for flank in (right, left):
        flash_m2 = math.pi * 10.0**2 * flank.radius_m / (flank.radius_m + 10.0) * flank.reflection**2
        assert 10 * math.log10(flash_m2) == pytest.approx(20.0, abs=2.5)


@pytest.mark.parametrize("heading", [0.0, 1.0, -2.5])
def test_flanks_reflect_outwards_and_ride_with_the_car(heading: float) -> None:
    thing = car(3.0, -5.0, heading, 7.0, 2.0)
    ahead = np.array([math.cos(heading), math.sin(heading)])
    for flank, side in zip(thing.mirrors, (-1.0, 1.0), strict=True):
        along = np.subtract(flank.end_m, flank.start_m)
        out = np.array([-along[1], along[0]]) / np.linalg.norm(along)
        middle = (np.array(flank.start_m) + np.array(flank.end_m)) / 2 - [3.0, -5.0]
        assert middle == pytest.approx(out * 0.9)
        assert out @ [-math.sin(heading), math.cos(heading)] == pytest.approx(side)
        assert flank.velocity_mps == pytest.approx(tuple(7.0 * ahead))
    assert thing.velocity_mps == pytest.approx((*(7.0 * ahead), 0.0))


def test_a_car_is_60_to_150_points_around_a_box_that_hides_its_far_side() -> None:
    thing = car(0.0, 0.0, 0.0)
    assert 60 <= len(thing.scatterers) <= 150
    (hides,) = thing.boxes
    assert hides.hides_own
    assert (hides.length_m, hides.width_m) == pytest.approx((4.46, 1.76))
    eye = np.array([0.0, -8.0, 0.8])
    body = thing.scatterers.position_m[thing.scatterers.position_m[:, 2] > 0.3]
    hidden = behind(hides, body, eye)
    assert hidden[body[:, 1] > 0.85].all()
    assert not hidden[body[:, 1] < -0.89].any()


def test_a_distant_car_is_one_point_with_the_mean_of_the_table_and_wavers_by_aspect() -> None:
    eye = (-30.0, 0.0)
    powers = []
    for seed in range(4000):
        point = car(0.0, 0.0, 0.1, seed=seed, detail="point", seen_from_m=eye).scatterers
        assert len(point) == 1
        powers.append(point.rcs_m2[0])
    assert point.aspect[0] == Aspect.CAR_WENGERTER
    assert np.mean(powers) == pytest.approx(1.0, abs=0.05)
    assert np.std(10 * np.log10(powers)) == pytest.approx(3.41, abs=0.15)
    other = car(0.0, 0.0, 0.2, seed=seed, detail="point", seen_from_m=eye).scatterers
    assert other.rcs_m2[0] != point.rcs_m2[0]


def test_a_parked_row_fills_its_line_and_leaves_its_gap_free() -> None:
    row = parked_row((0.0, -5.0), (50.0, -5.0), gap_from_m=20.0, gap_to_m=30.0)
    ends = [(box.x_m - box.length_m / 2, box.x_m + box.length_m / 2) for box in row.boxes]
    assert all(box.y_m == pytest.approx(-5.0, abs=0.11) for box in row.boxes)
    assert all(high <= 20.0 or low >= 30.0 for low, high in ends)
    gaps = np.array(ends[1:])[:, 0] - np.array(ends[:-1])[:, 1]
    assert np.sort(gaps)[:-1] == pytest.approx(1.0 + 0.04)  # spacing, and the skin of both boxes
    assert gaps.max() >= 10.0
    in_gap = (row.scatterers.position_m[:, 0] > 20.0) & (row.scatterers.position_m[:, 0] < 30.0)
    assert not in_gap.any()
    assert len(row.mirrors) == 2 * len(row.boxes)
    whole = parked_row((0.0, -5.0), (50.0, -5.0))
    assert len(whole.boxes) == 9  # 9 x 4.5 m and 8 x 1 m
    assert len(parked_row((0.0, -5.0), (50.0, -5.0), empty_share=1.0).boxes) == 0


def test_what_stands_behind_the_row_appears_in_its_gap() -> None:
    row = parked_row((0.0, -5.0), (40.0, -5.0), gap_from_m=15.0, gap_to_m=25.0)
    people = np.array([[x, -7.0, 0.9] for x in np.arange(2.0, 38.0, 0.5)])
    eye = np.array([20.0, -1.3, 0.8])
    hidden = np.any([behind(box, people, eye) for box in row.boxes], axis=0)
    assert not hidden[np.abs(people[:, 0] - 20.0) < 5.0].any()
    assert hidden[np.abs(people[:, 0] - 20.0) > 12.0].any()


def test_rows_that_cannot_be_are_refused() -> None:
    with pytest.raises(SceneError, match="parked_row: gap_to_m 3 lies before gap_from_m 5"):
        parked_row((0.0, 0.0), (20.0, 0.0), gap_from_m=5.0, gap_to_m=3.0)
    with pytest.raises(SceneError, match="car: flank_radius_m is 0, not above zero"):
        car(0.0, 0.0, 0.0, flank_radius_m=0)
