"""Closed-loop runs are dear (some ten seconds each), so the tests of one drive share one run."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from edge_controller.config import shipped_fit
from hil.closed_loop import Loop
from hil.encounter import near_side_turn
from hil.faults import VehicleBusCut
from hil.gateway_host import MicroPythonGateway
from hil.moment import Moment
from hil.runlog import RunLog
from radar_sim import Perturb

VIN = "LNS8X4TP0T1000001"


@cache
def _drive(name: str) -> RunLog:
    drives = {
        "turn": near_side_turn(shipped_fit("demo")),
        "turn, near side left": near_side_turn(shipped_fit("demo"), "left"),
        "turn without the cyclist": near_side_turn(shipped_fit("demo"), with_cyclist=False),
        "straight beside the cyclist": near_side_turn(
            shipped_fit("demo"), turn_after_s=None, duration_s=14.0
        ),
        "turn with the vehicle bus cut": replace(
            near_side_turn(shipped_fit("demo"), duration_s=7.0),
            faults=(VehicleBusCut(Moment(at_s=0.0)),),
        ),
    }
    with MicroPythonGateway.of(drives[name].gateway_settings()) as gateway:
        return Loop(drives[name], 1, gateway, VIN, Perturb(1)).run()


@pytest.fixture(scope="session")
def drive() -> Callable[[str], RunLog]:
    """A drive by name, run once."""
    return _drive
