"""The whole chain: scene, raw samples, packets, edge, private CAN, MicroPython gateway, XBR, brakes."""

from collections.abc import Callable

import pytest

from edge_controller.config import shipped_fit
from hil.closed_loop import run_without_system
from hil.encounter import near_side_turn
from hil.runlog import RunLog

Drive = Callable[[str], RunLog]
STANDS_MPS = 0.14
BRAKING = {"prepare", "slow", "must_stop", "full", "hold"}


def test_without_the_system_the_truck_hits_the_cyclist() -> None:
    log = run_without_system(near_side_turn(shipped_fit("demo")))
    assert log.contact is not None
    assert log.contact.speed_mps == pytest.approx(15 / 3.6, abs=0.05)
    x_m, y_m = log.contact.at_m
    assert -9.8 <= x_m <= 0.05
    assert abs(y_m) <= 1.26
    assert not log.stopped
    assert log.steps == []  # nothing is sensed


def test_with_the_system_the_truck_stands_before_contact(drive: Drive) -> None:
    log = drive("turn")
    assert log.contact is None
    assert log.stopped
    assert log.ticks[-1].truck.speed_mps <= STANDS_MPS
    assert log.min_clearance_m is not None
    assert log.min_clearance_m > 0.2


def test_the_ladder_climbs_in_order(drive: Drive) -> None:
    log = drive("turn")
    times = (log.information_s, log.warning_s, log.request_s, log.xbr_s, log.standstill_s)
    assert None not in times
    known = [time for time in times if time is not None]
    assert known == sorted(known)
    assert known[0] < known[2] - 0.5  # information well before braking


def test_the_xbr_is_on_the_bus_one_edge_frame_after_the_request(drive: Drive) -> None:
    """Edge frame every 20 ms, gateway tick 10 ms."""
    log = drive("turn")
    assert log.xbr_s is not None
    assert log.request_s is not None
    assert 0 <= log.xbr_s - log.request_s <= 0.035


def test_the_vin_reaches_the_edge_over_the_bus(drive: Drive) -> None:
    assert drive("turn").steps[-1].truck.vin == "LNS8X4TP0T1000001"


@pytest.mark.parametrize("name", ["turn without the cyclist", "straight beside the cyclist"])
def test_nobody_in_danger_no_brake_request(drive: Drive, name: str) -> None:
    log = drive(name)
    assert {tick.edge_state for tick in log.ticks} & BRAKING == set()
    assert max(tick.xbr_mps2 for tick in log.ticks) == 0.0
    assert log.xbr_s is None
    assert log.contact is None
    assert len(log.steps) > 200  # it was looking


def test_the_cyclist_alongside_is_still_shown_to_the_driver(drive: Drive) -> None:
    """So that a program that never sees anything cannot pass the test above (UN R151, information)."""
    assert drive("straight beside the cyclist").information_s is not None


def test_with_the_vehicle_bus_cut_nothing_brakes(drive: Drive) -> None:
    log = drive("turn with the vehicle bus cut")
    assert log.contact is not None
    assert log.xbr_s is None
    assert log.request_s is not None  # the edge, on its side of the cut, did ask


def test_the_left_near_side_gives_the_mirrored_ladder_at_the_same_ticks(drive: Drive) -> None:
    right, left = drive("turn"), drive("turn, near side left")
    ladder = [(tick.t_s, tick.edge_state, tick.gateway_state, tick.xbr_mps2) for tick in right.ticks]
    assert [(tick.t_s, tick.edge_state, tick.gateway_state, tick.xbr_mps2) for tick in left.ticks] == ladder
    for a, b in zip(right.ticks, left.ticks, strict=True):
        assert b.truck.y_m == pytest.approx(-a.truck.y_m, abs=1e-9)
        assert b.truck.heading_rad == pytest.approx(-a.truck.heading_rad, abs=1e-9)
        assert b.clearance_m == pytest.approx(a.clearance_m, abs=1e-9)
