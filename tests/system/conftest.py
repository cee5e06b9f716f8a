"""Closed-loop runs are dear (some ten seconds each), so the tests of one drive share one run."""

from collections.abc import Callable
from functools import cache

import pytest

from edge_controller.config import shipped_fit
from firmware import link
from hil.closed_loop import Loop
from hil.encounter import near_side_turn
from hil.gateway_host import MicroPythonGateway
from hil.runlog import RunLog

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
        "turn with the vehicle bus cut": near_side_turn(shipped_fit("demo"), duration_s=7.0),
    }
    side = link.LEFT if "left" in name else link.RIGHT
    with MicroPythonGateway(released=1, near_side=side) as gateway:
        return Loop(drives[name], 1, gateway, VIN, cut_vehicle_bus="bus cut" in name).run()


@pytest.fixture(scope="session")
def drive() -> Callable[[str], RunLog]:
    """A drive by name, run once."""
    return _drive
