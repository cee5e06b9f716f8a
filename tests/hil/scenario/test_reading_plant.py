"""Truck, ground, road, signals and the driver's habits, as a scenario file says them."""

import math
from pathlib import Path

import pytest

from edge_controller.errors import InputError
from hil.moment import Moment
from hil.plant.ground import Bend, Ground, Road
from hil.plant.habits import Habits, Hesitates, LaneNoise, PressesBrake, Slows, Stop, SwingOut
from hil.plant.signal_script import SignalScript
from hil.plant.vehicles import VEHICLES
from hil.scenario.reading import read_scenario
from tests.hil.scenario.samples import scenario, write

BOGIE_M = -7.125
TOP = "brake: typical_ebs\n"
TURN = "  turn: {at_x_m: 15, radius_m: 12}\n"
FAULT = "  - kind: edge_silent\n    when: "
KICK = "  kicks_down: {after_braking_s: 0.3}\n"


def test_without_the_keys_the_truck_is_the_fits_on_dry_level_ground_with_the_bus_of_a_truck(
    tmp_path: Path,
) -> None:
    encounter = scenario(tmp_path).encounter
    assert encounter.body.length_m == 9.8
    assert encounter.body.trailer is None
    assert encounter.ground == Ground(friction=0.8, slope_pct=0.0)
    assert encounter.road == Road(())
    assert encounter.signals == SignalScript(0.1, 2.0, 2.0)
    assert encounter.holds_at_rest
    assert encounter.driver.habits == Habits()


def test_truck_ground_road_and_signals_are_those_of_the_file(tmp_path: Path) -> None:
    keys = (
        "vehicle: semitrailer\nload_pct: 0\nbrake_holds_at_rest: false\n"
        "ground: {friction: 0.3, slope_pct: -6}\n"
        "road: [{length_m: 20}, {length_m: 30, radius_m: -50}]\n"
        "signals: {indicator_late_s: 1.0, speed_zero_below_kmh: 0, jitter_ms: 8}\n"
    )
    encounter = read_scenario(write(tmp_path, TOP, TOP + keys)).encounter
    assert encounter.body == VEHICLES["semitrailer"]
    assert encounter.brake.max_decel_mps2 == pytest.approx(5.0 * 49 / 15)
    assert not encounter.holds_at_rest
    assert encounter.ground == Ground(0.3, -6.0)
    assert encounter.road == Road((Bend(20.0, math.inf), Bend(30.0, -50.0)))
    assert encounter.signals == SignalScript(1.0, 0.0, 8.0)
    assert encounter.driver.wheelbase_m == 3.6  # he steers the truck there is
    assert encounter.driver.turn_at_x_m == pytest.approx(15.0 - 5.0)


def test_every_habit_is_that_of_the_file(tmp_path: Path) -> None:
    keys = (
        "  lane_noise: {sigma_rad: 0.01, correlation_s: 0.8}\n"
        "  swing_out: {angle_rad: 0.1, over_m: 6}\n"
        "  slows: {to_kmh: 9, decel_mps2: 1.5, at_x_m: 12}\n"
        "  yields: {at_x_m: 14, decel_mps2: 2, waits_s: 3}\n"
        "  hesitates: {at_x_m: 13, for_s: 1.5, decel_mps2: 0.8}\n"
        "  presses_brake: {after_warning_s: 1.4, decel_mps2: 5}\n"
        "  rests_foot_pct: 20\n"
        "  kicks_down: {after_warning_s: 0.3, for_s: 0.2}\n"
        "  panics: {after_warning_s: 0.5}\n"
        "  switches_off: {at_s: 1}\n"
    )
    driver = read_scenario(write(tmp_path, KICK, keys)).encounter.driver
    assert driver.habits == Habits(
        lane_noise=LaneNoise(0.01, 0.8),
        swing_out=SwingOut(0.1, 6.0),
        slows=Slows(2.5, 1.5, 12 + BOGIE_M),
        yields=Stop(14 + BOGIE_M, 3.0, 2.0),
        hesitates=Hesitates(13 + BOGIE_M, 1.5, 0.8),
        presses_brake=PressesBrake(1.4, 5.0),
        rests_foot_pct=20.0,
        kick_s=0.2,
    )
    assert driver.kicks_down == Moment(after_warning_s=0.3)
    assert driver.panics == Moment(after_warning_s=0.5)
    assert driver.switches_off == Moment(at_s=1.0)


def test_who_may_not_turn_faster_slows_for_the_turn(tmp_path: Path) -> None:
    turn = "turn: {at_x_m: 15, radius_m: 12}"
    gentle = turn.replace("12}", "12, lateral_mps2: 0.75, rate_radps: 0.15}")
    driver = read_scenario(write(tmp_path, turn, gentle)).encounter.driver
    assert driver.steer_rate_radps == 0.15
    assert driver.habits.slows == Slows(3.0, 1.0, 15 + BOGIE_M)  # sqrt(0.75 * 12) m/s, below 18 km/h
    brisk = turn.replace("12}", "12, lateral_mps2: 4}")
    assert read_scenario(write(tmp_path, turn, brisk)).encounter.driver.habits.slows is None


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (TOP, TOP + "vehicle: bus\n", "is 'bus', not one of tipper_8x4, mixer_8x4, tipper_6x4, semitrailer"),
        (TOP, TOP + "load_pct: 120\n", "load_pct is 120"),
        (TOP, TOP + "ground: {grip: 0.3}\n", "ground.grip is not a key"),
        (TOP, TOP + "ground: {friction: 0}\n", "ground.friction is 0"),
        (TOP, TOP + "road: [{length_m: 20, radius_m: 5}]\n", "radius_m is 5, tighter than 12 m"),
        (TOP, TOP + "road: [{radius_m: 50}]\n", "length_m is missing"),
        (TOP, TOP + "signals: {indicator_late_s: 9}\n", "indicator_late_s is 9"),
        (KICK, "  lane_noise: {sigma_rad: 0.01}\n", "correlation_s is missing"),
        (KICK, "  slows: {to_kmh: 9, at_x_m: 3}\n", "decel_mps2 is missing"),
        (KICK, "  yields: {at_x_m: 3, decel_mps2: 1, until: 3}\n", "yields.until is not a key"),
        (KICK, "  panics: {after_braking_s: 1, at_s: 3}\n", "panics must say exactly one of"),
        (
            "  - kind: edge_silent\n    when: {at_s: 1.0}",
            "  - kind: edge_silent\n    when: {after_warning_s: 1.0}",
            "exactly one of at_s, after_braking_s",
        ),
        (
            "  turn: {at_x_m: 15, radius_m: 12}\n",
            "  swing_out: {angle_rad: 0.1, over_m: 6}\n",
            "needs a turn",
        ),
    ],
)
def test_what_is_wrong_is_one_sentence(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(InputError) as error:
        read_scenario(write(tmp_path, old, new))
    assert says in str(error.value)
    assert "\n" not in str(error.value)
