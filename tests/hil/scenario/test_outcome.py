"""How an encounter ended, from made-up drives."""

from dataclasses import replace
from typing import Any

import pytest

from hil.runlog import Contact, RunLog
from hil.scenario.evidence import Evidence
from hil.scenario.outcome import Outcome, outcome_of
from hil.scenario.scenario import Scenario
from tests.hil.scenario.samples import HELD_OFF, INFORM, WARN, drive, tick
from tests.hil.scenario.samples import scenario as read

RAN_OVER = Contact(1.0, 4.0, (-1.0, -1.25))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """It expects a clearance of 0.3 m."""
    return read(tmp_path_factory.mktemp("sample"))


def ended(
    sample: Scenario, contact: Contact | None, without: Contact | None = RAN_OVER, **one_tick: Any
) -> Outcome:
    log = drive(1.0, lambda t_s: tick(t_s, **one_tick) if t_s == 0.5 else tick(t_s))
    log.contact = contact
    return outcome_of(Evidence(sample, RunLog(system=False, contact=without), log))


@pytest.mark.parametrize(
    ("speed_mps", "avoided", "mitigated"),
    [(None, True, True), (0.14, True, True), (0.15, False, True), (2.0, False, True), (2.01, False, False)],
)
def test_avoided_is_no_contact_or_a_truck_that_stands(
    sample: Scenario, speed_mps: float | None, avoided: bool, mitigated: bool
) -> None:
    """0.5 km/h is 0.139 m/s; half of the 4 m/s without the system is 2 m/s."""
    contact = None if speed_mps is None else replace(RAN_OVER, speed_mps=speed_mps)
    found = ended(sample, contact)
    assert (found.avoided, found.mitigated) == (avoided, mitigated)
    assert found.contact is (contact is not None)
    assert (found.contact_speed_mps, found.contact_speed_without_mps) == (speed_mps, 4.0)


def test_a_contact_that_only_the_system_brought_is_not_mitigated(sample: Scenario) -> None:
    found = ended(sample, replace(RAN_OVER, speed_mps=1.0), without=None)
    assert (found.avoided, found.mitigated, found.contact_without) == (False, False, False)


@pytest.mark.parametrize(("clearance_m", "clear"), [(0.3, True), (0.29, False)])
def test_clear_is_nobody_nearer_than_0_3_m(sample: Scenario, clearance_m: float, clear: bool) -> None:
    found = ended(sample, None, clearance_m=clearance_m)
    assert (found.clear, found.kept, found.min_clearance_m) == (clear, clear, clearance_m)


@pytest.mark.parametrize(
    ("xbr_mps2", "gateway", "braked"),
    [
        (0.0, "warn", (False, False, False)),
        (0.0, "prepare", (False, False, True)),  # torque taken off
        (0.69, "slow", (False, False, True)),
        (0.7, "slow", (False, True, True)),
        (2.0, "must_stop", (True, True, True)),
        (5.0, "full", (True, True, True)),
    ],
)
def test_each_braking_is_the_weaker_ones_too(
    sample: Scenario, xbr_mps2: float, gateway: str, braked: tuple[bool, bool, bool]
) -> None:
    found = ended(sample, None, xbr_mps2=xbr_mps2, gateway=gateway)
    assert (found.full_braking, found.partial_braking, found.gentle) == braked


def test_lamps_as_the_gateway_says(sample: Scenario) -> None:
    assert not ended(sample, None).information
    assert ended(sample, None, lamps=HELD_OFF | INFORM).information
    found = ended(sample, None, lamps=HELD_OFF | WARN)
    assert (found.warning, found.information) == (True, False)
