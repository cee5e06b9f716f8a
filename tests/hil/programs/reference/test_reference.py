"""The policies we are measured by: formulas of the decision study, recomputed by hand or by other means."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_controller.config import load_fit, shipped_fit
from edge_controller.messages import State, Track, VehicleState
from firmware import link
from hil.closed_loop import Loop, run_without_system
from hil.encounter import near_side_turn
from hil.frames import CanFrame
from hil.plant.brake_sets import BRAKE_SETS
from hil.plant.geometry import nearest, placed, rectangle
from hil.programs import PROGRAMS, program_named
from hil.programs.reference import RULES, Reference
from hil.programs.reference.contacts import contacts, gap
from hil.programs.reference.futures import Rider, driven, futures, ridden
from hil.programs.reference.obedient import ObedientGateway
from hil.programs.reference.turning import Driving, Memory
from hil.sensing import Tracks

FIT = load_fit(shipped_fit("demo"))
TRUCK = FIT.truck
NEAR = TRUCK.near_sign
DEMO = shipped_fit("demo")


def truck(
    speed_mps: float, steer_rad: float = 0.0, indicator: str = "none", accel_mps2: float = 0.0
) -> VehicleState:
    return VehicleState(
        t_s=0.0,
        speed_mps=speed_mps,
        yaw_rate_radps=NEAR * speed_mps * math.tan(steer_rad) / TRUCK.wheelbase_m,
        steer_rad=NEAR * steer_rad,
        accel_mps2=accel_mps2,
        indicator=indicator,  # type: ignore[arg-type]
        accelerator_pct=10.0,
        kickdown=False,
        brake_pedal=False,
        forward_gear=True,
    )


def driving(
    speed_mps: float, steer_rad: float = 0.0, steer_radps: float = 0.0, p_turn: float = 0.5
) -> Driving:
    return Driving(speed_mps, 0.0, steer_rad, steer_radps, True, 0.0, 0.0, p_turn)


@pytest.mark.parametrize(
    ("speed_kmh", "indicator", "score"),
    [
        (15.0, "none", -4.38),
        (15.0, TRUCK.near_side, -4.38 + 1.65),
        (25.0, TRUCK.near_side, -4.38 + 1.65 - 1.38 - 0.29),
    ],
)
def test_turn_estimate_of_a_steady_drive_is_the_study_s_logistic(
    speed_kmh: float, indicator: str, score: float
) -> None:
    memory = Memory(TRUCK)
    for n in range(80):
        look = memory.look(truck(speed_kmh / 3.6, indicator=indicator), n * 0.05)
    assert look is not None
    assert look.p_turn == pytest.approx(1 / (1 + math.exp(-score)), rel=1e-9)


def test_a_growing_angle_tells_of_a_turn_and_a_steady_one_of_a_bend() -> None:
    growing, steady = Memory(TRUCK), Memory(TRUCK)
    for n in range(60):
        grown = growing.look(truck(4.0, 0.02 * max(0, n - 55) * 0.25 * 4, TRUCK.near_side), n * 0.05)
        bent = steady.look(truck(4.0, 0.08, TRUCK.near_side), n * 0.05)
    assert grown is not None
    assert bent is not None
    assert grown.p_turn > 0.5 > 0.1 > bent.p_turn


def test_no_speed_or_no_steering_makes_it_blind() -> None:
    blind = VehicleState(0.0, None, 0.0, 0.0, 0.0, "none", 0.0, False, False, True)
    assert Memory(TRUCK).look(blind, 0.0) is None


def test_a_turn_goes_round_its_radius() -> None:
    """With the wheels over already, the point without side slip runs on a circle of the final radius."""
    radius_m = 8.0
    steer_rad = math.atan(TRUCK.wheelbase_m / radius_m)
    now = driving(3.0, steer_rad)
    ways = futures(now, TRUCK.wheelbase_m)
    x_m, y_m, heading_rad, speed_mps = driven(now, ways, TRUCK)
    tightest = next(n for n, way in enumerate(ways) if way.turns)
    assert np.hypot(x_m[tightest], y_m[tightest] - radius_m) == pytest.approx(radius_m, abs=5e-3)
    assert heading_rad[tightest][-1] == pytest.approx(3.0 * 3.0 / radius_m)
    assert np.all(speed_mps[tightest] == 3.0)


def test_weights_of_turns_and_of_no_turn_each_add_up_to_one() -> None:
    for now in (driving(4.0), Driving(4.0, -1.0, 0.1, 0.1, True, 0.0, 0.0, 0.5)):
        ways = futures(now, TRUCK.wheelbase_m)
        for turns in (True, False):
            assert sum(way.weight for way in ways if way.turns is turns) == pytest.approx(1.0)


def test_small_lateral_speed_is_wobble_and_a_large_one_is_less_by_a_quarter() -> None:
    for lateral_mps, left_mps in ((0.2, 0.0), (1.5, 1.25)):
        rider = Rider(-5.0, 2.0, 4.0, -lateral_mps, 0.0, 0.0, 0.9, 0.3)
        _, y_m, _ = ridden(rider, driving(4.0), TRUCK.wheelbase_m, on_the_same_bend=False)
        assert y_m[10] - y_m[0] == pytest.approx(-left_mps)


def test_only_who_knows_of_lane_keeping_thinks_a_small_angle_is_steered_back() -> None:
    """The old policies keep the angle they see, which is why lane noise sets them off."""
    now = driving(4.0, steer_rad=0.03)
    [knows] = [way for way in futures(now, TRUCK.wheelbase_m) if not way.turns]
    [keeps] = [way for way in futures(replace(now, as_it_is=True), TRUCK.wheelbase_m) if not way.turns]
    assert (knows.final_rad, knows.rate_radps) == (-0.04, 0.10)
    assert (keeps.final_rad, keeps.rate_radps) == (0.03, 0.0)


def test_on_the_same_bend_wobble_is_across_the_bend_and_not_across_the_lane_before_it() -> None:
    """Who rides level with the truck and parallel to it stays beside it all round the bend."""
    now = replace(driving(5.0, steer_rad=0.1), across_rad=0.3)
    rider = Rider(-7.0, 3.0, 5.0, 0.0, 0.0, 0.0, 0.9, 0.3)
    x_m, y_m, course_rad = ridden(rider, now, TRUCK.wheelbase_m, on_the_same_bend=True)
    assert course_rad[0] == 0.0
    middle_m = TRUCK.wheelbase_m / math.tan(0.1)  # of the bend, beside the point without side slip
    radius_m = np.hypot(x_m - rider.x_m, y_m - middle_m)
    assert radius_m == pytest.approx(middle_m - 3.0, rel=0.01)


@given(
    x=st.floats(-9, 9),
    y=st.floats(-5, 5),
    angle=st.floats(-4, 4),
    half=st.tuples(st.floats(0.2, 5), st.floats(0.2, 2)),
)
def test_gap_is_the_plant_s_clearance(x: float, y: float, angle: float, half: tuple[float, float]) -> None:
    body, box = rectangle(4.0, -4.0, 1.25), rectangle(half[0], -half[0], half[1])
    true_m, _ = nearest(body, placed(box, x, y, angle))
    one = gap(np.array(x), np.array(y), np.array(angle), (4.0, 1.25), half)
    assert float(one) == pytest.approx(true_m, abs=1e-9)


def test_who_rides_where_the_turn_goes_is_hit_and_who_is_far_is_not() -> None:
    brake = BRAKE_SETS["typical_ebs"]
    riders = [Rider(-4.0, y_m, 4.2, 0.0, 0.0, 0.0, 0.95, 0.35) for y_m in (2.6, 12.0)]
    beside, far = contacts(driving(4.2, 0.15, 0.25, 0.9), riders, TRUCK, brake, filled=False)
    assert beside.contact >= 0.8
    assert beside.late <= beside.contact
    assert (far.contact, far.late, far.unrecoverable) == (0.0, 0.0, 0.0)


def test_there_are_the_thirteen_rows_of_the_study_with_their_thresholds() -> None:
    assert len(RULES) == 13
    recommended = RULES["recommended"]
    assert (recommended.full_at, recommended.late_at) == (0.8, 0.05)
    assert (recommended.ready_at, recommended.slow_at, recommended.slow_mps2) == (0.05, 0.20, 1.0)
    assert recommended.precharges
    assert set(RULES) < set(PROGRAMS)


def test_a_stop_once_begun_is_kept_to_standstill() -> None:
    program = Reference(FIT, BRAKE_SETS["typical_ebs"], "current_path", RULES["current_path"])
    ahead = Track(1, 0.0, 3.0, 0.0, 0.0, 0.0, np.eye(4), 0.5, 0.5, -1.0, 20, True, True, ("perfect",))
    first = program.decide(Tracks("perfect", 0, 0.0, (ahead,)), truck(4.0), 0.0)
    later = program.decide(Tracks("perfect", 1, 0.05, ()), truck(3.0), 0.05)
    assert first.request.state is later.request.state is State.FULL
    assert later.request.decel_mps2 == BRAKE_SETS["typical_ebs"].max_decel_mps2


def test_the_obedient_gateway_asks_the_brake_for_what_it_is_asked() -> None:
    gateway, data = ObedientGateway(), bytearray(8)
    link.pack_request(data, 0, link.SLOW, link.RIGHT, 2500, 60, 0)
    frames = gateway.step(0, [CanFrame("private", link.EDGE_REQUEST_ID, bytes(data))])
    xbr = next(frame for frame in frames if frame.bus == "vehicle" and frame.can_id == 0x0C040BA0)
    assert (32127 - int.from_bytes(xbr.data[:2], "little")) / 2048 == pytest.approx(2.5, abs=1e-3)
    assert gateway.step(10, []) == []


@pytest.mark.parametrize("name", ["estimator", "recommended"])
def test_the_demo_s_turn_is_prevented_and_hits_without(name: str) -> None:
    encounter = near_side_turn(DEMO)
    assert run_without_system(encounter).contact is not None
    run = Loop(
        encounter,
        1,
        ObedientGateway(),
        "LNS8X4TP0T1000001",
        None,
        level="perfect",
        program=program_named(name),
    ).run()
    assert run.contact is None
    assert run.stopped
