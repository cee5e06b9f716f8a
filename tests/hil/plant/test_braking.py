"""What limits a braking: load, grip, slope, the anti-lock system, and a brake ECU with rules of its own."""

import math
from itertools import pairwise

import can
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_controller.can.vehicle_bus import database, numbers
from firmware import j1939
from hil.plant.brake_ecu import BrakeEcu
from hil.plant.brake_sets import BRAKE_SETS, loaded
from hil.plant.brakes import BrakeChain, BrakeSet
from hil.plant.driver import Driver
from hil.plant.ground import Ground
from hil.plant.signals import NO_ERRORS, Cab, TruckSignals
from hil.plant.truck import Body, Truck
from hil.plant.vehicles import VEHICLES

XBR_ID, EBC5_ID, EBC1_ID = 0x0C040BA0, 0x18FDC40B, 0x18F0010B
TYPICAL = BrakeSet(0.12, 0.25, 0.20, 5.0)
TIPPER = Body(9.8, 2.5, -7.125, 5.675, 20.0)
GRAVITY_MPS2 = 9.81


def xbr(decel_mmps2: int, counter: int, can_id: int = XBR_ID) -> can.Message:
    """As the firmware packs it."""
    data = bytearray(8)
    j1939.pack_xbr(data, can_id, decel_mmps2, counter & 15, 0, 0)
    return can.Message(arbitration_id=can_id, is_extended_id=True, data=data)


def truck(kmh: float, brake: BrakeSet = TYPICAL, ground: Ground | None = None, **ecu: bool) -> Truck:
    driver = Driver(kmh / 3.6, -1, None, None, 0.4, 5.675)
    return Truck(TIPPER, brake, driver, kmh / 3.6, ground=ground or Ground(), **ecu)


def braked(driven: Truck, seconds: float, decel_mmps2: int = 6000, *, limited: bool = True) -> list[float]:
    """Speeds every 20 ms under an XBR; the torque limit comes with it."""
    driven.torque_limited = limited
    speeds = []
    for n in range(round(seconds / 0.02)):
        driven.ecu.hear(xbr(decel_mmps2, n), n * 20_000)
        driven.advance((n + 1) * 20_000)
        speeds.append(driven.pose().speed_mps)
    return speeds


def steady_mps2(speeds: list[float]) -> float:
    """Once the brake has risen: over the last 0.4 s."""
    return (speeds[-21] - speeds[-1]) / 0.4


@pytest.mark.parametrize("friction", [0.15, 0.25, 0.4, 0.8])
def test_nobody_brakes_harder_than_the_grip(friction: float) -> None:
    driven = truck(60.0, ground=Ground(friction))
    found_mps2 = steady_mps2(braked(driven, 2.4)) - 0.25  # drag with the drive torque off
    assert found_mps2 == pytest.approx(min(5.0, friction * GRAVITY_MPS2), abs=0.05)
    assert driven.is_slipping() is (friction * GRAVITY_MPS2 < 5.0)


def test_the_anti_lock_system_is_told_while_it_works_and_no_longer() -> None:
    driven = truck(30.0, ground=Ground(0.3))
    assert not driven.is_slipping()
    braked(driven, 1.0)
    assert driven.is_slipping()
    assert said("EBC1", EBC1_ID, abs_active=True)["ABSActive"] == 1
    assert said("EBC1", EBC1_ID, abs_active=False)["ABSActive"] == 0
    driven.advance(12_000_000)
    driven.torque_limited = True
    assert not driven.is_slipping()


def test_a_gentle_braking_never_slips() -> None:
    driven = truck(30.0, ground=Ground(0.3))
    braked(driven, 2.0, 1000)
    assert not driven.is_slipping()


@pytest.mark.parametrize("slope_pct", [-6.0, 0.0, 6.0])
def test_a_slope_adds_and_takes_away(slope_pct: float) -> None:
    found_mps2 = steady_mps2(braked(truck(60.0, ground=Ground(0.8, slope_pct)), 2.4))
    gravity_mps2 = GRAVITY_MPS2 * math.sin(math.atan(slope_pct / 100))
    assert found_mps2 == pytest.approx(5.0 + 0.25 + gravity_mps2, abs=0.05)


@given(friction=st.floats(0.1, 1.0), slope_pct=st.floats(-10, 10), asked_mmps2=st.integers(500, 6000))
def test_a_braking_is_never_beyond_brake_grip_and_slope(
    friction: float, slope_pct: float, asked_mmps2: int
) -> None:
    ground = Ground(friction, slope_pct)
    speeds = braked(truck(50.0, ground=ground), 1.4, asked_mmps2)
    most_mps2 = min(5.0, asked_mmps2 / 1000, friction * GRAVITY_MPS2)
    most_mps2 += 0.25 + GRAVITY_MPS2 * math.sin(math.atan(slope_pct / 100))
    steps = [(a - b) / 0.02 for a, b in pairwise(speeds)]
    assert max(steps) <= max(most_mps2, 0.0) + 0.02


def test_a_truck_left_alone_downhill_rolls_away_and_one_that_is_held_does_not() -> None:
    free, held = truck(0.0, ground=Ground(0.8, -6.0)), truck(0.0, ground=Ground(0.8, -6.0))
    free.torque_limited = True
    free.advance(3_000_000)
    assert free.pose().speed_mps == pytest.approx((0.0599 * 10 * 0.981 - 0.25) * 3.0, rel=0.03)
    braked(held, 1.0)
    speed_mps = held.pose().speed_mps
    assert speed_mps == 0.0


@pytest.mark.parametrize(
    ("name", "laden_mps2", "empty_mps2"), [("typical_ebs", 5.0, 11.07), ("slow_valve", 4.0, 8.86)]
)
def test_the_same_force_brakes_an_empty_truck_harder(name: str, laden_mps2: float, empty_mps2: float) -> None:
    body = VEHICLES["tipper_8x4"]  # 31 t, 14 t
    laden, empty = loaded(BRAKE_SETS[name], body, 1.0, name), loaded(BRAKE_SETS[name], body, 0.0, name)
    assert laden.max_decel_mps2 == pytest.approx(laden_mps2)
    assert empty.max_decel_mps2 == pytest.approx(empty_mps2, abs=0.01)
    dry_mps2 = steady_mps2(braked(truck(60.0, empty, Ground(0.6)), 2.4, 6000)) - 0.25
    assert dry_mps2 == pytest.approx(0.6 * GRAVITY_MPS2, abs=0.05)  # the grip is less than the brake has


def test_the_fast_brake_was_measured_empty_and_keeps_the_least_of_the_law_when_laden() -> None:
    body = VEHICLES["tipper_8x4"]
    assert loaded(BRAKE_SETS["fast_ebs"], body, 0.0, "fast_ebs").max_decel_mps2 == pytest.approx(6.5)
    assert loaded(BRAKE_SETS["fast_ebs"], body, 1.0, "fast_ebs").max_decel_mps2 == 5.0  # UN R13, type 0


# ---- the brake ECU ----
def test_an_ecu_that_holds_keeps_the_truck_and_one_that_does_not_lets_go_once_it_stands() -> None:
    for holds in (True, False):
        driven = truck(5.0, holds_at_rest=holds)
        stood = [speed == 0.0 for speed in braked(driven, 4.0)]
        assert any(stood)
        assert driven.ecu.active(4_000_000) is holds
        driven.torque_limited = False  # the driver's foot is on the accelerator all the time
        later = []
        for n in range(200, 300):
            driven.ecu.hear(xbr(6000, n), n * 20_000)
            driven.advance((n + 1) * 20_000)
            later.append(driven.pose().speed_mps)
        assert (later[-1] == 0.0) is holds


def test_who_was_let_go_has_to_ask_anew() -> None:
    driven = truck(5.0, holds_at_rest=False)
    braked(driven, 4.0)
    driven.ecu.hear(xbr(0, 8), 4_000_000)
    driven.ecu.hear(xbr(6000, 9), 4_020_000)
    assert driven.ecu.active(4_020_000)


@pytest.mark.parametrize(("step", "believed"), [(0, False), (1, True), (5, True), (6, False), (15, False)])
def test_a_counter_goes_on_by_no_more_than_can_have_been_missed(step: int, believed: bool) -> None:
    ecu = BrakeEcu(TYPICAL)
    ecu.hear(xbr(1000, 3), 0)
    ecu.hear(xbr(3000, 3 + step), 20_000)
    assert (ecu.demand_mps2(20_000) > 2.0) is believed
    assert ecu.refused == int(not believed)


def test_after_its_time_out_any_counter_begins() -> None:
    ecu = BrakeEcu(TYPICAL)
    ecu.hear(xbr(1000, 3), 0)
    ecu.hear(xbr(3000, 12), 100_000)
    assert ecu.refused == 1
    ecu.hear(xbr(3000, 12), 100_001)
    assert ecu.demand_mps2(100_001) > 2.0


@pytest.mark.parametrize("source", [0x2A, 0x00, 0x0B, 0xA1])
def test_only_the_address_the_maker_let_in_is_heard(source: int) -> None:
    ecu = BrakeEcu(TYPICAL)
    ecu.hear(xbr(6000, 0, 0x0C040B00 | source), 0)
    assert not ecu.active(0)
    assert ecu.refused == 0


def test_an_ecu_that_accepts_none_brakes_for_nobody_and_says_so() -> None:
    ecu = BrakeEcu(TYPICAL)
    ecu.system_state = 2
    ecu.hear(xbr(6000, 0), 0)
    assert ecu.demand_mps2(0) == 0.0
    assert said("EBC5", EBC5_ID, xbr_mode=ecu.active_mode(0, False), xbr_state=2)["XBRSystemState"] == 2


def test_ebc5_tells_who_brakes() -> None:
    ecu = BrakeEcu(TYPICAL)
    assert (ecu.active_mode(0, False), ecu.active_mode(0, True)) == (0, 1)  # SPN 2918
    ecu.hear(xbr(6000, 0), 0)
    assert (ecu.active_mode(0, False), ecu.active_mode(0, True)) == (3, 3)
    assert said("EBC5", EBC5_ID, xbr_mode=3)["XBRActiveControlMode"] == 3
    assert ecu.active_mode(100_001, True) == 1


def said(
    name: str, can_id: int, *, xbr_mode: int = 0, xbr_state: int = 0, abs_active: bool = False
) -> dict[str, float]:
    """One message of the truck's bus, read back."""
    cab = Cab(0, 0.0, False, False, True, xbr_mode, xbr_state, abs_active)
    heard = TruckSignals(NO_ERRORS, "V" * 17, 20.0).frames(truck(10.0).pose(), cab, 0)
    frame = next(one for one in heard if one.arbitration_id == can_id)
    return numbers(database().get_message_by_name(name), bytes(frame.data))


# ---- cheap steps ----
@given(
    demands=st.lists(st.tuples(st.integers(0, 40), st.sampled_from([0.0, 0.5, 1.0, 3.0, 6.0])), max_size=8),
    figures=st.sampled_from([(0.10, 0.15, 0.12, 6.5), (0.12, 0.25, 0.20, 5.0), (0.15, 0.35, 0.35, 4.0)]),
)
def test_in_steps_of_5_ms_the_chain_does_what_it_does_in_steps_of_1_ms(
    demands: list[tuple[int, float]], figures: tuple[float, float, float, float]
) -> None:
    coarse, fine = BrakeChain(BrakeSet(*figures)), BrakeChain(BrakeSet(*figures))
    changes = dict(demands)
    lost_coarse = lost_fine = 0.0
    for n in range(400):
        if n in changes:
            coarse.demand(changes[n], n * 5000 * 1e-6)
            fine.demand(changes[n], n * 5000 * 1e-6)
        lost_coarse += coarse.over(n * 5000, (n + 1) * 5000) * 0.005
        for k in range(5):
            lost_fine += fine.advance((n * 5 + k + 1) * 1000 * 1e-6, 0.001) * 0.001
    assert lost_coarse == pytest.approx(lost_fine, abs=1e-3)
    assert coarse.decel_mps2 == pytest.approx(fine.decel_mps2, abs=1e-3)
