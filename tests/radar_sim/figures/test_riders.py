"""Bicycles, e-bikes, mopeds and wheelchairs: wheels, spokes, pedals, cross sections, variants."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from radar_sim import Aspect, Scatterers, cyclist, delivery_scooter, e_bike, wheelchair
from radar_sim.figures.motion import steady
from radar_sim.figures.wheels import Wheel
from radar_sim.scene.rcs import aspect_factor
from tests.radar_sim.figures.moving import Figure, along

RADIUS_M = 0.34
# Of a cyclist: rider 16, frame 8, legs 10 (left and right of foot, shin, knee, two of the thigh), rims
# 2 x 12, spokes 2 x 18, hubs 2.
RIDER, FRAME, LEGS = slice(0, 16), slice(16, 24), slice(24, 34)
LEFT_FOOT, RIGHT_FOOT, LEFT_KNEE = 24, 25, 28
RIMS, SPOKES, HUBS = slice(34, 58), slice(58, 94), slice(94, 96)


def rider(speed_mps: float, t_s: float = 0.0, **told: Any) -> Scatterers:
    return along(cyclist, speed_mps, 0.0, t_s, **told).scatterers


@given(speed=st.floats(0.0, 14.0), t_s=st.floats(0.0, 100.0), seed=st.integers(0, 50))
def test_rims_move_at_zero_to_twice_the_speed_over_ground(speed: float, t_s: float, seed: int) -> None:
    points = rider(speed, t_s, seed=seed)
    assert len(points) == 96
    pace = np.linalg.norm(points.velocity_mps, axis=1)
    assert pace.max() <= 2 * speed * (1 + 1e-9) + 1e-12  # the square of a tiny speed is none
    # A rolling rim point at height z moves at v * sqrt(2 z / a): nothing at the road, 2 v at the top.
    height_m = np.maximum(points.position_m[RIMS, 2], 0.0)
    assert pace[RIMS] == pytest.approx(speed * np.sqrt(2 * height_m / RADIUS_M), abs=1e-6)
    assert pace[HUBS] == pytest.approx(speed)
    # Towards the hub with v^2 / a, and the jerk at right angles with v^3 / a^2.
    assert np.linalg.norm(points.acceleration_mps2[RIMS], axis=1) == pytest.approx(speed**2 / RADIUS_M)
    assert np.linalg.norm(points.jerk_mps3[RIMS], axis=1) == pytest.approx(speed**3 / RADIUS_M**2)


@pytest.mark.parametrize("scale", [0.5, 1.0])
def test_the_spread_of_rim_speeds_does_not_know_the_radius(scale: float) -> None:
    rims = [rider(5.0, t, scale=scale).velocity_mps[RIMS, 0] for t in np.arange(0.0, 0.5, 0.01)]
    assert np.min(rims) == pytest.approx(0.0, abs=0.03)
    assert np.max(rims) == pytest.approx(10.0, abs=0.03)


def test_spokes_lie_on_circles_inside_the_rim_and_roll_with_it() -> None:
    points = rider(6.0, 1.3, spokes=20, spoke_points=3)
    spokes = points.position_m[58 : 58 + 120].reshape(2, 20, 3, 3)
    hubs = points.position_m[-2:]
    for wheel, hub in zip(spokes, hubs, strict=True):
        away_m = np.linalg.norm(wheel - hub, axis=2)
        assert away_m == pytest.approx(np.tile(RADIUS_M * np.array([0.25, 0.5, 0.75]), (20, 1)))
        bearing = np.unwrap(np.arctan2(*(wheel - hub)[:, 0, [0, 2]].T))
        assert np.abs(np.diff(bearing)) == pytest.approx(2 * math.pi / 20)
    speed = np.linalg.norm(points.velocity_mps[58 : 58 + 120] - [6.0, 0, 0], axis=1).reshape(2, 20, 3)
    assert speed == pytest.approx(np.broadcast_to(6.0 * np.array([0.25, 0.5, 0.75]), (2, 20, 3)))


def ahead_power(wheel: Wheel, rolled_rad: float, rate_radps: float) -> float:
    """Power of the spokes alone, seen from far ahead in the wheel's plane."""
    x_m = wheel.spoke().at(steady(rolled_rad, rate_radps)).orders[0][:, 0]
    return float(np.abs(np.exp(4j * math.pi / 3.893e-3 * x_m).sum()) ** 2)


@pytest.mark.parametrize(("spokes", "speed_mps"), [(18, 3.0), (32, 5.0), (36, 7.0)])
def test_spokes_flash_n_v_over_2_pi_a_times_a_second(spokes: int, speed_mps: float) -> None:
    """The power of all spokes is periodic with that rate, and with no higher one."""
    wheel = Wheel(0.0, RADIUS_M, 12, spokes, spoke_points=9)
    flash_hz = spokes * speed_mps / (2 * math.pi * RADIUS_M)
    times_s = np.arange(0.0, 12 / flash_hz, 1 / (flash_hz * 240))
    power = np.array([ahead_power(wheel, speed_mps * t / RADIUS_M, speed_mps / RADIUS_M) for t in times_s])
    assert power[240:] == pytest.approx(power[:-240], rel=1e-6, abs=1e-6)
    lines = np.abs(np.fft.rfft(power - power.mean()))
    strong = np.flatnonzero(lines > 0.2 * lines.max())
    assert np.all(strong % 12 == 0)  # 12 flashes in the record: lines at multiples of the rate only
    assert np.gcd.reduce(strong) == 12


def test_a_spoke_flashes_when_it_stands_square_to_the_sight() -> None:
    wheel = Wheel(0.0, RADIUS_M, 12, 1, spoke_points=9)
    degrees = np.arange(-90, 91)
    power = np.array([ahead_power(wheel, math.radians(angle), 0.0) for angle in degrees])
    assert degrees[np.argmax(power)] == 0
    assert power.max() == pytest.approx(9**2)
    assert np.median(power) < 81 / 4


def test_the_whole_rider_repeats_with_the_spokes_and_no_faster() -> None:
    """Positions of all spokes together are the same set after a turn by one spoke."""
    turn_s = 2 * math.pi * RADIUS_M / 5.0 / 18
    sets = []
    for t_s in (0.0, turn_s, turn_s / 2):
        spokes = rider(5.0, t_s).position_m[SPOKES] - [2.0 + 5.0 * t_s, 0, 0]
        sets.append(np.array(sorted(map(tuple, np.round(spokes[:18], 6)))))
    assert np.allclose(sets[0], sets[1], atol=2e-6)
    assert not np.allclose(sets[0], sets[2], atol=1e-3)


@pytest.mark.parametrize(("speed_mps", "gear"), [(4.0, 2.5), (5.0, 2.0), (6.0, 4.0)])
def test_pedals_go_round_at_the_speed_of_crank_and_gear(speed_mps: float, gear: float) -> None:
    """Cadence v / (2 pi a gear); the pedal has crank length times that about the bike."""
    cadence_hz = speed_mps / (2 * math.pi * RADIUS_M * gear)
    pedal_mps = 2 * math.pi * cadence_hz * 0.17
    assert 0.5 < pedal_mps < 1.7
    moments = np.arange(0.0, 1 / cadence_hz, 0.005)
    ride = [rider(speed_mps, t, gear=gear) for t in moments]
    feet = np.array([now.velocity_mps[[LEFT_FOOT, RIGHT_FOOT]] - [speed_mps, 0, 0] for now in ride])
    assert np.linalg.norm(feet, axis=2) == pytest.approx(pedal_mps)
    assert feet[:, 0] == pytest.approx(-feet[:, 1])
    after = rider(speed_mps, 1 / cadence_hz, gear=gear).position_m[LEGS] - [speed_mps / cadence_hz, 0, 0]
    assert after == pytest.approx(ride[0].position_m[LEGS], abs=1e-9)
    knees = np.array([now.velocity_mps[LEFT_KNEE] - [speed_mps, 0, 0] for now in ride])
    assert 0.5 < np.linalg.norm(knees, axis=1).max() / pedal_mps < 1.2


def leg_speeds(figure: Figure, **told: Any) -> NDArray[np.float64]:
    """Of both legs about the bike, over a second."""
    ride = [along(figure, 5.0, 0.0, t, **told).scatterers for t in np.arange(0.0, 1.0, 0.02)]
    return np.array([np.linalg.norm(now.velocity_mps[LEGS] - [5.0, 0, 0], axis=1) for now in ride])


def test_who_coasts_and_who_rides_an_e_bike_has_no_pedal_doppler() -> None:
    assert leg_speeds(cyclist).max() > 0.9
    assert leg_speeds(cyclist, coasting=True).max() < 1e-12
    assert leg_speeds(e_bike).max() < 1e-12
    assert leg_speeds(e_bike, pedalling=True).max() > 0.9
    wheels = along(e_bike, 5.0, 0.0, 0.3).scatterers.velocity_mps[RIMS, 0]
    assert np.ptp(wheels) > 9.0


def test_an_e_bike_has_its_motor_on_the_rear_hub_and_its_battery_on_the_frame() -> None:
    """-10 to -5 dBsm each; the disc turns with the wheel, the rest has 0 to 2 dB over a bicycle."""
    points = along(e_bike, 5.0, 0.0, 0.3).scatterers
    assert len(points) == 101
    assert 10 * np.log10(points.rcs_m2[:96].sum()) == pytest.approx(1.0, abs=1e-9)
    motor, battery = points.rcs_m2[96:100].sum(), points.rcs_m2[100]
    assert -10 <= 10 * np.log10(motor) <= -5
    assert -10 <= 10 * np.log10(battery) <= -5
    assert np.all(points.aspect[96:] == Aspect.NONE)
    assert np.all(np.isnan(points.heading_rad[96:]))
    hub = points.position_m[95]
    assert np.linalg.norm(points.position_m[96:100] - hub, axis=1) == pytest.approx(0.10)
    about = points.velocity_mps[96:100] - [5.0, 0, 0]
    assert np.linalg.norm(about, axis=1) == pytest.approx(5.0 * 0.10 / RADIUS_M)
    assert hub[0] < points.position_m[94, 0]


@pytest.mark.parametrize("aspect", ["belgiovane", "wengerter"])
@pytest.mark.parametrize("seed", [0, 5])
def test_both_published_tables_can_be_chosen(aspect: str, seed: int) -> None:
    """Means of the whole, typed again: end-on, at 45 degrees, broadside."""
    said = {"belgiovane": (-11.6, -13.2, -8.1), "wengerter": (-3.0, -3.5, 15.0)}[aspect]
    points = rider(4.0, 0.2, aspect=aspect, seed=seed)
    for angle_deg, dbsm in zip((0.0, 45.0, 90.0), said, strict=True):
        cos = np.full(len(points), math.cos(math.radians(angle_deg)))
        whole = np.sum(
            points.rcs_m2 * aspect_factor(points.aspect, cos, np.ones(len(cos)), np.zeros(len(cos)))
        )
        assert 10 * np.log10(whole) == pytest.approx(dbsm, abs=1e-6)


def test_a_child_on_its_bicycle_is_smaller_and_reflects_less() -> None:
    points = rider(3.0, 0.4, scale=0.65)
    assert points.position_m[:, 2].max() == pytest.approx(0.65 * 1.7, abs=0.06)
    assert points.position_m[HUBS, 2] == pytest.approx(0.65 * RADIUS_M)
    assert 10 * np.log10(points.rcs_m2.sum()) == pytest.approx(-3.0, abs=0.2)


@given(seed=st.integers(0, 100))
@settings(max_examples=20)
def test_a_rider_has_the_size_of_a_bicycle(seed: int) -> None:
    low, high = (getattr(rider(5.0, 0.0, seed=seed).position_m, name)(axis=0) for name in ("min", "max"))
    assert 1.6 < high[0] - low[0] < 1.8
    assert 0.45 < high[1] - low[1] < 0.65
    assert low[2] >= -1e-12
    assert 1.6 < high[2] < 1.8


def test_a_delivery_scooter_is_of_the_class_of_motorcycles() -> None:
    points = along(delivery_scooter, 8.0, 0.0, 0.7).scatterers
    assert 0 <= 10 * np.log10(points.rcs_m2.sum()) <= 5
    assert 50 < len(points) < 100
    # Of rider 16, body 14, box 8 nothing moves about the moped; the rims do at 0 to 2 v.
    assert np.all(points.velocity_mps[:38] == [8.0, 0, 0])
    assert np.ptp(points.velocity_mps[38:54, 0]) > 14.0
    box = points.position_m[30:38]
    assert box[:, 0].max() < along(delivery_scooter, 8.0, 0.0, 0.7).place_m[0]
    assert np.ptp(box[:, 2]) > 0.4


def test_a_pushed_wheelchair_has_hands_that_go_with_the_rims() -> None:
    """Sitter 15, arms 10, frame 10, rims 2 x 10 and 2 x 4: the hands reach the speed of the rims."""
    ride = [along(wheelchair, 1.5, 0.0, t).scatterers for t in np.arange(0.0, 4.0, 0.01)]
    hands = np.array([now.velocity_mps[23:25] - [1.5, 0, 0] for now in ride])
    assert np.linalg.norm(hands, axis=2).max() == pytest.approx(1.5 * 0.27 / 0.30, rel=0.01)
    rims = np.array([now.velocity_mps[35:55, 0] for now in ride])
    assert rims.min() == pytest.approx(0.0, abs=0.01)
    assert rims.max() == pytest.approx(3.0, abs=0.01)
    assert 10 * np.log10(ride[0].rcs_m2.sum()) == pytest.approx(-5.0)


def test_a_powered_wheelchair_drives_with_hands_at_rest() -> None:
    points = along(wheelchair, 3.0, 0.0, 0.8, powered=True).scatterers
    assert np.all(points.velocity_mps[:35] == [3.0, 0, 0])
    assert np.ptp(points.velocity_mps[35:, 0]) > 5.0
    big = np.max(points.position_m[35:47, 2])
    assert big == pytest.approx(2 * 0.17, abs=0.02)


@pytest.mark.parametrize("figure", [cyclist, e_bike, delivery_scooter, wheelchair])
def test_who_stands_does_not_move(figure: Figure) -> None:
    now, later = (figure(0.0, 0.0, 0.3, 0.0, t).scatterers for t in (0.0, 5.0))
    assert np.array_equal(now.position_m, later.position_m)
    assert not np.any(now.velocity_mps)
    assert not np.any(now.acceleration_mps2)
