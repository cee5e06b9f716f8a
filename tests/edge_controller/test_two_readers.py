"""The vehicle bus has two readers that share no code, gateway and edge: they agree on every frame."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_controller.can.vehicle_bus import VehicleBus, database, numbers
from firmware import j1939
from tests.edge_controller.test_vehicle_bus import CCVS1, EEC2, RATIO, VDC2, frame

frames = st.binary(min_size=8, max_size=8)


def agree(gateway: int, edge: float | None, off_by: float) -> None:
    """Thousandths against a unit, None against UNKNOWN."""
    assert (gateway == j1939.UNKNOWN) == (edge is None)
    if edge is not None:
        assert gateway == pytest.approx(edge * 1000, abs=off_by)


def edge_hears(can_id: int, data: bytes) -> VehicleBus:
    bus = VehicleBus(RATIO)
    bus.hear(frame(can_id, data), 0.0)
    return bus


@given(data=frames)
def test_speed(data: bytes) -> None:
    agree(j1939.speed_mmps(data), edge_hears(CCVS1, data).state(0.0).speed_mps, 0.51)


@given(data=frames)
def test_steering_and_yaw(data: bytes) -> None:
    state = edge_hears(VDC2, data).state(0.0)
    agree(j1939.steering_mrad(data), None if state.steer_rad is None else state.steer_rad * RATIO, 1.1)
    agree(j1939.yaw_mradps(data), state.yaw_rate_radps, 1.2)


@given(data=frames)
def test_kickdown_where_the_truck_has_the_switch(data: bytes) -> None:
    says = edge_hears(EEC2, data).state(0.0).kickdown
    if says is not None:
        assert j1939.kickdown(data) == int(says)


@pytest.mark.parametrize(
    ("reads", "signal", "highest"),
    [(j1939.xbr_state, "XBRSystemState", 2), (j1939.xbr_active_mode, "XBRActiveControlMode", 3)],
)
@given(data=frames)
def test_answer_of_the_brakes(reads: Callable[[bytes], int], signal: str, highest: int, data: bytes) -> None:
    raw = numbers(database().get_message_by_name("EBC5"), data)[signal]
    assert reads(data) == (raw if raw <= highest else j1939.UNKNOWN)


@pytest.mark.parametrize("counter", range(8))
def test_the_torque_limit_of_the_firmware_is_what_the_dbc_reads(counter: int) -> None:
    limit, release = bytearray(8), bytearray(8)
    j1939.pack_tsc1(limit, 0x0C0000A0, True, counter)
    j1939.pack_tsc1(release, 0x0C0000A0, False, counter)
    read = numbers(database().get_message_by_name("TSC1"), bytes(limit))
    assert (read["OverrideControlMode"], read["OverrideControlModePriority"]) == (3, 0)
    assert (read["RequestedTorque"], read["ControlPurpose"], read["TSC1MessageCounter"]) == (0, 31, counter)
    assert numbers(database().get_message_by_name("TSC1"), bytes(release))["OverrideControlMode"] == 0
