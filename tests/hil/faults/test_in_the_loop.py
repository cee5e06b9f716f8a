"""Whole drives with perfect sensing: what a fault does to brake and lamp, by figures typed here."""

from dataclasses import replace
from functools import cache

import pytest

from edge_controller.config import shipped_fit
from hil import faults
from hil.closed_loop import Loop
from hil.encounter import near_side_turn
from hil.faults import Fault
from hil.gateway_host import CPythonGateway
from hil.moment import Moment
from hil.runlog import RunLog

MID = Moment(after_braking_s=0.3)
FAULT_LAMP_HELD_OFF = 0x80  # docs/reference/link-protocol.md


@cache
def drive(*planned: Fault) -> RunLog:
    encounter = replace(near_side_turn(shipped_fit("demo")), faults=planned, after_standstill_s=None)
    gateway = CPythonGateway(**encounter.gateway_settings())
    return Loop(encounter, 1, gateway, "LNS8X4TP0T1000001", None, level="perfect").run()


def since(log: RunLog, what: str) -> float:
    at_s = log.first_s(what)
    assert at_s is not None
    assert log.ticks[round(at_s * 100) - 1].xbr_mps2 >= 2.0  # in mid-braking
    return at_s


def released_after_s(log: RunLog, what: str) -> float:
    at_s = since(log, what)
    return next(tick.t_s for tick in log.ticks if tick.t_s >= at_s and tick.xbr_mps2 == 0.0) - at_s


def lit_after_s(log: RunLog, what: str) -> float:
    at_s = since(log, what)
    return next(t.t_s for t in log.ticks if t.t_s >= at_s and not t.lamps & FAULT_LAMP_HELD_OFF) - at_s


@pytest.mark.parametrize(
    ("fault", "released_s", "lit_s"),
    [
        (faults.EdgeCrashed(MID, 1.0), 0.2, 0.2),
        (faults.EdgeStuck(MID), 0.2, 0.2),
        (faults.BusOff(MID, "vehicle", 1.0), 0.5, 0.5),
        (faults.BusLoad(MID, 100, 0, 2.0), 0.5, 0.5),
        (faults.SignalFault(MID, "speed", "missing"), 0.7, 0.5),
        (faults.SupplyDip(MID, 0.0, 0.1), 0.2, 0.1),
        (faults.BrakeFault(MID, "refuses"), 0.1, 0.3),
        (faults.BrakeFault(MID, "deaf"), 0.2, 0.5),
    ],
)
def test_the_brake_is_let_go_and_the_lamp_lights_in_time(
    fault: Fault, released_s: float, lit_s: float
) -> None:
    log = drive(fault)
    assert released_after_s(log, fault.name) <= released_s + 1e-9
    assert lit_after_s(log, fault.name) <= lit_s + 1e-9


def test_a_gateway_is_back_after_a_dip() -> None:
    log = drive(faults.SupplyDip(MID, 0.0, 0.1))
    at_s = since(log, "supply_dip")
    lit = [tick.t_s for tick in log.ticks if tick.t_s > at_s and not tick.lamps & FAULT_LAMP_HELD_OFF]
    assert 0.5 < lit[-1] - at_s < 3.0
    assert lit[-1] < log.ticks[-1].t_s


def test_a_gateway_lets_go_when_another_sends() -> None:
    log = drive(faults.SecondSender(MID, 3.0, 50, 0.02))
    at_s = since(log, "second_sender")
    assert next(t.t_s for t in log.ticks if t.t_s >= at_s and t.gateway_state != "full") - at_s <= 0.5
    assert "second sender" in log.refused


def test_what_insists_is_cut() -> None:
    log = drive(faults.EdgeInsists(Moment(at_s=1.0), 4.0))
    braked = [tick.t_s for tick in log.ticks if tick.xbr_mps2 > 0]
    assert 4.5 < braked[-1] - braked[0] <= 5.2


@pytest.mark.parametrize(
    "fault", [faults.GatewayClockWraps(Moment(at_s=6.0)), faults.DiskFull(Moment(at_s=1.0))]
)
def test_clock_and_disk_change_no_decision(fault: Fault) -> None:
    def decisions(log: RunLog) -> list[tuple[float, str, str, int]]:
        return [(tick.xbr_mps2, tick.edge_state, tick.gateway_state, tick.lamps) for tick in log.ticks]

    assert decisions(drive(fault)) == decisions(drive())
    assert drive().standstill_s is not None


def test_a_brake_without_air_is_asked_and_does_not_slow() -> None:
    log = drive(faults.BrakeFault(MID, "no_air"))
    at_s = since(log, "brake_no_air")
    slowing = [tick.truck.speed_mps for tick in log.ticks if at_s + 0.5 <= tick.t_s <= at_s + 1.0]
    assert slowing[0] - slowing[-1] < 0.5  # torque limit only, 0.25 m/s2
