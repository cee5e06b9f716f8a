"""A spoilt signal is read as the standard says, and nothing else of its message changes."""

import math

import can
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_controller.can.vehicle_bus import VehicleBus, database
from hil.faults import Faults, SignalFault
from hil.faults.signals import How, SignalName
from hil.moment import Moment
from hil.plant.body import Pose
from hil.plant.signals import NO_ERRORS, Cab, TruckSignals

RATIO = 20.0
CAB = Cab(0, 12.0, False, False, True, 0)


def sent(steer_rad: float = 0.05, yaw_radps: float = 0.1, indicator: int = 0) -> list[can.Message]:
    pose = Pose(0.0, 0.0, 0.0, 5.0, steer_rad, yaw_radps, 0.0)
    cab = Cab(indicator, 12.0, False, False, True, 0)
    return TruckSignals(NO_ERRORS, "LNS8X4TP0T1000001", RATIO).frames(pose, cab, 0)


def begun(signal: SignalName, how: How, offset: float = 0.0, near_sign: int = -1) -> Faults:
    faults = Faults([SignalFault(Moment(at_s=0.0), signal, how, offset)], near_sign)
    faults.update(0.0, None)
    return faults


def told(messages: list[can.Message]) -> dict[str, float]:
    """Every signal by cantools, a second reading of the same DBC."""
    values: dict[str, float] = {}
    for message in messages:
        try:
            known = database().get_message_by_frame_id(message.arbitration_id)
        except KeyError:
            continue
        decoded = known.decode(bytes(message.data), decode_choices=False)
        assert isinstance(decoded, dict)
        values |= {f"{known.name}.{name}": float(value) for name, value in decoded.items()}  # type: ignore[arg-type]
    return values


@pytest.mark.parametrize(
    ("signal", "how", "offset", "changed", "value"),
    [
        ("steering", "swapped", 0.0, "VDC2.SteeringWheelAngle", -1.0),
        ("steering", "offset", math.radians(5), "VDC2.SteeringWheelAngle", 1.0 - math.radians(5)),
        ("yaw_rate", "swapped", 0.0, "VDC2.YawRate", -0.1),
        ("speed", "offset", 3.0, "CCVS1.WheelBasedVehicleSpeed", 21.0),
        ("indicator", "near_side", 0.0, "OEL.TurnSignalSwitch", 2.0),  # SPN 2876: 2 is right
        ("indicator", "lost", 0.0, "OEL.TurnSignalSwitch", 15.0),  # not available
        ("brake_answer", "lost", 0.0, "EBC5.XBRActiveControlMode", 15.0),
    ],
)
def test_one_signal_changes_as_told(
    signal: SignalName, how: How, offset: float, changed: str, value: float
) -> None:
    before, after = told(sent()), told(begun(signal, how, offset).spoilt(sent()))
    assert after[changed] == pytest.approx(value, abs=2e-3)
    assert {name for name in before if before[name] != after[name]} == {changed}


def test_towards_the_near_side_is_mirrored_with_it() -> None:
    right = told(begun("steering", "offset", 0.1, -1).spoilt(sent(0.0)))["VDC2.SteeringWheelAngle"]
    left = told(begun("steering", "offset", 0.1, 1).spoilt(sent(0.0)))["VDC2.SteeringWheelAngle"]
    assert right == pytest.approx(-left, abs=1e-4)  # a count of the signal is 1 mrad
    assert right == pytest.approx(-0.1, abs=1e-3)


def test_a_frozen_signal_keeps_its_first_value_and_the_others_go_on() -> None:
    faults = begun("steering", "frozen")
    first, later = told(faults.spoilt(sent(0.02, 0.1))), told(faults.spoilt(sent(0.06, 0.3)))
    assert later["VDC2.SteeringWheelAngle"] == first["VDC2.SteeringWheelAngle"]
    assert later["VDC2.YawRate"] == pytest.approx(0.3, abs=1e-3)


def test_a_missing_message_is_missed_by_the_edge() -> None:
    bus = VehicleBus(RATIO)
    for message in begun("steering", "missing").spoilt(sent()):
        bus.hear(message, 0.0)
    state = bus.state(0.0)
    assert state.steer_rad is None
    assert state.yaw_rate_radps is None
    assert state.speed_mps == pytest.approx(5.0, abs=0.01)


@given(steer_rad=st.floats(-0.4, 0.4))
def test_swapping_twice_is_nothing(steer_rad: float) -> None:
    faults = begun("steering", "swapped")
    assert told(faults.spoilt(faults.spoilt(sent(steer_rad)))) == told(sent(steer_rad))
