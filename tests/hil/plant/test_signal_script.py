"""The truck's bus, late and coarse: indicator, wheel speed at a crawl, jitter."""

import can
import numpy as np
import pytest

from edge_controller.can.vehicle_bus import VehicleBus
from hil.plant.signal_script import SignalScript
from hil.plant.signals import NO_ERRORS, PERIOD_US, Cab, TruckSignals
from hil.plant.truck import Pose

CCVS1_ID, VDC2_ID = 0x18FEF100, 0x18F0090B


def heard(
    script: SignalScript, seconds: float, speed_mps: float = 4.0, seed: int = 1, signals_us: int = 0
) -> list[tuple[int, can.Message]]:
    """Everything on the bus, with the 10 ms tick at which it is there."""
    signals = TruckSignals(NO_ERRORS, "LNS8X4TP0T1000001", 20.0, script, seed)
    found = []
    for t_us in range(0, round(seconds * 1e6), 10_000):
        cab = Cab(2 if 0 < signals_us <= t_us else 0, 10.0, False, False, True, 0)
        pose = Pose(0.0, 0.0, 0.0, speed_mps, 0.0, 0.0, 0.0)
        found += [(t_us, message) for message in signals.frames(pose, cab, t_us)]
    return found


@pytest.mark.parametrize(("late_s", "on_s"), [(0.0, 0.5), (0.3, 0.8), (1.0, 1.5)])
def test_the_indicator_is_on_the_bus_as_late_as_told(late_s: float, on_s: float) -> None:
    bus, first_s = VehicleBus(20.0), None
    for t_us, message in heard(SignalScript(indicator_late_s=late_s), 3.0, signals_us=500_000):
        bus.hear(message, t_us * 1e-6)
        if first_s is None and bus.state(t_us * 1e-6).indicator == "right":
            first_s = t_us * 1e-6
    assert first_s == pytest.approx(on_s, abs=0.011)


@pytest.mark.parametrize(("kmh", "told_kmh"), [(0.0, 0.0), (1.9, 0.0), (2.1, 2.1), (15.0, 15.0)])
def test_below_2_km_h_the_wheels_say_nothing(kmh: float, told_kmh: float) -> None:
    bus = VehicleBus(20.0)
    for t_us, message in heard(SignalScript(speed_zero_below_kmh=2.0), 0.3, kmh / 3.6):
        bus.hear(message, t_us * 1e-6)
    assert bus.state(0.3).speed_mps == pytest.approx(told_kmh / 3.6, abs=0.01)


def arrivals_ms(script: SignalScript, can_id: int, seed: int = 1) -> list[float]:
    return [
        1000 * message.timestamp
        for _, message in heard(script, 4.0, seed=seed)
        if message.arbitration_id == can_id
    ]


@pytest.mark.parametrize(("can_id", "name"), [(CCVS1_ID, "CCVS1"), (VDC2_ID, "VDC2")])
def test_jitter_is_within_its_bound_keeps_order_and_mean_rate(can_id: int, name: str) -> None:
    times_ms = np.array(arrivals_ms(SignalScript(jitter_ms=8.0), can_id))
    due_ms = np.arange(len(times_ms)) * PERIOD_US[name] / 1000
    late_ms = times_ms - due_ms
    assert late_ms.min() >= -1e-6
    assert late_ms.max() <= 8.0 + 1e-6
    assert late_ms.std() > 1.0
    assert np.all(np.diff(times_ms) >= 0)


def test_jitter_is_that_of_the_seed() -> None:
    script = SignalScript(jitter_ms=8.0)
    assert arrivals_ms(script, VDC2_ID) == arrivals_ms(script, VDC2_ID)
    assert arrivals_ms(script, VDC2_ID) != arrivals_ms(script, VDC2_ID, seed=2)
    assert arrivals_ms(SignalScript(), VDC2_ID) == arrivals_ms(SignalScript(), VDC2_ID, seed=2)
