"""The driver's foot on the simulated truck: stop, stand, pull away, brake, kick down, steer away."""

import math

import can
import pytest

from firmware import j1939
from hil.moment import Moment
from hil.plant.brakes import BrakeSet
from hil.plant.driver import Driver, Stop
from hil.plant.truck import Body, Truck

TYPICAL = BrakeSet(0.12, 0.25, 0.20, 5.0)
TIPPER = Body(length_m=9.8, width_m=2.5, no_side_slip_x_m=-7.125, wheelbase_m=5.675, hand_wheel_ratio=20.0)
XBR_ID = 0x0C040BA0


def truck(near_sign: int = -1, kmh: float = 15.0, **script: object) -> Truck:
    driver = Driver(kmh / 3.6, near_sign, None, None, 0.4, 5.675, **script)  # type: ignore[arg-type]
    return Truck(TIPPER, TYPICAL, driver, driver.start_speed_mps)


def brake(driven: Truck, from_us: int, to_us: int, decel_mmps2: int = 5000) -> None:
    """XBR every 20 ms."""
    for n, t_us in enumerate(range(from_us, to_us, 20_000)):
        data = bytearray(8)
        j1939.pack_xbr(data, XBR_ID, decel_mmps2, from_us // 20_000 + n & 15, 0, 0)
        driven.ecu.hear(can.Message(arbitration_id=XBR_ID, is_extended_id=True, data=data), t_us)
        driven.advance(t_us + 20_000)


def test_a_driver_stops_at_his_place_stands_and_goes_on() -> None:
    driven = truck(stop=Stop(at_x_m=-7.125 + 20.0, stands_s=4.0))
    stood_s, stood_at_m = [], set()
    for n in range(1600):
        driven.advance(n * 10_000)
        if driven.pose().speed_mps == 0.0:
            stood_s.append(n * 0.01)
            stood_at_m.add(round(driven.pose().x_m, 2))
            assert driven.pedals().brake_pedal == (stood_s[-1] - stood_s[0] < 3.99)
    assert stood_s[-1] - stood_s[0] == pytest.approx(4.0, abs=0.03)
    assert len(stood_at_m) == 1
    assert stood_at_m.pop() == pytest.approx(20.0, abs=0.1)
    assert driven.pose().speed_mps > 2.0


def test_from_rest_he_keeps_his_foot_on_the_brake_until_he_pulls_away() -> None:
    driven = truck(kmh=10.0, pulls_away_s=2.0)
    driven.advance(1_990_000)
    assert driven.pose().x_m == 0.0
    assert driven.pedals().brake_pedal
    driven.advance(4_000_000)
    assert not driven.pedals().brake_pedal
    assert driven.pedals().accelerator_pct > 40.0
    assert driven.pose().x_m == pytest.approx(0.8 * 2.0**2 / 2, abs=0.01)  # at most 0.8 m/s2


def test_braking_by_the_driver_adds_nothing_to_braking_that_is_harder() -> None:
    """In maximum mode the harder of both acts."""
    alone, both = truck(kmh=40.0), truck(kmh=40.0, brakes=Moment(at_s=0.0))
    for driven in (alone, both):
        brake(driven, 0, 1_200_000)
    assert alone.pose().decel_mps2 == both.pose().decel_mps2 == pytest.approx(5.0, abs=0.1)
    assert both.pose().speed_mps < alone.pose().speed_mps  # his own foot was quicker


def test_the_foot_goes_to_the_brake_after_the_truck_was_made_to_brake() -> None:
    driven = truck(brakes=Moment(after_braking_s=0.5))
    driven.advance(1_000_000)
    assert not driven.pedals().brake_pedal
    brake(driven, 1_000_000, 1_400_000)
    assert driven.braking_since_s == pytest.approx(1.0, abs=0.01)
    assert not driven.pedals().brake_pedal
    driven.advance(1_510_000)
    assert driven.pedals().brake_pedal


def test_gentle_braking_sets_nothing_off() -> None:
    driven = truck(kicks_down=Moment(after_braking_s=0.0))
    brake(driven, 0, 1_000_000, decel_mmps2=1000)
    assert driven.kicked_s is None
    brake(driven, 1_000_000, 1_100_000, decel_mmps2=2001)  # 2 m/s2 in steps of 1/2048
    assert driven.kicked_s == pytest.approx(1.0, abs=0.01)
    assert driven.pedals().kickdown
    assert driven.pedals().accelerator_pct == 100.0


@pytest.mark.parametrize("near_sign", [-1, 1])
def test_steering_away_is_past_centre_and_far_enough_for_the_gateway(near_sign: int) -> None:
    driven = truck(near_sign, steers_away=Moment(at_s=1.0))
    driven.advance(1_000_000)
    assert driven.pose().steer_rad == pytest.approx(0.0, abs=1e-3)
    driven.advance(1_500_000)
    assert -near_sign * driven.pose().steer_rad * 20.0 > 1.0  # SR-12: 1 rad of the hand wheel
    assert math.copysign(1, driven.pose().yaw_rate_radps) == -near_sign


@pytest.mark.parametrize(
    ("moment", "t_s", "braking_since_s", "reached"),
    [
        (Moment(at_s=1.0), 0.99, 0.0, False),
        (Moment(at_s=1.0), 1.0, None, True),
        (Moment(after_braking_s=0.5), 9.0, None, False),
        (Moment(after_braking_s=0.5), 2.49, 2.0, False),
        (Moment(after_braking_s=0.5), 2.5, 2.0, True),
        (Moment(), 9.0, 0.0, False),
    ],
)
def test_moments(moment: Moment, t_s: float, braking_since_s: float | None, reached: bool) -> None:
    assert moment.reached(t_s, braking_since_s) is reached
