"""Measures of faults over drives made up tick by tick."""

from dataclasses import replace
from pathlib import Path

import pytest

from hil.runlog import Incident, RunLog
from hil.scenario.evidence import Evidence
from hil.scenario.measures import MEASURES
from tests.hil.scenario.samples import HELD_OFF, drive, scenario, tick


def measured(folder: Path, log: RunLog, measure: str) -> float | None:
    return MEASURES[measure].of(Evidence(scenario(folder), RunLog(system=False), log))


def braked(until_s: float, lit_from_s: float = 9.0, lit_to_s: float = 9.0, fault: bool = True) -> RunLog:
    """Braked from 0.5 s, edge silent from 1 s; the sample has that fault."""
    log = drive(
        3.0,
        lambda t_s: tick(
            t_s,
            xbr_mps2=5.0 if 0.5 <= t_s < until_s else 0.0,
            gateway="full" if 0.5 <= t_s < until_s else "standby",
            lamps=0 if lit_from_s <= t_s < lit_to_s else HELD_OFF,
        ),
    )
    return replace(
        log, incidents=[Incident(1.0, "edge_silent"), Incident(0.2, "kicks_down")] if fault else []
    )


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ("braking_at_fault", 5.0),
        ("braking_ends_after_fault", 120.0),
        ("grant_ends_after_fault", 120.0),
        ("braking_after_fault", 0.0),
        ("brakings_begun_after_fault", 0.0),
        ("fault_lamp_after_fault", 150.0),
        ("ready_after_fault", 1150.0),
        ("longest_braking", 0.61),
    ],
)
def test_times_count_from_the_fault_and_not_from_the_driver(
    tmp_path: Path, measure: str, value: float
) -> None:
    assert measured(tmp_path, braked(1.12, 1.15, 2.15), measure) == pytest.approx(value, abs=1e-6)


def test_what_did_not_happen_has_no_value(tmp_path: Path) -> None:
    assert measured(tmp_path, braked(9.0), "braking_ends_after_fault") is None
    assert measured(tmp_path, braked(9.0), "fault_lamp_after_fault") is None
    assert measured(tmp_path, braked(9.0, 1.2, 9.0), "ready_after_fault") is None
    assert measured(tmp_path, braked(9.0), "ready_after_fault") == 0.0
    assert measured(tmp_path, braked(9.0, fault=False), "braking_at_fault") is None


def test_braking_that_goes_on_is_counted_after_the_grace(tmp_path: Path) -> None:
    assert measured(tmp_path, braked(2.0), "braking_after_fault") == pytest.approx(0.7, abs=0.011)
