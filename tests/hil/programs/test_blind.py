"""Programs that do not look are caught: one by a turn that must end before contact, one by a quiet ride."""

from dataclasses import replace

import pytest

from edge_controller.config import shipped_fit
from edge_controller.errors import InputError
from hil.closed_loop import Loop
from hil.encounter import Encounter, near_side_turn
from hil.gateway_host import CPythonGateway
from hil.programs import program_named
from hil.runlog import RunLog

VIN = "LNS8X4TP0T1000001"


def drive(program: str, encounter: Encounter) -> RunLog:
    with CPythonGateway(**encounter.gateway_settings()) as gateway:
        start = program_named(program)
        return Loop(encounter, 1, gateway, VIN, None, level="perfect", program=start).run()


def turn() -> Encounter:
    return near_side_turn(shipped_fit("demo"))


def quiet() -> Encounter:
    return replace(near_side_turn(shipped_fit("demo"), with_cyclist=False, turn_after_s=None), duration_s=3.0)


def test_nearside_stops_before_contact_and_leaves_the_quiet_ride_alone() -> None:
    log = drive("nearside", turn())
    assert log.contact is None
    assert log.stopped
    assert drive("nearside", quiet()).request_s is None


def test_the_empty_program_never_asks_and_hits() -> None:
    log = drive("empty", turn())
    assert log.contact is not None
    assert log.request_s is None
    assert not any(frame.decel_mps2 for frame in log.xbr)


def test_always_braking_brakes_where_nobody_is_through_the_gateway_s_own_rules() -> None:
    log = drive("always_brake", quiet())
    assert any(answer.state == "full" for answer in log.answers)
    assert max(frame.decel_mps2 for frame in log.xbr) == pytest.approx(5.0, abs=0.01)
    assert log.stopped


def test_the_gateway_still_refuses_the_always_braking_truck_above_its_speed() -> None:
    fast = near_side_turn(shipped_fit("demo"), truck_kmh=36.0, with_cyclist=False, turn_after_s=None)
    log = drive("always_brake", replace(fast, duration_s=1.5))
    assert log.refused.get("too fast", 0) > 0
    assert not any(frame.decel_mps2 for frame in log.xbr)


def test_a_program_nobody_knows_is_told_by_name() -> None:
    with pytest.raises(InputError, match="nonesuch"):
        program_named("nonesuch")
