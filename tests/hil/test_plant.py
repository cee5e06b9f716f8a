"""The simulated truck against first principles: brakes, turn, what it believes and what it says."""

import math
from collections.abc import Callable
from dataclasses import replace

import can
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_controller.can.vehicle_bus import VehicleBus, database, numbers
from firmware import j1939
from hil.plant.brake_ecu import BrakeEcu
from hil.plant.brakes import BrakeChain, BrakeSet
from hil.plant.driver import Driver
from hil.plant.engine import Engine
from hil.plant.geometry import Outline, placed, rectangle
from hil.plant.signals import Cab, SensorErrors, TruckSignals, draw_errors
from hil.plant.truck import Body, Pose, Truck

FAST, TYPICAL, SLOW = (0.10, 0.15, 0.12, 6.5), (0.12, 0.25, 0.20, 5.0), (0.15, 0.35, 0.35, 4.0)
XBR_ID, TSC1_ID = 0x0C040BA0, 0x0C0000A0
TIPPER = Body(length_m=9.8, width_m=2.5, no_side_slip_x_m=-7.125, wheelbase_m=5.675, hand_wheel_ratio=20.0)
EXACT = SensorErrors(delay_us=0, speed_scale=1.0, hand_wheel_offset_rad=0.0, yaw_rate_offset_radps=0.0)
STEP_S = 0.001
OFFSET_MPS2 = 1.2e-5  # the standard writes 32127 / 2048 as 15.687


def decelerations(brake: BrakeChain, demand: Callable[[float], float], seconds: float) -> list[float]:
    """Deceleration at 1, 2, ... ms under a demand over time."""
    found = []
    for n in range(1, round(seconds / STEP_S) + 1):
        t_s = n * STEP_S
        brake.demand(demand(t_s), t_s)
        found.append(brake.advance(t_s, STEP_S))
    return found


@pytest.mark.parametrize("figures", [FAST, TYPICAL, SLOW])
def test_brakes_answer_after_latency_and_dead_time_and_rise_with_their_time_constant(
    figures: tuple[float, float, float, float],
) -> None:
    latency_s, dead_s, rise_s, most_mps2 = figures
    found = decelerations(BrakeChain(BrakeSet(*figures)), lambda _: 9.0, 4.0)
    first_s = next(n for n, value in enumerate(found, 1) if value > 0) * STEP_S
    assert first_s == pytest.approx(latency_s + dead_s, abs=0.003)
    at_rise = found[round((latency_s + dead_s + rise_s) / STEP_S) - 1]
    assert at_rise == pytest.approx(most_mps2 * (1 - math.exp(-1)), rel=0.02)
    assert found[-1] == pytest.approx(most_mps2, rel=1e-3)
    assert max(found) <= most_mps2


# Decision to standstill of the project's brake table: km/h, (metres, seconds) for fast, typical and slow.
STOPS = [
    (5, ((0.6, 0.6), (0.9, 0.8), (1.3, 1.1))),
    (10, ((1.6, 0.8), (2.3, 1.1), (3.1, 1.5))),
    (15, ((2.8, 1.0), (4.0, 1.4), (5.5, 1.9))),
    (20, ((4.4, 1.2), (6.2, 1.7), (8.3, 2.2))),
    (25, ((6.2, 1.4), (8.7, 2.0), (11.7, 2.6))),
    (30, ((8.4, 1.7), (11.6, 2.2), (15.5, 2.9))),
]


@pytest.mark.parametrize(("kmh", "stops"), STOPS)
def test_way_and_time_to_standstill_are_those_of_the_brake_table(
    kmh: float, stops: tuple[tuple[float, float], ...]
) -> None:
    for figures, (way_m, time_s) in zip((FAST, TYPICAL, SLOW), stops, strict=True):
        speeds = (
            kmh / 3.6 - np.cumsum(decelerations(BrakeChain(BrakeSet(*figures)), lambda _: 9.0, 5.0)) * STEP_S
        )
        rolling = speeds[speeds > 0]
        assert rolling.sum() * STEP_S == pytest.approx(way_m, abs=0.15)
        assert rolling.size * STEP_S == pytest.approx(time_s, abs=0.11)


def test_a_held_pre_charge_leaves_a_short_dead_time() -> None:
    def demand(t_s: float) -> float:
        return 0.5 if t_s < 1.0 else 5.0

    found = decelerations(BrakeChain(BrakeSet(*TYPICAL)), demand, 2.0)
    first_s = next(n for n, value in enumerate(found, 1) if value > 0.55) * STEP_S
    assert first_s - 1.0 == pytest.approx(0.12 + 0.05, abs=0.008)  # 0.05 assumed; and 2 ms to rise


def test_released_brakes_let_go_after_the_latency_and_have_to_be_filled_again() -> None:
    def demand(t_s: float) -> float:
        return 5.0 if t_s < 1.5 or t_s >= 4.0 else 0.0

    found = decelerations(BrakeChain(BrakeSet(*TYPICAL)), demand, 5.0)
    assert found[round((1.5 + 0.12 - 0.01) / STEP_S)] == pytest.approx(5.0, rel=0.01)
    assert found[round((1.5 + 0.12 + 0.20) / STEP_S)] == pytest.approx(5.0 * math.exp(-1), rel=0.03)
    assert found[round((4.0 + 0.12 + 0.25 - 0.01) / STEP_S)] < 0.01
    assert found[-1] > 4.0


def xbr(decel_mmps2: int, counter: int) -> bytearray:
    """As the firmware packs it."""
    data = bytearray(8)
    j1939.pack_xbr(data, XBR_ID, decel_mmps2, counter, 0, 0)
    return data


def message(data: bytes | bytearray, can_id: int = XBR_ID) -> can.Message:
    return can.Message(arbitration_id=can_id, is_extended_id=True, data=data)


@pytest.mark.parametrize(
    ("decel_mmps2", "counter", "golden"),
    [(4000, 0, "7F5DE2FAFFFFFF70"), (5000, 0, "7F55E2FAFFFFFFE0"), (7000, 0, "7F45E2FAFFFFFFD0")],
)
def test_xbr_of_the_firmware_is_what_the_dbc_reads(decel_mmps2: int, counter: int, golden: str) -> None:
    data = bytes(xbr(decel_mmps2, counter))
    assert data.hex().upper() == golden
    read = numbers(database().get_message_by_name("XBR"), data)
    assert read["ExternalAccelerationDemand"] == pytest.approx(-decel_mmps2 / 1000, abs=1 / 2048)
    assert (read["XBRControlMode"], read["XBRPriority"], read["EBIMode"]) == (2, 0, 2)
    assert read["XBRUrgency"] == pytest.approx(100.0)


def test_the_idle_xbr_asks_for_nothing() -> None:
    data = bytes(xbr(0, 0))
    assert data.hex().upper() == "7F7DCC00FFFFFF80"
    read = numbers(database().get_message_by_name("XBR"), data)
    assert read["ExternalAccelerationDemand"] == pytest.approx(0.0, abs=OFFSET_MPS2)
    assert (read["XBRControlMode"], read["XBRPriority"], read["XBRUrgency"]) == (0, 3, 0)


@given(decel_mmps2=st.integers(1, 6000), counter=st.integers(0, 15))
def test_every_demand_arrives_never_stronger_than_asked(decel_mmps2: int, counter: int) -> None:
    ecu = BrakeEcu(BrakeSet(*TYPICAL))
    ecu.hear(message(xbr(decel_mmps2, counter)), 0)
    assert ecu.refused == 0
    assert (
        decel_mmps2 / 1000 - 1 / 2048 <= ecu.demand_mps2(0) + OFFSET_MPS2 <= decel_mmps2 / 1000 + OFFSET_MPS2
    )


def test_silence_of_100_ms_releases() -> None:
    ecu = BrakeEcu(BrakeSet(*TYPICAL))
    ecu.hear(message(xbr(5000, 0)), 1_000_000)
    assert ecu.active(1_100_000)
    assert not ecu.active(1_100_001)
    ecu.hear(message(xbr(5000, 1)), 1_200_000)
    assert ecu.active(1_200_000)


def test_the_release_frame_releases_at_once() -> None:
    ecu = BrakeEcu(BrakeSet(*TYPICAL))
    ecu.hear(message(xbr(5000, 0)), 0)
    ecu.hear(message(xbr(0, 1)), 20_000)
    assert not ecu.active(20_000)


@pytest.mark.parametrize("bit", range(64))
def test_a_flipped_bit_is_refused(bit: int) -> None:
    """The checksum adds up bytes, so that one flipped bit always shows."""
    ecu, data = BrakeEcu(BrakeSet(*TYPICAL)), xbr(1000, 3)
    data[bit // 8] ^= 1 << bit % 8
    ecu.hear(message(data), 0)
    assert ecu.refused == 1
    assert not ecu.active(0)


def test_a_repeated_counter_is_refused_and_a_damaged_frame_moves_no_counter() -> None:
    ecu = BrakeEcu(BrakeSet(*TYPICAL))
    ecu.hear(message(xbr(2000, 4)), 0)
    ecu.hear(message(xbr(6000, 4)), 20_000)
    damaged = xbr(6000, 5)
    damaged[0] ^= 0xFF
    ecu.hear(message(damaged), 30_000)
    assert ecu.refused == 2
    assert ecu.demand_mps2(30_000) == pytest.approx(2.0, abs=1e-3)
    ecu.hear(message(xbr(3000, 5)), 40_000)
    assert ecu.demand_mps2(40_000) == pytest.approx(3.0, abs=1e-3)


@pytest.mark.parametrize("can_id", [0x0C040B2A, 0x0C0400A0, 0x18040BA0])
def test_another_sender_or_receiver_is_not_heard(can_id: int) -> None:
    ecu = BrakeEcu(BrakeSet(*TYPICAL))
    ecu.hear(message(xbr(5000, 0), can_id), 0)
    assert not ecu.active(0)


def tsc1(limits: bool, counter: int = 0) -> bytearray:
    data = bytearray(8)
    j1939.pack_tsc1(data, TSC1_ID, limits, counter)
    return data


def test_the_engine_obeys_a_torque_limit_while_it_is_repeated() -> None:
    engine = Engine()
    engine.hear(message(tsc1(True), TSC1_ID), 0)
    assert engine.limited(100_000)
    assert not engine.limited(100_001)
    engine.hear(message(tsc1(True, 1), TSC1_ID), 200_000)
    engine.hear(message(tsc1(False, 2), TSC1_ID), 210_000)
    assert not engine.limited(210_000)
    damaged = tsc1(True, 3)
    damaged[7] ^= 0x10
    engine.hear(message(damaged, TSC1_ID), 220_000)
    assert not engine.limited(220_000)
    assert engine.refused == 1


def turning(near_sign: int, inner_wheel_radius_m: float, kmh: float = 5.0) -> tuple[Truck, float]:
    """A truck that goes round in a circle; radius of its bogie centre for that of the inner bogie wheel."""
    radius_m = inner_wheel_radius_m + 2.05 / 2
    driver = Driver(
        speed_mps=kmh / 3.6,
        near_sign=near_sign,
        turn_at_x_m=-100.0,
        signal_at_x_m=None,
        final_steer_rad=math.atan(5.675 / radius_m),
        wheelbase_m=5.675,
        turn_rad=100.0,
    )
    return Truck(TIPPER, BrakeSet(*TYPICAL), driver, kmh / 3.6), radius_m


def bogie_m(pose: Pose) -> np.ndarray:
    x_m = pose.x_m - 7.125 * math.cos(pose.heading_rad)
    return np.array([x_m, pose.y_m - 7.125 * math.sin(pose.heading_rad)])


# Inner bogie wheel, outer front corner, swept width, steering angle (8x4 tipper, width 2.55 m).
TURNS = [
    (7.2, 11.88, 4.93, 34.6),
    (8.0, 12.52, 4.77, 32.2),
    (10.0, 14.21, 4.46, 27.2),
    (12.5, 16.43, 4.18, 22.8),
    (15.0, 18.71, 3.96, 19.5),
]


@pytest.mark.parametrize(("inner_m", "corner_m", "swept_m", "steer_deg"), TURNS)
@pytest.mark.parametrize("near_sign", [-1, 1])
def test_the_steady_turn_is_that_of_the_turning_table(
    inner_m: float, corner_m: float, swept_m: float, steer_deg: float, near_sign: int
) -> None:
    truck, radius_m = turning(near_sign, inner_m)
    outline = rectangle(0.0, -9.8, 2.55 / 2)
    truck.advance(4_000_000)
    start = truck.pose()
    centre = bogie_m(start) + near_sign * radius_m * np.array(
        [-math.sin(start.heading_rad), math.cos(start.heading_rad)]
    )
    assert math.degrees(start.steer_rad) == pytest.approx(near_sign * steer_deg, abs=0.1)
    for t_us in range(4_000_000, 12_000_000, 1_000_000):
        truck.advance(t_us)
        pose = truck.pose()
        assert np.hypot(*(bogie_m(pose) - centre)) == pytest.approx(radius_m, abs=0.005)
        body: Outline = placed(outline, pose.x_m, pose.y_m, pose.heading_rad)
        front = np.hypot(*(body - centre).T).max()
        flank = np.hypot(*(bogie_m(pose) - centre)) - 2.55 / 2
        assert front == pytest.approx(corner_m, abs=0.02)
        assert front - flank == pytest.approx(swept_m, abs=0.02)
        assert pose.yaw_rate_radps == pytest.approx(near_sign * pose.speed_mps / radius_m, rel=1e-3)


def test_a_quarter_turn_ends_straight_and_stays_straight() -> None:
    driver = Driver(15 / 3.6, -1, -7.125 + 5.0, None, math.atan(5.675 / 12), 5.675)
    truck = Truck(TIPPER, BrakeSet(*TYPICAL), driver, 15 / 3.6)
    truck.advance(12_000_000)
    pose = truck.pose()
    assert math.degrees(pose.heading_rad) == pytest.approx(-90.0, abs=1.0)
    assert pose.steer_rad == 0.0


def test_a_braked_truck_stands_and_holds_its_speed_before() -> None:
    driver = Driver(15 / 3.6, -1, None, None, 0.4, 5.675)
    truck = Truck(TIPPER, BrakeSet(*TYPICAL), driver, 15 / 3.6)
    truck.advance(1_000_000)
    assert truck.pose().speed_mps == pytest.approx(15 / 3.6)
    begun_m = truck.pose().x_m
    for n in range(200):
        t_us = 1_000_000 + n * 20_000
        truck.ecu.hear(message(xbr(5000, n & 15)), t_us)
        truck.advance(t_us + 20_000)
    assert truck.pose().speed_mps == 0.0
    # 4.0 m at 5 m/s2 by the brake table; this driver stays on the pedal with up to 0.8 m/s2
    assert 4.0 <= truck.pose().x_m - begun_m <= 4.6


def cab(turn_signal: int = 0) -> Cab:
    return Cab(turn_signal, 12.0, False, False, True, 0)


def pose(speed_mps: float = 4.0, steer_rad: float = -0.3, yaw_rate_radps: float = -0.22) -> Pose:
    return Pose(0.0, 0.0, 0.0, speed_mps, steer_rad, yaw_rate_radps, 1.0)


def said(
    seconds: float, turn_signal: Callable[[int], int], errors: SensorErrors = EXACT
) -> list[tuple[int, can.Message]]:
    signals = TruckSignals(errors, "LNS8X4TP0T1000001", 20.0)
    return [
        (t_us, message)
        for t_us in range(0, round(seconds * 1e6), 10_000)
        for message in signals.frames(pose(), cab(turn_signal(t_us)), t_us)
    ]


def test_what_the_truck_says_is_what_the_edge_hears() -> None:
    bus = VehicleBus(20.0)
    for t_us, message in said(1.0, lambda _: 2):
        bus.hear(message, t_us * 1e-6)
    state = bus.state(1.0)
    assert state.speed_mps == pytest.approx(4.0, abs=1 / 256 / 3.6)
    assert state.steer_rad == pytest.approx(-0.3, abs=1 / 1024 / 20)
    assert state.yaw_rate_radps == pytest.approx(-0.22, abs=1 / 8192)
    assert state.accel_mps2 == pytest.approx(0.0)
    assert (state.indicator, state.forward_gear, state.kickdown) == ("right", True, False)
    assert state.vin == "LNS8X4TP0T1000001"


def times_us(messages: list[tuple[int, can.Message]], can_id: int) -> list[int]:
    return [t_us for t_us, message in messages if message.arbitration_id == can_id]


def test_messages_come_at_the_rates_of_the_standard() -> None:
    heard = said(2.0, lambda _: 0)
    rates_ms = {
        0x18F0090B: 10,
        0x0CF00300: 50,
        0x18FEF100: 100,
        0x18F0010B: 100,
        0x18F00503: 100,
        0x18FDC40B: 100,
    }
    for can_id, period_ms in rates_ms.items():
        assert set(np.diff(times_us(heard, can_id))) == {period_ms * 1000}
    packets = times_us(heard, 0x1CEBFF00)
    assert all(50_000 <= step <= 200_000 for step in np.diff(packets))


def test_the_indicator_is_said_on_change_but_not_faster_than_100_ms() -> None:
    heard = said(1.5, lambda t_us: 2 if t_us >= 330_000 else 0)
    assert times_us(heard, 0x18FDCC21) == [0, 330_000, 1_330_000]
    hasty = said(0.9, lambda t_us: t_us // 10_000 % 2)
    assert min(np.diff(times_us(hasty, 0x18FDCC21))) >= 100_000


def test_the_bus_is_late_by_its_delay() -> None:
    late = replace(EXACT, delay_us=37_000)
    heard = said(0.3, lambda _: 0, late)
    assert times_us(heard, 0x18FEF100)[0] == 40_000  # the first look at the bus after 37 ms
    assert heard[0][1].timestamp == pytest.approx(0.037)


@given(seed=st.integers(0, 2**32 - 1))
def test_the_errors_of_the_bus_are_small_repeatable_and_mirrored(seed: int) -> None:
    right, left = draw_errors(seed, -1), draw_errors(seed, 1)
    assert right == draw_errors(seed, -1)
    assert (right.delay_us, right.speed_scale) == (left.delay_us, left.speed_scale)
    assert right.hand_wheel_offset_rad == -left.hand_wheel_offset_rad
    assert right.yaw_rate_offset_radps == -left.yaw_rate_offset_radps
    assert 0 <= right.delay_us <= 40_000
    assert 0.98 <= right.speed_scale <= 1.02
    assert abs(right.hand_wheel_offset_rad) <= math.radians(3.0)
