"""Drivers: tremble, swing-out, slowing, yielding, hesitating, panic, warning, resting foot, bends."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from hil.moment import Moment
from hil.plant.brakes import BrakeSet
from hil.plant.driver import Driver
from hil.plant.ground import Bend, Ground, Road
from hil.plant.habits import Habits, Hesitates, LaneNoise, PressesBrake, Slows, Stop, SwingOut
from hil.plant.truck import Body, Pose, Truck

TYPICAL = BrakeSet(0.12, 0.25, 0.20, 5.0)
BOGIE_M, BASE_M = -7.125, 5.675
TIPPER = Body(9.8, 2.5, BOGIE_M, BASE_M, 20.0)
LAMP_WARN = 0x02  # docs/reference/link-protocol.md
TICK_US = 10_000


def driver(near_sign: int = -1, kmh: float = 15.0, habits: Habits | None = None, **script: object) -> Driver:
    """Straight on unless the script says otherwise."""
    plain = Driver(kmh / 3.6, near_sign, None, None, math.atan(BASE_M / 12.0), BASE_M)
    return replace(plain, habits=habits or Habits(), **script)  # type: ignore[arg-type]


def truck(scripted: Driver, seed: int = 1, road: Road | None = None, ground: Ground | None = None) -> Truck:
    return Truck(
        TIPPER,
        TYPICAL,
        scripted,
        scripted.start_speed_mps,
        seed=seed,
        road=road or Road(),
        ground=ground or Ground(),
    )


def drive(driven: Truck, seconds: float) -> list[Pose]:
    poses = []
    for t_us in range(TICK_US, round(seconds * 1e6) + 1, TICK_US):
        driven.advance(t_us)
        poses.append(driven.pose())
    return poses


def bogie_y_m(pose: Pose) -> float:
    return pose.y_m + BOGIE_M * math.sin(pose.heading_rad)


TREMBLE = Habits(lane_noise=LaneNoise(0.0125, 0.8))


def test_a_trembling_hand_wanders_about_the_lane_as_far_as_drivers_do() -> None:
    """The middle of the study's ranges, 0.0125 rad over 0.8 s; its lateral sd is 0.15 to 0.25 m."""
    spreads_m = []
    for kmh in (15.0, 20.0, 25.0):
        found = [
            bogie_y_m(pose)
            for seed in range(6)
            for pose in drive(truck(driver(kmh=kmh, habits=TREMBLE), seed), 40.0)[500::20]
        ]
        assert abs(np.mean(found)) < 0.1
        spreads_m.append(float(np.std(found)))
    assert spreads_m == sorted(spreads_m)
    assert 0.08 < spreads_m[0] < 0.25
    assert 0.12 < np.mean(spreads_m) < 0.28


@pytest.mark.parametrize(("sigma_rad", "correlation_s"), [(0.005, 0.5), (0.02, 1.2)])
def test_the_tremble_has_its_size_and_its_memory(sigma_rad: float, correlation_s: float) -> None:
    from hil.plant.steering import Tremble  # noqa: PLC0415

    tremble = Tremble(LaneNoise(sigma_rad, correlation_s), 3)
    values = np.array([tremble.at_rad(0.1 * n) for n in range(20_000)])
    assert values.std() == pytest.approx(sigma_rad, rel=0.1)
    lag = round(correlation_s / 0.1)
    kept = float(np.corrcoef(values[:-lag], values[lag:])[0, 1])
    assert kept == pytest.approx(math.exp(-1), abs=0.08)


def test_the_tremble_is_that_of_the_seed_whoever_asks_in_between() -> None:
    """The system's radars ask between the ticks; that changes nothing."""
    alone, asked = truck(driver(habits=TREMBLE)), truck(driver(habits=TREMBLE))
    for t_us in range(TICK_US, 8_000_000, TICK_US):
        alone.advance(t_us)
        asked.advance(t_us - 3_300)
        asked.pose()
        asked.advance(t_us)
        assert alone.pose() == asked.pose()
    other = truck(driver(habits=TREMBLE), seed=2)
    other.advance(7_990_000)
    assert other.pose() != alone.pose()


@pytest.mark.parametrize(
    "habits",
    [
        TREMBLE,
        Habits(swing_out=SwingOut(0.1, 6.0)),
        replace(TREMBLE, swing_out=SwingOut(0.1, 6.0), slows=Slows(2.5, 1.0, BOGIE_M + 14.0)),
    ],
)
def test_the_mirrored_driver_does_the_mirrored_thing(habits: Habits) -> None:
    turn = {"turn_at_x_m": BOGIE_M + 15.0}
    right = drive(truck(driver(-1, habits=habits, **turn)), 9.0)
    left = drive(truck(driver(1, habits=habits, **turn)), 9.0)
    for a, b in zip(right, left, strict=True):
        assert (a.x_m, a.y_m, a.heading_rad, a.steer_rad) == (b.x_m, -b.y_m, -b.heading_rad, -b.steer_rad)


@pytest.mark.parametrize("near_sign", [-1, 1])
def test_who_swings_out_goes_to_the_off_side_first_and_turns_all_the_same(near_sign: int) -> None:
    habits = Habits(swing_out=SwingOut(angle_rad=0.1, over_m=6.0))
    poses = drive(truck(driver(near_sign, 10.0, habits, turn_at_x_m=BOGIE_M + 15.0)), 16.0)
    front_m = [-near_sign * pose.y_m for pose in poses]
    assert 0.8 < max(front_m) < 1.6  # the study's swing-out is 1 to 1.5 m
    assert near_sign * poses[-1].heading_rad == pytest.approx(math.pi / 2, abs=0.03)


def test_who_slows_for_the_turn_has_the_lower_speed_there_and_keeps_it() -> None:
    habits = Habits(slows=Slows(to_mps=2.5, decel_mps2=1.2, at_x_m=BOGIE_M + 20.0))
    driven = truck(driver(kmh=18.0, habits=habits))
    poses = drive(driven, 9.0)
    braked = [pose for pose in poses if pose.decel_mps2 > 0]
    assert braked[0].x_m == pytest.approx(20.0 - (5.0**2 - 2.5**2) / (2 * 1.2), abs=0.1)
    assert np.mean([pose.decel_mps2 for pose in braked]) == pytest.approx(1.2, abs=0.1)
    at_place = next(pose for pose in poses if pose.x_m >= 20.0)
    assert at_place.speed_mps == pytest.approx(2.5, abs=0.1)
    assert poses[-1].speed_mps == pytest.approx(2.5, abs=0.1)


@pytest.mark.parametrize(("waits_s", "goes_on"), [(2.0, True), (math.inf, False)])
def test_who_yields_stops_at_the_place_and_waits(waits_s: float, goes_on: bool) -> None:
    habits = Habits(yields=Stop(BOGIE_M + 18.0, waits_s, decel_mps2=1.8))
    driven = truck(driver(habits=habits))
    poses = drive(driven, 12.0)
    stood = [pose for pose in poses if pose.speed_mps == 0.0]
    assert stood[0].x_m == pytest.approx(18.0, abs=0.1)
    assert max(pose.decel_mps2 for pose in poses) < 2.5
    assert (poses[-1].speed_mps > 1.0) is goes_on


def test_who_yields_in_the_turn_stops_in_it() -> None:
    """The place is along his own way, which bends there."""
    habits = Habits(yields=Stop(BOGIE_M + 22.0, math.inf, decel_mps2=1.5))
    poses = drive(truck(driver(habits=habits, turn_at_x_m=BOGIE_M + 15.0)), 12.0)
    assert poses[-1].speed_mps == 0.0
    assert poses[-1].heading_rad < -0.3
    way_m = sum(math.hypot(b.x_m - a.x_m, bogie_y_m(b) - bogie_y_m(a)) for a, b in pairwise(poses))
    assert way_m > 20.0


def test_who_hesitates_brakes_for_a_while_and_goes_on() -> None:
    habits = Habits(hesitates=Hesitates(BOGIE_M + 10.0, for_s=1.5, decel_mps2=1.0))
    poses = drive(truck(driver(habits=habits)), 9.0)
    braked_s = sum(pose.decel_mps2 > 0 for pose in poses) * TICK_US * 1e-6
    assert braked_s == pytest.approx(1.5, abs=0.03)
    assert min(pose.speed_mps for pose in poses) == pytest.approx(15 / 3.6 - 1.5, abs=0.05)
    assert poses[-1].speed_mps == pytest.approx(15 / 3.6, abs=0.1)


def test_panic_is_all_the_brake_there_is_and_a_wheel_held_still() -> None:
    driven = truck(driver(kmh=20.0, panics=Moment(at_s=3.6), turn_at_x_m=BOGIE_M + 18.0))
    poses = drive(driven, 8.0)
    assert max(pose.decel_mps2 for pose in poses) == pytest.approx(5.0, abs=0.05)
    held = {pose.steer_rad for pose in poses if pose.speed_mps == 0.0}
    assert len(held) == 1
    assert -0.4 < held.pop() < -0.02
    assert driven.pedals().brake_pedal


# Warned at once, foot 1.4 s later, typical brake: metres to standstill, of the project's brake table.
WARNED_M = [(5, 2.8), (10, 5.9), (15, 9.4), (20, 13.4), (25, 17.7), (30, 22.4)]


@pytest.mark.parametrize(("kmh", "way_m"), WARNED_M)
def test_a_warned_driver_needs_the_way_of_the_brake_table(kmh: float, way_m: float) -> None:
    habits = Habits(presses_brake=PressesBrake(after_warning_s=1.4, decel_mps2=5.0))
    driven = truck(driver(kmh=kmh, habits=habits))
    driven.see_lamps(0x01, 0.0)  # information only
    driven.advance(1_000_000)
    begun_m = driven.pose().x_m
    driven.see_lamps(LAMP_WARN, 1.0)
    driven.advance(9_000_000)
    assert driven.pose().speed_mps == 0.0
    assert driven.pose().x_m - begun_m == pytest.approx(way_m, abs=0.25)


def test_nobody_warned_him_nobody_brakes() -> None:
    habits = Habits(presses_brake=PressesBrake(1.4))
    assert drive(truck(driver(habits=habits)), 5.0)[-1].speed_mps == pytest.approx(15 / 3.6)


def test_a_resting_foot_presses_a_little_and_never_kicks_down() -> None:
    driven = truck(driver(habits=Habits(rests_foot_pct=30.0)))
    drive(driven, 2.0)
    assert driven.pedals().accelerator_pct == 30.0
    assert not driven.pedals().kickdown
    assert driven.pose().speed_mps == pytest.approx(15 / 3.6)


def test_a_kick_down_may_be_short() -> None:
    driven = truck(driver(kicks_down=Moment(at_s=1.0), habits=Habits(kick_s=0.1)))
    kicked = []
    for t_us in range(TICK_US, 2_000_000, TICK_US):
        driven.advance(t_us)
        if driven.pedals().kickdown:
            kicked.append(t_us)
    assert kicked[0] == pytest.approx(1_000_000, abs=10_000)
    assert kicked[-1] - kicked[0] == pytest.approx(90_000, abs=10_000)


def test_the_off_key_is_held_from_its_moment_on() -> None:
    driven = truck(driver(switches_off=Moment(at_s=0.5)))
    driven.advance(490_000)
    assert not driven.key_pressed
    driven.advance(500_000)
    assert driven.key_pressed


@pytest.mark.parametrize("near_sign", [-1, 1])
@pytest.mark.parametrize("radius_m", [25.0, 60.0, 120.0])
def test_the_driver_follows_a_bend_to_the_near_side(radius_m: float, near_sign: int) -> None:
    road = Road((Bend(10.0), Bend(radius_m * 0.8, radius_m)))
    driven = truck(driver(near_sign), road=road)
    off_m = []
    for t_us in range(TICK_US, 16_000_000, TICK_US):
        driven.advance(t_us)
        pose = driven.pose()
        x_m, y_m = TIPPER.hitch(pose)
        at_x_m, at_y_m, heading_rad = road.at(driven.way_m, near_sign)
        off_m.append((y_m - at_y_m) * math.cos(heading_rad) - (x_m - at_x_m) * math.sin(heading_rad))
    assert max(map(abs, off_m)) < 0.3
    steady = drive(truck(driver(near_sign), road=Road((Bend(400.0, radius_m),))), 14.0)
    yaw_radps = near_sign * 15 / 3.6 / radius_m
    assert steady[-1].yaw_rate_radps == pytest.approx(yaw_radps, rel=0.02)


@pytest.mark.parametrize("slope_pct", [-6.0, 6.0])
def test_he_holds_his_speed_on_a_slope(slope_pct: float) -> None:
    driven = truck(
        driver(habits=Habits(slows=Slows(2.5, 1.0, BOGIE_M + 40.0))), ground=Ground(0.8, slope_pct)
    )
    assert drive(driven, 3.0)[-1].speed_mps == pytest.approx(15 / 3.6)
