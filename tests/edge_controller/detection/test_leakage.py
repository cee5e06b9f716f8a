"""Who stands right before the radar is seen, from the first frame on and after any time."""

import math
from dataclasses import replace
from typing import Literal

import numpy as np
import pytest

from edge_controller.config import Radar, load_fit, shipped_fit
from edge_controller.detection import Detector
from edge_controller.detection.leakage import passes_by
from edge_controller.detection.spectrum import doppler_window, range_window
from tests.edge_controller.detection.nearby import PERSON_DBSM, Fitted, amplitude_of, nearest_to, truck_at
from tests.edge_controller.detection.points import Point

FIRST_M = {"corner": 0.67, "front": 0.30}  # first range that the fit states, by 4 range bins
THIN_DBSM = PERSON_DBSM - 30  # somebody at the edge of the pattern, a stick


def radar_of(name: str, side: Literal["right", "left"] = "right") -> Radar:
    """Of the demo's fit, with a quarter of its loops: as near, and sooner computed."""
    radar = load_fit(shipped_fit("demo"), side).radar(name)
    return replace(radar, profile=replace(radar.profile, loops=16))


def fitted(name: str, seed: int = 1, levels_db: tuple[float, float] = (35.0, 45.0)) -> Fitted:
    return Fitted(radar_of(name), np.random.default_rng(seed), levels_db)


def one_at(range_m: float, rcs_dbsm: float = PERSON_DBSM, azimuth_deg: float = 15.0) -> Point:
    return Point(range_m, 0.0, azimuth_deg, amplitude_of(range_m, rcs_dbsm))


def seen_at(radar: Fitted, point: Point) -> float:
    found = nearest_to(radar.frame([point], 0.0), point.range_m)
    assert found is not None, f"nobody seen at {point.range_m} m"
    return found


@pytest.mark.parametrize("name", ["corner", "front"])
@pytest.mark.parametrize("rcs_dbsm", [PERSON_DBSM, THIN_DBSM])
def test_from_the_stated_range_on_who_stands_is_placed_from_the_first_frame_on(
    name: str, rcs_dbsm: float
) -> None:
    for n, range_m in enumerate(np.linspace(FIRST_M[name], 1.2, 4)):
        found = seen_at(fitted(name, n), one_at(range_m, rcs_dbsm))
        assert found == pytest.approx(range_m, abs=0.03)


@pytest.mark.parametrize("name", ["corner", "front"])
def test_after_a_drive_who_stands_nearer_is_placed_too(name: str) -> None:
    radar = fitted(name)
    radar.drive(12.5)
    assert radar.detector.leakage.is_known
    for range_m in np.linspace(0.55 * FIRST_M[name], 1.2, 4):
        for rcs_dbsm in (PERSON_DBSM, THIN_DBSM):
            assert seen_at(radar, one_at(range_m, rcs_dbsm)) == pytest.approx(range_m, abs=0.03)


@pytest.mark.parametrize("name", ["corner", "front"])
def test_learned_leakage_is_cut_by_25_db(name: str) -> None:
    radar = fitted(name, levels_db=(60.0, 75.0))
    radar.drive(12.5)
    cube = np.zeros((8, 16, 256), np.complex64)
    tones = radar.own.reshape(16, 2, 4, 256).transpose(1, 2, 0, 3).reshape(cube.shape)
    tapers = doppler_window(16)[:, None] * range_window(256)
    cube[:] = np.fft.fft2(tones * tapers)
    power = (np.abs(cube) ** 2).sum(axis=0).astype(np.float32)
    before = power[:, :6].sum()
    radar.detector.leakage.take_off(cube, power)
    assert 10 * math.log10(before / power[:, :6].sum()) >= 25


@pytest.mark.parametrize("levels_db", [(35.0, 45.0), (60.0, 75.0)])
@pytest.mark.parametrize("turned", [1.0, 10 ** (-0.3 / 20) * np.exp(0.05j)])
def test_leakage_is_nobody_before_and_after_it_is_learned(
    levels_db: tuple[float, float], turned: complex
) -> None:
    # 0.3 dB and 3 degrees: a radar 10 K warmer than when it was learned.
    radar = fitted("front", 2, levels_db)
    assert radar.frame([], 0.0) == ()
    radar.drive(12.5)
    assert radar.detector.leakage.is_known
    assert [radar.frame([], 0.0, turned=turned) for _ in range(5)] == [()] * 5


def test_who_stands_for_a_minute_from_switch_on_is_not_learned_away() -> None:
    radar = fitted("corner")
    person = one_at(0.75)
    for _ in range(20):
        assert nearest_to(radar.frame([person], 0.0, after_s=3.0), 0.75) == pytest.approx(0.75, abs=0.03)
    assert not radar.detector.leakage.is_known


def test_who_comes_to_a_truck_that_has_driven_and_stands_for_a_minute_stays_seen() -> None:
    radar = fitted("corner")
    radar.drive(12.5)
    person = one_at(0.45)
    for _ in range(20):
        assert nearest_to(radar.frame([person], 0.0, after_s=3.0), 0.45) == pytest.approx(0.45, abs=0.03)


def test_nor_while_cars_pass_the_standing_truck() -> None:
    # A column of cars looks as if the truck drove, but the bus says that it stands.
    radar = fitted("corner")
    person = one_at(0.75)
    cars = [Point(4.0 + n, -6.0 * math.cos(math.radians(-140 + 10 * n)), 10.0 * n, 40.0) for n in range(6)]
    for _ in range(30):
        found = radar.frame([person, *cars], 0.0)
    assert not radar.detector.leakage.is_known
    assert nearest_to(found, 0.75) == pytest.approx(0.75, abs=0.03)


def test_nor_where_the_bus_says_driving_and_the_street_stands() -> None:
    radar = fitted("corner")
    still = [Point(4.0 + n, 0.0, 10.0 * n, 40.0) for n in range(6)]
    for _ in range(30):
        radar.frame([one_at(0.75), *still], 6.0)
    assert not radar.detector.leakage.is_known


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_a_rider_who_gets_on_with_us_is_not_learned_away(share: float) -> None:
    radar = fitted("corner", 3)
    rider = one_at(0.75)
    radar.drive(20.0 * (1 - share))
    radar.drive(20.0 * share, rider)
    assert seen_at(radar, rider) == pytest.approx(0.75, abs=0.03)
    assert nearest_to(radar.frame([], 0.0), 0.5) is None


def test_what_is_learned_follows_the_drift() -> None:
    radar = fitted("front", 4)
    radar.drive(12.5)
    radar.own = radar.own * np.exp(0.8j)
    radar.drive(32.0)
    assert radar.frame([], 0.0) == ()
    assert seen_at(radar, one_at(0.25, THIN_DBSM)) == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize(
    ("speed_mps", "learns"), [(2.4, False), (2.6, True), (10.0, True)], ids=["walks", "drives", "fast"]
)
def test_only_faster_than_anybody_walks(speed_mps: float, learns: bool) -> None:
    radar = fitted("corner", 5)
    radar.drive(15.0, speed_mps=speed_mps)
    assert radar.detector.leakage.is_known == learns


def test_without_reflectors_that_pass_nothing_is_proven() -> None:
    assert not passes_by([], truck_at(6.0), radar_of("corner"))


def test_a_mirrored_fit_learns_from_the_same_samples() -> None:
    radar = fitted("corner", 6)
    radar.drive(2.0)
    mirror = fitted("corner", 6)
    mirror.detector = Detector(radar_of("corner", "left"), fast=False)
    mirror.drive(2.0)
    assert mirror.detector.leakage.looked == radar.detector.leakage.looked == 4
